import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from batonpass.transport.socketio import wirejson

SOUND = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | SOUND,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SOUND, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_is_the_json_of_the_standard_library(value: Any) -> None:
    assert json.loads(wirejson.dumps(value, separators=(",", ":"))) == value
    assert wirejson.loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text", ['"\\ud800"', '{"\\udfff": 1}', '["\\ud83d and \\ude00"]', "{", "", "NaN", "[" * 5000]
)
def test_what_is_no_json_or_no_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        wirejson.loads(text)


class Shape(BaseModel):
    name: str


@pytest.mark.parametrize(
    "value, read_back",
    [
        (b"bytes", "Ynl0ZXM="),
        ({"at": bytearray(b"x")}, {"at": "eA=="}),
        ([{"a"}], [["a"]]),
        (("a", 1), ["a", 1]),
        (Shape(name="n"), {"name": "n"}),
        (2**70, 2**70),
        ({1: "one"}, {"1": "one"}),
        ("half \ud800", "half \ud800"),
    ],
)
def test_whatever_a_server_event_may_hold_can_be_written(value: Any, read_back: Any) -> None:
    assert json.loads(wirejson.dumps_bytes(value)) == read_back


def test_what_has_no_json_form_is_our_fault_and_raises() -> None:
    with pytest.raises(TypeError):
        wirejson.dumps_bytes(object())
