"""How far each side has come: what has arrived, and what was seen. A stored cursor that only grows."""

from dataclasses import dataclass

from batonpass.app.cases import NOT_YOURS
from batonpass.app.messages import own_stint
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.care import CUSTOMER, Receipt
from batonpass.domain.conversation import Conversation, Role
from batonpass.domain.errors import NotFound
from batonpass.domain.events import ReceiptMoved


@dataclass(frozen=True, slots=True)
class CustomerSaw:
    """`read`: the last line on the customer's screen; `delivered`: the last one that came."""

    customer_id: str
    conversation_id: str
    delivered: int
    read: int


@dataclass(frozen=True, slots=True)
class AgentSaw:
    """`read`: the last `seq` on the agent's screen."""

    agent_id: str
    conversation_id: str
    stint_id: str
    read: int


def customer_saw(tx: Tx, env: Env, saw: CustomerSaw) -> Outcome:
    """Move the customer's cursor on; agents there hear of it. Backwards, or beyond the end, it does not go.

    Raises:
        NotFound
    """
    conversation = tx.conversation(saw.conversation_id)
    if conversation is None or conversation.customer_id != saw.customer_id:
        raise NotFound(NOT_YOURS)
    read = min(saw.read, conversation.public_seq)
    delivered = min(max(saw.delivered, read), conversation.public_seq)
    return _move(tx, conversation, Receipt(conversation.id, CUSTOMER, delivered, read, tx.now))


def agent_saw(tx: Tx, env: Env, saw: AgentSaw) -> Outcome:
    """Move an agent's cursor on. The customer hears of it from whoever may speak, in the customer's own numbers.

    Raises:
        NotFound
    """
    stint = own_stint(tx, saw.stint_id, saw.agent_id, saw.conversation_id)
    conversation = tx.conversation(saw.conversation_id)
    assert conversation is not None, "a stint has its conversation"
    if not stint.live or not stint.ready:
        return Outcome()
    read = tx.public_seq_at(conversation.id, min(saw.read, conversation.seq))
    return _move(tx, conversation, Receipt(conversation.id, stint.agent_id, read, read, tx.now))


def _move(tx: Tx, conversation: Conversation, wanted: Receipt) -> Outcome:
    known = {r.reader: r for r in tx.receipts(conversation.id)}
    before = known.get(wanted.reader)
    if before is not None:
        delivered, read = max(before.delivered, wanted.delivered), max(before.read, wanted.read)
        wanted = Receipt(wanted.conversation_id, wanted.reader, delivered, read, wanted.at)
        if (before.delivered, before.read) == (delivered, read):
            return Outcome(before)
    tx.put_receipt(wanted)
    live = [s for s in tx.stints_in(conversation.id) if s.live and s.ready]
    speaks = any(s.agent_id == wanted.reader and s.role in (Role.HOLDER, Role.HELPER) for s in live)
    agents = tuple(sorted({s.agent_id for s in live} - {wanted.reader}))
    return Outcome(wanted, [ReceiptMoved(wanted, conversation.customer_id, agents, to_customer=speaks)])
