"""Keeps secrets, and what sensitive turns hold, out of a summary."""

import re
from dataclasses import dataclass

from batonpass.plugin_api import HIDDEN, Turn, holds_secret, mask, normal, secret_values

_SECRET_NAME = re.compile(
    r"(?<![a-z])(?:pins?|passw|pass ?code|passphrase|cvv|cvc|otp|secret|security|cards?|maiden|pet)",
    re.IGNORECASE,
)
_WITH_DIGIT = re.compile(r"[0-9a-z]*[0-9][0-9a-z]*")


@dataclass(frozen=True, slots=True)
class Guard:
    """What must not be said about one conversation."""

    secrets: frozenset[str]
    hidden: frozenset[str]

    def fact_is_safe(self, name: str, value: str) -> bool:
        return not (_SECRET_NAME.search(name) or holds_secret(value, self.secrets) or self.hides(value))

    def words(self, text: str) -> str:
        """``text`` with its secrets masked; empty when a specific of a sensitive turn stands in it."""
        return "" if self.hides(text) else mask(text, self.secrets)

    def hides(self, text: str) -> bool:
        return bool(self.hidden) and not self.hidden.isdisjoint(_specifics(text))


def guard_for(turns: tuple[Turn, ...]) -> Guard:
    """The guard of a conversation: all its turns, sensitive ones included."""
    open_text = (
        {token for turn in turns if not turn.sensitive for token in _specifics(turn.text)}
        if any(turn.sensitive for turn in turns)
        else set()
    )
    hidden = {token for turn in turns if turn.sensitive for token in _specifics(turn.text)} - open_text
    return Guard(secret_values(turns), frozenset(hidden))


def _specifics(text: str) -> set[str]:
    return set(_WITH_DIGIT.findall(normal(text)))


def is_masked(text: str) -> bool:
    """Whether ``Guard.words`` had to hide something here."""
    return HIDDEN in text
