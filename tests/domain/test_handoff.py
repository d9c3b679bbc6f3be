"""The hand-off table, row by row: what may happen to a hand-off, what is refused, and how it reads as a chat."""

import re
from itertools import product
from pathlib import Path

import pytest

from batonpass.domain.conversation import EntryKind, Status, StintState
from batonpass.domain.errors import ConversationClosed, OfferEnded, StintEnded, TransitionRefused, Unavailable
from batonpass.domain.handoff import (
    ENDS,
    TABLE,
    Handoff,
    Kind,
    Leave,
    Offer,
    OfferState,
    Seeks,
    State,
    Step,
    Target,
    TargetType,
    advance,
    end_offer,
)
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.laws import check_laws, check_settled
from tests.support.ledger import Ledger
from tests.support.world import World, bot, person, queue, rules

S = 1_000
DRAWING = Path(__file__).parents[2] / "docs" / "handoff.md"

ROWS = """
requested queue queued      a request waits in its queue
requested offer offered     a named agent is asked in the request's own commit
requested fail failed       nobody can ever take it
requested cancel cancelled  whoever asked takes it back
queued offer offered        the matcher asks a representative
queued accept accepted      a bot, or an agent of a queue that accepts by itself
queued cancel cancelled     the customer ends, or wants somebody else
queued fail failed          the maximum wait is over
queued return returned      nobody takes it: back to the giver
offered accept accepted     the representative takes it
offered decline queued      the representative leaves it to others
offered expire queued       the representative missed it
offered withdraw queued     the offer is taken back, the hand-off goes on
offered cancel cancelled    the customer ends, or wants somebody else
offered fail failed         the maximum wait is over
offered return returned     nobody takes it: back to the giver
accepted complete completed the receiver holds, or is in
accepted lose queued        the receiver is lost before it is complete
accepted cancel cancelled   the giver takes the baton back
accepted return returned    the deadline of a warm pass is over
"""
"""DESIGN section 4 as rows: state, step, next state, and when."""

WANTED = {
    (State(state), Step(step)): State(then)
    for state, step, then, *_ in (row.split() for row in ROWS.strip().splitlines())
}


def handoff(state: State) -> Handoff:
    return Handoff("h", "c", Kind.TRANSFER, Leave.NOW, state, Target(TargetType.NEXT), Seeks.ANY, "q1", 0)


@pytest.mark.parametrize("state,step", list(product(State, Step)))
def test_every_step_from_every_state(state: State, step: Step) -> None:
    wanted = WANTED.get((state, step))
    before = handoff(state)
    if wanted is None:
        with pytest.raises(TransitionRefused) as refusal:
            advance(before, step)
        assert refusal.value.code == "bad_transition"
        assert str(state) in str(refusal.value)
        assert str(step) in str(refusal.value)
    else:
        after = advance(before, step, outcome="why")
        assert (after.state, after.outcome) == (wanted, "why")
    assert before.state is state


def test_the_drawing_has_these_rows_and_no_other() -> None:
    drawn = {
        (State(state), Step(step.strip())): State(then)
        for state, then, steps in re.findall(
            r"^    (\w+) --> (\w+): (.+)$", DRAWING.read_text(), re.MULTILINE
        )
        for step in steps.split(",")
    }
    assert drawn == WANTED


def test_the_drawing_is_the_table() -> None:
    assert {(state, step): then for state, steps in TABLE.items() for step, then in steps.items()} == WANTED


def test_ends_are_states_without_steps() -> None:
    assert {State.COMPLETED, State.CANCELLED, State.FAILED, State.RETURNED} == ENDS
    assert set(TABLE) == set(State)
    assert [handoff(state).pending for state in State] == [state not in ENDS for state in State]


@pytest.mark.parametrize("first,second", list(product(list(OfferState)[1:], repeat=2)))
def test_an_offer_ends_once(first: OfferState, second: OfferState) -> None:
    ended = end_offer(Offer("o", "h", "c", "R1", OfferState.OPEN, 0, 30), first, 10, "why")
    assert (ended.state, ended.ended_at, ended.reason) == (first, 10, "why")
    with pytest.raises(OfferEnded, match=str(first)):
        end_offer(ended, second, 11)


# Playbooks


@pytest.fixture
async def world(frozen_store: BaseStore[Tx]) -> World:
    return await make_world(frozen_store)


