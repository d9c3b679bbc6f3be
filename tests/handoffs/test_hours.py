"""Opening hours: refusals that say when, what waits at the opening and at the closing, and who serves round the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from batonpass.app import explaining, timers
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Status
from batonpass.domain.errors import Unavailable
from batonpass.domain.handoff import Kind, Leave, State
from batonpass.domain.hours import Hours, Span
from batonpass.domain.rules import HandBack, Nobody, Trigger, WhenClosed
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import NEXT, PREVIOUS, S, Talk, agent, held_by, house, to_queue, with_bot
from tests.support.world import World, queue

Store = BaseStore[Tx]
MINUTE = 60 * S
HOUR = 60 * MINUTE

WEEK = Hours("office", UTC, ((Span(9 * 60, 17 * 60),),) * 5 + ((), ()))


async def clock(store: Store, weekday: int, hour: float) -> int:
    """Advance to this time of the week, Monday is 0, before anybody is there; the moment."""
    now = await store.read(lambda tx: tx.now)
    today = datetime.fromtimestamp(now / 1000, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = (weekday - today.weekday()) % 7 or 7
    moment = int((today + timedelta(days=days, hours=hour)).timestamp() * 1000)
    await store.advance(moment - now)
    return moment


async def shop(store: Store, hour: float, *here: str, weekday: int = 0, **changes: Any) -> World:
    """The house, where queue 1 is open on weekdays from nine to five; nothing overflows but as `changes` say."""
    await clock(store, weekday, hour)
    second = changes.pop("q2", None)
    first = queue("q1", **{"hours": WEEK, "wrap_up_ms": 0, **changes})
    return await house(store, *here, q1=first, q2=second, failover_queue=None)


async def until_it_opens(world: World) -> None:
    now = await world.now()
    await world.advance((WEEK.opens_at(now) or now) - now)


async def test_before_nine_an_escalation_is_refused_and_says_when(frozen_store: Store) -> None:
    """FIELD 14: asked when nobody can take it."""
    world = await shop(frozen_store, 8, "A", "R1")
    talk = await with_bot(world)
    nine = await world.now() + HOUR
    with pytest.raises(Unavailable) as refused:
        await talk.asks("A", Kind.ESCALATION)
    assert (refused.value.reason, refused.value.opens_at) == ("closed", nine)
    with pytest.raises(Unavailable) as wish:
        await world.wants_human(talk.customer, talk.id)
    assert (wish.value.reason, wish.value.opens_at) == ("closed", nine)
    for target in (agent("R1"), to_queue("q1"), NEXT):
        with pytest.raises(Unavailable) as named:
            await talk.transfers("A", target)
        assert (named.value.reason, named.value.opens_at) == ("closed", nine)
    question = explaining.Question("A", talk.id, (await talk.stint("A")).id, Kind.ESCALATION)
    ahead = await world.store.read(explaining.availability, world.env, question)
    assert (ahead.available, ahead.opens_at) == (False, nine)
    assert await talk.holder() == "A"
    await talk.lawful()


async def night(store: Store, hour: float, *here: str, weekday: int = 0, **changes: Any) -> World:
    """Queue 2, which R4 alone serves in office hours, takes the chats."""
    await clock(store, weekday, hour)
    second = queue("q2", **{"hours": WEEK, **changes})
    return await house(store, *here, q2=second, entry="q2", failover_queue=None)


async def arrived(world: World) -> Talk:
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    return talk


async def test_at_nine_what_waits_is_offered(frozen_store: Store) -> None:
    """Nobody does anything at nine: the queue's own timer matches it (law 7)."""
    world = await night(frozen_store, 8, "R4", max_wait_ms=10 * MINUTE)
    talk = await arrived(world)
    assert await talk.told() == ["waiting_closed"]
    [said] = [e.data["notice"]["text"] for e in await talk.entries() if "notice" in e.data]
    assert "09:00" in said
    assert ((await talk.handoff()).trace or {})["removed"] == {"closed": 1}
    await world.advance(HOUR - 1)
    assert (await talk.handoff()).state is State.QUEUED
    await world.advance(1)
    await talk.takes("R4")
    await talk.lawful()


