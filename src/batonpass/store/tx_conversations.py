"""Conversations, their timelines and variables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import exists, func, or_, select, text, tuple_, update

from batonpass.domain.conversation import Conversation, Entry, EntryKind
from batonpass.store import rows
from batonpass.store import schema as s
from batonpass.store.statements import (
    advance_numbers,
    conversation_by_id,
    entry_by_client,
    save_conversation,
    speak,
    upsert,
)
from batonpass.store.tx_base import Queries


class ConversationQueries(Queries):
    """One customer's chat: its row, its entries in order, its variables."""

    def started(self, customer_id: str, client_id: str) -> str | None:
        c = s.starts.c
        found = self.scalar(
            select(c.conversation_id).where(c.customer_id == customer_id, c.client_id == client_id)
        )
        return str(found) if found is not None else None

    def open_conversation_of(self, customer_id: str) -> Conversation | None:
        c = s.conversations.c
        row = self.row(
            select(s.conversations)
            .where(c.customer_id == customer_id, c.status.in_(["open", "active", "held"]))
            .order_by(c.created_at.desc(), c.id.desc())
            .limit(1)
        )
        return rows.value(Conversation, row) if row else None

    def conversations_of(self, customer_id: str, limit: int) -> list[Conversation]:
        """The customer's conversations, the newest first."""
        c = s.conversations.c
        wanted = (
            select(s.conversations)
            .where(c.customer_id == customer_id)
            .order_by(c.created_at.desc(), c.id.desc())
            .limit(limit)
        )
        return [rows.value(Conversation, row) for row in self.rows(wanted)]

    def conversations_like(
        self,
        *,
        limit: int,
        before: tuple[int, str] | None = None,
        status: str | None = None,
        queue_id: str | None = None,
        customer_id: str | None = None,
        agent_id: str | None = None,
    ) -> list[Conversation]:
        """Conversations that fit all that is said, the newest first; `agent_id` holds it."""
        c = s.conversations.c
        wanted = select(s.conversations).order_by(c.created_at.desc(), c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(tuple_(c.created_at, c.id) < tuple_(*before))
        for column, value in ((c.status, status), (c.queue_id, queue_id), (c.customer_id, customer_id)):
            if value is not None:
                wanted = wanted.where(column == value)
        if agent_id is not None:
            wanted = wanted.join(s.stints, s.stints.c.id == c.holder).where(s.stints.c.agent_id == agent_id)
        return [rows.value(Conversation, row) for row in self.rows(wanted)]

    def live_conversations(self, limit: int) -> list[Conversation]:
        """Conversations that are not over, the longest waiting first, then the newest."""
        c = s.conversations.c
        wanted = (
            select(s.conversations)
            .where(c.status.in_(["open", "active", "held"]))
            .order_by(c.waiting_since.is_(None), c.waiting_since, c.created_at.desc(), c.id.desc())
            .limit(limit)
        )
        return [rows.value(Conversation, row) for row in self.rows(wanted)]

    def add_conversation(self, conversation: Conversation, client_id: str) -> None:
        self.do(s.conversations.insert(), rows.columns(conversation))
        self.do(
            s.starts.insert(),
            {
                "customer_id": conversation.customer_id,
                "client_id": client_id,
                "conversation_id": conversation.id,
            },
        )

    def note_start(self, customer_id: str, client_id: str, conversation_id: str) -> None:
        """Remember that this start meant a conversation there was already."""
        values = {"customer_id": customer_id, "client_id": client_id, "conversation_id": conversation_id}
        self.do(upsert(s.starts, self.dialect), values)

    def conversation(self, conversation_id: str, *, lock: bool = False) -> Conversation | None:
        """The conversation's row; with `lock`, held until the transaction ends. The first lock of any use case."""
        row = self.row(conversation_by_id(lock=lock), key=conversation_id)
        return rows.value(Conversation, row) if row else None

    def save_conversation(self, conversation: Conversation, loaded: Conversation | None = None) -> None:
        """Write what changed since it was `loaded`: often the numbers alone."""
        values = rows.columns(conversation)
        key = values.pop("id")
        if (
            loaded is not None
            and replace(loaded, seq=conversation.seq, public_seq=conversation.public_seq) == conversation
        ):
            values = {"seq": conversation.seq, "public_seq": conversation.public_seq}
            self.do(advance_numbers(), {"key": key, **values})
            return
        self.do(save_conversation(), {"key": key, **values})

    def speak(self, conversation_id: str, stint_id: str, agent_id: str, answered: int) -> Conversation | None:
        """Hand out the next numbers to a live stint that may speak; None when it may not (law 1).

        `answered`: the customer's messages up to this seq are answered by it; below 0 for all there are.
        """
        binds = {
            "conversation_id": conversation_id,
            "stint_id": stint_id,
            "agent_id": agent_id,
            "answered": answered,
        }
        row = self.row(speak(), **binds)
        return rows.value(Conversation, row) if row else None

    # Entries

    def add_entries(self, entries: Sequence[Entry]) -> None:
        if entries:
            self.do(s.entries.insert(), [rows.entry_columns(entry) for entry in entries])

    def entry_of(self, conversation_id: str, sender: str, client_id: str) -> Entry | None:
        """The entry that this sender stored under this client id (law 2)."""
        row = self.row(entry_by_client(), key=conversation_id, sender=sender, client=client_id)
        return rows.entry(row) if row else None

    def entries(
        self, conversation_id: str, after: int, upto: int, limit: int, *, public: bool
    ) -> list[Entry]:
        """Entries with number in (after, upto], in order: `public_seq` for the customer, else `seq`."""
        number = s.entries.c.public_seq if public else s.entries.c.seq
        wanted = (
            select(s.entries)
            # PostgreSQL refuses what is beyond its integers; nothing lies beyond `upto` anyway.
            .where(s.entries.c.conversation_id == conversation_id, number > min(after, upto), number <= upto)
            .order_by(number)
            .limit(limit)
        )
        return [rows.entry(row) for row in self.rows(wanted)]

    def last_entries(self, conversation_id: str, upto: int, limit: int) -> list[Entry]:
        """The last `limit` entries up to `upto`, in order."""
        e = s.entries.c
        wanted = (
            select(s.entries)
            .where(e.conversation_id == conversation_id, e.seq <= upto)
            .order_by(e.seq.desc())
            .limit(limit)
        )
        return [rows.entry(row) for row in reversed(self.rows(wanted))]

    def set_entry_data(self, conversation_id: str, seq: int, data: dict[str, Any]) -> None:
        """Mark an entry. Its words and its number stay."""
        e = s.entries.c
        mine = (e.conversation_id == conversation_id, e.seq == seq)
        self.do(update(s.entries).where(*mine).values(data=data))

    def note(self, conversation_id: str, note_id: str) -> Entry | None:
        """The newest version of a note, by the id of any of its versions."""
        e = s.entries.c
        here = (e.conversation_id == conversation_id, e.kind == str(EntryKind.NOTE))
        named = self.row(select(s.entries).where(*here, e.id == note_id))
        if named is None:
            return None
        first = rows.entry(named).data.get("of", note_id)
        wanted = select(s.entries).where(*here, or_(e.id == first, e.data["of"].as_string() == first))
        row = self.row(wanted.order_by(e.seq.desc()).limit(1))
        return rows.entry(row) if row else None

    def notes(self, conversation_id: str, upto: int, limit: int) -> list[Entry]:
        """Every version of every note up to a seq, the newest first."""
        e = s.entries.c
        wanted = select(s.entries).where(
            e.conversation_id == conversation_id, e.kind == str(EntryKind.NOTE), e.seq <= upto
        )
        return [rows.entry(row) for row in self.rows(wanted.order_by(e.seq.desc()).limit(limit))]

    def conversations_with_notes(self, agent_id: str | None, limit: int) -> list[str]:
        """Conversations with a note, those with the latest note first; of an agent, where it has a stint."""
        t, h, e = s.stints.c, s.handoffs.c, s.entries.c
        noted = (
            select(e.conversation_id, e.at)
            .where(text(s.IS_NOTE))
            .union_all(select(h.conversation_id, h.created_at).where(text(s.HAS_NOTE)))
        )
        found = noted.subquery()
        wanted = select(found.c.conversation_id).group_by(found.c.conversation_id)
        if agent_id is not None:
            mine = (t.conversation_id == found.c.conversation_id, t.agent_id == agent_id)
            wanted = wanted.where(exists().where(*mine))
        latest = func.max(found.c.at).desc()
        rows_ = self.connection.execute(wanted.order_by(latest, found.c.conversation_id).limit(limit))
        return [str(conversation_id) for conversation_id in rows_.scalars()]

    def marked_after(self, conversation_id: str, seq: int) -> bool:
        """Whether a message was marked as sensitive after this entry."""
        e = s.entries.c
        mine = (e.conversation_id == conversation_id, e.seq > seq, e.kind == str(EntryKind.MARK))
        return self.scalar(select(e.seq).where(*mine).limit(1)) is not None

    def last_seq_at(self, conversation_id: str, at: int) -> int:
        """The last seq that was there at a time, in ms."""
        e = s.entries.c
        wanted = select(func.max(e.seq)).where(e.conversation_id == conversation_id, e.at <= at)
        return int(self.scalar(wanted) or 0)

    def last_word_at(self, conversation_id: str) -> int | None:
        """When the customer or an agent last wrote where the customer reads it, in ms."""
        e = s.entries.c
        wanted = select(e.at).where(
            e.conversation_id == conversation_id, e.kind == "message", e.public_seq.is_not(None)
        )
        found = self.scalar(wanted.order_by(e.seq.desc()).limit(1))
        return int(found) if found is not None else None

    def customer_span(self, conversation_id: str, after: int) -> tuple[int, int] | None:
        """First and last seq of the customer's messages after `after`, or None."""
        e = s.entries.c
        row = self.connection.execute(
            select(func.min(e.seq), func.max(e.seq)).where(
                e.conversation_id == conversation_id,
                e.seq > after,
                e.kind == str(EntryKind.MESSAGE),
                e.actor_type == "customer",
            )
        ).one()
        return (int(row[0]), int(row[1])) if row[0] is not None else None

    # Variables

    def variables(self, conversation_id: str, until: int | None = None) -> dict[str, str]:
        """The variables; with `until` those that have their value since then or longer."""
        v = s.variables.c
        wanted = select(v.name, v.value).where(v.conversation_id == conversation_id).order_by(v.name)
        if until is not None:
            wanted = wanted.where(v.set_at <= until)
        return dict(self.connection.execute(wanted).all())

    def variable_of(self, conversation_ids: Sequence[str], name: str) -> dict[str, str]:
        """One variable of these conversations, by conversation, where it is set."""
        v = s.variables.c
        wanted = select(v.conversation_id, v.value).where(
            v.conversation_id.in_(conversation_ids), v.name == name
        )
        return dict(self.connection.execute(wanted).all()) if conversation_ids else {}

    def set_variables(self, conversation_id: str, values: Mapping[str, str], by: str) -> None:
        if not values:
            return
        version = 1 + int(
            self.scalar(
                select(func.coalesce(func.max(s.variables.c.version), 0)).where(
                    s.variables.c.conversation_id == conversation_id
                )
            )
        )
        rows_ = [
            {
                "conversation_id": conversation_id,
                "name": name,
                "value": value,
                "version": version,
                "set_at": self.now,
                "set_by": by,
            }
            for name, value in sorted(values.items())
        ]
        self.do(upsert(s.variables, self.dialect), rows_)
