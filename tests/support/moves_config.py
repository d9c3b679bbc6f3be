"""The operator changes the configuration while the game goes on: capacities, memberships, agents, queues, rules."""

import random
from dataclasses import replace
from typing import Any

from batonpass.app import configuring
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.handoff import TargetType
from batonpass.domain.rules import NEXT, EntryRule, QueueRules, Rules
from batonpass.domain.workflow import Condition
from tests.support.game import MOVES, PASSING, QUEUES, YES, Game
from tests.support.houses import BOTS, CUSTOMERS, NAMES, House, any_house, rebuilt
from tests.support.stores import Place
from tests.support.world import bot, person

TABS = ("", "-2")


def changed(house: House, dice: random.Random) -> House:
    """Another configuration: any capacities; now and then an agent or a queue is gone, or back."""
    gone = set(dice.sample(NAMES, dice.choice([0, 0, 1, 2])))
    agents = [
        bot(name, dice.choice([None, None, 1, 2])) if name in BOTS else person(name, dice.randint(1, 3))
        for name in NAMES
        if name not in gone
    ]
    built = rebuilt(house, dice)
    without = dice.choice([None, None, "q2", "q3"])
    members = [m for m in built.members if m[1] not in gone and m[0] != without]
    return House(tuple(agents), tuple(members), _without(built.rules, without, gone))


def _without(rules: Rules, queue_id: str | None, gone: set[str]) -> Rules:
    """No rule names what is gone: the configuration's checks do not let it."""
    queues = {q.id: _kept(q, queue_id, gone) for q in rules.queues.values() if q.id != queue_id}
    named = [EntryRule(q, (Condition("to", frozenset({q})),)) for q in queues if q != "q1"]
    failover = rules.failover_queue if rules.failover_queue in queues else None
    return replace(rules, queues=queues, entry=(*named, EntryRule("q1")), failover_queue=failover)


def _kept(queue: QueueRules, queue_id: str | None, gone: set[str]) -> QueueRules:
    target = queue.hand_back.target
    named = target.type is TargetType.QUEUE and target.id == queue_id
    lost = target.type is TargetType.AGENT and target.id in gone
    hand_back = replace(queue.hand_back, target=NEXT) if named or lost else queue.hand_back
    return replace(queue, hand_back=hand_back, overflow=tuple(q for q in queue.overflow if q != queue_id))


def redeclare(tx: Tx, env: Env, house: House) -> Outcome:
    """What `configuring.adopt` does beside writing the version."""
    return Outcome(effects=configuring.declare(tx, house.agents, house.member_rows), wake=True)


class ChangingGame(Game):
    """The game under an operator who does not sit still."""

    pending: House | None = None

    @property
    def here(self) -> set[str]:
        return {agent.id for agent in self.ground.house.agents}

    async def presence_of(self, name: str, does: str, tab: str) -> None:
        """A removed agent's key opens nothing."""
        if name in self.here:
            await super().presence_of(name, does, tab)

    async def an_agent_leases(self, name: str, how: int) -> None:
        if name in self.here:
            await super().an_agent_leases(name, how)

    async def the_operator_changes(self, dice: random.Random) -> None:
        """The rows are there at once; a server beside which it happened decides by the old rules for a while."""
        ground = self.ground
        ground.house = changed(ground.house, dice)
        stints = [(stint.agent_id, talk.id) for talk in ground.seen.talks for stint in talk.stints]
        offers = [(offer.agent_id, talk.id) for talk in ground.seen.talks for offer in talk.offers]
        ground.excused = frozenset([*stints, *offers])
        await ground.do(redeclare, ground.house)
        for name in [name for name in NAMES if name not in self.here]:
            for tab in TABS:
                await ground.disconnect(name, tab)
        self.pending = ground.house

    async def the_server_sees_it(self) -> None:
        if self.pending is not None:
            self.pending = None
            rules = self.ground.house.rules
            await self.ground.board.decide_by(replace(self.ground.env, rules=rules))
            await self.ground.do(configuring.wake_queues, None)


async def play_changes(place: Place, seed: int, moves: int, *, passing: bool = False) -> None:
    """Play a game whose every move is thrown with this seed, and whose configuration changes every tenth move or so.

    `passing`: with the moves of the baton alone.
    """
    dice, table = random.Random(seed), PASSING if passing else MOVES
    queues = [dice.choice(QUEUES) for _ in range(CUSTOMERS)]
    game = await ChangingGame.begin(place, any_house(dice), eager=dice.choice(YES), queues=queues)
    assert isinstance(game, ChangingGame)
    game.ground.rebuilt = True
    try:
        for _ in range(moves):
            if dice.random() < 0.1:
                await game.the_operator_changes(dice)
            [name] = dice.choices(list(table), [move.weight for move in table.values()])
            drawn: dict[str, Any] = {arg: dice.choice(found) for arg, found in table[name].choices.items()}
            if name == "crash" or dice.random() < 0.5:
                await game.the_server_sees_it()
            await game.play(name, **drawn)
        await game.the_server_sees_it()
        await game.ground.settle()
        await game.ground.advance(7_200_000)
    finally:
        await game.ground.store.close()
