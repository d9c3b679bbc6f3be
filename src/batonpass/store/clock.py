"""The only clock (law 6): the database's, plus an offset that tests move."""

import threading


class Clock:
    """Turns readings of the database's clock into `tx.now`: milliseconds since the epoch, never going back.

    A wall clock may be set back; what was committed at a later time stays in the past all the same, because
    no reading given out is smaller than one given out before. Safe to use from several threads.
    """

    def __init__(self, offset_ms: int = 0, *, frozen: bool = False) -> None:
        """With `frozen`, time is virtual: it stands at the first reading and moves by `advance` alone."""
        self._lock = threading.Lock()
        self._frozen = frozen
        self._offset = offset_ms
        self._last = 0

    @property
    def offset_ms(self) -> int:
        """How far tests have moved the clock ahead of the database's, in milliseconds."""
        return self._offset

    def now(self, reading_ms: int) -> int:
        """Return the time of a transaction that begins when the database's clock shows `reading_ms`."""
        with self._lock:
            if self._frozen and self._last:
                return self._last
            self._last = max(self._last, reading_ms + self._offset)
            return self._last

    def advance(self, ms: int) -> None:
        """Move the clock `ms` milliseconds ahead. Raises ValueError when negative: time never goes back."""
        if ms < 0:
            raise ValueError(f"the clock cannot go back ({ms} ms)")
        with self._lock:
            self._offset += ms
            if self._frozen and self._last:
                self._last += ms
