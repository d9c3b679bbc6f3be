"""A hand-off's life on a case: asked, queued, accepted, completed, ended. The steps are `handoff.TABLE`.

Offers have a module of their own (`offers`), and so has what happens when somebody goes (`leaving`).
"""

from dataclasses import dataclass, field, replace
from typing import Any

from batonpass.domain import baton, silence, turns
from batonpass.domain.agents import Agent, AgentKind
from batonpass.domain.baton import Joining, Leaving
from batonpass.domain.case import Case
from batonpass.domain.conversation import Role, Status, Stint
from batonpass.domain.due import DueKind
from batonpass.domain.errors import ConversationClosed, HandoffPending, StintEnded
from batonpass.domain.events import AlertRaised, HandoffChanged, OfferChanged
from batonpass.domain.handoff import (
    TOLD,
    Exclusions,
    Handoff,
    Kind,
    Leave,
    OfferState,
    Seeks,
    State,
    Step,
    Target,
    TargetType,
    advance,
    end_offer,
)
from batonpass.domain.hold import HoldEnd
from batonpass.domain.routing import Decision
from batonpass.domain.rules import NEXT

MAX_INVITATIONS = 5
FROM_HOLD = frozenset(map(str, HoldEnd))
"""Reasons of the returns from hold."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for. `queue_id` is where it waits, after the target was resolved."""

    kind: Kind
    seeks: Seeks
    queue_id: str
    target: Target = NEXT
    leave: Leave = Leave.NOW
    reason: str = ""
    note: str = ""
    requested_by: str = "system"
    client_id: str | None = None
    summary: dict[str, Any] | None = None
    edited: str | None = None
    brief: dict[str, str] | None = None
    fell_through: bool = False
    failover_queue_id: str | None = None
    excluded: Exclusions = field(default_factory=Exclusions)
    skills: tuple[str, ...] = ()
    workflow: dict[str, Any] | None = None
    priority: int | None = None


def arrive(case: Case, request: Request) -> Handoff:
    """A new conversation enters a queue. It writes no entry (WALK rule b)."""
    case.change(queue_id=request.queue_id)
    return queue(case, new(case, request, None))


# Who may ask, and when


def guard(case: Case, stint: Stint) -> None:
    """Refuse a pass of an ended stint or a helper, in a closed conversation, or beside a pending one.

    Raises:
        ConversationClosed, StintEnded, HandoffPending
    """
    _guard_live(case, stint)
    if case.conversation.holder != stint.id:
        raise StintEnded("Not passed: you do not hold this conversation.")
    pending = case.pending_pass()
    if pending is not None:
        raise HandoffPending(f"Not passed: another pass ({pending.kind}) is pending.", pending.id)


def guard_sharing(case: Case, stint: Stint) -> None:
    """Refuse an invitation or consultation of somebody who does not speak here, or beside five pending ones.

    Raises:
        ConversationClosed, StintEnded, HandoffPending
    """
    _guard_live(case, stint)
    if stint.role not in (Role.HOLDER, Role.HELPER):
        raise StintEnded("Not asked: only holder and helpers bring others in.")
    pending = case.invitations()
    if len(pending) >= MAX_INVITATIONS:
        raise HandoffPending(
            f"Not asked: {len(pending)} invitations are pending. Cancel one first.", pending[0].id
        )


def _guard_live(case: Case, stint: Stint) -> None:
    if case.conversation.status is Status.CLOSED:
        raise ConversationClosed("Not passed: this conversation is closed.")
    if not stint.live:
        raise StintEnded("Not passed: your part in this conversation is over.")


# Asking


def leave_now(case: Case, request: Request, giver: Stint, notice: dict[str, Any]) -> Handoff:
    """Ask with `leave` `now`: the giver's stint ends with the request, and the baton waits in the queue."""
    handoff = new(case, request, giver)
    pass_on(case, giver)
    baton.change_holder(case, notice, leaving=[Leaving(giver, str(request.kind))])
    return queue(case, replace(handoff, boundary_seq=case.conversation.seq))


