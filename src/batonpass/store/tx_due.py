"""Due work, the order of the queues, and the few figures kept by name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from batonpass.app.ports import DueItem, Place
from batonpass.domain.due import Due, DueKind
from batonpass.ids import new_id
from batonpass.store import schema as s
from batonpass.store.statements import upsert, upsert_timer
from batonpass.store.tx_base import Queries


class DueQueries(Queries):
    """What must happen later, and who waits for whom."""

    def add_due(self, items: Sequence[Due]) -> None:
        """Set timers and write matches. A timer that is set already moves; a match is always a new row."""
        timers = [self._due_row(item) for item in items if item.kind is not DueKind.MATCH]
        matches = [self._due_row(item) for item in items if item.kind is DueKind.MATCH]
        for row in timers:
            self.do(upsert_timer(self.dialect), row)
        if matches:
            self.do(s.due.insert(), matches)

    def _due_row(self, item: Due) -> dict[str, object]:
        return {
            "id": new_id(),
            "kind": str(item.kind),
            "ref": item.ref,
            "run_at": item.run_at,
            "lease_until": None,
            "attempts": 0,
        }

    def drop_due(self, kind: DueKind, ref: str) -> bool:
        """Drop a timer; whether there was one."""
        d = s.due.c
        return self.do(delete(s.due).where(d.kind == str(kind), d.ref == ref)) > 0

    def take_due(self, kind: DueKind, ref: str) -> bool:
        """Take a timer that is due; False when it is gone, or was set to a later time."""
        d = s.due.c
        mine = (d.kind == str(kind), d.ref == ref, d.run_at <= self.now)
        return self.do(delete(s.due).where(*mine)) > 0

    def postpone_due(self, kind: DueKind, at_least: int) -> None:
        """Let no timer of a kind run before `at_least`."""
        d = s.due.c
        self.do(update(s.due).where(d.kind == str(kind), d.run_at < at_least).values(run_at=at_least))

    def hasten_due(self, kind: DueKind, ref: str, at_most: int) -> None:
        """Let a timer run at this time, should it be set to a later one."""
        d = s.due.c
        mine = (d.kind == str(kind), d.ref == ref, d.run_at > at_most)
        self.do(update(s.due).where(*mine).values(run_at=at_most))

    def due_now(self, limit: int, *, summaries: bool = False) -> list[DueItem]:
        """What is due and not leased, one item a (kind, ref), the longest overdue first; summaries, or all else."""
        d = s.due.c
        first = func.min(d.run_at).label("run_at")
        free = or_(d.lease_until.is_(None), d.lease_until <= self.now)
        wanted = (
            select(d.kind, d.ref, first)
            .where(d.run_at <= self.now, free, _is_summary(yes=summaries))
            .group_by(d.kind, d.ref)
            .order_by(first, d.ref)
            .limit(limit)
        )
        return [_item(row) for row in self.rows(wanted)]

    def lease_due(self, items: Sequence[DueItem], until: int) -> list[DueItem]:
        """Lease timers to this runner, so that no other does the work before them twice. Those it got."""
        d = s.due.c
        free = or_(d.lease_until.is_(None), d.lease_until <= self.now)
        got = []
        for item in sorted(items, key=lambda i: (i.kind, i.ref)):
            mine = (d.kind == str(item.kind), d.ref == item.ref, d.run_at <= self.now, free)
            if self.do(update(s.due).where(*mine).values(lease_until=until, attempts=d.attempts + 1)):
                got.append(item)
        return got

    def clear_leases(self) -> None:
        """Leases end with the runner that took them."""
        self.do(update(s.due).where(s.due.c.lease_until.is_not(None)).values(lease_until=None))

    def next_due(self) -> int | None:
        """When the next work that is not due yet will be, in ms, or None; summaries are due at once, or not."""
        later = (s.due.c.run_at > self.now, _is_summary(yes=False))
        found = self.scalar(select(func.min(s.due.c.run_at)).where(*later))
        return int(found) if found is not None else None

    def take_matches(self, queue_id: str) -> int:
        """Take all matches of a queue that are there, in this transaction: what comes later is a row of its own."""
        d = s.due.c
        wanted = select(d.id).where(d.kind == str(DueKind.MATCH), d.ref == queue_id)
        ids = list(self.connection.execute(wanted.with_for_update(skip_locked=True)).scalars())
        return self.do(delete(s.due).where(d.id.in_(ids))) if ids else 0

    def has_due(self, kind: DueKind, ref: str) -> bool:
        d = s.due.c
        return self.scalar(select(d.id).where(d.kind == str(kind), d.ref == ref).limit(1)) is not None

    def due_at(self, kind: DueKind, ref: str) -> int | None:
        """When this timer runs, in ms, or None."""
        found = self.scalar(select(s.due.c.run_at).where(s.due.c.kind == str(kind), s.due.c.ref == ref))
        return int(found) if found is not None else None

    def all_due(self) -> list[DueItem]:
        d = s.due.c
        return [_item(row) for row in self.rows(select(d.kind, d.ref, d.run_at).order_by(d.run_at, d.id))]

    # The queue's order: priority, then longest accumulated waiting, then id (DESIGN section 5)

    def waiting(self, queue_ids: Sequence[str], seeks: Sequence[str], limit: int, offset: int) -> list[Place]:
        """Queued hand-offs of these queues, or with one of them as failover queue, in the matcher's order."""
        h = s.handoffs.c
        wanted = self._places(queue_ids).where(h.seeks.in_(seeks)).limit(limit).offset(offset)
        return [_place(row) for row in self.rows(wanted)]

    def waiting_for_wrap_up(self, queue_ids: Sequence[str], agent_ids: Sequence[str]) -> list[Place]:
        """Queued hand-offs of conversations that one of these agents is wrapping up: its slot would yield."""
        h, t = s.handoffs.c, s.stints.c
        wanted = self._places(queue_ids).join(s.stints, t.conversation_id == h.conversation_id)
        wanted = wanted.where(t.state == "wrap_up", t.agent_id.in_(agent_ids)).distinct()
        return [_place(row) for row in self.rows(wanted)]

    def waiting_for_named(self, queue_id: str, agent_ids: Sequence[str]) -> list[Place]:
        """Queued hand-offs that name an agent: those of this queue, or those that name one of these."""
        h = s.handoffs.c
        columns = (h.id, h.conversation_id, h.priority, h.waiting_key)
        wanted = select(*columns).where(text(s.NAMES_SOMEBODY))
        wanted = wanted.where(or_(h.queue_id == queue_id, h.target_id.in_(agent_ids)))
        return [_place(row) for row in self.rows(wanted.order_by(h.priority.desc(), h.waiting_key, h.id))]

    def _places(self, queue_ids: Sequence[str]) -> Select[Any]:
        h = s.handoffs.c
        in_queue = or_(h.queue_id.in_(queue_ids), h.failover_queue_id.in_(queue_ids))
        columns = (h.id, h.conversation_id, h.priority, h.waiting_key)
        order = (h.priority.desc(), h.waiting_key, h.id)
        return select(*columns).where(h.state == "queued", in_queue).order_by(*order)

    def queues_naming(self, agent_id: str) -> list[str]:
        """The queues in which hand-offs wait that name this agent, which need not be a member."""
        h = s.handoffs.c
        wanted = select(h.queue_id).where(text(s.NAMES_SOMEBODY), h.target_id == agent_id).distinct()
        return sorted(str(queue_id) for queue_id in self.connection.execute(wanted).scalars())

    def undecided(self, queue_id: str, limit: int) -> list[str]:
        """Queued hand-offs of this queue that no decision was made on since they were queued, in order."""
        h = s.handoffs.c
        wanted = select(h.id).where(h.queue_id == queue_id, h.state == "queued", h.trace.is_(None))
        wanted = wanted.order_by(h.priority.desc(), h.waiting_key, h.id).limit(limit)
        return [str(found) for found in self.connection.execute(wanted).scalars()]

    def note_decision(self, handoff_id: str, trace: dict[str, Any]) -> None:
        """Keep why nobody got a hand-off, unless somebody did meanwhile."""
        h = s.handoffs.c
        self.do(
            update(s.handoffs)
            .where(h.id == handoff_id, h.state == "queued", h.trace.is_(None))
            .values(trace=trace)
        )

    def waiting_queues(self) -> list[str]:
        """The queues that a waiting hand-off may be served from."""
        h = s.handoffs.c
        own = select(h.queue_id).where(h.state == "queued")
        second = select(h.failover_queue_id).where(h.state == "queued", h.failover_queue_id.is_not(None))
        return sorted(str(queue_id) for queue_id in self.connection.execute(own.union(second)).scalars())

    def waiting_in(self, queue_id: str) -> list[str]:
        """The hand-offs that wait in this queue, or may be served from it."""
        h = s.handoffs.c
        here = or_(h.queue_id == queue_id, h.failover_queue_id == queue_id)
        wanted = select(h.id).where(here, h.state.in_(["queued", "offered"])).order_by(h.id)
        return [str(found) for found in self.connection.execute(wanted).scalars()]

    def waiting_count(self, queue_id: str) -> int:
        h = s.handoffs.c
        wanted = select(func.count()).where(h.queue_id == queue_id, h.state.in_(["queued", "offered"]))
        return int(self.scalar(wanted))

    def position(self, handoff_id: str) -> int | None:
        """The place of a waiting hand-off in its queue, 1 for the next; None when it does not wait."""
        h = s.handoffs.c
        mine = self.row(
            select(h.queue_id, h.priority, h.waiting_key, h.id).where(
                h.id == handoff_id, h.state.in_(["queued", "offered"])
            )
        )
        if mine is None:
            return None
        before = select(func.count()).where(
            h.queue_id == mine["queue_id"],
            h.state.in_(["queued", "offered"]),
            or_(
                h.priority > mine["priority"],
                and_(
                    h.priority == mine["priority"],
                    tuple_(h.waiting_key, h.id) < tuple_(mine["waiting_key"], mine["id"]),
                ),
            ),
        )
        return 1 + int(self.scalar(before))

    # Figures by name

    def get_meta(self, name: str) -> str | None:
        found = self.scalar(select(s.meta.c.value).where(s.meta.c.name == name))
        return str(found) if found is not None else None

    def set_meta(self, name: str, value: str) -> None:
        self.do(upsert(s.meta, self.dialect), {"name": name, "value": value})

    def count_up(self, name: str, by: int = 1) -> int:
        """Add to a counter, and return it."""
        total = int(self.get_meta(name) or "0") + by
        self.set_meta(name, str(total))
        return total


def _is_summary(*, yes: bool) -> ColumnElement[bool]:
    kind = s.due.c.kind
    return kind == str(DueKind.SUMMARY) if yes else kind != str(DueKind.SUMMARY)


def _item(row: RowMapping) -> DueItem:
    return DueItem(DueKind(row["kind"]), row["ref"], row["run_at"])


def _place(row: RowMapping) -> Place:
    return Place(row["id"], row["conversation_id"], (-row["priority"], row["waiting_key"], row["id"]))