async def make_world(store: BaseStore[Tx]) -> World:
    """q1: bot A, R1 who is idle longest, R2, bot B; q2: R4."""
    found = World(store, rules(queue("q1"), queue("q2", max_wait_ms=60_000)))
    members = [("q1", "A", 100), ("q1", "R1", 50), ("q1", "R2", 50), ("q1", "B", 10), ("q2", "R4", 1)]
    await found.setup([bot("A"), bot("B"), person("R1"), person("R2"), person("R4", 1)], members)
    for agent_id in ("A", "B", "R1", "R2", "R4"):
        await found.connect(agent_id)
    await found.settle()
    return found


async def lawful(world: World) -> None:
    await world.settle()
    assert await world.store.read(check_settled) == []


async def escalated(world: World) -> tuple[str, str, Ledger]:
    """A customer whom A passed to a person, before any match."""
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    row = Ledger(world, cid)
    a = await row.stint("A")
    await world.says("A", cid, a.id, "Hello", f"greet:{a.id}")
    await world.asks("A", cid, a.id, Kind.ESCALATION, note="wants a refund")
    await row.is_(state=("open", None, 2))
    return customer, cid, row


async def states(world: World, cid: str) -> list[str]:
    return [f"{h.kind} {h.state}" for h in (await world.picture(cid)).handoffs]


async def test_queue_then_accept_then_complete_a_bot_takes_it(world: World) -> None:
    """requested -> queued; queued -> accepted -> completed in the claim's one commit."""
    customer = await world.customer()
    cid = await world.start(customer)
    assert await states(world, cid) == ["arrival queued"]
    await world.settle()
    assert await states(world, cid) == ["arrival completed"]
    [arrival] = (await world.picture(cid)).handoffs
    assert (arrival.receiver_agent_id, arrival.outcome) == ("A", "completed")
    await lawful(world)


async def test_offer_then_accept_a_person_takes_it(world: World) -> None:
    """queued -> offered -> accepted -> completed; the giver's note is with the offer."""
    _, cid, row = await escalated(world)
    assert await states(world, cid) == ["arrival completed", "escalation queued"]
    await world.settle()
    assert await states(world, cid) == ["arrival completed", "escalation offered"]
    assert (await row.picture()).handoffs[-1].note == "wants a refund"
    offer = await world.open_offer("R1")
    stint = await world.accepts("R1", offer.id)
    assert await states(world, cid) == ["arrival completed", "escalation completed"]
    await row.is_(state=("active", "R1", 3), live={"R1": "holder"}, slots={"R1": 1})
    again = await world.accepts("R1", offer.id)
    assert again.id == stint.id, "a double click is one accept"
    await lawful(world)


async def test_decline_asks_the_next_one_and_not_the_same_again(world: World) -> None:
    """offered -> queued by a decline; both decline; nobody is asked twice."""
    _, cid, row = await escalated(world)
    for agent_id in ("R1", "R2"):
        await world.settle()
        offer = await world.open_offer(agent_id)
        await world.declines(agent_id, offer.id)
        await world.declines(agent_id, offer.id)
        assert (await states(world, cid))[-1] == "escalation queued"
        with pytest.raises(OfferEnded):
            await world.accepts(agent_id, offer.id)
    await world.settle()
    await row.is_(state=("open", None, 2), slots={}, due=["max_wait 15:00"])
    assert (await row.picture()).handoffs[-1].excluded.declined == {"R1", "R2"}
    await lawful(world)


async def test_expire_asks_the_next_one_until_the_first_is_back(world: World) -> None:
    """offered -> queued by the offer's deadline; a late accept comes too late."""
    _, cid, row = await escalated(world)
    await world.settle()
    offer = await world.open_offer("R1")
    await row.at(30)
    assert (await world.open_offer("R2")).conversation_id == cid
    with pytest.raises(OfferEnded, match="back in the queue"):
        await world.accepts("R1", offer.id)
    with pytest.raises(OfferEnded):
        await world.declines("R1", offer.id)
    await lawful(world)


async def test_an_accept_wins_until_the_expiry_commits(world: World) -> None:
    """offered -> accepted after the deadline, as long as the timer was not done (law 6)."""
    _, _, row = await escalated(world)
    await world.settle()
    offer = await world.open_offer("R1")
    await world.store.advance(31 * S)
    await world.accepts("R1", offer.id)
    await world.settle()
    await row.is_(state=("active", "R1", 3), slots={"R1": 1})


async def test_an_offer_is_answered_once(world: World) -> None:
    """Refused: an accept after the decline, a decline after the accept."""
    await escalated(world)
    await world.settle()
    first = await world.open_offer("R1")
    await world.declines("R1", first.id)
    await world.settle()
    second = await world.open_offer("R2")
    await world.accepts("R2", second.id)
    with pytest.raises(OfferEnded):
        await world.accepts("R1", first.id)
    with pytest.raises(OfferEnded):
        await world.declines("R2", second.id)