def ask_beside(case: Case, request: Request, giver: Stint) -> Handoff:
    """Ask while the giver stays: a pass that ends its stint later, an invitation or a consultation.

    A pass is told to the customer at once; to bring somebody in is not (WALK rule j).
    """
    handoff = new(case, request, giver)
    if not handoff.shares:
        _tell_of_start(case, request, giver)
    return queue(case, handoff)


def _tell_of_start(case: Case, request: Request, giver: Stint) -> None:
    code = "transfer_started_bot" if request.seeks is Seeks.BOT else "transfer_started"
    case.announce(case.notice(code, giver=case.agents[giver.agent_id].name))


def pass_directly(case: Case, request: Request, giver: Stint, agent: Agent, decision: Decision) -> Handoff:
    """Ask for a bot that is free, or a person of a queue that accepts by itself: it comes in the request's own commit,
    and a giver that leaves goes in it.
    """
    key, trace = case.now - _waited(case), decision.as_trace()
    handoff = advance(new(case, request, giver), Step.QUEUE, waiting_key=key, trace=trace)
    case.agents.setdefault(agent.id, agent)
    if not handoff.shares and handoff.leave is Leave.ON_COMPLETE:
        _tell_of_start(case, request, giver)
    accept(case, handoff, agent)
    return case.handoffs[handoff.id]


def ask_while_waiting(
    case: Case, request: Request, pending: Handoff, notice: dict[str, Any], step: Step = Step.CANCEL
) -> Handoff:
    """Nobody holds: the pending hand-off makes room for one that seeks somebody else, and keeps its place."""
    end_pending(case, pending, step, "replaced")
    case.announce(notice)
    handoff = new(case, request, None)
    note, edited = handoff.note or pending.note, handoff.edited or pending.edited
    return queue(case, replace(handoff, boundary_seq=pending.boundary_seq, note=note, edited=edited))


def go_back(
    case: Case, request: Request, pending: Handoff, agent: Agent, decision: Decision, boundary_seq: int | None
) -> Handoff:
    """Nobody holds, and the customer waits no longer: the bot that is free comes in the request's own commit."""
    end_pending(case, pending, Step.CANCEL, "customer_went_back")
    case.agents.setdefault(agent.id, agent)
    key, trace = case.now - _waited(case), decision.as_trace()
    handoff = advance(new(case, request, None), Step.QUEUE, waiting_key=key, trace=trace)
    begin = pending.boundary_seq if boundary_seq is None else boundary_seq
    accept(case, replace(handoff, boundary_seq=begin), agent, begin)
    return case.handoffs[handoff.id]


def new(case: Case, request: Request, giver: Stint | None) -> Handoff:
    """Make a hand-off of a request; it is kept once it is queued. Its second summary is written meanwhile (law 9)."""
    handoff_id = case.new_id()
    if case.rules.later_summaries and request.kind in TOLD:
        case.schedule(DueKind.SUMMARY, handoff_id, case.now)
    return Handoff(
        id=handoff_id,
        conversation_id=case.conversation.id,
        kind=request.kind,
        leave=request.leave,
        state=State.REQUESTED,
        target=request.target,
        seeks=request.seeks,
        queue_id=case.rules.known(request.queue_id),
        created_at=case.now,
        priority=case.conversation.priority if request.priority is None else request.priority,
        reason=request.reason,
        note=request.note,
        summary=request.summary,
        summary_version=1 if request.summary else 0,
        edited=request.edited,
        brief=request.brief,
        fell_through=request.fell_through,
        giver_stint_id=giver.id if giver else None,
        giver_agent_id=giver.agent_id if giver else None,
        requested_by=request.requested_by,
        client_id=request.client_id,
        failover_queue_id=request.failover_queue_id,
        excluded=request.excluded,
        skills=request.skills,
        workflow=request.workflow,
    )


