"""How long a wait may be: a range from recent waits of the same queue, in minutes people can read."""

from collections.abc import Sequence
from dataclasses import dataclass

SAMPLE = 10
"""Fewer waits than this tell nothing."""
LAST = 50
WINDOW_MS = 2 * 3_600_000
"""Of a queue the last 50 waits of the last two hours count."""

MINUTE = 60
_STEPS = ((10 * MINUTE, MINUTE), (60 * MINUTE, 5 * MINUTE))
_LONG = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class WaitRange:
    """Whole seconds, both a multiple of a minute; `low_s` 0 is "at most"."""

    low_s: int
    high_s: int


def estimate(waits_ms: Sequence[int], waited_ms: int = 0) -> WaitRange | None:
    """Return what is left of a wait like these for somebody who has waited `waited_ms`: their quarter to nine tenths.

    None: there are too few of them, or it has been longer than nearly all of them, so that nothing can be promised.
    """
    if len(waits_ms) < SAMPLE:
        return None
    ordered = sorted(waits_ms)
    low, high = _quantile(ordered, 25) - waited_ms, _quantile(ordered, 90) - waited_ms
    if high <= 0:
        return None
    step = _step(high)
    return WaitRange(max(0, low // 1_000 // step * step), -(-high // (1_000 * step)) * step)


def _quantile(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that so many in a hundred do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _step(high_ms: int) -> int:
    """Minutes up to ten of them, then fives, then quarters of an hour."""
    return next((step for limit, step in _STEPS if high_ms <= limit * 1_000), _LONG)
