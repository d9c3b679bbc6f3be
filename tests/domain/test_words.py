"""What customers read, and what an operator may write instead."""

import pytest

from batonpass.domain.house_words import DEFAULTS
from batonpass.domain.words import PARAMS, Words, problem

NAMES = {"agent": "Rosa", "giver": "Order bot", "opens": "2026-11-23 09:00"}


def test_a_notice_names_who_comes_and_keeps_only_the_names_of_its_code() -> None:
    assert Words().notice("joined", NAMES, "en-GB") == {
        "code": "joined",
        "params": {"agent": "Rosa"},
        "text": "Rosa has joined and has read the chat so far.",
        "locale": "en",
        "muted": False,
    }


@pytest.mark.parametrize(
    "locale,found",
    [("de-AT", "de"), ("de_at", "de"), ("DE", "de"), ("de-Latn-AT", "de"), ("fr", "en"), ("", "en")],
)
def test_a_locale_falls_back_to_its_language_and_then_to_english(locale: str, found: str) -> None:
    notice = Words().notice("closed_by_customer", {}, locale)
    assert notice["locale"] == found
    assert notice["text"] == DEFAULTS[found]["closed_by_customer"]


def test_a_closer_locale_of_the_operator_wins_over_the_language() -> None:
    words = Words({"de-AT": {"joined": "Servus von {agent}."}, "fr": {"joined": "Voici {agent}."}})
    assert words.notice("joined", NAMES, "de-AT")["text"] == "Servus von Rosa."
    assert (
        words.notice("joined", NAMES, "de-DE")["text"]
        == "Rosa ist jetzt hier und hat den bisherigen Chat gelesen."
    )
    assert words.notice("joined", NAMES, "fr-CA")["text"] == "Voici Rosa."
    assert words.notice("waiting", NAMES, "fr-CA")["locale"] == "en"


def test_an_empty_word_mutes_and_keeps_the_names() -> None:
    notice = Words({"en": {"passed_to_bot": ""}}).notice("passed_to_bot", NAMES)
    assert notice == {
        "code": "passed_to_bot",
        "params": {"agent": "Rosa", "giver": "Order bot"},
        "text": "",
        "locale": "en",
        "muted": True,
    }


def test_muting_the_default_mutes_every_locale_without_a_word_of_its_own() -> None:
    words = Words({"en": {"joined": ""}, "fr": {"joined": "Voici {agent}."}})
    assert words.notice("joined", NAMES, "de")["muted"]
    assert words.notice("joined", NAMES, "es")["muted"]
    assert not words.notice("joined", NAMES, "fr")["muted"]


def test_muting_one_locale_leaves_the_others() -> None:
    words = Words({"de": {"joined": ""}})
    assert words.notice("joined", NAMES, "de-CH")["muted"]
    assert words.notice("joined", NAMES, "en")["text"] == "Rosa has joined and has read the chat so far."


def test_a_name_with_braces_is_not_a_placeholder() -> None:
    text = Words().notice("passed_to_bot", {"giver": "{agent}", "agent": "{{x}}"})["text"]
    assert text == "{agent} has passed you to {{x}}. Ask for a person at any time."


def test_a_doubled_brace_is_a_brace() -> None:
    assert Words({"en": {"waiting": "{{wait}}"}}).notice("waiting", {})["text"] == "{wait}"


def test_a_missing_name_is_a_fault_of_the_caller_even_when_the_word_does_not_use_it() -> None:
    with pytest.raises(KeyError):
        Words({"en": {"passed_to_bot": "Passed."}}).notice("passed_to_bot", {"agent": "Rosa"})


@pytest.mark.parametrize(
    "code,text,wrong",
    [
        ("joined", "{holder} is here", "has the unknown placeholder {holder}, expected {agent}"),
        ("waiting", "{agent}", "has the unknown placeholder {agent}, expected none"),
        ("passed_to_bot", "{x}", "has the unknown placeholder {x}, expected {agent}, {giver}"),
        ("joined", "{agent.name}", "has a single '{', expected a placeholder such as {agent}, or it doubled"),
        ("joined", "{agent!r}", "has a single '{', expected a placeholder such as {agent}, or it doubled"),
        ("joined", "{0}", "has a single '{', expected a placeholder such as {agent}, or it doubled"),
        ("joined", "a } b", "has a single '}', expected a placeholder such as {agent}, or it doubled"),
        ("joined", "a\x07", "has a control character, expected plain text"),
        ("joined", "a" * 501, "has 501 characters, expected at most 500"),
    ],
)
def test_a_word_that_cannot_be_used_is_refused_at_load(code: str, text: str, wrong: str) -> None:
    assert problem(code, text) == wrong
    with pytest.raises(ValueError) as refusal:
        Words({"en": {code: text}})
    assert str(refusal.value) == f"words.en.{code}: {wrong}"


def test_an_unknown_code_is_refused_at_load() -> None:
    wrong = problem("joind", "")
    assert wrong is not None
    assert wrong.startswith("no notice has the code 'joind', expected one of closed_abandoned, ")


@pytest.mark.parametrize("locale", DEFAULTS)
def test_every_locale_of_the_house_has_usable_words_for_every_code(locale: str) -> None:
    assert DEFAULTS[locale].keys() == PARAMS.keys()
    for code, text in DEFAULTS[locale].items():
        assert text
        assert problem(code, text) is None
        assert all(f"{{{name}}}" in text for name in PARAMS[code]), "a default shows all its names"


@pytest.mark.parametrize("code", PARAMS)
def test_customers_never_read_our_own_jargon(code: str) -> None:
    text = Words().notice(code, NAMES)["text"].lower()
    assert not any(word in text for word in ("agent", "baton", "stint", "queue", "representative", "!"))


def test_a_queue_has_words_of_its_own() -> None:
    words = Words(
        {"en": {"waiting": "House waits."}},
        {"q": {"en": {"waiting": "Queue waits.", "closed_unanswered": ""}, "de": {"waiting": "Warten."}}},
    )

    def said(code: str, locale: str, queue_id: str) -> str:
        return str(words.notice(code, {"agent": "A"}, locale, queue_id)["text"])

    assert said("waiting", "en", "q") == "Queue waits."
    assert said("waiting", "de-AT", "q") == "Warten."
    assert said("waiting", "fr", "q") == "Queue waits."
    assert said("waiting", "en", "other") == "House waits."
    assert said("joined", "en", "q") == "A has joined and has read the chat so far."
    # The house speaks German where the queue only speaks English; what the queue mutes is mute in both.
    assert said("joined", "de", "q").startswith("A ist jetzt hier")
    assert said("closed_unanswered", "de", "q") == ""
    assert said("closed_unanswered", "de", "other") != ""
