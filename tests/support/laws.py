"""The laws of DESIGN section 3, asked of a whole database: `check_laws(tx)` lists what breaks them.

It may be called between any two commits. `check_settled(tx)` says more: what must hold when no work is due.
The answers are worked out anew from the rows, not by the code that is judged.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, select

from batonpass.domain.agents import Agent, SlotUse
from batonpass.domain.conversation import Conversation, Entry, Stint, Turn
from batonpass.domain.handoff import SHARES, Exclusions, Handoff, Offer
from batonpass.domain.hold import Hold
from batonpass.domain.rules import Rules
from batonpass.domain.segments import Segment
from batonpass.store import rows
from batonpass.store import schema as s
from batonpass.store.tx import Tx


@dataclass(frozen=True, order=True)
class Breach:
    """A broken law, by its number in DESIGN section 3, and where. Routing rules of section 5 count as law 12."""

    law: int
    detail: str

    def __str__(self) -> str:
        return f"law {self.law}: {self.detail}"


@dataclass(frozen=True)
class DueRow:
    kind: str
    ref: str
    run_at: int


@dataclass(frozen=True)
class Told:
    """A webhook delivery."""

    endpoint: str
    conversation_id: str
    number: int
    topic: str
    seq: int | None
    state: str


@dataclass
class Talk:
    """One conversation and all that belongs to it, ended or not, in order of time."""

    row: Conversation
    entries: list[Entry]
    stints: list[Stint]
    handoffs: list[Handoff]
    offers: list[Offer]
    turns: list[Turn]
    slots: list[SlotUse]
    segments: list[Segment] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def live(self) -> list[Stint]:
        return [stint for stint in self.stints if stint.state == "live"]

    @property
    def pending(self) -> list[Handoff]:
        return [h for h in self.handoffs if h.state in ("requested", "queued", "offered", "accepted")]

    @property
    def passes(self) -> list[Handoff]:
        """Pending hand-offs that move the baton."""
        return [h for h in self.pending if h.kind not in SHARES]

    @property
    def shares(self) -> list[Handoff]:
        """Pending invitations and consultations."""
        return [h for h in self.pending if h.kind in SHARES]

    def by_handoff(self, handoff_id: str) -> list[Stint]:
        """The stints that a hand-off began, in order of time."""
        return [stint for stint in self.stints if stint.handoff_id == handoff_id]

    def open_offers(self, handoff_id: str) -> list[Offer]:
        return [o for o in self.offers if o.handoff_id == handoff_id and o.state == "open"]

    def stint(self, stint_id: str | None) -> Stint | None:
        return next((stint for stint in self.stints if stint.id == stint_id), None)

    def entry(self, kind: str, stint_id: str) -> Entry | None:
        """The entry of this kind about a stint: its added or removed one."""
        return next((e for e in self.entries if e.kind == kind and e.stint_id == stint_id), None)

    def customer_wrote(self, after: int) -> list[Entry]:
        """The customer's messages after a seq."""
        return [
            e for e in self.entries if e.kind == "message" and e.actor.type == "customer" and e.seq > after
        ]


@dataclass
class Database:
    """Everything, read in one transaction. `rules`: those that held all the time, where the reader knows.

    `present`: the rules that hold now, which say when queues are open. `limits`: how many chats of a queue an agent
    may have, by (queue, agent).
    """

    now: int
    talks: list[Talk]
    agents: dict[str, Agent]
    members: dict[str, dict[str, int]]
    passed_on: set[tuple[str, str, str]]
    due: list[DueRow]
    slots: list[SlotUse]
    left: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    surveys: list[Any] = field(default_factory=list)
    contacts: list[Any] = field(default_factory=list)
    dispositions: list[Any] = field(default_factory=list)
    receipts: list[Any] = field(default_factory=list)
    rules: Rules | None = None
    present: Rules = field(default_factory=Rules)
    limits: dict[tuple[str, str], int] = field(default_factory=dict)
    excused: frozenset[tuple[str, str]] = frozenset()
    """Slots, by agent and conversation, that were taken before the operator gave the agent less capacity."""

    def has_due(self, kind: str, ref: str) -> bool:
        return any(d.kind == kind and d.ref == ref for d in self.due)

    def due_at(self, kind: str, ref: str) -> int | None:
        return next((d.run_at for d in self.due if d.kind == kind and d.ref == ref), None)


Check = Callable[[Database], Iterator[Breach]]


def check_laws(tx: Tx, present: Rules | None = None) -> list[Breach]:
    """Return every breach in the database as it is, at any commit; an empty list is a lawful one."""
    return breaches(load(tx, present))


def check_settled(tx: Tx, present: Rules | None = None) -> list[Breach]:
    """Return every breach once all due work is done: those of `check_laws`, and whatever is left to do."""
    return unsettled(load(tx, present))


