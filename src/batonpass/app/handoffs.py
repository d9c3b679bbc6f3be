"""Asking for a hand-off, and taking or leaving an offer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from batonpass.app.cases import keep, locked, open_case
from batonpass.app.matching import boundary_of
from batonpass.app.messages import customers_own, own_stint
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.targets import Resolved, check_people, resolve
from batonpass.domain import closing, passing
from batonpass.domain.case import Case
from batonpass.domain.conversation import Status, Stint
from batonpass.domain.due import DueKind
from batonpass.domain.errors import (
    ConversationClosed,
    HandoffPending,
    NotAllowed,
    NotFound,
    OfferEnded,
    StintEnded,
)
from batonpass.domain.events import QueuesChanged
from batonpass.domain.handoff import Handoff, Kind, Offer, OfferState, Seeks, State, Target, TargetType
from batonpass.domain.passing import Request

MAX_VARIABLES = 100


@dataclass(frozen=True, slots=True)
class AskedByAgent:
    """An agent passes the baton on. `summary` was made before the transaction (law 9)."""

    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    kind: Kind
    target: Target | None = None
    reason: str = ""
    note: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    summary: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class AskedByCustomer:
    """The customer asks for a person."""

    customer_id: str
    conversation_id: str
    client_id: str
    reason: str = ""
    summary: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request met: its hand-off, and the place in the queue where it waits."""

    handoff: Handoff
    position: int | None
    already: bool = False


def ask(tx: Tx, env: Env, asked: AskedByAgent) -> Outcome:
    """Pass the baton on: `escalation` to a person, `hand_back` to a bot. The giver leaves now.

    Raises:
        Unavailable: nobody could ever take it there; the giver keeps the baton.
        StintEnded, ConversationClosed, HandoffPending, NotFound, CallerError
    """
    conversation = locked(tx, asked.conversation_id)
    giver = own_stint(tx, asked.stint_id, asked.agent_id, conversation.id)
    again = tx.asked(conversation.id, asked.agent_id, asked.client_id)
    if again is not None:
        return Outcome(_asked(tx, *again))
    case = open_case(tx, env, conversation)
    passing.guard(case, giver)
    set_variables(tx, conversation.id, asked.variables, asked.agent_id)
    resolved = resolve(tx, env, case, giver, asked.kind, asked.target)
    handoff = _go(tx, case, giver, _request(asked, resolved), resolved)
    outcome = keep(tx, case)
    return replace(outcome, reply=_remember(tx, asked.agent_id, asked.client_id, handoff))


def _remember(tx: Tx, sender: str, client_id: str, handoff: Handoff, *, already: bool = False) -> Asked:
    """Keep what the request met under its client id: sent again, it gets its first answer (law 2)."""
    tx.note_asked(handoff.conversation_id, sender, client_id, handoff.id, already=already)
    return _asked(tx, handoff, already)


def _request(asked: AskedByAgent, resolved: Resolved) -> Request:
    return Request(
        kind=asked.kind,
        seeks=resolved.seeks,
        queue_id=resolved.queue_id,
        target=resolved.target,
        reason=asked.reason,
        note=asked.note,
        requested_by=asked.agent_id,
        client_id=asked.client_id,
        summary=asked.summary,
    )


def _go(tx: Tx, case: Case, giver: Stint, request: Request, resolved: Resolved) -> Handoff:
    code = "passing_to_person" if request.seeks is Seeks.REPRESENTATIVE else "passing_to_bot"
    notice = case.notice(code, giver=case.agents[giver.agent_id].name)
    if resolved.decision is None or resolved.decision.winner is None:
        return passing.leave_now(case, request, giver, notice)
    agent = tx.agent(resolved.decision.winner.id, lock=True)
    assert agent is not None, "the target was locked when it was resolved"
    case.agents[agent.id] = agent
    if agent.bot:
        return passing.pass_directly(case, request, giver, agent, resolved.decision)
    return passing.offer_directly(case, request, giver, notice, agent, resolved.decision)


def ask_for_human(tx: Tx, env: Env, asked: AskedByCustomer) -> Outcome:
    """The customer asks for a person: the bot that holds leaves now; a pending pass makes room.

    With a person holding, or one sought already, nothing changes and the answer says so.

    Raises:
        Unavailable: no person serves here, nor in the failover queue; whoever holds keeps the baton.
        ConversationClosed, NotFound
    """
    conversation = customers_own(tx, asked.conversation_id, asked.customer_id)
    again = tx.asked(conversation.id, asked.customer_id, asked.client_id)
    if again is not None:
        return Outcome(_asked(tx, *again))
    if conversation.status is Status.CLOSED:
        raise ConversationClosed("This chat has ended. Start a new one.")
    case = open_case(tx, env, conversation)
    already = _person_already(tx, case)
    if already is not None:
        if already.pending and already.seeks is not Seeks.REPRESENTATIVE:
            # It is offered to a person, who may decline: it must not go to a bot then.
            case.put(replace(already, seeks=Seeks.REPRESENTATIVE))
        reply = _remember(tx, asked.customer_id, asked.client_id, already, already=True)
        return keep(tx, case, reply)
    check_people(tx, case, _queue_of(case))
    handoff = _escalate_for_customer(case, asked)
    outcome = keep(tx, case)
    return replace(outcome, reply=_remember(tx, asked.customer_id, asked.client_id, handoff))


