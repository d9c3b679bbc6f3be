"""A supervisor's explicit acts on one conversation. Each is logged there before it is done, for agents alone.

They are bound by no ladder, and only they go over capacity, when told so (law 5).
"""

from dataclasses import replace
from enum import StrEnum

from batonpass.domain import baton, closing, offers, passing
from batonpass.domain.agents import Agent
from batonpass.domain.baton import Joining
from batonpass.domain.case import Case
from batonpass.domain.conversation import SYSTEM, EntryKind, Role, Stint
from batonpass.domain.errors import Refused
from batonpass.domain.handoff import (
    Handoff,
    Kind,
    OfferState,
    State,
    Step,
    advance,
)
from batonpass.domain.passing import Request
from batonpass.domain.routing import Decision

KEY = "supervisor"
"""What the trace says a supervisor's choice was won by."""


class Act(StrEnum):
    """What a supervisor does on a conversation."""

    MONITOR = "monitor"
    WHISPER = "whisper"
    TAKE_OVER = "take_over"
    ASSIGN = "assign"
    CLOSE = "close"


def log(case: Case, act: Act, supervisor: Agent, reason: str, *, over: bool = False) -> None:
    """Write who did what and why. It comes first: a change of holder ends its commit (law 1)."""
    case.agents.setdefault(supervisor.id, supervisor)
    data = {"act": str(act), "reason": reason} | ({"over_capacity": True} if over else {})
    case.write(EntryKind.ACT, case.actor(supervisor.id), data, public=False)


def goes_over(case: Case, agent: Agent) -> bool:
    """Whether this agent could come in only above its capacity."""
    return agent.limited and agent.id not in case.slots and agent.free_slot() is None


def decision(agent: Agent, *, over: bool = False) -> Decision:
    """The trace of a supervisor's choice."""
    return Decision(agent, KEY, {}, {}, ("over_capacity",) if over else ())


def monitor(case: Case, request: Request, agent: Agent) -> Stint:
    """Let the supervisor in as an observer: unseen by the customer, and without a slot.

    Raises:
        Refused: an offer of this very conversation is open to it, which it can accept or decline.
    """
    case.agents[agent.id] = agent
    if any(o.state is OfferState.OPEN and o.agent_id == agent.id for o in case.offers.values()):
        raise Refused("Not joined: this chat is offered to you. Accept or decline it first.")
    handoff = _received(case, request, None, agent, decision(agent))
    case.put(advance(handoff, Step.COMPLETE, ended_at=case.now, outcome="completed"))
    return baton.join_beside(case, Joining(agent, handoff, role=Role.OBSERVER), None)


def _received(case: Case, request: Request, giver: Stint | None, agent: Agent, made: Decision) -> Handoff:
    handoff = replace(advance(passing.new(case, request, giver), Step.QUEUE), trace=made.as_trace())
    return advance(handoff, Step.ACCEPT, receiver_agent_id=agent.id)


def take_over(case: Case, request: Request, agent: Agent, *, over: bool) -> Handoff:
    """The supervisor holds at once. A pending pass is cancelled, unless it is the supervisor who has accepted it."""
    case.agents[agent.id] = agent
    pending = case.pending_pass()
    if pending is not None and _accepted_by(pending, agent):
        return _completed(case, pending)
    handoff = _instead_of(case, request, pending, "taken_over")
    return _give(case, handoff, agent, decision(agent, over=over), handoff.boundary_seq)


def assign(
    case: Case, request: Request, agent: Agent, made: Decision, *, at_once: bool, boundary_seq: int | None
) -> Handoff:
    """Give the conversation to a named agent: at once, or by an offer, with whoever holds staying until then.

    A pass that is pending makes room. `boundary_seq` is where its receiver's stream would begin.
    """
    case.agents[agent.id] = agent
    pending = case.pending_pass()
    if pending is not None and _accepted_by(pending, agent):
        return _completed(case, pending)
    if at_once:
        return _give(case, _instead_of(case, request, pending, "assigned"), agent, made, boundary_seq)
    passing.drop_offers_to(case, agent.id)
    if pending is None:
        assert case.holder is not None, "nobody holds and nothing is queued (law 6)"
        handoff = passing.ask_beside(case, request, case.holder)
    else:
        # The customer has been told already, that it waits or that a pass has begun.
        handoff = passing.queue(case, _instead_of(case, request, pending, "assigned"))
    offers.make(case, handoff, case.agents[agent.id], made)
    return case.handoffs[handoff.id]


def _instead_of(case: Case, request: Request, pending: Handoff | None, outcome: str) -> Handoff:
    """The hand-off of an act. When nobody holds, it has the giver, the story and the exclusions of what waited."""
    handoff = passing.new(case, request, case.holder)
    if pending is None:
        return handoff
    passing.end_pending(case, pending, Step.CANCEL, outcome)
    if case.holder is not None:
        return handoff
    # Who was lost has given nothing: a take-over in its place is nobody's pass.
    lost = handoff.kind is Kind.TAKE_OVER and pending.giver_agent_id in pending.excluded.lost
    return replace(
        handoff,
        giver_stint_id=None if lost else pending.giver_stint_id,
        giver_agent_id=None if lost else pending.giver_agent_id,
        note=pending.note,
        brief=pending.brief,
        summary=handoff.summary or pending.summary,
        summary_version=handoff.summary_version or pending.summary_version,
        edited=pending.edited,
        failover_queue_id=pending.failover_queue_id,
        excluded=pending.excluded,
        boundary_seq=pending.boundary_seq,
    )


def _give(case: Case, handoff: Handoff, agent: Agent, made: Decision, boundary_seq: int | None) -> Handoff:
    """The agent holds with this commit."""
    passing.drop_offers_to(case, agent.id)
    handoff = replace(advance(handoff, Step.QUEUE), trace=made.as_trace())
    over = "over_capacity" in made.flags
    passing.accept(case, handoff, case.agents[agent.id], boundary_seq, over=over)
    return case.handoffs[handoff.id]


def _accepted_by(pending: Handoff, agent: Agent) -> bool:
    return pending.state is State.ACCEPTED and pending.receiver_agent_id == agent.id


def _completed(case: Case, pending: Handoff) -> Handoff:
    passing.complete(case, pending)
    return case.handoffs[pending.id]


def close(case: Case) -> None:
    """End the conversation, whatever is pending. To the customer it is nobody's name."""
    closing.close(case, "supervisor", SYSTEM, case.notice("closed_by_supervisor"))
