"""How agents came in: the packets of each join, and up to where each agent may and must have read."""

from dataclasses import dataclass, field
from typing import Any, Literal

from .record import Happening, Record, good
from .views import ADDED, CONTEXT, Span, Timeline, transcript

GREET = "conversation.greet"
READY = "stint.ready"
FOREVER = 2**62

What = Literal["added", "context", "greet", "ready", "ready_ok"]
_PACKETS: dict[str, What] = {ADDED: "added", CONTEXT: "context", GREET: "greet"}


@dataclass(frozen=True, slots=True)
class Packet:
    """One step of a join: a packet from the server, the client's `stint.ready`, or its reply."""

    at: float
    conn: int
    what: What


@dataclass(slots=True)
class Join:
    """What one agent's client got and said when its stint began. `told`: the seqs of the transcript."""

    client: str
    stint: str
    conversation: str = ""
    packets: list[Packet] = field(default_factory=list)
    boundary: int | None = None
    handoff: dict[str, Any] = field(default_factory=dict)
    told: list[int] = field(default_factory=list)
    truncated_before: int | None = None
    role: str = ""

    def first(self, what: What) -> Packet | None:
        return next((packet for packet in self.packets if packet.what == what), None)


Joins = dict[str, Join]


def collect(record: Record) -> Joins:
    """Return the joins by stint."""
    joins: Joins = {}
    for client in record.agents():
        for happening in record.of(client):
            if happening.kind == "hears" and happening.name in _PACKETS:
                _packet(joins, client, happening)
            elif happening.name == READY and happening.kind != "hears":
                _ready(joins, happening)
    return joins


def _packet(joins: Joins, client: str, happening: Happening) -> None:
    envelope = happening.body
    if isinstance(envelope.get("seq"), int):
        return
    data = envelope.get("data") or {}
    join = joins.setdefault(data["stint_id"], Join(client, data["stint_id"]))
    join.conversation = join.conversation or envelope.get("conversation_id") or ""
    join.packets.append(Packet(happening.at, happening.conn, _PACKETS[happening.name]))
    join.role = join.role or str(data.get("role") or "")
    if happening.name == CONTEXT and join.boundary is None:
        join.boundary = data["boundary_seq"]
        join.handoff = data.get("handoff") or {}
        join.told = [entry.number for entry in transcript(data)]
        join.truncated_before = data.get("truncated_before")


def _ready(joins: Joins, happening: Happening) -> None:
    asked = happening.body if happening.kind == "says" else happening.request
    join = joins.get(asked["stint_id"])
    if join is None:
        return
    if happening.kind == "says":
        join.packets.append(Packet(happening.at, happening.conn, "ready"))
    elif good(happening.body):
        join.packets.append(Packet(happening.at, happening.conn, "ready_ok"))


def by_reader(joins: Joins) -> dict[tuple[str, str], list[Join]]:
    """Return the joins by (client, conversation), the earliest first."""
    found: dict[tuple[str, str], list[Join]] = {}
    for join in joins.values():
        found.setdefault((join.client, join.conversation), []).append(join)
    for group in found.values():
        group.sort(key=lambda join: join.packets[0].at)
    return found


def must_reach(timeline: Timeline, mine: list[Join]) -> int:
    """The seq up to which an agent must have seen everything: its last removed entry, no end while it is in.

    Only stints whose context arrived count: before, it knew nothing of them.
    """
    return max((_must_reach(timeline, join) for join in mine if join.boundary is not None), default=0)


def may_reach(timeline: Timeline, join: Join) -> int:
    """The last seq this stint may read: the end of the commit that ended it (WALK rule p)."""
    span = timeline.stints.get(join.stint)
    return FOREVER if span is None else last_of(timeline, span)


def last_of(timeline: Timeline, span: Span) -> int:
    """The last seq of the commit that ended a stint; no end while it is in."""
    return FOREVER if span.removed is None else timeline.tail(span.removed)


def _must_reach(timeline: Timeline, join: Join) -> int:
    span = timeline.stints.get(join.stint)
    if span is None:
        return join.boundary or 0
    return FOREVER if span.removed is None else span.removed
