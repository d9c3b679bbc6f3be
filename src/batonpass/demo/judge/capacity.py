"""Law 5: no representative ever has more conversations than slots, counted from its own frames.

A conversation uses one slot from its offer, or its stint's start, to the last end of both and of the wrap-up.
The frames of two commits may arrive crossed, so an excess counts only when the server's own times say the
same: some moment at which more conversations than slots were in hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .record import Finding, Happening, Record
from .views import CONTEXT

# Two commits of one slot may carry the same millisecond, or times a lock's wait apart.
TOLERANCE_MS = 10.0

KEEPS_A_SLOT = {"holder", "helper", "consulted"}


@dataclass(slots=True)
class Use:
    """One offer or stint in hand. `end` None while it lasts."""

    id: str
    conversation: str
    begin: float
    end: float | None = None


class Hands:
    """What one representative has in hand, frame by frame."""

    def __init__(self, client: str, capacity: int) -> None:
        self.client = client
        self.capacity = capacity
        self.uses: dict[str, Use] = {}
        self._suspects: list[list[str]] = []
        self.said: list[str] = []

    def hear(self, happening: Happening) -> None:
        """Take one frame into account."""
        envelope = happening.body
        data, at = envelope.get("data") or {}, instant(envelope.get("at"))
        match happening.name:
            case "offer.made":
                offer = data["offer"]
                self._begin(offer["offer_id"], offer["conversation_id"], at)
            case "offer.ended":
                self._end(data["offer_id"], at)
            case "stint.updated":
                self._stint(data["stint"], at)
            case "session.snapshot":
                self._snapshot(data, at)
            case _ if happening.name == CONTEXT:
                self._begin(data["stint_id"], envelope["conversation_id"], at)
        self._count()

    def _stint(self, stint: dict[str, str], at: float | None) -> None:
        if stint["state"] == "ended":
            self._end(stint["stint_id"], at)

    def _begin(self, name: str, conversation: str, at: float | None) -> None:
        if name not in self.uses:
            self.uses[name] = Use(name, conversation, at or 0.0)

    def _end(self, name: str, at: float | None) -> None:
        use = self.uses.get(name)
        if use is not None and use.end is None:
            use.end = at if at is not None else use.begin

    def _snapshot(self, data: dict[str, Any], at: float | None) -> None:
        """A snapshot is all there is: what it leaves out has ended, nobody knows when, and proves nothing."""
        stints = [s for s in data.get("stints", []) if s["state"] != "ended"]
        offers = data.get("offers", [])
        there = {s["stint_id"] for s in stints} | {o["offer_id"] for o in offers}
        for use in self.uses.values():
            if use.end is None and use.id not in there:
                use.end = use.begin
        for stint in stints:
            if stint["role"] in KEEPS_A_SLOT:
                self._begin(stint["stint_id"], stint["conversation_id"], instant(stint["started_at"]) or at)
        for offer in offers:
            self._begin(offer["offer_id"], offer["conversation_id"], at)
        used = data.get("slots_used")
        if isinstance(used, int) and used > self.capacity:
            self.said.append(f"the snapshot says {used} slots used of {self.capacity}")

    def _count(self) -> None:
        in_hand = [use for use in self.uses.values() if use.end is None]
        if len({use.conversation for use in in_hand}) > self.capacity:
            self._suspects.append([use.id for use in in_hand])

    def excesses(self) -> Iterator[str]:
        """Yield each group of conversations that were too many at one time, by the server's times too."""
        known: set[frozenset[str]] = set()
        for names in self._suspects:
            uses = [self.uses[name] for name in names]
            conversations = frozenset(use.conversation for use in uses)
            if conversations not in known and self._together(uses):
                known.add(conversations)
                yield f"{len(conversations)} conversations in hand with capacity {self.capacity}"

    def _together(self, uses: list[Use]) -> bool:
        """Whether more than `capacity` of them were in hand at one moment, as long as the tolerance."""
        for moment in [use.begin for use in uses]:
            there = {u.conversation for u in uses if _lasts(u, moment, moment + TOLERANCE_MS)}
            if len(there) > self.capacity:
                return True
        return False


def _lasts(use: Use, begin: float, end: float) -> bool:
    return use.begin <= begin and (use.end is None or use.end >= end)


def instant(text: object) -> float | None:
    """Return an RFC 3339 time as milliseconds since the epoch."""
    if not isinstance(text, str) or not text:
        return None
    return datetime.fromisoformat(text).timestamp() * 1000


def violations(record: Record) -> list[Finding]:
    """Return a finding for each excess of each representative."""
    findings = []
    for client in record.plan.clients.values():
        if client.capacity is None or client.customer:
            continue
        hands = Hands(client.name, client.capacity)
        for happening in record.of(client.name):
            if happening.kind == "hears":
                hands.hear(happening)
        findings += [
            Finding("capacity_violations", "", client.name, what)
            for what in [*dict.fromkeys(hands.said), *hands.excesses()]
        ]
    return findings
