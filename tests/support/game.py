"""Moves of a random game over the use cases. The state machine draws them, and so do dice with a seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from batonpass.app import going, presence, views
from batonpass.app.switchboard import UseCase
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Entry
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Kind, Leave, Seeks, Target, TargetType
from batonpass.domain.rules import SWITCHES
from batonpass.protocol import projection
from tests.support.commands import TARGETS, Command, Commands
from tests.support.ground import Ground
from tests.support.houses import BOTS, CUSTOMERS, NAMES, House, any_house, policies, rebuilt, usual
from tests.support.laws import Talk
from tests.support.moves_customer import CARE_MOVES, CareMoves
from tests.support.moves_door import DOOR_MOVES, DoorMoves
from tests.support.moves_hours import HOURS_MOVES, HoursMoves, shifts
from tests.support.moves_life import LIFE_MOVES, LifeMoves
from tests.support.stores import Place


class Game(CareMoves, DoorMoves, HoursMoves, LifeMoves):
    """One switchboard, three customers, seven agents, three queues, and the moves one may make.

    In an eager game due work is done after each move; otherwise it waits until a move takes it on.
    """

    def __init__(self, ground: Ground, *, eager: bool) -> None:
        self.ground = ground
        self.eager = eager
        self.builder: random.Random | None = None

    @classmethod
    async def begin(cls, place: Place, house: House, eager: bool, queues: Sequence[str]) -> "Game":
        """Open the place; a customer starts a chat for each of `queues`."""
        game = cls(await Ground.begin(place, house), eager=eager)
        for number, queue in enumerate(queues):
            await game.ground.send(*game.draw.starts(number, queue))
        await game.ground.settle()
        return game

    @property
    def draw(self) -> Commands:
        return Commands(self.ground)

    async def play(self, move: str, **drawn: Any) -> None:
        """Make a move; what clients know must be so after it."""
        await getattr(self, move)(**drawn)
        if self.eager:
            await self.ground.settle()
        await self.ground.check_memory()

    async def _send(self, command: Command | None) -> None:
        if command is not None:
            await self.ground.send(*command)

    # What clients do

    async def a_customer_starts(self, n: int, queue: str) -> None:
        await self._send(self.draw.starts(n, queue))

    async def a_customer(self, n: int, does: str) -> None:
        draw = self.draw
        await self._send({"writes": draw.writes, "wants_human": draw.wants_human, "ends": draw.ends}[does](n))

    async def an_agent_says(self, n: int, how: int) -> None:
        await self._send(self.draw.says(n, how))

    async def an_agent_passes(
        self, n: int, kind: Kind, to: Target | None, leave: Leave | None, instead: bool, how: int
    ) -> None:
        await self._send(self.draw.asks(n, kind, to, how, leave=leave, replace=instead))

    async def an_agent_invites(
        self, n: int, kind: Kind, to: Target | None, seeks: Seeks | None, how: int
    ) -> None:
        await self._send(self.draw.asks(n, kind, to, how, seeks=seeks))

    async def of_a_handoff(self, n: int, does: str, how: int) -> None:
        await self._send(self.draw.of_handoff(n, does, how))

    async def an_agent_whispers(self, n: int, how: int) -> None:
        await self._send(self.draw.whispers(n, how))

    async def an_agent_goes(self, n: int, does: str, how: int) -> None:
        draw = self.draw
        await self._send(
            draw.removes(n, how) if does == "removed" else draw.leaves(n, resolved=does == "resolved")
        )

    async def an_offer(self, n: int, does: str, how: int) -> None:
        """Without an open offer due work is done first, which may make one."""
        if self.draw.offer(n, still_open=True) is None:
            await self.ground.settle()
        draw = self.draw
        await self._send(draw.accepts(n, how) if does == "accepts" else draw.declines(n, how))

    async def an_agent(self, n: int, does: str) -> None:
        of_stint: dict[str, UseCase[Any]] = {
            "ready": presence.ready,
            "resolve": going.resolve,
            "finish": presence.finish_wrap_up,
        }
        match does:
            case "notes":
                await self._send(self.draw.notes(n))
            case "done" | "working":
                use_case = presence.turn_done if does == "done" else presence.turn_working
                await self._send(self.draw.of_turn(use_case, n))
            case _:
                await self._send(self.draw.of_stint(of_stint[does], n))

    async def presence_of(self, name: str, does: str, tab: str) -> None:
        match does:
            case "comes":
                await self.ground.connect(name, tab=tab, available=False)
            case "goes":
                await self.ground.disconnect(name, tab)
            case _:
                await self.ground.choose(name, Presence.AWAY if does == "away" else Presence.AVAILABLE)

    async def a_switch(self, name: str, on: bool) -> None:
        await self.ground.turn_switch(name, on)

    # Time, and what goes wrong

    async def time(self, ms: int | str) -> None:
        """Let time pass; a name is until the next timer of that kind, or the work that is due now."""
        if isinstance(ms, str):
            ends = [d.run_at for d in self.ground.seen.due if d.kind == ms]
            ms = max(0, min(ends, default=0) - self.ground.seen.now)
        await self.ground.advance(ms)

    async def a_client_sends_again(self, n: int) -> None:
        sent = self.ground.memory.sent
        await self.ground.resend(sent[-1 - n % len(sent)])

    async def sweep(self) -> None:
        """The safety net finds nothing, settled or not (law 7)."""
        assert await self.ground.sweep() == [], "law 7: the sweep found work"

    async def crash(self, n: int, what: int, stored: bool, back: bool) -> None:
        """The process dies, perhaps with a command under way, which its client sends again."""
        draw = self.draw
        commands: list[Callable[[], Command | None]] = [
            lambda: draw.writes(n),
            lambda: draw.says(n, 2),
            lambda: draw.asks(n, Kind.ESCALATION, None, 0),
            lambda: draw.accepts(n, 0),
            lambda: draw.wants_human(n),
            lambda: draw.asks(n, Kind.TRANSFER, None, 0, leave=Leave.ON_COMPLETE),
            lambda: draw.of_handoff(n, "complete", 0),
            lambda: draw.leaves(n, resolved=False),
        ]
        if what < len(commands):  # else not: a crash ends much that has begun, so it must be rare
            house = rebuilt(self.ground.house, self.builder) if self.builder else None
            command = commands[what]()
            self.ground = await self.ground.crash(command, stored=stored, back=back, house=house)

    # Reading

    async def agent_reads(self, n: int, name: str) -> None:
        """Law 11: an agent reads to the end of its last stint there, a representative what waits for it too."""
        talk = self.draw.talk(n)
        if talk is None:
            return
        try:
            page = await self.ground.store.read(views.agent_page, name, talk.id, 0, 1_000)
        except NotFound:
            head = None
        else:
            assert [e.seq for e in page.entries] == list(range(1, page.head + 1)), "law 3: a page has a gap"
            head = page.head
            self._check_whispers(page.entries, name)
        assert head == self._may_read(talk, name), f"law 11: {name} reads {talk.id} up to {head}"

    def _check_whispers(self, entries: list[Entry], name: str) -> None:
        """WALK rule l: a whisper is read by those it names, else by representatives; the rest get its place."""
        for entry in entries:
            if entry.kind != "message" or entry.public_seq is not None or entry.actor.id == name:
                continue
            named = entry.data["to"]
            shown = str(projection.for_agent(entry, name, bot=name in BOTS))
            reads = name in named if named else name not in BOTS
            assert (entry.data["content"]["text"] in shown) is reads, (
                f"law 11: {name} and a whisper to {named}"
            )

    def _may_read(self, talk: Talk, name: str) -> int | None:
        mine = [stint for stint in talk.stints if stint.agent_id == name]
        queues = {q for q, members in self.ground.seen.members.items() if name in members}
        waits = any(set(h.queues) & queues for h in talk.pending if h.state != "accepted")
        waits = waits or any(h.ended_at is None and h.queue_id in queues for h in talk.holds)
        if mine and mine[-1].state == "live" and not mine[-1].ready:
            return max([mine[-1].boundary_seq, *(stint.read_to or 0 for stint in mine)])
        if (mine and mine[-1].state == "live") or (waits and name not in BOTS):
            return talk.row.seq
        return mine[-1].read_to if mine else None


@dataclass(frozen=True)
class Move:
    """How often dice choose a move, and from what its arguments are drawn."""

    weight: float
    choices: dict[str, Sequence[Any]]


N = range(12)
QUEUES = ["q1", "q1", "q2", "q3"]
KINDS = [Kind.ESCALATION, Kind.ESCALATION, Kind.HAND_BACK, *[Kind.TRANSFER] * 4]
LEAVES = [None, None, Leave.NOW, Leave.ON_ACCEPT, *[Leave.ON_COMPLETE] * 3]
SHARED = [Kind.INVITATION, Kind.INVITATION, Kind.CONSULTATION]
GUESTS = [*TARGETS, *[Target(TargetType.QUEUE, "q1")] * 4]
SOUGHT = [None, None, Seeks.ANY, Seeks.BOT]
PAUSES = [
    "offer", "offer", "completion", "max_wait", "idle",
    1, 2_000, 2_000, 10_000, 19_999, 30_000, 60_000, 150_000, 900_000,
]  # fmt: skip
WISHES = ["writes", "writes", "writes", "writes", "wants_human", "wants_human", "ends"]
ENDINGS = ["complete", "complete", "cancel"]
YES = [False, True]

PASSING = {
    "a_customer_starts": Move(3, {"n": N, "queue": QUEUES}),
    "a_customer": Move(6, {"n": N, "does": WISHES}),
    "an_agent_says": Move(9, {"n": N, "how": N}),
    "an_agent_passes": Move(
        8, {"n": N, "kind": KINDS, "to": TARGETS, "leave": LEAVES, "instead": [*YES, False], "how": N}
    ),
    "an_agent_invites": Move(5, {"n": N, "kind": SHARED, "to": GUESTS, "seeks": SOUGHT, "how": N}),
    "of_a_handoff": Move(4, {"n": N, "does": ENDINGS, "how": N}),
    "an_agent_whispers": Move(2, {"n": N, "how": N}),
    "an_agent_goes": Move(3, {"n": N, "does": ["left", "left", "resolved", "removed"], "how": N}),
    "a_switch": Move(0.5, {"name": SWITCHES, "on": [True, True, False]}),
    "an_offer": Move(11, {"n": N, "does": ["accepts", "accepts", "accepts", "declines"], "how": N}),
    "an_agent": Move(
        4, {"n": N, "does": ["notes", "done", "working", "ready", "resolve", "finish", "finish"]}
    ),
    "presence_of": Move(
        5, {"name": NAMES, "does": ["comes", "comes", "back", "back", "away", "goes"], "tab": ["", "", "-2"]}
    ),
    "time": Move(6, {"ms": PAUSES}),
    "a_client_sends_again": Move(2, {"n": N}),
    "sweep": Move(1, {}),
    "crash": Move(1, {"n": N, "what": range(16), "stored": YES, "back": YES}),
    "agent_reads": Move(2, {"n": N, "name": NAMES}),
}
"""The moves of the baton alone. Planted faults of it are found by games of these, whatever moves come later."""

OF_A_CHATS_COURSE = ["hold", "silence", "silence", "first_reply", "abandon"]

MOVES = PASSING | {
    "time": Move(6, {"ms": [*PAUSES, *OF_A_CHATS_COURSE]}),
    **{name: Move(*move) for name, move in DOOR_MOVES.items()},
    **{name: Move(*move) for name, move in CARE_MOVES.items()},
    **{name: Move(*move) for name, move in LIFE_MOVES.items()},
}


OF_HOURS = {name: Move(*move) for name, move in HOURS_MOVES.items()}
"""The moves of the house whose queues open and close."""


async def play_dice(
    place: Place,
    seed: int,
    moves: int,
    *,
    anywhere: bool = False,
    in_shifts: bool = False,
    passing: bool = False,
) -> None:
    """Play a game whose every move is thrown with this seed, and end it lawfully: settled, and hours later.

    `anywhere`: in any house, which a crash may rebuild, instead of one of the two that are built; `in_shifts`: in
    the one whose queues open and close. `passing`: with the moves of the baton alone.
    """
    dice = random.Random(seed)
    built = shifts if in_shifts else dice.choice([usual, policies])
    table = (PASSING if passing else MOVES) | (OF_HOURS if in_shifts else {})
    house = built(burst_ms=dice.choice([0, 2_000]), hop_limit=dice.choice([6, 6, 1]))
    game = await Game.begin(
        place,
        any_house(dice) if anywhere else house,
        eager=dice.choice(YES),
        queues=[dice.choice(QUEUES) for _ in range(CUSTOMERS)],
    )
    game.builder = dice if anywhere else None
    try:
        for _ in range(moves):
            [name] = dice.choices(list(table), [move.weight for move in table.values()])
            drawn = {arg: dice.choice(choices) for arg, choices in table[name].choices.items()}
            await game.play(name, **drawn)
        await game.ground.settle()
        await game.ground.advance(7_200_000)
        await game.ground.check_figures()
        await game.ground.look()
    finally:
        await game.ground.store.close()
