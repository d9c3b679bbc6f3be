"""Playbooks of what the machine of tests/test_laws.py and reading found: each was broken once."""

import asyncio
from dataclasses import replace

from batonpass.app import matching, presence, timers
from batonpass.app.fired import Fired
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Stint, Turn
from batonpass.domain.due import DueKind
from batonpass.domain.handoff import Kind, Leave, Seeks, State, Target, TargetType
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.laws import check_laws, check_settled
from tests.support.world import World, bot, person, queue, rules

S = 1_000


async def _house(store: BaseStore[Tx], *people: str, failover_queue: str | None = None) -> World:
    """q1: bot A, then people, then bot B; q2: bot L alone."""
    world = World(store, rules(queue("q1"), queue("q2"), failover_queue=failover_queue))
    members = [("q1", "A", 100), *((("q1", name, 50)) for name in people), ("q1", "B", 10), ("q2", "L", 50)]
    await world.setup([bot("A"), bot("B"), bot("L"), *(person(name) for name in people)], members)
    for agent_id in ("A", "B", "L", *people):
        await world.connect(agent_id)
    await world.settle()
    return world


async def _holder(world: World, cid: str) -> Stint:
    picture = await world.picture(cid)
    return next(s for s in picture.stints if s.id == picture.conversation.holder)


async def _greeted(world: World, customer: str) -> tuple[str, Stint]:
    """A chat in q1 whose bot A has greeted."""
    cid = await world.start(customer)
    await world.settle()
    stint = await _holder(world, cid)
    await world.says(stint.agent_id, cid, stint.id, "Hello", f"greet:{stint.id}")
    return cid, stint


async def test_a_failover_wakes_its_second_queue(frozen_store: BaseStore[Tx]) -> None:
    world = await _house(frozen_store, "R1", failover_queue="q1")
    cid, a = await _greeted(world, await world.customer())
    await world.store.run(_move, a.id, "q2")
    await world.disconnect("L")
    await world.disconnect("A")
    await world.advance(150 * S)  # A is lost; nobody of q2 is there, R1 of q1 is
    assert (await world.open_offer("R1")).conversation_id == cid
    assert await world.store.read(check_laws) == []


async def test_the_sweep_sees_a_second_queue(frozen_store: BaseStore[Tx]) -> None:
    world = await _house(frozen_store, "R1", failover_queue="q1")
    cid, a = await _greeted(world, await world.customer())
    await world.store.run(_move, a.id, "q2")
    for agent_id in ("L", "A", "R1"):
        await world.disconnect(agent_id)
    await world.advance(150 * S)
    await world.connect("R1")
    await world.store.run(_lose_matches)
    assert [b.law for b in await world.store.read(check_laws)] == [7]
    assert await world.sweep() == ["q1"]
    await world.settle()
    assert (await world.open_offer("R1")).conversation_id == cid


async def test_a_restarted_ladder_still_leaves_out_bots(frozen_store: BaseStore[Tx]) -> None:
    """A passed on, then R1 did; R2 is away. B hangs: R1 is asked again, but A is not."""
    world = await _house(frozen_store, "R1")
    cid, a = await _greeted(world, await world.customer())
    await world.asks("A", cid, a.id, Kind.ESCALATION)
    await world.settle()
    r1 = await world.accepts("R1", (await world.open_offer("R1")).id)
    await world.asks("R1", cid, r1.id, Kind.HAND_BACK)
    await world.settle()
    assert (await _holder(world, cid)).agent_id == "B"
    await world.advance(20 * S)  # B does not greet
    offer = await world.open_offer("R1")
    handoff = (await world.picture(cid)).handoffs[-1]
    assert handoff.kind is Kind.FAILOVER
    assert handoff.ladder_restarted
    assert (handoff.trace or {})["flags"] == ["ladder_restarted"]
    await world.declines("R1", offer.id)
    await world.settle()
    picture = await world.picture(cid)
    assert picture.holder is None, "A has passed this conversation on here before"
    assert picture.handoffs[-1].state is State.QUEUED
    assert await world.store.read(check_settled) == []


