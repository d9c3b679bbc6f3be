"""Whatever may allow a match wakes the matcher (law 7), and whoever is offered a chat is told until it answers."""

from collections.abc import Awaitable, Callable

import pytest

from batonpass.app import taking
from batonpass.app.ports import MemberRow
from batonpass.app.taking import Takes
from batonpass.domain import events as e
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Stint
from batonpass.domain.errors import NotFound, OfferEnded, Refused, Unavailable
from batonpass.domain.handoff import Handoff, Kind, Leave, OfferState, State
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house, to_queue, with_bot
from tests.handoffs.test_holding import parks
from tests.support.world import World, bot, person, queue, rules


async def waits(world: World) -> Talk:
    """One more chat, for a person of queue 1."""
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    return talk


async def offered(world: World, agent_id: str) -> bool:
    return bool(await world.store.read(_offers_of, agent_id))


def _offers_of(tx: Tx, agent_id: str) -> list[str]:
    return [offer.id for offer in tx.offers_of(agent_id)]


# FIELD 5: each way in which a slot comes free, with nothing between it and the next offer but its own commit


async def resolves(talk: Talk) -> None:
    await talk.world.resolves("R4", (await talk.stint("R4")).id)
    await _finishes(talk)


async def leaves(talk: Talk) -> None:
    await talk.world.leaves("R4", talk.id, (await talk.stint("R4")).id)
    await _finishes(talk)


async def parks_it(talk: Talk) -> None:
    await parks(talk, "R4")


async def is_ended(talk: Talk) -> None:
    await talk.world.ends(talk.customer, talk.id)
    await talk.world.advance(60 * S)


async def hands_back(talk: Talk) -> None:
    await talk.world.connect("B")
    await talk.asks("R4", Kind.HAND_BACK, target=agent("B"))
    await _finishes(talk)


async def _finishes(talk: Talk) -> None:
    stints = (await talk.world.picture(talk.id)).stints
    for stint in (s for s in stints if s.state == "wrap_up"):
        await talk.world.finishes("R4", stint.id)


WAYS: list[Callable[[Talk], Awaitable[None]]] = [resolves, leaves, parks_it, is_ended, hands_back]


@pytest.mark.parametrize("frees", WAYS)
async def test_field_5_a_freed_slot_gets_the_next_chat_at_once(
    store: BaseStore[Tx], frees: Callable[[Talk], Awaitable[None]]
) -> None:
    """No timer and no sweep: R4, full with one chat, is offered the next by the commit that frees it."""
    world = World(store, rules(queue("q1"), queue("q2")))
    await world.setup([person("R4", 1), bot("B")], [("q1", "R4", 50), ("q2", "B", 1)])
    await world.connect("R4")
    await world.settle()
    talk = await waits(world)
    await talk.takes("R4")
    second = await waits(world)
    third = await waits(world)
    assert not await offered(world, "R4")
    await frees(talk)
    await world.settle()
    assert await offered(world, "R4")
    await second.lawful()
    await third.lawful()


async def test_field_5_every_freed_slot_is_used_and_not_one_a_cycle(store: BaseStore[Tx]) -> None:
    """Ten wait, three come with two slots each: six are offered in one go, before any time passes."""
    world = await house(store)
    talks = [await waits(world) for _ in range(10)]
    for name in ("R1", "R2", "R3"):
        await world.connect(name)
    await world.settle()
    assert [len(await world.store.read(_offers_of, name)) for name in ("R1", "R2", "R3")] == [2, 2, 2]
    await talks[0].lawful()


async def test_field_5_more_capacity_and_a_new_member_are_used_at_once(store: BaseStore[Tx]) -> None:
    """What the operator changes while the server runs wakes the matcher too."""
    from batonpass.app import configuring

    world = await house(store, "R4")
    talk = await waits(world)
    assert not await offered(world, "R4")
    members = [MemberRow("q1", "R4", 50), MemberRow("q2", "R4", 1)]
    await world.store.run(_reconfigured, members)
    await world.do(configuring.wake_queues, None)
    await world.settle()
    assert await offered(world, "R4")
    await talk.lawful()


