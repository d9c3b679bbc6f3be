"""The second summary: stored after the hand-off, the higher version wins, a failure marks the first (law 9)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from batonpass import tasks
from batonpass.app import late_summaries, marks, views
from batonpass.app.late_summaries import LateSummaries, Slow, Told
from batonpass.app.ports import StoredSummary, Tx
from batonpass.app.summaries import ByPlugin
from batonpass.domain import events as e
from batonpass.domain.due import DueKind
from batonpass.domain.handoff import Handoff, Kind
from batonpass.plugin_api import Maker, Summary, SummaryRequest, summary_to_dict
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx
from tests.support.world import World, bot, person, queue, rules

Store = BaseStore[StoreTx]

FIRST = summary_to_dict(Summary(Maker("rules", "1"), issue="A parcel is late.", first_seq=1, last_seq=1))


def written(text: str) -> Slow:
    """A slow summarizer that always says this."""

    async def slow(request: SummaryRequest) -> Told:
        seqs = [turn.seq for turn in request.turns]
        made = Summary(Maker("llm", "1", "m"), prose=text, first_seq=seqs[0], last_seq=seqs[-1])
        return Told(made)

    return slow


def failing(reason: str) -> Slow:
    async def slow(_: SummaryRequest) -> Told:
        return Told(None, reason)

    return slow


class House:
    """A chat that bot A holds and R1 could take, with a slow summarizer."""

    def __init__(self, world: World, customer: str, cid: str) -> None:
        self.world, self.customer, self.cid = world, customer, cid

    async def escalate(self, summary: dict[str, Any] | None = FIRST, **more: Any) -> str:
        stint = next(s for s in (await self.world.picture(self.cid)).stints if s.live)
        asked = await self.world.asks("A", self.cid, stint.id, Kind.ESCALATION, summary=summary, **more)
        return asked.handoff.id

    async def told(self, slow: Slow | None) -> int:
        asks_nobody = ByPlugin(self.world.board, nothing)
        return await LateSummaries(self.world.board, asks_nobody, slow).drain()

    async def handoff(self, handoff_id: str) -> Handoff:
        found = await self.world.store.read(lambda tx: tx.handoff(handoff_id))
        assert found is not None
        return found

    async def stored(self) -> list[StoredSummary]:
        return await self.world.store.read(_stored, self.cid)

    async def waiting(self) -> list[str]:
        return [ref for kind, ref, _ in await self.world.due() if kind is DueKind.SUMMARY]


def _stored(tx: Tx, cid: str) -> list[StoredSummary]:
    return tx.summaries_in(cid)


async def nothing(_: SummaryRequest) -> Summary | None:
    return None


@pytest.fixture
async def house(frozen_store: Store) -> House:
    return await a_house(frozen_store)


async def a_house(store: Store, **changes: Any) -> House:
    world = World(store, rules(queue("q1"), **({"later_summaries": True} | changes)))
    await world.setup(
        [bot("A"), person("R1"), person("R2")], [("q1", "A", 3), ("q1", "R1", 2), ("q1", "R2", 1)]
    )
    await world.connect("A")
    await world.connect("R1")
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    await world.writes(customer, cid, "My parcel BX-20417 is late")
    return House(world, customer, cid)


async def test_it_takes_the_place_of_the_first_and_both_are_kept(house: House) -> None:
    handoff_id = await house.escalate()
    assert await house.waiting() == [handoff_id]
    assert await house.told(written("The parcel is late.")) == 1
    handoff = await house.handoff(handoff_id)
    assert handoff.summary is not None
    assert handoff.summary["prose"] == "The parcel is late."
    assert handoff.summary_version == 2
    stored = [(one.version, one.summary["maker"]["name"], one.purpose) for one in await house.stored()]
    assert stored == [(1, "rules", "transfer"), (2, "llm", "transfer")]
    assert await house.waiting() == []


async def test_a_failure_leaves_the_first_marked_with_the_reason(house: House) -> None:
    handoff_id = await house.escalate()
    await house.told(failing("rate_limited"))
    handoff = await house.handoff(handoff_id)
    assert handoff.summary == {**FIRST, "status": "fallback", "status_reason": "rate_limited"}
    assert handoff.summary_version == 2


async def test_a_fallback_is_made_of_the_first_never_of_a_fallback(house: House) -> None:
    marked = {**FIRST, "status": "fallback", "status_reason": "server_error"}
    handoff_id = await house.escalate(marked)
    await house.told(failing("rate_limited"))
    assert (await house.handoff(handoff_id)).summary == marked


async def test_without_a_first_one_the_slow_one_is_the_first(house: House) -> None:
    handoff_id = await house.escalate(None)
    await house.told(written("The parcel is late."))
    handoff = await house.handoff(handoff_id)
    assert handoff.summary is not None
    assert (handoff.summary["prose"], handoff.summary_version) == ("The parcel is late.", 1)


async def test_without_any_nothing_is_marked(house: House) -> None:
    handoff_id = await house.escalate(None)
    await house.told(failing("timeout"))
    handoff = await house.handoff(handoff_id)
    assert (handoff.summary, handoff.summary_version) == (None, 0)
    assert await house.waiting() == []


async def test_the_givers_own_text_stays_beside_both(house: House) -> None:
    handoff_id = await house.escalate(edited="Parcel late, be kind.")
    await house.told(written("The parcel is late."))
    assert (await house.handoff(handoff_id)).edited == "Parcel late, be kind."


async def test_who_has_the_offer_and_who_is_in_hear_of_it(house: House) -> None:
    handoff_id = await house.escalate()
    await house.world.settle()
    house.world.recorder.take()
    await house.told(written("The parcel is late."))
    assert house.world.recorder.take() == [e.SummaryChanged(house.cid, handoff_id)]
    told = await house.world.store.read(views.told, handoff_id)
    assert told is not None
    assert (told.version, told.readers) == (2, ("R1",)), "the giver has left, R2 was not asked"


async def test_after_the_accept_the_receiver_hears_of_it(house: House) -> None:
    handoff_id = await house.escalate()
    await house.world.settle()
    await house.world.accepts("R1", (await house.world.open_offer("R1")).id)
    await house.told(written("The parcel is late."))
    told = await house.world.store.read(views.told, handoff_id)
    assert told is not None
    assert told.readers == ("R1",)


async def test_it_covers_what_was_said_before_the_hand_off(house: House) -> None:
    asked: list[SummaryRequest] = []

    async def slow(request: SummaryRequest) -> Told:
        asked.append(request)
        return Told(None, "timeout")

    await house.escalate(reason="lost parcel", note="be kind")
    await house.world.writes(house.customer, house.cid, "and another thing")
    await house.told(slow)
    (request,) = asked
    assert [turn.text for turn in request.turns] == ["My parcel BX-20417 is late"]
    assert (request.purpose, request.reason, request.note) == ("transfer", "lost parcel", "be kind")
    assert request.deadline_ms == late_summaries.DEADLINE_MS


async def test_what_an_invitation_tells_ends_with_its_request(house: House) -> None:
    """Whoever reads it later: a helper may have left by then (law 11)."""
    asked: list[SummaryRequest] = []

    async def slow(request: SummaryRequest) -> Told:
        asked.append(request)
        return Told(None, "timeout")

    stint = next(s for s in (await house.world.picture(house.cid)).stints if s.live)
    await house.world.asks("A", house.cid, stint.id, Kind.INVITATION, summary=FIRST)
    await house.world.store.advance(1)
    await house.world.writes(house.customer, house.cid, "my secret is safe with the bot")
    await house.told(slow)
    assert [turn.text for turn in asked[0].turns] == ["My parcel BX-20417 is late"]


async def marked(house: House) -> None:
    """The bot, or whoever is in, marks the customer's first message as sensitive."""
    picture = await house.world.picture(house.cid)
    stint = next(s for s in picture.stints if s.live)
    seq = next(e.seq for e in picture.entries if e.kind == "message")
    said = marks.Marks(stint.agent_id, house.cid, stint.id, house.world.key(), seq)
    await house.world.do(marks.mark_message, said)


