"""Due work: what must happen later, as rows (DESIGN section 9). A key names a row, so that it can be dropped."""

from dataclasses import dataclass
from enum import StrEnum


class DueKind(StrEnum):
    MATCH = "match"
    OFFER = "offer"
    GRACE = "grace"
    LOST = "lost"
    TURN = "turn"
    BURST = "burst"
    WRAP_UP = "wrap_up"
    MAX_WAIT = "max_wait"
    COMPLETION = "completion"
    IDLE = "idle"
    HOLD = "hold"
    SILENCE = "silence"
    FIRST_REPLY = "first_reply"
    ABANDON = "abandon"
    SUMMARY = "summary"
    ORPHAN = "orphan"
    ERASE = "erase"
    RETENTION = "retention"
    LEASE = "lease"
    HOURS = "hours"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Due:
    """Work of a kind about `ref` (a queue, offer, agent, turn, stint or hand-off) at or after `run_at`.

    `HOURS`: a queue opens or closes. `CLOSED`: a hand-off waits in a queue that is closed.

    Timers are unique by (kind, ref). `MATCH` rows are not: each event writes its own, so that writers
    never wait for each other, and the matcher takes all that it sees at once.
    """

    kind: DueKind
    ref: str
    run_at: int
