"""Forgetting: the words of a conversation, of a customer; what has been kept long enough."""

from typing import Any

from sqlalchemy import delete, func, or_, select, update

from batonpass.domain.conversation import EntryKind
from batonpass.domain.forgetting import WORDS, blank
from batonpass.store import forgetting
from batonpass.store import schema as s
from batonpass.store.statements import upsert
from batonpass.store.tx_base import Queries


class KeepingQueries(Queries):
    """Rows stay, so that numbers are dense and figures are what they were."""

    def forgotten_at(self, key: str) -> int | None:
        """When the words of this conversation, or customer, were forgotten."""
        found = self.scalar(select(s.forgotten.c.at).where(s.forgotten.c.id == key))
        return int(found) if found is not None else None

    def note_forgotten(self, key: str) -> None:
        self.do(upsert(s.forgotten, self.dialect), {"id": key, "at": self.now})

    def has_customer(self, customer_id: str) -> bool:
        return self.scalar(select(s.customers.c.id).where(s.customers.c.id == customer_id)) is not None

    def forget_customer(self, customer_id: str) -> None:
        """No token opens it any more, nothing says who it was."""
        for name in sorted(forgetting.GONE_WITH_CUSTOMER):
            table = s.metadata.tables[name]
            self.do(delete(table).where(table.c.customer_id == customer_id))
        self.do(delete(s.answered).where(s.answered.c.owner == f"customer:{customer_id}"))
        changed = update(s.customers).where(s.customers.c.id == customer_id)
        self.do(changed.values(token_hash=f"erased:{customer_id}"[:64]))

    # A customer's conversations

    def _unforgotten(self, customer_id: str) -> Any:
        c, f = s.conversations.c, s.forgotten.c
        return (
            select(c.id)
            .outerjoin(s.forgotten, f.id == c.id)
            .where(
                c.customer_id == customer_id, or_(f.at.is_(None), c.closed_at.is_(None), f.at < c.closed_at)
            )
        )

    def unforgotten_of(self, customer_id: str) -> str | None:
        """The next of the customer's conversations whose words are there."""
        c = s.conversations.c
        found = self.scalar(self._unforgotten(customer_id).order_by(c.created_at, c.id).limit(1))
        return str(found) if found is not None else None

    def count_unforgotten(self, customer_id: str) -> int:
        return int(self.scalar(select(func.count()).select_from(self._unforgotten(customer_id).subquery())))

    def forget_conversation(self, conversation_id: str) -> None:
        """Take the words out of everything that belongs to it, and its files, variables and summaries away."""
        files = [found.id for found in self._files(conversation_id)]
        for name in ("attachment_pieces", "attachments"):
            table = s.metadata.tables[name]
            key = table.c.attachment_id if name == "attachment_pieces" else table.c.id
            self.do(delete(table).where(key.in_(files)))
        for name in sorted(forgetting.GONE - {"attachment_pieces", "attachments"}):
            table = s.metadata.tables[name]
            self.do(delete(table).where(table.c.conversation_id == conversation_id))
        for name, values in forgetting.EMPTIED.items():
            table = s.metadata.tables[name]
            self.do(update(table).where(table.c.conversation_id == conversation_id).values(**values))
        h = s.handoffs.c
        written = (h.conversation_id == conversation_id, h.requested_by != "system")
        self.do(update(s.handoffs).where(*written).values(reason=""))
        self._blank_entries(conversation_id)

    def _files(self, conversation_id: str) -> list[Any]:
        a = s.attachments.c
        return self.rows(select(a.id).where(a.conversation_id == conversation_id))

    def _blank_entries(self, conversation_id: str) -> None:
        e = s.entries.c
        mine = e.conversation_id == conversation_id
        wanted = select(e.seq, e.kind, e.data).where(mine, e.kind.in_([str(kind) for kind in WORDS]))
        for row in self.rows(wanted):
            data = blank(EntryKind(row["kind"]), row["data"])
            self.do(update(s.entries).where(mine, e.seq == row["seq"]).values(data=data))
        customers = (mine, e.actor_type == "customer")
        self.do(update(s.entries).where(*customers).values(client_id=None, actor_name=""))

    # What was kept long enough

    def closed_between(self, since: int, until: int, limit: int) -> list[tuple[int, str]]:
        """Conversations closed in this time whose words are there, the oldest first: (closed at, in ms; id)."""
        c, f = s.conversations.c, s.forgotten.c
        wanted = (
            select(c.closed_at, c.id)
            .outerjoin(s.forgotten, f.id == c.id)
            .where(c.closed_at.between(since, until), c.status == "closed")
            .where(or_(f.at.is_(None), f.at < c.closed_at))
        )
        found = self.connection.execute(wanted.order_by(c.closed_at, c.id).limit(limit))
        return [(int(at), str(conversation_id)) for at, conversation_id in found]

    def files_closed_before(self, at: int, limit: int) -> list[str]:
        """Files of conversations that were closed so long ago."""
        c, a = s.conversations.c, s.attachments.c
        wanted = select(a.id).join(s.conversations, c.id == a.conversation_id)
        wanted = wanted.where(c.status == "closed", c.closed_at <= at).order_by(a.id).limit(limit)
        return [str(attachment_id) for attachment_id in self.connection.execute(wanted).scalars()]

    def forget_contacts(self, done_before: int, limit: int) -> int:
        """Empty contact details that were dealt with so long ago; how many."""
        t, values = s.contacts.c, forgetting.EMPTIED["contacts"]
        full = or_(*(t[name] != "" for name in values))
        wanted = select(t.id).where(t.done_at <= done_before, full).order_by(t.id).limit(limit)
        ids = [str(contact_id) for contact_id in self.connection.execute(wanted).scalars()]
        if ids:
            self.do(update(s.contacts).where(t.id.in_(ids)).values(**values))
        return len(ids)

    def drop_deliveries(self, ended_before: int, limit: int) -> int:
        """Delete deliveries that were taken or given up so long ago; how many."""
        d = s.webhook_deliveries.c
        wanted = (
            select(d.id).where(d.state.in_(["delivered", "dead"]), d.ended_at <= ended_before).limit(limit)
        )
        ids = [str(delivery_id) for delivery_id in self.connection.execute(wanted).scalars()]
        if ids:
            self.do(delete(s.webhook_deliveries).where(d.id.in_(ids)))
        return len(ids)
