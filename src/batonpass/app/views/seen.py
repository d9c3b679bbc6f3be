"""How far the readers of a conversation have come."""

from dataclasses import dataclass

from batonpass.app.ports import Tx
from batonpass.domain.care import CUSTOMER
from batonpass.domain.conversation import Role


@dataclass(frozen=True, slots=True)
class Seen:
    """In the customer's numbers: how far the customer is, and how far the furthest of those who may speak is."""

    delivered: int = 0
    read: int = 0
    theirs: int = 0


NOTHING_SEEN = Seen()


def seen(tx: Tx, conversation_id: str) -> Seen:
    """How far both sides have come."""
    receipts = tx.receipts(conversation_id)
    mine = next((r for r in receipts if r.reader == CUSTOMER), None)
    speakers = {s.agent_id for s in tx.all_stints_in(conversation_id) if s.role in (Role.HOLDER, Role.HELPER)}
    theirs = max((r.read for r in receipts if r.reader in speakers), default=0)
    return Seen(mine.delivered if mine else 0, mine.read if mine else 0, theirs)
