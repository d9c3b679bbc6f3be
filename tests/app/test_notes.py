"""Notes: written anew by their author, and found by those who may read them (law 11)."""

import pytest

from batonpass.app import marks, messages, notes
from batonpass.app.notes import AgentEdits, Search
from batonpass.domain.conversation import Entry
from batonpass.domain.errors import BatonpassError
from batonpass.domain.handoff import Kind, Leave, Seeks, Target, TargetType
from batonpass.protocol import projection
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.world import World, bot, person, queue, rules


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


class Desk:
    """A chat that R1 holds; R2 is in the same queue, R3 in none of it."""

    def __init__(self, world: World, customer: str, cid: str, stint_id: str) -> None:
        self.world, self.customer, self.cid, self.stint_id = world, customer, cid, stint_id

    async def note(self, text: str, client_id: str = "") -> Entry:
        said = messages.AgentNotes("R1", self.cid, self.stint_id, client_id or self.world.key(), text)
        entry: Entry = await self.world.do(messages.add_note, said)
        return entry

    async def edit(self, note_id: str, text: str, agent: str = "R1", stint_id: str = "") -> Entry:
        said = AgentEdits(agent, self.cid, stint_id or self.stint_id, self.world.key(), note_id, text)
        entry: Entry = await self.world.do(notes.edit_note, said)
        return entry

    async def find(self, text: str, agent: str | None = "R1", **more: object) -> list[str]:
        found = await self.world.store.read(notes.search, Search(text, agent, **more))  # type: ignore[arg-type]
        return [note.text for note in found.notes]


@pytest.fixture
async def desk(frozen_store: BaseStore[Tx]) -> Desk:
    world = World(frozen_store, rules(queue("q1", auto_accept=True), queue("q2", auto_accept=True)))
    agents = [person("R1"), person("R2"), person("R3"), bot("B")]
    await world.setup(agents, [("q1", "R1", 2), ("q2", "R2", 2), ("q2", "B", 1)])
    for name in ("R1", "R2", "R3"):
        await world.connect(name)
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    stint = next(s for s in (await world.picture(cid)).stints if s.live)
    await world.ready("R1", stint.id)
    return Desk(world, customer, cid, stint.id)


async def test_an_edit_is_another_version_and_the_first_stays(desk: Desk) -> None:
    first = await desk.note("Calls back on Monday")
    again = await desk.edit(first.id, "Calls back on Tuesday")
    third = await desk.edit(first.id, "Calls back on Friday")
    shown = [projection.for_agent(entry, "R1", bot=False)[1]["data"] for entry in (first, again, third)]
    assert [(data["note_id"], data["version"]) for data in shown] == [
        (first.id, 1),
        (first.id, 2),
        (first.id, 3),
    ]
    kept = [e.data["text"] for e in (await desk.world.picture(desk.cid)).entries if e.kind == "note"]
    assert kept == ["Calls back on Monday", "Calls back on Tuesday", "Calls back on Friday"]


async def test_only_the_newest_version_is_found(desk: Desk) -> None:
    first = await desk.note("Calls back on Monday")
    await desk.edit(first.id, "Calls back on Tuesday")
    assert await desk.find("monday") == []
    assert await desk.find("TUESDAY calls") == ["Calls back on Tuesday"]


@pytest.mark.parametrize("words", ["straße", "STRASSE", "ﬁne"])
async def test_case_and_form_do_not_matter(desk: Desk, words: str) -> None:
    await desk.note("Lange Straße, all fine")
    assert await desk.find(words) == ["Lange Straße, all fine"]


async def test_percent_and_underscore_are_letters_like_others(desk: Desk) -> None:
    await desk.note("all of it")
    await desk.note("100% of_it")
    assert await desk.find("%") == ["100% of_it"]


async def test_only_its_author_edits_a_note(desk: Desk) -> None:
    note = await desk.note("mine")
    target = Target(TargetType.AGENT, "R2")
    await desk.world.asks("R1", desk.cid, desk.stint_id, Kind.INVITATION, target=target)
    stints = (await desk.world.picture(desk.cid)).stints
    helper = next(s for s in stints if s.agent_id == "R2")
    await desk.world.ready("R2", helper.id)
    with pytest.raises(BatonpassError, match="only its author"):
        await desk.edit(note.id, "theirs", "R2", helper.id)


