"""Files of dialogues: what is read, and what is said about a mistake."""

import json
from pathlib import Path
from typing import Any

import pytest

from batonpass.measure.dialogues import BadInput, Dialogue, read, request_for, turn_of
from batonpass.plugin_api import Turn

GOOD: dict[str, Any] = {"id": "a", "turns": [{"role": "customer", "text": "hi"}]}


def written(folder: Path, *items: object, raw: bytes = b"") -> Path:
    file = folder / "d.jsonl"
    file.write_bytes(raw or "".join(f"{json.dumps(item)}\n" for item in items).encode())
    return file


def told(file: Path) -> str:
    with pytest.raises(BadInput) as error:
        read(file)
    return str(error.value).removeprefix(str(file))


def test_a_dialogue(tmp_path: Path) -> None:
    item = {
        "id": 7,
        "turns": [
            {"role": "customer", "text": "hi", "t": 0},
            {"role": "agent", "text": "hello", "t": 2.5},
            {"role": "system", "text": "look_up()", "sensitive": True},
        ],
        "facts": {"n": 3, "x": "y"},
        "reference_summaries": ["short"],
        "reason": "why",
        "note": "what",
        "locale": "en",
        "more": None,
    }
    (found,) = read(written(tmp_path, item))
    assert found == Dialogue(
        "7",
        (
            Turn(1, "customer", "hi", at_ms=1_750_000_000_000),
            Turn(2, "bot", "hello", at_ms=1_750_000_002_500),
            Turn(3, "system", "look_up()", sensitive=True),
        ),
        {"n": "3", "x": "y"},
        ("short",),
        "why",
        "what",
        "en",
    )
    assert [turn_of(turn.seq) for turn in found.turns] == [0, 1, 2]
    asked = request_for(found, "wrap_up", 50)
    assert (asked.purpose, asked.turns, asked.reason, asked.note, asked.locale, asked.deadline_ms) == (
        ("wrap_up", found.turns, "why", "what", "en", 50)
    )


def test_an_agent_may_be_a_person(tmp_path: Path) -> None:
    (found,) = read(
        written(tmp_path, {"id": "a", "turns": [{"role": "agent", "text": "x"}]}), "representative"
    )
    assert found.turns[0].role == "representative"


def test_blank_lines_a_byte_order_mark_and_odd_line_ends_are_no_mistake(tmp_path: Path) -> None:
    line = json.dumps({**GOOD, "id": "a\u2028b"}, ensure_ascii=False).encode()
    found = read(written(tmp_path, raw=b"\xef\xbb\xbf" + line + b"\r\n\r\n  \n" + line))
    assert [one.id for one in found] == ["a\u2028b"] * 2


def test_no_turns_are_no_mistake(tmp_path: Path) -> None:
    assert read(written(tmp_path, {"id": "a", "turns": []}))[0].turns == ()


def test_our_samples_are_good() -> None:
    found = read(None)
    assert len(found) == 10
    assert all(one.remark and (one.facts or one.id == "short-anyone") for one in found)


@pytest.mark.parametrize(
    "item,said",
    [
        ([1], ":1: found [1], expected an object"),
        ({"turns": []}, ":1: id: found nothing, expected a text"),
        ({"id": "", "turns": []}, ':1: id: found "", expected a text that is not empty'),
        ({"id": True, "turns": []}, ":1: id: found true, expected a text"),
        ({"id": "a"}, ":1: turns: found nothing, expected a list"),
        ({"id": "a", "turns": {}}, ":1: turns: found {}, expected a list"),
        ({"id": "a", "turns": ["x"]}, ':1: turns[0]: found "x", expected an object'),
        (
            {"id": "a", "turns": [{"text": "x"}]},
            ":1: turns[0].role: found nothing, expected customer, agent or system",
        ),
        (
            {"id": "a", "turns": [{"role": "boss", "text": "x"}]},
            ':1: turns[0].role: found "boss", expected customer, agent or system',
        ),
        (
            {"id": "a", "turns": [{"role": ["agent"], "text": "x"}]},
            ':1: turns[0].role: found ["agent"], expected customer, agent or system',
        ),
        ({"id": "a", "turns": [{"role": "agent"}]}, ":1: turns[0].text: found nothing, expected a text"),
        (
            {"id": "a", "turns": [{"role": "agent", "text": "x\ud83dy"}]},
            ':1: turns[0].text: found half a character (\\ud83d) in "x\\ud83dy", expected text',
        ),
        (
            {"id": "a", "turns": [{"role": "agent", "text": "x", "t": "now"}]},
            ':1: turns[0].t: found "now", expected a number',
        ),
        (
            {"id": "a", "turns": [{"role": "agent", "text": "x", "t": 1e300}]},
            ":1: turns[0].t: found 1e+300, expected a smaller number",
        ),
        (
            {"id": "a", "turns": [{"role": "agent", "text": "x", "t": float("nan")}]},
            ":1: turns[0].t: found NaN, expected a smaller number",
        ),
        ({**GOOD, "facts": ["x"]}, ':1: facts: found ["x"], expected an object'),
        ({**GOOD, "facts": {"n": None}}, ":1: facts.n: found nothing, expected a text"),
        ({**GOOD, "reference_summaries": "x"}, ':1: reference_summaries: found "x", expected a list'),
        ({**GOOD, "reference_summaries": [{}]}, ":1: reference_summaries[0]: found {}, expected a text"),
        ({**GOOD, "note": []}, ":1: note: found [], expected a text"),
        ("x" * 100, f':1: found "{"x" * 56}..., expected an object'),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, item: object, said: str) -> None:
    assert told(written(tmp_path, item)) == said
    assert told(written(tmp_path, GOOD, item)) == said.replace(":1:", ":2:")


@pytest.mark.parametrize(
    "raw,said",
    [
        (b"{oops\n", ":1: found {oops, expected JSON"),
        (b"[" * 100_000 + b"\n", f":1: found {'[' * 57}..., expected JSON"),
        (b'\n{"id": "\xff"}\n', ":2: found the byte 0xff at 9, expected UTF-8"),
        (b"\n \n", ": found no dialogue, expected one JSON object a line"),
    ],
)
def test_what_is_no_json_is_told(tmp_path: Path, raw: bytes, said: str) -> None:
    assert told(written(tmp_path, raw=raw)) == said


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert told(tmp_path / "none.jsonl") == ": found no such file or directory, expected a file of JSON lines"
    assert told(tmp_path) == ": found is a directory, expected a file of JSON lines"
