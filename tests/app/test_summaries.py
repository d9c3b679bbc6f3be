"""The story for a receiver: what is read of it, who owns its deadline, and when none is needed."""

import threading
import time
from types import SimpleNamespace
from typing import cast

import pytest

from batonpass.app import story, summaries
from batonpass.app.summaries import ByPlugin
from batonpass.domain.handoff import Kind
from batonpass.plugin_api import Maker, Summary, SummaryRequest
from batonpass.plugins import SummaryRunner
from batonpass.protocol.customer import HumanRequest
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.customer import CustomerDoor
from batonpass.transport.socketio.typing import TypingHints
from tests.support.world import World, bot, person, queue, rules


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine fails no test of what is read."""
    monkeypatch.setattr(summaries, "BUDGET_S", 30.0)


async def _chat(store: BaseStore[Tx], *texts: str) -> tuple[World, str, str]:
    """A chat that bot A holds and R1 could take: the customer's messages, and its ids."""
    world = World(store, rules(queue("q1")))
    await world.setup([bot("A"), person("R1")], [("q1", "A", 2), ("q1", "R1", 1)])
    for agent_id in ("A", "R1"):
        await world.connect(agent_id)
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    for text in texts:
        await world.writes(customer, cid, text)
    return world, customer, cid


class Asked:
    """Keeps the requests it was asked for, and makes nothing of them."""

    def __init__(self) -> None:
        self.requests: list[SummaryRequest] = []

    async def __call__(self, request: SummaryRequest) -> Summary | None:
        self.requests.append(request)
        return None

    @property
    def texts(self) -> list[str]:
        return [turn.text for turn in self.requests[-1].turns]


# --- how much is read -----------------------------------------------------------------------------


async def test_of_a_huge_story_the_beginning_and_the_newest_are_read(store: BaseStore[Tx]) -> None:
    many = [f"message {n}. " + "lorem ipsum " * 600 for n in range(60)]
    world, _, cid = await _chat(store, *many)
    asked = Asked()
    await ByPlugin(world.board, asked).summary(cid, purpose="transfer")
    assert sum(map(len, asked.texts)) <= story.ROOM
    assert max(map(len, asked.texts)) <= story.PER_TURN
    told = [text.split(".")[0] for text in asked.texts]
    assert told[0] == "message 0"
    assert told[-1] == "message 59"
    newest = told[told.index("message 59") - 5 :]
    assert newest == [f"message {n}" for n in range(54, 60)]
    seqs = [turn.seq for turn in asked.requests[0].turns]
    assert seqs == sorted(set(seqs)), "the beginning and the newest overlap"


async def test_an_ordinary_story_is_read_whole(store: BaseStore[Tx]) -> None:
    texts = [f"This is message {n} of an ordinary chat about an order." for n in range(100)]
    world, _, cid = await _chat(store, *texts)
    asked = Asked()
    await ByPlugin(world.board, asked).summary(cid, purpose="transfer")
    assert asked.texts == texts


async def test_large_variables_are_cut(store: BaseStore[Tx]) -> None:
    world = World(store, rules(queue("q1")))
    await world.setup([bot("A")], [("q1", "A", 1)])
    customer = await world.customer()
    cid = await world.start(customer, **{f"v{n:02}": "x" * 4_000 for n in range(40)})
    asked = Asked()
    await ByPlugin(world.board, asked).summary(cid, purpose="transfer")
    assert sum(map(len, asked.requests[0].context.values())) <= story.CONTEXT_ROOM


@pytest.mark.parametrize("end", ["4111 1111 1111 1111", "4111-1111-1111-1111", "order 20417", "4417"])
@pytest.mark.parametrize("shift", range(0, 24, 3))
def test_a_long_message_is_never_cut_within_a_number(end: str, shift: int) -> None:
    head = "a" * (story.HEAD - len(end) + shift - 5) + " "
    text = f"{head}{end} {'word ' * 400}{end}{' b' * ((story.TAIL + shift - len(end)) // 2)}"
    cut = story.excerpt(text)
    assert len(cut) <= story.PER_TURN
    left = cut.replace(end, "")
    assert not any(char.isdigit() for char in left), left