async def test_an_edit_may_name_any_version(desk: Desk) -> None:
    first = await desk.note("alpha one")
    second = await desk.edit(first.id, "alpha two")
    await desk.edit(second.id, "alpha three")
    assert await desk.find("alpha") == ["alpha three"]


async def test_one_client_id_is_one_thing(desk: Desk) -> None:
    """Else an acknowledged send would never be stored (law 2)."""
    await desk.world.do(
        messages.whisper, messages.AgentWhispers("R1", desk.cid, desk.stint_id, "x1", _text("psst"))
    )
    with pytest.raises(BatonpassError, match="another kind"):
        await desk.world.says("R1", desk.cid, desk.stint_id, "hello", "x1")
    await desk.world.says("R1", desk.cid, desk.stint_id, "hello", "x2")
    with pytest.raises(BatonpassError, match="another kind"):
        await desk.world.do(
            messages.whisper, messages.AgentWhispers("R1", desk.cid, desk.stint_id, "x2", _text("psst"))
        )
    note = await desk.note("mine", "x3")
    edit = AgentEdits("R1", desk.cid, desk.stint_id, "x3", note.id, "changed")
    with pytest.raises(BatonpassError, match="another kind"):
        await desk.world.do(notes.edit_note, edit)
    again = AgentEdits("R1", desk.cid, desk.stint_id, "x4", note.id, "changed")
    stored: Entry = await desk.world.do(notes.edit_note, again)
    resent: Entry = await desk.world.do(notes.edit_note, again)
    assert stored.seq == resent.seq


async def test_after_others_have_written_ones_own_note_of_a_wrap_up_can_still_be_changed(desk: Desk) -> None:
    target = Target(TargetType.QUEUE, "q2")
    await desk.world.asks("R1", desk.cid, desk.stint_id, Kind.TRANSFER, target=target, leave=Leave.NOW)
    await desk.world.writes(desk.customer, desk.cid, "are you there")
    note = await desk.note("one")
    await desk.edit(note.id, "two")
    await desk.edit(note.id, "three")


async def test_what_is_no_note_is_not_edited(desk: Desk) -> None:
    said = await desk.world.writes(desk.customer, desk.cid, "hello")
    for note_id in (said.id, "nothing"):
        with pytest.raises(BatonpassError, match="no such note"):
            await desk.edit(note_id, "x")


async def test_strangers_find_nothing(desk: Desk) -> None:
    await desk.note("secret plan")
    assert await desk.find("plan", "R3") == []
    assert await desk.find("plan", "R3", conversation_id=desk.cid) == []
    assert await desk.find("plan", "R2") == []
    assert await desk.find("plan", None) == ["secret plan"], "a supervisor reads all"


async def test_who_has_left_finds_what_was_there_then_and_not_what_came_after(desk: Desk) -> None:
    await desk.note("before")
    target = Target(TargetType.QUEUE, "q2")
    passing = desk.world.asks(
        "R1",
        desk.cid,
        desk.stint_id,
        Kind.TRANSFER,
        target=target,
        seeks=Seeks.REPRESENTATIVE,
        note="on its way",
    )
    await passing
    await desk.world.settle()
    holder = next(s for s in (await desk.world.picture(desk.cid)).stints if s.agent_id == "R2")
    await desk.world.ready("R2", holder.id)
    said = messages.AgentNotes("R2", desk.cid, holder.id, desk.world.key(), "after")
    await desk.world.do(messages.add_note, said)
    assert sorted(await desk.find("e", "R1")) == ["before"]
    assert await desk.find("way", "R1") == ["on its way"]
    assert sorted(await desk.find("e", "R2")) == ["after", "before"]


async def test_the_newest_come_first_and_more_says_that_there_are_others(desk: Desk) -> None:
    for n in range(4):
        await desk.note(f"note {n}")
        await desk.world.store.advance(10)
    found = await desk.world.store.read(notes.search, Search("note", "R1", limit=2))
    assert ([note.text for note in found.notes], found.more) == (["note 3", "note 2"], True)


