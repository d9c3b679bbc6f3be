"""Taking an offer, or leaving it to others."""

from dataclasses import dataclass

from batonpass.app import policy
from batonpass.app.cases import keep, lock_agents, locked, open_case
from batonpass.app.matching import boundary_of
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import offers
from batonpass.domain.case import Case
from batonpass.domain.conversation import Stint
from batonpass.domain.due import DueKind
from batonpass.domain.errors import NotFound, OfferEnded
from batonpass.domain.events import QueuesChanged
from batonpass.domain.handoff import Offer, OfferState


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    agent_id: str
    offer_id: str
    reason: str = ""


def accept(tx: Tx, env: Env, answer: OfferAnswer) -> Outcome:
    """Take an offer. The first commit wins; taking it twice is one accept. Replies with the stint.

    Raises:
        OfferEnded, NotFound
    """
    case, offer = _open_offer(tx, env, answer)
    if offer.state is OfferState.ACCEPTED:
        return Outcome(_stint_of(tx, offer))
    if offer.state is not OfferState.OPEN:
        raise OfferEnded(_why_ended(tx, offer))
    handoff = case.handoffs[offer.handoff_id]
    lock_agents(tx, [case], offer.agent_id)
    stint = offers.accept(case, offer, boundary_of(tx, case, handoff))
    _grace_if_gone(tx, case, offer.agent_id)
    case.tell(QueuesChanged((handoff.queue_id,)))
    return keep(tx, case, stint)


def _grace_if_gone(tx: Tx, case: Case, agent_id: str) -> None:
    """An accept may overtake the end of its own connection: then the stint needs a grace of its own (law 6)."""
    agent = tx.agent(agent_id)
    if agent is not None and not agent.reachable and not tx.has_due(DueKind.GRACE, agent_id):
        case.schedule(DueKind.GRACE, agent_id, tx.now + case.rules.grace_ms)


def decline(tx: Tx, env: Env, answer: OfferAnswer) -> Outcome:
    """Leave an offer to others. Declining it twice is one decline.

    Raises:
        OfferEnded, NotFound
    """
    case, offer = _open_offer(tx, env, answer)
    if offer.state is OfferState.DECLINED:
        return Outcome()
    if offer.state is not OfferState.OPEN:
        raise OfferEnded(_why_ended(tx, offer))
    offers.decline(case, offer, answer.reason)
    policy.unless_somebody_can(tx, env, case, case.handoffs[offer.handoff_id])
    return keep(tx, case)


def _open_offer(tx: Tx, env: Env, answer: OfferAnswer) -> tuple[Case, Offer]:
    offer = tx.offer(answer.offer_id)
    if offer is None or offer.agent_id != answer.agent_id:
        raise NotFound("there is no such offer of yours")
    case = open_case(tx, env, locked(tx, offer.conversation_id))
    # Read again under the lock: it may have ended meanwhile.
    return case, case.offers.get(offer.id) or tx.offer(offer.id) or offer


def _stint_of(tx: Tx, offer: Offer) -> Stint:
    """The stint the accept began: the first by this hand-off, should a warm transfer have made a second of it."""
    stints = tx.all_stints_in(offer.conversation_id)
    return next(s for s in stints if s.handoff_id == offer.handoff_id and s.agent_id == offer.agent_id)


def _why_ended(tx: Tx, offer: Offer) -> str:
    handoff = tx.handoff(offer.handoff_id)
    if handoff is not None and handoff.receiver_agent_id and handoff.receiver_agent_id != offer.agent_id:
        receiver = tx.agents([handoff.receiver_agent_id])[handoff.receiver_agent_id]
        return f"Already taken by {receiver.name}. Nothing changed for you."
    if handoff is not None and handoff.pending:
        return f"This offer ended. It is back in the queue, place {tx.position(handoff.id) or 1}."
    return "This offer ended. Nothing changed for you."
