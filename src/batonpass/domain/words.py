"""The words customers read at every transition (DESIGN law 8): defaults, or the operator's own.

A word is plain text with placeholders in braces, `{agent}`; a doubled brace is a brace. Placeholders stand
for public names and are filled in one pass, so a name with braces in it stays what it is. An empty word
mutes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from batonpass.domain.house_words import DEFAULTS

DEFAULT_LOCALE = "en"
MAX_WORD = 500

PARAMS: dict[str, frozenset[str]] = {
    "welcome_bot": frozenset({"agent"}),
    "joined": frozenset({"agent"}),
    "joined_bot": frozenset({"agent"}),
    "passing_to_person": frozenset({"giver"}),
    "passing_to_bot": frozenset({"giver"}),
    "passed_to_bot": frozenset({"giver", "agent"}),
    "lost_person": frozenset({"agent"}),
    "lost_bot": frozenset({"agent"}),
    "waiting": frozenset(),
    "transfer_started": frozenset({"giver"}),
    "transfer_started_bot": frozenset({"giver"}),
    "transfer_ended": frozenset({"giver"}),
    "helper_joined": frozenset({"agent"}),
    "helper_left": frozenset({"agent"}),
    "left": frozenset({"agent"}),
    "returned": frozenset({"giver"}),
    "went_back": frozenset({"agent"}),
    "passed_back_waiting": frozenset(),
    "passed_back_closed": frozenset(),
    "waiting_closed": frozenset({"opens"}),
    "took_over": frozenset({"agent"}),
    "on_hold": frozenset({"agent"}),
    "on_hold_silent": frozenset({"agent"}),
    "hold_over": frozenset({"agent"}),
    "resumed": frozenset({"agent"}),
    "reopened": frozenset(),
    "idle_warning": frozenset(),
    "no_reply": frozenset({"agent"}),
    "closed_by_supervisor": frozenset(),
    "closed_by_customer": frozenset(),
    "closed_resolved": frozenset({"agent"}),
    "closed_unanswered": frozenset(),
    "contact_left": frozenset(),
    "closed_idle": frozenset(),
    "closed_abandoned": frozenset(),
    "closed_hours": frozenset(),
}
"""Every notice code, and the placeholders its words may use. `agent` comes or is meant, `giver` passes on;
both are public names. `opens` is when a closed queue opens, by the clock of its place."""

_PART = re.compile(r"\{\{|\}\}|\{([a-z_]+)\}|[{}]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


def problem(code: str, text: str) -> str | None:
    """Say what is wrong with a word of the operator's, as "found, expected"; None when it may be used."""
    if code not in PARAMS:
        return f"no notice has the code {code!r}, expected one of {', '.join(sorted(PARAMS))}"
    if len(text) > MAX_WORD:
        return f"has {len(text)} characters, expected at most {MAX_WORD}"
    if _CONTROL.search(text):
        return "has a control character, expected plain text"
    known = ", ".join(f"{{{name}}}" for name in sorted(PARAMS[code])) or "none"
    for found in _PART.finditer(text):
        if found[0] in {"{", "}"}:
            return f"has a single {found[0]!r}, expected a placeholder such as {{agent}}, or it doubled"
        if found[1] is not None and found[1] not in PARAMS[code]:
            return f"has the unknown placeholder {found[0]}, expected {known}"
    return None


class Words:
    """The words in use: the operator's over the defaults."""

    def __init__(
        self,
        overrides: Mapping[str, Mapping[str, str]] | None = None,
        queues: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
    ) -> None:
        """Take the operator's words by locale and code; those of the default locale also stand in for
        locales without words. A word muted there is muted everywhere, unless a locale has its own. `queues` has
        the words of single queues, which come before those of the house.

        Raises:
            ValueError: a word cannot be used; the message names locale and code.
        """
        given = _checked(overrides or {})
        self._words = {
            locale: DEFAULTS.get(locale, {}) | _muted(given) | given.get(locale, {})
            for locale in {**DEFAULTS, **given}
        }
        self._queues = {queue_id: _of_queue(_checked(words)) for queue_id, words in (queues or {}).items()}

    def notice(
        self, code: str, params: Mapping[str, str], locale: str = "", queue_id: str = ""
    ) -> dict[str, Any]:
        """Return a notice as `{code, params, text, locale, muted}` for a customer of this locale.

        `params` may hold more than the code's words can use; the notice keeps only those of the code, muted
        ones too, for clients with words of their own. `locale` in the answer is that of the text.

        Raises:
            KeyError: no such code, or a name its words may use is missing. Both are faults of the caller.
        """
        used = {name: params[name] for name in sorted(PARAMS[code])}
        found, word = self._word(code, locale, queue_id)
        text = _PART.sub(lambda part: _fill(part, used), word)
        return {"code": code, "params": used, "text": text, "locale": found, "muted": not text}

    def table(self, locale: str = DEFAULT_LOCALE) -> dict[str, str]:
        """Return every code with its unfilled word for this locale."""
        return {code: self._word(code, locale)[1] for code in PARAMS}

    def _word(self, code: str, locale: str, queue_id: str = "") -> tuple[str, str]:
        for key in _chain(locale):
            for words in (self._queues.get(queue_id, {}), self._words):
                word = words.get(key, {}).get(code)
                if word is not None:
                    return key, word
        raise KeyError(code)


def _checked(overrides: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    given = {_key(locale): dict(words) for locale, words in overrides.items()}
    for locale, words in given.items():
        for code, text in words.items():
            if wrong := problem(code, text):
                raise ValueError(f"words.{locale}.{code}: {wrong}")
    return given


def _muted(given: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What is muted in the default locale is muted in all, but for those with their own words."""
    return {code: "" for code, text in given.get(DEFAULT_LOCALE, {}).items() if not text}


def _of_queue(given: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """A queue's own words; what it mutes in the default locale is muted in all that it has no words of."""
    spoken = {locale: _muted(given) | words for locale, words in given.items() if locale != DEFAULT_LOCALE}
    silent = {locale: _muted(given) for locale in DEFAULTS if locale not in given}
    return {**silent, **spoken, DEFAULT_LOCALE: given.get(DEFAULT_LOCALE, {})}


def _key(locale: str) -> str:
    return locale.replace("_", "-").lower()


def chain(locale: str) -> Iterator[str]:
    """Yield `de-at`, then `de`."""
    parts = _key(locale).split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


def _chain(locale: str) -> Iterator[str]:
    """Yield `de-at`, `de`, then the default."""
    yield from chain(locale)
    yield DEFAULT_LOCALE


def _fill(part: re.Match[str], params: Mapping[str, str]) -> str:
    return params[part[1]] if part[1] else part[0][0]