async def test_a_sensitive_message_keeps_its_place_only(desk: Desk) -> None:
    said = await desk.world.writes(desk.customer, desk.cid, "my number is ZQ7741190")
    marked = marks.Marks("R1", desk.cid, desk.stint_id, "m1", said.seq)
    mark: Entry = await desk.world.do(marks.mark_message, marked)
    again: Entry = await desk.world.do(marks.mark_message, marked)
    assert mark.seq == again.seq, "a resend is one mark"
    entry = next(e for e in (await desk.world.picture(desk.cid)).entries if e.seq == said.seq)
    for named in (projection.for_agent(entry, "R1", bot=False), projection.for_supervisor(entry)):
        assert "ZQ7741190" not in str(named)
        assert named[1]["data"]["sensitive"] is True
    assert "ZQ7741190" in str(projection.for_agent(entry, "B", bot=True))
    public = projection.for_customer(entry)
    assert public is not None
    assert "ZQ7741190" in str(public), "it is the customer's own"
    assert projection.for_customer(mark) is None


async def test_no_summary_reads_a_sensitive_message(desk: Desk) -> None:
    from batonpass.app import story

    said = await desk.world.writes(desk.customer, desk.cid, "my number is ZQ7741190")
    await desk.world.do(marks.mark_message, marks.Marks("R1", desk.cid, desk.stint_id, "m1", said.seq))
    conversation = (await desk.world.picture(desk.cid)).conversation
    turns = await desk.world.store.read(story.turns, conversation)
    assert [turn.sensitive for turn in turns if turn.seq == said.seq] == [True]


async def test_a_draft_of_a_sensitive_reply_is_masked_too(desk: Desk) -> None:
    target = Target(TargetType.QUEUE, "q2")
    await desk.world.asks("R1", desk.cid, desk.stint_id, Kind.TRANSFER, target=target, leave=Leave.NOW)
    content = {"type": "text", "text": "your code is ZQ7741190"}
    late = messages.AgentSays("R1", desk.cid, desk.stint_id, "late", content, sensitive=True)
    with pytest.raises(BatonpassError):
        await desk.world.do(messages.agent_send, late)
    draft = next(e for e in (await desk.world.picture(desk.cid)).entries if e.kind == "draft")
    assert "ZQ7741190" not in str(projection.for_agent(draft, "R2", bot=False))
    assert "ZQ7741190" not in str(projection.for_supervisor(draft))


async def test_nobody_marks_the_whisper_of_somebody_else(desk: Desk) -> None:
    whisper = await desk.world.whispers("R1", desk.cid, desk.stint_id, "psst")
    target = Target(TargetType.AGENT, "B")
    await desk.world.connect("B")
    await desk.world.asks("R1", desk.cid, desk.stint_id, Kind.CONSULTATION, target=target, seeks=Seeks.ANY)
    await desk.world.settle()
    consulted = next(s for s in (await desk.world.picture(desk.cid)).stints if s.agent_id == "B")
    await desk.world.ready("B", consulted.id)
    with pytest.raises(BatonpassError, match="no such message"):
        await desk.world.do(marks.mark_message, marks.Marks("B", desk.cid, consulted.id, "k", whisper.seq))


async def test_what_is_no_message_is_not_marked(desk: Desk) -> None:
    for seq in (1, 9_999):
        with pytest.raises(BatonpassError, match="no such message"):
            await desk.world.do(
                marks.mark_message, marks.Marks("R1", desk.cid, desk.stint_id, f"m{seq}", seq)
            )


async def test_a_summary_can_be_called_wrong(desk: Desk) -> None:
    handoff = (await desk.world.picture(desk.cid)).handoffs[0]
    flags = marks.Flags("R1", desk.cid, desk.stint_id, "f1", handoff.id, "the name is wrong")
    with pytest.raises(BatonpassError, match="no such summary"):
        await desk.world.do(marks.flag_summary, flags)
    await desk.world.store.run(lambda tx: tx.set_handoff_summary(handoff.id, 1, {"v": 1}))
    entry: Entry = await desk.world.do(marks.flag_summary, flags)
    assert projection.for_agent(entry, "R1", bot=False)[1]["data"] | {"stint_id": ""} == {
        "handoff_id": handoff.id,
        "version": 1,
        "reason": "the name is wrong",
        "stint_id": "",
        "client_id": "f1",
    }
    found = await desk.world.store.read(lambda tx: tx.handoff(handoff.id))
    assert found is not None
    assert found.summary_flagged
