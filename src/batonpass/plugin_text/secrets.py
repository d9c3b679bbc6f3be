"""What must never stand in a summary: PIN, password, security answer, card number, CVV. Standard library
only.

``secrets_in`` looks at one message and at the question it answers, so it can be cached by those two; it
prefers to hide a word too many. Secrets are kept in their ``normal`` form (see ``clean``), card numbers as
bare digits.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

from batonpass.plugin_text.clean import compact, normal

HIDDEN = "•••"
"""What ``mask`` writes in place of a secret."""

_MAX_TEXT = 8_000  # longer messages are searched only so far: a time limit that hostile input cannot lift

_QUESTIONS = 3  # so many questions back a PIN may have been asked for: people remember it later
_ANSWER_TURNS = 2  # so many messages of a customer in a row may answer one question

_CODE = (
    r"(?:pin(?:[ -]?(?:code|number|no\.?))?|cvv2?|cvc2?|card verification (?:code|number|value)"
    r"|security code|otp|one[- ]time (?:code|pin|password|passcode)"
    r"|geheimzahl|código de seguridad|code secret)"
)
_WORD = r"(?:pass ?(?:word|code|phrase)|passwort|kennwort|contraseña|mot de passe)"
_TREASURED = r"(?:pet|dog|cat|school|teacher|street|car|best friend|stuffed animal)"
_ANSWER = (
    r"(?:security (?:answer|question|word)|secret (?:answer|question|word)|maiden name|mädchenname"
    rf"|(?:first|childhood|favou?rite) {_TREASURED}(?:'?s)?(?: name)?|pet'?s name"
    rf"|names? of (?:the|your|my|our) (?:(?:first|childhood|favou?rite) )?{_TREASURED}"
    r"|(?:city|town|place) (?:you were|i was|of) b(?:orn|irth)|memorable (?:word|date|name))"
)
_FILLER = r"\b(?:is|its|it's|it is|was|are|the|my|your|number|code|named|called|ist|es|est)\b"
_GAP = rf"(?:[\s:=#\"'*\-]+|{_FILLER}){{1,6}}"
_SAID_CODE = re.compile(rf"\b{_CODE}\b{_GAP}([0-9]{{3,10}}|[0-9](?:[ \-][0-9]){{2,9}})\b", re.IGNORECASE)
_SAID_WORD = re.compile(
    rf"\b{_WORD}\b(?:\s+(?:is|was|ist|es|est)\b)?\s*[:=]?\s*[\"'*]*(\S{{3,64}})", re.IGNORECASE
)
_SAID_ANSWER = re.compile(rf"\b{_ANSWER}{_GAP}([^\W_][\w'’.\-]*)", re.IGNORECASE)
_ASKS_CODE = re.compile(rf"\b{_CODE}\b", re.IGNORECASE)
_ASKS_WORD = re.compile(rf"\b{_WORD}\b", re.IGNORECASE)
_ASKS_ANSWER = re.compile(rf"\b{_ANSWER}", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w./\-$€£])(?:[0-9]{3,10}|[0-9](?:[ \-][0-9]){2,9})(?![\w/])")
_CLAUSE_END = re.compile(r"[,;.!?](?:\s|$)|\n")
_NAMES = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÀ-Þ][\w'’]*[a-zß-ÿ]\b")
_CARD = re.compile(r"(?<![0-9])(?:[0-9][ \-]?){12,18}[0-9](?![0-9])")
_GROUPED_CARD = re.compile(r"[0-9]{4}([ \-])[0-9]{4}\1[0-9]{4}\1[0-9]{4}")
_CARD_START = {13: "4", 14: "3", 15: "34", 16: "23456", 17: "56", 18: "56", 19: "456"}
_TOKEN = re.compile(r"\S+")

# What people say about a password or instead of an answer, not as one.
_COMMON_WORDS = """
    a about account again also am an and any anymore are as at be been being but by called can
    cannot cant change changed correct did do does doesn don dont email expired fail failed first
    for forgot forgotten from get had has have he hello help here hi i id idea if ill im in
    incorrect invalid is isn it its ive just know last later locked lost maiden maybe me mine mother
    mothers my name named need never no none not nothing of off ok okay old on or our pet pets
    please prompt question quite recall remember required reset right safe says secret security send
    should so some sorry still sure thank thanks that the their them then there they think this
    though to too until up use used very want was wasn we well were what when which while who why
    will with won work working works would wrong year years yes yet you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())


class HasRoleAndText(Protocol):
    """A turn, as far as secrets are concerned."""

    @property
    def role(self) -> str: ...
    @property
    def text(self) -> str: ...


def secret_values(turns: Iterable[HasRoleAndText]) -> frozenset[str]:
    """Every secret said in these turns, those given in answer to a bot or representative included."""
    return frozenset().union(*(secrets for _, secrets in _by_turn(turns)))