@pytest.mark.parametrize("unit", ["a", "1", "1 ", "订单号", "a1", "\n"])
def test_a_long_message_without_words_is_cut_too(unit: str) -> None:
    assert len(story.excerpt(unit * 4_000)) <= story.PER_TURN


# --- one deadline ---------------------------------------------------------------------------------


class Hung:
    """An immediate summarizer that comes back when it is told to."""

    name, version, immediate = "hung", "1", True

    def __init__(self) -> None:
        self.calls = 0
        self.gate = threading.Event()

    def summarize(self, request: SummaryRequest) -> Summary:
        self.calls += 1
        self.gate.wait(60)
        return Summary(Maker("hung", "1"), "too_short", "nothing")


async def test_a_hung_summarizer_is_rested_in_the_end(
    store: BaseStore[Tx], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _, cid = await _chat(store, "hello")
    monkeypatch.setattr(summaries, "BUDGET_S", 0.2)
    runner, hung = SummaryRunner(), Hung()
    told = ByPlugin(world.board, lambda request: runner.summarize_now(hung, request))
    for _ in range(8):
        assert await told.summary(cid, purpose="transfer") is None
    hung.gate.set()
    assert hung.calls == runner.breaker("hung").most == 5, "it went on after five failures"


async def test_the_plugin_has_what_reading_has_left(store: BaseStore[Tx]) -> None:
    world, _, cid = await _chat(store, "hello")
    asked = Asked()
    await ByPlugin(world.board, asked).summary(cid, purpose="transfer")
    assert 0 < asked.requests[0].deadline_ms <= summaries.BUDGET_S * 1000


async def test_a_slow_store_leaves_no_summary_and_asks_nobody(
    store: BaseStore[Tx], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _, cid = await _chat(store, "hello")
    monkeypatch.setattr(summaries, "BUDGET_S", 0.05)
    monkeypatch.setattr(summaries, "_story", lambda *_, **__: time.sleep(0.2))
    asked = Asked()
    assert await ByPlugin(world.board, asked).summary(cid, purpose="transfer") is None
    assert asked.requests == []


# --- when none is needed --------------------------------------------------------------------------


async def test_a_customer_who_asks_again_needs_no_summary(store: BaseStore[Tx]) -> None:
    world, customer, cid = await _chat(store, "hello")

    async def needed(client_id: str) -> bool:
        return await store.read(summaries.customer_needs_one, customer, cid, client_id)

    assert await needed("h1")
    await world.wants_human(customer, cid, "h1")
    assert not await needed("h1"), "the same request again"
    assert not await needed("h2"), "a person is sought already"
    await world.settle()
    await world.accepts("R1", (await world.open_offer("R1")).id)
    await world.settle()
    assert not await needed("h3"), "a person holds"


async def test_while_a_bot_is_sought_a_person_is_worth_a_summary(store: BaseStore[Tx]) -> None:
    world, customer, cid = await _chat(store, "hello")
    stint = next(s for s in (await world.picture(cid)).stints if s.live)
    await world.asks("A", cid, stint.id, Kind.ESCALATION)
    assert not await store.read(summaries.customer_needs_one, customer, cid, "h1")


class Counting:
    """A storyteller that counts."""

    calls = 0

    async def summary(self, conversation_id: str, **_: object) -> None:
        self.calls += 1


async def test_a_request_that_changes_nothing_makes_no_summary(store: BaseStore[Tx]) -> None:
    world, customer, cid = await _chat(store, "hello")
    storyteller = Counting()
    door = CustomerDoor(world.board, storyteller, cast(TypingHints, None))
    conn = cast(Connection, SimpleNamespace(session=customer))
    for client_id in ("h1", "h1", "h2"):
        await door.human(conn, HumanRequest(conversation_id=cid, client_id=client_id))
    assert storyteller.calls == 1
