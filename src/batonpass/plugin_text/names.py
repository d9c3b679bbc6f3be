"""People's names in a chat: said with a cue ("my name is", "Herr", "my son"), given when asked for, greeted with, or
known as given names.

It prefers to find a word too many: what is found is hidden from a model and restored afterwards.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from batonpass.plugin_text.fold import seen
from batonpass.plugin_text.given_names import GIVEN_NAMES
from batonpass.plugin_text.secrets import HasRoleAndText
from batonpass.plugin_text.words import COMMON, LABELS

_WORD = r"[^\W\d_][\w'’\-]{0,30}"
_CAPITAL = r"(?-i:[A-ZÀ-ÞŁŚŻČŠŽĐ])[\w'’\-]{0,30}"
_ANY_NAME = rf"({_WORD}(?: {_WORD}){{0,2}})"
_CAPITALS = rf"({_CAPITAL}(?: (?:de|van|von|der|la|le|bin)){{0,2}}(?: {_CAPITAL}){{0,2}})"

_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:my|the|his|her|full|first|last|sur|customer|passenger|guest|holder)[ -]?name(?: is|['’]s|:)? {_ANY_NAME}",
        rf"\bname(?: is|['’]s|:|=) ?[\"']?{_ANY_NAME}",
        rf"\b(?:under|in) (?:the|my) name(?: of)?,? {_ANY_NAME}",
        (
            rf"\b(?:mein|der) name ist {_ANY_NAME}|\bich hei(?:ß|ss)e {_ANY_NAME}|\bje m['’]appelle {_ANY_NAME}"
            rf"|\bme llamo {_ANY_NAME}|\bmi nombre es {_ANY_NAME}|\bmi chiamo {_ANY_NAME}|\bmeu nome é {_ANY_NAME}"
            rf"|\b(?:ik heet|mijn naam is) {_ANY_NAME}|\bmon nom est {_ANY_NAME}"
        ),
        rf"\b(?:this is|i am|i['’]?m|it['’]s|here is|ich bin|je suis|soy|sono) {_CAPITALS}",
        rf"\b(?:i am|i['’]?m|ich bin) ({_WORD})(?=[ ,.!]*$|[,.!] | and | i | here\b| from )",
        rf"\b(?:transfer\w*|send\w*|sent|pay|paid|money|wire|recipient)\b.{{0,60}}?\b(?:to|is) {_CAPITALS}",
        rf"(?:^|[.!?,] ?){_CAPITALS} (?:here\b|is (?:the|my|our) )",
        (
            rf"\b(?:son|daughter|kid|child|baby|friend|wife|husband|partner|brother|sister|mother|father|mom|mum|dad|boss|boy"
            rf"|girl|colleague|host|guest|neighbou?r|fiancée?|sohn|tochter|frau|mann|freund|freundin|bruder|schwester|fils|fille"
            rf"|hijo|hija|esposa|esposo)(?:['’]s name)?(?: is| ist| est| es| heißt| will be)?,? {_CAPITALS}"
        ),
        rf"\b(?:mr|mrs|ms|miss|dr|prof|herrn?|frau|monsieur|madame|señora?|sir)\.? {_CAPITALS}",
        (
            rf"\b(?:hi|hello|hey|dear|hallo|bonjour|hola|liebe[rs]?|thanks|thank you|danke|merci|gracias|welcome"
            rf"|welcome back|sorry|regards|cheers|sincerely|grüße|gruß),? {_CAPITALS}"
        ),
    )
)
_CAPITAL_WORDS = re.compile(rf"(?<!\w)({_CAPITAL})(?: ({_CAPITAL}))?")
_SMALL_WORDS = re.compile(r"(?<![\w.@\-])[a-zß-ÿ]{5,12}(?![\w@])")
_ORDINARY = frozenset("angel grace robin jesus viola rosie justin dieter amber aurora".split())
_POSSESSIVE = re.compile(r"['’]s?$")
_ASKS_NAME = re.compile(r"\b(?:name|heißen|heissen|nombre|nom|naam|nome)\b", re.IGNORECASE)
_NOT_ASKED = re.compile(r"\b(?:user ?name|name of the|product name|file name|street name)\b", re.IGNORECASE)
_WORDS = re.compile(_WORD)
_OF_CAPITALS = re.compile(_CAPITALS)
_MAX_TEXT = 4_000
_MOST = 200  # names in one chat: hostile text shall not make a pattern without end

_NO_NAMES = frozenset(
    """
    agent assistant bot customer guest support team everyone sir madam there folks please thanks thank good hello
    looking trying calling writing having going interested afraid wondering currently glad happy unable locked
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
    sonntag january february march april june july august september october november december today tomorrow
    your you i we they he she it the a an and or but for with on in at of to from im ihr ihre sie wir order booking
    flight hotel number account what which how when where why who let would could can will do does did
    """.split()
)


def names_in(turns: Iterable[HasRoleAndText]) -> tuple[str, ...]:
    """The names in these turns, each once, in the order they came, at most 200."""
    found = dict.fromkeys(name for name in _all(turns) if _fits(name))
    return tuple(islice(found, _MOST))


def _all(turns: Iterable[HasRoleAndText]) -> Iterator[str]:
    asked = False
    for turn in turns:
        text = seen(turn.text[:_MAX_TEXT])
        if turn.role == "customer" and asked:
            yield from _answer(text)
        yield from _given(text)
        for cue in _CUES:
            for found in cue.finditer(text):
                yield _without_ends(next(group for group in found.groups() if group))
        if turn.role != "system":
            asked = bool(turn.role != "customer" and _ASKS_NAME.search(text) and not _NOT_ASKED.search(text))


def _given(text: str) -> Iterator[str]:
    """Given names with a capital, and a capitalised word behind."""
    for found in _CAPITAL_WORDS.finditer(text):
        if _POSSESSIVE.sub("", found[1]).casefold() in GIVEN_NAMES:
            last = _without_ends(found[2] or "")
            yield _POSSESSIVE.sub("", f"{found[1]} {last}".strip())
    for found in _SMALL_WORDS.finditer(text):
        if found[0] in GIVEN_NAMES and found[0] not in _ORDINARY:
            yield found[0]


def _answer(text: str) -> Iterator[str]:
    """What a customer gives who was asked for a name: a short answer whole, of a long one the capitalised words."""
    words = _WORDS.findall(text)
    told = [word for word in words if not _is_plain(word)]
    if 1 <= len(told) <= 4 and len(words) <= 6:
        yield " ".join(told)
    for found in _OF_CAPITALS.finditer(text):
        yield _without_ends(found[1])


def _without_ends(name: str) -> str:
    """The words up to the first that is no name ("john and i need" is John)."""
    kept: list[str] = []
    for word in name.split():
        if _is_plain(word):
            break
        kept.append(word)
    return " ".join(kept)


def _is_plain(word: str) -> bool:
    plain = re.sub(r"['’].*", "", word).casefold()
    return plain in COMMON or plain in LABELS or plain in _NO_NAMES


def _fits(name: str) -> bool:
    return 2 <= len(name) <= 60


def name_forms(name: str) -> Iterator[str]:
    """The ways in which a name is written in a chat: whole in any case, its parts with a capital or as given."""
    parts = [part for part in name.split() if len(part) > 1 and not _is_plain(part)]
    whole = " ".join(name.split())
    for form in (whole, *parts):
        if len(form) > 1:
            yield from (form, form.title(), form.upper(), form[:1].upper() + form[1:])
    if len(parts) > 1 or (parts and len(parts[0]) > 3):
        yield whole.lower()
