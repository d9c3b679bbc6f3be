"""The command `insights`: a report as a page, a table, JSON or CSV."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batonpass.cli import console, serving, settings

if TYPE_CHECKING:
    from batonpass.app.insights import Question
    from batonpass.app.ports import Tx
    from batonpass.config import Config
    from batonpass.domain.figures import By, Group, Report, Spread

_AGO = re.compile(r"(\d{1,4})([mhdw])")
_UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_COLUMNS = ("chats", "contained", "wait p50", "wait p90", "in time", "lost", "bot", "person", "taken", "csat")


def insights(
    file: Path | None,
    since: str | None,
    until: str | None,
    by: str,
    *,
    zone: str | None,
    handoffs: bool,
    store: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Print a report."""
    config = serving.in_force(settings.load(file, serving.store_override(store)))
    from batonpass.app.insights import Question
    from batonpass.app.insights.rows import as_csv as written
    from batonpass.app.insights.rows import handoff_table, table
    from batonpass.domain.errors import CallerError
    from batonpass.server import look_beside

    if as_json and as_csv:
        console.fail("--json and --csv are two things: say one.")
    try:
        name = zone or config.rules().insights.zone
        found = Question(_moment(since, name), _moment(until, name), _by(by), zone)
        with serving.troubles_told(config):
            answer = look_beside(config, _stored, config, found)
    except CallerError as error:
        wrong = str(error).replace("since:", "from:").replace("`until`", "--to")
        console.fail(f"--{wrong}", "docs/insights.md says what each figure is.")
    if as_json:
        console.say_json(asdict(answer))
    elif as_csv:
        console.say(written((handoff_table if handoffs else table)(answer)).rstrip("\r\n"))
    else:
        for line in handoff_lines(answer) if handoffs else lines(answer):
            console.say(line)


def _stored(tx: "Tx", installed: "Config", question: "Question") -> "Report":
    """The report by the configuration in force, which may be a version in the store."""
    from batonpass.app.administering import last
    from batonpass.app.insights import report
    from batonpass.config.documents import with_document

    number, document = last(tx)
    config = installed
    if installed.settings.config.source == "store" and number:
        config = with_document(installed, document, f"version {number}")
    return report(tx, config.rules().insights, question)


def _by(text: str) -> "list[By]":
    from batonpass.domain.figures import By

    wanted = [name.strip() for name in text.split(",") if name.strip()]
    known = [str(by) for by in By]
    for name in wanted:
        if name not in known:
            console.fail(f"--by {name!r} is no division", f"It is one or more of: {', '.join(known)}.")
    return [By(name) for name in wanted]


def _moment(text: str | None, zone: str) -> int | None:
    """A moment in ms: `2026-11-20`, `2026-11-20T09:30`, or `7d` for seven days ago; the wall clock is the zone's."""
    if text is None or text == "now":
        return None
    from batonpass.app.insights.asking import zone_named

    if ago := _AGO.fullmatch(text):
        now = datetime.now().astimezone().timestamp() * 1000
        return round(now) - int(ago[1]) * _UNITS[ago[2]]
    try:
        return _local(datetime.fromisoformat(text), zone_named(zone))
    except (ValueError, OverflowError):
        console.fail(f"{text!r} is no moment", "Write it like 2026-11-20, 2026-11-20T09:30 or 7d.")


def _local(at: datetime, zone: tzinfo) -> int:
    return round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)


# --- to read ----------------------------------------------------------------------------------------


def lines(report: "Report") -> Iterator[str]:
    """The whole as a page, then a line for each division."""
    yield f"{_short(report.since)} to {_short(report.until)} ({report.zone})"
    yield ""
    yield from page(report.total, report.service_level_s)
    if report.groups:
        yield ""
        names = [name for name in ("time", "queue", "agent", "kind") if getattr(report.groups[0], name)]
        rows = [(*names, *_COLUMNS), *(_row(group, names) for group in report.groups)]
        yield from console.columns(rows)


def _short(at: str) -> str:
    return at[:16].replace("T", " ")


