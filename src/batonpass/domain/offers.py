"""One agent's chance at one hand-off: made, taken, left to others, missed."""

from dataclasses import replace

from batonpass.domain import baton, passing
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.conversation import Stint
from batonpass.domain.due import DueKind
from batonpass.domain.events import OfferChanged
from batonpass.domain.handoff import Exclusions, Handoff, Offer, OfferState, Step, advance, end_offer
from batonpass.domain.routing import ROUND_ROBIN, Decision


def make(case: Case, handoff: Handoff, agent: Agent, decision: Decision) -> Offer:
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
    in_turn(case, handoff, agent)
    baton.take_slot(case, agent, offer_id=offer.id)
    case.put(offer, advance(handoff, Step.OFFER, trace=decision.as_trace()))
    case.schedule(DueKind.OFFER, offer.id, deadline)
    case.tell(OfferChanged(offer.conversation_id, offer.id, agent.id, made=True))
    passing.announce(case, handoff.id)
    return offer


def accept(case: Case, offer: Offer, boundary_seq: int | None) -> Stint:
    """The agent takes the offer: the offer's slot becomes the stint's."""
    handoff = case.handoffs[offer.handoff_id]
    case.put(end_offer(offer, OfferState.ACCEPTED, case.now))
    case.unschedule(DueKind.OFFER, offer.id)
    case.tell(OfferChanged(offer.conversation_id, offer.id, offer.agent_id, made=False))
    return passing.accept(case, handoff, case.agents[offer.agent_id], boundary_seq)


def accept_at_once(
    case: Case, handoff: Handoff, agent: Agent, decision: Decision, boundary_seq: int | None
) -> Stint:
    """A bot, or an agent of a queue that accepts by itself, goes from queued to accepted within the claim."""
    case.agents.setdefault(agent.id, agent)
    in_turn(case, handoff, agent)
    return passing.accept(case, replace(handoff, trace=decision.as_trace()), agent, boundary_seq)


def in_turn(case: Case, handoff: Handoff, agent: Agent) -> None:
    """Note that it was this agent's turn, where the queue asks in turn."""
    if case.rules.strategy_of(handoff.queue_id) is ROUND_ROBIN:
        case.asked.add(agent.id)


def decline(case: Case, offer: Offer, reason: str) -> None:
    """The agent leaves it to others; it is not asked again for this hand-off."""
    excluded = case.handoffs[offer.handoff_id].excluded
    excluded = replace(excluded, declined=excluded.declined | {offer.agent_id})
    _over(case, offer, OfferState.DECLINED, Step.DECLINE, excluded, reason)


def expire(case: Case, offer: Offer) -> None:
    """The agent missed it. Its presence is the caller's to change: an agent is not part of a conversation."""
    excluded = case.handoffs[offer.handoff_id].excluded
    excluded = replace(excluded, missed=excluded.missed | {offer.agent_id})
    _over(case, offer, OfferState.EXPIRED, Step.EXPIRE, excluded, "missed")


def withdraw(case: Case, offer: Offer, reason: str) -> None:
    """Somebody else takes the hand-off by hand: the agent hears that its chance is over."""
    excluded = case.handoffs[offer.handoff_id].excluded
    _over(case, offer, OfferState.WITHDRAWN, Step.WITHDRAW, excluded, reason)


def _over(case: Case, offer: Offer, state: OfferState, step: Step, excluded: Exclusions, reason: str) -> None:
    case.put(end_offer(offer, state, case.now, reason))
    case.unschedule(DueKind.OFFER, offer.id)
    # The decision stays on the offer; the hand-off waits for its next one.
    handoff = advance(case.handoffs[offer.handoff_id], step, excluded=excluded, trace=None)
    case.put(passing.fall_through(handoff))
    baton.free_slot(case, offer.agent_id)
    passing.look_at_hours(case, handoff)
    case.match(*handoff.queues)
    case.tell(OfferChanged(offer.conversation_id, offer.id, offer.agent_id, made=False))
    passing.announce(case, handoff.id)
