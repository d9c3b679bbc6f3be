"""Nobody is there: the customer leaves an address, the chat ends, and people of its queue find it in a list."""

from collections.abc import Iterable
from dataclasses import dataclass

from batonpass.app.cases import keep, open_case
from batonpass.app.messages import customers_own
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.supervising import check_supervisor
from batonpass.domain import closing
from batonpass.domain.agents import Agent
from batonpass.domain.care import LEFT_ALONE, Contact
from batonpass.domain.case import Case
from batonpass.domain.conversation import Actor, ActorType, Conversation, Status
from batonpass.domain.errors import CallerError, ConversationClosed, NotAllowed, NotFound, Refused
from batonpass.domain.events import AlertRaised, ContactChanged

REASON = "contact_left"
NO_SUCH = "there is no such contact, or it is of no queue of yours"


@dataclass(frozen=True, slots=True)
class LeaveContact:
    customer_id: str
    conversation_id: str
    client_id: str
    message: str
    name: str = ""
    email: str = ""
    phone: str = ""


def leave_contact(tx: Tx, env: Env, left: LeaveContact) -> Outcome:
    """Keep where to reach the customer, and close the chat. Sent again it is one contact. Replies with it.

    Raises:
        Refused (`somebody_is_here`): a person holds the chat, or has it on hold.
        NotAllowed (`switched_off`): the queue takes no contacts.
        ConversationClosed: it ended otherwise than for want of an answer.
        NotFound
    """
    conversation = customers_own(tx, left.conversation_id, left.customer_id)
    again = tx.contact_left(conversation.id, left.client_id)
    if again is not None:
        return Outcome(again)
    case = open_case(tx, env, conversation)
    _guard(env, case, conversation)
    contact = Contact(
        id=env.new_id(),
        conversation_id=conversation.id,
        customer_id=left.customer_id,
        queue_id=_whose(tx, env, conversation),
        client_id=left.client_id,
        created_at=tx.now,
        name=left.name,
        email=left.email,
        phone=left.phone,
        message=left.message,
    )
    tx.add_contact(contact)
    closing.close(case, REASON, Actor(ActorType.CUSTOMER, left.customer_id), case.notice(REASON))
    case.tell(ContactChanged(contact, who_is_told(tx, contact.queue_id)))
    case.tell(
        AlertRaised(REASON, conversation.id, (("contact_id", contact.id), ("queue_id", contact.queue_id)))
    )
    return keep(tx, case, contact)


def _guard(env: Env, case: Case, conversation: Conversation) -> None:
    if not env.rules.care_of(conversation.queue_id).contacts:
        raise NotAllowed("Not kept: addresses are not taken here.", code="switched_off")
    if conversation.status is Status.CLOSED and conversation.close_reason not in LEFT_ALONE:
        raise ConversationClosed("Not kept: this chat has ended. Start a new one.")
    person = case.holder is not None and not case.holder.bot
    if person or conversation.status is Status.HELD:
        raise Refused("Not kept: somebody is here. Write it in the chat.", code="somebody_is_here")


def _whose(tx: Tx, env: Env, conversation: Conversation) -> str:
    """The queue whose people find it: the chat's own; where only bots serve that, the last person's, or the failover
    queue."""
    stints = [s.queue_id for s in tx.all_stints_in(conversation.id) if not s.bot]
    asked = (conversation.queue_id, *reversed(stints), env.rules.failover_queue)
    return next((q for q in asked if q and who_is_told(tx, q)), conversation.queue_id)


def who_is_told(tx: Tx, queue_id: str) -> tuple[str, ...]:
    """The people of a queue."""
    return tuple(sorted(c.agent.id for c in tx.candidates(queue_id) if not c.agent.bot))


# The people's side


@dataclass(frozen=True, slots=True)
class ListContacts:
    """`agent_id` None is a supervisor's list: of all queues. `done` None lists both kinds; `after` is the last contact
    of the page before."""

    agent_id: str | None
    queue_id: str | None = None
    done: bool | None = False
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ContactsFound:
    contacts: list[Contact]
    more: bool


def list_contacts(tx: Tx, asked: ListContacts) -> ContactsFound:
    """Contacts that this agent may read, the newest first.

    Raises:
        NotFound: a queue that is none of the agent's; NotAllowed: a bot.
        CallerError (`bad_cursor`): no contact of this list.
    """
    queues = None if asked.agent_id is None else list(_person(tx, asked.agent_id).queues)
    if asked.queue_id is not None:
        if queues is not None and asked.queue_id not in queues:
            raise NotFound("there is no such queue of yours")
        queues = [asked.queue_id]
    last = tx.contact(asked.after) if asked.after is not None else None
    if asked.after is not None and (last is None or (queues is not None and last.queue_id not in queues)):
        raise CallerError("cursor: this is none of this list's", code="bad_cursor")
    before = (last.created_at, last.id) if last is not None else None
    found = tx.contacts(queues, asked.done, before, asked.limit + 1)
    return ContactsFound(found[: asked.limit], len(found) > asked.limit)


@dataclass(frozen=True, slots=True)
class FinishContact:
    """`supervisor`: it is of any queue. `done` False opens it again."""

    agent_id: str
    contact_id: str
    done: bool = True
    supervisor: bool = False


def finish_contact(tx: Tx, env: Env, finish: FinishContact) -> Outcome:
    """Say that somebody has answered this customer, or that nobody has. Twice changes nothing. Replies with it.

    Raises:
        NotFound, NotAllowed
    """
    found = tx.contact(finish.contact_id)
    if finish.supervisor:
        check_supervisor(tx, finish.agent_id)
        mine: Iterable[str] = (found.queue_id,) if found else ()
    else:
        mine = _person(tx, finish.agent_id).queues
    if found is None or found.queue_id not in mine:
        raise NotFound(NO_SUCH)
    if (found.done_at is not None) is finish.done:
        return Outcome(found)
    tx.finish_contact(found.id, finish.agent_id if finish.done else None)
    now = tx.contact(found.id)
    assert now is not None, "contacts are not deleted in between"
    return Outcome(now, [ContactChanged(now, who_is_told(tx, now.queue_id))])


def _person(tx: Tx, agent_id: str) -> Agent:
    agent = tx.agents([agent_id]).get(agent_id)
    if agent is None or agent.bot:
        raise NotAllowed("Contacts are for people.")
    return agent
