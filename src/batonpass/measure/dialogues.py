"""Dialogues in a file of JSON lines: read, checked, and turned into what a summarizer is asked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from batonpass.plugin_api import Purpose, Role, SummaryRequest, Turn

AgentRole = Literal["bot", "representative"]

SAMPLES = "the product's samples"

_EPOCH_MS = 1_750_000_000_000  # when dialogues that only say seconds begin
_SHOWN = 60  # of what was found


class BadInput(Exception):
    """What is wrong with a file: its name, the line (from 1), the key, what was found and what was expected."""

    def __init__(self, source: str, line: int, key: str, found: str, expected: str) -> None:
        place = ":".join([source, *([str(line)] if line else [])])
        super().__init__(": ".join([place, *([key] if key else []), f"found {found}, expected {expected}"]))


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A chat of a file. The turn with index `n` there has the seq `n + 1` here.

    `facts` {name: value} and `references` (summaries by others) are what a summary is measured against; `reason`,
    `note` and `locale` are what came with the hand-off; `remark` is what our samples say about their own card.
    """

    id: str
    turns: tuple[Turn, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""
    locale: str = ""
    remark: str = ""


def turn_of(seq: int) -> int:
    """The index in the file's `turns` of the turn with this seq; -1 for none."""
    return seq - 1


def request_for(dialogue: Dialogue, purpose: Purpose, deadline_ms: int) -> SummaryRequest:
    """What a summarizer is asked about a dialogue."""
    return SummaryRequest(
        purpose,
        dialogue.turns,
        reason=dialogue.reason,
        note=dialogue.note,
        locale=dialogue.locale,
        deadline_ms=deadline_ms,
    )


def read(path: Path | None, agents: AgentRole = "bot") -> list[Dialogue]:
    """The dialogues of a file, at least one; without a path, the product's samples. Turns of role `agent` become
    `agents`. Raises BadInput."""
    name = SAMPLES if path is None else str(path)
    found = [_dialogue(Item(name, number, value), agents) for number, value in lines_of(path)]
    if not found:
        raise BadInput(name, 0, "", "no dialogue", "one JSON object a line")
    return found


def lines_of(path: Path | None) -> Iterator[tuple[int, Any]]:
    """Every line that is not blank, with its number, as JSON. Raises BadInput."""
    name = SAMPLES if path is None else str(path)
    try:
        raw = (files("batonpass.measure") / "samples.jsonl" if path is None else path).read_bytes()
    except OSError as error:
        raise BadInput(name, 0, "", (error.strerror or "an error").lower(), "a file of JSON lines") from None
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, _json(name, number, line)


def _json(name: str, number: int, line: bytes) -> Any:
    try:
        return json.loads(line.decode())
    except UnicodeDecodeError as error:
        found = f"the byte {line[error.start]:#04x} at {error.start + 1}"
        raise BadInput(name, number, "", found, "UTF-8") from None
    except (ValueError, RecursionError):
        raise BadInput(name, number, "", _cut(line.decode(errors="replace")), "JSON") from None


# --- one line -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """A JSON value and where it stands; its methods return what they expect to find, or raise BadInput."""

    source: str
    line: int
    value: Any
    key: str = ""

    def wrong(self, expected: str, found: str = "") -> BadInput:
        """The error about this value."""
        return BadInput(self.source, self.line, self.key, found or shown(self.value), expected)

    def at(self, key: str) -> "Item":
        """The value of a key of this object; None when it has none."""
        path = f"{self.key}.{key}" if self.key else key
        return Item(self.source, self.line, self.object().get(key), path)

    def object(self) -> Mapping[str, Any]:
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return self.value

    def items(self, *, optional: bool = False) -> list["Item"]:
        """The items of a list."""
        if optional and self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return [
            Item(self.source, self.line, item, f"{self.key}[{place}]")
            for place, item in enumerate(self.value)
        ]

    def text(self, *, optional: bool = False) -> str:
        """A text that can be written; a number counts as the text it is written as."""
        if optional and self.value is None:
            return ""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool):
            return str(self.value)
        if not isinstance(self.value, str):
            raise self.wrong("a text")
        if half := next((char for char in self.value if "\ud800" <= char <= "\udfff"), ""):
            raise self.wrong("text", f"half a character (\\u{ord(half):04x}) in {shown(self.value)}")
        return self.value

    def number(self) -> float:
        """A number; 0 when it is not there."""
        if self.value is None:
            return 0.0
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.wrong("a number")
        if not abs(self.value) < 1e15:  # NaN too
            raise self.wrong("a smaller number")
        return float(self.value)


def shown(value: Any) -> str:
    """What was found, in few characters."""
    return "nothing" if value is None else _cut(json.dumps(value))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _dialogue(item: Item, agents: AgentRole) -> Dialogue:
    name = item.at("id").text()
    if not name:
        raise item.at("id").wrong("a text that is not empty")
    facts = item.at("facts")
    return Dialogue(
        name,
        tuple(_turn(turn, place, agents) for place, turn in enumerate(item.at("turns").items())),
        {} if facts.value is None else {key: facts.at(key).text() for key in facts.object()},
        tuple(one.text() for one in item.at("reference_summaries").items(optional=True)),
        *(item.at(key).text(optional=True) for key in ("reason", "note", "locale", "remark")),
    )


def _turn(item: Item, place: int, agents: AgentRole) -> Turn:
    roles: dict[str, Role] = {"customer": "customer", "agent": agents, "system": "system"}
    role = item.at("role").value
    if not isinstance(role, str) or role not in roles:
        raise item.at("role").wrong("customer, agent or system")
    seconds = item.at("t")
    return Turn(
        place + 1,
        roles[role],
        item.at("text").text(),
        at_ms=0 if seconds.value is None else _EPOCH_MS + round(seconds.number() * 1000),
        sensitive=item.at("sensitive").value is True,
    )
