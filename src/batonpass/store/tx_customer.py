"""What the customer gets beside the talk: places in the queue, contacts, questions, receipts, dispositions."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TypeVar

from sqlalchemy import RowMapping, case, func, select, tuple_, update

from batonpass.app.ports_customer import Waiting
from batonpass.domain.care import Contact, Disposition, Receipt, Survey
from batonpass.domain.conversation import EntryKind
from batonpass.store import schema as s
from batonpass.store.statements import put_receipt, upsert
from batonpass.store.tx_base import Queries

V = TypeVar("V", Contact, Survey, Disposition, Receipt)


class CustomerQueries(Queries):
    """Rows that no hand-off needs."""

    # Waits

    def recent_waits(self, queue_id: str, since: int, limit: int) -> list[int]:
        """How long the last passes of this queue that a person took waited for one, in ms, the newest first.

        A warm transfer is none of them: it completes when the two have talked.
        """
        h, a = s.handoffs.c, s.agents.c
        # A wish for a person while one waits already is a new hand-off of the same wait.
        began = case((h.kind == "escalation", h.waiting_key), else_=h.created_at)
        wanted = (
            select(h.ended_at - began)
            .join(s.agents, a.id == h.receiver_agent_id)
            .where(
                h.queue_id == queue_id,
                h.state == "completed",
                h.ended_at >= since,
                h.leave != "on_complete",
                h.kind.not_in(["invitation", "consultation", "promotion", "take_over"]),
                a.kind == "representative",
            )
            .order_by(h.ended_at.desc())
            .limit(limit)
        )
        return [int(wait) for wait in self.connection.execute(wanted).scalars()]

    def waiting_customers(self, queue_id: str, limit: int) -> list[Waiting]:
        """The first `limit` places of a queue, in the matcher's order.

        A customer whom somebody still holds takes a place, and is not told of it.
        """
        h, c = s.handoffs.c, s.conversations.c
        wanted = (
            select(c.status, c.customer_id, h.conversation_id, h.id, h.seeks, h.waiting_key)
            .join(s.conversations, c.id == h.conversation_id)
            .where(h.queue_id == queue_id, h.state.in_(["queued", "offered"]))
            .order_by(h.priority.desc(), h.waiting_key, h.id)
            .limit(limit)
        )
        return [
            Waiting(
                row["customer_id"],
                row["conversation_id"],
                row["id"],
                row["seeks"],
                queue_id,
                place,
                row["waiting_key"],
            )
            for place, row in enumerate(self.rows(wanted), 1)
            if row["status"] == "open"
        ]

    def bots_behind(self, conversation_ids: Sequence[str], hop_limit: int) -> dict[str, tuple[str, str]]:
        """The bot that held each of these last, and for which queue; none where it was lost, or past the limit."""
        t, c = s.stints.c, s.conversations.c
        held = (
            t.conversation_id.in_(sorted(conversation_ids)),
            t.role == "holder",
            t.bot,
            c.hops < hop_limit,
        )
        wanted = (
            select(t.conversation_id, t.agent_id, t.queue_id, t.reason)
            .join(s.conversations, c.id == t.conversation_id)
            .where(*held)
            .order_by(t.epoch)
        )
        last = {row["conversation_id"]: row for row in self.rows(wanted)}
        return {
            chat: (row["agent_id"], row["queue_id"]) for chat, row in last.items() if row["reason"] != "lost"
        }

    # Contacts

    def add_contact(self, contact: Contact) -> None:
        self.do(s.contacts.insert(), asdict(contact))

    def contact(self, contact_id: str) -> Contact | None:
        row = self.row(select(s.contacts).where(s.contacts.c.id == contact_id))
        return _value(Contact, row) if row else None

    def contact_left(self, conversation_id: str, client_id: str | None = None) -> Contact | None:
        """A contact of this chat, or that of this very request."""
        c = s.contacts.c
        wanted = select(s.contacts).where(c.conversation_id == conversation_id)
        if client_id is not None:
            wanted = wanted.where(c.client_id == client_id)
        row = self.row(wanted.order_by(c.created_at.desc()).limit(1))
        return _value(Contact, row) if row else None

    def contacts(
        self, queue_ids: Sequence[str] | None, done: bool | None, before: tuple[int, str] | None, limit: int
    ) -> list[Contact]:
        """Contacts of these queues, or of all, the newest first; `before` is the last one of a page."""
        c = s.contacts.c
        wanted = select(s.contacts).order_by(c.created_at.desc(), c.id.desc()).limit(limit)
        if queue_ids is not None:
            wanted = wanted.where(c.queue_id.in_(queue_ids))
        if done is not None:
            wanted = wanted.where(c.done_at.is_not(None) if done else c.done_at.is_(None))
        if before is not None:
            wanted = wanted.where(tuple_(c.created_at, c.id) < tuple_(*before))
        return [_value(Contact, row) for row in self.rows(wanted)]

    def finish_contact(self, contact_id: str, agent_id: str | None) -> None:
        """Mark a contact as done by this agent, or as open again."""
        done_at = None if agent_id is None else self.now
        mine = s.contacts.c.id == contact_id
        self.do(update(s.contacts).where(mine).values(done_at=done_at, done_by=agent_id))

    # Questions to the customer

    def spoke(self, conversation_id: str, stint_id: str) -> bool:
        """Whether the customer has read a message of this stint."""
        e = s.entries.c
        said = (e.conversation_id == conversation_id, e.stint_id == stint_id, e.public_seq.is_not(None))
        wanted = select(e.seq).where(*said, e.kind == str(EntryKind.MESSAGE)).limit(1)
        return self.scalar(wanted) is not None

    def add_survey(self, survey: Survey) -> None:
        """Ask once: a second question about a stint is an error of the database."""
        self.do(s.surveys.insert(), asdict(survey))

    def survey(self, survey_id: str) -> Survey | None:
        row = self.row(select(s.surveys).where(s.surveys.c.id == survey_id))
        return _value(Survey, row) if row else None

    def open_surveys(self, customer_id: str) -> list[Survey]:
        """What this customer may still answer, the newest first."""
        y = s.surveys.c
        still = (y.customer_id == customer_id, y.until > self.now, y.given_at.is_(None))
        wanted = select(s.surveys).where(*still).order_by(y.asked_at.desc(), y.id.desc()).limit(10)
        return [_value(Survey, row) for row in self.rows(wanted)]

    def give_survey(self, survey_id: str, score: int, comment: str) -> None:
        mine = s.surveys.c.id == survey_id
        given = {"score": score, "comment": comment, "given_at": self.now}
        self.do(update(s.surveys).where(mine).values(**given))

    # After-work

    def put_disposition(self, disposition: Disposition) -> None:
        self.do(upsert(s.dispositions, self.dialect), asdict(disposition))

    def disposition(self, stint_id: str) -> Disposition | None:
        row = self.row(select(s.dispositions).where(s.dispositions.c.stint_id == stint_id))
        return _value(Disposition, row) if row else None

    # Receipts

    def receipts(self, conversation_id: str) -> list[Receipt]:
        wanted = select(s.receipts).where(s.receipts.c.conversation_id == conversation_id)
        return [_value(Receipt, row) for row in self.rows(wanted.order_by(s.receipts.c.reader))]

    def put_receipt(self, receipt: Receipt) -> None:
        self.do(put_receipt(self.dialect), asdict(receipt))

    def public_seq_at(self, conversation_id: str, seq: int) -> int:
        """The customer's number of the last line up to this seq that the customer sees; 0 for none."""
        e = s.entries.c
        wanted = select(func.max(e.public_seq)).where(e.conversation_id == conversation_id, e.seq <= seq)
        return int(self.scalar(wanted) or 0)


def _value(cls: type[V], row: RowMapping) -> V:
    return cls(**{each.name: row[each.name] for each in fields(cls)})
