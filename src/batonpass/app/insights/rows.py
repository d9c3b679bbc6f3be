"""A report as a table: a line for each division, a column for each figure; and as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from batonpass.domain.figures import Group, Report

KEYS = ("time", "queue", "agent", "kind")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(report: Report) -> list[dict[str, Any]]:
    """A line for each division, or one for the whole: the keys it is divided by, then `part.figure` columns.

    Counts of hand-offs have a table of their own: `handoff_table`.
    """
    return [_line(group, report) for group in report.groups or [report.total]]


def handoff_table(report: Report) -> list[dict[str, Any]]:
    """A line for each count of hand-offs that are alike, with the keys of its division."""
    return [
        {**_keys(group, report), **asdict(count)}
        for group in report.groups or [report.total]
        for count in group.handoffs or []
    ]


def _keys(group: Group, report: Report) -> dict[str, Any]:
    return {key: getattr(group, key) for key in KEYS if getattr(group, key) is not None}


def _line(group: Group, report: Report) -> dict[str, Any]:
    parts = asdict(group)
    figures = {name: parts[name] for name in ("chats", "waits", "handling", "offers", "csat", "dispositions")}
    return _keys(group, report) | dict(_flat(figures, ""))


def _flat(figures: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        elif value is not None or path:
            yield f"{path}{name}", value


def as_csv(lines: Iterable[Mapping[str, Any]]) -> str:
    """The lines as CSV with a head. No cell is a formula to a spreadsheet: reasons are free text of agents."""
    rows = list(lines)
    head = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([[_cell(row.get(name)) for name in head] for row in rows])
    return out.getvalue()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
