"""What `batonpass summarize` and `batonpass summaries` do: plugins over files of dialogues."""

import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batonpass.cli import console
from batonpass.measure.dialogues import SAMPLES, AgentRole, BadInput, Dialogue, Item, read
from batonpass.measure.rows import Given, given_from, read_summaries, row
from batonpass.measure.running import Made, Orders, run
from batonpass.measure.score import Mark, Score
from batonpass.measure.score import score as score_of
from batonpass.plugin_api import SUMMARIZERS, Purpose
from batonpass.plugin_text import clean_text

QUIET_S = 3.0
"""Work that takes less says nothing about how far it is."""
EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Ask:
    """What the commands share: the file (None: our samples), the summarizer by name, and how to run it."""

    file: Path | None
    summarizer: str
    purpose: Purpose
    options: Sequence[str]
    concurrency: int
    deadline: float
    agents: AgentRole

    def dialogues(self) -> list[Dialogue]:
        with told():
            return read(self.file, self.agents)

    @property
    def name(self) -> str:
        """The file, as it is called."""
        return SAMPLES if self.file is None else str(self.file)

    @property
    def orders(self) -> Orders:
        return Orders(self.purpose, self.concurrency, self.deadline)


@contextmanager
def told() -> Iterator[None]:
    """Turn what is wrong with a file into a line, and leave with 2."""
    try:
        yield
    except BadInput as error:
        console.fail(str(error), "`batonpass summarize --help` says what a dialogue looks like.")


# --- the plugin -----------------------------------------------------------------------------------


def plugin_named(name: str, options: Sequence[str]) -> Any:
    """The summarizer of that name, configured; or leave with what is wrong."""
    import logging

    import structlog

    from batonpass import plugins

    # Whatever is refused is said below when it was asked for; our own log lines are not the result.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    registry = plugins.load(SUMMARIZERS)
    try:
        plugin = registry.get(name)
    except LookupError:
        known = ", ".join(registry.loaded) or "none (pip install 'batonpass[default]')"
        why = [refused.reason for refused in registry.refused if refused.name == name]
        lines = [f"There is no summarizer {name!r}", *(f"It was refused: {reason}" for reason in why)]
        console.fail(lines, f"There are: {known}.")
    _configure(plugin, name, _table(name, options))
    return plugin


def _configure(plugin: Any, name: str, table: dict[str, Any]) -> None:
    configure = getattr(plugin, "configure", None)
    if configure is None:
        if table:
            console.fail(f"The summarizer {name!r} takes no options", f"Given: {', '.join(table)}.")
        return
    try:
        configure(table)
    except Exception as error:  # noqa: BLE001  a plugin may raise anything
        said = str(error) if isinstance(error, ValueError) else f"it raised {type(error).__name__}: {error}"
        console.fail(f"The summarizer {name!r} does not take these options: {said}")


def _table(name: str, options: Sequence[str]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for option in options:
        key, equals, value = option.partition("=")
        if equals and not (key.endswith(".toml") or "/" in key):
            table[key.strip()] = _toml_value(value)
        elif option.endswith(".toml"):
            table |= _toml_file(Path(option), name)
        else:
            console.fail(f"--options {option!r} is neither a FILE.toml nor NAME=VALUE")
    return table


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}\n")["value"]
    except ValueError:
        return text


