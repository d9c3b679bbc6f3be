"""What a person sees of the demo: some conversations as they go, who holds the baton, and the figures in words."""

import sys
import time
from types import TracebackType

import structlog
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from batonpass.demo.judge import Verdict
from batonpass.demo.play import Play
from batonpass.demo.script import Script
from batonpass.demo.world import BOT_A, BOT_B

SHOWN = 10
EVERY_S = 2.0
# Lines of a story that is told at the end.
LONGEST = 32
BOTS = {BOT_A.name, BOT_B.name}


def quiet_logs() -> None:
    """Keep our own clients' log lines, which are for developers, off the screen."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(40),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


class View:
    """Shows a play while it runs: a live table on a terminal, now and then a line elsewhere.

    With `as_json` stdout stays free for the one object, and everything else goes to stderr.
    """

    def __init__(self, *, as_json: bool, all_kinds: bool = False) -> None:
        self._all = all_kinds
        self._play: Play | None = None
        self._begun = time.monotonic()
        self._console = Console(stderr=as_json)
        self._moving = self._console.is_terminal and not as_json
        self._live = Live(
            console=self._console, get_renderable=self._draw, refresh_per_second=5, transient=True
        )

    def __enter__(self) -> "View":
        if self._moving:
            self._live.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._moving:
            self._live.stop()

    def watch(self, play: Play) -> None:
        """Follow this play."""
        import asyncio

        from batonpass.tasks import spawn

        self._play = play
        self._begun = time.monotonic()

        async def tell() -> None:
            while True:
                await asyncio.sleep(EVERY_S)
                self._console.print(self._line(), highlight=False, soft_wrap=True)

        if not self._moving:
            spawn(tell(), name="demo-progress")

    # While it runs

    def _line(self) -> str:
        if self._play is None:
            return "starting"
        c = self._play.counters
        parts = [
            f"{time.monotonic() - self._begun:.0f} s",
            f"{c.finished} of {len(self._play.scripts)} conversations done",
            f"{c.turns} of {c.turns_in_all} turns said",
            f"{c.passes} passes asked for",
            f"{c.cuts} connections cut",
            f"server killed {c.kills} times" if c.kills else "",
            f"{c.nudges} times somebody had to ask again" if c.nudges else "",
            f"{c.stuck} STUCK" if c.stuck else "",
        ]
        return ", ".join(part for part in parts if part)

    def _draw(self) -> Group:
        table = Table(expand=True, box=None, pad_edge=False)
        for name, width in (
            ("customer", 13),
            *((("lately", 40),) if self._all else (("journey", 10),)),
            ("said", 6),
            ("the baton so far, and who holds it", 36),
        ):
            table.add_column(name, min_width=width, max_width=width, no_wrap=True)
        table.add_column("last words", ratio=1, no_wrap=True, overflow="ellipsis")
        for script in list(self._play.running.values())[:SHOWN] if self._play else ():
            table.add_row(*_row(script, lately=self._all))
        return Group(table, Text(""), Text(self._line(), style="bold"))

    # At the end

    def final(self, verdict: Verdict) -> None:
        """Print two of the conversations, where every kind was played, and the figures in words."""
        if self._all and self._play is not None:
            for line in stories(list(self._play.scripts.values())):
                self._console.print(line, highlight=False, soft_wrap=True)
        for line in in_words(verdict):
            self._console.print(line, highlight=False, soft_wrap=True)


def _row(script: Script, *, lately: bool) -> tuple[str | Text, ...]:
    said = f"{script.position}/{len(script.dialogue.turns)}"
    return (
        script.customer or "arriving",
        (script.story[-1:] or [""])[0].strip() if lately else script.course.journey,
        said,
        baton(script.held_by),
        script.last_words,
    )


def baton(held_by: list[str]) -> Text:
    """Draw who held, in order, and name the last: a bot is square, a person round, nobody dashed."""
    line = Text("-")
    for holder in held_by:
        line.append("-" if not holder else "■" if holder in BOTS else "●", _style(holder))
    holder = held_by[-1] if held_by else ""
    return line.append(f" {holder or 'nobody, waiting'}", _style(holder))


def stories(scripts: list[Script]) -> list[str]:
    """Tell the two conversations in which most was done, short enough to be read."""
    told = [script for script in scripts if script.closed and len(script.story) <= LONGEST]
    told.sort(
        key=lambda script: len({line for line in script.story if not line.startswith(" ")}), reverse=True
    )
    lines = ["", "Two of the conversations:"]
    for script in told[:2]:
        first = script.dialogue.turns[0].text
        lines += ["", f"{script.customer} says: {first[:100]}"]
        lines += [f"  {line}" for line in script.story]
    return lines


def _style(holder: str) -> str:
    if not holder:
        return "dim"
    return "blue" if holder in BOTS else "dark_orange"


def in_words(verdict: Verdict) -> list[str]:
    """Return the final page."""
    v = verdict
    passes = ", ".join(f"{n} {kind.replace('_', '-')}" for kind, n in v.handoffs.items()) or "none"
    reached = f"{v.messages_sent} messages sent, delivered {v.messages_delivered} times"
    took = f"half of them under {v.handoff_ms['p50']:.0f} ms, all but one in a hundred under {v.handoff_ms['p99']:.0f}"
    lines = [
        "",
        f"{v.conversations} conversations, {reached}, to everybody who should have them.",
        f"Hand-offs: {passes}; {took} ms, people's time to answer included.",
        f"{v.summaries} hand-offs came with a summary.",
        "",
        "On purpose:",
        f"  the server was killed {v.kills} times, {v.reconnects} lost connections came back,",
        f"  {v.stale_sends_refused} late replies were refused, {v.offers_expired} offers were left to expire,",
        f"  {v.gap_messages} messages were written while nobody held the baton.",
        "",
        "Against the laws:",
        f"  messages lost {v.lost}, kept twice {v.duplicated}, out of order {v.misordered},",
        f"  more than one voice {v.voice_violations}, joined wrongly {v.joining_order_violations},",
        f"  over capacity {v.capacity_violations}, hand-offs left {v.handoffs_unfinished},",
        f"  work only the sweep found {v.sweep_found_work}.",
        "",
    ]
    if v.ok:
        return [*lines, "Every law held."]
    if v.broken:
        return [*lines, f"BROKEN: {', '.join(name.replace('_', ' ') for name in v.broken)}."]
    return [*lines, f"No law was broken, but this run proves nothing: {'; '.join(v.doubts)}."]
