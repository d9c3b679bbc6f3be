"""What the use cases around the talk need from a store: places, contacts, questions, receipts, dispositions."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waiting:
    """A customer who waits: place `position` of the queue, 1 for the next, since when over all its waits."""

    customer_id: str
    conversation_id: str
    handoff_id: str
    seeks: str
    queue_id: str
    position: int
    since: int


class CustomerTx(Protocol):
    """A part of `ports.Tx`."""

    def recent_waits(self, queue_id: str, since: int, limit: int) -> list[int]: ...
    def waiting_customers(self, queue_id: str, limit: int) -> list[Waiting]: ...
