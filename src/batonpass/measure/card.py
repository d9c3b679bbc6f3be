"""The card an offer carries: a summary as rows of a label and what it says, and as lines of text.

It answers what comes next, what the customer wants, why it is passed on, what was tried and what came of it, and which
facts are known, each with its turn. What is empty is left out.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from batonpass.plugin_api import Summary
from batonpass.plugin_text import clean_text

LABEL = 10
"""Columns of the labels."""

_OUTCOMES = {"yes": "solved", "partly": "partly solved", "no": "not solved"}


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what it says, one line or more; each text is fit to be shown."""

    label: str
    texts: tuple[str, ...]


def _numbered(seq: int) -> str:
    return f"#{seq}"


def card(
    summary: Summary, *, reason: str = "", note: str = "", turn: Callable[[int], str] = _numbered
) -> list[Row]:
    """The rows of a summary, and of the giver's reason and note; `turn` names the turn with a seq.

    A reason in the summary goes before the giver's own: the giver has seen it.
    """
    facts = [f"{fact.name}: {fact.value} ({turn(fact.seq)})" for fact in summary.facts]
    steps = [f"{step.by}: {step.text} ({turn(step.seq)})" for step in summary.steps]
    whole = bool(summary.issue) and summary.issue in summary.prose  # then it is not told twice
    found = (
        ("Next", [summary.next_step]),
        ("Issue", [summary.prose if whole else summary.issue]),
        ("Story", ["" if whole else summary.prose]),
        ("Intent", [summary.intent]),
        ("Reason", [summary.transfer_reason or clean_text(reason)]),
        ("Note", [clean_text(note)]),
        ("Tried", steps),
        ("Outcome", [_OUTCOMES.get(summary.outcome, "")]),
        ("Facts", facts),
        ("Mood", [summary.sentiment]),
        ("Language", [summary.language]),
        ("Made", [_made(summary, turn)]),
    )
    return [Row(label, tuple(texts)) for label, texts in found if any(texts)]


def _made(summary: Summary, turn: Callable[[int], str]) -> str:
    maker = " ".join(filter(None, (summary.maker.name, summary.maker.version, summary.maker.model)))
    told = {
        "ok": f"by {maker}",
        "fallback": f"by {maker}, as the model failed: {summary.status_reason}",
        "too_short": f"nothing yet, by {maker}: {summary.status_reason}",
        "failed": f"nothing, {maker} failed: {summary.status_reason}",
    }[summary.status]
    covered = (summary.first_seq, summary.last_seq)
    span = turn(covered[0]) if covered[0] == covered[1] else f"{turn(covered[0])} to {turn(covered[1])}"
    return told if covered == (0, 0) else f"{told}; read {span}"


def lines(rows: list[Row], width: int = 80) -> list[str]:
    """Rows as lines of at most `width` columns (at least 40): labels on the left, what goes on is indented."""
    return [line for row in rows for line in _lines(row, max(width, 40) - LABEL)]


def _lines(row: Row, room: int) -> Iterator[str]:
    label = row.label
    for text in row.texts:
        for place, piece in enumerate(wrapped(text, room - 2)):
            yield f"{label:{LABEL}}{'  ' if place else ''}{piece}".rstrip()
            label = ""


def wrapped(text: str, room: int) -> list[str]:
    """The text in pieces of at most `room` columns, cut between words where it can be."""
    pieces = [""]
    used = 0
    for word in text.split():
        for part in _parts(word, room):
            size = columns_of(part)
            if pieces[-1] and used + 1 + size > room:
                pieces.append(part)
                used = size
            else:
                used += size + bool(pieces[-1])
                pieces[-1] = f"{pieces[-1]} {part}" if pieces[-1] else part
    return pieces


def _parts(word: str, room: int) -> Iterator[str]:
    """A word that is too long in parts."""
    part, used = "", 0
    for char in word:
        size = columns_of(char)
        if used + size > room:
            yield part
            part, used = "", 0
        part += char
        used += size
    yield part


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
