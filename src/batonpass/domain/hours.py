"""When a queue's representatives serve: spans of the week by the clock on the wall of one place, and days apart.

Times are wall times of a zone, which is a value that `config` makes. A span begins at the first moment the clock
there shows its start and ends at the last moment it shows its end, so that a change of the clocks shortens no span
that falls into a repeated hour; a time that the clock skips is the moment of the change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

HORIZON_DAYS = 400
"""How far ahead a change of state is looked for: a year of holidays and more."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MINUTES = 1440
MS = timedelta(milliseconds=1)

Instants = tuple[int, int]
"""From the first to before the second, in ms since the epoch."""


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes of the day, from `start` (0 to 1439) to before `end` (1 to 1440); an end at or before it is the next day's."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Its length by the clock, in minutes."""
        return self.end - self.start if self.end > self.start else self.end + DAY_MINUTES - self.start


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours: `week` has the spans that begin on each weekday, Monday first; `days` those of days apart.

    A day of `days` replaces its weekday; without spans it is closed, but for what began the day before.
    """

    id: str
    zone: tzinfo
    week: tuple[tuple[Span, ...], ...]
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    _known: dict[date, tuple[Instants, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def is_open(self, at: int) -> bool:
        """Whether it is open at this moment, in ms."""
        today = self._local(at)
        near = (today - timedelta(days=1), today)
        return any(start <= at < end for day in near for start, end in self._spans(day))

    def next_change(self, at: int) -> int | None:
        """The next moment after `at` at which it opens or closes, in ms; None for none within the horizon."""
        for start, end in self._from(at):
            if start > at:
                return start
            if end > at:
                return end if end < self._horizon(at) else None
        return None

    def opens_at(self, at: int) -> int | None:
        """When it opens next, in ms; `at` itself when it is open; None for not within the horizon."""
        for start, end in self._from(at):
            if end > at:
                return max(start, at)
        return None

    def local(self, at: int) -> str:
        """A moment as the clock there shows it, `2026-03-29 09:00`."""
        return self._wall(at).strftime("%Y-%m-%d %H:%M")

    def _from(self, at: int) -> Iterator[Instants]:
        """The open times around and after a moment, in order; those that touch are one."""
        today = self._local(at)
        held: Instants | None = None
        for number in range(-1, HORIZON_DAYS):
            for start, end in self._spans(today + timedelta(days=number)):
                if held is not None and start <= held[1]:
                    held = held[0], max(held[1], end)
                    continue
                if held is not None:
                    yield held
                held = start, end
        if held is not None:
            yield held

    def _horizon(self, at: int) -> int:
        return at + (HORIZON_DAYS - 2) * DAY_MINUTES * 60_000

    def _spans(self, day: date) -> tuple[Instants, ...]:
        """The open times that begin on a day, in order."""
        if day not in self._known:
            spans = self.days.get(day, self.week[day.weekday()])
            found = (self._instants(day, span) for span in spans)
            self._known[day] = tuple(sorted(pair for pair in found if pair[0] < pair[1]))
        return self._known[day]

    def _instants(self, day: date, span: Span) -> Instants:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)  # arithmetic on it is by the wall
        start = midnight + timedelta(minutes=span.start)
        end = start + timedelta(minutes=span.length)
        return self._moment(start, fold=0), self._moment(end, fold=1)

    def _moment(self, wall: datetime, fold: int) -> int:
        """When the clock shows this: the first (fold 0) or last (1) time; where it skips this, when it does so."""
        before, after = (_ms(wall.replace(fold=fold)) for fold in (0, 1))
        if before <= after:
            return (before, after)[fold]
        return self._jump(after, before)

    def _jump(self, low: int, high: int) -> int:
        """The moment between two at which the clocks go forward, to the second."""
        old = self._wall(low).utcoffset()
        while high - low > 1_000:
            middle = low + (high - low) // 2_000 * 1_000
            if self._wall(middle).utcoffset() == old:
                low = middle
            else:
                high = middle
        return high

    def _wall(self, at: int) -> datetime:
        return (EPOCH + timedelta(milliseconds=at)).astimezone(self.zone)

    def _local(self, at: int) -> date:
        return self._wall(at).date()


def _ms(moment: datetime) -> int:
    return (moment - EPOCH) // MS
