"""One question, one report. What began in the window counts, where it began, whatever became of it since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from batonpass.app.insights.dividing import divided, whole
from batonpass.app.ports import Tx
from batonpass.domain.errors import CallerError
from batonpass.domain.figures import TIMES, By, Facts, Report
from batonpass.domain.insight_rules import InsightRules

MOST_CHATS = 200_000
MOST_GROUPS = 20_000
DAY_MS = 86_400_000
LONGEST_MS = 400 * DAY_MS
LATEST_MS = 32_503_680_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """A window `[since, until)` in ms, None for a day ago and for now; what to divide by; whose days (an IANA name)."""

    since: int | None = None
    until: int | None = None
    by: Sequence[By] = ()
    zone: str | None = None


def report(tx: Tx, rules: InsightRules, question: Question) -> Report:
    """Answer a question from one snapshot.

    Raises:
        CallerError: the window is none or too long, two times to divide by, an unknown zone, too much to count.
    """
    since, until = _window(question, tx.now)
    zone = zone_named(question.zone or rules.zone)
    by = list(dict.fromkeys(question.by))
    if sum(how in TIMES for how in by) > 1:
        raise CallerError(f"by: one of {', '.join(TIMES)}, not two")
    if tx.chats_between(since, until, MOST_CHATS + 1) > MOST_CHATS:
        raise CallerError(f"since: more than {MOST_CHATS} conversations began in this window; ask for less")
    facts = read(tx, rules, since, until)
    groups = divided(facts, by, zone, rules) if by else []
    if len(groups) > MOST_GROUPS:
        raise CallerError(f"by: {len(groups)} divisions are too many ({MOST_GROUPS} at most)")
    return Report(
        since=_told(since, zone),
        until=_told(until, zone),
        zone=question.zone or rules.zone,
        by=[str(how) for how in by],
        service_level_s=rules.service_level_ms / 1000,
        total=whole(facts, rules),
        groups=groups,
    )


def read(tx: Tx, rules: InsightRules, since: int, until: int) -> Facts:
    """Everything that began in the window."""
    return Facts(
        chats=tx.chats(since, until, rules.recontact_ms),
        waits=tx.segments_between(since, until),
        stints=tx.served(since, until),
        handoffs=tx.passed_between(since, until),
        offers=tx.chances(since, until),
        ratings=tx.rated(since, until),
        codes=tx.coded(since, until),
    )


def _window(question: Question, now: int) -> tuple[int, int]:
    until = now + 1 if question.until is None else question.until
    since = until - DAY_MS if question.since is None else question.since
    if since < 0 or until > LATEST_MS:
        raise CallerError("since: a year from 1970 to 2999")
    if since >= until:
        raise CallerError("since: not before `until`")
    if until - since > LONGEST_MS:
        raise CallerError("since: a report covers 400 days at most")
    return since, until


def zone_named(name: str) -> tzinfo:
    """The time zone of an IANA name.

    Raises:
        CallerError
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CallerError("zone: no time zone of this name, such as Europe/Berlin") from None


def _told(at: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(at / 1000, zone).isoformat(timespec="milliseconds")
