"""Whether customers are here, counted over their tabs; and chats that were left while they waited."""

from dataclasses import dataclass

from batonpass.app.cases import keep
from batonpass.app.fired import Fired, taken
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import closing
from batonpass.domain.conversation import SYSTEM, Role, Status
from batonpass.domain.due import Due, DueKind
from batonpass.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Here:
    sid: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class Gone:
    sid: str


def customer_here(tx: Tx, env: Env, here: Here) -> Outcome:
    """A customer's client is here: with the first one its grace ends."""
    tx.customer_connect(here.sid, here.customer_id, env.node)
    tx.drop_due(DueKind.ABANDON, here.customer_id)
    return Outcome()


def customer_gone(tx: Tx, env: Env, gone: Gone) -> Outcome:
    """A customer's client went. With the last one a chat that waits is kept for a grace time."""
    customer_id = tx.customer_disconnect(gone.sid)
    if customer_id is None:
        return Outcome()
    conversation = tx.open_conversation_of(customer_id)
    grace = env.rules.life_of(conversation.queue_id).customer_grace_ms if conversation else None
    if conversation is None or grace is None or conversation.status is not Status.OPEN:
        return Outcome()
    tx.add_due([Due(DueKind.ABANDON, customer_id, tx.now + grace)])
    return Outcome(wake=True)


def abandon_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A customer who left while waiting has not come back: the chat is closed as abandoned.

    Who was never connected, as over REST, has not left. While a helper is in, somebody serves.
    """
    conversation = tx.open_conversation_of(fired.ref)
    case = taken(tx, env, DueKind.ABANDON, fired.ref, conversation.id if conversation else None)
    left = tx.customer_left_at(fired.ref)
    if case is None or left is None or case.conversation.status is not Status.OPEN:
        return Outcome()
    grace = env.rules.life_of(case.conversation.queue_id).customer_grace_ms
    if grace is None:
        return keep(tx, case)
    helped = any(s.role is Role.HELPER and not s.bot for s in case.live())
    if helped or tx.now < left + grace:
        case.schedule(DueKind.ABANDON, fired.ref, max(left, tx.now if helped else left) + grace)
    else:
        closing.close(case, "abandoned", SYSTEM, case.notice("closed_abandoned"))
    return keep(tx, case)


def graces(tx: Tx, rules: Rules) -> list[Due]:
    """After a start: every customer whose chat waits, and who is not here, has the whole grace to come back."""
    waiting = ((customer, rules.life_of(queue).customer_grace_ms) for customer, queue in tx.left_waiting())
    return [
        Due(DueKind.ABANDON, customer, tx.now + grace) for customer, grace in waiting if grace is not None
    ]
