"""Agents, memberships, connections, customers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, select, update

from batonpass.app.ports import AgentRow, MemberRow
from batonpass.domain.agents import Agent, AgentKind, Presence, SlotUse
from batonpass.domain.routing import Candidate
from batonpass.store import schema as s
from batonpass.store.statements import (
    agents_by_id,
    insert_ignore,
    queues_of_agents,
    reachable_agents,
    upsert,
    used_slots,
)
from batonpass.store.tx_base import Queries


class AgentQueries(Queries):
    """Who serves, in which queues, and who can be reached."""

    def apply_config(self, agents: Sequence[AgentRow], members: Sequence[MemberRow]) -> None:
        """Make the declared agents and memberships the ones there are; others are disabled, their history stays.

        Only rows that differ are written: whoever claims one of the others waits for nobody.
        """
        before, old = self.declared()
        wanted = {row.id: row for row in agents}
        for agent_id in sorted(before.keys() | wanted.keys()):
            row = wanted.get(agent_id)
            if row is None:
                values = {"enabled": False, "supervisor": False}
                self.do(update(s.agents).where(s.agents.c.id == agent_id).values(**values))
            elif row != before.get(agent_id) and not self._declare(row):
                self.do(s.agents.insert(), self._new_agent(row))
        m = s.memberships.c
        for gone in sorted(old - set(members), key=lambda row: (row.queue_id, row.agent_id)):
            mine = (m.queue_id == gone.queue_id, m.agent_id == gone.agent_id)
            self.do(delete(s.memberships).where(*mine))
        new = [
            {
                "queue_id": row.queue_id,
                "agent_id": row.agent_id,
                "capacity_priority": row.capacity_priority,
                "capacity": row.capacity,
            }
            for row in members
            if row not in old
        ]
        if new:
            self.do(s.memberships.insert(), new)

    def declared(self) -> tuple[dict[str, AgentRow], set[MemberRow]]:
        """The agents and memberships that the configuration has declared."""
        agents = self.rows(select(s.agents).where(s.agents.c.enabled))
        members = self.rows(select(s.memberships))
        return {row["id"]: _declared(row) for row in agents}, {MemberRow(**row) for row in members}

    def kinds(self, agent_ids: Iterable[str]) -> dict[str, AgentKind]:
        """Bot or representative, of agents there are or were."""
        found = select(s.agents.c.id, s.agents.c.kind).where(s.agents.c.id.in_(sorted(agent_ids)))
        return {agent_id: AgentKind(kind) for agent_id, kind in self.connection.execute(found)}

    def slots_of(self, agent_id: str) -> list[SlotUse]:
        """The slots an agent uses, over all conversations."""
        wanted = select(s.slots).where(s.slots.c.agent_id == agent_id).order_by(s.slots.c.slot_no)
        return [SlotUse(**row) for row in self.rows(wanted)]

    def add_agent(self, row: AgentRow) -> None:
        """Add one agent, if it is not there, and leave all others as they are."""
        self.do(insert_ignore(s.agents, self.dialect), self._new_agent(row))

    def _declare(self, row: AgentRow) -> bool:
        declared = {
            "kind": str(row.kind),
            "name": row.name,
            "capacity": row.capacity,
            "skills": sorted(row.skills),
            "supervisor": row.supervisor,
            "enabled": True,
        }
        return self.do(update(s.agents).where(s.agents.c.id == row.id).values(**declared)) > 0

    def _new_agent(self, row: AgentRow) -> dict[str, Any]:
        bot = row.kind is AgentKind.BOT
        presence = Presence.AVAILABLE if bot else Presence.AWAY
        return {
            "id": row.id,
            "kind": str(row.kind),
            "name": row.name,
            "capacity": row.capacity,
            "skills": sorted(row.skills),
            "supervisor": row.supervisor,
            "presence": str(presence),
            "idle_since": self.now,
            "asked_at": 0,
            "enabled": True,
        }

    def agent(self, agent_id: str, *, lock: bool = False) -> Agent | None:
        """One agent as it is now; with `lock`, held until the transaction ends."""
        if lock:
            self.lock_agents([agent_id])
        return self.agents([agent_id]).get(agent_id)

    def lock_agents(self, agent_ids: Iterable[str]) -> None:
        """Hold these agents until the transaction ends, in the order of their ids. SQLite has one writer."""
        wanted = sorted(set(agent_ids))
        if wanted and self.dialect != "sqlite":
            a = s.agents.c
            self.rows(select(a.id).where(a.id.in_(wanted)).order_by(a.id).with_for_update(key_share=True))

    def agents(self, agent_ids: Iterable[str]) -> dict[str, Agent]:
        wanted = sorted(set(agent_ids))
        if not wanted:
            return {}
        rows = self.rows(agents_by_id(), ids=wanted)
        return {agent.id: agent for agent in self._complete(rows, wanted)}

    def all_agents(self) -> list[Agent]:
        rows = self.rows(select(s.agents).where(s.agents.c.enabled).order_by(s.agents.c.id))
        return self._complete(rows, [row["id"] for row in rows])

    def _complete(self, rows: Sequence[RowMapping], ids: Sequence[str]) -> list[Agent]:
        binds = {"ids": ids}
        reachable = set(self.connection.execute(reachable_agents(), binds).scalars())
        used: dict[str, set[int]] = defaultdict(set)
        for agent_id, slot_no in self.connection.execute(used_slots(), binds):
            used[agent_id].add(slot_no)
        queues: dict[str, list[str]] = defaultdict(list)
        for agent_id, queue_id in self.connection.execute(queues_of_agents(), binds):
            queues[agent_id].append(queue_id)
        return [_agent(row, row["id"] in reachable, used[row["id"]], queues[row["id"]]) for row in rows]

    def candidates(self, queue_id: str) -> list[Candidate]:
        """The members of a queue as they are now."""
        return self._candidates(queue_id, s.memberships.c.queue_id == queue_id)

    def candidate(self, queue_id: str, agent_id: str) -> Candidate | None:
        """A member of a queue as it is now."""
        m = s.memberships.c
        found = self._candidates(queue_id, and_(m.queue_id == queue_id, m.agent_id == agent_id))
        return next(iter(found), None)

    def _candidates(self, queue_id: str, which: ColumnElement[bool]) -> list[Candidate]:
        m = s.memberships.c
        members = self.rows(select(m.agent_id, m.capacity_priority, m.capacity).where(which))
        ranks = {row["agent_id"]: row["capacity_priority"] for row in members}
        limits = {row["agent_id"]: row["capacity"] for row in members if row["capacity"] is not None}
        here = self._slots_for(queue_id, sorted(limits)) if limits else {}
        return [
            Candidate(agent, ranks[agent.id], limits.get(agent.id), here.get(agent.id, 0))
            for agent in self.agents(ranks).values()
        ]

    def _slots_for(self, queue_id: str, agent_ids: Sequence[str]) -> dict[str, int]:
        """How many slots these agents use for chats of a queue: of stints that it gave, and of offers of it."""
        u, t, o, h = s.slots.c, s.stints.c, s.offers.c, s.handoffs.c
        held = select(u.agent_id).join(s.stints, t.id == u.stint_id)
        held = held.where(u.agent_id.in_(agent_ids), t.queue_id == queue_id)
        offered = select(u.agent_id).join(s.offers, o.id == u.offer_id).join(s.handoffs, h.id == o.handoff_id)
        offered = offered.where(u.agent_id.in_(agent_ids), h.queue_id == queue_id)
        return Counter(self.connection.execute(held.union_all(offered)).scalars())

    # Presence

    def set_presence(self, agent_id: str, presence: Presence) -> None:
        self.do(update(s.agents).where(s.agents.c.id == agent_id).values(presence=str(presence)))

    def mark_idle(self, agent_ids: Iterable[str]) -> None:
        wanted = sorted(agent_ids)
        if len(wanted) > 1:
            self.lock_agents(wanted)  # an UPDATE of several locks them in any order
        if wanted:
            self.do(update(s.agents).where(s.agents.c.id.in_(wanted)).values(idle_since=self.now))

    def mark_asked(self, agent_ids: Iterable[str]) -> None:
        """Note whose turn it was in a queue that asks its members in turn."""
        wanted = sorted(agent_ids)
        if wanted:
            self.do(update(s.agents).where(s.agents.c.id.in_(wanted)).values(asked_at=self.now))

    def clear_missed(self, agent_id: str) -> None:
        """Coming back clears missed exclusions, so that a team of one is never stranded (DESIGN section 5)."""
        x = s.exclusions.c
        self.do(delete(s.exclusions).where(x.agent_id == agent_id, x.reason == "missed"))

    def connect(self, sid: str, agent_id: str, node: str) -> None:
        values = {"sid": sid, "agent_id": agent_id, "node": node, "opened_at": self.now}
        self.do(upsert(s.connections, self.dialect), values)

    def disconnect(self, sid: str) -> str | None:
        """Forget a connection; whose it was, or None when it was forgotten before."""
        c = s.connections.c
        found = self.scalar(delete(s.connections).where(c.sid == sid).returning(c.agent_id))
        return str(found) if found is not None else None

    def clear_connections(self, node: str) -> None:
        self.do(delete(s.connections).where(s.connections.c.node == node))

    def forget_connections(self, agent_id: str) -> None:
        """Forget all connections of an agent: it may have none any more."""
        self.do(delete(s.connections).where(s.connections.c.agent_id == agent_id))

    def connections_of(self, node: str, before: int) -> list[str]:
        """Connections of a node that were opened before a time."""
        c = s.connections.c
        wanted = select(c.sid).where(c.node == node, c.opened_at < before)
        return [str(sid) for sid in self.connection.execute(wanted).scalars()]

    def connected_agents(self) -> list[str]:
        found = select(s.connections.c.agent_id).distinct().order_by(s.connections.c.agent_id)
        return [str(agent_id) for agent_id in self.connection.execute(found).scalars()]

    # Customers

    def add_customer(self, customer_id: str, token_hash: str) -> None:
        values = {"id": customer_id, "token_hash": token_hash, "created_at": self.now}
        self.do(s.customers.insert(), values)

    def lock_customer(self, customer_id: str) -> None:
        self.row(
            select(s.customers.c.id).where(s.customers.c.id == customer_id).with_for_update(key_share=True)
        )


def _declared(row: RowMapping) -> AgentRow:
    kind, skills = AgentKind(row["kind"]), tuple(sorted(row["skills"]))
    return AgentRow(row["id"], kind, row["name"], row["capacity"], skills, bool(row["supervisor"]))


def _agent(row: RowMapping, reachable: bool, used: set[int], queues: list[str]) -> Agent:
    return Agent(
        id=row["id"],
        kind=AgentKind(row["kind"]),
        name=row["name"],
        capacity=row["capacity"],
        presence=Presence(row["presence"]),
        reachable=reachable and bool(row["enabled"]),
        queues=tuple(queues),
        used=frozenset(used),
        skills=frozenset(row["skills"]),
        idle_since=row["idle_since"],
        asked_at=row["asked_at"],
        supervisor=bool(row["supervisor"]),
    )
