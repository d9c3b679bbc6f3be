"""Silence: the customer's leads to a warning, a hold and the close; a person's first word has a deadline (FIELD 17)."""

from batonpass.app import customer_presence as presence
from batonpass.domain import events as e
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Conversation, Status
from batonpass.domain.handoff import Kind, Leave
from batonpass.domain.life import LifeRules
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house, with_bot
from tests.support.world import World, queue

QUIET = LifeRules(idle_warn_ms=60 * S, idle_hold_ms=120 * S, idle_close_ms=600 * S)


async def row(talk: Talk) -> Conversation:
    return (await talk.world.picture(talk.id)).conversation


async def answered(store: BaseStore[Tx], life: LifeRules = QUIET, *here: str) -> tuple[World, Talk]:
    """R1 holds, and has answered the customer."""
    world = await house(store, *(here or ("R1", "R2")), q1=queue("q1", life=life))
    talk = await held_by(world, "R1")
    await talk.writes("hello")
    await talk.says("R1", "what is your number?")
    return world, talk


async def test_field_17_silent_chats_do_not_eat_capacity(store: BaseStore[Tx]) -> None:
    """Warned, parked, closed: the slot is free from the hold on."""
    world, talk = await answered(store)
    await world.advance(60 * S)
    assert ((await talk.told())[-1], await talk.slots()) == ("idle_warning", ["R1"])
    await world.advance(60 * S)
    assert ((await row(talk)).status, await talk.slots()) == (Status.HELD, [])
    assert (await talk.told())[-2:] == ["idle_warning", "on_hold_silent"]
    await talk.lawful()
    await world.advance(480 * S)
    assert ((await row(talk)).status, (await row(talk)).close_reason) == (Status.CLOSED, "idle")
    assert (await talk.told())[-1] == "closed_idle"
    await talk.lawful()


async def test_field_17_whose_chat_was_parked_in_silence_takes_it_again_through_a_slot(
    store: BaseStore[Tx],
) -> None:
    world, talk = await answered(store)
    await world.advance(130 * S)
    await talk.writes("here it is")
    await world.settle()
    stint = await talk.takes("R1")
    assert (stint.agent_id, await talk.slots()) == ("R1", ["R1"])
    await talk.lawful()


async def test_a_word_of_the_customers_begins_the_silence_anew(store: BaseStore[Tx]) -> None:
    world, talk = await answered(store)
    await world.advance(61 * S)
    await talk.writes("one moment")
    await talk.says("R1", "of course")
    await world.advance(59 * S)
    assert (await talk.told()).count("idle_warning") == 1
    await world.advance(S)
    assert (await talk.told()).count("idle_warning") == 2


async def test_while_the_customer_waits_for_an_answer_nobody_blames_the_customer(
    store: BaseStore[Tx],
) -> None:
    world, talk = await answered(store)
    await talk.writes("12345")
    await world.advance(1_000 * S)
    assert ((await row(talk)).status, "idle_warning" in await talk.told()) == (Status.ACTIVE, False)


async def test_who_has_said_nothing_yet_is_not_the_customers_silence(store: BaseStore[Tx]) -> None:
    """Neither where nobody has spoken, nor where the bot before had the last word."""
    world = await house(store, "R1", q1=queue("q1", life=QUIET))
    talk = await held_by(world, "R1")
    await world.connect("A")
    passed = await with_bot(world)
    await passed.asks("A", Kind.ESCALATION)
    await passed.takes("R1")
    await world.advance(1_000 * S)
    assert [(await row(t)).status for t in (talk, passed)] == [Status.ACTIVE, Status.ACTIVE]


async def test_a_helper_or_a_pass_keeps_a_silent_chat_from_its_rest(store: BaseStore[Tx]) -> None:
    world, talk = await answered(store)
    await talk.asks("R1", Kind.INVITATION, target=agent("R2"))
    await talk.takes("R2")
    await world.advance(700 * S)
    assert ((await row(talk)).status, await talk.roles()) == (Status.ACTIVE, {"R1": "holder", "R2": "helper"})
    await talk.goes("R2")
    await world.advance(60 * S)
    assert (await row(talk)).status is Status.CLOSED
    await talk.lawful()


async def test_a_bots_chat_is_warned_and_closed_and_never_parked(store: BaseStore[Tx]) -> None:
    world = await house(store, "A", q1=queue("q1", life=QUIET))
    talk = await with_bot(world)
    await world.advance(130 * S)
    assert ((await row(talk)).status, (await talk.told())[-1]) == (Status.ACTIVE, "idle_warning")
    await world.advance(480 * S)
    assert (await row(talk)).close_reason == "idle"
    await talk.lawful()


async def test_a_silent_hold_without_a_close_goes_back_to_who_held(store: BaseStore[Tx]) -> None:
    world, talk = await answered(store, LifeRules(idle_hold_ms=60 * S, hold_limit_ms=300 * S))
    await world.advance(365 * S)  # both limits, and what the clock itself has gone on
    back = await talk.handoff()
    assert (back.kind, back.reason, back.target) == (Kind.RETURN, "hold_limit", agent("R1"))


# The first word


SLOW = LifeRules(first_reply_ms=60 * S)


async def alerts(world: World) -> list[str]:
    return [effect.code for effect in world.recorder.told if isinstance(effect, e.AlertRaised)]