async def test_a_mark_withdraws_what_was_told_and_has_it_told_anew(house: House) -> None:
    handoff_id = await house.escalate({**FIRST, "first_seq": 1, "last_seq": 9})
    await house.told(written("The parcel BX-20417 is late."))
    await house.world.settle()
    stint = await house.world.accepts("R1", (await house.world.open_offer("R1")).id)
    await house.world.ready("R1", stint.id)
    await marked(house)
    handoff = await house.handoff(handoff_id)
    assert handoff.summary is None
    assert [one for one in await house.stored() if one.ref == handoff_id] == []
    asked: list[SummaryRequest] = []

    async def slow(request: SummaryRequest) -> Told:
        asked.append(request)
        return await written("Something is late.")(request)

    await house.told(slow)
    assert [turn.sensitive for turn in asked[0].turns] == [True]
    handoff = await house.handoff(handoff_id)
    assert handoff.summary is not None
    assert (handoff.summary["prose"], handoff.summary_version) == ("Something is late.", 4)


async def test_a_mark_leaves_an_agents_own_text(house: House) -> None:
    handoff_id = await house.escalate({**FIRST, "first_seq": 1, "last_seq": 9})
    await house.told(written("The parcel BX-20417 is late."))
    await house.world.store.run(lambda tx: tx.edit_summary(handoff_id, 2, "Sent it again."))
    await house.world.settle()
    stint = await house.world.accepts("R1", (await house.world.open_offer("R1")).id)
    await house.world.ready("R1", stint.id)
    await marked(house)
    kept = [(one.edited, one.summary["prose"]) for one in await house.stored() if one.ref == handoff_id]
    assert kept == [("Sent it again.", "")]


