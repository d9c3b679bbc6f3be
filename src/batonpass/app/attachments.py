"""Files in a chat: kept, referred to by a message, dropped when none refers to them."""

import hashlib
from dataclasses import dataclass

from batonpass.app.cases import NO_SUCH_STINT, NOT_YOURS, locked
from batonpass.app.fired import Fired
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.attachments import HEAD, KNOWN, Attachment, safe_name, type_of
from batonpass.domain.conversation import Status
from batonpass.domain.due import Due, DueKind
from batonpass.domain.errors import CallerError, ConversationClosed, NotFound, Refused


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a customer or of an agent who is in the conversation: one of the two ids is given."""

    conversation_id: str
    name: str
    data: bytes
    customer_id: str | None = None
    agent_id: str | None = None
    said_type: str = ""


def keep_attachment(tx: Tx, env: Env, upload: Upload) -> Outcome:
    """Store a file until a message refers to it. Replies with the `Attachment`.

    Raises:
        CallerError: `attachment_type`, its content is none of the types taken here, or not what it is said to be;
            `attachment_empty`; `too_large`.
        Refused: `attachments_full`, the conversation has as many bytes as it may have.
        NotFound, ConversationClosed
    """
    _may_attach(tx, upload)
    rules = env.rules.attachments
    media_type = _checked(upload, rules.types, rules.max_bytes)
    if tx.attachment_bytes(upload.conversation_id) + len(upload.data) > rules.conversation_bytes:
        raise Refused("This chat has as many files as it may have.", code="attachments_full")
    kept = Attachment(
        env.new_id(),
        upload.conversation_id,
        upload.customer_id or upload.agent_id or "",
        safe_name(upload.name, media_type),
        media_type,
        len(upload.data),
        hashlib.sha256(upload.data).hexdigest(),
        tx.now,
    )
    tx.add_attachment(kept, upload.data)
    tx.add_due([Due(DueKind.ORPHAN, kept.id, tx.now + rules.orphan_ms)])
    return Outcome(kept, wake=True)


def _may_attach(tx: Tx, upload: Upload) -> None:
    conversation = locked(tx, upload.conversation_id)
    if upload.customer_id is not None:
        mine = conversation.customer_id == upload.customer_id
    else:
        mine = any(s.agent_id == upload.agent_id and s.live for s in tx.stints_in(conversation.id))
    if not mine:
        raise NotFound(NOT_YOURS if upload.customer_id else NO_SUCH_STINT)
    if conversation.status is Status.CLOSED:
        raise ConversationClosed("Not kept: this chat has ended.")


def _checked(upload: Upload, types: frozenset[str], most: int) -> str:
    """What the file is, by its content."""
    if not upload.data:
        raise CallerError("The file is empty.", code="attachment_empty")
    if len(upload.data) > most:
        raise CallerError(f"A file has at most {most} bytes here.", code="too_large")
    found = type_of(upload.data[:HEAD], len(upload.data))
    if found is None or found not in types:
        taken = ", ".join(sorted(KNOWN[one] for one in types))
        raise CallerError(f"Files of this type are not taken here, but: {taken}.", code="attachment_type")
    general = found == "text/plain" and upload.said_type.startswith("text/")
    if upload.said_type not in ("", "application/octet-stream", found) and not general:
        raise CallerError(f"The file is no {upload.said_type}: it is {found}.", code="attachment_type")
    return found


def orphan_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """Nobody sent a file for so long: it goes."""
    found = tx.attachment(fired.ref)
    if found is not None:
        locked(tx, found.conversation_id)
    if not tx.take_due(DueKind.ORPHAN, fired.ref):
        return Outcome()
    found = tx.attachment(fired.ref)
    if found is not None and found.seq is None:
        tx.drop_attachments([found.id])
    return Outcome()
