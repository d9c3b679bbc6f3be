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
    precondition,
    rule,
    run_state_machine_as_test,
)

from batonpass.app import customers, handoffs, messages, presence, views
from batonpass.app.switchboard import UseCase
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Stint
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Kind, Offer, Target, TargetType
from tests.support.ground import AGENTS, CUSTOMERS, Ground, rules_of
from tests.support.laws import Talk
from tests.support.stores import Places

T = TypeVar("T")
Command = tuple[UseCase[Any], Any]

N = st.integers(0, 11)
QUEUES = st.sampled_from(["q1", "q1", "q2", "q3"])
NAMES = [agent.id for agent in AGENTS]
BOTS = {agent.id for agent in AGENTS if agent.kind == "bot"}
TARGETS = [
    None,
    Target(TargetType.NEXT),
    Target(TargetType.NEXT, "q1"),
    Target(TargetType.QUEUE, "q1"),
    Target(TargetType.QUEUE, "q2"),
    Target(TargetType.QUEUE, "q3"),
    Target(TargetType.QUEUE, "nowhere"),
    Target(TargetType.PREVIOUS),
    *(Target(TargetType.AGENT, name) for name in NAMES),
]
KINDS = [Kind.ESCALATION, Kind.ESCALATION, Kind.HAND_BACK]
PAUSES = [0, 0, 1, 2_000, 19_999, 30_000, 60_000, 150_000, 300_000, 900_000]


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
            self.go(self.ground.send(*self.starts(number, queue)))
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

    # What there is

    def talk(self, n: int) -> Talk | None:
        """An open conversation, for high numbers any."""
        talks = self.ground.now_.talks
        return _pick([t for t in talks if t.row.status != "closed" or n > 9][::-1], n)

    def stint(self, n: int, *, live: bool) -> Stint | None:
        found = [stint for talk in self.ground.now_.talks for stint in talk.stints]
        return _pick([stint for stint in found if stint.state == "live" or not live][::-1], n)

    def offer(self, n: int, *, still_open: bool) -> Offer | None:
        offers = [o for talk in self.ground.now_.talks for o in talk.offers]
        return _pick([o for o in offers if o.state == "open" or not still_open][::-1], n)

    def text(self) -> dict[str, Any]:
        return {"type": "text", "text": f"<{self.ground.memory.next()}>"}

    def key(self) -> str:
        return f"k{self.ground.memory.next()}"

    # Commands, drawn by numbers so that a game is the same list of numbers on each replay

    def says(self, n: int, how: int) -> Command | None:
        """An agent speaks, in a live stint or late, under a turn's id or its own."""
        stint = self.stint(n, live=how < 6)
        if stint is None:
            return None
        turns = [t for talk in self.ground.now_.talks for t in talk.turns if t.stint_id == stint.id]
        turn = _pick(turns[::-1], how // 2 % 2)
        client_id = self.key()
        if stint.bot and how in (0, 1) and turn is None:
            client_id = f"greet:{stint.id}"
        elif stint.bot and how < 4 and turn is not None:
            client_id = f"greet:{stint.id}" if turn.kind == "greet" else f"re:{turn.id}:{1 + how % 2}"
        cid = stint.conversation_id
        return messages.agent_send, messages.AgentSays(stint.agent_id, cid, stint.id, client_id, self.text())

    def writes(self, n: int) -> Command | None:
        talk = self.talk(n)
        if talk is None:
            return None
        said = messages.CustomerSays(talk.row.customer_id, talk.id, self.key(), self.text())
        return messages.customer_send, said

    def asks(self, n: int, kind: Kind, target: Target | None, how: int) -> Command | None:
        stint = self.stint(n, live=how < 9)
        if stint is None:
            return None
        note = self.text()["text"]
        self.ground.memory.notes.append(note)
        asked = handoffs.AskedByAgent(
            stint.agent_id, stint.conversation_id, stint.id, self.key(), kind, target, "", note
        )
        return handoffs.ask, asked

    def wants_human(self, n: int) -> Command | None:
        talk = self.talk(n)
        if talk is None:
            return None
        return handoffs.ask_for_human, handoffs.AskedByCustomer(talk.row.customer_id, talk.id, self.key())

    def accepts(self, n: int, how: int) -> Command | None:
        offer = self.offer(n, still_open=how < 9)
        return (handoffs.accept, handoffs.OfferAnswer(offer.agent_id, offer.id)) if offer else None

    def starts(self, n: int, queue: str) -> Command:
        start = customers.StartChat(f"c{n % CUSTOMERS}", self.key(), {"to": queue})
        return customers.start_chat, start

    def ends(self, n: int) -> Command | None:
        talk = self.talk(n)
        return (customers.end_chat, customers.EndChat(talk.row.customer_id, talk.id)) if talk else None

    def declines(self, n: int, how: int) -> Command | None:
        offer = self.offer(n, still_open=how < 9)
        return (handoffs.decline, handoffs.OfferAnswer(offer.agent_id, offer.id)) if offer else None

    def notes(self, n: int) -> Command | None:
        stint = self.stint(n, live=n < 9)
        if stint is None:
            return None
        text = self.text()["text"]
        self.ground.memory.notes.append(text)
        note = messages.AgentNotes(stint.agent_id, stint.conversation_id, stint.id, self.key(), text)
        return messages.add_note, note

    def of_stint(self, use_case: UseCase[Any], n: int) -> Command | None:
        stint = self.stint(n, live=False)
        return (use_case, handoffs.OfStint(stint.agent_id, stint.id)) if stint else None

    def of_turn(self, use_case: UseCase[Any], n: int) -> Command | None:
        turns = [t for talk in self.ground.now_.talks for t in talk.turns]
        turn = _pick(turns[::-1], n)
        return (use_case, presence.OfTurn(turn.agent_id, turn.id)) if turn else None

    # Rules: what clients do

    @rule(n=N, queue=QUEUES)
    def a_customer_starts(self, n: int, queue: str) -> None:
        self.send(self.starts(n, queue))

    @rule(n=N, does=st.sampled_from(["writes", "writes", "writes", "wants_human", "wants_human", "ends"]))
    def a_customer(self, n: int, does: str) -> None:
        commands = {"writes": self.writes, "wants_human": self.wants_human, "ends": self.ends}
        self.send(commands[does](n))

    @rule(n=N, how=N)
    def an_agent_says(self, n: int, how: int) -> None:
        self.send(self.says(n, how))

    @rule(n=N, kind=st.sampled_from(KINDS), to=st.sampled_from(TARGETS), how=N)
    def an_agent_passes(self, n: int, kind: Kind, to: Target | None, how: int) -> None:
        self.send(self.asks(n, kind, to, how))

    @rule(n=N, does=st.sampled_from(["accepts", "accepts", "accepts", "declines"]), how=N)
    def an_offer(self, n: int, does: str, how: int) -> None:
        self.send(self.accepts(n, how) if does == "accepts" else self.declines(n, how))

    @rule(n=N, does=st.sampled_from(["notes", "done", "working", "ready", "resolve", "finish", "finish"]))
    def an_agent(self, n: int, does: str) -> None:
        match does:
            case "notes":
                self.send(self.notes(n))
            case "done" | "working":
                use_case = presence.turn_done if does == "done" else presence.turn_working
                self.send(self.of_turn(use_case, n))
            case _:
                of: dict[str, UseCase[Any]] = {
                    "ready": presence.ready,
                    "resolve": handoffs.resolve_conversation,
                    "finish": presence.finish_wrap_up,
                }
                self.send(self.of_stint(of[does], n))

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
        offers = [d.run_at for d in self.ground.now_.due if d.kind == "offer"]
        self.go(self.ground.advance(ms or max(0, min(offers, default=0) - self.ground.now_.now)))
        self.done()

    @precondition(lambda self: self.ground.memory.sent)
    @rule(n=N)
    def a_client_sends_again(self, n: int) -> None:
        sent = self.ground.memory.sent
        self.go(self.ground.resend(sent[-1 - n % len(sent)]))
        self.done()

    @rule(n=N, what=st.integers(0, 5), stored=st.booleans(), back=st.booleans())
    def crash(self, n: int, what: int, stored: bool, back: bool) -> None:
        """The process dies, perhaps with a command under way, which its client sends again."""
        commands: list[Callable[[], Command | None]] = [
            lambda: None,
            lambda: self.writes(n),
            lambda: self.says(n, 2),
            lambda: self.asks(n, Kind.ESCALATION, None, 0),
            lambda: self.accepts(n, 0),
            lambda: self.wants_human(n),
        ]
        self.ground = self.go(self.ground.crash(commands[what](), stored=stored))
        for name in NAMES if back else ():
            self.go(self.ground.connect(name, available=False))
        self.done()

    @rule()
    def sweep(self) -> None:
        assert self.go(self.ground.sweep()) == []

    # Rules: reading

    @rule(n=N, name=st.sampled_from(NAMES))
    def agent_reads(self, n: int, name: str) -> None:
        """Law 11: an agent reads to the end of its last stint there, a representative what waits for it too."""
        talk = self.talk(n)
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
    queues = {q for q, members in ground.now_.members.items() if name in members}
    waits = any({h.queue_id, h.failover_queue_id} & queues for h in talk.pending)
    if (mine and mine[-1].state == "live") or (waits and name not in BOTS):
        return talk.row.seq
    return mine[-1].read_to if mine else None


def _pick(found: list[T], n: int) -> T | None:
    return found[n % len(found)] if found else None


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