async def test_a_second_reply_answers_its_own_turn_only(frozen_store: BaseStore[Tx]) -> None:
    """Two replies to m1 leave m2 unanswered: whoever takes over must read m2 (law 4, WALK rule t)."""
    world = await _house(frozen_store)
    customer = await world.customer()
    cid, a = await _greeted(world, customer)
    m1 = await world.writes(customer, cid, "m1")
    first = (await world.store.read(_turns_of, "A"))[0]
    m2 = await world.writes(customer, cid, "m2")
    await world.says("A", cid, a.id, "About m1", f"re:{first.id}:1")
    await world.says("A", cid, a.id, "More about m1", f"re:{first.id}:2")
    assert (await world.picture(cid)).conversation.answered_seq == m1.seq
    await world.advance(20 * S)  # A hangs in the turn of m2
    b = await _holder(world, cid)
    assert (b.agent_id, b.boundary_seq) == ("B", m2.seq - 1)


async def test_a_late_greeting_answers_nothing(frozen_store: BaseStore[Tx]) -> None:
    world = await _house(frozen_store)
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    a = await _holder(world, cid)
    [greet] = await world.store.read(_turns_of, "A")
    await world.do(presence.turn_done, presence.OfTurn("A", greet.id))
    await world.writes(customer, cid, "m1")
    await world.says("A", cid, a.id, "Hello", f"greet:{a.id}")
    assert (await world.picture(cid)).conversation.answered_seq == 0
    assert [t.kind for t in await world.store.read(_turns_of, "A")] == ["message"], "m1 is still owed"


async def test_whoever_accepts_as_its_connection_ends_has_a_grace(frozen_store: BaseStore[Tx]) -> None:
    """The accept commits just after the disconnect did: nothing else would ever end that stint (law 6)."""
    world = await _house(frozen_store, "R1")
    cid, a = await _greeted(world, await world.customer())
    await world.asks("A", cid, a.id, Kind.ESCALATION)
    await world.settle()
    offer = await world.open_offer("R1")
    await world.disconnect("R1")
    await world.accepts("R1", offer.id)
    assert await world.store.read(check_laws) == []
    await world.advance(150 * S)
    picture = await world.picture(cid)
    assert picture.handoffs[-1].kind is Kind.FAILOVER


async def test_who_was_back_for_a_moment_has_a_new_grace(frozen_store: BaseStore[Tx]) -> None:
    """The old grace is over, but before its stints are lost A comes and goes again."""
    world = await _house(frozen_store)
    cid, a = await _greeted(world, await world.customer())
    await world.disconnect("A")
    await world.store.advance(150 * S)
    await world.do(timers.grace_over, Fired("A"))
    await world.connect("A")
    await world.disconnect("A")
    await world.settle()
    assert (await _holder(world, cid)).id == a.id
    await world.advance(150 * S)
    assert (await _holder(world, cid)).agent_id == "B"


async def test_back_is_back_whatever_was_under_way(frozen_store: BaseStore[Tx]) -> None:
    """R1 missed the offer and comes back while R2 declines: the decline must not leave R1 out again."""
    world = await _house(frozen_store, "R1", "R2")
    for number in range(4):
        cid, a = await _greeted(world, await world.customer())
        await world.asks("A", cid, a.id, Kind.ESCALATION)
        await world.settle()
        first = (await world.picture(cid)).offers[0]
        await world.advance(30 * S)
        second = (await world.picture(cid)).offers[0]
        assert second.agent_id != first.agent_id, number
        coming, declining = (
            world.choose(first.agent_id, Presence.AVAILABLE),
            world.declines(second.agent_id, second.id),
        )
        await asyncio.gather(*((coming, declining) if number % 2 else (declining, coming)))
        assert await world.store.read(check_laws) == []
        await world.settle()
        third = (await world.picture(cid)).offers[0]
        assert third.agent_id == first.agent_id
        customer = (await world.picture(cid)).conversation.customer_id
        await world.ends(customer, cid)
        await world.settle()