def queue(case: Case, handoff: Handoff) -> Handoff:
    """Let it wait. With nobody holding, so does the customer."""
    if case.holder is None:
        wait_for(case, handoff.queue_id)
    handoff = advance(handoff, Step.QUEUE, waiting_key=case.now - _waited(case))
    case.put(handoff)
    await_match(case, handoff)
    return handoff


def wait_for(case: Case, queue_id: str) -> None:
    """Nobody holds from now on: the customer waits in this queue."""
    _bank_waiting(case)
    case.change(status=Status.OPEN, waiting_since=case.now, queue_id=queue_id)
    _watch_customer(case, queue_id)


def _watch_customer(case: Case, queue_id: str) -> None:
    """Look in time whether the customer, who waits in this queue now, has left."""
    grace = case.rules.life_of(queue_id).customer_grace_ms
    if grace is not None:
        case.schedule(DueKind.ABANDON, case.conversation.customer_id, case.now + grace)


def await_match(case: Case, handoff: Handoff) -> None:
    """Have a queued hand-off matched, told, and given up in time."""
    case.schedule(DueKind.MAX_WAIT, handoff.id, case.now + case.rules.patience(handoff))
    look_at_hours(case, handoff)
    case.match(*handoff.queues)
    announce(case, handoff.id)


def look_at_hours(case: Case, handoff: Handoff) -> None:
    """It waits: should a queue of it be closed, the policy for that is asked."""
    people = handoff.seeks is not Seeks.BOT
    if people and any(case.rules.is_closed(queue_id, case.now) for queue_id in handoff.queues):
        case.schedule(DueKind.CLOSED, handoff.id, case.now)


def move(case: Case, handoff: Handoff, queue_id: str) -> None:
    """Let a queued hand-off wait in another queue, with its place."""
    case.put(replace(handoff, queue_id=queue_id, trace=None))
    if case.holder is None and not handoff.shares:
        case.change(queue_id=queue_id)
        _watch_customer(case, queue_id)
    await_match(case, case.handoffs[handoff.id])


def pass_on(case: Case, giver: Stint) -> None:
    """Note for the ladder that the holder passed it on, in the queue of its stint."""
    step = (giver.queue_id, giver.agent_id)
    if step not in case.passed_on:
        case.passed_on.add(step)
        case.newly_passed_on.append(step)


# Accepting and completing


def accept(
    case: Case, handoff: Handoff, agent: Agent, boundary_seq: int | None = None, *, over: bool = False
) -> Stint:
    """The receiver is there: it takes the baton, or comes in beside the holder.

    With `on_complete` it comes in as consulted and the hand-off stays accepted; all others complete here.
    Whom a supervisor gives the baton may be in already: its stint is replaced. `over`: it may go over capacity.
    """
    case.unschedule(DueKind.MAX_WAIT, handoff.id)
    handoff = advance(handoff, Step.ACCEPT, receiver_agent_id=agent.id)
    case.put(handoff)
    if handoff.shares:
        return _let_in(case, handoff, agent)
    if handoff.leave is Leave.ON_COMPLETE:
        return _consult(case, handoff, agent)
    giver = case.holder
    leaving = [Leaving(giver, str(handoff.kind))] if giver else []
    if giver is not None:
        pass_on(case, giver)
    if (own := case.stint_of(agent.id)) is not None:
        leaving.insert(0, Leaving(own, "replaced", replaced=True))
    return _complete(case, handoff, agent, leaving, None if giver else boundary_seq, over=over)


def _let_in(case: Case, handoff: Handoff, agent: Agent) -> Stint:
    invited = handoff.kind is Kind.INVITATION
    case.put(advance(handoff, Step.COMPLETE, ended_at=case.now, outcome="completed"))
    notice = case.notice("helper_joined", agent=agent.name) if invited else None
    role = Role.HELPER if invited else Role.CONSULTED
    stint = baton.join_beside(case, Joining(agent, handoff, role=role), notice)
    announce(case, handoff.id)
    return stint


