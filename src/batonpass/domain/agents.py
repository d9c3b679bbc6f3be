"""Agents as routing and the baton see them: kind, presence, capacity, slots."""

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

    `used` are the slot numbers taken now, over all conversations.
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

    @property
    def bot(self) -> bool:
        return self.kind is AgentKind.BOT

    @property
    def limited(self) -> bool:
        """Whether it serves through slots: every representative, and bots with a limit."""
        return self.capacity is not None

    def free_slot(self) -> int | None:
        """The lowest free slot number, or None when all are used."""
        if self.capacity is None:
            return None
        return next((n for n in range(1, self.capacity + 1) if n not in self.used), None)


@dataclass(frozen=True, slots=True)
class SlotUse:
    """One slot of one agent, taken for one conversation by an offer or by a stint."""

    agent_id: str
    slot_no: int
    conversation_id: str
    offer_id: str | None = None
    stint_id: str | None = None
