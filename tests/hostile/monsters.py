"""Values nobody should send, put in the place of every value of a good payload."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

MARK = "@@here@@"

MONSTERS: dict[str, str] = {
    "null": "null",
    "true": "true",
    "one": "1",
    "below zero": "-1",
    "half": "1.5",
    "huge": "1" * 30,
    "huge float": "1e308",
    "just too big": str(2**53 + 1),
    "64 bits": str(2**64),
    "empty text": '""',
    "short text": '"x"',
    "digits": '"5"',
    "NUL": '"a\\u0000b"',
    "half a pair": '"\\ud83d"',
    "other half": '"a\\udc00"',
    "long text": json.dumps("y" * 50_000),
    "newline": '"a\\nb"',
    "odd but good": json.dumps("\u202e\u200b\ufeffé😀"),
    "script": '"<script>alert(1)</script>"',
    "sql": '"\'; DROP TABLE entries; --"',
    "empty list": "[]",
    "list": '["x"]',
    "deep list": "[" * 500 + "]" * 500,
    "empty object": "{}",
    "object": '{"x":"y"}',
    "prototype": '{"__proto__":{"x":1}}',
    "deep object": '{"x":' * 500 + "1" + "}" * 500,
}
"""By name, as JSON text: some of it has no other form."""

NO_TEXT = ("NUL", "half a pair", "other half")
"""Refused wherever text may stand: the stores cannot keep them, or give them back as something else."""
NO_COUNT = ("below zero", "half", "huge", "huge float", "just too big", "64 bits")
"""Every number on the wire is a count that JavaScript can hold."""


class Mutation(NamedTuple):
    """A payload as JSON text with one thing wrong. `wrong`: it cannot be right, whatever the present state."""

    what: str
    text: str
    wrong: bool


def mutations(payload: dict[str, Any], required: set[str], nullable: set[str]) -> Iterator[Mutation]:
    """Every value replaced by every monster; every key left out; a key too many in every object."""
    for path, value in walk(payload):
        where = ".".join(map(str, path))
        for name, monster in MONSTERS.items():
            wrong = kind(monster) != kind(json.dumps(value)) or name in (*NO_TEXT, *NO_COUNT)
            if name == "null" and path[-1] in nullable:
                wrong = False
            yield Mutation(f"{where}: {name}", replaced(payload, path, monster), wrong)
        if isinstance(value, dict):
            yield Mutation(f"{where}: a key too many", replaced(payload, path, _with_more(value)), True)
    for key in payload:
        left = {name: value for name, value in payload.items() if name != key}
        yield Mutation(f"{key}: left out", json.dumps(left), key in required)
    yield Mutation("a key too many", _with_more(payload), True)


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value inside an object, with its path."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key), inner
        yield from walk(inner, (*path, key))


def kind(text: str) -> str:
    """Which kind of JSON value a text is."""
    first = text[0]
    return {'"': "text", "[": "list", "{": "object", "n": "null", "t": "truth", "f": "truth"}.get(
        first, "number"
    )


def replaced(payload: dict[str, Any], path: tuple[str | int, ...], monster: str) -> str:
    """The payload's JSON text with a monster at this path."""
    copy = json.loads(json.dumps(payload))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = MARK
    return json.dumps(copy).replace(json.dumps(MARK), monster)


def _with_more(value: dict[str, Any]) -> str:
    return json.dumps({**value, "nobody knows": 1})
