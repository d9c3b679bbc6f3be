"""Cold and warm transfers as conversations: every leave, every target, and what becomes of a pass nobody takes."""

import pytest

from batonpass.app import views
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import EntryKind, Status
from batonpass.domain.errors import CallerError, HandoffPending, NotFound, Refused, StintEnded, Unavailable
from batonpass.domain.handoff import Kind, Leave, Seeks, State, TargetType
from batonpass.domain.rules import Nobody
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import NEXT, PREVIOUS, S, Talk, agent, held_by, house, to_queue, with_bot
from tests.support.world import queue

Store = BaseStore[Tx]


async def test_the_usual_transfer_keeps_the_giver_until_the_receiver_is_in(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    handoff = await talk.transfers("R1", agent("R2"), note="likes tea")
    assert (handoff.leave, handoff.state, await talk.holder()) == (Leave.ON_ACCEPT, State.OFFERED, "R1")
    await talk.says("R1", "one moment")
    await talk.takes("R2")
    assert (await talk.roles(), await talk.wrapping()) == ({"R2": "holder"}, ["R1"])
    last = (await talk.entries())[-2:]
    assert [(e.kind, e.actor.name, bool(e.public_seq)) for e in last] == [
        (EntryKind.REMOVED, "R1", False),
        (EntryKind.ADDED, "R2", True),
    ]
    assert (await talk.stint("R2")).boundary_seq == last[0].seq
    assert await talk.told() == ["joined", "transfer_started", "joined"]
    assert (await talk.handoff()).note == "likes tea"
    await talk.lawful()


async def test_cold_to_a_queue_the_giver_goes_at_once(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R4")
    talk = await held_by(world, "R1")
    handoff = await talk.transfers("R1", to_queue("q2"), Leave.NOW)
    assert (handoff.state, await talk.holder(), await talk.wrapping()) == (State.OFFERED, None, ["R1"])
    await talk.takes("R4")
    assert await talk.roles() == {"R4": "holder"}
    await talk.lawful()


async def test_next_is_the_ladder_and_previous_who_held_before(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", NEXT)
    await talk.takes("R2")
    await talk.transfers("R2", PREVIOUS)
    await talk.takes("R1")
    assert await talk.roles() == {"R1": "holder"}
    assert (await talk.world.picture(talk.id)).conversation.hops == 2
    await talk.lawful()


async def test_to_a_bot_by_name(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "B")
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    await world.choose("B", Presence.AVAILABLE)
    handoff = await talk.transfers("R1", agent("B"))
    assert (handoff.state, handoff.seeks, await talk.roles()) == (State.COMPLETED, Seeks.BOT, {"B": "holder"})
    await talk.lawful()


async def test_a_named_agent_who_declines_falls_through_to_the_queue(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3", "R4")
    talk = await held_by(world, "R1")
    handoff = await talk.transfers("R1", agent("R4"))
    await talk.leaves_it("R4")
    handoff = await talk.handoff(handoff.id)
    assert (handoff.state, handoff.fell_through, handoff.queue_id) == (State.OFFERED, True, "q1")
    assert handoff.target.type is TargetType.AGENT
    offered = (await world.picture(talk.id)).offers[-1].agent_id
    assert offered in ("R2", "R3")
    await talk.takes(offered)
    assert await talk.holder() == offered
    await talk.lawful()


async def test_a_named_agent_who_is_away_or_silent_falls_through_too(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R4")
    talk = await held_by(world, "R1")
    await world.choose("R4", Presence.AWAY)
    await talk.transfers("R1", agent("R4"))
    assert (await world.open_offer("R2")).conversation_id == talk.id
    await talk.leaves_it("R2")
    assert await talk.holder() == "R1"  # R3 is not connected, but may come: it waits
    await world.connect("R3")
    await world.settle()
    await world.advance(30 * S)  # silent
    assert (await talk.handoff()).pending
    await world.choose("R3", Presence.AVAILABLE)
    await world.settle()
    await talk.takes("R3")
    await talk.lawful()


async def test_when_all_have_declined_the_giver_goes_on_and_the_customer_knows(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    handoff = await talk.transfers("R1", NEXT)
    first = (await world.picture(talk.id)).offers[-1].agent_id
    await talk.leaves_it(first)
    await talk.leaves_it("R3" if first == "R2" else "R2")
    handoff = await talk.handoff(handoff.id)
    assert (handoff.state, handoff.outcome, await talk.roles()) == (
        State.RETURNED,
        "nobody",
        {"R1": "holder"},
    )
    assert (await talk.told())[-2:] == ["transfer_started", "transfer_ended"]
    assert await talk.slots() == ["R1"]
    await talk.lawful()


async def test_a_transfer_that_waits_too_long_returns_while_its_giver_holds(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", q1=queue("q1", max_wait_ms=60 * S))
    talk = await held_by(world, "R1")
    await talk.transfers("R1", NEXT)
    await world.advance(60 * S)
    assert ((await talk.handoff()).state, await talk.holder()) == (State.RETURNED, "R1")
    await talk.lawful()


# Warm


async def warm(talk: Talk, giver: str, receiver: str) -> str:
    """A transfer that its receiver has accepted, and its giver has not completed."""
    handoff = await talk.transfers(giver, agent(receiver), Leave.ON_COMPLETE)
    await talk.takes(receiver)
    return handoff.id


async def test_warm_they_talk_in_private_then_the_giver_completes(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    handoff = await warm(talk, "R1", "R2")
    assert await talk.roles() == {"R1": "holder", "R2": "consulted"}
    stint = await talk.stint("R2")
    with pytest.raises(StintEnded):
        await talk.says("R2", "not for you to hear")
    await world.whispers("R2", talk.id, stint.id, "what is it about?")
    assert await talk.slots() == ["R1", "R2"]
    done = await world.completes("R1", handoff)
    await world.settle()
    assert (done.state, await talk.roles()) == (State.COMPLETED, {"R2": "holder"})
    assert (await world.completes("R1", handoff)).state is State.COMPLETED  # twice changes nothing
    seen = await world.customer_sees(talk.customer, talk.id)
    assert [e.kind for e in seen].count(EntryKind.MESSAGE) == 0
    assert await talk.told() == ["joined", "transfer_started", "joined"]
    await talk.lawful()


async def test_warm_the_giver_takes_back(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    handoff = await warm(talk, "R1", "R2")
    await world.cancels("R1", handoff)
    assert (await talk.roles(), await talk.slots()) == ({"R1": "holder"}, ["R1"])
    assert (await world.cancels("R1", handoff)).state is State.CANCELLED
    with pytest.raises(Refused, match="cancelled") as refused:
        await world.completes("R1", handoff)
    assert refused.value.code == "not_accepted"
    await world.settle()
    await talk.lawful()


async def test_warm_has_a_deadline(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", completion_ms=60 * S)
    talk = await held_by(world, "R1")
    handoff = await warm(talk, "R1", "R2")
    await world.advance(60 * S)
    assert (await talk.handoff(handoff)).outcome == "deadline"
    assert (await talk.roles(), (await talk.told())[-1]) == ({"R1": "holder"}, "transfer_ended")
    await talk.lawful()


@pytest.mark.parametrize("lost", [True, False])
async def test_warm_the_receiver_goes_and_the_next_is_asked(frozen_store: Store, lost: bool) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    handoff = await warm(talk, "R1", "R2")
    if lost:
        await talk.is_lost("R2")
    else:
        await talk.goes("R2")
    found = await talk.handoff(handoff)
    assert (found.state, await talk.roles()) == (State.OFFERED, {"R1": "holder"})
    assert ("R2" in found.excluded.lost, "R2" in found.excluded.declined) == (lost, not lost)
    await talk.takes("R3")
    assert await talk.roles() == {"R1": "holder", "R3": "consulted"}
    await world.completes("R1", handoff)
    await world.settle()
    await talk.lawful()


# Guards


async def test_a_queue_that_nobody_could_serve_is_refused_before_the_giver_leaves(
    frozen_store: Store,
) -> None:
    world = await house(frozen_store, "R1", "R4")
    talk = await held_by(world, "R1")
    for target in (to_queue("q3"), to_queue("nowhere"), agent("nobody"), agent("R1")):
        with pytest.raises(Unavailable):
            await talk.transfers("R1", target, Leave.NOW)
    with pytest.raises(Unavailable):
        await talk.transfers("R1", to_queue("q2"), Leave.NOW, seeks=Seeks.BOT)
    with pytest.raises(CallerError):
        await talk.asks("R1", Kind.INVITATION, target=agent("R4"), leave=Leave.NOW)
    await talk.asks("R1", Kind.INVITATION, target=agent("R4"))
    await talk.takes("R4")
    with pytest.raises(Unavailable, match="already in this chat"):
        await talk.transfers("R1", to_queue("q2"))
    assert await talk.holder() == "R1"
    await talk.lawful()


async def test_one_pass_at_a_time_unless_it_replaces(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    first = await talk.transfers("R1", agent("R2"))
    with pytest.raises(HandoffPending) as refused:
        await talk.transfers("R1", agent("R3"))
    assert refused.value.handoff_id == first.id
    with pytest.raises(HandoffPending):
        await world.resolves("R1", (await talk.stint("R1")).id)
    second = await talk.transfers("R1", agent("R3"), replace=True)
    assert (await talk.handoff(first.id)).outcome == "replaced"
    assert (second.state, await talk.slots()) == (State.OFFERED, ["R1", "R3"])
    await talk.lawful()


async def test_the_same_key_is_the_same_request(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    first = await talk.transfers("R1", agent("R2"), client_id="click")
    second = await talk.transfers("R1", agent("R2"), client_id="click")
    assert first.id == second.id
    await talk.takes("R2")
    late = await world.asks("R1", talk.id, (await _stint_of(talk, "R1")), Kind.TRANSFER, client_id="click")
    assert late.handoff.id == first.id
    await talk.lawful()


async def _stint_of(talk: Talk, agent_id: str) -> str:
    return next(s.id for s in (await talk.world.picture(talk.id)).stints if s.agent_id == agent_id)


async def test_the_context_comes_along_before_anybody_is_asked(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1", plan="gold")
    summary = {"maker": {"name": "m", "version": "1"}, "prose": "made"}
    handoff = await talk.transfers(
        "R1", agent("R2"), variables={"case": "17"}, summary=summary, edited="told by R1"
    )
    assert (handoff.summary, handoff.edited) == (summary, "told by R1")
    assert await world.store.read(_variables, talk.id) == {"plan": "gold", "case": "17"}


def _variables(tx: Tx, cid: str) -> dict[str, str]:
    return tx.variables(cid)


async def test_priority_and_waiting_time_travel_along(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", q1=queue("q1", priority=7))
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.disconnect("R1")
    await world.advance(20 * S)
    await world.connect("R1")
    await world.settle()
    await talk.takes("R1")
    handoff = await talk.transfers("R1", to_queue("q2"), Leave.NOW)
    assert (handoff.priority, await world.now() - handoff.waiting_key) == (7, 20 * S)
    await talk.lawful()


# Nobody takes it


async def test_overflow_takes_the_place_along(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R4", q1=queue("q1", max_wait_ms=60 * S, overflow=("q2",)))
    talk = await held_by(world, "R1")
    handoff = await talk.transfers("R1", NEXT, Leave.NOW)
    await world.disconnect("R1")
    await world.advance(60 * S)
    moved = await talk.handoff(handoff.id)
    assert (moved.queue_id, moved.overflowed, moved.waiting_key) == ("q2", True, handoff.waiting_key)
    await talk.takes("R4")
    await talk.lawful()


async def test_a_pass_nobody_takes_returns_to_its_giver(frozen_store: Store) -> None:
    q1 = queue("q1", max_wait_ms=60 * S, nobody=Nobody.RETURN, wrap_up_ms=0)
    world = await house(frozen_store, "R1", q1=q1)
    talk = await held_by(world, "R1")
    given = await talk.transfers("R1", NEXT, Leave.NOW, note="for you")
    await world.advance(60 * S)
    assert (await talk.handoff(given.id)).state is State.RETURNED
    back = await talk.handoff()
    assert (back.kind, back.target, back.state, back.note) == (
        Kind.RETURN,
        agent("R1"),
        State.OFFERED,
        "for you",
    )
    assert (await talk.told())[-1] == "returned"
    await talk.takes("R1")
    assert (await world.picture(talk.id)).conversation.hops == 0
    await talk.lawful()


@pytest.mark.parametrize("stage", ["offered", "accepted"])
async def test_a_pass_is_replaced_by_another_to_the_same_agent(frozen_store: Store, stage: str) -> None:
    """R4 has one slot: the one that the replaced pass had taken."""
    world = await house(frozen_store, "R1", "R2", "R4")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R4"), Leave.ON_COMPLETE)
    if stage == "accepted":
        await talk.takes("R4")
    await talk.transfers("R1", agent("R4"), Leave.NOW, replace=True)
    await talk.takes("R4")
    assert await talk.roles() == {"R4": "holder"}
    await talk.lawful()


@pytest.mark.parametrize("stage", ["offered", "accepted"])
async def test_a_customers_wish_outlives_the_bots_own_pass(frozen_store: Store, stage: str) -> None:
    """A bot that has asked for a person may call that off, but not after the customer has asked too."""
    world = await house(frozen_store, "A", "R1")
    talk = await with_bot(world)
    asked = await talk.asks("A", Kind.ESCALATION, leave=Leave.ON_COMPLETE)
    if stage == "accepted":
        await talk.takes("R1")
    reply = await world.wants_human(talk.customer, talk.id)
    assert reply.already
    if stage == "offered":
        assert (await talk.told())[-1] == "passing_to_person"
        with pytest.raises(Refused):
            await world.cancels("A", asked.id)
        await talk.takes("R1")
    assert await talk.roles() == {"R1": "holder"}
    await talk.lawful()


async def test_what_returns_waits_where_its_giver_serves_not_where_nobody_came(frozen_store: Store) -> None:
    q1, q2 = queue("q1", max_wait_ms=300 * S), queue("q2", max_wait_ms=60 * S, nobody=Nobody.RETURN)
    world = await house(frozen_store, "R1", q1=q1, q2=q2)
    talk = await held_by(world, "R1")
    await talk.transfers("R1", to_queue("q2"), Leave.NOW)
    await world.choose("R1", Presence.AWAY)
    await world.advance(60 * S)
    back = await talk.handoff()
    assert (back.kind, back.queue_id, back.state) == (Kind.RETURN, "q1", State.QUEUED)
    await world.advance(120 * S)
    assert (await world.picture(talk.id)).conversation.status is Status.OPEN, "it waits as long as q1 lets it"
    await world.connect("R2")
    await world.settle()
    await talk.takes("R2")
    await talk.lawful()


async def test_at_last_it_closes_with_words(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", q1=queue("q1", max_wait_ms=60 * S))
    talk = await held_by(world, "R1")
    await talk.transfers("R1", NEXT, Leave.NOW)
    await world.disconnect("R1")
    await world.advance(60 * S)
    assert (await world.picture(talk.id)).conversation.status is Status.CLOSED
    assert (await talk.told())[-1] == "closed_unanswered"
    await world.advance(300 * S)
    await talk.lawful()


# The customer's word


@pytest.mark.parametrize("stage", ["queued", "offered", "accepted"])
async def test_the_customers_end_always_wins(frozen_store: Store, stage: str) -> None:
    world = await house(frozen_store, "R1", *([] if stage == "queued" else ["R2"]))
    talk = await held_by(world, "R1")
    target = NEXT if stage == "queued" else agent("R2")
    handoff = await talk.transfers("R1", target, Leave.ON_COMPLETE)
    if stage == "accepted":
        await talk.takes("R2")
    assert (await talk.handoff()).state == stage
    await world.ends(talk.customer, talk.id)
    await world.ends(talk.customer, talk.id)
    await world.settle()
    assert (await talk.handoff(handoff.id)).state is State.CANCELLED
    assert (await talk.roles(), await talk.slots()) == ({}, ["R1"])  # its wrap-up
    await talk.lawful()


async def test_a_person_please_replaces_a_pass_to_a_bot(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    talk = await with_bot(world)
    handoff = await talk.transfers("A", agent("B"), seeks=Seeks.BOT)
    assert handoff.pending
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    assert (await talk.handoff(handoff.id)).state is State.CANCELLED
    await talk.takes("R1")
    await talk.lawful()


async def test_what_waits_in_a_queue_is_read_there_until_somebody_accepts(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", NEXT, Leave.ON_COMPLETE)
    head = (await talk.entries())[-1].seq
    assert await world.store.read(views.readable, "R3", talk.id) == head
    await talk.takes("R2")
    with pytest.raises(NotFound):
        await world.store.read(views.readable, "R3", talk.id)
    await talk.lawful()
