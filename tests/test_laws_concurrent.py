"""Use cases that really run at once, on both stores: whoever wins, the laws hold after every round.

A round takes conversations as they are and lets accept, decline, expiry, end, `human.request`, passes, invitations,
completing, leaving, messages and comings and goings loose on them together, some of them twice as a double click does.
"""

import asyncio
import random
from collections.abc import Awaitable, Coroutine
from typing import Any

import pytest

from batonpass.app import matching, messages
from batonpass.app.fired import Fired
from batonpass.app.runner import FIRES
from batonpass.domain.agents import Presence
from batonpass.domain.due import DueKind
from tests.support.commands import TARGETS, Command, Commands
from tests.support.game import ENDINGS, GUESTS, KINDS, LEAVES, SHARED
from tests.support.ground import Ground
from tests.support.houses import CUSTOMERS, NAMES, any_house, policies, usual
from tests.support.laws import check_laws, check_settled
from tests.support.stores import Places

AT_ONCE = 10


class Riot:
    """Random rounds on one ground, from one seed."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground = ground
        self.chance = random.Random(seed)
        self.seed = seed
        self.speaking: set[tuple[str, str]] = set()

    async def round(self, number: int) -> None:
        """Start chats where there are none, let commands loose, and judge."""
        ground = self.ground
        await self._start_chats()
        await ground.judge("start")
        self.speaking.clear()
        work = self._due_work() if await self._pass_deadline() else []
        work += [job for _ in range(AT_ONCE) for job in self._jobs()]
        self.chance.shuffle(work)
        results = await asyncio.gather(*(self._late(job) for job in work), return_exceptions=True)
        failed = [result for result in results if isinstance(result, BaseException)]
        assert not failed, f"seed {self.seed}, round {number}: {failed!r}"
        await ground.judge(f"seed {self.seed}, round {number}")
        await ground.check_memory()
        if self.chance.random() < 0.7:
            await ground.runner.drain()
            left = await ground.store.read(check_settled)
            assert not left, f"seed {self.seed}, round {number}: {left}"
            assert await ground.sweep() == [], f"seed {self.seed}, round {number}: the sweep found work"

    async def _start_chats(self) -> None:
        draw = Commands(self.ground)
        starts = [draw.starts(n, self.chance.choice(["q1", "q1", "q2", "q3"])) for n in range(CUSTOMERS)]
        await asyncio.gather(*(self.ground.send(*start) for start in starts))
        await self.ground.runner.drain()

    async def _pass_deadline(self) -> bool:
        """Now and then the clock moves to the next timer, whose work then is part of the round."""
        ahead = [d.run_at for d in self.ground.seen.due if d.run_at > self.ground.seen.now]
        if not ahead or self.chance.random() < 0.5:
            return False
        await self.ground.store.advance(min(ahead) - self.ground.seen.now)
        await self.ground.judge("a pause")
        return True

    def _jobs(self) -> list[Coroutine[Any, Any, object]]:
        n, how = self.chance.randrange(12), self.chance.randrange(12)
        draw, ground, name = Commands(self.ground), self.ground, self.chance.choice(NAMES)
        match self.chance.randrange(17):
            case 0:
                return self._sent(draw.writes(n))
            case 1 | 2:
                return self._sent(draw.says(n, how))
            case 3:
                kind, leave = self.chance.choice(KINDS), self.chance.choice(LEAVES)
                to, instead = self.chance.choice(TARGETS), self.chance.random() < 0.2
                return self._sent(draw.asks(n, kind, to, how, leave=leave, replace=instead))
            case 4:
                return self._sent(draw.wants_human(n))
            case 5 | 6:
                return self._sent(draw.accepts(n, how))
            case 7:
                return self._sent(draw.declines(n, how))
            case 8:
                return self._sent(draw.ends(n)) if how < 4 else self._due_work()
            case 9:
                choice = Presence.AWAY if how < 3 else Presence.AVAILABLE
                return [ground.choose(name, choice)]
            case 10:
                return [ground.disconnect(name) if how < 4 else ground.connect(name, available=how < 8)]
            case 11 | 12:
                return self._sent(draw.asks(n, self.chance.choice(SHARED), self.chance.choice(GUESTS), how))
            case 13:
                return self._sent(draw.of_handoff(n, self.chance.choice(ENDINGS), how))
            case 14:
                goes = draw.leaves(n, resolved=how < 3) if how < 8 else draw.removes(n, how)
                return self._sent(goes)
            case 15:
                return self._sent(draw.whispers(n, how))
            case _:
                return self._due_work()

    def _sent(self, command: Command | None) -> list[Coroutine[Any, Any, object]]:
        """The command, now and then as a double click. A sender's messages go one by one, as on the wire."""
        if command is None or not self._first_word(command[1]):
            return []
        return [self._twice(command)] if self.chance.random() < 0.2 else [self.ground.send(*command)]

    def _first_word(self, said: Any) -> bool:
        match said:
            case messages.AgentSays() | messages.AgentNotes() | messages.AgentWhispers():
                word = (said.conversation_id, said.agent_id)
            case messages.CustomerSays():
                word = (said.conversation_id, said.customer_id)
            case _:
                return True
        first = word not in self.speaking
        self.speaking.add(word)
        return first

    async def _twice(self, command: Command) -> None:
        first, second = await asyncio.gather(self.ground.send(*command), self.ground.attempt(*command))
        if first.lasting and second.lasting:
            assert first.answer == second.answer, f"{command[0].__name__}: {first.answer}, {second.answer}"

    def _due_work(self) -> list[Coroutine[Any, Any, object]]:
        """What is due, done by a second node beside the first."""
        seen = self.ground.seen
        jobs: list[Coroutine[Any, Any, object]] = [
            self.ground.do(matching.match, q) for q in ("q1", "q2", "q3")
        ]
        jobs += [
            self.ground.do(FIRES[DueKind(d.kind)], Fired(d.ref))
            for d in seen.due
            if d.kind != "match" and d.run_at <= seen.now
        ]
        return jobs

    async def _late(self, job: Awaitable[object]) -> None:
        """Begin a few turns of the loop later, so that no order is the usual one."""
        for _ in range(self.chance.randrange(6)):
            await asyncio.sleep(0)
        await job


async def _riot(places: Places, seed: int, rounds: int, *, anywhere: bool = False) -> None:
    place = await places.new()
    built = policies if seed % 2 else usual
    house = any_house(random.Random(seed)) if anywhere else built(burst_ms=seed % 2 * 2_000)
    ground = await Ground.begin(place, house)
    ground.judging = False
    riot = Riot(ground, seed)
    for number in range(rounds):
        await riot.round(number)
    await ground.advance(3_600_000)
    assert await ground.store.read(check_laws) == []
    await ground.store.close()
    await places.drop(place)


@pytest.mark.parametrize("seed", [1, 2])
async def test_laws_hold_when_all_happens_at_once(places: Places, seed: int) -> None:
    await _riot(places, seed, rounds=25)


@pytest.mark.prove
@pytest.mark.timeout(3_600)
async def test_laws_hold_when_all_happens_at_once_for_long(places: Places) -> None:
    for seed in range(100, 140):
        await _riot(places, seed, rounds=50, anywhere=seed % 2 > 0)
