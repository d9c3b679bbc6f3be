"""Rules that change while chats go on, and a long stop: who is in is looked after all the same, and nobody is ended
for what nobody could do meanwhile."""

from dataclasses import replace
from typing import Any

from batonpass.app import configuring, holds, timers
from batonpass.app import customer_presence as presence
from batonpass.domain.conversation import Conversation, Status
from batonpass.domain.handoff import Leave, State
from batonpass.domain.life import LifeRules
from batonpass.domain.rules import HandBack, QueueRules, Trigger, WhenClosed
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house
from tests.handoffs.test_hours import WEEK, clock
from tests.support.world import World, queue

Store = BaseStore[Tx]
QUIET = LifeRules(idle_warn_ms=60 * S, idle_hold_ms=120 * S, idle_close_ms=600 * S)
OWED = LifeRules(first_reply_ms=30 * S, first_reply_fails_over=True)
MISSED = LifeRules(customer_grace_ms=30 * S)


async def row(talk: Talk) -> Conversation:
    return (await talk.world.picture(talk.id)).conversation


async def adopts(world: World, *queues: QueueRules, **changes: Any) -> None:
    """The operator's new rules are in force."""
    rules = world.env.rules
    rules = replace(rules, queues={**rules.queues, **{q.id: q for q in queues}}, **changes)
    await world.board.decide_by(replace(world.env, rules=rules))
    await world.do(configuring.wake_queues, None)
    await world.settle()


async def restarts(world: World, *here: str, stopped: int = 3_600 * S) -> None:
    """The server was down for so long, and these come back at once."""
    await world.store.advance(stopped)
    await world.do(timers.start_up, None)
    for agent_id in here:
        await world.connect(agent_id, available=False)
    await world.settle()


async def answered(store: Store, **house_has: Any) -> tuple[World, Talk]:
    """R1 holds, and has answered the customer."""
    world = await house(store, "R1", "B", **house_has)
    talk = await held_by(world, "R1")
    await talk.writes("hello")
    await talk.says("R1", "what is your number?")
    return world, talk


async def left_alone(store: Store, **house_has: Any) -> tuple[World, Talk]:
    """A chat that waits, and whose customer has closed the page."""
    world = await house(store, **house_has)
    customer = await world.customer()
    await world.do(presence.customer_here, presence.Here("page", customer))
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    await world.do(presence.customer_gone, presence.Gone("page"))
    return world, talk


async def test_new_thresholds_of_silence_are_for_chats_that_go_on_too(frozen_store: Store) -> None:
    world, talk = await answered(frozen_store)
    await adopts(world, queue("q1", life=QUIET))
    await world.advance(60 * S)
    assert (await talk.told())[-1] == "idle_warning"
    await world.advance(540 * S)
    assert (await row(talk)).close_reason == "idle"
    await talk.lawful()


async def test_a_start_with_other_rules_looks_after_who_holds(frozen_store: Store) -> None:
    world, talk = await answered(frozen_store)
    rules = replace(world.env.rules, queues={**world.env.rules.queues, "q1": queue("q1", life=QUIET)})
    await world.board.decide_by(replace(world.env, rules=rules))
    await restarts(world, "R1", stopped=1)
    await world.advance(60 * S)
    assert (await talk.told())[-1] == "idle_warning"


async def test_a_new_hand_back_of_idle_chats_is_for_those_that_go_on_too(frozen_store: Store) -> None:
    world, talk = await answered(frozen_store)
    idle = HandBack(when=frozenset({Trigger.IDLE}), idle_ms=60 * S)
    await adopts(world, queue("q1", hand_back=idle))
    await world.advance(60 * S)
    assert await talk.holder() == "B"
    await talk.lawful()


