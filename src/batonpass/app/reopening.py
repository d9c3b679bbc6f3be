"""What a customer writes to a closed chat: within its queue's window it opens again, else the refusal stands."""

from dataclasses import dataclass, replace
from typing import Any

from batonpass.app.attached import referred
from batonpass.app.cases import keep, open_case
from batonpass.app.messages import CustomerSays, again, customer_send, customer_wrote, customers_own
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.summaries import Storyteller
from batonpass.app.switchboard import Done, Switchboard
from batonpass.domain import closing
from batonpass.domain.conversation import Conversation, Role, Status, Stint
from batonpass.domain.errors import ConversationClosed

FINAL = frozenset({"supervisor", "contact_left", "erased"})
"""Reasons of closes that a customer's word does not undo."""


@dataclass(frozen=True, slots=True)
class WritesAgain:
    """The message, and the story so far for whoever goes on with it, made before (law 9)."""

    said: CustomerSays
    summary: dict[str, Any] | None = None


async def customer_writes(board: Switchboard, storyteller: Storyteller, said: CustomerSays) -> Done:
    """Store what the customer writes, and open a closed chat again by it where that may be.

    Every door of the customer's says it through here. Raises what `customer_send` refuses.
    """
    try:
        return await board.do(customer_send, said)
    except ConversationClosed:
        if not await board.read(may_reopen, board.env, said.customer_id, said.conversation_id):
            raise
    summary = await storyteller.summary(said.conversation_id, purpose="transfer", reason="reopened")
    return await board.do(write_again, WritesAgain(said, summary))


def may_reopen(tx: Tx, env: Env, customer_id: str, conversation_id: str) -> bool:
    """Whether this customer's next word would open the chat again: a look, to be asked again under the lock."""
    conversation = tx.conversation(conversation_id)
    if conversation is None or conversation.customer_id != customer_id:
        return False
    until = reopens_until(tx, env, conversation)
    return until is not None and tx.now < until


def reopens_until(tx: Tx, env: Env, conversation: Conversation) -> int | None:
    """Until when a closed chat may be opened again; None for never."""
    if conversation.status is not Status.CLOSED or conversation.close_reason in FINAL:
        return None
    if tx.forgotten_at(conversation.id) is not None:
        return None  # its words are gone: nobody could go on with it
    if tx.contact_left(conversation.id) is not None:
        return None  # somebody will call
    last = _last_holder(tx, conversation.id)
    window = env.rules.life_of(last.queue_id if last else conversation.queue_id).reopen_ms
    return (conversation.closed_at or 0) + window if window else None


def _last_holder(tx: Tx, conversation_id: str) -> Stint | None:
    held = [s for s in tx.all_stints_in(conversation_id) if s.role is Role.HOLDER]
    return held[-1] if held else None


def write_again(tx: Tx, env: Env, writes: WritesAgain) -> Outcome:
    """Store a message to a closed chat and have it served again: who held it last is asked first, then the queue.

    Raises:
        ConversationClosed: its window is over, or the customer has another chat open.
        NotFound: no such conversation, or no such file in it.
    """
    said = writes.said
    conversation = customers_own(tx, said.conversation_id, said.customer_id)
    if conversation.status is not Status.CLOSED:
        return customer_send(tx, env, said)
    case = open_case(tx, env, conversation)
    earlier = tx.entry_of(conversation.id, said.customer_id, said.client_id)
    if earlier is not None:
        return again(case, earlier)
    until = reopens_until(tx, env, conversation)
    if until is None or tx.now >= until:
        raise ConversationClosed("Not sent: this chat has ended. Start a new one.")
    said = replace(said, content=referred(tx, said.content, conversation.id, said.customer_id))
    tx.lock_customer(said.customer_id)
    if tx.open_conversation_of(said.customer_id) is not None:
        raise ConversationClosed("Not sent: this chat has ended, and another one of yours is open.")
    last = _last_holder(tx, conversation.id)
    boundary = tx.removed_at(conversation.id, last.id) if last else 0
    if last is not None:
        case.agents |= tx.agents([last.agent_id])
    tx.customer_seen(said.customer_id)
    closing.reopen(case)
    entry = customer_wrote(case, said)
    closing.return_to_last(case, last, boundary, writes.summary)
    return keep(tx, case, entry)
