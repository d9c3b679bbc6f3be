"""What the shapes of `[hours]` cannot say: zones that exist, spans that do not overlap, names that are known."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from batonpass.config.hours import DAYS, HoursTable, span
from batonpass.config.problems import Path, Problem, one_of
from batonpass.config.view import View


def of_hours(view: View) -> Iterator[Problem]:
    """Zones that exist, spans that do not overlap, days named once, and queues that name what there is."""
    for name, table in view.settings.hours.items():
        yield from _check_table(view, ("hours", name), table)
    for queue_id, queue in view.settings.queues.items():
        at: Path = ("queues", queue_id)
        if queue.hours is not None and queue.hours not in view.hours:
            yield view.say((*at, "hours"), f'"{queue.hours}"', _named(view, queue.hours))
        if queue.when_closed == "overflow" and not queue.overflow:
            yield view.say((*at, "when_closed"), '"overflow"', "an overflow of this queue too")


def _named(view: View, near: str) -> str:
    return f"the id of opening hours: {one_of(view.hours, near)}"


def _check_table(view: View, at: Path, table: HoursTable) -> Iterator[Problem]:
    if not _is_zone(table.timezone):
        near = one_of(available_timezones(), table.timezone).partition(" (")[2].rstrip(")")
        yield view.say(
            (*at, "timezone"),
            f'"{table.timezone}"',
            f'a time zone such as "Europe/Berlin"{f" ({near})" if near else ""}',
        )
    for day in DAYS:
        yield from _check_spans(view, (*at, day), getattr(table, day))
    seen: dict[date, int] = {}
    for place, holiday in enumerate(table.holidays):
        if holiday.date in seen:
            first = f"hours.{at[1]}.holidays[{seen[holiday.date]}]"
            yield view.say(
                (*at, "holidays", place, "date"), f"{holiday.date} again", f"it once (see {first})"
            )
        seen.setdefault(holiday.date, place)
        yield from _check_spans(view, (*at, "holidays", place, "open"), holiday.open)
    if (
        view.whole(at)
        and not any(getattr(table, day) for day in DAYS)
        and not any(h.open for h in table.holidays)
    ):
        yield view.say(at, "no span", 'at least one, such as monday = ["09:00-17:30"]')


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _check_spans(view: View, at: Path, texts: list[str]) -> Iterator[Problem]:
    taken: list[tuple[int, int, str]] = []
    for place, text in enumerate(texts):
        found = span(text)
        if found.start == found.end:
            yield view.say((*at, place), f'"{text}"', 'a span with a length; the whole day is "00:00-24:00"')
            continue
        begin, end = found.start, found.start + found.length
        other = next((t for b, e, t in taken if begin < e and b < end), None)
        if other is not None:
            yield view.say((*at, place), f'"{text}"', f'spans that do not overlap (see "{other}")')
        taken.append((begin, end, text))
