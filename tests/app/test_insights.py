"""Reports: what counts where, what divides what, and what is refused."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from batonpass.app.care import GiveScore, give_score
from batonpass.app.insights import Question, report, table
from batonpass.app.insights.dividing import bucket
from batonpass.app.insights.rows import as_csv, handoff_table
from batonpass.app.insights.tally import Tally
from batonpass.app.presence import Finishes, finish_wrap_up
from batonpass.domain.care import Care, Survey
from batonpass.domain.conversation import Stint
from batonpass.domain.errors import CallerError
from batonpass.domain.figures import By, Chat, Report
from batonpass.domain.handoff import Kind, Leave
from batonpass.domain.insight_rules import InsightRules
from batonpass.domain.segments import Came, Segment
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house, to_queue, with_bot
from tests.support.world import World, queue

Store = BaseStore[Tx]
RULES = InsightRules(service_level_ms=10 * S)


async def ask(world: World, *by: By, **how: Any) -> Report:
    return await world.store.read(report, RULES, Question(by=by, **how))


async def escalated(world: World, *, finishes: bool = True) -> Talk:
    """A chat that the bot A held for 5 s, and a person took after 7 s, who talked for 30 s and worked on for 9 s."""
    talk = await with_bot(world)
    await world.store.advance(5 * S)
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    await world.store.advance(7 * S)
    stint = await talk.takes("R1")
    await world.store.advance(30 * S)
    await talk.goes("R1", resolved=True)
    if finishes:
        await world.store.advance(9 * S)
        await world.finishes("R1", stint.id)
    return talk


async def test_who_is_in_after_work_holds_no_more(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    await escalated(world, finishes=False)
    handling = (await ask(world)).total.handling
    assert handling is not None
    assert (handling.wrapping_up, handling.person.count) == (1, 0)
    assert (handling.talking.count, handling.talking.mean_s) == (1, 30.0)


async def test_field_23_bot_and_human_time_are_apart(frozen_store: Store) -> None:
    """FIELD 23: bot and human time mixed in reports. Stints keep them apart, whoever was in between."""
    world = await house(frozen_store, "A", "R1")
    await escalated(world)
    handling = (await ask(world)).total.handling
    assert handling is not None
    assert (handling.bot.count, handling.bot.mean_s) == (1, 5.0)
    assert (handling.person.count, handling.person.mean_s) == (1, 39.0)
    assert (handling.talking.mean_s, handling.after_work.mean_s) == (30.0, 9.0)
    by_agent = {g.agent: g.handling for g in (await ask(world, By.AGENT)).groups}
    bots, person = by_agent["A"], by_agent["R1"]
    assert bots is not None
    assert person is not None
    assert (bots.bot.mean_s, bots.person.count) == (5.0, 0)
    assert (person.bot.count, person.person.mean_s) == (0, 39.0)


async def test_who_is_contained_and_who_had_a_person(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    await escalated(world)
    alone = await with_bot(world)
    await world.ends(alone.customer, alone.id)
    waited = await with_bot(world)
    await world.choose("R1", _away())
    await world.wants_human(waited.customer, waited.id)
    await world.settle()
    await world.ends(waited.customer, waited.id)
    total = (await ask(world)).total
    assert total.chats is not None
    assert total.waits is not None
    assert (total.chats.started, total.chats.with_bot, total.chats.with_person) == (3, 3, 1)
    assert (total.chats.contained, total.chats.containment_rate) == (1, 0.3333)
    assert (total.waits.abandoned, total.waits.abandonment_rate) == (1, 0.5)
    assert (total.waits.person.mean_s, total.waits.service_level) == (7.0, 0.5)


def _away() -> Any:
    from batonpass.domain.agents import Presence

    return Presence.AWAY


async def test_a_wait_over_two_queues_is_one_and_belongs_to_where_it_ended(frozen_store: Store) -> None:
    world = await house(frozen_store, "R4", q1=queue("q1", max_wait_ms=20 * S, overflow=("q2",)))
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    await world.advance(20 * S)
    await world.store.advance(4 * S)
    await talk.takes("R4")
    groups = {g.queue: g.waits for g in (await ask(world, By.QUEUE)).groups}
    first, second = groups["q1"], groups["q2"]
    assert first is not None
    assert second is not None
    assert (first.moved, first.person.count) == (1, 0)
    assert (second.person.mean_s, second.within_service_level) == (24.0, 0)


async def test_what_began_before_the_window_is_not_in_it(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    talk = await with_bot(world)
    await world.store.advance(60 * S)
    at = await world.now()
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    total = (await ask(world, since=at)).total
    assert total.chats is not None
    assert total.handling is not None
    assert total.waits is not None
    assert (total.chats.started, total.handling.bot.count, total.waits.waiting) == (0, 0, 1)
    assert [(c.kind, c.state) for c in total.handoffs or []] == [("escalation", "offered")]


async def test_divisions_of_queue_agent_and_kind(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1", "R4")
    talk = await escalated(world)
    assert talk.id
    answer = await ask(world, By.QUEUE, By.KIND)
    keys = [(g.queue, g.kind, g.chats is None) for g in answer.groups]
    assert keys == [("q1", "arrival", True), ("q1", "escalation", True)]
    lines = table(answer)
    assert [(line["queue"], line["kind"], line["waits.person.mean_s"]) for line in lines] == [
        ("q1", "arrival", None),
        ("q1", "escalation", 7.0),
    ]
    counts = {(line["kind"], line["state"]): line["count"] for line in handoff_table(answer)}
    assert counts == {("arrival", "completed"): 1, ("escalation", "completed"): 1}


async def test_offers_are_taken_declined_and_missed(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    await talk.leaves_it("R1")
    await world.advance(30 * S)
    await world.store.advance(3 * S)
    await talk.takes("R3")
    offers = (await ask(world)).total.offers
    assert offers is not None
    assert (offers.made, offers.accepted, offers.declined, offers.missed) == (3, 1, 1, 1)
    assert (offers.accept_rate, offers.until_accepted.mean_s) == (0.3333, 3.0)
    by_agent = {g.agent: g.offers and g.offers.miss_rate for g in (await ask(world, By.AGENT)).groups}
    assert by_agent == {"R1": 0.0, "R2": 1.0, "R3": 0.0}


async def test_a_customer_who_soon_comes_back_is_a_recontact(frozen_store: Store) -> None:
    world = await house(frozen_store, "A")
    first = await with_bot(world)
    await world.ends(first.customer, first.id)
    assert (await recontacts(world)) == 0
    await world.store.advance(3_600 * S)
    await world.start(first.customer, "again")
    assert (await recontacts(world)) == 1
    soon = replace(RULES, recontact_ms=3_599 * S)
    chats = (await world.store.read(report, soon, Question())).total.chats
    assert chats is not None
    assert chats.recontacted == 0


async def recontacts(world: World) -> int:
    chats = (await ask(world)).total.chats
    assert chats is not None
    return chats.recontacted


def test_a_hand_back_counts_only_after_a_person() -> None:
    def chat(*holders: tuple[bool, str]) -> Chat:
        return Chat("c", "q", 0, True, "resolved", holders, lost=False, again=False)

    arrival, back, person = (True, "arrival"), (True, "hand_back"), (False, "escalation")
    chats = [chat(back, person), chat(arrival, person, back), chat(arrival, person, (True, "failover"))]
    figures = Tally(RULES, chats=chats).chat_figures()
    assert (figures.handed_back, figures.hand_back_rate) == (1, 0.3333)


def test_what_sought_a_bot_is_no_lost_wait_for_people() -> None:
    from batonpass.domain.handoff import Seeks, TargetType

    wait = Segment(
        "s",
        "c",
        "h",
        Kind.HAND_BACK,
        TargetType.NEXT,
        Seeks.BOT,
        "q",
        True,
        0,
        ended_at=S,
        outcome=Came.ABANDONED,
    )
    assert Tally(RULES, waits=[wait]).wait_figures().abandoned == 0
    assert Tally(RULES, waits=[replace(wait, seeks=Seeks.ANY)]).wait_figures().abandoned == 1


def test_hours_days_weeks_and_months_are_the_zones() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = round(datetime(2026, 3, 29, 10, 30, tzinfo=UTC).timestamp() * 1000)
    assert bucket(spring, By.DAY, berlin) == "2026-03-29T00:00:00+01:00"
    assert bucket(spring, By.WEEK, berlin) == "2026-03-23T00:00:00+01:00"
    assert bucket(spring, By.MONTH, UTC) == "2026-03-01T00:00:00+00:00"
    autumn = round(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp() * 1000)
    hours = [bucket(autumn + n * 3_600_000, By.HOUR, berlin) for n in range(2)]
    assert hours == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]


@pytest.mark.parametrize(
    "question, says",
    [
        (Question(since=5, until=5), "not before"),
        (Question(since=0, until=40_000_000_000), "400 days"),
        (Question(since=-1, until=5), "1970"),
        (Question(by=(By.DAY, By.HOUR)), "not two"),
        (Question(zone="Mars/Olympus"), "no time zone"),
        (Question(zone="../../etc/passwd"), "no time zone"),
        (Question(zone="\x00"), "no time zone"),
    ],
)
async def test_a_question_without_an_answer_is_refused(
    frozen_store: Store, question: Question, says: str
) -> None:
    with pytest.raises(CallerError, match=says):
        await frozen_store.read(report, RULES, question)


async def test_too_much_to_count_is_refused(frozen_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from batonpass.app.insights import asking

    world = await house(frozen_store)
    for _ in range(3):
        await world.start(await world.customer())
    monkeypatch.setattr(asking, "MOST_CHATS", 2)
    with pytest.raises(CallerError, match="more than 2"):
        await ask(world)


async def test_csv_has_a_head_and_no_formula(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1", "R4")
    talk = await with_bot(world)
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    await talk.takes("R1")
    await talk.asks(
        "R1",
        Kind.TRANSFER,
        target=to_queue("q2"),
        leave=Leave.NOW,
        reason='=HYPERLINK("http://x","y"), "quoted"',
    )
    read = list(csv.DictReader(as_csv(handoff_table(await ask(world))).splitlines()))
    [transfer] = [line for line in read if line["kind"] == "transfer"]
    assert transfer["reason"] == '\'=HYPERLINK("http://x","y"), "quoted"'
    [line] = csv.DictReader(as_csv(table(await ask(world))).splitlines())
    assert (line["chats.started"], line["waits.bot.count"], line["csat.mean"]) == ("1", "1", "")


async def test_a_named_agent_counts_where_it_came(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1", "R2")
    talk = await with_bot(world)
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    await talk.takes("R1")
    await talk.transfers("R1", agent("R2"), Leave.NOW)
    await world.store.advance(2 * S)
    stint: Stint = await talk.takes("R2")
    groups = {g.agent: g for g in (await ask(world, By.AGENT)).groups}
    waits, given = groups["R2"].waits, groups["R1"].handoffs
    assert stint.agent_id == "R2"
    assert waits is not None
    assert waits.person.mean_s == 2.0
    assert [(c.kind, c.target, c.count) for c in given or []] == [("transfer", "agent", 1)]


def _surveys(tx: Tx, customer: str) -> list[Survey]:
    return tx.open_surveys(customer)


async def test_what_customers_say_and_what_it_was_about(frozen_store: Store) -> None:
    care = Care(csat=True, dispositions={"delivery": "Late delivery", "other": "Other"})
    world = await house(frozen_store, "R1", "R2", q1=queue("q1", care=care))
    for score, code in ((5, "delivery"), (2, "delivery"), (None, None)):
        talk = await held_by(world, "R1")
        await talk.says("R1", "here I am")
        stint = await talk.stint("R1")
        await world.resolves("R1", stint.id)
        if score is not None:
            [survey] = await world.store.read(_surveys, talk.customer)
            await world.do(give_score, GiveScore(talk.customer, survey.id, score, "because"))
        if code is not None:
            await world.do(finish_wrap_up, Finishes("R1", stint.id, talk.id, disposition=code))
        await world.advance(120 * S)
    total = (await ask(world)).total
    assert total.csat is not None
    assert (total.csat.asked, total.csat.answered, total.csat.mean) == (3, 2, 3.5)
    assert (total.csat.answer_rate, total.csat.scores) == (0.6667, {"2": 1, "5": 1})
    assert total.dispositions == {"delivery": 2, "none": 1}
    [line] = table(await ask(world, By.AGENT))
    assert (line["agent"], line["csat.mean"], line["dispositions.delivery"]) == ("R1", 3.5, 2)
