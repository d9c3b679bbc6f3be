"""What the lists of desks need from a store: many chats read together, however many there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from batonpass.domain.conversation import Conversation, Entry, Stint
from batonpass.domain.handoff import Kind, Leave, Offer, State, Target
from batonpass.domain.hold import Hold

NEVER = 2**53
"""After every moment: where those stand in an order by waiting that do not wait."""

Mark = tuple[int, int, str]
"""Where a page of a list ends: the values that its order is made of."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A pending hand-off without what somebody wrote about it at length."""

    id: str
    conversation_id: str
    kind: Kind
    leave: Leave
    state: State
    target: Target
    queue_id: str
    failover_queue_id: str | None
    priority: int
    waiting_key: int
    created_at: int
    workflow: str | None

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues whose members may take it."""
        return tuple(filter(None, (self.queue_id, self.failover_queue_id)))

    @property
    def mark(self) -> Mark:
        """Its place in the matcher's order."""
        return -self.priority, self.waiting_key, self.id


class RowsTx(Protocol):
    """The queries of rows and of the lists they stand in."""

    def conversations_by_id(self, ids: Iterable[str]) -> dict[str, Conversation]: ...
    def stints_by_chat(self, ids: Sequence[str]) -> dict[str, list[Stint]]: ...
    def pending_by_chat(self, ids: Sequence[str]) -> dict[str, list[Pending]]: ...
    def open_offers_by_handoff(self, handoff_ids: Sequence[str]) -> dict[str, Offer]: ...
    def holds_by_chat(self, ids: Sequence[str]) -> dict[str, Hold]: ...
    def names_of(self, ids: Sequence[str]) -> dict[str, tuple[str, int]]: ...
    def variables_by_chat(self, ids: Sequence[str], length: int) -> dict[str, dict[str, str]]: ...
    def lines_of(self, conversation_id: str, upto: int, limit: int) -> list[Entry]: ...
    def last_words(self, ids: Sequence[str]) -> dict[str, Entry]: ...
    def last_words_of(self, stint_ids: Sequence[str]) -> dict[str, Entry]: ...
    def unanswered_since(self, ids: Sequence[str]) -> dict[str, int]: ...
    def disposition_codes(self, stint_ids: Sequence[str]) -> dict[str, str]: ...
    def given_in(self, agent_id: str, ids: Sequence[str]) -> set[str]: ...
    def issues_of(self, refs: Sequence[str]) -> dict[str, str]: ...
    def waiting_for(
        self, agent_id: str, queue_ids: Sequence[str], limit: int, after: Mark | None = None
    ) -> list[Pending]: ...
    def live_for(
        self, agent_id: str, queue_ids: Sequence[str], limit: int, after: Mark | None = None
    ) -> list[Conversation]: ...
    def held_after(
        self, agent_id: str, queue_ids: Sequence[str], limit: int, after: Mark | None = None
    ) -> list[Hold]: ...
    def parts_before(self, agent_id: str, limit: int, before: Mark | None = None) -> list[Stint]: ...
    def counts_for(self, agent_id: str, queue_ids: Sequence[str]) -> tuple[int, int, int]: ...
    def waiting_counts(self, queue_ids: Sequence[str]) -> Mapping[str, int]: ...
