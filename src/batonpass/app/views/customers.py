"""What a customer sees: the chats of theirs, and their public entries."""

from dataclasses import dataclass

from batonpass.app.places import Place, place_of
from batonpass.app.ports import Tx
from batonpass.app.views.parts import fitting
from batonpass.app.views.reading import Page
from batonpass.app.views.seen import NOTHING_SEEN, Seen, seen
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Conversation
from batonpass.domain.errors import NotFound
from batonpass.domain.rules import Rules

CUSTOMER_CONVERSATIONS = 5


@dataclass(frozen=True, slots=True)
class CustomerConversation:
    conversation: Conversation
    holder: Agent | None
    place: Place | None
    human_pending: bool
    seen: Seen = NOTHING_SEEN


def customer_snapshot(tx: Tx, rules: Rules, customer_id: str) -> list[CustomerConversation]:
    """The customer's latest conversations, the newest first."""
    found = tx.conversations_of(customer_id, CUSTOMER_CONVERSATIONS)
    return [customer_conversation(tx, rules, conversation) for conversation in found]


def customer_conversation(tx: Tx, rules: Rules, conversation: Conversation) -> CustomerConversation:
    holder = tx.stint(conversation.holder) if conversation.holder else None
    pending = next((h for h in tx.handoffs_in(conversation.id) if not h.shares), None)
    return CustomerConversation(
        conversation,
        tx.agents([holder.agent_id])[holder.agent_id] if holder else None,
        place_of(tx, rules, pending) if holder is None else None,
        pending is not None and pending.seeks == "representative",
        seen(tx, conversation.id),
    )


def customer_page(tx: Tx, customer_id: str, conversation_id: str, after: int, limit: int) -> Page:
    """Public entries after a number.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    conversation = tx.conversation(conversation_id)
    if conversation is None or conversation.customer_id != customer_id:
        raise NotFound("there is no such conversation, or it is not yours")
    head = conversation.public_seq
    return Page(fitting(tx.entries(conversation_id, after, head, limit, public=True)), head)
