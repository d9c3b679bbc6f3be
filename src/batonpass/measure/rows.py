"""The line of JSON that is written for a summary, and read again to be measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batonpass.measure.dialogues import BadInput, Item, lines_of, turn_of
from batonpass.measure.running import Made
from batonpass.plugin_api import Summary

_WORDS = ("transfer_reason", "issue", "intent", "next_step")


def row(made: Made) -> dict[str, Any]:
    """`{id, prose, facts, fields, maker, status, ms}`; `turn` is the index in the dialogue's `turns`, from 0."""
    summary = made.summary
    return {
        "id": made.dialogue.id,
        "prose": summary.prose,
        "facts": [
            {"name": fact.name, "value": fact.value, "turn": turn_of(fact.seq)} for fact in summary.facts
        ],
        "fields": _fields(summary),
        "maker": {name: getattr(summary.maker, name) for name in ("name", "version", "model")},
        "status": summary.status,
        "ms": round(made.ms, 3),
    }


def _fields(summary: Summary) -> dict[str, Any]:
    plain = {name: getattr(summary, name) for name in _WORDS}
    steps = [{"by": step.by, "text": step.text, "turn": turn_of(step.seq)} for step in summary.steps]
    names = ("outcome", "sentiment", "language", "status_reason", "tokens_in", "tokens_out")
    return {**plain, "steps": steps, **{name: getattr(summary, name) for name in names}}


@dataclass(frozen=True, slots=True)
class GivenFact:
    """A fact of a summary; `turn` is the index it names, None when it names none."""

    name: str
    value: str
    turn: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """A summary as it is measured. `words` are its other texts that an agent reads; `ms` is None when unknown."""

    id: str
    prose: str = ""
    facts: tuple[GivenFact, ...] = ()
    words: tuple[str, ...] = ()
    language: str = ""
    maker: str = ""
    status: str = "ok"
    ms: float | None = None


def read_summaries(path: Path) -> dict[str, Given]:
    """The summaries of a file of rows by id. Of a row only `id` must be there. Raises BadInput."""
    found: dict[str, Given] = {}
    for number, value in lines_of(path):
        item = Item(str(path), number, value)
        given = given_from(item)
        if given.id in found:
            raise item.at("id").wrong("an id that no other line has")
        found[given.id] = given
    if not found:
        raise BadInput(str(path), 0, "", "no summary", "one JSON object a line")
    return found


def given_from(item: Item) -> Given:
    """A row as it is measured. Raises BadInput."""
    fields = item.at("fields")
    if fields.value is None:
        fields = Item(item.source, item.line, {}, "fields")
    maker = item.at("maker")
    parts = [maker.at(key).text(optional=True) for key in ("name", "version", "model")] if maker.value else []
    return Given(
        item.at("id").text(),
        item.at("prose").text(optional=True),
        tuple(map(_fact, item.at("facts").items(optional=True))),
        tuple(word for word in _words(fields) if word),
        fields.at("language").text(optional=True),
        " ".join(part for part in parts if part),
        item.at("status").text(optional=True) or "ok",
        None if item.at("ms").value is None else item.at("ms").number(),
    )


def _fact(item: Item) -> GivenFact:
    turn = item.at("turn")
    return GivenFact(
        item.at("name").text(optional=True),
        item.at("value").text(),
        None if turn.value is None else int(turn.number()),
    )


def _words(fields: Item) -> Iterator[str]:
    for name in _WORDS:
        yield fields.at(name).text(optional=True)
    for step in fields.at("steps").items(optional=True):
        yield step.at("text").text(optional=True)
