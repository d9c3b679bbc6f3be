"""Card numbers, in whatever way they are written, and the halves of one that came in parts. Text is folded.

A card number is 13 to 19 digits that begin as cards begin and pass the check sum (Luhn). The digits may be parted
by one sign each, by a few when it is always the same, and by line ends.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from batonpass.plugin_text.fold import seen

_CARD_WORD = re.compile(
    r"\b(?:(?:credit |debit |bank )?cards?|visa|master ?card|amex|american express|maestro"
    r"|(?:kredit|bank|ec-?)?karten?(?:nummer)?|kreditkarten?\w*|carte|tarjeta|carta di credito|cart[aã]o|creditcard)\b",
    re.IGNORECASE,
)
_RUN = re.compile(r"[0-9](?:[\W_]{0,3}[0-9])*")
_GROUP = re.compile(r"[0-9]+")
_START = {13: "4", 14: "3", 15: "34", 16: "23456", 17: "56", 18: "56", 19: "456"}
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_APART = re.compile(r"\n|[\W_]{2,}")
_TELLING = 7  # fewer digits of a card may be shown: people say the last four
_MOST_CHECKS = 100  # of windows in one text: hostile text is not searched for ever
_PIECES = 4  # so many parts may one card number come in

Span = tuple[int, int]


@lru_cache(maxsize=4096)
def card_spans(text: str) -> tuple[Span, ...]:
    """Where card numbers stand in one line or message."""
    found: list[Span] = []
    if len(text) < 13:
        return ()
    checks = _MOST_CHECKS
    for run in _RUN.finditer(text):
        if len(run[0]) < 13 or _is_account(text, run) or text[run.start() - 1 : run.start()] == "+":
            continue  # a "+" begins a telephone number
        groups = [one.span() for one in _GROUP.finditer(text, *run.span())]
        first = 0
        while first < len(groups) and checks > 0:
            windows = list(_windows(groups, first))
            checks -= len(windows)
            last = next((last for last in windows if _is_card(text, groups, first, last)), None)
            if last is not None:
                found.append((groups[first][0], groups[last][1]))
                first = last
            first += 1
    return tuple(found)


def _is_account(text: str, run: re.Match[str]) -> bool:
    """An IBAN: two letters and two digits before the rest."""
    before = text[max(run.start() - 3, 0) : run.start()]
    return bool(re.search(r"(?<![^\W_])[A-Z]{2}\Z", before)) and bool(
        re.match(r"[0-9]{2}(?![0-9]{7})", run[0])
    )


def _windows(groups: Sequence[Span], first: int) -> Iterator[int]:
    """The last groups of every window from ``first`` with as many digits as a card has, the longest first."""
    count = 0
    fitting: list[int] = []
    for last in range(first, len(groups)):
        start, end = groups[last]
        count += end - start
        if count > 19:
            break
        if count >= 13:
            fitting.append(last)
    return reversed(fitting)


def _is_card(text: str, groups: Sequence[Span], first: int, last: int) -> bool:
    window = groups[first : last + 1]
    digits = "".join(text[start:end] for start, end in window)
    if digits[0] not in _START[len(digits)]:
        return False
    valid = passes(digits)
    if not valid and len(window) != 4:
        return False
    signs = {text[one[1] : two[0]] for one, two in pairwise(window)}
    fours = all(end - start == 4 for start, end in window)
    if not valid:  # one written as a card, in which a digit may be mistyped
        beside = [*groups[max(first - 1, 0) : first], *groups[last + 1 : last + 2]]
        alone = all(end - start != 4 for start, end in beside)
        return fours and alone and len(signs) == 1 and len(signs.pop()) == 1
    if len(digits) == 13 and signs and [end - start for start, end in window] != [4, 3, 3, 3]:
        return False  # a telephone number
    return len(signs) <= 1 or signs <= {" ", "-"} or (fours and all(len(sign) == 1 for sign in signs))


def passes(digits: str) -> bool:
    """Whether these digits begin as a card does, and pass the check sum."""
    if digits[:1] not in _START.get(len(digits), "") or not digits:
        return False
    if len(digits) == 15 and digits[:2] not in ("34", "37"):
        return False  # most 15-digit numbers that pass the sum are telephones' serial numbers
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def parts_of_card(card: str) -> list[str]:
    """The parts of a card number that was written over line ends, or with more than one sign between: who
    reads sentences meets them one by one. None of any other."""
    parts = [part for part in _APART.split(card) if part]
    return parts if len(parts) > 1 else []


def spans_of_parts(text: str, cards: Collection[str]) -> Iterator[Span]:
    """Where seven or more digits in a row of one of these cards stand."""
    for found in _PIECE.finditer(text) if cards else ():
        digits = "".join(_GROUP.findall(found[0]))
        if len(digits) >= _TELLING and any(digits in card for card in cards):
            yield found.span()


# --- a card that comes in parts -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """Three to twelve digits as they were written, that may be a part of a card number. ``message`` counts
    the customer's messages, ``hinted``: a card was spoken of there, or in the question before."""

    text: str
    message: int
    hinted: bool

    @property
    def digits(self) -> str:
        return "".join(_GROUP.findall(self.text))

    @property
    def grouped(self) -> bool:
        """Written in fours."""
        return all(len(group) == 4 for group in _GROUP.findall(self.text))


_PIECE = re.compile(r"(?<![\w$€£])[0-9](?:[ .\-]?[0-9])*(?![\w]|[.,\-][0-9])")


@lru_cache(maxsize=4096)
def pieces_in(text: str) -> tuple[str, ...]:
    """What may be parts of a card number in one message; a whole one is none, and neither is a date."""
    return tuple(
        found[0]
        for found in _PIECE.finditer(seen(text))
        if _may_be_part([*map(len, _GROUP.findall(found[0]))])
    )


@lru_cache(maxsize=4096)
def speaks_of_card(text: str) -> bool:
    """Whether a message names a card."""
    return bool(_CARD_WORD.search(seen(text)))


def _may_be_part(groups: list[int]) -> bool:
    one_by_one = set(groups) == {1}
    return 3 <= sum(groups) <= 12 and (len(groups) == 1 or one_by_one or set(groups) <= {4, 5, 6})


def split_cards(pieces: Sequence[Piece]) -> set[str]:
    """The parts, as written, of cards that came in two to four parts."""
    fours = [one for one in pieces if len(one.digits) % 4 == 0]
    return {part for chosen in (pieces, fours) for part in _joined(chosen)}


def _joined(pieces: Sequence[Piece]) -> Iterator[str]:
    for first, begin in enumerate(pieces):
        digits = begin.digits
        for last in range(first + 1, min(first + _PIECES, len(pieces))):
            digits += pieces[last].digits
            if len(digits) > 19:
                break
            parts = pieces[first : last + 1]
            if len(digits) >= 13 and _belong(parts) and passes(digits):
                yield from (part.text for part in parts)


def _belong(parts: Sequence[Piece]) -> bool:
    """Two numbers that happen to pass the sum are no card: there must be a sign that they are one."""
    if parts[-1].message - parts[0].message >= _PIECES:
        return False
    return any(part.hinted for part in parts) or all(part.grouped for part in parts)
