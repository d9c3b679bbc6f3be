"""The summarizer contract: what passes, and that each breach of it is named."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batonpass.plugin_api import (
    HIDDEN,
    Budget,
    Fact,
    Maker,
    Step,
    Summary,
    SummaryRequest,
    Turn,
    check_summary,
    clean_text,
    digit_tokens,
    holds_secret,
    mask,
    protected_values,
    secret_values,
    stands_in,
    summary_from_dict,
    summary_to_dict,
)

REQUEST = SummaryRequest(
    "transfer",
    (
        Turn(3, "customer", "My order 88120 from 4 May is late, I paid $30"),
        Turn(5, "bot", "I have checked it: it left on Monday."),
        Turn(8, "customer", "Our claim is QX-1177", sensitive=True),
    ),
)
GOOD = Summary(
    maker=Maker("mine", "1"),
    issue="Order 88120 is late.",
    facts=(Fact("order", "88120", 3), Fact("amount", "$30", 3)),
    steps=(Step("bot", "Checked it.", 5),),
    prose="Order 88120 is late.",
    language="en",
    first_seq=3,
    last_seq=8,
)


def test_a_good_summary_has_no_breach() -> None:
    assert check_summary(REQUEST, GOOD) == []


@pytest.mark.parametrize(
    "change,breach",
    [
        ({"issue": "", "prose": ""}, "no issue and no prose"),
        ({"issue": None}, "issue is not text"),
        ({"outcome": "maybe"}, "outcome has an unknown value"),
        ({"language": "English please"}, "language"),
        ({"maker": "mine"}, "maker is not"),
        ({"maker": Maker("", "1")}, "maker has no name"),
        ({"facts": [Fact("order", "88120", 3)]}, "facts is not a tuple"),
        ({"facts": (Fact("order", "88120", 4),)}, "seq is no turn"),
        ({"facts": (Fact("order", "88121", 3),)}, "does not stand in its turn"),
        ({"facts": (Fact("claim", "QX-1177", 8),)}, "sensitive"),
        ({"facts": (Fact("", "88120", 3),)}, "empty or too long"),
        ({"facts": (Fact("order", "88120", 3),) * 2}, "given twice"),
        ({"facts": tuple(Fact(f"order {n}", "88120", 3) for n in range(21))}, "too many facts"),
        ({"facts": (Fact("pin code", "88120", 3),)}, "name says that it is a secret"),
        ({"steps": (Step("representative", "Checked it.", 5),)}, "not the role of its turn"),
        ({"steps": (Step("bot", "Checked it.", 6),)}, "step's seq"),
        ({"steps": (Step("bot", "x", 5),) * 11}, "too many steps"),
        ({"prose": "word " * 61}, "over its word budget"),
        ({"prose": "Order 88120 costs 77."}, "number in the words"),
        ({"next_step": "Look at QX-1177."}, "sensitive turn"),
        ({"issue": "See https://evil.example/a"}, "use clean_text"),
        ({"issue": "A <b>bold</b> issue"}, "use clean_text"),
        ({"issue": "\u202eback"}, "use clean_text"),
        ({"issue": "\ud800"}, "use clean_text"),
        ({"prose": "x" * 2001}, "prose is too long"),
        ({"first_seq": 4}, "first_seq..last_seq"),
        ({"first_seq": 8, "last_seq": 3}, "first_seq..last_seq"),
        ({"first_seq": 0, "last_seq": 0}, "are missing"),
        ({"first_seq": "3"}, "not a count"),
        ({"status": "too_short"}, "status_reason is empty"),
    ],
)
def test_each_breach_is_named(change: dict, breach: str) -> None:
    found = check_summary(REQUEST, replace(GOOD, **change))
    assert any(breach in line for line in found), found


def test_something_else_than_a_summary_is_a_breach() -> None:
    assert check_summary(REQUEST, {"issue": "x"}) == ["returned dict, not a Summary"]
    assert check_summary(REQUEST, None) == ["returned NoneType, not a Summary"]


def test_sixty_words_of_fact_values_are_the_most() -> None:
    long = " ".join(f"w{n}" for n in range(31))
    request = SummaryRequest("transfer", (Turn(1, "customer", long),), budget=Budget(words=200))
    facts = (Fact("a", long, 1), Fact("b", long, 1))
    summary = replace(GOOD, facts=facts, steps=(), issue="w1", prose="w1", first_seq=1, last_seq=1)
    assert check_summary(request, summary) == ["the facts' values hold too many words"]


def test_a_breach_quotes_nothing_of_the_chat() -> None:
    bad = replace(GOOD, issue="Zebra 99", facts=(Fact("zebra", "99", 3),))
    assert "zebra" not in " ".join(check_summary(REQUEST, bad)).lower()


def test_a_summary_survives_storage() -> None:
    stored = json.loads(json.dumps(summary_to_dict(GOOD)))
    assert stored["v"] == 1
    assert summary_from_dict(stored) == GOOD


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": None},
        {"maker": "x"},
        {"facts": [{"name": "a"}]},
        {"unknown": 1},
        {"facts": [["a", "b", 1]]},
    ],
)
def test_an_unknown_stored_shape_is_refused(change: dict) -> None:
    with pytest.raises(ValueError, match="summary"):
        summary_from_dict({**summary_to_dict(GOOD), **change})


# --- clean text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dirty,clean",
    [
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("line\none\r\n\ttwo\x00", "line one two"),
        ("<b>bold</b> <img src=x onerror=alert(1)> text", "bold text"),
        ("<<b>script>alert", "script>alert"),
        ("open <img src=x", "open img src=x"),
        ("see https://evil.example/a?b=1, www.evil.example and evil.example/pay", "see and"),
        (
            "write to robin@example.org, 12:30 or 29/02/1980",
            "write to robin@example.org, 12:30 or 29/02/1980",
        ),
        ("1 < 2 and <3", "1 < 2 and <3"),
        ("\ud83d lone", "lone"),
        ("می\u200cخواهم 👩\u200d👧", "می\u200cخواهم 👩\u200d👧"),
    ],
)
def test_clean_text(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean


@given(st.text(alphabet=st.sampled_from("<>ab/:w.h t\u202e\ud800\n\"'(!?-1@")) | st.text())
@settings(max_examples=400, deadline=None)
def test_clean_text_is_idempotent_and_storable(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    once.encode()


@given(st.text(max_size=60), st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_clean_text_keeps_its_limit(text: str, limit: int) -> None:
    cut = clean_text(text, limit)
    assert len(cut) <= limit
    assert clean_text(cut) == cut


def test_stands_in() -> None:
    assert stands_in("BX-20417", "it is bx 20417.")
    assert stands_in("(977) 625-2661", "call 9776252661")
    assert not stands_in("12", "number 123")
    assert not stands_in("", "anything")
    assert stands_in("Иван", "меня зовут ИВАН")
    assert digit_tokens("A1 b, 22-33 c") == {"a1", "22", "33"}


# --- secrets --------------------------------------------------------------------------------------


def chat(*texts: str) -> tuple[Turn, ...]:
    """Bot and customer in turn, the bot first."""
    return tuple(Turn(n + 1, ("bot", "customer")[n % 2], text) for n, text in enumerate(texts))


@pytest.mark.parametrize(
    "turns,secrets",
    [
        (chat("", "my pin is 4417 and cvv: 912"), {"4417", "912"}),
        (chat("Your account number and PIN?", "88120345, 4417. Born 29/02/1980"), {"4417"}),
        (
            chat("Your PIN?", "I forgot", "Your birthday?", "wait, it is either 4417 or 9321"),
            {"4417", "9321"},
        ),
        (chat("Your password?", "xK9!mulberry"), {"xk9 mulberry"}),
        (chat("", "my password is not working"), set()),
        (chat("What is your mother's maiden name?", "It's Sanders, I think"), {"sanders"}),
        (chat("What was the name of your first pet?", "I don't know"), set()),
        (chat("", "card 4111 1111 1111 1111"), {"4111111111111111"}),
        (chat("", "card 4111-1111-1111-1112"), {"4111111111111112"}),
        (chat("", "order 3348917502, IMEI 356938035643809"), set()),
    ],
)
def test_secrets_are_found(turns: tuple[Turn, ...], secrets: set[str]) -> None:
    assert secret_values(turns) == secrets


def test_secrets_are_masked_and_found_again() -> None:
    secrets = frozenset({"4417", "xk9 mulberry"})
    masked = mask("PIN 4417, password xK9!mulberry, card 4111 1111 1111 1111, order 44170", secrets)
    assert masked == f"PIN {HIDDEN}, password {HIDDEN}, card {HIDDEN}, order 44170"
    assert not holds_secret(masked, secrets)
    assert holds_secret("now 4417", secrets)


def test_a_word_said_openly_elsewhere_is_not_protected() -> None:
    turns = chat("Name of your first pet?", "Baker", "And your address?", "12 Baker Street")
    assert secret_values(turns) == {"baker"}
    assert protected_values(turns) == frozenset()


def test_a_secret_in_a_summary_is_a_breach() -> None:
    request = SummaryRequest("transfer", chat("Your PIN?", "4417"))
    summary = Summary(Maker("mine", "1"), issue="The PIN is 4417.", first_seq=1, last_seq=2)
    assert check_summary(request, summary) == ["a secret stands in the summary"]


@pytest.mark.parametrize("unit", ["a", "1 ", "<", "a.", "pin is ", "a:/", "1-", "www.", "\u202e"])
def test_a_megabyte_is_checked_in_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    clean_text(text)
    request = SummaryRequest("transfer", (Turn(1, "customer", text),))
    summary = Summary(Maker("mine", "1"), issue="x 1", first_seq=1, last_seq=1)
    check_summary(request, summary)  # quadratic would take minutes: pytest's own time limit is the test


def test_plugin_api_needs_the_standard_library_only() -> None:
    code = (
        "import sys, batonpass.plugin_api, batonpass.testing\n"
        "own = set(sys.stdlib_module_names) | {'batonpass'}\n"
        "print([m for m in sys.modules if m.split('.')[0] not in own and 'site-packages' in"
        " str(getattr(sys.modules[m], '__file__', '')) and not m.startswith('_')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
