"""A customer's session, and the start and end of a chat."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from batonpass.app import policy
from batonpass.app.arriving import arrival
from batonpass.app.cases import keep, open_case
from batonpass.app.messages import customers_own
from batonpass.app.outcome import Env, Outcome
from batonpass.app.places import Place, place_of
from batonpass.app.ports import Tx
from batonpass.domain import closing, passing
from batonpass.domain.case import Case
from batonpass.domain.conversation import Actor, ActorType, Conversation, Status
from batonpass.domain.errors import NotAllowed
from batonpass.domain.handoff import Target, TargetType


@dataclass(frozen=True, slots=True)
class NewSession:
    customer_id: str
    token_hash: str


@dataclass(frozen=True, slots=True)
class SignedFor:
    """A customer that a site has signed for, and the hash of one more token of it."""

    site: str
    subject: str
    token_hash: str


@dataclass(frozen=True, slots=True)
class StartChat:
    """`client_id` makes a double click one conversation; `variables` decide the queue."""

    customer_id: str
    client_id: str
    variables: Mapping[str, str] = field(default_factory=dict)
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """`place`: where it waits, while nobody holds it."""

    conversation: Conversation
    created: bool
    place: Place | None = None


def new_session(tx: Tx, env: Env, session: NewSession) -> Outcome:
    """Keep an anonymous customer and the hash of its token."""
    tx.add_customer(session.customer_id, session.token_hash)
    return Outcome(session.customer_id)


TOKEN_MS = 30 * 24 * 3600 * 1000


def signed_session(tx: Tx, env: Env, signed: SignedFor) -> Outcome:
    """Give one more token to the customer that a site has signed for: the same one on every device."""
    customer_id = tx.identified(signed.site, signed.subject)
    if customer_id is None:
        made = env.new_id()
        # No token hashes to this: such a customer comes with tokens of its own, which end.
        tx.add_customer(made, f"signed:{made}")
        tx.identify(signed.site, signed.subject, made)
        # Whoever was faster has named it.
        customer_id = tx.identified(signed.site, signed.subject)
    assert customer_id is not None
    tx.add_customer_token(signed.token_hash, customer_id, tx.now + TOKEN_MS)
    return Outcome(customer_id)


def start_chat(tx: Tx, env: Env, start: StartChat) -> Outcome:
    """Open a conversation and queue its arrival; or return the one that is open, or that this click opened.

    Raises:
        Unavailable (`full`): too many wait already, and nothing was opened.
    """
    tx.lock_customer(start.customer_id)
    known = tx.started(start.customer_id, start.client_id)
    conversation = tx.conversation(known) if known else tx.open_conversation_of(start.customer_id)
    if conversation is not None:
        if known is None:
            tx.note_start(start.customer_id, start.client_id, conversation.id)
        return Outcome(Started(conversation, created=False, place=_place(tx, env, conversation)))
    if tx.forgotten_at(start.customer_id) is not None:
        # A connection of before the erasure may still be open.
        raise NotAllowed("This customer was erased: start as a new one.", code="customer_erased")
    rule = env.rules.entry_rule(start.variables)
    request, nobody = arrival(tx, env.rules, rule, start.variables)
    conversation = Conversation(
        env.new_id(),
        start.customer_id,
        Status.OPEN,
        tx.now,
        queue_id=request.queue_id,
        priority=env.rules.priority_of(request.queue_id),
        locale=start.locale,
        skills=rule.skills,
    )
    tx.add_conversation(conversation, start.client_id)
    tx.set_variables(conversation.id, start.variables, start.customer_id)
    case = Case(tx.now, env.new_id, env.rules, env.words, conversation)
    if request.workflow is None and (first := _served_last(tx, env, start.customer_id, request.queue_id)):
        request = replace(request, target=Target(TargetType.AGENT, first))
    arrived = passing.arrive(case, request)
    if nobody:
        policy.give_up(case, arrived)
    outcome = keep(tx, case)
    started = Started(case.conversation, created=True, place=_place(tx, env, case.conversation))
    return replace(outcome, reply=started)


def _served_last(tx: Tx, env: Env, customer_id: str, queue_id: str) -> str | None:
    """Whom the queue asks first: the person who served this customer last, within its window, and serves there."""
    window = env.rules.life_of(queue_id).affinity_ms
    found = tx.served_last(customer_id, tx.now - window) if window else None
    return found if found is not None and tx.candidate(queue_id, found) is not None else None


def _place(tx: Tx, env: Env, conversation: Conversation) -> Place | None:
    """Where it waits, while nobody holds it."""
    if conversation.holder is not None:
        return None
    pending = next((h for h in tx.handoffs_in(conversation.id) if not h.shares), None)
    return place_of(tx, env.rules, pending)


@dataclass(frozen=True, slots=True)
class EndChat:
    customer_id: str
    conversation_id: str


def end_chat(tx: Tx, env: Env, end: EndChat) -> Outcome:
    """The customer ends the chat: it always wins, and ending it again changes nothing."""
    conversation = customers_own(tx, end.conversation_id, end.customer_id)
    case = open_case(tx, env, conversation)
    actor = Actor(ActorType.CUSTOMER, end.customer_id)
    closing.close(case, "customer_ended", actor, case.notice("closed_by_customer"))
    return keep(tx, case)