@pytest.mark.parametrize("offered", [False, True], ids=["queued", "offered"])
async def test_the_customers_end_cancels(world: World, offered: bool) -> None:
    """queued -> cancelled and offered -> cancelled; the offer, its slot and the timers go along."""
    customer, cid, row = await escalated(world)
    if offered:
        await world.settle()
    offers = [o.id for o in (await row.picture()).offers]
    await world.ends(customer, cid)
    await row.is_(state=("closed", None, 3), slots={}, live={})
    assert await states(world, cid) == ["arrival completed", "escalation cancelled"]
    for offer_id in offers:
        with pytest.raises(OfferEnded, match="Nothing changed for you"):
            await world.accepts("R1", offer_id)
    await lawful(world)
    assert await world.due() == []


async def test_a_person_is_wanted_while_a_bot_is_sought(world: World) -> None:
    """queued -> cancelled: the hand-off that waits makes room for one that seeks a person, and keeps its place."""
    for agent_id in ("A", "B"):
        await world.disconnect(agent_id)
    for agent_id in ("R1", "R2"):
        await world.disconnect(agent_id)
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    await world.store.advance(5 * S)
    asked = await world.wants_human(customer, cid, "k")
    assert await states(world, cid) == ["arrival cancelled", "escalation queued"]
    [arrival, escalation] = (await world.picture(cid)).handoffs
    assert escalation.waiting_key == arrival.waiting_key
    again = await world.wants_human(customer, cid, "k")
    assert again.handoff.id == asked.handoff.id
    already = await world.wants_human(customer, cid)
    assert already.already and already.handoff.id == asked.handoff.id
    await lawful(world)


async def test_nobody_in_time_fails(world: World) -> None:
    """queued -> failed after the maximum wait: the customer is told, and the chat closes."""
    _, cid, row = await escalated(world)
    for agent_id in ("R1", "R2"):
        await world.disconnect(agent_id)
    await row.at(15 * 60)
    assert await states(world, cid) == ["arrival completed", "escalation failed"]
    picture = await row.picture()
    assert picture.conversation.status is Status.CLOSED
    await row.is_(slots={}, due=[])
    assert row.last_notice.startswith("Nobody could answer in time")
    await lawful(world)


async def test_no_bot_in_time_looks_for_a_person(world: World) -> None:
    """queued -> failed for a hand-back; a person is sought instead, and the hand-off never vanishes."""
    _, cid, row = await escalated(world)
    await world.settle()
    r1 = await world.accepts("R1", (await world.open_offer("R1")).id)
    for agent_id in ("A", "B"):
        await world.disconnect(agent_id)
    await world.asks("R1", cid, r1.id, Kind.HAND_BACK, target=Target(TargetType.NEXT))
    await row.at(15 * 60)
    assert await states(world, cid) == [
        "arrival completed",
        "escalation completed",
        "hand_back failed",
        "failover offered",
    ]
    assert (await world.open_offer("R2")).conversation_id == cid
    await lawful(world)


async def test_the_maximum_wait_lets_an_offer_finish(world: World) -> None:
    """offered, when the wait is over: the offer may still be taken; missed, it fails at once."""
    _, cid, row = await escalated(world)
    for agent_id in ("R1", "R2"):
        await world.disconnect(agent_id)
    await row.at(15 * 60 - 10)
    await world.connect("R1")
    await row.at(15 * 60 + 10)
    assert await states(world, cid) == ["arrival completed", "escalation offered"]
    await row.at(15 * 60 + 21)
    assert await states(world, cid) == ["arrival completed", "escalation failed"]
    await lawful(world)


async def test_a_named_bot_takes_the_baton_in_one_commit(world: World) -> None:
    """requested -> queued -> accepted -> completed at once: removed private, added public, one change of holder."""
    _, cid, row = await escalated(world)
    await world.settle()
    r1 = await world.accepts("R1", (await world.open_offer("R1")).id)
    await row.is_()
    await world.asks("R1", cid, r1.id, Kind.HAND_BACK, target=Target(TargetType.AGENT, "B"))
    await row.is_(
        state=("active", "B", 4),
        entries=["5/- removed R1", "6/5 added B"],
        live={"B": "holder"},
        wrap_up=["R1"],
    )
    assert row.last_notice.startswith("R1 has passed you to B.")
    await lawful(world)


