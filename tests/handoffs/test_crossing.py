"""Hand-offs that cross: two of one conversation at once, receivers who go again, agents who are lost together."""

from batonpass.domain.agents import Presence
from batonpass.domain.handoff import Kind, Leave, OfferState, Seeks, State
from batonpass.domain.rules import Nobody
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, agent, held_by, house, to_queue, with_bot
from tests.handoffs.test_sharing import helped
from tests.support.world import queue

Store = BaseStore[Tx]


async def test_an_agent_has_one_chance_in_a_conversation_at_a_time(frozen_store: Store) -> None:
    """R2 is offered an invitation and could take the pass as well: with one slot here, it is asked one by one."""
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    stint = await talk.stint("R1")
    await world.asks("R1", talk.id, stint.id, Kind.INVITATION, target=to_queue("q1"))
    await world.asks("R1", talk.id, stint.id, Kind.TRANSFER, target=to_queue("q1"))
    await world.settle()
    asked = (await world.picture(talk.id)).offers
    assert [(o.agent_id, o.state) for o in asked] == [("R2", OfferState.OPEN)]
    await talk.lawful()
    await talk.leaves_it("R2")
    await talk.takes("R2")
    await talk.lawful()


async def test_a_named_agent_that_is_asked_already_here_falls_through(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await talk.asks("R1", Kind.INVITATION, target=agent("R2"))
    passed = await talk.transfers("R1", agent("R2"))
    assert (passed.state, passed.fell_through) == (State.QUEUED, True)
    await talk.takes("R2")
    assert await talk.roles() == {"R1": "holder", "R2": "helper"}
    await talk.lawful()


async def test_two_hand_offs_of_one_conversation_are_served_in_one_look(frozen_store: Store) -> None:
    """Two agents come, and so two hand-offs of one chat can be served by one match."""
    world = await house(frozen_store, "R1")
    talk = await held_by(world, "R1")
    stint = await talk.stint("R1")
    await world.asks(
        "R1", talk.id, stint.id, Kind.INVITATION, target=to_queue("q1"), seeks=Seeks.BOT, client_id="i"
    )
    await world.asks("R1", talk.id, stint.id, Kind.HAND_BACK, leave=Leave.ON_COMPLETE, client_id="h")
    await world.connect("A")
    await world.connect("B")
    await world.settle()
    assert set((await talk.roles()).values()) == {"holder", "helper", "consulted"}
    await talk.lawful()


async def test_a_receiver_who_goes_before_it_is_completed_leaves_no_end_behind(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R2"), Leave.ON_COMPLETE)
    await talk.takes("R2")
    await talk.goes("R2")
    handoff = await talk.handoff()
    assert (handoff.state, handoff.outcome, handoff.ended_at) == (State.OFFERED, None, None)
    await talk.takes("R3")
    await talk.lawful()


async def test_a_bot_that_comes_at_once_for_a_warm_pass_is_announced(frozen_store: Store) -> None:
    """WALK rule j; and the pass has its place in the queue, should the bot go again before it is completed."""
    world = await house(frozen_store, "A", "R1", "R2")
    await world.disconnect("A")
    talk = await held_by(world, "R1")
    await world.connect("B")
    await world.advance(10 * S)
    await talk.transfers("R1", agent("B"), Leave.ON_COMPLETE)
    assert (await talk.told())[-1] == "transfer_started_bot"
    await talk.is_lost("B")
    handoff = await talk.handoff()
    assert (handoff.state, handoff.waiting_key) == (State.QUEUED, handoff.created_at)
    await talk.lawful()


async def test_who_is_promoted_and_gone_itself_is_lost_as_well(frozen_store: Store) -> None:
    """Holder and helper go in the same moment: the helper's loss finds it in its new role."""
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    await world.disconnect("R1")
    await world.disconnect("R2")
    await world.advance(150 * S)
    handoff = await talk.handoff()
    assert (handoff.kind, handoff.state) == (Kind.FAILOVER, State.OFFERED)
    await talk.takes("R3")
    await talk.lawful()


async def test_what_returns_to_its_giver_finds_it_in_whatever_queue(frozen_store: Store) -> None:
    """R4 serves queue 2, held in queue 1 by name, and passed it on there: it is back at its desk when it returns."""
    world = await house(frozen_store, "A", "R4", q1=queue("q1", nobody=Nobody.RETURN, max_wait_ms=60 * S))
    talk = await with_bot(world)
    await talk.asks("A", Kind.TRANSFER, target=agent("R4"), leave=Leave.NOW)
    await talk.takes("R4")
    await world.choose("R4", Presence.AWAY)
    await talk.transfers("R4", to_queue("q1"), Leave.NOW)
    await world.advance(60 * S)
    assert ((await talk.handoff()).kind, (await talk.handoff()).state) == (Kind.RETURN, State.QUEUED)
    await world.choose("R4", Presence.AVAILABLE)
    await world.settle()
    await talk.takes("R4")
    await talk.lawful()


async def test_a_helper_takes_what_nobody_took_when_the_giver_has_left(frozen_store: Store) -> None:
    """Law 10: with a helper in, the longest wait ends with the helper holding and not with a close."""
    world = await house(frozen_store, "R1", "R4", q1=queue("q1", max_wait_ms=60 * S))
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R4")
    await talk.transfers("R1", to_queue("q1"), Leave.NOW)
    assert await talk.roles() == {"R4": "helper"}
    await world.choose("R1", Presence.AWAY)
    await world.choose("R2", Presence.AWAY)
    await world.advance(61 * S)
    assert await talk.roles() == {"R4": "holder"}
    await talk.lawful()
