"""Recognisers: the specifics of one message. A pure function of (text, role), cached, so a chat is"
" read once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.text import sentences_of

MAX_PER_MESSAGE = 40
MAX_VALUE_WORDS = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A specific as it stands in the text. ``weight`` is how surely a colleague would need it (0 to 10)."""

    name: str
    value: str
    weight: float


_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
_DATE = re.compile(
    r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}}(?:st|nd|rd"
    rf"|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?"
    rf"|{_ORDINAL} of (?:this|next) month|{_ORDINAL}(?! (?:floor|street|st|avenue|ave|time|level|place)\b)"
    rf"|(?:(?:this|next|last|coming) )?{_DAY}(?: (?:this|next) week)?|tomorrow|later today"
    rf"|day after tomorrow)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:\d{1,2}(?::\d{2})? ?(?:[ap]\.?m\b\.?)|\d{1,2}:\d{2}|(?:\d{1,2}|quarter past \w+"
    r"|half past \w+) o.?clock"
    r"|\d{1,2} in the (?:morning|afternoon|evening))",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:[$€£¥₹]|\b(?:usd|eur|gbp|chf) ?)\d[\d,]{0,15}(?:\.\d{1,2})?\b"
    r"|\b\d[\d,]{0,15}(?:\.\d{1,2})? ?(?:dollars|euros?|pounds|credits|usd|eur|gbp|chf|€|\$)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w\-])(?!\d{4}-\d\d-\d\d)\+?(?:\(\d{2,4}\) ?)?\d{2,4}(?:[ .\-]\d{2,4}){2,4}(?![\w\-])"
    r"|(?<!\w)\(\d{3}\) ?\d{3}-\d{4}"
)
_KIND = (
    r"order|booking|reservation|confirmation|account|ticket|case|invoice|reference|tracking|serial"
    r"|customer|user|member"
    r"|membership|policy|flight|contract|claim|parcel|shipment|transaction|model|part|item|product"
    r"|device|loyalty|registration"
)
_LABELLED = re.compile(
    rf"\b((?:{_KIND})(?: (?:id|number|no|code|ref(?:erence)?|name))?|(?:ref(?:erence)?|id)(?: (?:number"
    rf"|no|code))?|username)\b"
    r"(?:\s*(?:\(?(?:is|are|was|number|id|no\.?|:|=|#)\)?)){0,3}\s*[#:\"'(]*([\w][\w\-./]*\d[\w\-]*)",
    re.IGNORECASE,
)
_MIXED = re.compile(
    r"(?<![\w@.\-])(?=[\w\-]*\d)(?=[\w\-]*[A-Za-z])[A-Za-z0-9][\w\-]{3,30}[A-Za-z0-9](?![\w@])"
)
_NUMBER = re.compile(r"(?<![\w.,\-/+$€£@#])#?(\d{6,20})(?![\w\-/]|[.,]\d)")
_NOT_ID = re.compile(
    rf"\d+(?:st|nd|rd|th|am|pm|x|gb|mb|kg|km|cm|mm|min|hrs?|h)|(?:\d{{1,2}}:?)+|\d[\w]*-(?:{_MONTH}"
    rf"|year|day|night|hour|star|bed)\w*|covid-?19",
    re.I,
)
_CODE = re.compile(r"\(([A-Z]{3})\)|\b(?:from|to) ([A-Z]{3})\b(?! [A-Z]{2})")
_NAME_WORD = r"[A-ZÀ-Þ][\w'’\-]*[a-zß-ÿ](?!\w)"
_PROPER = rf"{_NAME_WORD}(?:(?: (?:of|on|at|the|and|de|van|von|la)){{0,2}} {_NAME_WORD}){{0,4}}"
_PROPER_NAME = re.compile(rf"(?<![\w'’])(?:Dr\. )?{_PROPER}(?: \d{{1,3}}\b)?")
_CONTRACTION = re.compile(r"['’](?:m|d|ll|ve|re|t)\b|^(?:It|That|What|There|Here|He|She|Let|Who|Where)['’]s")
_SAID_NAME = re.compile(
    rf"\b(?:[Mm]y (?:full )?name(?: is|['’]s)|[Nn]ame(?: is|:)|under (?:the name(?: of)?|my name,?)"
    rf"|[Tt]his is|I[’' ]?a?m) "
    rf"({_NAME_WORD}(?: {_NAME_WORD}){{0,2}})"
)
_SAID_NAME_PLAIN = re.compile(
    r"\bmy (?:full )?name(?: is|'s)? ([a-z]{2,20}(?: (?!and\b|i\b|my\b|please\b)[a-z]{2,20})?)$", re.I
)
_ROUTE = re.compile(
    r"\bfrom ((?:the )?[\w'’&]+(?: (?!to\b)[\w'’&]+){0,3}) to ((?:the )?[\w'’&]+(?: (?:and|of"
    r"|&) [\w'’]+| [A-Z][\w'’]+){0,3})"
)
_TITLED = re.compile(rf"\b(?:Dr|Mr|Mrs|Ms|Prof)\.? {_NAME_WORD}(?: {_NAME_WORD})?")
_PLACE = re.compile(rf"\b(?:in|near|at|to|from|for|around) (?:the )?({_PROPER}(?:, [A-Z][\w]+)?)")
_QUOTED = re.compile(r"(?<!\w)['\"‘“]([A-Z][\w&.'\- ]{1,40}?)['\"’”](?!\w)")
_COUNTED = re.compile(
    r"\b(\d{1,3})[ -]?(people|persons?|guests?|adults?|children|kids|tickets?|seats?|rooms?|bedrooms?"
    r"|beds?|baths?|bathrooms?|nights?"
    r"|days?|weeks?|months?|stars?|bags?|passengers?|travell?ers|riders?|items?|pieces|copies"
    r"|licen[cs]es|users?|units?|pairs?"
    r"|boxes|parcels?|minutes|hours?|years?)\b",
    re.IGNORECASE,
)
_PARTY = re.compile(r"\b(?:party|group|table|family) (?:of|for) (\d{1,3})\b", re.IGNORECASE)
_FIELD = re.compile(r"^(?:\d{1,2}\. )?([A-Z][A-Za-z ]{1,28}):\s+(\S.{0,60})$")
_TOOL = re.compile(r"\b([a-z][a-z_]{2,30})=(\"[^\"]{1,60}\"|[^,()\[\]{}]{1,60})")
_SIZE = re.compile(
    r"\b(?:size|colou?r|model) (?:is |was |: ?)?([A-Z0-9][\w\-]{0,14}|small|medium|large|black|white"
    r"|red|blue|green)\b"
)
_NO_PLACE = frozenset(
    "i the a an monday tuesday wednesday thursday friday saturday sunday january february march april"
    " may june july august"
    " september october november december ok okay hello hi yes no thanks thank please great sure you"
    " your my do"
    " does did can could would should will is are was have has had what when where which who how why it"
    " its this that there"
    " here he she we they if so and but or for from in on at to of not just well oh ah wow hey good bye"
    " sorry let try take"
    " book check find cancel also now then maybe perfect wonderful nice cool alright right actually"
    " unfortunately currently"
    " our his her their any all some one two three max price".split()
)

