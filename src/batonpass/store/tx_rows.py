"""Lists of desks: the chats that stand in them, and what a row shows, for many chats at once.

Each list reads an index in its order, or the chats that are not over, which are few among many.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, func, literal, or_, select, tuple_

from batonpass.app.ports_rows import NEVER, Mark, Pending
from batonpass.domain.conversation import Conversation, Entry, Stint
from batonpass.domain.handoff import Kind, Leave, Offer, State, Target, TargetType
from batonpass.domain.hold import Hold
from batonpass.store import rows
from batonpass.store import schema as s
from batonpass.store.tx_base import Queries

LIVE = ("open", "active", "held")
WAITS = ("queued", "offered")
PENDING = ("requested", "queued", "offered", "accepted")


class RowQueries(Queries):
    """Many chats, read together."""

    def conversations_by_id(self, ids: Iterable[str]) -> dict[str, Conversation]:
        wanted = select(s.conversations).where(s.conversations.c.id.in_(sorted(set(ids))))
        return {row["id"]: rows.value(Conversation, row) for row in self.rows(wanted)}

    def stints_by_chat(self, ids: Sequence[str]) -> dict[str, list[Stint]]:
        """All stints of these chats, in order."""
        t = s.stints.c
        wanted = select(s.stints).where(t.conversation_id.in_(ids)).order_by(t.started_at, t.epoch, t.id)
        found: dict[str, list[Stint]] = defaultdict(list)
        for row in self.rows(wanted):
            found[row["conversation_id"]].append(rows.value(Stint, row))
        return found

    def pending_by_chat(self, ids: Sequence[str]) -> dict[str, list[Pending]]:
        """What is pending there: the pass first, then the oldest invitation."""
        h = s.handoffs.c
        wanted = _pending().where(h.conversation_id.in_(ids), h.state.in_(PENDING))
        shares = h.kind.in_(["invitation", "consultation"])
        found: dict[str, list[Pending]] = defaultdict(list)
        for row in self.rows(wanted.order_by(shares, h.created_at, h.id)):
            found[row["conversation_id"]].append(_made(row))
        return found

    def open_offers_by_handoff(self, handoff_ids: Sequence[str]) -> dict[str, Offer]:
        o = s.offers.c
        wanted = select(s.offers).where(o.handoff_id.in_(handoff_ids), o.state == "open")
        return {row["handoff_id"]: rows.value(Offer, row) for row in self.rows(wanted)}

    def holds_by_chat(self, ids: Sequence[str]) -> dict[str, Hold]:
        """The holds these chats are on now."""
        h = s.holds.c
        wanted = select(s.holds).where(h.conversation_id.in_(ids), h.ended_at.is_(None))
        return {row["conversation_id"]: Hold(**row) for row in self.rows(wanted)}

    def names_of(self, ids: Sequence[str]) -> dict[str, tuple[str, int]]:
        """What the customers of these chats are called, and since when, in ms."""
        v = s.variables.c
        wanted = select(v.conversation_id, v.value, v.set_at).where(
            v.conversation_id.in_(ids), v.name == "name"
        )
        return {cid: (value, at) for cid, value, at in self.connection.execute(wanted)}

    def variables_by_chat(self, ids: Sequence[str], length: int) -> dict[str, dict[str, str]]:
        """The variables of these chats, of each value so many characters."""
        v = s.variables.c
        value = func.substr(v.value, 1, length)
        wanted = select(v.conversation_id, v.name, value).where(v.conversation_id.in_(ids)).order_by(v.name)
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for cid, name, value in self.connection.execute(wanted):
            found[cid][name] = value
        return found

    def lines_of(self, conversation_id: str, upto: int, limit: int) -> list[Entry]:
        """The messages and notes up to a seq, the latest first."""
        e = s.entries.c
        said = (e.conversation_id == conversation_id, e.seq <= upto, e.kind.in_(["message", "note"]))
        wanted = select(s.entries).where(*said).order_by(e.seq.desc()).limit(limit)
        return [rows.entry(row) for row in self.rows(wanted)]

    def last_words(self, ids: Sequence[str]) -> dict[str, Entry]:
        """The last message of each chat that its customer reads."""
        c = s.conversations.c
        return self._words(s.conversations, c.id, c.id, ids, c.seq)

    def last_words_of(self, stint_ids: Sequence[str]) -> dict[str, Entry]:
        """The last one that each of these stints reads, which have ended or have only just begun: by chat."""
        t = s.stints.c
        return self._words(
            s.stints, t.conversation_id, t.id, stint_ids, func.coalesce(t.read_to, t.boundary_seq)
        )

    def _words(
        self, of: Any, chat: ColumnElement[str], key: ColumnElement[str], keys: Sequence[str], upto: Any
    ) -> dict[str, Entry]:
        e, x = s.entries.c, s.entries.alias("x").c
        last = (
            select(x.seq)
            .where(x.conversation_id == chat, x.seq <= upto, x.kind == "message", x.public_seq.is_not(None))
            .order_by(x.seq.desc())
            .limit(1)
            .correlate(of)
            .scalar_subquery()
        )
        wanted = (
            select(s.entries).select_from(of).join(s.entries, and_(e.conversation_id == chat, e.seq == last))
        )
        return {row["conversation_id"]: rows.entry(row) for row in self.rows(wanted.where(key.in_(keys)))}

    def unanswered_since(self, ids: Sequence[str]) -> dict[str, int]:
        """Since when the customer of each of these chats has no answer, in ms."""
        c, x = s.conversations.c, s.entries.c
        first = (
            select(x.at)
            .where(
                x.conversation_id == c.id,
                x.seq > c.answered_seq,
                x.kind == "message",
                x.actor_type == "customer",
            )
            .order_by(x.seq)
            .limit(1)
            .scalar_subquery()
        )
        found = self.connection.execute(select(c.id, first).where(c.id.in_(ids), c.seq > c.answered_seq))
        return {cid: int(at) for cid, at in found if at is not None}

    def disposition_codes(self, stint_ids: Sequence[str]) -> dict[str, str]:
        """The codes that the after-work of these stints was closed with."""
        d = s.dispositions.c
        wanted = select(d.stint_id, d.code).where(d.stint_id.in_(stint_ids), d.code.is_not(None))
        return dict(self.connection.execute(wanted).all())

    def given_in(self, agent_id: str, ids: Sequence[str]) -> set[str]:
        """The hand-offs that this agent gave in these chats."""
        h = s.handoffs.c
        wanted = select(h.id).where(h.conversation_id.in_(ids), h.giver_agent_id == agent_id)
        return set(self.connection.execute(wanted).scalars())

    def issues_of(self, refs: Sequence[str]) -> dict[str, str]:
        """What the newest summaries of these hand-offs or stints call the issue, by the first of its words."""
        m = s.summaries.c
        wanted = select(m.ref, m.summary).where(m.ref.in_(refs)).order_by(m.version)
        found = {
            ref: str((summary or {}).get("issue", "")) for ref, summary in self.connection.execute(wanted)
        }
        return {ref: issue for ref, issue in found.items() if issue}

    # The lists

    def waiting_for(
        self, agent_id: str, queue_ids: Sequence[str], limit: int, after: Mark | None = None
    ) -> list[Pending]:
        """What waits in these queues, in the matcher's order, but for what this agent is in."""
        h = s.handoffs.c
        wanted = (
            _pending()
            .where(*self._waits(agent_id, queue_ids))
            .order_by(h.priority.desc(), h.waiting_key, h.id)
        )
        if after is not None:
            wanted = wanted.where(tuple_(-h.priority, h.waiting_key, h.id) > tuple_(*map(literal, after)))
        return [_made(row) for row in self.rows(wanted.limit(limit))]

    def _waits(self, agent_id: str, queue_ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        h, t = s.handoffs.c, s.stints.c
        inside = exists().where(
            t.conversation_id == h.conversation_id, t.agent_id == agent_id, t.state == "live"
        )
        here = or_(h.queue_id.in_(queue_ids), h.failover_queue_id.in_(queue_ids))
        return h.state.in_(WAITS), here, ~inside

    def live_for(
        self, agent_id: str, queue_ids: Sequence[str], limit: int, after: Mark | None = None
    ) -> list[Conversation]:
        """Chats that are not over of these queues, and those this agent is in: the longest waiting first."""
        c = s.conversations.c
        waiting = func.coalesce(c.waiting_since, NEVER)
        wanted = select(s.conversations).where(*self._live(agent_id, queue_ids))
        if after is not None:
            since, created, cid = after
            newer = tuple_(c.created_at, c.id) < tuple_(literal(created), literal(cid))
            wanted = wanted.where(or_(waiting > since, and_(waiting == since, newer)))
        wanted = wanted.order_by(waiting, c.created_at.desc(), c.id.desc()).limit(limit)
        return [rows.value(Conversation, row) for row in self.rows(wanted)]

    def _live(self, agent_id: str, queue_ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        c, t = s.conversations.c, s.stints.c
        mine = select(t.conversation_id).where(t.agent_id == agent_id, t.state == "live")
        return c.status.in_(LIVE), or_(c.queue_id.in_(queue_ids), c.id.in_(mine))

    def held_after(
        self, agent_id: str, queue_ids: Sequence[str], limit: int, after: Mark | None = None
    ) -> list[Hold]:
        """What this agent parked, and what is parked in these queues, the oldest first."""
        h = s.holds.c
        wanted = select(s.holds).where(*_held(agent_id, queue_ids)).order_by(h.started_at, h.id).limit(limit)
        if after is not None:
            wanted = wanted.where(tuple_(h.started_at, h.id) > tuple_(literal(after[1]), literal(after[2])))
        return [Hold(**row) for row in self.rows(wanted)]

    def parts_before(self, agent_id: str, limit: int, before: Mark | None = None) -> list[Stint]:
        """The last stint of this agent in each chat that it is in no more, the newest end first."""
        t, later = s.stints.c, s.stints.alias("later").c
        again = exists().where(
            later.conversation_id == t.conversation_id,
            later.agent_id == t.agent_id,
            or_(
                later.state != "ended",
                tuple_(later.started_at, later.epoch, later.id) > tuple_(t.started_at, t.epoch, t.id),
            ),
        )
        wanted = select(s.stints).where(t.agent_id == agent_id, t.state == "ended", ~again)
        if before is not None:
            wanted = wanted.where(tuple_(t.ended_at, t.id) < tuple_(literal(before[1]), literal(before[2])))
        wanted = wanted.order_by(t.ended_at.desc(), t.id.desc()).limit(limit)
        return [rows.value(Stint, row) for row in self.rows(wanted)]

    def counts_for(self, agent_id: str, queue_ids: Sequence[str]) -> tuple[int, int, int]:
        """How many chats wait in these queues, are not over there, and are on hold."""
        h, holds = s.handoffs.c, s.holds.c
        waiting = select(func.count(func.distinct(h.conversation_id))).where(
            *self._waits(agent_id, queue_ids)
        )
        live = select(func.count()).select_from(s.conversations).where(*self._live(agent_id, queue_ids))
        held = select(func.count(holds.id)).where(*_held(agent_id, queue_ids))
        return tuple(int(self.scalar(each) or 0) for each in (waiting, live, held))  # type: ignore[return-value]

    def waiting_counts(self, queue_ids: Sequence[str]) -> dict[str, int]:
        """How many wait in each of these queues for whoever comes first."""
        h = s.handoffs.c
        wanted = select(h.queue_id, func.count()).where(h.queue_id.in_(queue_ids), h.state.in_(WAITS))
        return dict(self.connection.execute(wanted.group_by(h.queue_id)).all())


def _held(agent_id: str, queue_ids: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    h = s.holds.c
    return h.ended_at.is_(None), or_(h.agent_id == agent_id, h.queue_id.in_(queue_ids))


def _pending() -> Select[Any]:
    h = s.handoffs.c
    return select(
        h.id,
        h.conversation_id,
        h.kind,
        h.leave,
        h.state,
        h.target_type,
        h.target_id,
        h.queue_id,
        h.failover_queue_id,
        h.priority,
        h.waiting_key,
        h.created_at,
        h.workflow,
    )


def _made(row: RowMapping) -> Pending:
    return Pending(
        row["id"],
        row["conversation_id"],
        Kind(row["kind"]),
        Leave(row["leave"]),
        State(row["state"]),
        Target(TargetType(row["target_type"]), row["target_id"]),
        row["queue_id"],
        row["failover_queue_id"],
        row["priority"],
        row["waiting_key"],
        row["created_at"],
        row["workflow"]["name"] if row["workflow"] else None,
    )