def _toml_file(path: Path, name: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        console.fail(f"{path}: found {(error.strerror or 'an error').lower()}, expected a TOML file")
    except ValueError as error:
        console.fail(f"{path}: found no TOML, expected TOML ({error})")
    plugins = found.get("plugins")
    own = plugins.get(name) if isinstance(plugins, dict) else None
    return own if isinstance(own, dict) else found


# --- how far it is --------------------------------------------------------------------------------


class Progress:
    """Says on stderr how far long work is: a line that changes on a terminal, now and then a line elsewhere."""

    def __init__(self, whole: int) -> None:
        self._whole = whole
        self._done = 0
        self._failed = 0
        self._next = time.monotonic() + QUIET_S
        self._moving = sys.stderr.isatty()
        self._shown = False

    def one(self, made: Made) -> None:
        """Count one."""
        self._done += 1
        self._failed += made.summary.status == "failed"
        if time.monotonic() >= self._next:
            self._say()

    def _say(self) -> None:
        self._next = time.monotonic() + (0.2 if self._moving else EVERY_S)
        failed = f", {self._failed} failed" if self._failed else ""
        text = f"{self._done} of {self._whole} dialogues{failed}"
        self._shown = True
        sys.stderr.write(f"\r{text}\x1b[K" if self._moving else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line that changes."""
        if self._moving and self._shown:
            sys.stderr.write("\r\x1b[K")


# --- the commands ---------------------------------------------------------------------------------


def summarize(ask: Ask, *, as_json: bool) -> None:
    """Print a summary of every dialogue as soon as it is made."""
    dialogues = ask.dialogues()
    plugin = plugin_named(ask.summarizer, ask.options)
    progress = Progress(len(dialogues))

    def made(one: Made) -> None:
        progress.one(one)
        if as_json:
            console.say_json(row(one))
        else:
            console.say(
                "\n".join([clean_text(one.dialogue.id), *(f"  {line}" for line in _readable(one)), ""])
            )

    run(plugin, dialogues, ask.orders, made)
    progress.end()


def _readable(made: Made) -> Iterator[str]:
    summary = made.summary
    if summary.status != "ok":
        yield f"{summary.status.replace('_', ' ')}: {summary.status_reason}"
    if summary.prose:
        yield summary.prose
    for fact in summary.facts:
        yield f"{fact.name}: {fact.value} (turn {fact.seq - 1})"


def score(ask: Ask, summaries: Path | None, *, worst: int, as_json: bool) -> None:
    """Print the figures of summaries: those of a file, or new ones."""
    dialogues = ask.dialogues()
    found = _made_now(ask, dialogues) if summaries is None else _from_file(ask, dialogues, summaries)
    figures = {"file": ask.name, "makers": dict(found.makers), **found.figures()}
    if as_json:
        figures["worst"] = [_worst_json(mark) for mark in found.worst(worst)]
        console.say_json(figures)
        return
    for line in _figures(figures):
        console.say(line)
    for mark in found.worst(worst):
        console.say("")
        console.say("\n".join(map(_plain, _worst(mark))))


def _made_now(ask: Ask, dialogues: list[Dialogue]) -> Score:
    plugin = plugin_named(ask.summarizer, ask.options)
    found = Score()
    progress = Progress(len(dialogues))

    def made(one: Made) -> None:
        progress.one(one)
        found.add(one.dialogue, given_of(one))

    run(plugin, dialogues, ask.orders, made)
    progress.end()
    return found


def given_of(made: Made) -> Given:
    """A summary as it is measured: what the line of JSON says of it."""
    return given_from(Item("", 0, row(made)))


def _from_file(ask: Ask, dialogues: list[Dialogue], path: Path) -> Score:
    with told():
        given = read_summaries(path)
    ids = [dialogue.id for dialogue in dialogues]
    if len(set(ids)) < len(ids):
        twice = next(one for place, one in enumerate(ids) if one in ids[:place])
        console.fail(f"{ask.name}: found the id {twice!r} twice, expected ids that differ")
    if strange := given.keys() - set(ids):
        console.fail(f"{path}: found the id {min(strange)!r}, expected the ids of {ask.name}")
    return score_of(dialogues, given)


# --- figures in words -----------------------------------------------------------------------------


def _figures(figures: dict[str, Any]) -> Iterator[str]:
    status = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in figures["status"].items())
    makers = ", ".join(figures["makers"])
    yield f"{figures['file']}: {figures['dialogues']} dialogues, by {makers} ({status})"
    yield ""
    yield from console.columns(_rows(figures))


def _rows(figures: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, label, what in (
        ("kfr", "KFR", "facts"),
        ("id", "ID", "identifiers"),
        ("precision", "precision", "given facts"),
    ):
        part, whole = figures[f"{name}_of"]
        yield label, _number(figures[name]), f"{part} of {whole} {what}"
    yield "secrets", str(figures["secrets"]), ""
    share = figures["unsupported_share"]
    of = f"of {figures['specifics']} specifics" + (f" ({share:.2%})" if share else "")
    yield "unsupported", str(figures["unsupported"]), of
    for key, label in (("rouge", "ROUGE-1/2/L"), ("rouge_mean", "")):
        if found := figures[key]:
            three = " / ".join(f"{found[name] * 100:.1f}" for name in ("1", "2", "L"))
            how = "best of the references" if key == "rouge" else "mean over the references"
            yield label, three, f"{how}, {found['dialogues']} dialogues"
    if ms := figures["ms"]:
        yield "ms", " / ".join(f"{ms[name]:.2f}" for name in ms), " / ".join(ms)


def _number(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _plain(line: str) -> str:
    """The line with what acts on a terminal gone, its indent kept."""
    return line[: len(line) - len(line.lstrip())] + clean_text(line)


def _worst(mark: Mark) -> Iterator[str]:
    yield f"{mark.id}: misses {len(mark.missed)} of {len(mark.wanted)} ({mark.status})"
    yield from (f"  missed  {mark.of(name)}" for name in mark.missed)
    yield f"  given   {' | '.join(mark.given) or 'nothing'}"
    if mark.secrets:
        yield f"  secrets {' | '.join(mark.secrets)}"
    if mark.unsupported:
        yield f"  unsupported {' | '.join(mark.unsupported)}"


def _worst_json(mark: Mark) -> dict[str, Any]:
    missed = {name: mark.wanted[name] for name in mark.missed}
    plain = {name: list(getattr(mark, name)) for name in ("given", "secrets", "unsupported")}
    return {"id": mark.id, "status": mark.status, "missed": missed, **plain}
