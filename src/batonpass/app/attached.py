"""A message that is a file refers to one of its conversation, in the words of our own record."""

from typing import Any

from batonpass.app.ports import Tx
from batonpass.domain.attachments import Attachment
from batonpass.domain.errors import NotFound

NO_SUCH_FILE = "there is no such file in this conversation, or it is not yours to send"


def referred(tx: Tx, content: dict[str, Any], conversation_id: str, sender: str) -> dict[str, Any]:
    """The content of a message, where it is a file in the words of our own record of it.

    Raises:
        NotFound: no such file in this conversation, or neither the sender's own nor in a message to everybody.
    """
    if content.get("type") != "attachment":
        return content
    found = tx.attachment(content["attachment_id"])
    if found is None or found.conversation_id != conversation_id:
        raise NotFound(NO_SUCH_FILE)
    if found.owner != sender and not _is_public(tx, found):
        raise NotFound(NO_SUCH_FILE)
    return found.content()


def _is_public(tx: Tx, found: Attachment) -> bool:
    entries = (
        tx.entries(found.conversation_id, found.seq - 1, found.seq, 1, public=False) if found.seq else []
    )
    return any(entry.public_seq is not None and not entry.data.get("sensitive") for entry in entries)