def breaches(database: Database) -> list[Breach]:
    """See `check_laws`."""
    from tests.support import (
        laws_customer,
        laws_figures,
        laws_handoffs,
        laws_hours,
        laws_life,
        laws_outbox,
        laws_routing,
        laws_state,
        laws_timeline,
    )

    checks: list[Check] = [
        *laws_timeline.CHECKS,
        *laws_state.CHECKS,
        *laws_handoffs.CHECKS,
        *laws_routing.CHECKS,
        *laws_figures.CHECKS,
        *laws_life.CHECKS,
        *laws_customer.CHECKS,
        *laws_outbox.CHECKS,
        *laws_hours.CHECKS,
    ]
    return sorted({breach for check in checks for breach in check(database)})


def unsettled(database: Database) -> list[Breach]:
    """See `check_settled`."""
    from tests.support import laws_hours, laws_routing

    late = [d for d in database.due if d.run_at <= database.now]
    left = [Breach(6, f"{d.kind} {d.ref} is due and was not done") for d in late]
    missed = [*laws_routing.nobody_is_forgotten(database), *laws_hours.nobody_waits_in_vain(database)]
    return sorted({*breaches(database), *left, *missed})


# Reading


def load(tx: Tx, present: Rules | None = None) -> Database:
    """Read the whole database; `present` are the rules that hold now."""
    stints = _by_talk([rows.value(Stint, r) for r in _all(tx, s.stints, "started_at", "epoch", "id")])
    excluded = _excluded(tx)
    handoffs = _by_talk(
        [rows.handoff(r, excluded[r["id"]]) for r in _all(tx, s.handoffs, "created_at", "id")]
    )
    offers = _by_talk([rows.value(Offer, r) for r in _all(tx, s.offers, "made_at", "id")])
    turns = _by_talk([rows.value(Turn, r) for r in _all(tx, s.turns, "started_at", "id")])
    slots = [rows.value(SlotUse, r) for r in _all(tx, s.slots, "agent_id", "slot_no")]
    entries = _by_talk([rows.entry(r) for r in _all(tx, s.entries, "conversation_id", "seq")])
    taken = _by_talk(slots)
    segments = _by_talk([rows.value(Segment, r) for r in _all(tx, s.segments, "started_at", "id")])
    holds = _by_talk([Hold(**r) for r in _all(tx, s.holds, "started_at", "id")])
    talks = [
        Talk(
            c,
            entries[c.id],
            stints[c.id],
            handoffs[c.id],
            offers[c.id],
            turns[c.id],
            taken[c.id],
            segments[c.id],
            holds[c.id],
        )
        for c in (rows.value(Conversation, r) for r in _all(tx, s.conversations, "created_at", "id"))
    ]
    members: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _all(tx, s.memberships, "queue_id", "agent_id"):
        members[row["queue_id"]][row["agent_id"]] = row["capacity_priority"]
    passed_on = {(r["conversation_id"], r["queue_id"], r["agent_id"]) for r in _all(tx, s.passed_on)}
    due = [DueRow(r["kind"], r["ref"], r["run_at"]) for r in _all(tx, s.due, "run_at", "id")]
    agents = tx.agents([r["id"] for r in _all(tx, s.agents)])
    found = Database(tx.now, talks, agents, dict(members), passed_on, due, slots)
    found.present = present or found.present
    limited = [row for row in _all(tx, s.memberships, "queue_id", "agent_id") if row["capacity"] is not None]
    found.limits = {(row["queue_id"], row["agent_id"]): row["capacity"] for row in limited}
    found.files = [row["id"] for row in _all(tx, s.attachments)]
    found.forgotten = [row["id"] for row in _all(tx, s.forgotten)]
    order = ("endpoint", "conversation_id", "number")
    columns = [f.name for f in fields(Told)]
    found.told = [
        Told(**{name: row[name] for name in columns}) for row in _all(tx, s.webhook_deliveries, *order)
    ]
    found.surveys = _all(tx, s.surveys, "asked_at", "id")
    found.contacts = _all(tx, s.contacts, "created_at", "id")
    found.dispositions = _all(tx, s.dispositions, "stint_id")
    found.receipts = _all(tx, s.receipts, "conversation_id", "reader")
    found.left = {r["customer_id"]: r["left_at"] for r in _all(tx, s.customers_left)}
    return found


def _all(tx: Tx, table: Table, *order: str) -> list[Any]:
    return list(tx.connection.execute(_everything(table, order)).mappings())


@cache
def _everything(table: Table, order: tuple[str, ...]) -> Select[Any]:
    return select(table).order_by(*[table.c[name] for name in order])


def _excluded(tx: Tx) -> dict[str, Exclusions]:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in _all(tx, s.exclusions):
        found[row["handoff_id"]][row["reason"]].add(row["agent_id"])
    excluded: dict[str, Exclusions] = defaultdict(Exclusions)
    for handoff_id, reasons in found.items():
        excluded[handoff_id] = Exclusions(**{name: frozenset(ids) for name, ids in reasons.items()})
    return excluded


def _by_talk(items: list[Any]) -> dict[str, list[Any]]:
    sorted_out: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        sorted_out[item.conversation_id].append(item)
    return sorted_out


def twice(items: list[Any]) -> list[Any]:
    """What stands more than once in a list."""
    return [item for item, count in Counter(items).items() if count > 1]
