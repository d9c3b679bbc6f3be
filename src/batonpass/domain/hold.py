"""A hold as a value: who parked a conversation, until when, and what becomes of it then."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class HoldEnd(StrEnum):
    """How a hold ended."""

    RESUMED = "resumed"
    PICKED_UP = "picked_up"
    CUSTOMER = "customer_wrote"
    ASKED = "customer_asked"
    LIMIT = "hold_limit"
    SUPERVISOR = "supervisor"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Hold:
    """A parked conversation: nobody holds the baton, and no slot is used (DESIGN section 2).

    `stint_id` and `agent_id` say who held it and is asked first when it goes on; `boundary_seq` is the end of that
    stint. `silent`: the customer's silence parked it, not the agent's word. `closes`: at `until_at` it is closed
    instead of asked for again. `summary` is the story for whoever goes on with it.
    """

    id: str
    conversation_id: str
    stint_id: str
    agent_id: str
    queue_id: str
    started_at: int
    until_at: int
    boundary_seq: int
    reason: str = ""
    silent: bool = False
    closes: bool = False
    client_id: str | None = None
    summary: dict[str, Any] | None = None
    ended_at: int | None = None
    ended_by: str | None = None
