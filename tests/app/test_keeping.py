"""Forgetting: an erased customer's words are nowhere, also not in the file; numbers, structure and figures stay."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, String, Text, select

from batonpass.app import (
    answers,
    attachments,
    keeping,
    messages,
)
from batonpass.app.audit import By
from batonpass.app.insights.asking import Question, report
from batonpass.app.keeping import Erase, erase_customer
from batonpass.app.reopening import WritesAgain, may_reopen, write_again
from batonpass.domain.conversation import EntryKind
from batonpass.domain.due import DueKind
from batonpass.domain.errors import NotAllowed, NotFound
from batonpass.domain.figures import By as Divided
from batonpass.domain.figures import Report
from batonpass.domain.forgetting import ERASED, WORDS, Retention, blank
from batonpass.domain.handoff import Kind
from batonpass.domain.life import USUAL, LifeRules
from batonpass.plugin_api import Fact, Maker, Summary, summary_to_dict
from batonpass.store import forgetting
from batonpass.store import schema as s
from batonpass.store.engine import BaseStore
from batonpass.store.sqlite import SqliteStore
from batonpass.store.tx import Tx as StoreTx
from tests.support.laws import check_laws, check_settled
from tests.support.stores import SqlitePlaces
from tests.support.world import World, bot, person, queue, rules

Store = BaseStore[StoreTx]
H, DAY = 3_600_000, 86_400_000
WORD = "Zanzibar"


async def a_world(store: Store, **changes: Any) -> World:
    world = World(store, rules(queue("q1", life=changes.pop("life", USUAL)), **changes))
    await world.setup(
        [bot("A"), person("R1", 50), person("R2", 50)], [("q1", "A", 3), ("q1", "R1", 2), ("q1", "R2", 1)]
    )
    for agent in ("A", "R1", "R2"):
        await world.connect(agent)
    return world


async def a_rich_talk(world: World, customer: str, *, close: bool = True) -> str:
    """A chat with words in every place that has any."""
    cid = await world.start(customer, f"{world.key()}-{WORD}", name=f"Vera {WORD}", order=WORD)
    await world.settle()
    await world.writes(customer, cid, f"I am {WORD}", f"client-{WORD}")
    stint = next(s for s in (await world.picture(cid)).stints if s.live)
    facts = (Fact("n", WORD, 2),)
    summary = summary_to_dict(Summary(Maker("rules", "1"), issue=WORD, facts=facts, first_seq=1, last_seq=2))
    await world.asks(
        "A", cid, stint.id, Kind.ESCALATION, note=f"mind {WORD}", reason=f"wants {WORD}", summary=summary
    )
    await world.settle()
    offer = await world.open_offer("R1")
    await world.do(answers.decline, answers.OfferAnswer("R1", offer.id, f"know {WORD}"))
    await world.settle()
    r2 = await world.accepts("R2", (await world.open_offer("R2")).id)
    await world.ready("R2", r2.id)
    await world.says("R2", cid, r2.id, f"Hello {WORD}")
    await world.whispers("R2", cid, r2.id, f"is it {WORD}?")
    await world.do(messages.add_note, messages.AgentNotes("R2", cid, r2.id, world.key(), f"{WORD} was kind"))
    upload = attachments.Upload(
        cid, f"{WORD}.txt", f"{WORD} in a file".encode() * 40_000, customer_id=customer
    )
    kept = await world.do(attachments.keep_attachment, upload)
    said = messages.CustomerSays(customer, cid, world.key(), kept.content())
    await world.do(messages.customer_send, said)
    await world.do(
        attachments.keep_attachment,
        attachments.Upload(cid, "x.txt", f"{WORD} unsent".encode(), customer_id=customer),
    )
    if close:
        await world.resolves("R2", r2.id)
    return cid


async def rows_with(store: Store, word: str) -> list[str]:
    """Where a word stands in the tables."""

    def find(tx: StoreTx) -> list[str]:
        found = []
        for table in s.metadata.sorted_tables:
            for row in tx.rows(select(table)):
                found += [f"{table.name}.{name}" for name, value in row.items() if word in _text(value)]
        return sorted(set(found))

    return await store.read(find)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else repr(value)


async def test_an_erased_customer_is_in_no_table(frozen_store: Store) -> None:
    world = await a_world(frozen_store)
    vera, otto = await world.customer(), await world.customer()
    cid = await a_rich_talk(world, vera)
    places = await rows_with(frozen_store, WORD)
    assert len(places) >= 10, places
    other = await world.start(otto)
    await world.settle()
    await world.writes(otto, other, "I am another")
    before = await world.picture(cid)
    erasing = await world.do(erase_customer, Erase(vera, By("admin", "account:1")))
    assert erasing == keeping.Erasing(vera, 1)
    await world.settle()
    assert await rows_with(frozen_store, WORD) == []
    after = await world.picture(cid)
    assert [(e.seq, e.public_seq, e.kind, e.at) for e in after.entries] == [
        (e.seq, e.public_seq, e.kind, e.at) for e in before.entries
    ]
    structure = [(h.id, h.kind, h.state, h.receiver_agent_id) for h in before.handoffs]
    assert [(h.id, h.kind, h.state, h.receiver_agent_id) for h in after.handoffs] == structure
    assert {st.id: st.ended_at is not None for st in after.stints}.keys() == {st.id for st in before.stints}
    assert after.conversation.closed_at == before.conversation.closed_at
    texts = [e.data["content"]["text"] for e in after.entries if e.kind is EntryKind.MESSAGE]
    assert set(texts) == {ERASED}
    assert await rows_with(frozen_store, "I am another") == ["entries.data"]
    assert [row for row in await frozen_store.read(_audited) if row[0] == "customer.erased"] == [
        ("customer.erased", vera)
    ]
    assert await frozen_store.read(check_laws) == []
    assert await frozen_store.read(check_settled) == []


def _audited(tx: StoreTx) -> list[tuple[str, str]]:
    return [(row["action"], row["ref"]) for row in tx.rows(select(s.audit.c.action, s.audit.c.ref))]


async def test_an_erased_customer_is_not_in_the_files(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    store = await (await sqlite_places.new()).open(frozen_clock=True)
    assert isinstance(store, SqliteStore)
    world = await a_world(store)
    vera = await world.customer()
    for _ in range(6):
        await a_rich_talk(world, vera)
    for _ in range(6):
        await a_rich_talk(world, await world.customer())
    path = store._writer.path
    files = [path, path.with_name(path.name + "-wal")]
    assert any(WORD.encode() in file.read_bytes() for file in files)
    for customer in await store.read(_customers):
        await world.do(erase_customer, Erase(customer))
    await world.settle()
    for file in files:
        data = file.read_bytes()
        assert WORD.encode() not in data, (file.name, data[data.index(WORD.encode()) - 40 :][:100])
    await store.close()
    assert WORD.encode() not in path.read_bytes()


def _customers(tx: StoreTx) -> list[str]:
    return [row["id"] for row in tx.rows(select(s.customers.c.id))]


async def test_an_open_chat_is_ended_first_and_the_customer_cannot_come_back(frozen_store: Store) -> None:
    world = await a_world(frozen_store)
    vera = await world.customer()
    cid = await a_rich_talk(world, vera, close=False)
    await world.do(erase_customer, Erase(vera))
    assert await frozen_store.read(lambda tx: tx.customer_by_token(f"hash-{vera}")) is None
    await world.settle()
    with pytest.raises(NotAllowed):
        await world.start(vera, "other")
    picture = await world.picture(cid)
    assert picture.conversation.status == "closed"
    assert picture.slots == {}
    assert await rows_with(frozen_store, WORD) == []
    assert await world.do(erase_customer, Erase(vera)) == keeping.Erasing(vera, 0)
    with pytest.raises(NotFound):
        await world.do(erase_customer, Erase("nobody"))


async def test_after_work_adds_no_words_after_an_erasure(frozen_store: Store) -> None:
    world = await a_world(frozen_store)
    vera = await world.customer()
    cid = await a_rich_talk(world, vera)
    stint = next(st for st in (await world.picture(cid)).stints if st.agent_id == "R2" and st.ended_at)
    await world.do(erase_customer, Erase(vera))
    await world.settle()
    with pytest.raises(Exception, match="over"):
        await world.do(messages.add_note, messages.AgentNotes("R2", cid, stint.id, "late", WORD))


async def test_a_reply_that_comes_after_an_erasure_leaves_no_words(frozen_store: Store) -> None:
    """A bot is thinking when the customer is erased: its answer is kept as a draft, without what it said."""
    world = await a_world(frozen_store)
    vera = await world.customer()
    cid = await world.start(vera)
    await world.settle()
    stint = next(st for st in (await world.picture(cid)).stints if st.live)
    await world.do(erase_customer, Erase(vera))
    await world.settle()
    late = messages.AgentSays(stint.agent_id, cid, stint.id, "late", {"type": "text", "text": f"Dear {WORD}"})
    for _ in range(2):
        with pytest.raises(Exception, match="over"):
            await world.do(messages.agent_send, late)
    assert await rows_with(frozen_store, WORD) == []
    assert (await world.picture(cid)).entries[-1].kind is EntryKind.DRAFT
    assert await frozen_store.read(check_laws) == []


async def test_figures_are_what_they_were(frozen_store: Store) -> None:
    world = await a_world(frozen_store)
    for _ in range(2):
        await a_rich_talk(world, await world.customer())
    await world.advance(H)
    question = Question(await world.now() - DAY, await world.now(), (Divided.QUEUE, Divided.AGENT))
    before = await frozen_store.read(report, world.env.rules.insights, question)
    for customer in await frozen_store.read(_customers):
        await world.do(erase_customer, Erase(customer))
    await world.settle()
    after = await frozen_store.read(report, world.env.rules.insights, question)
    assert before.groups
    assert _without_reasons(after) == _without_reasons(before)


def _without_reasons(told: Report) -> str:
    """What agents wrote as a reason goes; how many hand-offs of each kind there were stays."""
    return re.sub(r"reason='[^']*'", "", repr(told))


async def test_a_chat_that_was_forgotten_is_not_opened_again(frozen_store: Store) -> None:
    life = LifeRules(reopen_ms=30 * DAY)
    world = await a_world(frozen_store, life=life, retention=Retention(conversations_ms=DAY))
    vera = await world.customer()
    cid = await a_rich_talk(world, vera)
    assert await frozen_store.read(may_reopen, world.env, vera, cid)
    await world.advance(DAY + 2 * H)
    assert not await frozen_store.read(may_reopen, world.env, vera, cid)


# Retention


async def test_words_go_when_they_were_kept_long_enough_and_open_chats_never(frozen_store: Store) -> None:
    world = await a_world(frozen_store, retention=Retention(conversations_ms=2 * DAY))
    closed = await a_rich_talk(world, await world.customer())
    open_ = await world.start(await world.customer(), note=WORD + "-open")
    await world.settle()
    stint = next(st for st in (await world.picture(open_)).stints if st.live)
    await world.ready("A", stint.id)
    await world.says("A", open_, stint.id, "Hello", f"greet:{stint.id}")
    await world.advance(2 * DAY - 2 * H)
    assert "entries.data" in await rows_with(frozen_store, WORD)
    await world.advance(4 * H)
    assert await rows_with(frozen_store, WORD) == ["variables.value"], "of the open one"
    assert await frozen_store.read(lambda tx: tx.forgotten_at(closed)) is not None
    assert await frozen_store.read(lambda tx: tx.forgotten_at(open_)) is None


async def test_it_works_in_batches_and_soon_again(
    frozen_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CONVERSATIONS", 2)
    world = await a_world(frozen_store, retention=Retention(conversations_ms=DAY))
    for _ in range(5):
        customer = await world.customer()
        cid = await world.start(customer)
        await world.settle()
        await world.writes(customer, cid, WORD)
        await world.ends(customer, cid)
    await world.store.advance(DAY)
    due = [at for kind, _, at in await world.due() if kind is DueKind.RETENTION]
    await world.store.advance(max(0, due[0] - await world.now()))
    left = []
    for _ in range(3):
        await world.settle()
        entries = await frozen_store.read(lambda tx: tx.rows(select(s.entries.c.data)))
        left.append(sum(WORD in repr(row) for row in entries))
        await world.store.advance(keeping.AGAIN_MS)
    assert left == [3, 1, 0]
    assert [
        at - await world.now() > keeping.AGAIN_MS for k, _, at in await world.due() if k is DueKind.RETENTION
    ]


async def test_retention_goes_on_where_it_ended(frozen_store: Store) -> None:
    """What was forgotten is not read again with each batch; who was opened again meanwhile was closed later."""
    life = LifeRules(reopen_ms=DAY)
    world = await a_world(frozen_store, life=life, retention=Retention(conversations_ms=2 * DAY))
    vera, otto = await world.customer(), await world.customer()
    first, again = await a_rich_talk(world, vera), await a_rich_talk(world, otto)
    closed_at = (await world.picture(first)).conversation.closed_at
    await world.advance(H)
    said = messages.CustomerSays(otto, again, "once more", {"type": "text", "text": WORD})
    await world.do(write_again, WritesAgain(said))
    await world.ends(otto, again)
    await world.advance(2 * DAY - H + keeping.SOON_MS)
    while await frozen_store.read(lambda tx: tx.forgotten_at(first)) is None:
        await world.advance(10 * 60_000)
    assert await frozen_store.read(lambda tx: tx.get_meta(keeping.FORGOTTEN_TO)) == str(closed_at)
    assert await frozen_store.read(lambda tx: tx.forgotten_at(again)) is None
    await world.advance(3 * H)
    assert await frozen_store.read(lambda tx: tx.forgotten_at(again)) is not None
    assert await rows_with(frozen_store, WORD) == []


async def test_files_and_deliveries_have_times_of_their_own(frozen_store: Store) -> None:
    kept = Retention(attachments_ms=DAY, webhooks_ms=DAY)
    world = await a_world(frozen_store, retention=kept)
    await a_rich_talk(world, await world.customer())
    await world.advance(DAY + 2 * H)
    places = await rows_with(frozen_store, WORD)
    assert "entries.data" in places
    assert [place for place in places if place.startswith("attachment")] == []


async def test_without_rules_nothing_is_due_and_new_rules_begin_at_once(frozen_store: Store) -> None:
    from batonpass.app.configuring import wake_queues

    world = await a_world(frozen_store)
    assert [kind for kind, _, _ in await world.due() if kind is DueKind.RETENTION] == []
    env = world.board.env
    now = replace(env, rules=replace(env.rules, retention=Retention(conversations_ms=DAY)))
    await world.board.decide_by(now)
    await world.do(wake_queues, None)
    assert [kind for kind, _, _ in await world.due() if kind is DueKind.RETENTION] == [DueKind.RETENTION]


# Completeness


def test_every_kind_of_entry_with_words_is_blanked() -> None:
    data = {"content": {"type": "text", "text": WORD}, "text": WORD, "reason": WORD}
    for kind in WORDS:
        told = {"content": {"text": WORD}} if kind in (EntryKind.MESSAGE, EntryKind.DRAFT) else data
        key = {EntryKind.NOTE: "text", EntryKind.ACT: "reason", EntryKind.FLAG: "reason"}.get(kind, "content")
        assert WORD not in repr(blank(kind, {key: told[key]})), kind
    without = {EntryKind.ADDED, EntryKind.REMOVED, EntryKind.NOTICE, EntryKind.MARK, EntryKind.CLOSED}
    assert set(EntryKind) == {*WORDS, *without}, "a new kind: does it hold anybody's words?"


def test_every_column_of_text_is_placed() -> None:
    """A new column of text must say whether an erasure empties it: in store/forgetting.py."""
    texts = {
        f"{table.name}.{column.name}"
        for table in s.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text | JSON | LargeBinary)
        or (isinstance(column.type, String) and (column.type.length or 0) > 64)
    }
    gone = forgetting.GONE | forgetting.GONE_WITH_CUSTOMER
    placed = {f"{table}.{name}" for table, names in forgetting.KEPT.items() for name in names}
    emptied = {f"{table}.{name}" for table, values in forgetting.EMPTIED.items() for name in values}
    assert placed & emptied == set()
    open_ = {name for name in texts if name.partition(".")[0] not in gone}
    assert open_ - placed - emptied == set(), "place it in store/forgetting.py"
    assert (placed | emptied) - open_ == set(), "this column is gone"
