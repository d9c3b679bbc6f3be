"""A supervisor gives a conversation to a named agent, on both stores."""

import pytest

from batonpass.domain.agents import Presence
from batonpass.domain.errors import (
    NotFound,
    Refused,
    Unavailable,
)
from batonpass.domain.handoff import Kind, Leave, Seeks, State, Target, TargetType
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.app.supervision import (
    acts,
    assigns,
    breaches,
    codes,
    house,
    waiting,
    with_bot,
    with_person,
)


async def test_assigning_what_waits_is_an_offer(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    await world.choose("M", Presence.AVAILABLE)
    acted = await assigns(world, cid, "M")
    offer = await world.open_offer("M")
    assert (offer.handoff_id, acted.stint_id) == (acted.handoff.id, None)
    stint = await world.accepts("M", offer.id)
    handoff = (await world.picture(cid)).handoffs[-1]
    assert (handoff.kind, handoff.note) == (Kind.TRANSFER, "be kind"), "it has the story of what waited"
    assert handoff.giver_agent_id == "A"
    assert (handoff.trace or {})["key"] == "supervisor"
    assert (await world.picture(cid)).conversation.holder == stint.id
    assert await acts(world, cid) == [{"act": "assign", "reason": "knows the case"}]
    assert await breaches(world) == []


async def test_assigning_takes_an_offer_from_somebody_else(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, a = await with_bot(world)
    await world.asks("A", cid, a.id, Kind.ESCALATION)
    await world.settle()
    asked = (await world.picture(cid)).offers[-1].agent_id
    other = "R2" if asked == "R1" else "R1"
    await assigns(world, cid, other)
    picture = await world.picture(cid)
    assert picture.slots == {other: 1}
    assert (await world.open_offer(other)).conversation_id == cid
    assert (await assigns(world, cid, other, client_id="a2")).again, "it is offered there already"
    await world.declines(other, (await world.open_offer(other)).id)
    await world.settle()
    assert (await world.open_offer(asked)).conversation_id == cid, "a decline falls through to the queue"
    assert await breaches(world) == []


async def test_assigning_what_somebody_holds(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world, name="R1")
    await assigns(world, cid, "R2")
    assert (await world.picture(cid)).holder == "R1", "who holds stays until somebody is in"
    await world.accepts("R2", (await world.open_offer("R2")).id)
    picture = await world.picture(cid)
    transfer = picture.handoffs[-1]
    assert (picture.holder, transfer.kind, transfer.requested_by) == ("R2", Kind.TRANSFER, "M")
    assert transfer.giver_agent_id == "R1"
    assert await breaches(world) == []


async def test_assigning_turns_a_transfer_elsewhere(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    await world.choose("M", Presence.AVAILABLE)
    cid, r1 = await with_person(world, name="R1")
    asked = await world.asks("R1", cid, r1.id, Kind.TRANSFER, target=Target(TargetType.AGENT, "R2"))
    acted = await assigns(world, cid, "M")
    assert acted.handoff.id != asked.handoff.id
    await world.accepts("M", (await world.open_offer("M")).id)
    picture = await world.picture(cid)
    assert (picture.holder, "R2" in picture.slots) == ("M", False)
    assert (await codes(world, cid)).count("transfer_started") == 1
    assert await breaches(world) == []


async def test_assigning_a_bot_is_at_once(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world)
    acted = await assigns(world, cid, "A")
    picture = await world.picture(cid)
    assert picture.holder == "A", "the ladder does not bind: A has passed it on before"
    assert acted.stint_id == picture.conversation.holder
    assert await breaches(world) == []
    other = await waiting(world, "c2")
    await assigns(world, other, "A")
    picture = await world.picture(other)
    assert (picture.holder, picture.handoffs[-1].seeks) == ("A", Seeks.BOT)
    assert await breaches(world) == []


async def test_assigning_by_force(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    first, _ = await with_person(world, "c1", "R1")
    second = await waiting(world, "c2")
    await world.choose("R1", Presence.AWAY)
    with pytest.raises(Unavailable, match="away"):
        await assigns(world, second, "R1")
    acted = await assigns(world, second, "R1", force=True)
    picture = await world.picture(second)
    assert (picture.holder, picture.slots) == ("R1", {"R1": 2})
    assert acted.over
    assert (await acts(world, second))[-1]["over_capacity"]
    assert (await world.picture(first)).slots == {"R1": 1}


async def test_who_declined_is_not_offered_it_again(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, a = await with_bot(world)
    await world.asks("A", cid, a.id, Kind.ESCALATION)
    await world.settle()
    asked = (await world.picture(cid)).offers[-1]
    await world.declines(asked.agent_id, asked.id)
    with pytest.raises(Unavailable, match="declined"):
        await assigns(world, cid, asked.agent_id)
    await assigns(world, cid, asked.agent_id, force=True)
    assert (await world.picture(cid)).holder == asked.agent_id
    assert await breaches(world) == []


async def test_assigning_completes_what_the_agent_has_accepted(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, r1 = await with_person(world, name="R1")
    target = Target(TargetType.AGENT, "R2")
    await world.asks("R1", cid, r1.id, Kind.TRANSFER, target=target, leave=Leave.ON_COMPLETE)
    await world.accepts("R2", (await world.open_offer("R2")).id)
    await assigns(world, cid, "R2")
    picture = await world.picture(cid)
    assert (picture.holder, picture.handoffs[-1].state) == ("R2", State.COMPLETED)
    assert await breaches(world) == []


async def test_assigning_away_from_a_consulted_receiver(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, r1 = await with_person(world, name="R1")
    target = Target(TargetType.AGENT, "R2")
    await world.asks("R1", cid, r1.id, Kind.TRANSFER, target=target, leave=Leave.ON_COMPLETE)
    await world.accepts("R2", (await world.open_offer("R2")).id)
    await assigns(world, cid, "B")
    picture = await world.picture(cid)
    assert (picture.holder, picture.handoffs[-2].state) == ("B", State.CANCELLED)
    assert not any(s.live for s in picture.stints if s.agent_id == "R2")
    assert await breaches(world) == []


async def test_assigning_to_nobody_there(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    with pytest.raises(NotFound):
        await assigns(world, cid, "R9")
    with pytest.raises(Refused, match="holds"):
        await assigns(world, cid, "A")
    await world.disconnect("R2")
    for force in (False, True):
        with pytest.raises(Unavailable):
            await assigns(world, cid, "R2", force=force)
    assert await acts(world, cid) == []
    assert (await world.picture(cid)).holder == "A"


async def test_assigning_again_is_one_act(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    first = await assigns(world, cid, "R1", force=True)
    again = await assigns(world, cid, "R1", force=True)
    assert (again.again, again.stint_id) == (True, first.stint_id)
    assert len(await acts(world, cid)) == 1