def _person_already(tx: Tx, case: Case) -> Handoff | None:
    """The hand-off by which a person holds, or is on the way."""
    holder, pending = case.holder, case.pending_pass()
    if holder is not None and not holder.bot:
        return tx.handoff(holder.handoff_id)
    if pending is None:
        return None
    offered = pending.state is State.OFFERED
    return pending if offered or pending.seeks is Seeks.REPRESENTATIVE else None


def _escalate_for_customer(case: Case, asked: AskedByCustomer) -> Handoff:
    holder, pending = case.holder, case.pending_pass()
    request = Request(
        kind=Kind.ESCALATION,
        seeks=Seeks.REPRESENTATIVE,
        queue_id=_queue_of(case),
        failover_queue_id=case.rules.failover_queue,
        target=Target(TargetType.NEXT),
        reason=asked.reason or "customer_asked",
        requested_by=asked.customer_id,
        client_id=asked.client_id,
        summary=asked.summary,
    )
    if holder is not None:
        notice = case.notice("passing_to_person", giver=case.agents[holder.agent_id].name)
        return passing.leave_now(case, request, holder, notice)
    assert pending is not None, "nobody holds and nothing is queued (law 6)"
    return passing.ask_while_waiting(case, request, pending, case.notice("waiting"))


def _queue_of(case: Case) -> str:
    return case.holder.queue_id if case.holder else case.conversation.queue_id


def _asked(tx: Tx, handoff: Handoff, already: bool = False) -> Asked:
    return Asked(handoff, tx.position(handoff.id), already)


def set_variables(tx: Tx, conversation_id: str, values: Mapping[str, str], by: str) -> None:
    """Merge variables into the context.

    Raises:
        NotAllowed (`too_many_variables`): a conversation has at most 100.
    """
    if not values:
        return
    names = {*tx.variables(conversation_id), *values}
    if len(names) > MAX_VARIABLES:
        raise NotAllowed(f"a conversation has at most {MAX_VARIABLES} variables", code="too_many_variables")
    tx.set_variables(conversation_id, values, by)


# Offers


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
    stint = passing.accept_offer(case, offer, boundary_of(tx, case, handoff))
    _grace_if_gone(tx, case, offer.agent_id)
    case.tell(QueuesChanged((handoff.queue_id,)))
    return keep(tx, case, stint)


def _grace_if_gone(tx: Tx, case: Case, agent_id: str) -> None:
    """An accept may overtake the end of its own connection: then the stint needs a grace of its own (law 6)."""
    agent = tx.agent(agent_id, lock=True)
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
    passing.decline(case, offer, answer.reason)
    return keep(tx, case)


def _open_offer(tx: Tx, env: Env, answer: OfferAnswer) -> tuple[Case, Offer]:
    offer = tx.offer(answer.offer_id)
    if offer is None or offer.agent_id != answer.agent_id:
        raise NotFound("there is no such offer of yours")
    case = open_case(tx, env, locked(tx, offer.conversation_id))
    # Read again under the lock: it may have ended meanwhile.
    return case, case.offers.get(offer.id) or tx.offer(offer.id) or offer


def _stint_of(tx: Tx, offer: Offer) -> Stint:
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


# Ends


@dataclass(frozen=True, slots=True)
class OfStint:
    agent_id: str
    stint_id: str
    conversation_id: str | None = None


def resolve_conversation(tx: Tx, env: Env, done: OfStint) -> Outcome:
    """The holder says it is solved: the conversation closes. Saying it twice changes nothing.

    Raises:
        StintEnded: not the holder any more.
        HandoffPending: a pass is on its way; agents' closes wait for it.
    """
    stint = own_stint(tx, done.stint_id, done.agent_id, done.conversation_id)
    conversation = locked(tx, stint.conversation_id)
    if conversation.status is Status.CLOSED:
        return Outcome()
    case = open_case(tx, env, conversation)
    if conversation.holder != stint.id:
        raise StintEnded("Not closed: you do not hold this conversation any more.")
    pending = case.pending_pass()
    if pending is not None:
        raise HandoffPending(
            f"Not closed: another pass ({pending.kind}) is pending. Cancel it first.", pending.id
        )
    actor = case.actor(stint.agent_id)
    closing.close(case, "resolved", actor, case.notice("closed_resolved", agent=actor.name))
    return keep(tx, case)
