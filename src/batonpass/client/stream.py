"""Resume, as values: which numbered entries may be applied now, and when to ask for the missing ones (law 3).

No I/O and no clock: the caller hands in milliseconds of any steady clock.
"""

from typing import Generic, TypeVar

T = TypeVar("T")

GAP_MS = 250
HELD_MOST = 1_000


class Stream(Generic[T]):
    """The numbered entries of one conversation, as one reader gets them.

    `cursor` is the last number applied, `head` the last number known to exist. Every `take` and `know` may
    change `due_at`: when it has come, read the entries after `cursor` and call `asked`.
    """

    def __init__(self, cursor: int = 0) -> None:
        self.cursor = cursor
        self.head = cursor
        self.due_at: int | None = None
        self._held: dict[int, T] = {}

    @property
    def missing(self) -> bool:
        """Whether entries exist that were not applied yet."""
        return self.head > self.cursor

    def take(self, number: int, item: T, now_ms: int) -> list[T]:
        """Return what may be applied now, in order: nothing for a double or for one beyond a gap.

        Beyond a gap at most `HELD_MOST` entries are kept; the ones above come again with the next read.
        """
        if number <= self.cursor or number in self._held:
            return []
        self.head = max(self.head, number)
        if number == self.cursor + 1 or len(self._held) < HELD_MOST:
            self._held[number] = item
        return self._drain(now_ms)

    def know(self, head: int, now_ms: int) -> None:
        """Learn from elsewhere (a snapshot, an acknowledgement) that entries up to `head` exist."""
        self.head = max(self.head, head)
        self._watch(now_ms)

    def asked(self, now_ms: int) -> None:
        """A read was made, or failed: if something is still missing, ask again after another `GAP_MS`."""
        self.due_at = now_ms + GAP_MS if self.missing else None

    def settle(self, head: int) -> None:
        """The server says that nothing readable lies beyond `head`; only what is held can say otherwise."""
        self.head = max(head, self.cursor, *self._held)
        if not self.missing:
            self.due_at = None

    def abandon(self) -> None:
        """Nothing more can be read: what is missing stays missing, and what waited for it is dropped."""
        self._held.clear()
        self.head = self.cursor
        self.due_at = None

    def _drain(self, now_ms: int) -> list[T]:
        free: list[T] = []
        while (item := self._held.pop(self.cursor + 1, None)) is not None:
            self.cursor += 1
            free.append(item)
        # A stream that moves is not stuck: the wait starts anew.
        if free:
            self.due_at = None
        self._watch(now_ms)
        return free

    def _watch(self, now_ms: int) -> None:
        if not self.missing:
            self.due_at = None
        elif self.due_at is None:
            self.due_at = now_ms + GAP_MS