def _consult(case: Case, handoff: Handoff, agent: Agent) -> Stint:
    """Warm: the receiver comes in unseen, and the giver has until the deadline (WALK rule k)."""
    stint = baton.join_beside(case, Joining(agent, handoff, role=Role.CONSULTED), None)
    case.schedule(DueKind.COMPLETION, handoff.id, case.now + case.rules.completion_ms)
    announce(case, handoff.id)
    return stint


def complete(case: Case, handoff: Handoff, *, lost: bool = False) -> Stint:
    """The giver of an accepted pass completes it, or is lost while it talks with the receiver (law 10)."""
    giver, consulted = case.holder, case.stint_of(handoff.receiver_agent_id)
    assert giver is not None, "an accepted pass has its giver"
    assert consulted is not None, "an accepted pass has its receiver"
    pass_on(case, giver)
    leaving = [
        Leaving(consulted, "completed", replaced=True),
        Leaving(giver, "lost" if lost else str(handoff.kind), lost=lost),
    ]
    return _complete(case, handoff, case.agents[consulted.agent_id], leaving, None)


def promote(
    case: Case, helper: Stint, leaving: Leaving | None, summary: dict[str, Any] | None, boundary_seq: int = 0
) -> Stint:
    """The holder goes and the earliest helper takes the baton (law 10); or, without one, after nobody took it."""
    request = Request(
        Kind.PROMOTION, Seeks.REPRESENTATIVE, helper.queue_id, reason=leaving.reason if leaving else "nobody",
        summary=summary, target=Target(TargetType.AGENT, helper.agent_id),
    )  # fmt: skip
    trace = Decision(case.agents[helper.agent_id], "earliest helper", {}, {}).as_trace()
    handoff = advance(new(case, request, leaving.stint if leaving else None), Step.QUEUE)
    handoff = advance(handoff, Step.ACCEPT, receiver_agent_id=helper.agent_id, trace=trace)
    gone = [Leaving(helper, "promoted", replaced=True), *([leaving] if leaving else [])]
    if leaving is not None and not leaving.lost:
        pass_on(case, leaving.stint)
    return _complete(case, handoff, case.agents[helper.agent_id], gone, None if leaving else boundary_seq)


def _complete(
    case: Case,
    handoff: Handoff,
    agent: Agent,
    leaving: list[Leaving],
    boundary_seq: int | None,
    *,
    over: bool = False,
) -> Stint:
    handoff = advance(handoff, Step.COMPLETE, ended_at=case.now, outcome="completed")
    case.unschedule(DueKind.COMPLETION, handoff.id)
    _bank_waiting(case)
    case.change(status=Status.ACTIVE)
    case.put(handoff)
    joining = Joining(agent, handoff, boundary_seq, over=over)
    stint = baton.change_holder(case, _joined_notice(case, handoff, agent), leaving=leaving, joining=joining)
    assert stint is not None, "a completed pass has a holder"
    _count_hop(case, handoff)
    silence.begin(case, stint)
    if agent.bot:
        turns.start_greeting(case, stint)
    elif (idle_ms := case.rules.idle_of(stint.queue_id)) is not None:
        case.schedule(DueKind.IDLE, stint.id, case.now + idle_ms)
    announce(case, handoff.id)
    return stint


def _joined_notice(case: Case, handoff: Handoff, agent: Agent) -> dict[str, Any]:
    if agent.kind is AgentKind.REPRESENTATIVE:
        return case.notice(_came(handoff, agent), agent=agent.name)
    if handoff.kind is Kind.ARRIVAL:
        return case.notice("welcome_bot", agent=agent.name)
    if handoff.kind is Kind.HAND_BACK and handoff.requested_by == case.conversation.customer_id:
        return case.notice("went_back", agent=agent.name)
    if handoff.giver_agent_id and handoff.kind is Kind.HAND_BACK:
        return case.notice("passed_to_bot", giver=case.agents[handoff.giver_agent_id].name, agent=agent.name)
    return case.notice("joined_bot", agent=agent.name)


