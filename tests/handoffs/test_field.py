"""What goes wrong elsewhere: a scenario for each complaint of FIELD.md that is about hand-off, by its number."""

import pytest

from batonpass.app import matching, presence, views
from batonpass.app.presence import OfTurn
from batonpass.domain import events as e
from batonpass.domain.agents import Agent, Presence
from batonpass.domain.conversation import EntryKind, Status, Turn
from batonpass.domain.errors import OfferEnded, StintEnded, Unavailable
from batonpass.domain.handoff import Kind, Leave, Offer, Seeks, State
from batonpass.domain.rules import HandBack, Trigger
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import NEXT, PREVIOUS, S, Talk, agent, held_by, house, to_queue, with_bot
from tests.handoffs.test_hours import WEEK, shop, until_it_opens
from tests.support.laws import load
from tests.support.world import World, queue

Store = BaseStore[Tx]


async def test_field_01_a_bot_that_answers_after_a_person_took_over(frozen_store: Store) -> None:
    """Its turn takes 5 s, the pass comes after 1. (A thousand timings of it: tests/test_races.py.)"""
    world = await house(frozen_store, "A", "R1")
    talk = await with_bot(world)
    stint = await talk.stint("A")
    await talk.writes("help")
    await world.advance(1 * S)
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    await talk.takes("R1")
    await world.advance(4 * S)
    with pytest.raises(StintEnded):
        await world.says("A", talk.id, stint.id, "Here is my answer")
    seen = await world.customer_sees(talk.customer, talk.id)
    assert "Here is my answer" not in str([entry.data for entry in seen])
    assert (await talk.entries())[-1].kind is EntryKind.DRAFT


async def test_field_03_over_capacity_through_a_side_door(frozen_store: Store) -> None:
    """R4 has one slot, and it is used: no transfer, invitation, consultation or failover goes there."""
    world = await house(frozen_store, "R1", "R4")
    first = await held_by(world, "R1")
    await first.transfers("R1", agent("R4"), Leave.NOW)
    await first.takes("R4")
    second = await held_by(world, "R1")
    for ask in (Kind.TRANSFER, Kind.INVITATION, Kind.CONSULTATION):
        handoff = await second.asks("R1", ask, target=to_queue("q2"))
        assert handoff.state is State.QUEUED
        await world.cancels("R1", handoff.id)
    handoff = await second.transfers("R1", agent("R4"))
    assert (handoff.state, handoff.fell_through) == (State.QUEUED, True)
    assert await world.store.read(_used, "R4") == 1
    await second.lawful()


def _used(tx: Tx, agent_id: str) -> int:
    return len(tx.agents([agent_id])[agent_id].used)


