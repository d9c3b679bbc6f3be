"""A chat's course beside its talk: holds, silence, who served last, and which customers are here."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, delete, exists, or_, select, update

from batonpass.domain.conversation import Entry
from batonpass.domain.due import DueKind
from batonpass.domain.handoff import Exclusions, Handoff
from batonpass.domain.hold import Hold
from batonpass.store import rows
from batonpass.store import schema as s
from batonpass.store.statements import upsert
from batonpass.store.tx_base import Queries


class LifeQueries(Queries):
    """The course of a chat beside its talk."""

    def put_hold(self, hold: Hold) -> None:
        self.do(upsert(s.holds, self.dialect), asdict(hold))

    def hold(self, hold_id: str) -> Hold | None:
        return next(iter(self._holds(select(s.holds).where(s.holds.c.id == hold_id))), None)

    def postpone_holds(self, at_least: int) -> None:
        """Let no hold end by itself before `at_least`: neither its timer, nor what people read of it."""
        h, d = s.holds.c, s.due.c
        early = (h.ended_at.is_(None), h.until_at < at_least)
        self.do(update(s.holds).where(*early).values(until_at=at_least))
        timer = (d.kind == str(DueKind.HOLD), d.run_at < at_least)
        self.do(update(s.due).where(*timer).values(run_at=at_least))

    def hold_by(self, stint_id: str, client_id: str) -> Hold | None:
        """The hold that this stint's agent asked for under this client id."""
        h = s.holds.c
        wanted = select(s.holds).where(h.stint_id == stint_id, h.client_id == client_id)
        return next(iter(self._holds(wanted)), None)

    def hold_of(self, conversation_id: str) -> Hold | None:
        """The hold a conversation is on now."""
        h = s.holds.c
        wanted = select(s.holds).where(h.conversation_id == conversation_id, h.ended_at.is_(None))
        return next(iter(self._holds(wanted)), None)

    def held_for(self, agent_id: str, queue_ids: tuple[str, ...], limit: int) -> list[Hold]:
        """What this agent parked, and what is parked in these queues, the oldest first."""
        h = s.holds.c
        mine = or_(h.agent_id == agent_id, h.queue_id.in_(queue_ids))
        wanted = select(s.holds).where(h.ended_at.is_(None), mine).order_by(h.started_at, h.id)
        return self._holds(wanted.limit(limit))

    def queued_in(self, queue_id: str, limit: int) -> list[Handoff]:
        """What waits in a queue, offered or not, in the matcher's order."""
        h = s.handoffs.c
        wanted = select(s.handoffs).where(h.queue_id == queue_id, h.state.in_(["queued", "offered"]))
        order = (h.priority.desc(), h.waiting_key, h.id)
        return [rows.handoff(row, Exclusions()) for row in self.rows(wanted.order_by(*order).limit(limit))]

    def offered_to(self, handoff_ids: Sequence[str]) -> dict[str, str]:
        """The agents who have open offers of these hand-offs, by hand-off."""
        o = s.offers.c
        wanted = select(o.handoff_id, o.agent_id).where(o.handoff_id.in_(handoff_ids), o.state == "open")
        return dict(self.connection.execute(wanted).all()) if handoff_ids else {}

    def removed_at(self, conversation_id: str, stint_id: str) -> int:
        """The seq of a stint's removed entry; 0 while it has none."""
        e = s.entries.c
        mine = (e.conversation_id == conversation_id, e.stint_id == stint_id, e.kind == "removed")
        return int(self.scalar(select(e.seq).where(*mine)) or 0)

    def served_last(self, customer_id: str, since: int) -> str | None:
        """The person who held a chat of this customer's last, if it was after a time, in ms."""
        t, c = s.stints.c, s.conversations.c
        theirs = select(t.agent_id).join(s.conversations, c.id == t.conversation_id)
        held = (c.customer_id == customer_id, t.role == "holder", t.bot.is_(False), t.ended_at >= since)
        found = self.scalar(theirs.where(*held).order_by(t.ended_at.desc(), t.id.desc()).limit(1))
        return str(found) if found is not None else None

    # Silence

    def holders_without(self, kind: DueKind, queue_ids: Sequence[str], *, bot: bool) -> list[tuple[str, str]]:
        """Stints that hold in these queues, bots' or people's, without a timer of this kind: (stint, queue)."""
        t, d = s.stints.c, s.due.c
        timer = exists().where(d.kind == str(kind), d.ref == t.id)
        mine = (t.role == "holder", t.state == "live", t.bot.is_(bot), t.queue_id.in_(queue_ids), ~timer)
        found = select(t.id, t.queue_id).where(*mine).order_by(t.id)
        return [(stint, queue) for stint, queue in self.connection.execute(found)]

    def last_word(self, conversation_id: str) -> Entry | None:
        """The last message that the customer reads, whoever wrote it."""
        e = s.entries.c
        said = (e.conversation_id == conversation_id, e.kind == "message", e.public_seq.is_not(None))
        row = self.row(select(s.entries).where(*said).order_by(e.seq.desc()).limit(1))
        return rows.entry(row) if row else None

    # Customers' connections

    def customer_connect(self, sid: str, customer_id: str, node: str) -> None:
        values = {"sid": sid, "customer_id": customer_id, "node": node, "opened_at": self.now}
        self.do(upsert(s.customer_connections, self.dialect), values)
        self.do(delete(s.customers_left).where(s.customers_left.c.customer_id == customer_id))

    def customer_disconnect(self, sid: str) -> str | None:
        """Forget a connection; whose last one it was, or None when others are left or it was forgotten before."""
        c = s.customer_connections.c
        found = self.scalar(delete(s.customer_connections).where(c.sid == sid).returning(c.customer_id))
        if found is None or self.scalar(select(c.sid).where(c.customer_id == found).limit(1)) is not None:
            return None
        self.do(upsert(s.customers_left, self.dialect), {"customer_id": found, "left_at": self.now})
        return str(found)

    def customer_left_at(self, customer_id: str) -> int | None:
        """When a customer's last connection went; None while there is one, and for who was never connected."""
        left = s.customers_left.c
        found = self.scalar(select(left.left_at).where(left.customer_id == customer_id))
        return int(found) if found is not None else None

    def customer_seen(self, customer_id: str) -> None:
        """A customer without a connection has done something: it has not left before now."""
        left = s.customers_left
        self.do(update(left).where(left.c.customer_id == customer_id).values(left_at=self.now))

    def clear_customer_connections(self, node: str) -> None:
        """Forget a node's connections. Whoever waits and is away now has been so since this moment."""
        c, left = s.customer_connections.c, s.customers_left.c
        here = select(c.customer_id).where(c.node == node).distinct()
        gone = [{"customer_id": i, "left_at": self.now} for i in self.connection.execute(here).scalars()]
        self.do(delete(s.customer_connections).where(c.node == node))
        waiting = select(s.conversations.c.customer_id).where(s.conversations.c.status == "open")
        self.do(update(s.customers_left).where(left.customer_id.in_(waiting)).values(left_at=self.now))
        if gone:
            self.do(upsert(s.customers_left, self.dialect), gone)
        self.do(delete(s.customers_left).where(exists().where(c.customer_id == left.customer_id)))

    def left_waiting(self) -> list[tuple[str, str]]:
        """Customers who have left, with the queues in which their chats wait."""
        c, left = s.conversations.c, s.customers_left.c
        both = s.conversations.join(s.customers_left, left.customer_id == c.customer_id)
        found = select(c.customer_id, c.queue_id).select_from(both).where(c.status == "open")
        return [(customer, queue) for customer, queue in self.connection.execute(found)]

    def customer_connections_of(self, node: str, before: int) -> list[str]:
        """Connections of a node that were opened before a time."""
        c = s.customer_connections.c
        wanted = select(c.sid).where(c.node == node, c.opened_at < before)
        return [str(sid) for sid in self.connection.execute(wanted).scalars()]

    def _holds(self, wanted: Select[Any]) -> list[Hold]:
        return [Hold(**row) for row in self.rows(wanted)]