def _reconfigured(tx: Tx, members: list[MemberRow]) -> None:
    tx.apply_config([person("R4", 2)], members)


# FIELD 10: who is offered a chat is told, and told again, until there is an answer or somebody else is asked


def told_of(world: World, agent_id: str) -> list[bool]:
    """Offers made (True) and ended (False) to an agent, as pushed."""
    effects = [x for x in world.recorder.told if isinstance(x, e.OfferChanged)]
    return [x.made for x in effects if x.agent_id == agent_id]


async def test_field_10_an_offer_is_told_stays_in_the_snapshot_and_goes_on_when_nobody_answers(
    store: BaseStore[Tx],
) -> None:
    from batonpass.app import views

    world = await house(store, "R1", "R2")
    talk = await waits(world)
    first, second = ("R1", "R2") if await offered(world, "R1") else ("R2", "R1")
    assert (told_of(world, first), told_of(world, second)) == ([True], [])
    await world.connect(first, available=False, tab="-2")
    snapshot = await world.store.read(views.agent_snapshot, world.env.rules, first)
    assert [view.offer.conversation_id for view in snapshot.offers] == [talk.id]
    await world.advance(30 * S)
    assert (told_of(world, first), told_of(world, second)) == ([True, False], [True])
    found = await world.store.read(_agent, first)
    assert found is Presence.MISSED
    await talk.takes(second)
    await talk.lawful()


def _agent(tx: Tx, agent_id: str) -> Presence:
    found = tx.agent(agent_id)
    assert found is not None
    return found.presence


async def test_field_10_an_offer_that_nobody_takes_ends_with_words_for_the_customer(
    store: BaseStore[Tx],
) -> None:
    world = await house(store, "R1")
    talk = await waits(world)
    await world.advance(900 * S)
    assert (await talk.told())[-1] == "closed_unanswered"
    await talk.lawful()


# Pick-up by hand


async def picks_up(talk: Talk, agent_id: str, client_id: str = "", handoff_id: str | None = None) -> Stint:
    take = Takes(agent_id, talk.id, client_id or talk.world.key(), handoff_id)
    stint: Stint = await talk.world.do(taking.pick_up, take)
    await talk.world.settle()
    return stint


async def test_what_is_offered_to_another_can_be_picked_up_and_the_other_is_told(
    store: BaseStore[Tx],
) -> None:
    world = await house(store, "R1")
    talk = await waits(world)
    offer = await world.open_offer("R1")
    await world.connect("R2", available=False)
    stint = await picks_up(talk, "R2", "once")
    again = await picks_up(talk, "R2", "once")
    assert (await talk.holder(), stint.id, told_of(world, "R1")) == ("R2", again.id, [True, False])
    assert (await store.read(_state, offer.id), await talk.slots()) == (OfferState.WITHDRAWN, ["R2"])
    with pytest.raises(OfferEnded):
        await world.accepts("R1", offer.id)
    await talk.lawful()


def _state(tx: Tx, offer_id: str) -> OfferState:
    found = tx.offer(offer_id)
    assert found is not None
    return found.state


async def test_who_declined_may_pick_it_up_and_who_is_offered_it_takes_the_offer(
    store: BaseStore[Tx],
) -> None:
    """FIELD 4: a declined chat does not ring again, and its door stays open (DESIGN section 5)."""
    world = await house(store, "R1")
    talk = await waits(world)
    await talk.leaves_it("R1")
    await picks_up(talk, "R1")
    assert await talk.holder() == "R1"
    other = await waits(world)
    offer = await world.open_offer("R1")
    await picks_up(other, "R1")
    assert await store.read(_state, offer.id) is OfferState.ACCEPTED
    await talk.lawful()


