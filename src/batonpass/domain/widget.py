"""How the widget looks on the operator's pages: settings that no rule of the baton reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from batonpass.domain.words import chain


@dataclass(frozen=True, slots=True)
class Launcher:
    """The button that opens it; `side` and `bottom` are its distances from the edges, in pixels."""

    hidden: bool = False
    side: int = 28
    bottom: int = 28


@dataclass(frozen=True, slots=True)
class Features:
    """What it shows."""

    attachments: bool = True
    transcript: bool = True
    end: bool = True
    contact: bool = True


@dataclass(frozen=True, slots=True)
class WidgetLook:
    """`locales`: what it may speak, everything that there are words of when empty. `words` by locale, in lower case,
    and key."""

    name: str | None = None
    accent: str | None = None
    theme: Literal["auto", "light", "dark"] = "auto"
    position: Literal["right", "left"] = "right"
    launcher: Launcher = Launcher()
    features: Features = Features()
    locales: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def words_in(self, locale: str) -> dict[str, str]:
        """The operator's words for a customer of this locale: those of `de`, and over them those of `de-AT`."""
        found: dict[str, str] = {}
        for key in reversed(list(chain(locale))):
            found |= self.words.get(key, {})
        return found


PLAIN = WidgetLook()
"""What the operator has said nothing about."""
