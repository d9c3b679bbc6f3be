"""A supervisor's acts, on both stores: what they change, how they are logged, and what is refused."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from batonpass.app import going, messages, supervising, switches, views
from batonpass.app.supervising import Acted, Assigns, Closes, Monitors, TakesOver, Turns, Whispers
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Entry, EntryKind, Role, Status, Stint, StintState
from batonpass.domain.errors import (
    BatonpassError,
    CallerError,
    ConversationClosed,
    NotAllowed,
    NotFound,
    Refused,
    StintEnded,
    Unavailable,
)
from batonpass.domain.handoff import Kind, Leave, OfferState, Seeks, State, Target, TargetType
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.laws import Breach, check_laws, check_settled
from tests.support.world import World, bot, person, queue, rules

S = 1_000


async def house(store: BaseStore[Tx], *, boss: int = 1) -> World:
    """q1: bot A over R1, R2 over bot B. The supervisor M serves in no queue, and is away."""
    world = World(store, rules(queue("q1")))
    members = [("q1", "A", 100), ("q1", "R1", 50), ("q1", "R2", 50), ("q1", "B", 10)]
    supervisor = replace(person("M", boss), supervisor=True)
    await world.setup([bot("A"), bot("B"), person("R1", 1), person("R2", 1), supervisor], members)
    for agent_id in ("A", "B", "R1", "R2"):
        await world.connect(agent_id)
    await world.connect("M", available=False)
    await world.settle()
    return world


async def with_bot(world: World, customer: str = "c") -> tuple[str, Stint]:
    """A chat that bot A holds and has greeted."""
    cid = await world.start(await world.customer(customer))
    await world.settle()
    stint = await holder(world, cid)
    await world.ready("A", stint.id)
    await world.says("A", cid, stint.id, "Hello", f"greet:{stint.id}")
    return cid, stint


async def with_person(world: World, customer: str = "c", name: str = "R1") -> tuple[str, Stint]:
    """A chat that a person holds."""
    cid, a = await with_bot(world, customer)
    await world.asks("A", cid, a.id, Kind.ESCALATION, note="be kind")
    await world.settle()
    stint = await world.accepts(name, (await world.open_offer(name)).id)
    await world.ready(name, stint.id)
    return cid, stint


async def waiting(world: World, customer: str = "c") -> str:
    """A chat that waits for a person; R1 and R2 are away."""
    for agent_id in ("R1", "R2"):
        await world.choose(agent_id, Presence.AWAY)
    cid, a = await with_bot(world, customer)
    await world.asks("A", cid, a.id, Kind.ESCALATION, note="be kind")
    await world.settle()
    return cid


async def holder(world: World, cid: str) -> Stint:
    picture = await world.picture(cid)
    return next(s for s in picture.stints if s.id == picture.conversation.holder)


async def takes_over(world: World, cid: str, *, client_id: str = "t", force: bool = False) -> Acted:
    acted: Acted = await world.do(
        supervising.take_over, TakesOver("M", cid, client_id, "it is urgent", force)
    )
    return acted


async def assigns(
    world: World, cid: str, agent_id: str, *, client_id: str = "a", force: bool = False
) -> Acted:
    act = Assigns("M", cid, client_id, agent_id, "knows the case", force)
    acted: Acted = await world.do(supervising.assign, act)
    return acted


async def monitors(world: World, cid: str, client_id: str = "m") -> str:
    acted: Acted = await world.do(supervising.monitor, Monitors("M", cid, client_id, "listening in"))
    assert acted.stint_id is not None
    return acted.stint_id


async def acts(world: World, cid: str) -> list[dict[str, Any]]:
    """The acts of a conversation; each is private, and the supervisor's."""
    entries = (await world.picture(cid)).entries
    found = [e for e in entries if e.kind is EntryKind.ACT]
    assert all(e.public_seq is None and e.actor.id == "M" for e in found)
    return [e.data for e in found]


