"""What the figures need of a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from batonpass.domain.figures import Chance, Chat, Coded, Passed, Rated, Served
from batonpass.domain.segments import Segment


@dataclass(frozen=True, slots=True)
class Gauges:
    """How things stand now. `waiting`: queue, hand-offs there, when the oldest wait began. `live`: whether bots, how
    many hold. `agents`: kind, presence, reachable, how many. `due`: kind, rows; `due_since`: the oldest that is late."""

    now: int
    waiting: list[tuple[str, int, int]]
    live: list[tuple[bool, int]]
    agents: list[tuple[str, str, bool, int]]
    slots_used: int
    slots: int
    due: list[tuple[str, int]]
    due_since: int | None
    sweep_found_work: int


@dataclass(frozen=True, slots=True)
class Load:
    """What one agent has now of one queue: chats that it holds or helps in, after-work, open offers.

    `offer_until` is the deadline of the first offer that ends, in ms.
    """

    agent_id: str
    queue_id: str
    live: int = 0
    wrap_up: int = 0
    offered: int = 0
    offer_until: int | None = None


class Figures(Protocol):
    """Segments, written with what they are about; and all rows of a window, by when they began."""

    def open_segments(self, handoff_ids: Sequence[str]) -> list[Segment]: ...
    def put_segments(self, segments: Sequence[Segment]) -> None: ...
    def segments_between(self, since: int, until: int) -> list[Segment]: ...
    def chats_between(self, since: int, until: int, most: int) -> int: ...
    def chats(self, since: int, until: int, recontact_ms: int) -> list[Chat]: ...
    def served(self, since: int, until: int) -> list[Served]: ...
    def passed_between(self, since: int, until: int) -> list[Passed]: ...
    def chances(self, since: int, until: int) -> list[Chance]: ...
    def rated(self, since: int, until: int) -> list[Rated]: ...
    def gauges(self) -> Gauges: ...
    def loads(self, agent_ids: Sequence[str]) -> list[Load]: ...
    def coded(self, since: int, until: int) -> list[Coded]: ...
