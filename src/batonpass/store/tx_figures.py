"""What reports count, written in the transactions of the use cases and read in whole windows of time."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select

from batonpass.app.ports_figures import Gauges, Load
from batonpass.domain.figures import Chance, Chat, Coded, Passed, Rated, Served
from batonpass.domain.segments import Came, Segment
from batonpass.store import rows
from batonpass.store import schema as s
from batonpass.store.statements import upsert
from batonpass.store.tx_base import Queries

LOST = [str(Came.ABANDONED), str(Came.CONTACT_LEFT), str(Came.UNANSWERED)]


class FigureQueries(Queries):
    """Segments, and the rows that insights are made of. Windows are `[since, until)`, by when things began."""

    def open_segments(self, handoff_ids: Sequence[str]) -> list[Segment]:
        """The stretches of waiting of these hand-offs that have not ended."""
        if not handoff_ids:
            return []
        g = s.segments.c
        wanted = select(s.segments).where(g.handoff_id.in_(handoff_ids), g.ended_at.is_(None))
        return [rows.value(Segment, row) for row in self.rows(wanted)]

    def put_segments(self, segments: Sequence[Segment]) -> None:
        """Write segments, the ended ones first."""
        for segment in segments:
            self.do(upsert(s.segments, self.dialect), rows.columns(segment))

    def segments_between(self, since: int, until: int) -> list[Segment]:
        g = s.segments.c
        wanted = select(s.segments).where(g.started_at >= since, g.started_at < until)
        return [rows.value(Segment, row) for row in self.rows(wanted.order_by(g.started_at, g.id))]

    def chats_between(self, since: int, until: int, most: int) -> int:
        """How many conversations began in the window, counted up to `most`."""
        c = s.conversations.c
        some = select(c.id).where(c.created_at >= since, c.created_at < until).limit(most).subquery()
        return int(self.scalar(select(func.count()).select_from(some)))

    def chats(self, since: int, until: int, recontact_ms: int) -> list[Chat]:
        """Conversations with their course: who held them in order, and whether the customer soon came back."""
        c = s.conversations.c
        window = (c.created_at >= since, c.created_at < until)
        wanted = select(c.id, c.queue_id, c.created_at, c.closed_at, c.close_reason, c.customer_id, c.status)
        found = self.connection.execute(wanted.where(*window).order_by(c.created_at, c.id)).all()
        begun = self._begun(since, until + recontact_ms)
        holders, entered, lost = self._holders(window), self._entered(window), self._lost(window)
        return [
            Chat(
                id=row.id,
                queue_id=entered.get(row.id, row.queue_id),
                at=row.created_at,
                closed=row.status == "closed",
                close_reason=row.close_reason or "",
                holders=tuple(holders[row.id]),
                lost=row.id in lost,
                again=_again(row, begun[row.customer_id], recontact_ms),
            )
            for row in found
        ]

    def _begun(self, since: int, until: int) -> dict[str, list[int]]:
        """When each customer began conversations."""
        c = s.conversations.c
        begun: dict[str, list[int]] = defaultdict(list)
        wanted = select(c.customer_id, c.created_at).where(c.created_at >= since, c.created_at < until)
        for customer_id, at in self.connection.execute(wanted):
            begun[customer_id].append(at)
        return begun

    def _holders(self, window: tuple[Any, ...]) -> dict[str, list[tuple[bool, str]]]:
        t, h, c = s.stints.c, s.handoffs.c, s.conversations.c
        wanted = (
            select(t.conversation_id, t.bot, h.kind)
            .join_from(s.stints, s.handoffs, h.id == t.handoff_id)
            .join(s.conversations, c.id == t.conversation_id)
            .where(*window, t.role == "holder")
            .order_by(t.conversation_id, t.epoch)
        )
        holders: dict[str, list[tuple[bool, str]]] = defaultdict(list)
        for conversation_id, bot, kind in self.connection.execute(wanted):
            holders[conversation_id].append((bool(bot), str(kind)))
        return holders

    def _entered(self, window: tuple[Any, ...]) -> dict[str, str]:
        """The queue that each conversation entered first."""
        return dict(
            self._of_waits(window, s.segments.c.preceded_by.is_(None), s.segments.c.kind == "arrival")
        )

    def _lost(self, window: tuple[Any, ...]) -> set[str]:
        """Conversations that waited in vain."""
        g = s.segments.c
        return {found for found, _ in self._of_waits(window, g.alone, g.outcome.in_(LOST))}

    def _of_waits(self, window: tuple[Any, ...], *which: Any) -> list[tuple[str, str]]:
        g, c = s.segments.c, s.conversations.c
        wanted: Select[Any] = select(g.conversation_id, g.queue_id)
        wanted = wanted.join_from(s.segments, s.conversations, c.id == g.conversation_id)
        return [(cid, queue_id) for cid, queue_id in self.connection.execute(wanted.where(*window, *which))]

    def served(self, since: int, until: int) -> list[Served]:
        """Stints, observers' too."""
        t, h = s.stints.c, s.handoffs.c
        wanted = (
            select(
                t.id, t.agent_id, t.bot, t.role, t.queue_id, h.kind, t.started_at, t.ended_at,
                t.wrapped_up_at, (t.state == "wrap_up").label("wrapping_up"),
            )
            .join_from(s.stints, s.handoffs, h.id == t.handoff_id)
            .where(t.started_at >= since, t.started_at < until)
            .order_by(t.started_at, t.id)
        )  # fmt: skip
        return [Served(*row) for row in self.connection.execute(wanted)]

    def passed_between(self, since: int, until: int) -> list[Passed]:
        h = s.handoffs.c
        wanted = (
            select(h.kind, h.target_type, h.state, h.reason, h.queue_id, h.giver_agent_id, h.created_at)
            .where(h.created_at >= since, h.created_at < until)
            .order_by(h.created_at, h.id)
        )
        return [Passed(*row) for row in self.connection.execute(wanted)]

    def chances(self, since: int, until: int) -> list[Chance]:
        """Offers."""
        o, h = s.offers.c, s.handoffs.c
        wanted = (
            select(o.agent_id, h.queue_id, h.kind, o.state, o.made_at, o.ended_at)
            .join_from(s.offers, s.handoffs, h.id == o.handoff_id)
            .where(o.made_at >= since, o.made_at < until)
            .order_by(o.made_at, o.id)
        )
        return [Chance(*row) for row in self.connection.execute(wanted)]

    def gauges(self) -> Gauges:
        """How things stand now. It reads what is live, not what was."""
        g, t, d = s.segments.c, s.stints.c, s.due.c
        agents = self.agents_now()
        waiting = select(g.queue_id, func.count(), func.min(g.started_at)).where(g.ended_at.is_(None))
        live = select(t.bot, func.count()).where(t.role == "holder", t.state == "live").group_by(t.bot)
        late = select(func.min(d.run_at)).where(
            d.run_at <= self.now, or_(d.lease_until.is_(None), d.lease_until <= self.now)
        )
        here = [a for a in agents if a[2] and a[1] == "available" and a[3] is not None]
        return Gauges(
            now=self.now,
            waiting=[tuple(row) for row in self.connection.execute(waiting.group_by(g.queue_id))],
            live=[(bool(bot), count) for bot, count in self.connection.execute(live)],
            agents=[(*key, count) for key, count in Counter(agent[:3] for agent in agents).items()],
            slots_used=int(self.scalar(select(func.count()).select_from(s.slots))),
            slots=sum(capacity or 0 for _, _, _, capacity in here),
            due=[
                tuple(row) for row in self.connection.execute(select(d.kind, func.count()).group_by(d.kind))
            ],
            due_since=self.scalar(late),
            sweep_found_work=self._meta_number("sweep_found_work"),
        )

    def loads(self, agent_ids: Sequence[str]) -> list[Load]:
        """What these agents have now, queue by queue."""
        t, o, h = s.stints.c, s.offers.c, s.handoffs.c
        found: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
        stints = (
            select(t.agent_id, t.queue_id, t.state, func.count())
            .where(t.agent_id.in_(agent_ids), t.state.in_(["live", "wrap_up"]), t.role != "observer")
            .group_by(t.agent_id, t.queue_id, t.state)
        )
        for agent_id, queue_id, state, count in self.connection.execute(stints):
            found[agent_id, queue_id][state] = count
        offers = (
            select(o.agent_id, h.queue_id, func.count(), func.min(o.deadline_at))
            .join(s.handoffs, h.id == o.handoff_id)
            .where(o.state == "open", o.agent_id.in_(agent_ids))
            .group_by(o.agent_id, h.queue_id)
        )
        for agent_id, queue_id, count, until in self.connection.execute(offers):
            found[agent_id, queue_id] |= {"offered": count, "offer_until": until}
        return [Load(*key, **counts) for key, counts in sorted(found.items())]

    def agents_now(self) -> list[tuple[str, str, bool, int | None]]:
        """Kind, presence, whether it is connected, and capacity of each agent that is enabled."""
        a = s.agents.c
        here = set(self.connection.execute(select(s.connections.c.agent_id).distinct()).scalars())
        wanted = select(a.id, a.kind, a.presence, a.capacity).where(a.enabled)
        found = self.connection.execute(wanted)
        return [(str(kind), str(presence), i in here, capacity) for i, kind, presence, capacity in found]

    def _meta_number(self, name: str) -> int:
        return int(self.scalar(select(s.meta.c.value).where(s.meta.c.name == name)) or 0)

    def rated(self, since: int, until: int) -> list[Rated]:
        """Questions to customers."""
        v = s.surveys.c
        wanted = self._of_stints(v, v.agent_id, v.queue_id, s.handoffs.c.kind, v.asked_at, v.score)
        wanted = wanted.where(v.asked_at >= since, v.asked_at < until).order_by(v.asked_at, v.stint_id)
        return [Rated(*row) for row in self.connection.execute(wanted)]

    def coded(self, since: int, until: int) -> list[Coded]:
        """What stints were about."""
        d = s.dispositions.c
        wanted = self._of_stints(d, d.agent_id, d.queue_id, s.handoffs.c.kind, d.at, d.code)
        wanted = wanted.where(d.at >= since, d.at < until).order_by(d.at, d.stint_id)
        return [Coded(*row) for row in self.connection.execute(wanted)]

    def _of_stints(self, named: Any, *columns: Any) -> Select[Any]:
        """Columns of a table that has a row a stint, with the hand-off that began it."""
        t, h = s.stints.c, s.handoffs.c
        return select(*columns).join(s.stints, t.id == named.stint_id).join(s.handoffs, h.id == t.handoff_id)


def _again(row: Any, begun: Sequence[int], recontact_ms: int) -> bool:
    """Whether this customer began another conversation within a time after this one ended."""
    return row.closed_at is not None and any(
        row.closed_at <= at <= row.closed_at + recontact_ms and at > row.created_at for at in begun
    )
