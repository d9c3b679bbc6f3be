"""What is wrong with a configuration: the place, what was found there, what was expected instead."""

import json
import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from batonpass.config.base import Expected
from batonpass.config.models import Settings

Path = tuple[str | int, ...]
"""A place in the configuration: table names, keys, and positions in lists."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_FOUND = 60
_SECRET: frozenset[Path] = frozenset({("store", "url")})


@dataclass(frozen=True, slots=True)
class Problem:
    """One error or warning. `source` is the file, environment variable or option the value came from."""

    source: str
    key: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.source}: {self.key}" if self.key else self.source
        return f"{place}: found {self.found}, expected {self.expected}"


class ConfigError(Exception):
    """The configuration cannot be used. `problems` are all that were seen, one line each in `str()`."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Sources:
    """Knows where each value came from: the file, unless something else has set it."""

    file: str
    others: Mapping[Path, str]

    def of(self, path: Path) -> str:
        for length in range(len(path), 0, -1):
            if path[:length] in self.others:
                return self.others[path[:length]]
        return self.file

    def problem(self, path: Path, found: str, expected: str) -> Problem:
        return Problem(self.of(path), key(path), found, expected)


def key(path: Path) -> str:
    """Return a path as it is written in TOML, positions in brackets: `queues.orders.members[0].agent`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += "." * bool(text) + (part if _BARE.fullmatch(part) else json.dumps(part))
    return text


def shown(value: Any) -> str:
    """Return a value for "found ...", short and on one line."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_FOUND else f'{text[: _LONGEST_FOUND - 4]}..."'


def one_of(names: Iterable[str], near: str = "") -> str:
    """Return "one of a, b, c", and the one that was probably meant."""
    known = sorted(names)
    meant = get_close_matches(near, known, n=1, cutoff=0.7)
    listed = f"one of {', '.join(known)}" if known else "none"
    return f"{listed} (did you mean {meant[0]}?)" if meant else listed


def translate(error: ErrorDetails, sources: Sources) -> Problem:
    """Turn one of pydantic's errors into ours."""
    path: Path = error["loc"]
    match error["type"]:
        case "missing":
            return sources.problem(path, "nothing", expected_at(path))
        case "extra_forbidden":
            *table, name = path
            return sources.problem(path, "an unknown key", one_of(keys_at(tuple(table)), str(name)))
        case _ if path[-1:] == ("[key]",):
            return sources.problem(path[:-2], f"the key {shown(path[-2])}", _key_expected(path[:-2]))
        case _:
            return sources.problem(path, _found(path, error["input"]), expected_at(path))


def _hidden(path: Path) -> bool:
    """Whether a password may stand there: in a store's address, or by mistake in a webhook's."""
    return path in _SECRET or (path[:1] == ("webhooks",) and path[-1] == "url")


def _found(path: Path, value: Any) -> str:
    """A secret is never shown: its scheme has to do."""
    if not _hidden(path) or not isinstance(value, str):
        return shown(value)
    scheme, colon, _ = value.partition("://")
    return f'an address that begins with "{scheme}://"' if colon else "text without a scheme"


# --- what the models expect -------------------------------------------------------------------------


def bare(annotation: Any) -> tuple[Any, str]:
    """Return a type without its wrapping and `| None`, and its phrase ("" when it has none)."""
    text = ""
    while True:
        origin, args = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            text = next((m.text for m in args[1:] if isinstance(m, Expected)), text)
            annotation = args[0]
        elif origin in {Union, types.UnionType}:
            annotation = next(arg for arg in args if arg is not type(None))
        else:
            return annotation, text


def type_at(path: Path) -> Any:
    """Return the annotated type of the value at a path of `Settings`."""
    annotation: Any = Settings
    for part in path:
        kind, _ = bare(annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            annotation = kind.model_fields[str(part)].rebuild_annotation()
        else:
            annotation = get_args(kind)[-1]
    return annotation


def expected_at(path: Path) -> str:
    """Return what a value at this path must be."""
    return phrase(type_at(path))


def phrase(annotation: Any) -> str:
    """Return what a value of this type must be."""
    kind, text = bare(annotation)
    if text:
        return text
    if get_origin(kind) is Literal:
        return one_of(f'"{choice}"' for choice in get_args(kind))
    if get_origin(kind) is list:
        return _list_of(get_args(kind)[0])
    if kind is bool:
        return "true or false"
    return "a table"


def _list_of(item: Any) -> str:
    kind, text = bare(item)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "a list of tables"
    return f"a list, each {text}"


def _key_expected(path: Path) -> str:
    kind, _ = bare(type_at(path))
    return phrase(get_args(kind)[0])


def keys_at(path: Path) -> list[str]:
    """Return the keys a table may have."""
    kind, _ = bare(type_at(path))
    return list(kind.model_fields)