async def test_an_answer_from_before_a_mark_is_not_kept(house: House) -> None:
    handoff_id = await house.escalate(FIRST)
    await house.world.settle()
    stint = await house.world.accepts("R1", (await house.world.open_offer("R1")).id)
    await house.world.ready("R1", stint.id)
    ask = await house.world.board.read(late_summaries.ask_of, house.world.env, handoff_id)
    await marked(house)
    made = {**FIRST, "issue": "BX-20417 is late."}
    await house.world.do(late_summaries.keep_summary, late_summaries.Made(handoff_id, ask, made))
    assert (await house.handoff(handoff_id)).summary != made
    assert await house.waiting() == [handoff_id], "it is asked again"


async def test_a_cancelled_hand_off_costs_no_model(house: House) -> None:
    await house.escalate()
    await house.world.ends(house.customer, house.cid)
    assert await house.told(_must_not_be_asked) == 1
    assert await house.waiting() == []


async def test_a_stale_one_costs_no_model(house: House) -> None:
    await house.escalate()
    await house.world.store.advance(late_summaries.STALE_MS + 1)
    await house.told(_must_not_be_asked)
    assert await house.waiting() == []


async def test_the_switch_turns_the_second_off_too(house: House) -> None:
    handoff_id = await house.escalate()
    await house.world.store.run(lambda tx: tx.set_meta("switch.automatic_summary", "off"))
    await house.told(_must_not_be_asked)
    assert (await house.handoff(handoff_id)).summary == FIRST


async def _must_not_be_asked(_: SummaryRequest) -> Told:
    raise AssertionError("the model was asked")


async def test_of_two_who_ask_the_later_changes_nothing(house: House) -> None:
    """A lease ran out while the model was thinking: both answers come, the second finds the row gone."""
    handoff_id = await house.escalate()
    ask = await house.world.board.read(late_summaries.ask_of, house.world.env, handoff_id)
    assert ask is not None
    one, two = ({**FIRST, "issue": words} for words in ("One.", "Two."))
    await house.world.do(late_summaries.keep_summary, late_summaries.Made(handoff_id, ask, one))
    await house.world.do(late_summaries.keep_summary, late_summaries.Made(handoff_id, ask, two))
    handoff = await house.handoff(handoff_id)
    assert handoff.summary is not None
    assert (handoff.summary["issue"], handoff.summary_version) == ("One.", 2)


async def test_a_model_that_hangs_holds_up_no_timer(house: House) -> None:
    gate = asyncio.Event()

    async def hung(_: SummaryRequest) -> Told:
        await gate.wait()
        return Told(None, "timeout")

    await house.escalate()
    late = tasks.spawn(house.told(hung), name="late")
    await house.world.settle()
    await house.world.accepts("R1", (await house.world.open_offer("R1")).id)
    await house.world.advance(60_000)
    assert (await house.world.picture(house.cid)).holder == "R1"
    assert not late.done()
    gate.set()
    await late


async def test_summaries_that_wait_leave_room_for_timers(house: House) -> None:
    await house.escalate()
    due = await house.world.store.read(lambda tx: tx.due_now(100))
    assert DueKind.SUMMARY not in {item.kind for item in due}


