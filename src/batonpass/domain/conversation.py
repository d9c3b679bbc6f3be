"""A conversation, the stints on it, and the entries of its one timeline."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """`OPEN` waits, `ACTIVE` has a holder, `HELD` is parked, `CLOSED` is over."""

    OPEN = "open"
    ACTIVE = "active"
    HELD = "held"
    CLOSED = "closed"


class Role(StrEnum):
    """What an agent may do in a stint. Only `HOLDER` and `HELPER` speak to the customer."""

    HOLDER = "holder"
    HELPER = "helper"
    CONSULTED = "consulted"
    OBSERVER = "observer"


class StintState(StrEnum):
    """`WRAP_UP` keeps the slot and hears nothing new."""

    LIVE = "live"
    WRAP_UP = "wrap_up"
    ENDED = "ended"


class EntryKind(StrEnum):
    """What a line of the timeline is. Their wire names are in `protocol`."""

    MESSAGE = "message"
    ADDED = "added"
    REMOVED = "removed"
    NOTICE = "notice"
    DRAFT = "draft"
    NOTE = "note"
    ACT = "act"
    FLAG = "flag"
    MARK = "mark"
    CLOSED = "closed"


class ActorType(StrEnum):
    CUSTOMER = "customer"
    BOT = "bot"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. `name` is the public name, the only thing of an agent that a customer sees."""

    type: ActorType
    id: str | None = None
    name: str = ""


SYSTEM = Actor(ActorType.SYSTEM)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer's chat. `holder` is a stint id or nobody; `epoch` grows with every change of it.

    `answered_seq`: the customer's messages up to here have had an answer (DESIGN law 4, WALK rule t).
    `handed_back_at`: the last time the operator's policy handed it back by itself.
    `skills`: what its entry asks of whoever serves it.
    `waited_ms`: waiting over all earlier queues; `waiting_since`: start of the present wait, or None.
    """

    id: str
    customer_id: str
    status: Status
    created_at: int
    epoch: int = 0
    holder: str | None = None
    seq: int = 0
    public_seq: int = 0
    answered_seq: int = 0
    queue_id: str = ""
    priority: int = 0
    waited_ms: int = 0
    waiting_since: int | None = None
    hops: int = 0
    handed_back_at: int | None = None
    locale: str = ""
    skills: tuple[str, ...] = ()
    closed_at: int | None = None
    close_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Stint:
    """One agent's time on one conversation. A change of role is a new stint.

    `read_to` is the last seq the agent may read once its live time is over (DESIGN law 11), None before.
    `ended_at` is the end of that; `wrapped_up_at` the end of the after-work, None where there was none.
    `ready`: the client has taken the joining packets, so the stream is live (law 4).
    """

    id: str
    conversation_id: str
    agent_id: str
    bot: bool
    role: Role
    state: StintState
    epoch: int
    queue_id: str
    handoff_id: str
    boundary_seq: int
    started_at: int
    ready: bool = False
    ended_at: int | None = None
    reason: str | None = None
    read_to: int | None = None
    wrapped_up_at: int | None = None

    @property
    def live(self) -> bool:
        return self.state is StintState.LIVE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. Without a `public_seq` it is private: no customer ever gets it (law 11)."""

    conversation_id: str
    seq: int
    public_seq: int | None
    kind: EntryKind
    epoch: int
    at: int
    actor: Actor
    id: str
    data: dict[str, Any] = field(default_factory=dict)
    stint_id: str | None = None
    client_id: str | None = None


class TurnKind(StrEnum):
    GREET = "greet"
    MESSAGE = "message"


class TurnState(StrEnum):
    """`GATHERING` waits for the burst window to close; `OPEN` runs against its deadline."""

    GATHERING = "gathering"
    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a bot owes: a greeting, or an answer to the customer's messages `from_seq` to `to_seq`."""

    id: str
    conversation_id: str
    stint_id: str
    agent_id: str
    kind: TurnKind
    state: TurnState
    from_seq: int
    to_seq: int
    started_at: int
    deadline_at: int
    ended_at: int | None = None
    reason: str | None = None