def page(group: "Group", service_level_s: float) -> Iterator[str]:
    """The figures of everything, a topic a line."""
    chats, waits, handling, offers, csat = group.chats, group.waits, group.handling, group.offers, group.csat
    if chats is not None:
        closes = ", ".join(f"{reason} {count}" for reason, count in chats.by_close_reason.items())
        yield f"Conversations   {chats.started} begun, {chats.closed} closed{f' ({closes})' if closes else ''}"
        yield (
            f"  by bots       {chats.with_bot}, contained {chats.contained} ({share(chats.containment_rate)}); "
            f"with a person {chats.with_person}, handed back {chats.handed_back} ({share(chats.hand_back_rate)})"
        )
        yield f"  came back     {chats.recontacted} ({share(chats.recontact_rate)})"
    if waits is not None:
        yield f"Waits           person {told(waits.person)}; bot {told(waits.bot)}"
        yield (
            f"  in time       {share(waits.service_level)} within {service_level_s:g} s; abandoned "
            f"{waits.abandoned} ({share(waits.abandonment_rate)}), unanswered {waits.unanswered}, "
            f"left their details {waits.contact_left}, wait still {waits.waiting}"
        )
    if handling is not None:
        yield f"Handling        person {told(handling.person)}; bot {told(handling.bot)}"
        yield f"  of it         after-work {told(handling.after_work)}; helping others {told(handling.helping)}"
    if offers is not None:
        yield (
            f"Offers          {offers.made}: accepted {share(offers.accept_rate)}, declined "
            f"{share(offers.decline_rate)}, missed {share(offers.miss_rate)}; taken after {told(offers.until_accepted)}"
        )
    if csat is not None and csat.asked:
        yield f"Satisfaction    {csat.mean} of 5 from {csat.answered} of {csat.asked} ({share(csat.answer_rate)})"
    if group.dispositions:
        codes = ", ".join(f"{code} {count}" for code, count in group.dispositions.items())
        yield f"About           {codes}"
    if group.handoffs:
        yield f"Hand-offs       {', '.join(_kinds(group))}"


def _kinds(group: "Group") -> Iterator[str]:
    """Each kind with what became of it, the reasons together."""
    counts: dict[str, dict[str, int]] = {}
    for alike in group.handoffs or []:
        states = counts.setdefault(alike.kind, {})
        states[alike.state] = states.get(alike.state, 0) + alike.count
    for kind in sorted(counts, key=lambda name: -sum(counts[name].values())):
        ends = ", ".join(f"{count} {state}" for state, count in counts[kind].items())
        yield f"{kind} {sum(counts[kind].values())} ({ends})"


def handoff_lines(report: "Report") -> Iterator[str]:
    """The hand-offs that are alike, with their counts."""
    from batonpass.app.insights.rows import handoff_table

    rows = handoff_table(report)
    if rows:
        head = list(dict.fromkeys(name for row in rows for name in row))
        yield from console.columns([tuple(head), *(tuple(_cell(row.get(n)) for n in head) for row in rows)])


def _cell(value: Any) -> str:
    return " ".join(str("-" if value in (None, "") else value).split())[:60]


def _row(group: "Group", names: Sequence[str]) -> tuple[str, ...]:
    chats, waits, handling, offers, csat = group.chats, group.waits, group.handling, group.offers, group.csat
    lost = waits and waits.abandoned + waits.contact_left + waits.unanswered
    cells = (
        chats and str(chats.started),
        chats and share(chats.containment_rate),
        waits and seconds(waits.person.p50_s),
        waits and seconds(waits.person.p90_s),
        waits and share(waits.service_level),
        str(lost) if waits else None,
        handling and seconds(handling.bot.mean_s),
        handling and seconds(handling.person.mean_s),
        offers and share(offers.accept_rate),
        str(csat.mean) if csat and csat.mean is not None else None,
    )
    keys = [_short(value) if name == "time" else value for name in names if (value := getattr(group, name))]
    return (*keys, *(cell or "-" for cell in cells))


def told(spread: "Spread") -> str:
    """A spread in words."""
    if not spread.count:
        return "-"
    half, nine = seconds(spread.p50_s), seconds(spread.p90_s)
    return f"{spread.count} (mean {seconds(spread.mean_s)}, half {half}, nine of ten {nine})"


def seconds(value: float | None) -> str:
    """A length to read."""
    if value is None:
        return "-"
    if value < 10:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    return f"{value / 60:.1f} min" if value < 7_200 else f"{value / 3_600:.1f} h"


def share(value: float | None) -> str:
    """A rate to read."""
    return "-" if value is None else f"{value * 100:.1f} %"
