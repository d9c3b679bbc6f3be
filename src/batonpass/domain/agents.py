"""Agents as routing and the baton see them: kind, presence, capacity, slots."""

import itertools
from dataclasses import dataclass
from enum import StrEnum


class AgentKind(StrEnum):
    BOT = "bot"
    REPRESENTATIVE = "representative"


class Presence(StrEnum):
    """What the agent chose, or what a missed offer chose for it. Reachability is another matter."""

    AVAILABLE = "available"
    AWAY = "away"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Agent:
    """Who serves. `capacity` counts slots; a bot without a limit has None and uses none.

    `used` are the slot numbers taken now, over all conversations. A number above `capacity` is a supervisor's
    explicit act. `asked_at`: when a queue that asks in turn asked it last, in ms.
    `supervisor`: may read and act on every conversation.
    """

    id: str
    kind: AgentKind
    name: str
    capacity: int | None
    presence: Presence
    reachable: bool
    queues: tuple[str, ...] = ()
    used: frozenset[int] = frozenset()
    skills: frozenset[str] = frozenset()
    idle_since: int = 0
    asked_at: int = 0
    supervisor: bool = False

    @property
    def bot(self) -> bool:
        return self.kind is AgentKind.BOT

    @property
    def limited(self) -> bool:
        """Whether it serves through slots: every representative, and bots with a limit."""
        return self.capacity is not None

    def free_slot(self) -> int | None:
        """The lowest free slot number, or None when as many are used as there are.

        Over capacity, a low number may be free while one above it is taken: that is no free slot (law 5).
        """
        if self.capacity is None or len(self.used) >= self.capacity:
            return None
        return next((n for n in range(1, self.capacity + 1) if n not in self.used), None)

    def slot_above(self) -> int:
        """The lowest free number above capacity, for the one act that may use it (law 5)."""
        return next(n for n in itertools.count((self.capacity or 0) + 1) if n not in self.used)


@dataclass(frozen=True, slots=True)
class SlotUse:
    """One slot of one agent, taken for one conversation by an offer or by a stint."""

    agent_id: str
    slot_no: int
    conversation_id: str
    offer_id: str | None = None
    stint_id: str | None = None
