"""The dialogues that the demo's customers and agents replay: our own, or any file of the same shape."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

Role = Literal["customer", "agent"]


class BadDialogues(Exception):
    """The file has no dialogue to replay, or a line that is none. The message names the line."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing somebody says."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A chat of customer and agent, to be said turn by turn. Lines of role `system` are not said."""

    id: str
    turns: tuple[Turn, ...]


def load(path: Path | None) -> list[Dialogue]:
    """Read dialogues from JSON lines (`id`, `turns` [{`role`, `text`}]); without a path, those in the package.

    Raises BadDialogues, OSError.
    """
    source = files("batonpass.demo") / "dialogues.jsonl" if path is None else path
    found = list(_parse(source.read_text(encoding="utf-8").splitlines()))
    if not found:
        raise BadDialogues("there is no dialogue in it")
    return found


def _parse(lines: list[str]) -> Iterator[Dialogue]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            turns = tuple(_turns(item["turns"]))
            dialogue = Dialogue(str(item["id"]), turns)
        except (ValueError, KeyError, TypeError) as error:
            raise BadDialogues(f"line {number} is no dialogue: {error!r}") from None
        if turns:
            yield dialogue


def _turns(items: list[dict[str, Any]]) -> Iterator[Turn]:
    for item in items:
        role, text = item["role"], str(item["text"]).strip()
        if role in ("customer", "agent") and text:
            yield Turn(role, text)
