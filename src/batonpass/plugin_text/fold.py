"""Text as a reader sees it: full-width and other digits, dashes and spaces as ASCII, invisible characters gone.

Standard library only. ``places`` keeps where each character came from, so that what is found can be hidden.
"""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Folded:
    """``text``, and for each of its characters the place in the original; None: the same place."""

    text: str
    places: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's span of a span of ``text`` that is not empty."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


class _Table(dict[int, str]):
    """What to show for each character, found out once."""

    def __missing__(self, code: int) -> str:
        if len(self) > _MOST:
            self.clear()
        self[code] = _shown(chr(code))
        return self[code]


_MOST = 8_000
_TABLE = _Table()


def seen(text: str) -> str:
    """The text in the form (NFKC, character by character) in which secrets are looked for."""
    return text if text.isascii() else text.translate(_TABLE)


def fold(text: str) -> Folded:
    """``seen`` with the places in the original."""
    if text.isascii():
        return Folded(text)
    places = [place for place, char in enumerate(text) for _ in _TABLE[ord(char)]]
    return Folded(seen(text), tuple(places))


def _shown(char: str) -> str:
    if char < "\x7f":
        return char
    category = unicodedata.category(char)
    if category in ("Cf", "Me") or "\ufe00" <= char <= "\ufe0f":
        return ""
    if category == "Pd" or char == "\N{MINUS SIGN}":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return " " if char.isspace() else unicodedata.normalize("NFKC", char)
