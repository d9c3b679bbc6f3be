"""Holds: which conversations are parked, and by whom."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, or_, select

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

    def _holds(self, wanted: Select[Any]) -> list[Hold]:
        return [Hold(**row) for row in self.rows(wanted)]
