"""A machine plays the use cases at random on both stores; the laws are asked after every commit.

`make test` plays the same games each time; HYPOTHESIS_PROFILE=search (`make prove`) looks for new ones.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from batonpass.app import handoffs, presence, views
from batonpass.app.switchboard import UseCase
from batonpass.domain.agents import Presence
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Kind, Target
from tests.support.commands import NAMES, TARGETS, Command, Commands
from tests.support.ground import AGENTS, CUSTOMERS, Ground, rules_of
from tests.support.laws import Talk
from tests.support.stores import Places

T = TypeVar("T")

N = st.integers(0, 11)
QUEUES = st.sampled_from(["q1", "q1", "q2", "q3"])
BOTS = {agent.id for agent in AGENTS if agent.kind == "bot"}
KINDS = [Kind.ESCALATION, Kind.ESCALATION, Kind.HAND_BACK]
PAUSES = [0, 0, 1, 2_000, 2_000, 10_000, 19_999, 30_000, 60_000, 150_000, 900_000]


class Game(RuleBasedStateMachine):
    """One switchboard, three customers, seven agents, three queues."""

    places: ClassVar[Places]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.ground: Ground
        self.place = self.go(self.places.new())

    def go(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    def teardown(self) -> None:
        try:
            if hasattr(self, "ground"):
                self.go(self.ground.store.close())
            self.go(self.places.drop(self.place))
        finally:
            self.loop.close()
        super().teardown()

    @initialize(
        burst_ms=st.sampled_from([0, 2_000]),
        hop_limit=st.sampled_from([6, 1]),
        eager=st.booleans(),
        queues=st.lists(QUEUES, min_size=1, max_size=CUSTOMERS),
    )
    def begin(self, burst_ms: int, hop_limit: int, eager: bool, queues: list[str]) -> None:
        self.eager = eager
        self.ground = self.go(Ground.begin(self.place, rules_of(burst_ms=burst_ms, hop_limit=hop_limit)))
        for number, queue in enumerate(queues):
            self.go(self.ground.send(*self.draw.starts(number, queue)))
        self.go(self.ground.settle())

    def done(self) -> None:
        """After each rule: in an eager game due work is done at once; what clients know must be so."""
        if self.eager:
            self.go(self.ground.settle())
        self.go(self.ground.check_memory())

    def send(self, command: Command | None) -> None:
        if command is not None:
            self.go(self.ground.send(*command))
        self.done()

    @property
    def draw(self) -> Commands:
        return Commands(self.ground)

    # Rules: what clients do

    @rule(n=N, queue=QUEUES)
    def a_customer_starts(self, n: int, queue: str) -> None:
        self.send(self.draw.starts(n, queue))

    @rule(n=N, does=st.sampled_from(["writes", "writes", "writes", "wants_human", "wants_human", "ends"]))
    def a_customer(self, n: int, does: str) -> None:
        commands = {"writes": self.draw.writes, "wants_human": self.draw.wants_human, "ends": self.draw.ends}
        self.send(commands[does](n))

    @rule(n=N, how=N)
    def an_agent_says(self, n: int, how: int) -> None:
        self.send(self.draw.says(n, how))

    @rule(n=N, kind=st.sampled_from(KINDS), to=st.sampled_from(TARGETS), how=N)
    def an_agent_passes(self, n: int, kind: Kind, to: Target | None, how: int) -> None:
        self.send(self.draw.asks(n, kind, to, how))

    @rule(n=N, how=N)
    def an_offer_is_accepted(self, n: int, how: int) -> None:
        self.send(self.offered(n).accepts(n, how))

    @rule(n=N, how=N)
    def an_offer_is_declined(self, n: int, how: int) -> None:
        self.send(self.offered(n).declines(n, how))

    def offered(self, n: int) -> Commands:
        """Without an open offer due work is done first, which may make one."""
        if self.draw.offer(n, still_open=True) is None:
            self.go(self.ground.settle())
        return self.draw

    @rule(n=N, does=st.sampled_from(["notes", "done", "working", "ready", "resolve", "finish", "finish"]))
    def an_agent(self, n: int, does: str) -> None:
        match does:
            case "notes":
                self.send(self.draw.notes(n))
            case "done" | "working":
                use_case = presence.turn_done if does == "done" else presence.turn_working
                self.send(self.draw.of_turn(use_case, n))
            case _:
                of: dict[str, UseCase[Any]] = {
                    "ready": presence.ready,
                    "resolve": handoffs.resolve_conversation,
                    "finish": presence.finish_wrap_up,
                }
                self.send(self.draw.of_stint(of[does], n))

    @rule(
        name=st.sampled_from(NAMES),
        does=st.sampled_from(["comes", "comes", "back", "back", "away", "goes"]),
        tab=st.sampled_from(["", "", "-2"]),
    )
    def presence_of(self, name: str, does: str, tab: str) -> None:
        match does:
            case "comes":
                self.go(self.ground.connect(name, tab=tab, available=False))
            case "goes":
                self.go(self.ground.disconnect(name, tab))
            case _:
                choice = Presence.AWAY if does == "away" else Presence.AVAILABLE
                self.go(self.ground.choose(name, choice))
        self.done()

    # Rules: time, and what goes wrong

    @rule(ms=st.sampled_from(PAUSES))
    def time(self, ms: int) -> None:
        """Let time pass; 0 is until the next offer is missed, or nothing but the work that is due now."""
        offers = [d.run_at for d in self.ground.seen.due if d.kind == "offer"]
        self.go(self.ground.advance(ms or max(0, min(offers, default=0) - self.ground.seen.now)))
        self.done()

    @rule(n=N, what=st.sampled_from(["resend", "resend", "resend", "sweep"]))
    def a_client_sends_again(self, n: int, what: str) -> None:
        sent = self.ground.memory.sent
        if what == "sweep":
            assert self.go(self.ground.sweep()) == []
        else:
            self.go(self.ground.resend(sent[-1 - n % len(sent)]))
        self.done()

    @rule(n=N, what=st.integers(0, 9), stored=st.booleans(), back=st.booleans())
    def crash(self, n: int, what: int, stored: bool, back: bool) -> None:
        """The process dies, perhaps with a command under way, which its client sends again."""
        commands: list[Callable[[], Command | None]] = [
            lambda: self.draw.writes(n),
            lambda: self.draw.says(n, 2),
            lambda: self.draw.asks(n, Kind.ESCALATION, None, 0),
            lambda: self.draw.accepts(n, 0),
            lambda: self.draw.wants_human(n),
        ]
        if what >= len(commands):
            return  # one in two: a crash ends much that has begun
        self.ground = self.go(self.ground.crash(commands[what](), stored=stored, back=back))
        self.done()

    # Rules: reading

    @rule(n=N, name=st.sampled_from(NAMES))
    def agent_reads(self, n: int, name: str) -> None:
        """Law 11: an agent reads to the end of its last stint there, a representative what waits for it too."""
        talk = self.draw.talk(n)
        if talk is None:
            return
        try:
            page = self.go(self.ground.store.read(views.agent_page, name, talk.id, 0, 1_000))
        except NotFound:
            seen = None
        else:
            assert [e.seq for e in page.entries] == list(range(1, page.head + 1))
            seen = page.head
        assert seen == _may_read(self.ground, talk, name)


def _may_read(ground: Ground, talk: Talk, name: str) -> int | None:
    mine = [stint for stint in talk.stints if stint.agent_id == name]
    queues = {q for q, members in ground.seen.members.items() if name in members}
    waits = any({h.queue_id, h.failover_queue_id} & queues for h in talk.pending)
    if (mine and mine[-1].state == "live") or (waits and name not in BOTS):
        return talk.row.seq
    return mine[-1].read_to if mine else None


def play(places: Places, **changes: Any) -> None:
    machine = type("Game", (Game,), {"places": places})
    run_state_machine_as_test(machine, settings=settings(settings(), **changes))


def test_games(places: Places) -> None:
    examples = 40 if places.engine == "sqlite" else 12
    play(places, max_examples=examples, stateful_step_count=40, derandomize=True, database=None)


@pytest.mark.prove
@pytest.mark.timeout(3_600)
def test_many_games(places: Places) -> None:
    examples = settings().max_examples if places.engine == "sqlite" else settings().max_examples // 10
    play(places, max_examples=examples, stateful_step_count=60, phases=[Phase.generate, Phase.shrink])