_Recogniser = Callable[[str], Iterator[Found]]


_DIGIT = re.compile("[0-9]")
_DAY_WORD = re.compile("[0-9]|day|tomorrow", re.IGNORECASE)
_ANY = re.compile("")


def _plain(name: str, pattern: re.Pattern[str], weight: float, hint: re.Pattern[str] = _ANY) -> _Recogniser:
    """Each match of ``pattern`` (its first group that matched, if it has groups) under one name. ``hint`` is a
    cheap test that spares most sentences the dear one."""

    def find(sentence: str) -> Iterator[Found]:
        if not hint.search(sentence):
            return
        for match in pattern.finditer(sentence):
            value = next((group for group in match.groups() if group), match[0])
            yield Found(name, value, weight)

    return find


def _labelled(sentence: str) -> Iterator[Found]:
    for match in _LABELLED.finditer(sentence) if _DIGIT.search(sentence) else ():
        value = match[2].strip(".-/")
        if len(value) >= 3 and not _NOT_ID.fullmatch(value):
            yield Found(" ".join(match[1].lower().split()), value, 10)


def _references(sentence: str) -> Iterator[Found]:
    for match in _MIXED.finditer(sentence) if _DIGIT.search(sentence) else ():
        if not _NOT_ID.fullmatch(match[0]) and sum(char.isdigit() for char in match[0]) >= 1:
            yield Found("reference", match[0], 8)
    for match in _NUMBER.finditer(sentence):
        yield Found("number", match[1], 8)


