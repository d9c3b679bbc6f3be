"""Keeps secrets, and what sensitive turns hold, out of a summary."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from batonpass.plugin_api import Turn, digit_tokens, holds_secret, is_secret_name, mask, normal, secret_values
from batonpass_summarizer_rules.lexicon import FUNCTION

_DIGIT = re.compile(r"\d")
_SECRET_NAME = re.compile(
    r"(?<![a-z])(?:pins?|passw|pass ?code|passphrase|cvv|cvc|otp|secret|security|cards?|maiden|pet"
    r"|kennwort|geheim|sicherheits|prüf|contrase|clave|mot de passe|senha)",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def _says_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


@dataclass(frozen=True, slots=True)
class Guard:
    """What must not be said about one conversation."""

    secrets: frozenset[str]
    hidden: frozenset[str]

    def fact_is_safe(self, name: str, value: str) -> bool:
        if _says_secret(name):
            return False
        if not self.secrets and not self.hidden and len(value) < 7:
            return not is_secret_name(value)  # too short for a card number
        if holds_secret(value, self.secrets):
            return False
        return not (self.hides(value) or self._is_part(value) or is_secret_name(value))

    def _is_part(self, value: str) -> bool:
        """Whether it stands within a secret of several words."""
        words = normal(value)
        return len(words) > 2 and any(f" {words} " in f" {secret} " for secret in self.secrets)

    def words(self, text: str) -> str:
        """``text`` with its secrets masked; empty when a specific of a sensitive turn stands in it."""
        if not self.secrets and not self.hidden and len(_DIGIT.findall(text)) < 7:
            return text  # not even a part of a card number
        return "" if self.hides(text) else mask(text, self.secrets)

    def hides(self, text: str) -> bool:
        return bool(self.hidden) and not self.hidden.isdisjoint(digit_tokens(text))


def guard_for(turns: tuple[Turn, ...], reason: str = "") -> Guard:
    """The guard of a conversation: all its turns, sensitive ones included, and what the giver wrote."""
    sensitive = _specifics(turn for turn in turns if turn.sensitive)
    hidden = sensitive - _specifics(turn for turn in turns if not turn.sensitive) if sensitive else sensitive
    own = secret_values([Turn(0, "system", reason)]) if reason else frozenset()
    return Guard(secret_values(turns) | own | _dear_names(turns), frozenset(hidden))


# "my old cat's name. It's Charlie": answers that prove who somebody is, told unasked.
_DEAR = re.compile(
    r"\b(?:pet|cat|dog|hamster|rabbit|horse|teacher|school|mother|father|maiden|birth ?place"
    r"|haustier\w*)(?:['’]?s)?"
    r"(?: maiden)? name\b(?! (?:of|for) )(.{0,50})",
    re.IGNORECASE,
)
_BIG_WORD = re.compile(r"\b[A-ZÀ-Þ][\w\-]+")


def _dear_names(turns: tuple[Turn, ...]) -> frozenset[str]:
    said = (
        match[1]
        for turn in turns
        if turn.role == "customer" and "name" in turn.text
        for match in _DEAR.finditer(turn.text[:4000])
    )
    words = {normal(word) for rest in said for word in _BIG_WORD.findall(rest)}
    return frozenset(
        word for word in words if len(word) > 2 and word not in FUNCTION and word not in {"it", "that"}
    )


def _specifics(turns: Iterable[Turn]) -> set[str]:
    return {token for turn in turns for token in digit_tokens(turn.text)}