async def test_the_longest_wait_begins_at_the_opening(frozen_store: Store) -> None:
    world = await night(frozen_store, 8, max_wait_ms=10 * MINUTE)
    talk = await arrived(world)
    await world.advance(HOUR + 10 * MINUTE - 1)
    assert (await talk.handoff()).state is State.QUEUED
    await world.advance(1)
    assert (await world.picture(talk.id)).conversation.close_reason == "unanswered"


async def test_what_waits_for_people_over_the_weekend_is_not_given_up(frozen_store: Store) -> None:
    world = await shop(frozen_store, 16.9, "R1", max_wait_ms=10 * MINUTE, weekday=4)
    await world.choose("R1", Presence.AWAY)
    talk = await waiting_for_a_person(world)
    await world.advance(2 * 24 * HOUR)
    assert (await talk.handoff()).state is State.QUEUED
    assert (await talk.told()).count("waiting_closed") == 1
    await world.advance(24 * HOUR)
    assert (await world.picture(talk.id)).conversation.close_reason == "unanswered"
    await talk.lawful()


async def waiting_for_a_person(world: World) -> Talk:
    """Bot A has escalated, and all are away."""
    await world.connect("A")
    talk = await with_bot(world)
    await talk.asks("A", Kind.ESCALATION)
    await world.choose("A", Presence.AWAY)
    return talk


async def test_at_five_it_closes_with_words(frozen_store: Store) -> None:
    world = await shop(frozen_store, 16.9, when_closed=WhenClosed.CLOSE)
    talk = await waiting_for_a_person(world)
    await world.advance(6 * MINUTE)
    found = (await world.picture(talk.id)).conversation
    assert (found.status, found.close_reason) == (Status.CLOSED, "closed_hours")
    assert (await talk.told())[-1] == "closed_hours"
    await talk.lawful()


async def test_at_five_it_goes_on_to_the_overflow(frozen_store: Store) -> None:
    world = await shop(frozen_store, 16.9, "R4", when_closed=WhenClosed.OVERFLOW, overflow=("q2",))
    talk = await waiting_for_a_person(world)
    assert (await talk.handoff()).queue_id == "q1"
    await world.advance(6 * MINUTE)
    await talk.takes("R4")
    assert await talk.holder() == "R4"
    await talk.lawful()


async def test_at_five_it_is_handed_back_where_policy_says_so(frozen_store: Store) -> None:
    policy = HandBack(when=frozenset({Trigger.OUT_OF_HOURS}))
    world = await shop(frozen_store, 16.9, "B", hand_back=policy, when_closed=WhenClosed.CLOSE)
    talk = await waiting_for_a_person(world)
    await world.advance(6 * MINUTE)
    assert (await talk.roles(), (await talk.handoff()).reason) == ({"B": "holder"}, "out_of_hours")
    assert (await talk.told())[-2:] == ["passed_back_closed", "joined_bot"]
    await talk.lawful()


async def test_at_five_a_chat_goes_on_and_its_transfer_does_not(frozen_store: Store) -> None:
    world = await shop(frozen_store, 16.9, "R1", "R2")
    talk = await held_by(world, "R1")
    await world.choose("R2", Presence.AWAY)
    asked = await talk.transfers("R1", NEXT)
    await world.advance(6 * MINUTE)
    assert ((await talk.handoff(asked.id)).state, (await talk.handoff(asked.id)).outcome) == (
        State.RETURNED,
        "closed",
    )
    assert await talk.holder() == "R1"
    await talk.says("R1", "still here")
    await talk.lawful()