async def test_without_a_slow_one_nothing_is_due(frozen_store: Store) -> None:
    house = await a_house(frozen_store, later_summaries=False)
    await house.escalate()
    assert await house.waiting() == []


# --- what a representative who held has done


async def wrapped_up(store: Store) -> tuple[House, str]:
    house = await a_house(store, later_summaries=False, wrap_up_summaries=True)
    await house.escalate(None)
    await house.world.settle()
    stint = await house.world.accepts("R1", (await house.world.open_offer("R1")).id)
    await house.world.ready("R1", stint.id)
    await house.world.says("R1", house.cid, stint.id, "I have sent it again.")
    await house.world.resolves("R1", stint.id)
    return house, stint.id


async def rules_say(request: SummaryRequest) -> Summary | None:
    seqs = [turn.seq for turn in request.turns]
    return Summary(Maker("rules", "1"), issue=f"{request.purpose}.", first_seq=seqs[0], last_seq=seqs[-1])


async def test_after_work_tells_nothing_from_after_its_stint(frozen_store: Store) -> None:
    house, stint_id = await wrapped_up(frozen_store)
    stint = await house.world.stint(stint_id)
    ask = await house.world.board.read(late_summaries.ask_of, house.world.env, stint_id)
    assert ask is not None
    assert ask.upto == stint.read_to
    assert max(turn.seq for turn in ask.request.turns) <= (stint.read_to or 0)


async def test_the_time_of_a_representative_is_told_for_the_record(
    frozen_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batonpass.app.summaries.BUDGET_S", 30.0)
    house, stint_id = await wrapped_up(frozen_store)
    assert await house.waiting() == [stint_id], "of bots there is none"
    world = house.world
    await LateSummaries(world.board, ByPlugin(world.board, rules_say), written("Sent again.")).drain()
    stored = [(one.ref, one.version, one.purpose) for one in await house.stored()]
    assert stored == [(stint_id, 1, "wrap_up"), (stint_id, 2, "wrap_up")]
    told = await world.store.read(views.told, stint_id)
    assert told is not None
    assert (told.version, told.summary["prose"], told.readers) == (2, "Sent again.", ("R1",))
    view = await world.store.read(views.stint_view, stint_id)
    assert view is not None
    assert view.told is not None
    assert view.told.version == 2


@pytest.mark.parametrize("when", ["before", "after"])
async def test_ones_own_text_stands_beside_it_whenever_it_comes(
    frozen_store: Store, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr("batonpass.app.summaries.BUDGET_S", 30.0)
    house, stint_id = await wrapped_up(frozen_store)
    world = house.world
    late = LateSummaries(world.board, ByPlugin(world.board, rules_say), None)
    finishes = late_summaries_finish(stint_id)
    if when == "after":
        await late.drain()
    await world.do(*finishes)
    await late.drain()
    last = (await house.stored())[-1]
    assert last.edited == "Sent it again, all well."
    assert last.summary["issue"] == "wrap_up."


def late_summaries_finish(stint_id: str) -> tuple[Any, Any]:
    from batonpass.app import presence

    return presence.finish_wrap_up, presence.Finishes("R1", stint_id, text="Sent it again, all well.")


async def test_a_preview_is_told_to_who_asked_once_at_a_time(house: House) -> None:
    told: list[Told] = []
    came = asyncio.Event()

    def tell(one: Told, now: int) -> None:
        told.append(one)
        came.set()

    late = LateSummaries(house.world.board, ByPlugin(house.world.board, nothing), written("Late."))
    assert late.preview("s1", house.cid, "transfer", tell)
    assert not late.preview("s1", house.cid, "transfer", tell)
    await came.wait()
    assert [one.summary.prose for one in told if one.summary] == ["Late."]
    assert not LateSummaries(house.world.board, ByPlugin(house.world.board, nothing), None).preview(
        "s1", house.cid, "transfer", tell
    )


def test_a_marked_one_differs_in_its_status_alone() -> None:
    stored = StoredSummary("h", 1, "c", "transfer", FIRST, 0)
    marked = late_summaries._marked(stored, "timeout")
    assert marked == FIRST | {"status": "fallback", "status_reason": "timeout"}
    assert late_summaries._marked(replace(stored, summary=marked), "later") is None