async def test_whoever_wants_a_person_gets_no_bot_when_the_person_declines(
    frozen_store: BaseStore[Tx],
) -> None:
    """Bots are away when the chat arrives, so R1 is asked; the customer asks for a person; R1 declines; B comes."""
    world = await _house(frozen_store, "R1", "R2")
    for agent_id in ("A", "B"):
        await world.choose(agent_id, Presence.AWAY)
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    asked = await world.wants_human(customer, cid)
    assert asked.already
    await world.choose("B", Presence.AVAILABLE)
    offer = (await world.picture(cid)).offers[0]
    await world.declines(offer.agent_id, offer.id)
    await world.settle()
    picture = await world.picture(cid)
    assert picture.handoffs[-1].seeks is Seeks.REPRESENTATIVE
    assert picture.offers[0].agent_id != offer.agent_id


async def test_a_person_of_both_queues_is_one_person(frozen_store: BaseStore[Tx]) -> None:
    """R1 is a member of the chat's queue and of the failover queue, with the same capacity priority."""
    world = World(frozen_store, rules(queue("q1"), queue("q2"), failover_queue="q2"))
    await world.setup([bot("A"), person("R1")], [("q1", "A", 100), ("q1", "R1", 50), ("q2", "R1", 50)])
    for agent_id in ("A", "R1"):
        await world.connect(agent_id)
    customer = await world.customer()
    cid, _ = await _greeted(world, customer)
    await world.wants_human(customer, cid)
    await world.settle()
    assert (await world.open_offer("R1")).conversation_id == cid


async def test_a_slot_taken_over_from_a_wrap_up_is_not_a_second_one(frozen_store: BaseStore[Tx]) -> None:
    """R1 of two slots passes to R2, who passes back: R1's wrap-up yields, and its other slot takes the next chat."""
    world = await _house(frozen_store, "R1", "R2")
    for agent_id in ("A", "B", "R2"):
        await world.choose(agent_id, Presence.AWAY)
    cid = await world.start(await world.customer())
    await world.settle()
    r1 = await world.accepts("R1", (await world.open_offer("R1")).id)
    await world.choose("R2", Presence.AVAILABLE)
    await world.asks("R1", cid, r1.id, Kind.ESCALATION, target=Target(TargetType.AGENT, "R2"))
    r2 = await world.accepts("R2", (await world.open_offer("R2")).id)
    await world.choose("R2", Presence.AWAY)
    back = Target(TargetType.AGENT, "R1")
    await world.asks("R2", cid, r2.id, Kind.TRANSFER, target=back, leave=Leave.NOW)
    other = await world.start(await world.customer())
    await world.settle()
    offers = [offer for c in (cid, other) for offer in (await world.picture(c)).offers]
    assert [offer.agent_id for offer in offers] == ["R1", "R1"]
    assert await world.store.read(check_settled) == []


def _turns_of(tx: Tx, agent_id: str) -> list[Turn]:
    return tx.turns_of(agent_id)


def _move(tx: Tx, stint_id: str, queue_id: str) -> None:
    """Let a stint have come from another queue, as if it had been transferred."""
    stint = tx.stint(stint_id)
    assert stint is not None
    tx.put_stint(replace(stint, queue_id=queue_id))


def _lose_matches(tx: Tx) -> None:
    tx.drop_due(DueKind.MATCH, "q1")
    tx.drop_due(DueKind.MATCH, "q2")


async def test_a_lost_person_of_the_failover_queue_is_followed_by_a_colleague(
    frozen_store: BaseStore[Tx],
) -> None:
    """q1 has bots only; its people come from the failover queue, and so does the one after them."""
    world = World(frozen_store, rules(queue("q1"), queue("q2"), failover_queue="q2"))
    members = [("q1", "A", 100), ("q2", "R1", 50), ("q2", "R2", 50)]
    await world.setup([bot("A"), person("R1"), person("R2")], members)
    for agent_id in ("A", "R1", "R2"):
        await world.connect(agent_id)
    customer = await world.customer()
    cid, _ = await _greeted(world, customer)
    await world.wants_human(customer, cid)
    await world.settle()
    first = (await world.picture(cid)).offers[-1].agent_id
    held = await world.accepts(first, (await world.open_offer(first)).id)
    await world.disconnect(first)
    await world.advance(world.env.rules.grace_ms)
    second = "R2" if first == "R1" else "R1"
    stint = await world.accepts(second, (await world.open_offer(second)).id)
    # And who holds escalates to it, as a customer does.
    await world.connect(first)
    asked = await world.asks(second, cid, stint.id, Kind.ESCALATION)
    await world.settle()
    assert asked.handoff.failover_queue_id == "q2"
    assert held.queue_id == stint.queue_id == "q1"
    assert (await world.open_offer(first)).conversation_id == cid