async def test_an_offer_that_is_open_at_five_may_be_taken(frozen_store: Store) -> None:
    world = await shop(frozen_store, 16.999, "A", "R1", when_closed=WhenClosed.CLOSE)
    talk = await with_bot(world)
    await talk.asks("A", Kind.ESCALATION)
    await world.advance(10 * S)
    assert (await talk.handoff()).state is State.OFFERED
    await talk.takes("R1")
    assert await talk.holder() == "R1"
    await talk.lawful()


async def test_an_offer_that_is_declined_after_five_ends_as_the_policy_says(frozen_store: Store) -> None:
    world = await shop(frozen_store, 16.999, "A", "R1", when_closed=WhenClosed.CLOSE)
    talk = await with_bot(world)
    await talk.asks("A", Kind.ESCALATION)
    await world.advance(10 * S)
    await talk.leaves_it("R1")
    assert (await world.picture(talk.id)).conversation.close_reason == "closed_hours"


async def test_a_person_lost_at_night_is_followed_by_who_serves_then(frozen_store: Store) -> None:
    """A failover in a closed queue: the night queue's people, else the wait for the opening."""
    world = await shop(frozen_store, 16.9, "R1", "R2")
    talk = await held_by(world, "R1")
    await world.advance(HOUR)
    await talk.is_lost("R1")
    assert ((await talk.handoff()).kind, (await talk.handoff()).state) == (Kind.FAILOVER, State.QUEUED)
    assert (await talk.told())[-2:] == ["lost_person", "waiting_closed"]
    await until_it_opens(world)
    await talk.takes("R2")
    await talk.lawful()


async def test_who_is_named_is_asked_in_the_hours_of_its_own_queues(frozen_store: Store) -> None:
    """R4 serves queue 2 round the clock; who serves queue 1 alone is at home."""
    world = await shop(frozen_store, 18, "A", "R1", "R4")
    talk = await with_bot(world)
    asked = await talk.transfers("A", agent("R4"), Leave.ON_ACCEPT)
    assert asked.state is State.OFFERED
    await talk.takes("R4")
    with pytest.raises(Unavailable):
        await talk.transfers("R4", agent("R1"))
    found = await talk.transfers("R4", PREVIOUS)
    assert (await talk.handoff(found.id)).receiver_agent_id == "A"
    await talk.lawful()


async def test_what_waits_for_somebody_named_is_matched_when_a_queue_of_theirs_opens(
    frozen_store: Store,
) -> None:
    """It returns to R1, who serves queue 1 alone, and waits there over the night."""
    second = queue("q2", nobody=Nobody.RETURN, max_wait_ms=10 * MINUTE)
    world = await shop(frozen_store, 16.9, "R1", q2=second)
    talk = await held_by(world, "R1")
    await talk.transfers("R1", to_queue("q2"), Leave.NOW)
    await world.advance(20 * MINUTE)
    found = await talk.handoff()
    assert (found.kind, found.state) == (Kind.RETURN, State.QUEUED)
    await until_it_opens(world)
    await talk.takes("R1")
    await talk.lawful()


async def test_bots_serve_round_the_clock(frozen_store: Store) -> None:
    world = await shop(frozen_store, 3, "A", "R1", when_closed=WhenClosed.CLOSE)
    talk = await with_bot(world)
    assert await talk.holder() == "A"
    await talk.lawful()


async def test_a_queue_that_never_opens_again_leaves_nobody_waiting(frozen_store: Store) -> None:
    """Law 6: without an opening within a year, to wait is no policy."""
    world = await night(frozen_store, 8, hours=Hours("never", UTC, ((),) * 7))
    talk = await arrived(world)
    assert (await world.picture(talk.id)).conversation.status is Status.CLOSED
    await talk.lawful()


async def test_a_restart_in_the_night_tells_nobody_twice(frozen_store: Store) -> None:
    world = await night(frozen_store, 8)
    talk = await arrived(world)
    await world.do(timers.start_up, None)
    await world.settle()
    assert (await talk.told()).count("waiting_closed") == 1
    await talk.lawful()