async def codes(world: World, cid: str, customer: str = "c") -> list[str]:
    """What the customer was told, by code."""
    entries = await world.customer_sees(customer, cid)
    return [e.data["notice"]["code"] for e in entries if e.data.get("notice")]


async def breaches(world: World) -> list[Breach]:
    await world.settle()
    return await world.store.read(check_settled)


def whispered(entries: list[Entry]) -> list[Entry]:
    return [e for e in entries if e.kind is EntryKind.MESSAGE and e.public_seq is None]


# Taking over


async def test_taking_over_from_a_person(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, r1 = await with_person(world)
    acted = await takes_over(world, cid)
    picture = await world.picture(cid)
    assert (picture.holder, picture.conversation.epoch) == ("M", 4)
    assert acted.stint_id == picture.conversation.holder
    handoff = picture.handoffs[-1]
    assert (handoff.kind, handoff.state, handoff.requested_by) == (Kind.TAKE_OVER, State.COMPLETED, "M")
    assert (handoff.giver_agent_id, handoff.receiver_agent_id) == ("R1", "M")
    kinds = [str(e.kind) for e in picture.entries[-3:]]
    assert kinds == ["act", "removed", "added"], "the one public entry ends the commit"
    assert [e.public_seq is not None for e in picture.entries[-3:]] == [False, False, True]
    assert await acts(world, cid) == [{"act": "take_over", "reason": "it is urgent"}]
    assert (await codes(world, cid))[-1] == "took_over"
    assert next(s for s in picture.stints if s.id == r1.id).state is StintState.WRAP_UP
    assert picture.slots == {"R1": 1, "M": 1}
    with pytest.raises(StintEnded):
        await world.says("R1", cid, r1.id, "too late")
    assert await breaches(world) == []


async def test_taking_over_from_a_bot_in_a_turn(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    await world.writes("c", cid, "a question")
    await takes_over(world, cid)
    assert (await world.picture(cid)).holder == "M"
    assert [kind for kind, _, _ in await world.due() if kind == "turn"] == []
    assert await breaches(world) == []


async def test_taking_over_what_waits(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    await takes_over(world, cid)
    picture = await world.picture(cid)
    assert (picture.holder, picture.conversation.status) == ("M", Status.ACTIVE)
    escalation, taken = picture.handoffs[-2:]
    assert (escalation.state, escalation.outcome) == (State.CANCELLED, "taken_over")
    assert (taken.kind, taken.note) == (Kind.TAKE_OVER, "be kind"), "the giver's note is for whoever comes"
    assert [kind for kind, _, _ in await world.due() if kind == "max_wait"] == []
    removed = max(e.seq for e in picture.entries if e.kind is EntryKind.REMOVED)
    assert picture.stints[-1].boundary_seq == removed, "the stream begins at the end of the giver's stint"
    assert await breaches(world) == []


async def test_taking_over_what_just_arrived(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    for agent_id in ("A", "B", "R1", "R2"):
        await world.disconnect(agent_id)
    cid = await world.start(await world.customer("c"))
    await world.settle()
    await takes_over(world, cid)
    picture = await world.picture(cid)
    assert (picture.holder, picture.stints[0].boundary_seq) == ("M", 0)
    assert await breaches(world) == []


@pytest.mark.parametrize("leave", [Leave.ON_ACCEPT, Leave.ON_COMPLETE])
async def test_taking_over_cancels_the_pass_that_is_pending(
    frozen_store: BaseStore[Tx], leave: Leave
) -> None:
    world = await house(frozen_store)
    cid, r1 = await with_person(world)
    target = Target(TargetType.AGENT, "R2")
    await world.asks("R1", cid, r1.id, Kind.TRANSFER, target=target, leave=leave)
    offer = await world.open_offer("R2")
    if leave is Leave.ON_COMPLETE:
        await world.accepts("R2", offer.id)
    await takes_over(world, cid)
    picture = await world.picture(cid)
    transfer = next(h for h in picture.handoffs if h.kind is Kind.TRANSFER)
    assert (transfer.state, transfer.outcome) == (State.CANCELLED, "taken_over")
    assert picture.holder == "M"
    assert "R2" not in picture.slots
    assert not any(s.live for s in picture.stints if s.agent_id == "R2")
    assert await breaches(world) == []


async def test_taking_over_completes_the_pass_the_supervisor_has_accepted(
    frozen_store: BaseStore[Tx],
) -> None:
    world = await house(frozen_store)
    await world.choose("M", Presence.AVAILABLE)
    cid, r1 = await with_person(world)
    target = Target(TargetType.AGENT, "M")
    await world.asks("R1", cid, r1.id, Kind.TRANSFER, target=target, leave=Leave.ON_COMPLETE)
    await world.accepts("M", (await world.open_offer("M")).id)
    await takes_over(world, cid)
    picture = await world.picture(cid)
    assert (picture.holder, picture.handoffs[-1].state) == ("M", State.COMPLETED)
    assert await breaches(world) == []


async def test_taking_over_when_full(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    first, _ = await with_person(world, "c1", "R1")
    second, _ = await with_person(world, "c2", "R2")
    await takes_over(world, first)
    with pytest.raises(Unavailable, match="no free slot"):
        await takes_over(world, second, client_id="t2")
    assert await acts(world, second) == []
    assert (await takes_over(world, second, client_id="t2", force=True)).over
    again = await takes_over(world, second, client_id="t2", force=True)
    assert (again.again, again.over) == (True, True), "sent again, it gets its first answer"
    picture = await world.picture(second)
    assert picture.slots["M"] == 2, "a number above capacity"
    assert (picture.handoffs[-1].trace or {})["flags"] == ["over_capacity"]
    assert await acts(world, second) == [
        {"act": "take_over", "reason": "it is urgent", "over_capacity": True}
    ]


async def test_over_capacity_nobody_is_routed_more(frozen_store: BaseStore[Tx]) -> None:
    """R1 has two chats of one. When the lower slot is free again, it is still full."""
    world = await house(frozen_store)
    first, r1 = await with_person(world, "c1", "R1")
    second, _ = await with_person(world, "c2", "R2")
    await assigns(world, second, "R1", force=True)
    await world.choose("R2", Presence.AWAY)
    third, a = await with_bot(world, "c3")
    await world.asks("A", third, a.id, Kind.ESCALATION)
    await world.ends("c1", first)
    await world.finishes("R1", r1.id)
    await world.settle()
    assert (await world.picture(second)).slots["R1"] == 2
    assert (await world.picture(third)).holder is None
    assert (await world.picture(third)).offers == []
    await world.ends("c2", second)
    await world.finishes("R1", (await world.picture(second)).stints[-1].id)
    await world.settle()
    assert (await world.open_offer("R1")).conversation_id == third
    assert await world.store.read(check_laws) == []


async def test_taking_over_again_is_one_act(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    first = await takes_over(world, cid)
    again = await takes_over(world, cid)
    assert (first.again, again.again, again.stint_id) == (False, True, first.stint_id)
    assert (await takes_over(world, cid, client_id="t2")).stint_id == first.stint_id
    assert len(await acts(world, cid)) == 1


async def test_a_late_resend_does_not_take_it_back(frozen_store: BaseStore[Tx]) -> None:
    """The acknowledgement was lost; meanwhile the supervisor has passed it on."""
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    first = await takes_over(world, cid)
    assert first.stint_id is not None
    await world.asks("M", cid, first.stint_id, Kind.TRANSFER, target=Target(TargetType.AGENT, "B"))
    assert (await world.picture(cid)).holder == "B"
    assert (await takes_over(world, cid)).again
    assert (await world.picture(cid)).holder == "B"
    assert await breaches(world) == []


async def test_taking_over_needs_a_desk(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    await world.disconnect("M")
    for act in (takes_over, monitors):
        with pytest.raises(Unavailable, match="not connected"):
            await act(world, cid)
    assert await acts(world, cid) == []


async def test_a_helper_who_takes_over_keeps_its_slot(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    await world.choose("M", Presence.AVAILABLE)
    cid, r1 = await with_person(world)
    await world.asks("R1", cid, r1.id, Kind.INVITATION, target=Target(TargetType.AGENT, "M"))
    await world.accepts("M", (await world.open_offer("M")).id)
    await takes_over(world, cid)
    picture = await world.picture(cid)
    assert (picture.holder, picture.slots["M"]) == ("M", 1)
    assert await breaches(world) == []


async def test_an_invitation_offered_to_who_takes_over_is_off(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    await world.choose("M", Presence.AVAILABLE)
    cid, r1 = await with_person(world)
    await world.asks("R1", cid, r1.id, Kind.INVITATION, target=Target(TargetType.AGENT, "M"))
    await takes_over(world, cid)
    picture = await world.picture(cid)
    invitation = next(h for h in picture.handoffs if h.kind is Kind.INVITATION)
    assert (invitation.state, picture.holder) == (State.CANCELLED, "M")
    assert [o.state for o in picture.offers if o.state is OfferState.OPEN] == []
    assert await breaches(world) == []


# Assigning


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


# Monitoring


async def test_a_monitor_is_unseen_and_uses_no_slot(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store, boss=1)
    cid, r1 = await with_person(world)
    public = len(await world.customer_sees("c", cid))
    stint_id = await monitors(world, cid)
    picture = await world.picture(cid)
    stint = next(s for s in picture.stints if s.id == stint_id)
    assert (stint.role, stint.live, "M" in picture.slots) == (Role.OBSERVER, True, False)
    assert [str(e.kind) for e in picture.entries[-2:]] == ["act", "added"]
    assert len(await world.customer_sees("c", cid)) == public
    assert await monitors(world, cid) == stint_id
    assert await monitors(world, cid, "m2") == stint_id
    await world.ready("M", stint_id)
    with pytest.raises(StintEnded):
        await world.says("M", cid, stint_id, "an observer does not speak")
    await world.do(
        messages.whisper, messages.AgentWhispers("M", cid, stint_id, "w", {"type": "text", "text": "psst"})
    )
    await world.do(going.leave, going.Leaves("M", stint_id, cid))
    assert not any(s.live for s in (await world.picture(cid)).stints if s.agent_id == "M")
    assert (await world.picture(cid)).conversation.holder == r1.id
    assert len(await world.customer_sees("c", cid)) == public
    assert await breaches(world) == []


async def test_a_monitor_does_not_keep_a_chat_open(frozen_store: BaseStore[Tx]) -> None:
    """Law 10: who observes does not count when everybody else is gone."""
    world = await house(frozen_store)
    cid, r1 = await with_person(world)
    await monitors(world, cid)
    await world.do(going.leave, going.Leaves("R1", r1.id, cid, resolved=True))
    picture = await world.picture(cid)
    assert picture.conversation.status is Status.CLOSED
    assert not any(s.live for s in picture.stints)
    assert await breaches(world) == []


async def test_a_monitor_who_takes_over(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world)
    observer = await monitors(world, cid)
    await takes_over(world, cid)
    picture = await world.picture(cid)
    assert picture.holder == "M"
    assert next(s for s in picture.stints if s.id == observer).state is StintState.ENDED
    assert await breaches(world) == []


async def test_after_work_keeps_its_slot_when_its_agent_has_watched(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    acted = await takes_over(world, cid)
    assert acted.stint_id is not None
    await world.asks("M", cid, acted.stint_id, Kind.HAND_BACK, target=Target(TargetType.AGENT, "B"))
    observer = await monitors(world, cid)
    await world.do(going.leave, going.Leaves("M", observer, cid))
    assert (await world.picture(cid)).slots == {"M": 1}
    assert await breaches(world) == []


async def test_a_monitor_who_is_lost(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, r1 = await with_person(world)
    await monitors(world, cid)
    await world.disconnect("M")
    await world.advance(151 * S)
    picture = await world.picture(cid)
    assert picture.conversation.holder == r1.id
    assert not any(s.live for s in picture.stints if s.agent_id == "M")
    assert await breaches(world) == []


async def test_no_monitor_beside_an_open_offer(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    await world.choose("M", Presence.AVAILABLE)
    await assigns(world, cid, "M")
    with pytest.raises(Refused, match="offered to you"):
        await monitors(world, cid)
    assert [act["act"] for act in await acts(world, cid)] == ["assign"]


async def test_a_monitor_of_what_waits(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    await monitors(world, cid)
    await world.choose("R1", Presence.AVAILABLE)
    await world.settle()
    await world.accepts("R1", (await world.open_offer("R1")).id)
    assert (await world.picture(cid)).holder == "R1"
    assert await breaches(world) == []


# Closing, whispering, switches


async def test_a_close_always_wins(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, r1 = await with_person(world, name="R1")
    await world.asks("R1", cid, r1.id, Kind.TRANSFER, target=Target(TargetType.AGENT, "R2"))
    await world.asks("R1", cid, r1.id, Kind.INVITATION, target=Target(TargetType.QUEUE, "q1"))
    assert await world.do(supervising.close, Closes("M", cid, "abuse")) is True
    assert await world.do(supervising.close, Closes("M", cid, "abuse")) is False
    picture = await world.picture(cid)
    assert (picture.conversation.status, picture.conversation.close_reason) == (Status.CLOSED, "supervisor")
    assert not any(h.pending for h in picture.handoffs)
    assert set(picture.slots) <= {"R1"}
    assert await acts(world, cid) == [{"act": "close", "reason": "abuse"}]
    last = (await world.customer_sees("c", cid))[-1]
    assert (last.data["notice"]["code"], last.actor.name) == ("closed_by_supervisor", "")
    assert "abuse" not in str(await world.customer_sees("c", cid))
    assert await breaches(world) == []


async def test_closing_what_waits(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    await world.do(supervising.close, Closes("M", cid, "a test chat"))
    assert (await world.picture(cid)).conversation.status is Status.CLOSED
    assert await breaches(world) == []
    for act in (takes_over, monitors):
        with pytest.raises(ConversationClosed):
            await act(world, cid)
    with pytest.raises(ConversationClosed):
        await assigns(world, cid, "R1")
    with pytest.raises(ConversationClosed):
        await world.do(supervising.whisper, Whispers("M", cid, "w", {"type": "text", "text": "x"}))


async def test_a_whisper_from_outside(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world)
    said = Whispers("M", cid, "w", {"type": "text", "text": "offer a refund"}, ("R1",), "coaching")
    entry: Entry = await world.do(supervising.whisper, said)
    again: Entry = await world.do(supervising.whisper, said)
    assert again.seq == entry.seq
    picture = await world.picture(cid)
    assert [e.data["to"] for e in whispered(picture.entries)] == [["R1"]]
    assert await acts(world, cid) == [{"act": "whisper", "reason": "coaching"}]
    assert "refund" not in str(await world.customer_sees("c", cid))
    page = await world.store.read(views.agent_page, "R1", cid, 0, 100)
    assert entry.seq in [e.seq for e in page.entries]
    with pytest.raises(CallerError, match="not in this conversation"):
        await world.do(supervising.whisper, replace(said, client_id="w2", to=("R2",)))


async def test_a_switch_takes_effect_at_once(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, r1 = await with_person(world)
    standing = await world.do(supervising.turn_switch, Turns("M", "transfers", False, "an incident"))
    assert standing["transfers"] is False
    with pytest.raises(NotAllowed, match="transfers"):
        await world.asks("R1", cid, r1.id, Kind.TRANSFER, target=Target(TargetType.AGENT, "R2"))
    await world.do(supervising.turn_switch, Turns("M", "transfers", None, "it is over"))
    assert await world.store.read(switches.standing, world.env) == dict.fromkeys(standing, True)
    with pytest.raises(CallerError, match="no switch"):
        await world.do(supervising.turn_switch, Turns("M", "gravity", False, "fun"))


async def test_only_supervisors_act(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    for who in ("R1", "A", "nobody"):
        for use_case, act in (
            (supervising.monitor, Monitors(who, cid, "x", "r")),
            (supervising.take_over, TakesOver(who, cid, "x", "r")),
            (supervising.assign, Assigns(who, cid, "x", "B", "r")),
            (supervising.close, Closes(who, cid, "r")),
            (supervising.whisper, Whispers(who, cid, "x", {"type": "text", "text": "x"})),
            (supervising.turn_switch, Turns(who, "transfers", False, "an incident")),
        ):
            with pytest.raises(NotAllowed):
                await world.do(use_case, act)
    assert (await world.picture(cid)).holder == "A"
    with pytest.raises(NotFound):
        await takes_over(world, "0" * 32)


async def test_a_client_id_names_one_kind_of_act(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world)
    await monitors(world, cid, "one")
    with pytest.raises(CallerError, match="another kind"):
        await takes_over(world, cid, client_id="one")
    await takes_over(world, cid, client_id="two")
    with pytest.raises(CallerError, match="another kind"):
        await assigns(world, cid, "A", client_id="two")
    assert (await world.picture(cid)).holder == "M"


async def test_a_resend_says_again_that_it_went_over(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    await with_person(world, "c1", "R1")
    cid = await waiting(world, "c2")
    first = await assigns(world, cid, "R1", force=True)
    again = await assigns(world, cid, "R1", force=True)
    assert (first.over, again.over) == (True, True)


async def test_a_bot_does_not_read_why_it_is_watched(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    await monitors(world, cid)
    details = await world.store.read(views.details, "A", cid)
    assert "listening in" not in str(details)


# At the same time


async def test_two_at_once(frozen_store: BaseStore[Tx]) -> None:
    """Whatever comes first, the laws hold, and what came too late is refused."""
    world = await house(frozen_store, boss=9)
    for n in range(6):
        cid, a = await with_bot(world, f"c{n}")
        await world.choose("R1", Presence.AVAILABLE)
        await world.asks("A", cid, a.id, Kind.ESCALATION, target=Target(TargetType.AGENT, "R1"))
        offer = await world.open_offer("R1")
        others: list[Coroutine[Any, Any, Any]] = [
            world.accepts("R1", offer.id),
            world.declines("R1", offer.id),
            world.ends(f"c{n}", cid),
            world.do(supervising.close, Closes("M", cid, "now")),
            assigns(world, cid, "B"),
            monitors(world, cid),
        ]
        for index, other in enumerate(others):
            if index != n:
                other.close()
        found = await asyncio.gather(takes_over(world, cid), others[n], return_exceptions=True)
        faults = [e for e in found if isinstance(e, BaseException) and not isinstance(e, BatonpassError)]
        assert faults == []
        assert await breaches(world) == []
        await world.ends(f"c{n}", cid)
        for stint in (await world.picture(cid)).stints:
            if stint.state is StintState.WRAP_UP:
                await world.finishes(stint.agent_id, stint.id)


async def test_two_supervisors_at_once(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    both = await asyncio.gather(
        takes_over(world, cid), assigns(world, cid, "R1", force=True), return_exceptions=True
    )
    assert not any(isinstance(found, BaseException) for found in both)
    picture = await world.picture(cid)
    assert picture.holder in ("M", "R1")
    assert len(await acts(world, cid)) == 2
    assert await breaches(world) == []
