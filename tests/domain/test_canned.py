"""Replies that people have ready: which there are in a queue, in whose words, and what stands in their gaps."""

import pytest

from batonpass.domain.canned import problem, ready
from batonpass.domain.care import Canned

HELLO = Canned(
    "hello", "hi", {"": "Hello {customer}, {agent} here.", "de": "Hallo {customer}, hier {agent}."}
)
PARCEL = Canned("parcel", "parcel", {"": "Order {order} {{is}} on its way."}, frozenset({"orders"}))
KNOWN = {"agent": "Rita", "customer": "Ada", "order": "77"}


def texts(queue_id: str = "orders", locale: str = "", known: dict[str, str] = KNOWN) -> dict[str, str]:
    return {reply.shortcut: reply.text for reply in ready([PARCEL, HELLO], queue_id, locale, known)}


def test_replies_are_filled_in_for_one_chat() -> None:
    assert texts() == {"hi": "Hello Ada, Rita here.", "parcel": "Order 77 {is} on its way."}
    assert list(texts("billing")) == ["hi"]


@pytest.mark.parametrize(
    "locale, first", [("de", "Hallo"), ("de-AT", "Hallo"), ("DE_at", "Hallo"), ("fr", "Hello")]
)
def test_a_reply_is_in_the_customers_language_or_for_all(locale: str, first: str) -> None:
    assert texts(locale=locale)["hi"].split()[0] == first


def test_a_gap_is_seen() -> None:
    (reply,) = ready([PARCEL], "orders", "", {"order": ""})
    assert (reply.text, reply.missing) == ("Order [order] {is} on its way.", ("order",))


def test_braces_in_a_value_stay_what_they_are() -> None:
    assert texts(known={**KNOWN, "customer": "{agent} {{x}} {"})["hi"] == "Hello {agent} {{x}} {, Rita here."


@pytest.mark.parametrize("text", ["{", "}", "{ name }", "{1x}", "a {b", "\x00", "\ud800"])
def test_a_text_that_cannot_be_used(text: str) -> None:
    assert problem(text) is not None


def test_a_text_that_can() -> None:
    assert problem("Hello {customer}\nsee {{here}} {order.id}") is None
