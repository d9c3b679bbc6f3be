"""Files of chats."""

from dataclasses import asdict

from sqlalchemy import delete, func, select, update

from batonpass.domain.attachments import Attachment
from batonpass.store import schema as s
from batonpass.store.tx_base import Queries

PIECE = 256 * 1024


class AttachmentQueries(Queries):
    """A file is a row, and its bytes are rows of their own."""

    def add_attachment(self, attachment: Attachment, data: bytes) -> None:
        self.do(s.attachments.insert(), asdict(attachment))
        pieces = [
            {"attachment_id": attachment.id, "number": number, "data": data[start : start + PIECE]}
            for number, start in enumerate(range(0, len(data), PIECE))
        ]
        self.do(s.attachment_pieces.insert(), pieces)

    def attachment(self, attachment_id: str) -> Attachment | None:
        row = self.row(select(s.attachments).where(s.attachments.c.id == attachment_id))
        return Attachment(**row) if row else None

    def attachments_in(self, conversation_id: str) -> list[Attachment]:
        """Every file of a conversation, the oldest first."""
        a = s.attachments.c
        wanted = select(s.attachments).where(a.conversation_id == conversation_id)
        return [Attachment(**row) for row in self.rows(wanted.order_by(a.created_at, a.id))]

    def attachment_bytes(self, conversation_id: str) -> int:
        """How many bytes the files of a conversation have together."""
        a = s.attachments.c
        return int(
            self.scalar(
                select(func.coalesce(func.sum(a.size), 0)).where(a.conversation_id == conversation_id)
            )
        )

    def note_attached(self, attachment_id: str, seq: int) -> None:
        """Note the message that has it; the first one counts."""
        a = s.attachments.c
        self.do(update(s.attachments).where(a.id == attachment_id, a.seq.is_(None)).values(seq=seq))

    def attachment_piece(self, attachment_id: str, number: int) -> bytes | None:
        """A piece of a file; None after the last."""
        p = s.attachment_pieces.c
        found = self.scalar(select(p.data).where(p.attachment_id == attachment_id, p.number == number))
        return bytes(found) if found is not None else None

    def drop_attachments(self, attachment_ids: list[str]) -> None:
        """Delete files with their bytes."""
        if attachment_ids:
            p, a = s.attachment_pieces, s.attachments
            self.do(delete(p).where(p.c.attachment_id.in_(attachment_ids)))
            self.do(delete(a).where(a.c.id.in_(attachment_ids)))