async def test_a_new_deadline_of_the_first_word_is_for_who_holds_already(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await adopts(world, queue("q1", life=OWED))
    await world.advance(30 * S)
    assert (await talk.told())[-1] == "no_reply"


async def test_a_new_grace_is_for_customers_who_have_left_already(frozen_store: Store) -> None:
    world, talk = await left_alone(frozen_store)
    await adopts(world, queue("q1", life=MISSED))
    await world.advance(30 * S)
    assert (await row(talk)).close_reason == "abandoned"


async def test_who_writes_without_a_connection_has_not_left(frozen_store: Store) -> None:
    """As over REST, when the page was closed before."""
    world, talk = await left_alone(frozen_store, q1=queue("q1", life=MISSED))
    await world.advance(25 * S)
    await talk.writes("I am here")
    await world.advance(29 * S)
    assert (await row(talk)).status is Status.OPEN
    await world.advance(1 * S)
    assert (await row(talk)).close_reason == "abandoned"


async def test_a_pass_that_nobody_took_leaves_the_first_word_owed(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", q1=queue("q1", life=OWED))
    talk = await held_by(world, "R1")
    await world.advance(20 * S)
    asked = await talk.transfers("R1", agent("R2"), Leave.ON_ACCEPT)
    await world.advance(15 * S)
    await world.cancels("R1", asked.id)
    await world.advance(30 * S)
    assert (await talk.told())[-1] == "no_reply"
    await talk.lawful()


async def test_after_a_long_stop_the_first_word_may_still_be_said(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", q1=queue("q1", life=OWED))
    talk = await held_by(world, "R1")
    await restarts(world, "R1")
    assert await talk.holder() == "R1"
    await world.advance(world.env.rules.grace_ms)
    assert (await talk.told())[-1] == "no_reply"


async def test_after_a_long_stop_the_customer_is_warned_before_the_chat_rests_or_ends(
    frozen_store: Store,
) -> None:
    world, talk = await answered(frozen_store, q1=queue("q1", life=QUIET))
    await restarts(world, "R1")
    assert (await talk.told())[-1] == "joined"
    await world.advance(world.env.rules.grace_ms)
    assert ((await talk.told())[-1], (await row(talk)).status) == ("idle_warning", Status.ACTIVE)
    await world.advance(540 * S)
    assert (await row(talk)).close_reason == "idle"
    await talk.lawful()


async def test_after_a_long_stop_a_warm_transfer_goes_on(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    asked = await talk.transfers("R1", agent("R2"), Leave.ON_COMPLETE)
    await talk.takes("R2")
    await restarts(world, "R1", "R2")
    assert (await talk.handoff(asked.id)).state is State.ACCEPTED
    await world.advance(world.env.rules.grace_ms)
    assert (await talk.handoff(asked.id)).state is State.RETURNED


async def test_who_waited_for_the_opening_waits_no_longer_when_it_opens_before(frozen_store: Store) -> None:
    await clock(frozen_store, 4, 18)
    shut = queue("q2", hours=WEEK, max_wait_ms=600 * S)
    world = await house(frozen_store, q2=shut, entry="q2", failover_queue=None)
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    assert (await talk.told())[-1] == "waiting_closed"
    await adopts(world, queue("q2", max_wait_ms=600 * S))
    await world.advance(600 * S)
    assert (await row(talk)).close_reason == "unanswered"
    await talk.lawful()


async def test_after_a_long_stop_a_parked_chat_waits_for_its_customer(frozen_store: Store) -> None:
    """Nobody could write while the server was down: who was parked in silence has the grace to come back."""
    world, talk = await answered(frozen_store, q1=queue("q1", life=QUIET))
    await world.advance(130 * S)
    assert (await row(talk)).status is Status.HELD
    await restarts(world, "R1")
    assert (await row(talk)).status is Status.HELD
    await talk.lawful()
    await world.advance(world.env.rules.grace_ms - 1)
    await talk.writes("here it is")
    await world.settle()
    assert (await talk.handoff()).target == agent("R1")
    await talk.lawful()


async def test_after_a_long_stop_a_hold_that_is_over_asks_who_has_come_back(frozen_store: Store) -> None:
    """Who held it is asked first, and has the grace to be there."""
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    stint = await talk.stint("R1")
    await world.do(holds.put_on_hold, holds.Holds("R1", talk.id, stint.id, "h", for_ms=60 * S))
    await restarts(world, "R2")
    assert (await row(talk)).status is Status.HELD
    await world.connect("R1")
    await world.advance(world.env.rules.grace_ms)
    assert (await world.open_offer("R1")).conversation_id == talk.id
    await talk.lawful()


async def test_what_waits_for_the_opening_goes_on_to_a_new_overflow(frozen_store: Store) -> None:
    await clock(frozen_store, 4, 18)
    shut = queue("q2", hours=WEEK)
    world = await house(frozen_store, "R1", q2=shut, entry="q2", failover_queue=None)
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    await adopts(world, replace(shut, overflow=("q3",), when_closed=WhenClosed.OVERFLOW))
    assert (await talk.handoff()).queue_id == "q2", "nobody serves queue 3"
    assert (await talk.told()).count("waiting_closed") == 1, "it is told once"
    await adopts(world, replace(shut, overflow=("q1",), when_closed=WhenClosed.OVERFLOW))
    assert (await talk.handoff()).queue_id == "q1"
    await talk.takes("R1")
    await talk.lawful()
