"""`[hours.NAME]`: when representatives serve; read from TOML, checked, and made into the core's values."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StringConstraints

from batonpass.config.base import Expected, Id, Name, Section
from batonpass.domain.hours import Hours, Span

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_SPAN = re.compile(rf"^{_TIME}-({_TIME}|24:00)$")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _day(value: Any) -> Any:
    """TOML has dates; JSON has text."""
    if isinstance(value, datetime):
        raise ValueError("a moment is no day")
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value


SpanText = Annotated[
    str,
    StringConstraints(pattern=_SPAN.pattern),
    Expected('a span such as "09:00-17:30"; one that ends on the next day such as "22:00-06:00"'),
]
Spans = Annotated[
    list[SpanText],
    BeforeValidator(_listed),
    Field(max_length=24),
    Expected('a list of up to 24 spans such as "09:00-17:30"'),
]
Day = Annotated[date, BeforeValidator(_day), Expected("a date such as 2026-12-25")]
ZoneName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_+-]{1,40}(/[A-Za-z0-9_+-]{1,40}){0,2}$"),
    Expected('a time zone such as "Europe/Berlin"'),
]


class Holiday(Section):
    """A day that is not like its weekday."""

    date: Day = Field(description="The day, in the time zone of these hours.")
    name: Name | None = Field(None, description="What it is called, for operators.")
    open: Spans = Field([], description="When it is open all the same. Default: not at all.")


class HoursTable(Section):
    """When representatives serve; bots serve round the clock. A span that ends at or before its start ends on the
    next day. Spans of a queue are named by `hours = "ID"` in it."""

    timezone: ZoneName = Field(description="Whose clock on the wall counts.")
    monday: Spans = Field([], description="Open on Mondays.")
    tuesday: Spans = Field([], description="Open on Tuesdays.")
    wednesday: Spans = Field([], description="Open on Wednesdays.")
    thursday: Spans = Field([], description="Open on Thursdays.")
    friday: Spans = Field([], description="Open on Fridays.")
    saturday: Spans = Field([], description="Open on Saturdays.")
    sunday: Spans = Field([], description="Open on Sundays.")
    holidays: Annotated[list[Holiday], Field(max_length=1_000), Expected("a list of up to 1000 tables")] = (
        Field([], description="Days apart, which replace their weekday.")
    )


class OpeningFields(Section):
    """Keys of a queue about its hours."""

    hours: Id | None = Field(
        None,
        description="Its opening hours: a table `[hours.ID]`. Default: its representatives serve at any time.",
    )
    when_closed: Literal["wait", "overflow", "close"] = Field(
        "wait",
        description="What becomes of a chat that only a representative could take while the queue is closed: `wait` "
        "for the opening, go on to the `overflow`, or `close` with words. `hand_back` by `out_of_hours` comes first.",
    )


def of(tables: Mapping[str, HoursTable]) -> dict[str, Hours]:
    """Make the core's hours of tables that were checked."""
    return {name: _hours(name, table) for name, table in tables.items()}


def _hours(name: str, table: HoursTable) -> Hours:
    week = tuple(tuple(map(span, getattr(table, day))) for day in DAYS)
    days = {holiday.date: tuple(map(span, holiday.open)) for holiday in table.holidays}
    return Hours(name, ZoneInfo(table.timezone), week, days)


def span(text: str) -> Span:
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in text.split("-"))
    return Span(start, end)
