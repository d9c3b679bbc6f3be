"""What of a model's words may be shown: each sentence on its own, and a sentence goes when in doubt.

A sentence goes when it holds

* a placeholder that was never given out, a link, or a secret;
* a specific that does not stand in what the model was given: a token with a digit, an e-mail, a domain, a currency
  sign, a month or weekday, a capitalised name;
* words as they are used to give a program orders, or a word that stood only in what was left out as such;
* six words in a row of our own prompt.

Capitals: inside a sentence every capitalised word must stand in the chat (without its possessive), but for words a
summary is made of ("Customer", "ID"). At the start of a sentence a capital says nothing; the word must stand in the
chat all the same, or be one that sentences begin with, or be no name by its ending ("Having", "Requested"). German
capitalises every noun: there a lone capitalised word also passes when it is a noun by its ending (-ung, -keit,
-nummer), stands in the chat in another form (same first five letters), or is on a short list; of two or more in a row
("Kollegin Müller") each one but the first must stand in the chat. French, Spanish and the like follow the English rule.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from batonpass_summarizer_rules.text import language_of

from batonpass.plugin_api import clean_text, holds_secret, normal, stands_in
from batonpass.plugin_text.fold import seen
from batonpass.plugin_text.placeholders import Placeholders, without_placeholders
from batonpass.plugin_text.words import COMMON
from batonpass_summarizer_llm.hostile import is_hostile
from batonpass_summarizer_llm.vocabulary import CALENDAR, GERMAN_ENDINGS, GERMAN_NOUNS, NARRATION, STARTERS

MAX_ANSWER = 20_000

_END = re.compile(
    r"(?<=[.!?…。！？])[\"'”’)\]]{0,3}\s+(?=[\"'“‘(\[]{0,2}[A-Z0-9À-Þ\u0400-\u042f])|(?<=[。！？])|\n+"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|no|nr|prof|approx|vs|e\.g|i\.e|z\.b|bzw|[a-z])\.|(?:^|\s)\d{1,2}\.)$", re.I
)
_MARKS = re.compile(r"\*\*|__|`+|^\s{0,8}(?:#{1,6}|>|[-*•])\s+|^\s{0,8}\d{1,2}[.)]\s+", re.MULTILINE)
_LINK = re.compile(r"://|\bwww\.|\bmailto:|\bjavascript:|\]\(", re.IGNORECASE)
_DOMAIN = re.compile(r"\b[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){0,3}\.[a-z]{2,12}\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w.\-]{1,190}")
_EDGES = re.compile(r"^\W+|\W+$")
_CURRENCY = re.compile("[$€£¥₹]|\\b(?:usd|eur|gbp|chf|dollars?|euros?|pounds?)\\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_](?:[\w'’\-]*[^\W_])?")
_POSSESSIVE = re.compile(r"['’](?:s|S)?$")
_QUOTE = re.compile(r"[\"“„«:;(]\s*$")


def sentences(text: str) -> list[str]:
    """The sentences of a model's text, markdown's marks left out."""
    parts: list[str] = []
    for part in _END.split(_MARKS.sub("", text[:MAX_ANSWER])):
        if parts and _ABBREVIATION.search(parts[-1][-12:]):
            parts[-1] = f"{parts[-1]} {part.strip()}"
        elif part and part.strip():
            parts.append(part.strip())
    return parts


class Checker:
    """Decides over the sentences of one answer."""

    def __init__(
        self,
        sources: Iterable[str],
        hostile: Iterable[str],
        placeholders: Placeholders | None,
        secrets: frozenset[str],
        language: str = "",
        prompt: str = "",
    ) -> None:
        self._sources = [seen(text) for text in sources]
        self._hostile = [seen(text) for text in hostile]
        self._placeholders = placeholders
        self._secrets = secrets
        self._german = language.startswith("de")
        self._prompt = _runs_of(prompt)

    def keep(self, text: str, chars: int, words: int = 10_000) -> str:
        """The sentences that may be shown, identifiers restored, whole ones as far as both limits go."""
        kept: list[str] = []
        for sentence in sentences(text):
            good = self.checked(sentence)
            total = [*kept, good]
            if good and good not in kept and len(" ".join(total)) <= chars and _count(total) <= words:
                kept.append(good)
        return " ".join(kept)

    def checked(self, sentence: str) -> str:
        """The sentence as it may be shown; empty when it may not."""
        plain = clean_text(sentence)
        if _LINK.search(sentence) or not plain or is_hostile(plain):
            return ""
        restored: str | None = plain
        if self._placeholders:
            restored = self._placeholders.restore(plain)
            plain = without_placeholders(plain)
        if (
            restored is None
            or self._echoes(plain)
            or self._prompt & _runs_of(plain)
            or not self._is_known(plain)
            or not self._is_about(restored)
        ):
            return ""
        restored = clean_text(restored)
        return "" if holds_secret(restored, self._secrets) else restored

    # --- specifics

    def _is_known(self, plain: str) -> bool:
        """Whether every specific stands in a source."""
        plain = seen(plain)
        exact = [*_EMAIL.findall(plain), *_DOMAIN.findall(plain), *_with_digit(plain)]
        if not all(self._stands(value) for value in exact):
            return False
        if not all(self._holds(sign) for sign in _CURRENCY.findall(plain)):
            return False
        return self._names_are_known(plain)

    def _stands(self, value: str) -> bool:
        return any(stands_in(value, text) for text in self._sources) and all(
            word in self._tokens for word in normal(value).split()
        )

    def _holds(self, sign: str) -> bool:
        if sign.isalpha():
            return sign.casefold() in self._words
        return any(sign in text for text in self._sources)

    @cached_property
    def _tokens(self) -> frozenset[str]:
        return frozenset(word for text in self._sources for word in normal(text).split())

    @cached_property
    def _words(self) -> frozenset[str]:
        return _words_of(self._sources)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(word[:5] for word in self._words if len(word) >= 5)

    def _names_are_known(self, plain: str) -> bool:
        found = list(_WORD.finditer(plain))
        german = self._german or language_of([plain]) == "de"
        before = False
        for place, word in enumerate(found):
            bare = _POSSESSIVE.sub("", word[0])
            first = place == 0 or bool(_QUOTE.search(plain[: word.start()]))
            capital = bare[:1].isupper()
            known = all(self._is_known_word(part, first, german, before) for part in bare.split("-") if part)
            if (capital and not known) or (bare.casefold() in CALENDAR and not self._is_said(bare)):
                return False
            before = capital and not first and plain[word.end() : word.end() + 1] == " "
        return True

    def _is_said(self, word: str) -> bool:
        low = word.casefold()
        return low in self._words or f"{low}s" in self._words or (low[-1:] == "s" and low[:-1] in self._words)

    def _is_known_word(self, word: str, first: bool, german: bool, after_capital: bool) -> bool:
        low = word.casefold()
        if not word[:1].isupper() or low in NARRATION or self._is_said(word):
            return True
        opening = re.split("['’]", low)[0]  # "They've"
        if first and (opening in STARTERS or opening in COMMON or low.endswith(("ing", "ed", "ly"))):
            return True
        if low in CALENDAR or not german or after_capital or not word[1:].islower():
            return False
        return (
            low in GERMAN_NOUNS or low.endswith(GERMAN_ENDINGS) or (len(low) > 5 and low[:5] in self._stems)
        )

    # --- obedience

    @cached_property
    def _only_hostile(self) -> frozenset[str]:
        """Words that stood only in what talks to a program."""
        return frozenset(
            word
            for word in _words_of(self._hostile) - self._words
            if len(word) > 3 and not _is_ordinary(word)
        )

    def _echoes(self, plain: str) -> bool:
        return bool(self._only_hostile and self._only_hostile & _words_of([seen(plain)]))

    def _is_about(self, restored: str) -> bool:
        """Whether the sentence has to do with the chat at all: a number, a word a summary is made of, or one of the
        chat's."""
        words = _words_of([seen(restored)])
        told = {word for word in words if len(word) > 3 or not word.isascii()}
        return (
            bool(words & NARRATION or told & self._words or _with_digit(restored)) or not restored.isascii()
        )


def _runs_of(text: str) -> frozenset[str]:
    """Every six words in a row."""
    words = normal(text).split()
    return frozenset(" ".join(words[place : place + 6]) for place in range(len(words) - 5))


def _with_digit(plain: str) -> list[str]:
    return [_EDGES.sub("", token) for token in plain.split() if any(char.isdigit() for char in token)]


def _is_ordinary(word: str) -> bool:
    return word in COMMON or word in NARRATION or word in STARTERS


def _words_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(
        part.casefold()
        for text in texts
        for word in _WORD.findall(text)
        for bare in (_POSSESSIVE.sub("", word),)
        for part in {bare, *bare.split("-")}
        if part
    )


def _count(parts: list[str]) -> int:
    return sum(len(part.split()) for part in parts)