def _names(sentence: str) -> Iterator[Found]:
    for match in _SAID_NAME.finditer(sentence):
        if match[1].split()[0].lower() not in _NO_PLACE:
            yield Found("name", match[1], 9)
    for match in _SAID_NAME_PLAIN.finditer(sentence):
        yield Found("name", match[1], 7)


def _route(sentence: str) -> Iterator[Found]:
    for match in _ROUTE.finditer(sentence):
        if not match[1][0].isdigit() and not match[2][0].isdigit():
            yield Found("from", match[1].strip("'"), 6)
            yield Found("to", match[2].strip("'"), 6)


def _counted(sentence: str) -> Iterator[Found]:
    for match in _COUNTED.finditer(sentence) if _DIGIT.search(sentence) else ():
        yield Found(match[2].lower(), match[1], 5)
    for match in _PARTY.finditer(sentence):
        yield Found("people", match[1], 6)


def _fields(sentence: str) -> Iterator[Found]:
    match = _FIELD.match(sentence)
    if match and len(match[2].split()) <= 5:
        yield Found(match[1].strip().lower(), match[2].rstrip(".,;"), 5)


def _places(sentence: str) -> Iterator[Found]:
    for match in _PLACE.finditer(sentence):
        if match[1].split()[0].lower() not in _NO_PLACE:
            yield Found("place", match[1], 5)


def _proper_names(sentence: str) -> Iterator[Found]:
    """Capitalised words in a row. The first word of a sentence is capitalised anyway, so it needs company."""
    for match in _PROPER_NAME.finditer(sentence):
        if _CONTRACTION.search(match[0]):
            continue
        first = match[0].split()[0].lower()
        value = match[0].split(" ", 1)[1] if first in _NO_PLACE and " " in match[0] else match[0]
        in_company = " " in value or match.start() > 1
        if in_company and value.split()[0].lower() not in _NO_PLACE:
            yield Found("mentioned", value, 5 if " " in value else 4)


def _arguments(sentence: str) -> Iterator[Found]:
    for match in _TOOL.finditer(sentence):
        yield Found(match[1].replace("_", " "), match[2].strip('" '), 6)


_SPOKEN: tuple[_Recogniser, ...] = (
    _labelled,
    _plain("email", _EMAIL, 10, re.compile("@")),
    _plain("phone", _PHONE, 9, _DIGIT),
    _references,
    _names,
    _plain("date", _DATE, 6, _DAY_WORD),
    _plain("time", _TIME, 6, re.compile("[0-9]|clock")),
    _plain("amount", _AMOUNT, 4, _DIGIT),
    _route,
    _plain("name", _TITLED, 6),
    _places,
    _proper_names,
    _plain("mentioned", _QUOTED, 5),
    _plain("code", _CODE, 3),
    _counted,
    _plain("size", _SIZE, 5),
)


_RECOGNISERS = {
    "customer": _SPOKEN,
    "bot": (*_SPOKEN, _fields),
    "representative": (*_SPOKEN, _fields),
    "system": (_arguments, _labelled, _plain("email", _EMAIL, 10, re.compile("@"))),
}


@lru_cache(maxsize=8192)
def facts_in(text: str, role: str) -> tuple[Found, ...]:
    """The specifics of one message, at most ``MAX_PER_MESSAGE``.

    What the customer did not say counts less, tool lines (role ``system``) least: they hold much that nobody
    asked for."""
    found: list[Found] = []
    sentences = trusted_sentences(text) if role == "customer" else sentences_of(text)
    for sentence in sentences:
        for recognise in _RECOGNISERS[role]:
            found += recognise(sentence)
    scale = {"customer": 1.0, "system": 0.5}.get(role, 0.8)
    return tuple(
        Found(one.name, value, one.weight * scale)
        for one in found[:MAX_PER_MESSAGE]
        if (value := one.value.strip(" '\"")) and len(value.split()) <= MAX_VALUE_WORDS and len(value) <= 80
    )
