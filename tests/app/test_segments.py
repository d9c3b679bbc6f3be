"""Stretches of waiting: what became of each, what was before and after it, and how long the customer had waited."""

from batonpass.domain.handoff import Leave
from batonpass.domain.rules import Nobody
from batonpass.domain.segments import Segment
from batonpass.store import rows
from batonpass.store import schema as s
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house, to_queue, with_bot
from tests.support.world import World, queue

Store = BaseStore[Tx]


async def waits(world: World) -> list[Segment]:
    return await world.store.read(_all)


def _all(tx: Tx) -> list[Segment]:
    wanted = s.segments.select().order_by(s.segments.c.started_at, s.segments.c.id)
    return [rows.value(Segment, row) for row in tx.rows(wanted)]


def told(segment: Segment) -> tuple[str, str, bool, str | None, str | None]:
    return (
        str(segment.kind), segment.queue_id, segment.alone, segment.outcome and str(segment.outcome),
        segment.destination,
    )  # fmt: skip


async def started(world: World) -> Talk:
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    return talk


async def test_a_wait_ends_with_who_came(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1")
    talk = await started(world)
    await world.store.advance(7 * S)
    stint = await talk.takes("R1")
    [wait] = await waits(world)
    assert told(wait) == ("arrival", "q1", True, "answered", "R1")
    assert (wait.preceded_by, wait.followed_by) == (None, f"stint:{stint.id}")
    assert (wait.destination_type, (wait.ended_at or 0) - wait.started_at) == ("representative", 7 * S)


async def test_a_wait_with_the_giver_there_is_not_the_customers(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R4")
    talk = await held_by(world, "R1")
    giver = await talk.stint("R1")
    await talk.transfers("R1", to_queue("q2"), Leave.ON_ACCEPT)
    await talk.takes("R4")
    wait = (await waits(world))[-1]
    assert told(wait) == ("transfer", "q2", False, "answered", "R4")
    assert wait.preceded_by == f"stint:{giver.id}"
    await talk.lawful()


async def test_a_giver_who_goes_leaves_the_customer_waiting_from_then_on(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R4")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", to_queue("q2"), Leave.ON_ACCEPT)
    await world.store.advance(5 * S)
    await talk.goes("R1")
    await world.store.advance(3 * S)
    await talk.takes("R4")
    first, second = (await waits(world))[-2:]
    assert told(first) == ("transfer", "q2", False, "holder_left", "q2")
    assert told(second) == ("transfer", "q2", True, "answered", "R4")
    assert (first.followed_by, second.preceded_by) == (f"segment:{second.id}", f"segment:{first.id}")
    assert second.waited_before_ms == 0
    await talk.lawful()


async def test_overflow_goes_on_with_the_time_that_was_waited(frozen_store: Store) -> None:
    world = await house(frozen_store, "R4", q1=queue("q1", max_wait_ms=20 * S, overflow=("q2",)))
    talk = await started(world)
    await world.advance(20 * S)
    await world.store.advance(4 * S)
    await talk.takes("R4")
    first, second = await waits(world)
    assert told(first) == ("arrival", "q1", True, "moved", "q2")
    assert told(second) == ("arrival", "q2", True, "answered", "R4")
    assert second.waited_before_ms == 20 * S
    await talk.lawful()


async def test_what_nobody_takes_returns_and_is_one_wait(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", q2=queue("q2", max_wait_ms=20 * S, nobody=Nobody.RETURN))
    talk = await held_by(world, "R1")
    await world.connect("R4")
    await talk.transfers("R1", to_queue("q2"), Leave.NOW)
    await talk.leaves_it("R4")
    await world.advance(20 * S)
    await talk.takes("R1")
    first, second = (await waits(world))[-2:]
    assert told(first) == ("transfer", "q2", True, "moved", "q1")
    assert told(second) == ("return", "q1", True, "answered", "R1")
    assert second.waited_before_ms == 20 * S
    await talk.lawful()


async def test_an_end_while_waiting_is_abandoned_and_while_served_is_not(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1")
    talk, other = await started(world), await started(world)
    await world.ends(other.customer, other.id)
    await talk.takes("R1")
    await world.ends(talk.customer, talk.id)
    outcomes = {wait.conversation_id: wait.outcome for wait in await waits(world)}
    assert outcomes == {talk.id: "answered", other.id: "abandoned"}


async def test_nobody_in_time_is_unanswered_and_a_wish_for_a_person_replaces(frozen_store: Store) -> None:
    world = await house(frozen_store, q1=queue("q1", max_wait_ms=20 * S))
    talk = await started(world)
    await world.wants_human(talk.customer, talk.id)
    await world.advance(20 * S)
    assert [str(wait.outcome) for wait in await waits(world)] == ["replaced", "unanswered"]
    assert (await world.picture(talk.id)).conversation.status == "closed"


async def test_a_warm_receiver_who_goes_has_it_wait_again(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R2"), Leave.ON_COMPLETE)
    await talk.takes("R2")
    consulted = await talk.stint("R2")
    await talk.goes("R2")
    first, second = (await waits(world))[-2:]
    assert told(first) == ("transfer", "q1", False, "answered", "R2")
    assert second.preceded_by == f"stint:{consulted.id}"
    assert (second.alone, second.outcome) == (False, None)
    await talk.lawful()


async def test_after_work_has_a_length(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "A")
    talk = await with_bot(world)
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    stint = await talk.takes("R1")
    await talk.goes("R1", resolved=True)
    await world.store.advance(9 * S)
    await world.finishes("R1", stint.id)
    stint = await world.stint(stint.id)
    assert (stint.wrapped_up_at or 0) - (stint.ended_at or 0) == 9 * S
    bot = next(t for t in (await world.picture(talk.id)).stints if t.bot)
    assert bot.wrapped_up_at is None