def _came(handoff: Handoff, agent: Agent) -> str:
    """How the customer hears of a person who holds now."""
    if handoff.kind is Kind.TAKE_OVER:
        return "took_over"
    back = handoff.kind is Kind.RETURN and handoff.reason in FROM_HOLD
    return "resumed" if back and handoff.target.id == agent.id else "joined"


def _count_hop(case: Case, handoff: Handoff) -> None:
    """A hop is a completed hand-off, not arrival or return, that gives the baton to another agent (WALK rule h)."""
    if handoff.kind in (Kind.ARRIVAL, Kind.RETURN) or handoff.receiver_agent_id == handoff.giver_agent_id:
        return
    case.change(hops=case.conversation.hops + 1)
    if case.conversation.hops == case.rules.hop_limit:
        case.tell(AlertRaised("hop_limit", case.conversation.id))


# Ends


def end_pending(case: Case, handoff: Handoff, step: Step, outcome: str) -> None:
    """Cancel, fail or return a hand-off at any stage, and clean up: its offer, slot, timers, consulted receiver."""
    offer = case.open_offer(handoff.id)
    if offer is not None:
        case.put(end_offer(offer, OfferState.WITHDRAWN, case.now, outcome))
        case.unschedule(DueKind.OFFER, offer.id)
        baton.free_slot(case, offer.agent_id)
        case.tell(OfferChanged(offer.conversation_id, offer.id, offer.agent_id, made=False))
    if handoff.state is State.ACCEPTED:
        _send_out(case, handoff, outcome)
    case.unschedule(DueKind.MAX_WAIT, handoff.id)
    case.unschedule(DueKind.COMPLETION, handoff.id)
    case.put(advance(handoff, step, ended_at=case.now, outcome=outcome))
    announce(case, handoff.id)


def drop_offers_to(case: Case, agent_id: str) -> None:
    """An invitation that is offered to an agent who comes in by itself has no purpose any more."""
    for handoff in case.invitations():
        offer = case.open_offer(handoff.id)
        if offer is not None and offer.agent_id == agent_id:
            end_pending(case, handoff, Step.CANCEL, "came_otherwise")


def _send_out(case: Case, handoff: Handoff, reason: str) -> None:
    """The consulted receiver of a warm pass goes with it."""
    consulted = case.stint_of(handoff.receiver_agent_id)
    if consulted is not None and consulted.handoff_id == handoff.id:
        baton.leave_beside(case, Leaving(consulted, reason), None)


def receiver_gone(case: Case, handoff: Handoff, reason: str, excluded: Exclusions) -> None:
    """The receiver of an accepted pass is lost or leaves before it completes: it waits again."""
    case.unschedule(DueKind.COMPLETION, handoff.id)
    handoff = advance(handoff, Step.LOSE, receiver_agent_id=None, excluded=excluded, trace=None)
    case.put(fall_through(handoff))
    await_match(case, case.handoffs[handoff.id])


def fall_through(handoff: Handoff) -> Handoff:
    """A named agent did not take it: the giver's queue may (DESIGN section 4)."""
    named = handoff.target.type in (TargetType.AGENT, TargetType.PREVIOUS)
    return replace(handoff, fell_through=True) if named else handoff


def announce(case: Case, handoff_id: str) -> None:
    """Tell the giver and all live stints what became of a hand-off (WALK rule a)."""
    handoff = case.handoffs[handoff_id]
    giver = [handoff.giver_agent_id] if handoff.giver_agent_id else []
    case.tell(HandoffChanged(handoff, tuple(sorted({*case.live_agents(), *giver}))))


# Waiting time


def _waited(case: Case) -> int:
    """All waiting up to now: it travels along, so that a queue is left with as much as was waited before."""
    since = case.conversation.waiting_since
    return case.conversation.waited_ms + (case.now - since if since is not None else 0)


def _bank_waiting(case: Case) -> None:
    """Add the present wait to the accumulated one."""
    if case.conversation.waiting_since is not None:
        case.change(waited_ms=_waited(case), waiting_since=None)
