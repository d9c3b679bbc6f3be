"""What must never stand in a summary: PIN, password, security answer, card number, CVV. Standard library
only.

``secrets_in`` looks at one message and at the question it answers, so it can be cached by those two; it
prefers to hide a word too many. Secrets are kept in lower case with a space for every run of signs, card numbers as
bare digits.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Protocol

from batonpass.plugin_text.cards import (
    Piece,
    card_spans,
    parts_of_card,
    pieces_in,
    spans_of_parts,
    speaks_of_card,
    split_cards,
)
from batonpass.plugin_text.clean import compact
from batonpass.plugin_text.fold import fold, seen
from batonpass.plugin_text.said import SPELLED, asks_for, is_odd, said_in
from batonpass.plugin_text.words import COMMON

HIDDEN = "•••"
"""What ``mask`` writes in place of a secret."""

_MAX_TEXT = 8_000  # longer messages are searched only so far: a time limit that hostile input cannot lift

_QUESTIONS = 3  # so many questions back a PIN may have been asked for: people remember it later
_ANSWER_TURNS = 2  # so many messages of a customer in a row may answer one question

_CODE_DIGITS = re.compile(r"(?<![\w./\-$€£])(?:[0-9]{3,10}|[0-9](?:[ \-][0-9]){2,9})(?![\w/])")
_CLAUSE_END = re.compile(r"[,;.!?](?:\s|$)|\n")
_NAMES = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÀ-Þ][\w'’]*[a-zß-ÿ]\b")
_TOKEN = re.compile(r"\S+")
_SIGNS = re.compile(r"[\W_]+")


class HasRoleAndText(Protocol):
    """A turn, as far as secrets are concerned."""

    @property
    def role(self) -> str: ...
    @property
    def text(self) -> str: ...


def secret_values(turns: Iterable[HasRoleAndText]) -> frozenset[str]:
    """Every secret said in these turns, those given in answer to a bot or representative included."""
    turns = list(turns)
    said: frozenset[str] = frozenset().union(*(secrets for _, secrets in _by_turn(turns)))
    return said | _split_over_turns(turns)


def protected_values(turns: Iterable[HasRoleAndText]) -> frozenset[str]:
    """``secret_values`` without the plain words that the chat also holds where they are no secret:
    somebody's pet may bear the name of the street the parcel goes to, and hiding the street would help
    nobody."""
    turns = list(turns)
    texts = list(_by_turn(turns))
    found: frozenset[str] = frozenset().union(*(secrets for _, secrets in texts))
    words = [value for value in found if not any(char.isdigit() for char in value)]
    return (found - {word for word in words if _said_openly(word, texts)}) | _split_over_turns(turns)


def _by_turn(turns: Sequence[HasRoleAndText]) -> Iterable[tuple[str, frozenset[str]]]:
    asked = [""] * _QUESTIONS
    answers = 0
    for turn in turns:
        if turn.role in ("bot", "representative"):
            asked, answers = [*asked[1:], turn.text], 0
        answers += turn.role == "customer"
        if turn.role == "customer" and answers <= _ANSWER_TURNS:
            yield turn.text, secrets_in(turn.text, asked[-1], any(_asks_for("code", one) for one in asked))
        else:
            yield turn.text, secrets_in(turn.text)


def _split_over_turns(turns: Sequence[HasRoleAndText]) -> frozenset[str]:
    """The parts of card numbers that the customer gave in parts."""
    own = {
        place: pieces_in(turn.text[:_MAX_TEXT]) for place, turn in enumerate(turns) if turn.role == "customer"
    }
    if sum(map(len, own.values())) < 2:
        return frozenset()
    pieces: list[Piece] = []
    message = 0
    hint = 0  # so many of the customer's next messages are about a card, as far as we know
    for place, turn in enumerate(turns):
        if speaks_of_card(turn.text[:_MAX_TEXT]):
            hint = _ANSWER_TURNS + 1
        if turn.role == "customer":
            message += 1
            hint -= 1
            pieces += [Piece(said, message, hint >= 0) for said in own[place]]
    return frozenset(_plain(part) for part in split_cards(pieces))


@lru_cache(maxsize=4096)
def _asks_for(kind: str, text: str) -> bool:
    return asks_for(kind, seen(text[-_MAX_TEXT:]))


def _said_openly(word: str, texts: list[tuple[str, frozenset[str]]]) -> bool:
    return any(
        word not in secrets and f" {word} " in f" {_plain(text[:_MAX_TEXT])} " for text, secrets in texts
    )


@lru_cache(maxsize=16_384)
def secrets_in(text: str, question: str = "", code_asked: bool = False) -> frozenset[str]:
    """Secrets in one message: card numbers, what is called a secret, and the answer to ``question`` when that
    asked for one. ``code_asked``: a PIN or the like was asked for, now or a few questions ago."""
    text, question = seen(text[:_MAX_TEXT]), question[-_MAX_TEXT:]
    cards = [text[start:end] for start, end in card_spans(text)]
    found = {_digits(card) for card in cards}
    found |= {_plain(part) for card in cards for part in parts_of_card(card)}
    found |= _words(said_in(text))
    if code_asked:
        # Account numbers are often asked for in the same breath; they are longer.
        found |= {_plain(digits) for digits in _CODE_DIGITS.findall(text) if 3 <= len(_digits(digits)) <= 6}
        found |= {_plain(spelled) for spelled in SPELLED.findall(text)}
    if question:
        found |= _answers(text, question)
    return frozenset(value for value in found if len(value) > 1)


def _answers(text: str, question: str) -> set[str]:
    """What ``text`` gives away when ``question`` asked for a secret word. Of a long answer: the odd words
    when a password was asked for; else the beginning, and every name."""
    found: set[str] = set()
    short = len(_plain(text).split()) <= 5
    if _asks_for("word", question):
        found |= _words(token for token in _TOKEN.findall(text) if short or is_odd(token))
    if _asks_for("answer", question):
        beginning = _CLAUSE_END.split(text, maxsplit=1)[0].split()
        found |= _words(beginning if len(beginning) <= 5 else ()) | _words(_NAMES.findall(text))
    return found


def _words(said: Iterable[str]) -> set[str]:
    return {form for token in said if (form := _plain(token)) and form.replace(" ", "") not in COMMON}


def _plain(text: str) -> str:
    """The words as they are compared: like ``normal``, but letters of every script stay."""
    return _SIGNS.sub(" ", seen(text).lower()).strip()


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def holds_secret(text: str, secrets: frozenset[str]) -> bool:
    """True when a card number, seven digits of a known one, or one of ``secrets`` stands in ``text``."""
    folded = seen(text)
    if any(card_spans(line) for line in folded.split("\n")) or any(_spans(folded, secrets)):
        return True
    long = [value for value in secrets if len(value) > 9 and value.isdigit()]
    solid = compact(folded) if long else ""
    return any(value in solid for value in long)


def mask(text: str, secrets: frozenset[str]) -> str:
    """``text`` with every card number and every one of ``secrets`` replaced by ``HIDDEN``."""
    folded = fold(text)
    spans = [*card_spans(folded.text), *_spans(folded.text, secrets)]
    out: list[str] = []
    done = 0
    for start, end in sorted(folded.span(*span) for span in spans):
        if start >= done:
            out += [text[done:start], HIDDEN]
        done = max(done, end)
    return "".join((*out, text[done:]))


def _spans(folded: str, secrets: frozenset[str]) -> Iterator[tuple[int, int]]:
    if secrets:
        yield from (found.span() for found in _pattern(secrets).finditer(folded))
        yield from spans_of_parts(
            folded, [value for value in secrets if len(value) >= 13 and value.isdigit()]
        )


@lru_cache(maxsize=256)
def _pattern(secrets: frozenset[str]) -> re.Pattern[str]:
    """Each secret as a whole word, with any signs between its parts; beside a letter of a script that is written
    without spaces it is whole too."""
    forms = (
        r"[\W_]+".join(map(re.escape, value.split())) for value in sorted(secrets, key=len, reverse=True)
    )
    return re.compile(rf"(?<![0-9a-zA-Z])(?:{'|'.join(forms)})(?![0-9a-zA-Z])", re.IGNORECASE)
