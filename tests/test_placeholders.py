"""Identifiers in exchange for placeholders and back, names in a chat, and patterns that end."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batonpass.plugin_text.bounded import bounded_pattern
from batonpass.plugin_text.names import names_in
from batonpass.plugin_text.placeholders import Placeholders, without_placeholders
from batonpass.testing import turns


@pytest.mark.parametrize(
    "text,hidden",
    [
        ("write to robin.field@example.org please", "write to [EMAIL_1] please"),
        ("robin at web dot de", "[EMAIL_1]"),
        ("order BX-20417, again bx-20417", "order [REF_1], again [REF_1]"),
        ("I paid $48.90.", "I paid [AMOUNT_1]."),
        ("48,90 Euro", "[AMOUNT_1]"),
        ("on March 4th at 2:15 pm", "on [DATE_1] at [TIME_1]"),
        ("am 4. März um 14 Uhr", "am [DATE_1] um [TIME_1]"),
        ("call +49 170 555 01 99", "call [PHONE_1]"),
        ("DE89 3704 0044 0532 0130 00", "[IBAN_1]"),
        ("I live at 12 Mill Lane", "I live at [ADDRESS_1]"),
        ("Mühlenstraße 4b", "[ADDRESS_1]"),
        ("see https://shop.example/x?id=7", "see [LINK_1]"),
        ("I am @robin_f there", "I am [USER_1] there"),
        ("account 88120345 and 3 people", "account [NUMBER_1] and [NUMBER_2] people"),
        ("٢٠٤١٧ or １２３４", "[NUMBER_1] or [NUMBER_2]"),
        ("nothing to hide", "nothing to hide"),
    ],
)
def test_what_is_hidden(text: str, hidden: str) -> None:
    placeholders = Placeholders()
    assert placeholders.hide(text) == hidden
    assert (placeholders.restore(hidden) or "").lower() == text.lower().replace("bx-20417", "bx-20417")


@given(st.text(max_size=200))
def test_no_digit_stays_and_everything_comes_back(text: str) -> None:
    placeholders = Placeholders(["Robin Field"])
    hidden = placeholders.hide(text)
    assert not any(char.isdecimal() for char in without_placeholders(hidden))
    if "[" not in text and "_" not in text:
        restored = placeholders.restore(hidden)
        assert restored is not None and restored.casefold() == text.casefold()


def test_one_value_has_one_placeholder_in_all_texts() -> None:
    placeholders = Placeholders()
    assert placeholders.hide("20417") == placeholders.hide("20417") == "[NUMBER_1]"
    assert placeholders.hide("20418") == "[NUMBER_2]"
    assert placeholders.values == {"NUMBER_1": "20417", "NUMBER_2": "20418"}


def test_a_name_is_hidden_whole_and_in_parts() -> None:
    placeholders = Placeholders(["Robin Field"])
    assert placeholders.hide("Robin Field, so Robin or ROBIN, stands in a field") == (
        "[NAME_1], so [NAME_2] or [NAME_2], stands in a field"
    )


@pytest.mark.parametrize("written", ["[NUMBER_1]", "[number_1]", "[NUMBER 1]", "[ NUMBER-1 ]", "NUMBER_1"])
def test_a_model_writes_placeholders_in_its_own_way(written: str) -> None:
    placeholders = Placeholders()
    placeholders.hide("20417")
    assert placeholders.restore(f"the order {written} is late") == "the order 20417 is late"


@pytest.mark.parametrize("written", ["[NUMBER_2]", "[EMAIL_1]", "[EMAIL]", "[NAME_X]", "FOO_7"])
def test_an_unknown_placeholder_is_not_restored(written: str) -> None:
    placeholders = Placeholders()
    placeholders.hide("20417")
    assert placeholders.restore(f"the order {written} is late") is None


def test_a_placeholder_that_a_customer_types_is_theirs() -> None:
    placeholders = Placeholders()
    hidden = placeholders.hide("my mail is a@b.example, not [EMAIL_1]")
    assert hidden == "my mail is [EMAIL_1], not [[REF_1]]"
    assert placeholders.restore(hidden) == "my mail is a@b.example, not [EMAIL_1]"


def test_further_patterns_come_first() -> None:
    placeholders = Placeholders(extra=[("CUSTOMER_ID", re.compile("KD [0-9]{4}"))])
    assert placeholders.hide("I am KD 2041, order 2041") == "I am [CUSTOMER_ID_1], order [NUMBER_1]"


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said,name",
    [
        ("my name is john smith and I need help", "john smith"),
        ("Hi, Katarina here", "Katarina"),
        ("Ich heiße Zwetlana Öz", "Zwetlana Öz"),
        ("please ask Frau Brömmelkamp", "Brömmelkamp"),
        ("this is Kagiso", "Kagiso"),
        ("book it for my son Quillon", "Quillon"),
        ("Transfer nine hundred to Yumi", "Yumi"),
        ("Mary Brown called me", "Mary Brown"),
        ("send it to philip please", "philip"),
    ],
)
def test_names_with_a_cue(said: str, name: str) -> None:
    assert name in names_in(turns(("customer", said)))


@pytest.mark.parametrize(
    "said", ["I am looking for a hotel", "Hi there", "this is Monday", "Will you help me?"]
)
def test_what_is_no_name(said: str) -> None:
    assert names_in(turns(("customer", said))) == ()


def test_a_name_that_was_asked_for() -> None:
    chat = turns(
        ("bot", "May I have your name, please?"), ("customer", "quentin zed"), ("customer", "hello world")
    )
    assert names_in(chat) == ("quentin zed",)


# --- patterns of an operator ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [r"KD-\d{6,10}", "[A-Z]{2,4}[0-9]{5,12}", r"(?i)room \d{1,4}[a-f]?", "(?:ab|cd)e", r"\*\+x"]
)
def test_a_bounded_pattern_is_taken(text: str) -> None:
    assert bounded_pattern(text).pattern == text


@pytest.mark.parametrize(
    "text,why",
    [
        ("(a+)+$", "without a bound"),
        ("a*b", "without a bound"),
        ("(?:a{1,9}){1,9}b", "repeats a group"),
        (r"(\d{1,9})?(\d{1,9})?(\d{1,99})?(\d{1,99})?x", "ways to match"),
        ("a{3,}", "any number of"),
        ("a{1,500}", "up to 500"),
        ("(a", "no regular expression"),
        ("a?", "empty text"),
        ("a" * 201, "201 characters"),
        ("", "0 characters"),
        ("|".join("abcdefghijklm"), "ways to match"),
    ],
)
def test_a_pattern_that_may_run_for_ever_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        bounded_pattern(text)


def test_the_worst_pattern_that_is_taken_ends() -> None:
    pattern = bounded_pattern(r"a{1,44}a{1,44}b")
    started = time.process_time()
    assert pattern.search("a" * 2_000) is None
    assert time.process_time() - started < 5