async def test_a_pick_up_takes_a_slot_and_is_for_people_of_the_queue(store: BaseStore[Tx]) -> None:
    """FIELD 3: picking up is no side door past the capacity."""
    world = await house(store, "R1", "R2", "R4", "B")
    for _ in range(2):
        await held_by(world, "R1")
    for name in ("R2", "R3"):
        await world.choose(name, Presence.AWAY)
    await world.disconnect("B")
    talk = await waits(world)
    with pytest.raises(Unavailable):
        await picks_up(talk, "R1")
    with pytest.raises(NotFound):
        await picks_up(talk, "R4")
    await picks_up(talk, "R2")
    with pytest.raises(NotFound):
        await picks_up(talk, "R1")
    handoff = await talk.handoff()
    with pytest.raises(Refused) as late:
        await picks_up(talk, "R1", handoff_id=handoff.id)
    assert (late.value.code, "R2" in late.value.message) == ("already_taken", True)
    await talk.lawful()


async def test_a_pass_whose_giver_stays_is_picked_up_and_the_giver_goes(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R4")
    talk = await held_by(world, "R1")
    await world.choose("R4", Presence.AWAY)
    await talk.transfers("R1", to_queue("q2"), Leave.ON_ACCEPT)
    await picks_up(talk, "R4")
    handoff: Handoff = await talk.handoff()
    assert (await talk.holder(), handoff.state, await talk.wrapping()) == ("R4", State.COMPLETED, ["R1"])
    await talk.lawful()


async def test_who_picks_up_a_pass_has_no_use_for_its_invitation(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2")
    talk = await held_by(world, "R1")
    invited = await talk.asks("R1", Kind.INVITATION, target=agent("R2"))
    await talk.transfers("R1", to_queue("q1"), Leave.ON_ACCEPT)
    await picks_up(talk, "R2", handoff_id=(await talk.handoff()).id)
    ended = await talk.handoff(invited.id)
    assert (await talk.holder(), ended.state, ended.outcome) == ("R2", State.CANCELLED, "came_otherwise")
    await talk.lawful()


async def test_a_warm_pass_is_picked_up_as_consulted(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R4")
    talk = await held_by(world, "R1")
    await world.choose("R4", Presence.AWAY)
    await talk.transfers("R1", to_queue("q2"), Leave.ON_COMPLETE)
    await picks_up(talk, "R4")
    assert await talk.roles() == {"R1": "holder", "R4": "consulted"}
    await talk.lawful()


async def test_what_waits_for_a_bot_is_taken_by_a_person_by_hand(store: BaseStore[Tx]) -> None:
    world = await house(store, "A", "R1")
    talk = await with_bot(world)
    await talk.asks("A", Kind.ESCALATION)
    await talk.takes("R1")
    await world.disconnect("A")
    await talk.asks("R1", Kind.HAND_BACK)
    await picks_up(talk, "R1")
    assert await talk.holder() == "R1"
    await talk.lawful()


# Auto-accept, on every path


@pytest.mark.parametrize("leave", [Leave.NOW, Leave.ON_ACCEPT, Leave.ON_COMPLETE])
async def test_a_named_agent_of_a_queue_that_accepts_by_itself_comes_at_once(
    store: BaseStore[Tx], leave: Leave
) -> None:
    world = await house(store, "R1", q1=queue("q1", auto_accept=True))
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    await world.connect("R2")
    asked = await talk.transfers("R1", agent("R2"), leave)
    wanted = {"R1": "holder", "R2": "consulted"} if leave is Leave.ON_COMPLETE else {"R2": "holder"}
    assert (await talk.roles(), asked.state in (State.ACCEPTED, State.COMPLETED)) == (wanted, True)
    assert not await offered(world, "R2")
    await talk.lawful()


async def test_what_returns_from_hold_in_a_queue_that_accepts_by_itself_comes_at_once(
    store: BaseStore[Tx],
) -> None:
    world = await house(store, "R1", q1=queue("q1", auto_accept=True))
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    await parks(talk)
    await talk.writes("hello?")
    await world.settle()
    assert (await talk.holder(), (await talk.told())[-1]) == ("R1", "resumed")
    await talk.lawful()