async def test_field_04_one_chat_for_two_or_again_for_who_declined(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R2"))
    offer = await world.open_offer("R2")
    await talk.leaves_it("R2")
    with pytest.raises(OfferEnded):
        await world.accepts("R2", offer.id)
    taken = await world.open_offer("R3")
    await world.accepts("R3", taken.id)
    await world.accepts("R3", taken.id)  # twice is one accept
    asked = [o.agent_id for o in await world.store.read(_all_offers, talk.id)]
    assert asked == ["R2", "R3"]


def _all_offers(tx: Tx, cid: str) -> list[Offer]:
    return next(talk for talk in load(tx).talks if talk.id == cid).offers[1:]


async def test_field_06_assigned_to_somebody_offline(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R4")
    talk = await held_by(world, "R1")
    await world.disconnect("R4")
    handoff = await talk.transfers("R1", agent("R4"))
    assert (handoff.fell_through, handoff.state) == (True, State.OFFERED)
    assert (await world.open_offer("R2")).conversation_id == talk.id


async def test_field_07_every_agents_offer_has_a_deadline(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", NEXT)
    for _ in range(2):
        await world.advance(30 * S)
    asked = [(o.agent_id, o.state) for o in await world.store.read(_all_offers, talk.id)]
    assert sorted(asked) == [("R2", "expired"), ("R3", "expired")]
    for name in ("R2", "R3"):
        assert (await world.store.read(_agent, name)).presence is Presence.MISSED
    assert await talk.holder() == "R1"


def _agent(tx: Tx, agent_id: str) -> Agent:
    return tx.agents([agent_id])[agent_id]


async def test_field_08_a_hung_bot_loses_the_chat_and_a_slow_one_does_not(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "B")
    talk = await with_bot(world)
    await talk.writes("a hard one")
    turn = (await world.store.read(_turns, "A"))[0]
    await world.advance(15 * S)
    await world.do(presence.turn_working, OfTurn("A", turn.id))
    await world.advance(15 * S)
    assert await talk.holder() == "A"
    await world.advance(10 * S)
    assert (await talk.holder(), (await talk.told())[-2:]) == ("B", ["lost_bot", "joined_bot"])


def _turns(tx: Tx, agent_id: str) -> list[Turn]:
    return tx.turns_of(agent_id)


async def test_field_09_no_silence_for_the_customer(frozen_store: Store) -> None:
    """Each change of holder carries its words in the very entry that tells of it."""
    world = await house(frozen_store, "A", "R1", "R2")
    talk = await with_bot(world)
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    first = (await world.picture(talk.id)).offers[-1].agent_id
    await talk.takes(first)
    await talk.transfers(first, NEXT)
    await talk.takes("R2" if first == "R1" else "R1")
    seen = await world.customer_sees(talk.customer, talk.id)
    changes = [entry for entry in seen if entry.data.get("role") == "holder"]
    assert [entry.data["notice"]["code"] for entry in changes] == [
        "welcome_bot", "passing_to_person", "joined", "joined"
    ]  # fmt: skip
    assert all(entry.data["notice"]["text"] for entry in changes)


async def test_field_11_no_way_back_or_an_endless_loop(frozen_store: Store) -> None:
    hand_back = HandBack(NEXT, frozenset({Trigger.COMMAND, Trigger.RESOLVED}), cool_down_ms=600 * S)
    world = await house(frozen_store, "R1", "R2", "B", q1=queue("q1", hand_back=hand_back))
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    await world.choose("B", Presence.AVAILABLE)
    brief = {"settled": "a new card is on its way", "promised": "", "avoid": "asking for the card number"}
    handoff = await talk.asks("R1", Kind.HAND_BACK, brief=brief)
    stint = await talk.stint("B")
    packet = await world.store.read(views.packets, stint.id)
    assert packet is not None
    assert packet.handoff.handoff.brief == brief
    assert stint.boundary_seq == handoff.boundary_seq  # the old wish lies before it


async def test_field_12_history_missing_or_mixed_between_two_handoffs(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await talk.writes("one")
    await talk.transfers("R1", agent("R2"))
    await talk.takes("R2")
    await talk.writes("two")
    await talk.transfers("R2", PREVIOUS)
    await talk.takes("R1")
    packet = await world.store.read(views.packets, (await talk.stint("R1")).id)
    assert packet is not None
    said = [x.data["content"]["text"] for x in packet.transcript if x.kind is EntryKind.MESSAGE]
    assert said == ["one", "two"]
    assert [x.seq for x in packet.transcript] == list(range(1, len(packet.transcript) + 1))


async def test_field_14_asked_when_nobody_can_take_it(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1", "R2")
    talk = await with_bot(world)
    await world.choose("R1", Presence.AWAY)
    await world.choose("R2", Presence.AWAY)
    stint = await talk.stint("A")
    asked = await world.asks("A", talk.id, stint.id, Kind.ESCALATION)
    assert (asked.handoff.state, asked.position) == (State.QUEUED, 1)
    other = await with_bot(world)
    with pytest.raises(Unavailable, match="no representative"):
        await other.transfers("A", to_queue("q3"), Leave.NOW)
    assert await other.holder() == "A"


async def test_field_14_asked_out_of_hours(frozen_store: Store) -> None:
    """Refused with the opening time, to the agent and to the customer; at that moment the same request is taken."""
    world = await shop(frozen_store, 8.99, "A", "R1")
    talk = await with_bot(world)
    nine = WEEK.opens_at(await world.now())
    for asks in (
        lambda: talk.asks("A", Kind.ESCALATION),
        lambda: talk.transfers("A", agent("R1")),
        lambda: world.wants_human(talk.customer, talk.id),
    ):
        with pytest.raises(Unavailable) as refused:
            await asks()
        assert (refused.value.reason, refused.value.opens_at) == ("closed", nine)
    assert await talk.holder() == "A"
    await until_it_opens(world)
    await talk.asks("A", Kind.ESCALATION)
    await talk.takes("R1")
    await talk.lawful()


async def test_field_15_presence_does_not_flap(frozen_store: Store) -> None:
    """A tab goes and comes; another one is there all the time, and intent is what the agent chose."""
    world = await house(frozen_store, "R1")
    await world.connect("R1", tab="2")
    talk = await held_by(world, "R1")
    await world.disconnect("R1")
    await world.advance(600 * S)
    assert await talk.holder() == "R1"
    await world.disconnect("R1", tab="2")
    await world.advance(100 * S)
    await world.connect("R1", available=False)
    await world.advance(600 * S)
    assert (await talk.holder(), (await world.store.read(_agent, "R1")).presence) == (
        "R1",
        Presence.AVAILABLE,
    )


async def test_field_16_a_transfer_always_ends_and_tells_both(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R2"))
    world.recorder.take()
    await talk.takes("R2")
    told = [x for x in world.recorder.take() if isinstance(x, e.HandoffChanged)]
    assert [(x.handoff.state, x.agents) for x in told][-1] == (State.COMPLETED, ("R1", "R2"))


async def test_field_26_a_stale_invitation_blocks_nothing(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R4", q1=queue("q1", max_wait_ms=60 * S))
    talk = await held_by(world, "R1")
    await talk.asks("R1", Kind.INVITATION, target=agent("R4"))
    await world.disconnect("R4")  # its browser is gone
    await talk.transfers("R1", agent("R2"))
    await talk.takes("R2")
    await world.advance(120 * S)
    assert all(not h.pending for h in (await world.picture(talk.id)).handoffs)
    assert await talk.roles() == {"R2": "holder"}


async def test_field_27_a_transfer_back_to_an_agent_in_wrap_up(frozen_store: Store) -> None:
    """Even with its last slot: the wrap-up of this very conversation yields."""
    world = await house(frozen_store, "R1", "R4")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R4"))
    await talk.takes("R4")
    await talk.transfers("R4", PREVIOUS)
    await talk.takes("R1")
    assert await talk.wrapping() == ["R4"]
    await talk.transfers("R1", PREVIOUS)
    await talk.takes("R4")
    assert (await talk.roles(), await talk.slots()) == ({"R4": "holder"}, ["R1", "R4"])
    await talk.lawful()


async def test_field_28_transferring_into_an_empty_queue(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1")
    talk = await held_by(world, "R1")
    for leave in Leave:
        with pytest.raises(Unavailable, match="You still hold the baton"):
            await talk.transfers("R1", to_queue("q3"), leave)
    assert (await talk.holder(), await talk.told()) == ("R1", ["joined"])


async def test_field_29_the_last_transferees_end_closes_it_for_everyone(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await talk.asks("R1", Kind.INVITATION, target=agent("R2"))
    await talk.takes("R2")
    await talk.goes("R2", resolved=True)
    assert (await world.picture(talk.id)).conversation.status is Status.ACTIVE
    await talk.goes("R1", resolved=True)
    assert (await world.picture(talk.id)).conversation.status is Status.CLOSED


async def test_field_30_a_bot_greets_once(frozen_store: Store) -> None:
    """Packets sent twice, a greeting sent twice: it is one message, under the stint's own id."""
    world = await house(frozen_store, "A")
    talk = await with_bot(world)
    stint = await talk.stint("A")
    await world.disconnect("A")
    await world.connect("A")
    again = await world.says("A", talk.id, stint.id, "Hello again", f"greet:{stint.id}")
    said = [x for x in await talk.entries() if x.kind is EntryKind.MESSAGE]
    assert (len(said), said[0].id) == (1, again.id)


async def test_field_24_why_this_agent(frozen_store: Store) -> None:
    """The trace says whom it chose and why, and whom it left out; asked ahead it says the same."""
    world = await house(frozen_store, "R1", "R2", "B")
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    ahead = await world.store.read(matching.explain, world.env.rules, "q1", Seeks.REPRESENTATIVE)
    handoff = await talk.transfers("R1", NEXT)
    assert handoff.trace is not None
    assert (handoff.trace["winner"], handoff.trace["key"]) == ("R2", "only one")
    assert handoff.trace["removed"] == {"not_sought": 2, "in_conversation": 1, "unreachable": 1}
    assert ahead.winner is not None
    assert ahead.winner.id == "R2"
    assert isinstance(world, World)
    assert isinstance(talk, Talk)
