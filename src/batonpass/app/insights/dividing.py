"""Divides facts by time, queue, agent and kind. A part of the figures is only there where all its rows have the key."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from batonpass.app.insights.tally import Tally
from batonpass.domain.figures import TIMES, By, Facts, Group
from batonpass.domain.insight_rules import InsightRules

Key = tuple[str | None, str | None, str | None, str | None]
"""Time, queue, agent, kind."""

WHOLE: Key = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one sort: when each began, and its queue, agent and kind of hand-off; None where it has none."""

    name: str
    at: Callable[[Any], int]
    queue: Callable[[Any], str | None] | None = None
    agent: Callable[[Any], str | None] | None = None
    kind: Callable[[Any], str | None] | None = None

    def divides(self, by: Sequence[By]) -> bool:
        return all(how in TIMES or getattr(self, how) is not None for how in by)


def _destination(wait: Any) -> str | None:
    return wait.destination if wait.destination_type in ("bot", "representative") else None


PARTS = (
    Part("chats", lambda c: c.at, lambda c: c.queue_id),
    Part("waits", lambda w: w.started_at, lambda w: w.queue_id, _destination, lambda w: w.kind),
    Part("stints", lambda s: s.started_at, lambda s: s.queue_id, lambda s: s.agent_id, lambda s: s.kind),
    Part("handoffs", lambda h: h.at, lambda h: h.queue_id, lambda h: h.agent_id, lambda h: h.kind),
    Part("offers", lambda o: o.made_at, lambda o: o.queue_id, lambda o: o.agent_id, lambda o: o.kind),
    Part("ratings", lambda r: r.at, lambda r: r.queue_id, lambda r: r.agent_id, lambda r: r.kind),
    Part("codes", lambda c: c.at, lambda c: c.queue_id, lambda c: c.agent_id, lambda c: c.kind),
)


def whole(facts: Facts, rules: InsightRules) -> Group:
    """The figures of everything."""
    tally = Tally(rules, *(list(getattr(facts, part.name)) for part in PARTS))
    return _group(WHOLE, tally, ())


def divided(facts: Facts, by: Sequence[By], zone: tzinfo, rules: InsightRules) -> list[Group]:
    """The figures of every division that has any, in order."""
    tallies: dict[Key, Tally] = {}
    for part in PARTS:
        if part.divides(by):
            for key, row in _keyed(getattr(facts, part.name), part, by, zone):
                getattr(tallies.setdefault(key, Tally(rules)), part.name).append(row)
    return [
        _group(key, tallies[key], by) for key in sorted(tallies, key=lambda k: [part or "" for part in k])
    ]


def _keyed(rows: Iterable[Any], part: Part, by: Sequence[By], zone: tzinfo) -> Iterable[tuple[Key, Any]]:
    """Each row with its division. One without a key that is asked for, as a wait that no agent ended, is in none."""
    time = next((how for how in by if how in TIMES), None)
    others = [getattr(part, name) if name in by else None for name in ("queue", "agent", "kind")]
    for row in rows:
        named = [read(row) if read else None for read in others]
        if all(value is not None or read is None for value, read in zip(named, others, strict=True)):
            start = bucket(part.at(row), time, zone) if time else None
            yield (start, named[0], named[1], named[2]), row


def bucket(at: int, by: By, zone: tzinfo) -> str:
    """The start of the hour, day, week (Monday) or month that a moment is in, in this zone, in RFC 3339."""
    local = datetime.fromtimestamp(at / 1000, zone).replace(minute=0, second=0, microsecond=0)
    if by is not By.HOUR:
        # The start of a day is what that day's wall clock says, whatever the offset is by now.
        local = datetime(local.year, local.month, local.day, tzinfo=zone)
    if by is By.WEEK:
        local -= timedelta(days=local.weekday())
    if by is By.MONTH:
        local = local.replace(day=1)
    return local.isoformat()


def _group(key: Key, tally: Tally, by: Sequence[By]) -> Group:
    there = {part.name for part in PARTS if part.divides(by)}
    return Group(
        *key,
        chats=tally.chat_figures() if "chats" in there else None,
        waits=tally.wait_figures() if "waits" in there else None,
        handling=tally.handling_figures() if "stints" in there else None,
        offers=tally.offer_figures() if "offers" in there else None,
        csat=tally.csat_figures() if "ratings" in there else None,
        dispositions=tally.disposition_counts() if "codes" in there else None,
        handoffs=tally.handoff_counts() if "handoffs" in there else None,
    )
