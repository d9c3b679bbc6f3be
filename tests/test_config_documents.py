"""Documents of the operator's tables: compared, changed, and refused in words whatever is sent."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batonpass.config import Config, ConfigError, Document, Problem, diff, document_of, with_document
from batonpass.config.documents import get, merge, put, refuse_bombs, tables, without_agent
from tests.support.configured import TOML, config_of

CONFIG: dict[str, Config] = {}
"""The one that all examples start from; it is made once."""

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["q1", "q2", "A", "R1", "R9", "", "de", "\x00"])
keys = st.sampled_from(
    ["members", "overflow", "hand_back", "words", "when", "kind", "capacity", "hours", "skills", "steps", "queue",
     "fallback", "timezone", "monday", "holidays", "url", "events", "secrets", "name", "offer", "joined", "text"]
)  # fmt: skip
table = st.dictionaries(keys, plain, max_size=3)
places = st.tuples(st.sampled_from(tables()), names) | st.tuples(st.sampled_from(tables()), names, keys)


@pytest.fixture(autouse=True)
def _made(tmp_path: Path) -> None:
    CONFIG.setdefault("it", config_of(tmp_path, TOML))


@given(place=places, value=table | plain, whole=st.booleans())
def test_whatever_is_sent_is_a_configuration_or_refused_in_words(
    place: tuple[str, ...], value: Any, whole: bool
) -> None:
    document = document_of(CONFIG["it"])
    changed = put(document, place[:1] if whole else place, value)
    problems, found = _tried(changed)
    assert all(problem.source == "it" and problem.found and problem.expected for problem in problems)
    if found is not None:
        found.rules()
        found.words()
        assert repr(document_of(found)) == repr(changed)


def _tried(document: Document) -> tuple[tuple[Problem, ...], Config | None]:
    try:
        refuse_bombs(document, "it")
        return (), with_document(CONFIG["it"], document, "it")
    except ConfigError as error:
        return error.problems, None


@given(
    before=st.dictionaries(names, table | plain, max_size=3),
    patch=st.dictionaries(names, table | plain, max_size=3),
)
def test_a_patch_is_what_the_rfc_says(before: dict[str, Any], patch: dict[str, Any]) -> None:
    after = merge(before, (), patch)
    for name, value in patch.items():
        if value is None:
            assert name not in after
        elif not isinstance(value, dict):
            assert repr(after[name]) == repr(value)
    assert {name for name in before if name not in patch} <= after.keys()
    assert repr(merge(after, (), {})) == repr(after)


def test_a_document_is_what_was_given_without_the_installation(tmp_path: Path) -> None:
    document = document_of(config_of(tmp_path))
    assert sorted(document) == ["agents", "entry", "queues", "routing"]
    assert document["agents"]["R3"] == {"kind": "representative"}, "no defaults"


def test_a_difference_is_named_by_its_key() -> None:
    before = {"queues": {"q1": {"members": [1], "name": "a"}}, "timers": {"offer": 1}}
    after = {"queues": {"q1": {"members": [1, 2]}, "q 2": {"name": "b"}}, "timers": {"offer": 1.0}}
    assert [change.as_json() for change in diff(before, after)] == [
        {"key": "queues.q1.members", "before": [1], "after": [1, 2]},
        {"key": "queues.q1.name", "before": "a", "after": None},
        {"key": 'queues."q 2"', "before": None, "after": {"name": "b"}},
    ]
    assert [change.key for change in diff({"a": True}, {"a": 1})] == ["a"], "true is no number"


def test_changing_a_document_leaves_the_one_before_alone() -> None:
    before = {"queues": {"q1": {"members": [{"agent": "A"}, {"agent": "B"}]}}, "agents": {"A": {}, "B": {}}}
    after = without_agent(before, "A")
    assert after == {"queues": {"q1": {"members": [{"agent": "B"}]}}, "agents": {"B": {}}}
    assert get(before, ("queues", "q1", "members")) == [{"agent": "A"}, {"agent": "B"}]
    assert put(before, ("queues", "q1", "name"), "x") != before
    assert get(before, ("queues", "q9", "members")) is None
