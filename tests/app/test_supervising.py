"""A supervisor's acts, on both stores: what they change, how they are logged, and what is refused."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from batonpass.app import supervising, switches, views
from batonpass.app.supervising import Assigns, Closes, Monitors, TakesOver, Turns, Whispers
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Entry, EntryKind, Status, StintState
from batonpass.domain.errors import (
    BatonpassError,
    CallerError,
    ConversationClosed,
    NotAllowed,
    NotFound,
    StintEnded,
    Unavailable,
)
from batonpass.domain.handoff import Kind, Leave, OfferState, State, Target, TargetType
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.app.supervision import (
    acts,
    assigns,
    breaches,
    codes,
    house,
    monitors,
    takes_over,
    waiting,
    whispered,
    with_bot,
    with_person,
)
from tests.support.laws import check_laws

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


async def test_every_act_is_in_the_log_without_its_reason(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world)
    await monitors(world, cid, "m")
    await takes_over(world, cid, client_id="t")
    await takes_over(world, cid, client_id="t")
    await world.do(supervising.close, Closes("M", cid, "it was abuse"))
    await world.do(supervising.turn_switch, Turns("M", "cold", False, "an incident"))
    lines = await world.store.read(lambda tx: tx.audit_rows(limit=10))
    assert [(line.who, line.action, line.ref) for line in reversed(lines)] == [
        ("agent:M", "supervisor.monitor", cid),
        ("agent:M", "supervisor.take_over", cid),
        ("agent:M", "supervisor.close", cid),
        ("agent:M", "switch.turned", "cold"),
    ]
    assert not [line for line in lines if "abuse" in str(line) or "incident" in str(line)]


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
