"""A hand-off's life on a case: asked, queued, offered, accepted, declined, missed, ended. The steps are `handoff.TABLE`."""

from dataclasses import dataclass, field, replace
from typing import Any

from batonpass.domain import baton, turns
from batonpass.domain.agents import Agent, AgentKind
from batonpass.domain.baton import Joining, Leaving
from batonpass.domain.case import Case
from batonpass.domain.conversation import SYSTEM, EntryKind, Status, Stint
from batonpass.domain.due import DueKind
from batonpass.domain.errors import ConversationClosed, HandoffPending, StintEnded
from batonpass.domain.events import HandoffChanged, OfferChanged
from batonpass.domain.handoff import (
    Exclusions,
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
from batonpass.domain.routing import Decision
from batonpass.domain.rules import NEXT


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for. `queue_id` is where it waits, after the target was resolved."""

    kind: Kind
    seeks: Seeks
    queue_id: str
    target: Target = NEXT
    reason: str = ""
    note: str = ""
    requested_by: str = "system"
    client_id: str | None = None
    summary: dict[str, Any] | None = None
    failover_queue_id: str | None = None
    excluded: Exclusions = field(default_factory=Exclusions)


def arrive(case: Case, queue_id: str, priority: int) -> Handoff:
    """A new conversation enters a queue. It writes no entry (WALK rule b)."""
    case.change(queue_id=queue_id, priority=priority)
    target = Target(TargetType.QUEUE, queue_id)
    return _queue(case, _new(case, Request(Kind.ARRIVAL, Seeks.ANY, queue_id, target), None))


def guard(case: Case, stint: Stint | None) -> None:
    """Refuse a pass of an ended stint, in a closed conversation, or beside a pending one.

    Raises:
        ConversationClosed, StintEnded, HandoffPending
    """
    if case.conversation.status is Status.CLOSED:
        raise ConversationClosed("Not passed: this conversation is closed.")
    if stint is not None and (not stint.live or case.conversation.holder != stint.id):
        raise StintEnded("Not passed: your part in this conversation is over.")
    pending = case.pending_pass()
    if pending is not None:
        raise HandoffPending(f"Not passed: another pass ({pending.kind}) is pending.", pending.id)


def leave_now(case: Case, request: Request, giver: Stint, notice: dict[str, Any]) -> Handoff:
    """Ask with `leave` `now`: the giver's stint ends with the request, and the baton waits in the queue."""
    handoff = _new(case, request, giver)
    _pass_on(case, giver)
    baton.change_holder(case, notice, leaving=[Leaving(giver, str(request.kind))])
    return _queue(case, replace(handoff, boundary_seq=case.conversation.seq))


def pass_directly(case: Case, request: Request, giver: Stint, agent: Agent, decision: Decision) -> Handoff:
    """Ask with `leave` `now` for a bot that is free: the giver goes and the bot comes in one commit."""
    handoff = advance(_new(case, request, giver), Step.QUEUE)
    _pass_on(case, giver)
    leaving = Leaving(giver, str(request.kind))
    return _complete(case, handoff, agent, decision, leaving=leaving)


def offer_directly(
    case: Case, request: Request, giver: Stint, notice: dict[str, Any], agent: Agent, decision: Decision
) -> Handoff:
    """Ask with `leave` `now` for a representative who is free: offered in the request's own commit (WALK rule e)."""
    handoff = leave_now(case, request, giver, notice)
    make_offer(case, handoff, agent, decision)
    return case.handoffs[handoff.id]


def ask_while_waiting(
    case: Case, request: Request, pending: Handoff, notice: dict[str, Any], step: Step = Step.CANCEL
) -> Handoff:
    """Nobody holds: the pending hand-off makes room for one that seeks somebody else, and keeps its place."""
    end_pending(case, pending, step, "replaced")
    case.write(EntryKind.NOTICE, SYSTEM, {"notice": notice}, public=True)
    handoff = _new(case, request, None)
    return _queue(case, replace(handoff, boundary_seq=pending.boundary_seq))


def lose_holder(case: Case, stint: Stint, reason: str, summary: dict[str, Any] | None = None) -> Handoff:
    """The holder is lost: the baton fails over (law 10). It seeks like the one who was lost (DESIGN section 5)."""
    rules = case.rules
    tired = case.conversation.hops >= rules.hop_limit
    seeks = Seeks.REPRESENTATIVE if tired or not stint.bot else Seeks.ANY
    request = Request(
        Kind.FAILOVER,
        seeks,
        stint.queue_id,
        reason=reason,
        summary=summary,
        failover_queue_id=rules.failover_queue if stint.bot else None,
        excluded=Exclusions(lost=frozenset({stint.agent_id})),
    )
    handoff = _new(case, request, stint)
    name = case.agents[stint.agent_id].name
    notice = case.notice("lost_bot" if stint.bot else "lost_person", agent=name)
    baton.change_holder(case, notice, leaving=[Leaving(stint, "lost", lost=True)])
    return _queue(case, replace(handoff, boundary_seq=case.conversation.seq))


def make_offer(case: Case, handoff: Handoff, agent: Agent, decision: Decision) -> Offer:
    """Give one agent its chance; the offer takes the slot (law 5)."""
    deadline = case.now + case.rules.offer_of(handoff.queue_id)
    offer = Offer(
        case.new_id(),
        handoff.id,
        case.conversation.id,
        agent.id,
        OfferState.OPEN,
        case.now,
        deadline,
        decision.as_trace(),
    )
    case.agents.setdefault(agent.id, agent)
    baton.take_slot(case, agent, offer_id=offer.id)
    case.put(offer, advance(handoff, Step.OFFER, trace=decision.as_trace()))
    case.schedule(DueKind.OFFER, offer.id, deadline)
    case.tell(OfferChanged(offer.id, agent.id, made=True))
    _announce(case, handoff.id)
    return offer


def accept_offer(case: Case, offer: Offer, boundary_seq: int) -> Stint:
    """The agent takes the offer: the offer's slot becomes the stint's."""
    handoff = case.handoffs[offer.handoff_id]
    case.put(end_offer(offer, OfferState.ACCEPTED, case.now))
    case.unschedule(DueKind.OFFER, offer.id)
    case.tell(OfferChanged(offer.id, offer.agent_id, made=False))
    return _take(case, replace(handoff, boundary_seq=boundary_seq), case.agents[offer.agent_id])


def accept_at_once(
    case: Case, handoff: Handoff, agent: Agent, decision: Decision, boundary_seq: int
) -> Stint:
    """A bot, or an agent of a queue that accepts by itself, goes from queued to accepted within the claim."""
    handoff = replace(handoff, trace=decision.as_trace(), boundary_seq=boundary_seq)
    return _take(case, handoff, agent)


def decline(case: Case, offer: Offer, reason: str) -> None:
    """The agent leaves it to others; it is not asked again for this hand-off."""
    excluded = case.handoffs[offer.handoff_id].excluded
    excluded = replace(excluded, declined=excluded.declined | {offer.agent_id})
    _offer_over(case, offer, OfferState.DECLINED, Step.DECLINE, excluded, reason)


def expire(case: Case, offer: Offer) -> None:
    """The agent missed it. Its presence is the caller's to change: an agent is not part of a conversation."""
    excluded = case.handoffs[offer.handoff_id].excluded
    excluded = replace(excluded, missed=excluded.missed | {offer.agent_id})
    _offer_over(case, offer, OfferState.EXPIRED, Step.EXPIRE, excluded, "missed")


def end_pending(case: Case, handoff: Handoff, step: Step, outcome: str) -> None:
    """Cancel or fail a hand-off at any stage, and clean up after it: its offer, slot and timers."""
    offer = case.open_offer(handoff.id)
    if offer is not None:
        case.put(end_offer(offer, OfferState.WITHDRAWN, case.now, outcome))
        case.unschedule(DueKind.OFFER, offer.id)
        baton.free_slot(case, offer.agent_id)
        case.tell(OfferChanged(offer.id, offer.agent_id, made=False))
    case.unschedule(DueKind.MAX_WAIT, handoff.id)
    case.put(advance(handoff, step, ended_at=case.now, outcome=outcome))
    _announce(case, handoff.id)


# Inside


def _new(case: Case, request: Request, giver: Stint | None) -> Handoff:
    return Handoff(
        id=case.new_id(),
        conversation_id=case.conversation.id,
        kind=request.kind,
        leave=Leave.NOW,
        state=State.REQUESTED,
        target=request.target,
        seeks=request.seeks,
        queue_id=request.queue_id,
        created_at=case.now,
        priority=case.conversation.priority,
        reason=request.reason,
        note=request.note,
        summary=request.summary,
        giver_stint_id=giver.id if giver else None,
        giver_agent_id=giver.agent_id if giver else None,
        requested_by=request.requested_by,
        client_id=request.client_id,
        failover_queue_id=request.failover_queue_id,
        excluded=request.excluded,
    )


def _queue(case: Case, handoff: Handoff) -> Handoff:
    _bank_waiting(case)
    waiting_key = case.now - case.conversation.waited_ms
    handoff = advance(handoff, Step.QUEUE, waiting_key=waiting_key)
    case.put(handoff)
    case.change(status=Status.OPEN, waiting_since=case.now, queue_id=handoff.queue_id)
    case.schedule(DueKind.MAX_WAIT, handoff.id, case.now + case.rules.max_wait_of(handoff.queue_id))
    case.match(*handoff.queues)
    _announce(case, handoff.id)
    return handoff


def _pass_on(case: Case, giver: Stint) -> None:
    step = (giver.queue_id, giver.agent_id)
    if step not in case.passed_on:
        case.passed_on.add(step)
        case.newly_passed_on.append(step)


def _take(case: Case, handoff: Handoff, agent: Agent) -> Stint:
    _complete(case, handoff, agent, None)
    holder = case.holder
    assert holder is not None, "a completed hand-off has a holder"
    return holder


def _complete(
    case: Case, handoff: Handoff, agent: Agent, decision: Decision | None, leaving: Leaving | None = None
) -> Handoff:
    if decision is not None:
        handoff = replace(handoff, trace=decision.as_trace())
    handoff = advance(handoff, Step.ACCEPT, receiver_agent_id=agent.id)
    handoff = advance(handoff, Step.COMPLETE, ended_at=case.now, outcome="completed")
    _stop_waiting(case)
    case.put(handoff)
    # With a giver who leaves in this very commit the boundary is its removed entry, written just before.
    boundary = case.conversation.seq + 1 if leaving else handoff.boundary_seq
    stint = baton.change_holder(
        case,
        _joined_notice(case, handoff, agent),
        leaving=[leaving] if leaving else [],
        joining=Joining(agent, handoff, boundary),
    )
    assert stint is not None
    case.unschedule(DueKind.MAX_WAIT, handoff.id)
    _count_hop(case, handoff)
    if agent.bot:
        turns.start_greeting(case, stint)
    _announce(case, handoff.id)
    return handoff


def _joined_notice(case: Case, handoff: Handoff, agent: Agent) -> dict[str, Any]:
    if agent.kind is AgentKind.REPRESENTATIVE:
        return case.notice("joined", agent=agent.name)
    if handoff.kind is Kind.ARRIVAL:
        return case.notice("welcome_bot", agent=agent.name)
    if handoff.giver_agent_id and handoff.kind is Kind.HAND_BACK:
        return case.notice("passed_to_bot", giver=case.agents[handoff.giver_agent_id].name, agent=agent.name)
    return case.notice("joined_bot", agent=agent.name)


def _stop_waiting(case: Case) -> None:
    _bank_waiting(case)
    case.change(status=Status.ACTIVE)


def _bank_waiting(case: Case) -> None:
    """Add the present wait to the accumulated one: waiting time travels along."""
    since = case.conversation.waiting_since
    if since is not None:
        waited = case.conversation.waited_ms + case.now - since
        case.change(waited_ms=waited, waiting_since=None)


def _count_hop(case: Case, handoff: Handoff) -> None:
    """A hop is a completed hand-off, not arrival or return, that gives the baton to another agent (WALK rule h)."""
    if handoff.kind in (Kind.ARRIVAL, Kind.RETURN) or handoff.receiver_agent_id == handoff.giver_agent_id:
        return
    case.change(hops=case.conversation.hops + 1)


def _offer_over(
    case: Case, offer: Offer, state: OfferState, step: Step, excluded: Exclusions, reason: str
) -> None:
    case.put(end_offer(offer, state, case.now, reason))
    case.unschedule(DueKind.OFFER, offer.id)
    # The decision stays on the offer; the hand-off waits for its next one.
    handoff = advance(case.handoffs[offer.handoff_id], step, excluded=excluded, trace=None)
    case.put(handoff)
    baton.free_slot(case, offer.agent_id)
    case.match(*handoff.queues)
    case.tell(OfferChanged(offer.id, offer.agent_id, made=False))
    _announce(case, handoff.id)


def _announce(case: Case, handoff_id: str) -> None:
    handoff = case.handoffs[handoff_id]
    giver = [handoff.giver_agent_id] if handoff.giver_agent_id else []
    case.tell(HandoffChanged(handoff, tuple(sorted({*case.live_agents(), *giver}))))
