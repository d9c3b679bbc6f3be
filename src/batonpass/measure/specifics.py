"""The specifics of a summary: what a reader would act on, and so must stand in the chat.

Counted are words with a digit (numbers, amounts, dates, times, references), mail addresses, and names: words with a
capital that do not open a sentence, or open one before another such word ("Robert Miller asks", not "The Miller").
Nouns have capitals in German, so there names are not looked for.
"""

import re
from collections.abc import Iterable, Iterator

from batonpass.plugin_text import compact, normal

_SENTENCE = re.compile(r"(?<=[.!?…:;\"”»“„])\s+|\n|(?=[\"“„«])|(?<=[\"“„«])")
_EDGES = " .,;:!?…\"'“”„«»‘’()[]{}<>*|"
_POSSESSIVE = re.compile(r"['’]s?$")
_NOT_NAMES = frozenset({"i", "i'm", "i've", "i'd", "i'll"})
_OPENERS = frozenset(
    "a after again agent also an and another as at because before both bot but by call customer dear did does"
    " during each for from has have he her here his how however if in is it its let no not now of on one or our"
    " please representative she since so some still that the their then there these they this those to today tomorrow"
    " until was we were what when where which while who why with yes yesterday you your".split()
)


def specifics_in(text: str, language: str = "") -> Iterator[str]:
    """Yield each specific of a text, as it stands there without signs at its edges and without a possessive."""
    for sentence in _SENTENCE.split(text):
        words = [word for raw in sentence.split() if (word := _bare(raw))]
        for place, word in enumerate(words):
            if (
                any(char.isdigit() for char in word)
                or "@" in word
                or (not language.startswith("de") and _is_name(words, place))
            ):
                yield word


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.strip(_EDGES)).strip(_EDGES)


def _is_name(words: list[str], place: int) -> bool:
    if not _has_capital(words[place]):
        return False
    if place > 0:
        return True
    return len(words) > 1 and _has_capital(words[1]) and words[0].lower() not in _OPENERS


def _has_capital(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and word.lower().replace("’", "'") not in _NOT_NAMES


class Chat:
    """The words of a chat, tool lines included, prepared to be asked many times."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._plain = "\n".join(texts)
        self._words = f" {normal(self._plain)} "
        self._solid = compact(self._plain)
        self._chunks = {compact(chunk) for chunk in self._plain.split()}

    def has(self, specific: str) -> bool:
        """Whether it stands there: as whole words, in any spacing when it has at least five signs and a digit, or as a
        word that differs in signs only ("$1760" for "$1,760"). What has none of `[0-9a-z]` is compared as it is."""
        words, solid = normal(specific), compact(specific)
        if not words:
            return specific.casefold() in self._plain.casefold()
        if f" {words} " in self._words or solid in self._chunks:
            return True
        return len(solid) >= 5 and any(char.isdigit() for char in solid) and solid in self._solid
