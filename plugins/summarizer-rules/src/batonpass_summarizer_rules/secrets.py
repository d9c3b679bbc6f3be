"""Keeps secrets, and what sensitive turns hold, out of a summary."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from batonpass.plugin_api import Turn, digit_tokens, holds_secret, is_secret_name, mask, normal, secret_values

_SECRET_NAME = re.compile(
    r"(?<![a-z])(?:pins?|passw|pass ?code|passphrase|cvv|cvc|otp|secret|security|cards?|maiden|pet"
    r"|kennwort|geheim|sicherheits|prüf|contrase|clave|mot de passe|senha)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Guard:
    """What must not be said about one conversation."""

    secrets: frozenset[str]
    hidden: frozenset[str]

    def fact_is_safe(self, name: str, value: str) -> bool:
        if _SECRET_NAME.search(name) or holds_secret(value, self.secrets):
            return False
        return not (self.hides(value) or self._is_part(value) or is_secret_name(value))

    def _is_part(self, value: str) -> bool:
        """Whether it stands within a secret of several words."""
        words = normal(value)
        return len(words) > 2 and any(f" {words} " in f" {secret} " for secret in self.secrets)

    def words(self, text: str) -> str:
        """``text`` with its secrets masked; empty when a specific of a sensitive turn stands in it."""
        return "" if self.hides(text) else mask(text, self.secrets)

    def hides(self, text: str) -> bool:
        return bool(self.hidden) and not self.hidden.isdisjoint(digit_tokens(text))


def guard_for(turns: tuple[Turn, ...], reason: str = "") -> Guard:
    """The guard of a conversation: all its turns, sensitive ones included, and what the giver wrote."""
    sensitive = _specifics(turn for turn in turns if turn.sensitive)
    hidden = sensitive - _specifics(turn for turn in turns if not turn.sensitive) if sensitive else sensitive
    own = secret_values([Turn(0, "system", reason)]) if reason else frozenset()
    return Guard(secret_values(turns) | own, frozenset(hidden))


def _specifics(turns: Iterable[Turn]) -> set[str]:
    return {token for turn in turns for token in digit_tokens(turn.text)}
