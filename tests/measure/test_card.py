"""The card: what it says, what it leaves out, and that it fits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batonpass.measure.card import LABEL, Row, card, columns_of, lines, wrapped
from batonpass.plugin_api import Fact, Maker, Step, Summary

FULL = Summary(
    Maker("rules", "2"),
    transfer_reason="no refunds above 25",
    issue="The customer's parcel has not arrived.",
    intent="find parcel",
    facts=(Fact("order", "BX-1", 3), Fact("email", "a@b.example", 5)),
    steps=(Step("bot", "The carrier was asked.", 4), Step("customer", "The neighbours were asked.", 6)),
    outcome="no",
    sentiment="negative",
    next_step="Waiting for a refund",
    language="en",
    prose="The customer's parcel has not arrived. They want a refund.",
    first_seq=3,
    last_seq=9,
)
EMPTY = Summary(Maker("rules", "2"), "too_short", "nothing was asked")


def labels(rows: list[Row]) -> list[str]:
    return [row.label for row in rows]


def test_a_full_card() -> None:
    assert lines(card(FULL, note="Be kind")) == [
        "Next      Waiting for a refund",
        "Issue     The customer's parcel has not arrived. They want a refund.",
        "Intent    find parcel",
        "Reason    no refunds above 25",
        "Note      Be kind",
        "Tried     bot: The carrier was asked. (#4)",
        "          customer: The neighbours were asked. (#6)",
        "Outcome   not solved",
        "Facts     order: BX-1 (#3)",
        "          email: a@b.example (#5)",
        "Mood      negative",
        "Language  en",
        "Made      by rules 2; read #3 to #9",
    ]


def test_what_is_empty_is_not_shown() -> None:
    assert lines(card(EMPTY)) == ["Made      nothing yet, by rules 2: nothing was asked"]
    assert labels(card(replace(FULL, outcome="unknown", sentiment="", facts=(), steps=(), next_step=""))) == (
        ["Issue", "Intent", "Reason", "Language", "Made"]
    )


def test_prose_that_does_not_hold_the_issue_is_a_row_of_its_own() -> None:
    rows = card(replace(FULL, prose="A parcel is late."))
    assert labels(rows)[1:3] == ["Issue", "Story"]
    assert (rows[1].texts, rows[2].texts) == ((FULL.issue,), ("A parcel is late.",))
    assert labels(card(replace(FULL, issue="")))[1:3] == ["Story", "Intent"]
    assert labels(card(replace(FULL, prose="")))[1:3] == ["Issue", "Intent"]


def test_the_givers_reason_counts_when_the_summary_has_none() -> None:
    assert Row("Reason", ("mine",)) in card(EMPTY, reason="mine")
    assert Row("Reason", ("no refunds above 25",)) in card(FULL, reason="mine")


def test_the_givers_words_are_cleaned() -> None:
    rows = card(EMPTY, reason="\x1b[31mred <b>x</b>", note="see https://evil.example/x\n\u202enow")
    assert [row.texts for row in rows[:2]] == [("[31mred x",), ("see now",)]


@pytest.mark.parametrize(
    "summary,made",
    [
        (replace(FULL, first_seq=4, last_seq=4), "by rules 2; read #4"),
        (replace(FULL, maker=Maker("llm", "1", "small-3")), "by llm 1 small-3; read #3 to #9"),
        (
            replace(FULL, status="fallback", status_reason="timeout"),
            "by rules 2, as the model failed: timeout; read #3 to #9",
        ),
        (Summary(Maker("x", "1"), "failed", "broke"), "nothing, x 1 failed: broke"),
    ],
)
def test_who_made_it(summary: Summary, made: str) -> None:
    assert card(summary)[-1] == Row("Made", (made,))


def test_turns_have_the_names_they_are_given() -> None:
    assert card(FULL, turn=lambda seq: f"turn {seq - 1}")[-1].texts == ("by rules 2; read turn 2 to turn 8",)


def test_what_goes_on_is_indented() -> None:
    rows = [Row("Tried", ("one two three four five six seven", "again"))]
    assert lines(rows, 40) == [
        "Tried     one two three four five six",
        "            seven",
        "          again",
    ]


WORDS = st.text(st.sampled_from("ab é你好ทดส👩🏽\u200d\u0301 "), max_size=200)


@given(st.lists(WORDS, min_size=1, max_size=3), st.integers(0, 90))
def test_no_line_is_wider_than_asked_and_nothing_is_lost(texts: list[str], width: int) -> None:
    found = lines([Row("Label", tuple(texts))], width)
    assert all(columns_of(line) <= max(width, 40) for line in found)
    said = "".join(line[LABEL:] for line in found)
    assert "".join(said.split()) == "".join("".join(texts).split())


def test_wide_characters_take_two_columns() -> None:
    assert columns_of("你好e\u0301") == 5
    assert wrapped("你好你好", 5) == ["你好", "你好"]
    assert wrapped("", 5) == [""]
    assert wrapped("ab cd e", 4) == ["ab", "cd e"]