async def test_a_named_agent_who_is_away_never_brings_it_back_to_the_giver(
    frozen_store: BaseStore[Tx],
) -> None:
    world = await _house(frozen_store, "R1", "R9")
    customer = await world.customer()
    cid, stint = await _greeted(world, customer)
    await world.choose("B", Presence.AWAY)
    await world.asks("A", cid, stint.id, Kind.HAND_BACK, target=Target(TargetType.AGENT, "B"))
    await world.settle()
    assert (await world.picture(cid)).holder is None  # B is away, and A has passed it on
    await world.choose("B", Presence.AVAILABLE)
    await world.settle()
    assert (await world.picture(cid)).holder == "B"


async def test_who_comes_between_the_look_and_the_trace_is_matched(store: BaseStore[Tx]) -> None:
    """A decision with a winner is no reason why nobody gets it (law 12)."""
    world = await _house(store, "R1")
    for agent_id in ("A", "B", "R1"):
        await world.choose(agent_id, Presence.AWAY)
    cid = await world.start(await world.customer())
    await world.settle()
    handoff = (await world.picture(cid)).handoffs[0]
    await store.run(_forget_trace, handoff.id)
    await store.run(_set_available, "A")
    more = await store.run(matching._explain_nobody, world.env.rules, "q1")
    trace = (await world.picture(cid)).handoffs[0].trace or {}
    assert ("q1" in more, trace["winner"], trace["flags"]) == (True, None, ["asked_again"])


async def test_equal_bots_take_turns(frozen_store: BaseStore[Tx]) -> None:
    """Bots without a limit have no slots, and are idle all the same."""
    world = World(frozen_store, rules(queue("q1")))
    await world.setup([bot("A"), bot("B")], [("q1", "A", 50), ("q1", "B", 50)])
    for agent_id in ("A", "B"):
        await world.connect(agent_id)
    took = []
    for _ in range(4):
        customer = await world.customer()
        cid = await world.start(customer)
        await world.settle()
        took.append((await world.picture(cid)).holder)
        await world.advance(1_000)
        await world.ends(customer, cid)
    assert took == ["A", "B", "A", "B"]


async def test_a_quiet_window_is_renewed_by_a_restart(frozen_store: BaseStore[Tx]) -> None:
    world = World(frozen_store, rules(queue("q1"), burst_ms=5_000))
    await world.setup([bot("A")], [("q1", "A", 50)])
    await world.connect("A")
    customer = await world.customer()
    cid, _ = await _greeted(world, customer)
    await world.writes(customer, cid, "one moment")
    burst = next(due for due in await world.due() if due[0] is DueKind.BURST)
    await frozen_store.advance(3_000)
    await world.do(timers.start_up, None)
    again = next(due for due in await world.due() if due[0] is DueKind.BURST)
    assert again[2] == burst[2] + 3_000


async def test_what_waits_in_a_queue_that_was_removed_goes_on(frozen_store: BaseStore[Tx]) -> None:
    world = await _house(frozen_store, "R1")
    for agent_id in ("A", "B", "R1"):
        await world.choose(agent_id, Presence.AWAY)
    cid = await world.start(await world.customer())
    await world.settle()
    world = World(frozen_store, rules(queue("q2")))
    await world.setup([bot("L")], [("q2", "L", 50)])
    await world.connect("L")
    await world.settle()
    assert (await world.picture(cid)).holder == "L"


def _forget_trace(tx: Tx, handoff_id: str) -> None:
    handoff = tx.handoff(handoff_id)
    assert handoff is not None
    tx.put_handoff(replace(handoff, trace=None))


def _set_available(tx: Tx, agent_id: str) -> None:
    tx.set_presence(agent_id, Presence.AVAILABLE)