async def test_without_a_first_reply_supervisors_are_told(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", q1=queue("q1", life=SLOW))
    talk = await held_by(world, "R1")
    await world.advance(60 * S)
    assert (await alerts(world), await talk.holder()) == (["first_reply"], "R1")
    await talk.lawful()


async def test_without_a_first_reply_policy_finds_somebody_else(store: BaseStore[Tx]) -> None:
    """Who took it and says nothing is passed over, and away like after a missed offer."""
    life = LifeRules(first_reply_ms=60 * S, first_reply_fails_over=True)
    world = await house(store, "R1", "R2", q1=queue("q1", life=life, auto_accept=True))
    await world.choose("R2", Presence.AWAY)
    talk = Talk(world, customer := await world.customer(), await world.start(customer))
    await world.settle()
    await world.choose("R2", Presence.AVAILABLE)
    await world.advance(60 * S)
    failover = await talk.handoff()
    assert (await talk.holder(), failover.kind, failover.reason) == ("R2", Kind.FAILOVER, "no_reply")
    assert (await talk.told())[-2:] == ["no_reply", "joined"]
    found = await store.read(_agent, "R1")
    assert found is Presence.MISSED
    await talk.lawful()


def _agent(tx: Tx, agent_id: str) -> Presence:
    found = tx.agent(agent_id)
    assert found is not None
    return found.presence


async def test_who_has_answered_or_passes_it_on_owes_nothing(store: BaseStore[Tx]) -> None:
    life = LifeRules(first_reply_ms=60 * S, first_reply_fails_over=True)
    world = await house(store, "R1", "R2", q1=queue("q1", life=life))
    talk = await held_by(world, "R1")
    other = await held_by(world, "R1")
    await talk.says("R1", "hello")
    await other.transfers("R1", agent("R2"), Leave.ON_ACCEPT)
    await world.advance(60 * S)
    assert (await alerts(world), await talk.holder()) == ([], "R1")


# Customers who leave


GRACE = LifeRules(customer_grace_ms=120 * S)


async def tab(talk: Talk, sid: str = "s1") -> None:
    await talk.world.do(presence.customer_here, presence.Here(sid, talk.customer))


async def tab_closed(talk: Talk, sid: str = "s1") -> None:
    await talk.world.do(presence.customer_gone, presence.Gone(sid))


async def waiting(store: BaseStore[Tx]) -> tuple[World, Talk]:
    """A customer with one tab open, and nobody to serve."""
    world = await house(store, q1=queue("q1", life=GRACE))
    customer = await world.customer()
    talk = Talk(world, customer, "")
    await tab(talk)
    talk.id = await world.start(customer)
    await world.settle()
    return world, talk


async def test_who_leaves_while_waiting_and_stays_away_has_abandoned_the_chat(store: BaseStore[Tx]) -> None:
    world, talk = await waiting(store)
    await tab_closed(talk)
    await world.advance(119 * S)
    assert (await row(talk)).status is Status.OPEN
    await world.advance(S)
    assert ((await row(talk)).close_reason, (await talk.told())[-1]) == ("abandoned", "closed_abandoned")
    await talk.lawful()


async def test_who_comes_back_in_time_or_has_another_tab_waits_on(store: BaseStore[Tx]) -> None:
    world, talk = await waiting(store)
    await tab(talk, "s2")
    await tab_closed(talk, "s1")
    await world.advance(300 * S)
    await tab_closed(talk, "s2")
    await world.advance(100 * S)
    await tab(talk, "s3")
    await world.advance(300 * S)
    assert (await row(talk)).status is Status.OPEN
    await talk.lawful()


async def test_who_was_never_connected_has_not_left(store: BaseStore[Tx]) -> None:
    world = await house(store, q1=queue("q1", life=GRACE))
    talk = Talk(world, customer := await world.customer(), await world.start(customer))
    await world.advance(600 * S)
    assert (await row(talk)).status is Status.OPEN


async def test_who_left_before_the_chat_came_to_wait_has_the_grace_from_then(store: BaseStore[Tx]) -> None:
    world = await house(store, "A", q1=queue("q1", life=GRACE))
    talk = await with_bot(world)
    await tab(talk)
    await tab_closed(talk)
    await world.advance(300 * S)
    assert (await row(talk)).status is Status.ACTIVE
    await talk.is_lost("A")
    await world.advance(120 * S)
    assert (await row(talk)).close_reason == "abandoned"
    await talk.lawful()


async def test_who_left_is_found_out_in_an_overflow_that_has_a_grace(store: BaseStore[Tx]) -> None:
    q1 = queue("q1", max_wait_ms=60 * S, overflow=("q2",))
    world = await house(store, q1=q1, q2=queue("q2", life=GRACE))
    talk = Talk(world, customer := await world.customer(), await world.start(customer))
    await tab(talk)
    await tab_closed(talk)
    await world.advance(60 * S)
    assert (await row(talk)).status is Status.OPEN
    await talk.lawful()
    await world.advance(120 * S)
    assert (await row(talk)).close_reason == "abandoned"
    await talk.lawful()


async def test_after_a_restart_a_customer_has_the_whole_grace_again(store: BaseStore[Tx]) -> None:
    from batonpass.app import timers

    world, talk = await waiting(store)
    await world.advance(200 * S)
    await world.do(timers.start_up, None)
    await world.advance(119 * S)
    assert (await row(talk)).status is Status.OPEN
    await world.advance(S)
    assert (await row(talk)).close_reason == "abandoned"


async def test_who_helped_and_spoke_owes_no_first_word_as_holder(store: BaseStore[Tx]) -> None:
    life = LifeRules(first_reply_ms=30 * S, first_reply_fails_over=True)
    world = await house(store, "R1", "R2", q1=queue("q1", life=life))
    talk = await held_by(world, "R1")
    await talk.says("R1", "hello")
    await talk.asks("R1", Kind.INVITATION, target=agent("R2"))
    await talk.takes("R2")
    await talk.says("R2", "it is on its way")
    await talk.goes("R1")
    await world.advance(60 * S)
    assert (await talk.holder(), (await talk.told())[-1]) == ("R2", "joined")