async def test_a_named_person_is_asked_in_the_requests_commit(world: World) -> None:
    """requested -> queued -> offered in one commit (WALK rule e), by its name and not by the queue's order."""
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    row = Ledger(world, cid)
    a = await row.stint("A")
    asked = await world.asks("A", cid, a.id, Kind.ESCALATION, target=Target(TargetType.AGENT, "R4"))
    assert asked.handoff.state is State.OFFERED
    await row.is_(state=("open", None, 2), slots={"R4": 1})
    await lawful(world)


async def test_a_named_person_who_is_full_lets_it_fall_to_the_givers_queue(world: World) -> None:
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    row = Ledger(world, cid)
    await row.fill("R4")
    a = await row.stint("A")
    asked = await world.asks("A", cid, a.id, Kind.ESCALATION, target=Target(TargetType.AGENT, "R4"))
    assert (asked.handoff.state, asked.handoff.queue_id) == (State.QUEUED, "q1")


async def test_refused_passes_leave_the_giver_where_it_is(world: World) -> None:
    """Refusals before the giver leaves: an unknown queue, nobody of the kind, nobody left on the ladder."""
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    row = Ledger(world, cid)
    a = await row.stint("A")
    before = await row.picture()
    for kind, target in [
        (Kind.ESCALATION, Target(TargetType.QUEUE, "nowhere")),
        (Kind.HAND_BACK, Target(TargetType.QUEUE, "q2")),
        (Kind.ESCALATION, Target(TargetType.AGENT, "nobody")),
        (Kind.ESCALATION, Target(TargetType.AGENT, "B")),
        (Kind.HAND_BACK, Target(TargetType.AGENT, "A")),
        (Kind.ESCALATION, Target(TargetType.PREVIOUS)),
    ]:
        with pytest.raises(Unavailable, match="You still hold"):
            await world.asks("A", cid, a.id, kind, target=target)
    after = await row.picture()
    assert (after.conversation, after.stints, after.handoffs) == (
        before.conversation,
        before.stints,
        before.handoffs,
    )


async def test_whoever_passed_it_on_or_left_cannot_pass_again(world: World) -> None:
    """Refused transitions over a chat: a second pass, a pass while it waits, a close, anything after the end."""
    customer, cid, row = await escalated(world)
    a = next(s for s in (await row.picture()).stints if s.agent_id == "A")
    with pytest.raises(StintEnded):
        await world.asks("A", cid, a.id, Kind.ESCALATION)
    with pytest.raises(StintEnded):
        await world.resolves("A", a.id)
    await world.ends(customer, cid)
    with pytest.raises(ConversationClosed):
        await world.asks("A", cid, a.id, Kind.ESCALATION)
    with pytest.raises(ConversationClosed):
        await world.wants_human(customer, cid)
    with pytest.raises(ConversationClosed):
        await world.writes(customer, cid, "still there?")
    await world.resolves("A", a.id)
    assert await states(world, cid) == ["arrival completed", "escalation cancelled"]
    assert await world.store.read(check_laws) == []


async def test_the_same_request_again_is_the_same_hand_off(world: World) -> None:
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    a = await Ledger(world, cid).stint("A")
    first = await world.asks("A", cid, a.id, Kind.ESCALATION, client_id="k")
    second = await world.asks("A", cid, a.id, Kind.ESCALATION, client_id="k")
    assert first.handoff.id == second.handoff.id
    assert await states(world, cid) == ["arrival completed", "escalation queued"]


async def test_a_lost_holder_fails_over_and_the_customer_is_told(world: World) -> None:
    """A failover is a hand-off of its own: queued, offered, completed; the lost one is not asked."""
    _, cid, row = await escalated(world)
    await world.settle()
    r1 = await world.accepts("R1", (await world.open_offer("R1")).id)
    await world.disconnect("R1")
    await row.at(149)
    await row.is_(state=("active", "R1", 3))
    await row.at(150)
    assert row.last_notice == "" or "R1" in row.last_notice
    assert (await states(world, cid))[-1] == "failover offered"
    await world.accepts("R2", (await world.open_offer("R2")).id)
    await row.is_(state=("active", "R2", 5), live={"R2": "holder"})
    with pytest.raises(StintEnded):
        await world.says("R1", cid, r1.id, "I am back")
    lost = next(s for s in (await row.picture()).stints if s.id == r1.id)
    assert (lost.state, lost.reason) == (StintState.ENDED, "lost")
    assert (await row.picture()).entries[-1].kind is EntryKind.DRAFT
    await lawful(world)
