"""When a value stands in a text, and which facts are secrets or identifiers: the terms of the measure.

They are written out here, once, and in `definitions.py` in words. What a summarizer uses to choose facts is its own:
the measure shares nothing with it but `normal` and `compact`.
"""

import re

from batonpass.plugin_text import compact, normal

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])")
_DIGIT = re.compile("[0-9]")

_SECRET_WORDS = frozenset({"pin", "pins", "card", "cards", "creditcard"})
_SECRET_PARTS = ("security", "password", "cvv")

_IDENTIFYING = frozenset(
    "id ids reference ref number no nr account iban phone telephone mobile code codes username login email mail"
    " postcode zip".split()
)
_PEOPLE = frozenset(
    "customer full first last family given user guest host patient renter recipient contact caller client person"
    " passenger member owner holder".split()
)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./\-]{5,}[0-9]")
_REFERENCE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_\-./#]{4,}")
_DATE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}")
_AMOUNT = re.compile(r"[0-9]{1,3}([.,][0-9]{3})+([.,][0-9]{2})?|[0-9]+[.,][0-9]{1,2}")
_TIME_OR_UNIT = re.compile(r"[0-9]{1,4}([:.,][0-9]{1,2})?[A-Za-z.]{1,7}|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")


def is_in(value: str, text: str) -> bool:
    """Whether `normal(value)` is a run of whole words of `normal(text)`, or `compact(value)` has a digit, at least
    five characters, and is a part of `compact(text)`. A value without any of `[0-9a-z]` is in nothing."""
    words = normal(value)
    if not words:
        return False
    return f" {words} " in f" {normal(text)} " or (_is_long_number(value) and compact(value) in compact(text))


def equals(value: str, other: str) -> bool:
    """Whether two values are the same one: in words, or, as in `is_in`, with all signs left out."""
    return normal(value) == normal(other) or (_is_long_number(value) and compact(value) == compact(other))


def _is_long_number(value: str) -> bool:
    solid = compact(value)
    return len(solid) >= 5 and bool(_DIGIT.search(solid))


def words_of_name(name: str) -> list[str]:
    """The words of a fact's name after its last point: `bank.AccountNumber` and `account_number_2` both have
    `account` and `number`."""
    return [word for word in normal(_CAMEL.sub(" ", name.rpartition(".")[2])).split() if not word.isdigit()]


def is_secret_fact(name: str) -> bool:
    """Whether a fact's name says that its value must not stand in a summary."""
    words = words_of_name(name)
    return bool(_SECRET_WORDS.intersection(words)) or any(part in "".join(words) for part in _SECRET_PARTS)


def is_identifier(name: str, value: str) -> bool:
    """Whether a fact identifies somebody or something: by its name, or by the shape of its value."""
    words = words_of_name(name)
    last = words[-1] if words else ""
    if last in _IDENTIFYING or (last == "name" and not _PEOPLE.isdisjoint(words)):
        return True
    return _has_shape(value.strip())


def _has_shape(value: str) -> bool:
    """A mail address, a telephone number, or one word of at least five signs with a digit that is not a date,
    a time, an amount or a number with its unit."""
    if _MAIL.fullmatch(value):
        return True
    if any(other.fullmatch(value) for other in (_DATE, _AMOUNT, _TIME_OR_UNIT)):
        return False
    digits = len(_DIGIT.findall(value))
    return bool((digits >= 7 and _PHONE.fullmatch(value)) or (digits and _REFERENCE.fullmatch(value)))