def protected_values(turns: Iterable[HasRoleAndText]) -> frozenset[str]:
    """``secret_values`` without the plain words that the chat also holds where they are no secret:
    somebody's pet may bear the name of the street the parcel goes to, and hiding the street would help
    nobody."""
    texts = list(_by_turn(turns))
    found: frozenset[str] = frozenset().union(*(secrets for _, secrets in texts))
    words = [value for value in found if not any(char.isdigit() for char in value)]
    return found - {word for word in words if _said_openly(word, texts)}


def _by_turn(turns: Iterable[HasRoleAndText]) -> Iterable[tuple[str, frozenset[str]]]:
    asked = [""] * _QUESTIONS
    answers = 0
    for turn in turns:
        if turn.role in ("bot", "representative"):
            asked, answers = [*asked[1:], turn.text], 0
        answers += turn.role == "customer"
        if turn.role == "customer" and answers <= _ANSWER_TURNS:
            yield turn.text, secrets_in(turn.text, asked[-1], any(map(_asks_code, asked)))
        else:
            yield turn.text, secrets_in(turn.text)


@lru_cache(maxsize=4096)
def _asks_code(text: str) -> bool:
    return bool(_ASKS_CODE.search(text[-_MAX_TEXT:]))


def _said_openly(word: str, texts: list[tuple[str, frozenset[str]]]) -> bool:
    return any(
        word not in secrets and f" {word} " in f" {normal(text[:_MAX_TEXT])} " for text, secrets in texts
    )


@lru_cache(maxsize=16_384)
def secrets_in(text: str, question: str = "", code_asked: bool = False) -> frozenset[str]:
    """Secrets in one message: card numbers, what is called a secret, and the answer to ``question`` when that
    asked for one. ``code_asked``: a PIN or the like was asked for, now or a few questions ago."""
    text, question = text[:_MAX_TEXT], question[-_MAX_TEXT:]
    found = {_digits(card) for card in _cards(text)}
    found |= {normal(said) for said in _SAID_CODE.findall(text)}
    found |= _words(_SAID_WORD.findall(text)) | _words(_SAID_ANSWER.findall(text))
    if code_asked:
        # Account numbers are often asked for in the same breath; they are longer.
        found |= {normal(digits) for digits in _DIGITS.findall(text) if 3 <= len(_digits(digits)) <= 6}
    if question:
        found |= _answers(text, question)
    return frozenset(value for value in found if len(value) > 1)


def _answers(text: str, question: str) -> set[str]:
    """What ``text`` gives away when ``question`` asked for a secret word. Of a long answer: the odd words
    when a password was asked for; else the beginning, and every name."""
    found: set[str] = set()
    short = len(normal(text).split()) <= 5
    if _ASKS_WORD.search(question):
        found |= _words(token for token in _TOKEN.findall(text) if short or _is_odd(token))
    if _ASKS_ANSWER.search(question):
        beginning = _CLAUSE_END.split(text, maxsplit=1)[0].split()
        found |= _words(beginning if len(beginning) <= 5 else ()) | _words(_NAMES.findall(text))
    return found


def _words(said: Iterable[str]) -> set[str]:
    return {
        form
        for token in said
        if (form := normal(token.strip(".,;!?\"'*()"))) and form.replace(" ", "") not in _COMMON
    }


def _is_odd(token: str) -> bool:
    token = token.strip(".,;!?")
    kinds = (str.isdigit, str.islower, str.isupper)
    return sum(any(kind(char) for char in token[1:]) for kind in kinds) > 1


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _cards(text: str) -> list[str]:
    return [found[0] for found in _CARD.finditer(text) if _is_card(found[0])]


def _is_card(text: str) -> bool:
    if _GROUPED_CARD.fullmatch(text):
        return True
    digits = _digits(text)
    known = digits[0] in _CARD_START[len(digits)]
    if len(digits) == 15:  # most 15-digit numbers that pass the sum are telephones' serial numbers
        known = digits[:2] in ("34", "37")
    return known and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def holds_secret(text: str, secrets: frozenset[str]) -> bool:
    """True when a card number or one of ``secrets`` stands in ``text``."""
    if _cards(text):
        return True
    words = f" {normal(text)} "
    solid = compact(text)
    return any(
        f" {value} " in words or (len(value) > 9 and value.isdigit() and value in solid) for value in secrets
    )


def mask(text: str, secrets: frozenset[str]) -> str:
    """``text`` with every card number and every one of ``secrets`` replaced by ``HIDDEN``."""
    for card in _cards(text):
        text = text.replace(card, HIDDEN)
    if not secrets:
        return text
    forms = (
        r"[^0-9a-zA-Z]+".join(map(re.escape, value.split()))
        for value in sorted(secrets, key=len, reverse=True)
    )
    return re.sub(rf"(?<![0-9a-zA-Z])(?:{'|'.join(forms)})(?![0-9a-zA-Z])", HIDDEN, text, flags=re.IGNORECASE)
