"""Recognisers of names: of people, places, streets, firms, titles. By capitals and by what stands before them."""

import re
from collections.abc import Iterator

from batonpass_summarizer_rules.lexicon import CALENDAR, FUNCTION, NO_NAME, VAGUE, VERBS
from batonpass_summarizer_rules.shapes import Found

_CLASS = (
    r"(?:street|road|avenue|international|central|apartments?|homes|hotel|hostel|inn|suites?|club"
    r"|station|airport|restaurant"
    r"|caf[eé]|bar|grill|park|venue|hospital|museum|university|airlines?|airways|center|centre|square"
    r"|bank|theater|theatre"
    r"|church|mall|market|school|college|library|clinic|terminal|stadium|hall|house|city|beach|plaza)"
)
_CAP = r"(?:[A-ZÀ-Þ]\.(?= )|[A-ZÀ-Þ][\w'’\-]*)"
_JOIN = (
    r"(?: (?:of|and|by|on|de|del|du|des|van|von|der|y|und|vs\.?|la|las|los|le)(?: (?:the|la|las|los|le|der))?"
    r" | & |/| )"
)
_RUN = re.compile(
    rf"(?<![\w'’@#\-])(?:\d{{1,5}} )?{_CAP}(?:{_JOIN}(?:{_CAP}"
    rf"|{_CLASS}\b)){{0,8}}(?: \d{{1,4}}(?![\w:%]| ?[ap]\.?m))?(?: # ?\w{{1,6}})?"
)
_LINKING = frozenset("of the a and by on de la las los del le du des van von der y und vs vs. &".split())
_EDGES = _LINKING - {"the", "a", "la", "las", "los", "le", "der"}
_WIDE = frozenset(("by", "on"))
_SHORT = frozenset(
    "id pin ok am pm atm faq rsvp asap lol us uk ai eta faqs ids dr mr mrs ms prof covid".split()
)
_BREAKS = FUNCTION | VERBS | CALENDAR | VAGUE
_OPENERS = (FUNCTION | VERBS | CALENDAR) - set("la le las los el les du".split())
_CONTRACTED = re.compile(r"['’](?:m|d|ll|ve|re|t)$", re.I)
_OFFERED = re.compile(
    r"\b(?:how about|what about|named|called|recommend|suggest|try|the song|play|is at|table at"
    r"|tickets? (?:for|to)|appointment with"
    r"|visit to|room at|reservation at|book)"
    r" (?:the |a |an |you )?((?:[a-z][\w'’&.\-]*|&|\d+)(?: (?!(?:in|on|at|with|which|that|for|located"
    r"|is|it|has|from|and it|rated)\b)(?:[a-z0-9][\w'’&.\-]*|&)){1,7})",
    re.I,
)
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|drive|dr|boulevard|blvd|lane|ln|court|ct|square|highway|hwy"
    r"|parkway|pkwy"
    r"|terrace|circle|plaza|alley)"
)
_ADDRESS = re.compile(
    rf"\b\d{{1,5}} (?:[\w'’.\-]+ ){{0,3}}{_STREET}\b\.?(?: # ?\w{{1,6}})?"
    r"|\b(?-i:[A-ZÄÖÜ])[\w\-]*(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{1,4} ?[a-z]?\b"
    r"|\b\d{1,4},? (?:rue|avenue|boulevard|place|chemin|quai) (?:de la |d[eu]s? |d['’])?(?-i:[A-ZÀ-Þ])[\w\-]+"
    r"|\b(?:calle|avenida|plaza) (?:de (?:la )?)?(?-i:[A-ZÀ-Þ])[\w\-]+,? \d{1,4}\b",
    re.IGNORECASE,
)
_HEAD_OF_ADDRESS = re.compile(r"^.*\b(?:to|for|at|in|and|on|of|is|people)\b (?=\d)", re.I)
_STREET_STEMS = (
    *(
        "street",
        " st",
        "ave",
        "road",
        " rd",
        "drive",
        " dr",
        "boulevard",
        "blvd",
        "lane",
        " ln",
        "court",
        " ct",
        "square",
    ),
    *(
        "highway",
        "hwy",
        "parkway",
        "pkwy",
        "terrace",
        "circle",
        "plaza",
        "alley",
        "straße",
        "strasse",
        "str.",
        "weg",
    ),
    *("platz", "allee", "gasse", "rue ", "place", "chemin", "quai", "calle"),
)
_CROSSING = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th) (?:and|&) [A-Z]\w+")
_LOOSE = r"[A-Za-zÀ-ÿ][\w'’\-]*"
_QUALITY = re.compile(r"\b(?:an?|the) (?:nice |lovely |good |great )?([a-z][\w\-]{3,20}) [A-Z][\w\-]+")
_LOOSE_ADDRESS = re.compile(r"[0-9]{2,5} [a-z]{3,20}(?: [a-z]{3,20}){0,3}(?=[.,?!]|$| for\b| and\b| in\b)")
_SAID_NAME = re.compile(
    rf"\b(?:my (?:full |first |last )?name(?:['’]?s| is|:)|name(?:['’]s| is|:)|under the name(?: of)?"
    rf"|under my name,?|mein name ist"
    rf"|ich heiße|je m['’]appelle|mon nom est|me llamo|mi nombre es"
    rf"|mi chiamo) ({_LOOSE}(?: {_LOOSE}){{0,2}})",
    re.IGNORECASE,
)
_I_AM = re.compile(rf"\b(?:I am|I['’]m|[Tt]his is|Im) ({_CAP}(?: {_CAP}){{0,2}})(?! ?\w+ing\b)")
_ROLE_AFTER = re.compile(
    rf"(?:^|\band )({_CAP}(?: {_CAP})?) (?:is|will be) (?:my|the|our|her|his) ([a-z]{{3,15}})\b"
)
_ROLE_BEFORE = re.compile(
    rf"\b(?:[Mm]y|[Tt]he|[Oo]ur|[Hh]is|[Hh]er) ([a-z]{{3,15}})(?:['’]s name)?(?: is|:) ({_CAP}(?: {_CAP})?)"
)
_NAMED = re.compile(
    r"\b(?:named|called|name it|name the \w+|label(?:l?ed)?) (?:it )?['\"]?([A-Z][\w'’&.\- ]{1,40})"
)
_TITLED = re.compile(rf"\b(?:Dr|Mr|Mrs|Ms|Prof|Herr|Frau|Doctor)\.? {_CAP}(?: {_CAP})?")
_ROUTE = re.compile(
    r"\bfrom ((?:the |my )?[\w'’&]+(?: (?!to\b)[\w'’&]+){0,3}) to ((?:the |my )?[\w'’&]+(?: (?:and|of"
    r"|&) [\w'’]+| [A-Z][\w'’]+){0,3})"
)
_ROUTE_ABROAD = re.compile(rf"\b(?:von|de) ({_CAP}(?: {_CAP})?) (?:nach|a|à) ({_CAP}(?: {_CAP})?)")
_PLACE = re.compile(
    rf"\b(?:in|near|at|to|from|for|around|towards?) (?:the )?({_CAP}(?: {_CAP}){{0,3}}(?:, ?{_CAP})?)"
)
_QUOTED = re.compile(r"(?<!\w)['\"‘“]([A-Z0-9][\w&.'\- ]{1,40}?)['\"’”](?!\w)")
_AREA = re.compile(
    r"\b(?:in|to|on|the|of|at|side|located) (?:the )?((?:north|south|east|west|northeast|northwest"
    r"|southeast|southwest|centre|center|downtown|city cent(?:er|re))(?:ern)?)\b(?! (?-i:[A-Z]))",
    re.IGNORECASE,
)
_SAYS_NAME = ("name", "i am ", "i'm ", "i’m ", "im ", "this is ", "heiße", "appelle", "llamo", "chiamo")
_TITLE_HINT = re.compile("[DM]r|M(?:r?s)|Prof|Herr|Frau|Doctor")
_NAME_HINT = re.compile("name|call|label")
_QUOTE = re.compile("['\"‘“]")
_AREA_HINT = re.compile("north|south|east|west|cent|downtown")
_OFFER_HINT = re.compile(
    "bout |named|called|recommend|suggest|try |song|play|is at|able at|ticket|with|visit|room at|tion at|book"
)
_DIGIT = re.compile("[0-9]")
_CAPITAL = re.compile("[A-ZÀ-Þ]")
_NOUNS_BIG = re.compile(
    r"\b(?:ich|und|nicht|ist|eine?n?|der|das|mein\w*|haben?|ihre?n?|Sie|[Ww]ie"
    r"|Ihre?)\b"
)


def names(sentence: str, low: str) -> Iterator[Found]:
    """Everything that is named in one sentence; ``low`` is it in lower case."""
    if any(map(low.__contains__, _SAYS_NAME)):
        yield from _said(sentence)
    if _DIGIT.search(sentence):
        yield from _streets(sentence, low)
    if _AREA_HINT.search(low):
        for match in _AREA.finditer(sentence):
            yield Found("area", "area", match[1])
    if "from " in low:
        yield from _route(sentence)
    if _OFFER_HINT.search(low):
        for match in _OFFERED.finditer(sentence):
            if match[1] == match[1].lower() and len(match[1]) < 60:
                yield Found("offered", "mentioned", match[1])
    big = len(_CAPITAL.findall(sentence))
    if big and not (big > 12 and big * 10 > (len(sentence) - sentence.count(" ")) * 6):
        yield from _capitalised(sentence)


def _capitalised(sentence: str) -> Iterator[Found]:
    for match in _TITLED.finditer(sentence) if _TITLE_HINT.search(sentence) else ():
        yield Found("titled", "name", match[0])
    for match in _PLACE.finditer(sentence):
        value = _trim(match[1].split())
        if value and not any(map(_is_reference, value.split())):
            yield Found("place", "place", value)
    if " nach " in sentence or " à " in sentence or " a " in sentence:
        for match in _ROUTE_ABROAD.finditer(sentence):
            yield Found("route", "from", match[1])
            yield Found("route", "to", match[2])
    for match in _QUALITY.finditer(sentence):
        if match[1] not in _BREAKS:
            yield Found("quality", "mentioned", match[1])
    if " is " in sentence or "be " in sentence or ": " in sentence:
        yield from _roles(sentence)
    if _QUOTE.search(sentence):
        for match in _QUOTED.finditer(sentence):
            yield Found("quoted", "mentioned", match[1].strip())
    for match in _NAMED.finditer(sentence) if _NAME_HINT.search(sentence) else ():
        if value := _trim(match[1].split(".")[0].split()):
            yield Found("named", "named", value)
    yield from _runs(sentence)


def _roles(sentence: str) -> Iterator[Found]:
    """ "Kate is my host", "the host is Kate"."""
    for match in _ROLE_AFTER.finditer(sentence):
        if not all(map(_says_nothing, match[1].split())):
            yield Found("role", match[2], match[1])
    for match in _ROLE_BEFORE.finditer(sentence):
        if not all(map(_says_nothing, match[2].split())):
            yield Found("role", match[1], match[2])


def _said(sentence: str) -> Iterator[Found]:
    for match in _SAID_NAME.finditer(sentence):
        words = match[1].split()
        big = words[0][0].isupper()
        kept: list[str] = []
        for word in words:
            if (
                (word.lower() in NO_NAME and not word[0].isupper())
                or (big and not word[0].isupper())
                or word == "I"
            ):
                break
            kept.append(word)
        if kept:
            yield Found("said name", "name", " ".join(kept))
    for match in _I_AM.finditer(sentence):
        if match[1].split()[0].lower() not in NO_NAME:
            yield Found("said name", "name", match[1])


def _streets(sentence: str, low: str) -> Iterator[Found]:
    if any(map(low.__contains__, _STREET_STEMS)):
        for match in _ADDRESS.finditer(sentence):
            yield Found("address", "address", _HEAD_OF_ADDRESS.sub("", match[0]))
    for match in _LOOSE_ADDRESS.finditer(sentence):
        led = sentence[: match.start()].endswith(("to ", "at ", "on ", "is "))
        if led and _BREAKS.isdisjoint(match[0].split()):
            yield Found("address", "address", match[0])
    for match in _CROSSING.finditer(sentence):
        yield Found("address", "address", match[0])


def _route(sentence: str) -> Iterator[Found]:
    for match in _ROUTE.finditer(sentence):
        ends = [_trim_common(end.split()) for end in match.groups()]
        if all(ends) and not any(end[0].isdigit() and len(end) < 3 for end in ends):
            yield Found("route", "from", ends[0])
            yield Found("route", "to", ends[1])


def _trim_common(words: list[str]) -> str:
    while words and words[-1].lower() in FUNCTION | CALENDAR:
        words = words[:-1]
    while words and words[0].lower() in FUNCTION - {"the"}:
        words = words[1:]
    return " ".join(words).strip("' ")


def _runs(sentence: str) -> Iterator[Found]:
    """Capitalised words in a row. The first word of a sentence is capitalised anyway, so alone it counts little."""
    for match in _RUN.finditer(sentence):
        if sentence[match.end() : match.end() + 1] == ":":
            continue  # the name of a field
        words = match[0].replace("/", " / ").split() if "/" in match[0] else match[0].split()
        before = sentence[: match.start()].rstrip()
        opens = not before or before[-1] in '.!?:"-'
        for place, part in enumerate(_parted(words)):
            first = opens and place == 0 and part[0] == words[0]
            if first and len(part) == 1 and sentence[match.end() : match.end() + 1] != " ":
                if (
                    sentence[match.end() : match.end() + 1] != "!"
                    and not _says_nothing(part[0])
                    and len(part[0]) > 2
                    and not part[0].endswith("ly")
                ):
                    yield Found("lead", "mentioned", part[0])  # "Kate, it is at six."
                continue
            for one in _named_by(part, first=first, before=before):
                if " " in one.value or not _NOUNS_BIG.search(sentence):
                    yield one


def _named_by(part: list[str], *, first: bool, before: str) -> Iterator[Found]:
    opener = part[0].lower()
    if first and len(part) > 1 and part[0] not in _ARTICLES and (opener in _OPENERS or opener.endswith("ly")):
        part, first = part[1:], False
    value = _trim(part)
    if not value:
        return
    words = value.split()
    if any(map(_is_reference, words)):
        return
    if words[0].isdigit() and len(words) > 1:
        if before[-4:].lower().strip() in ("for", "of", "with"):
            value, words = " ".join(words[1:]), words[1:]
        else:
            plate = len(words) == 2 and words[1].isupper() and len(words[1]) < 5
            kind = "reference" if plate else "address" if len(words[0]) > 1 else "run"
            yield Found(kind, "code" if plate else "address", value)
            return
    if not _WIDE.isdisjoint(words):
        yield Found("wide", "mentioned", value)
        for piece in _pieces(words):
            if piece:
                yield Found("run" if " " in piece else "proper", "mentioned", piece)
    elif len(words) > 1:
        yield Found("run", "mentioned", value)
    elif not first:
        yield Found("proper", "mentioned", value)
    elif len(value) > 2:
        yield Found("start", "mentioned", value)


def _is_reference(word: str) -> bool:
    return len(word) > 4 and word[-1:].isalnum() and _DIGIT.search(word) is not None and not word.isdigit()


def _pieces(words: list[str]) -> Iterator[str]:
    piece: list[str] = []
    for word in (*words, "by"):
        if word in _WIDE:
            yield _trim(piece)
            piece = []
        else:
            piece.append(word)


def _parted(words: list[str]) -> Iterator[list[str]]:
    """The run without the days and months in it."""
    part: list[str] = []
    last = ""
    for word in words:
        if word.lower() in CALENDAR or (word.isdigit() and last in CALENDAR):
            if part:
                yield part
            part = []
        else:
            part.append(word)
        last = word.lower()
    if part:
        yield part


def _trim(words: list[str]) -> str:
    """Without what leads or ends a run but names nothing; empty when nothing is left."""
    words = list(words)
    while words and (
        words[0].lower() in _EDGES
        or words[0] == "a"
        or words[0].lower() in CALENDAR
        or _CONTRACTED.search(words[0])
    ):
        words = words[1:]
    while words and (
        words[-1].lower() in _LINKING or words[-1] == "I" or words[-1].lower().rstrip(".,'’") in CALENDAR
    ):
        words = words[:-1]
    if words and words[0] in _ARTICLES and (len(words) == 1 or not words[1][0].isupper()):
        words = words[1:]
    if not words or _CONTRACTED.search(words[-1]) or (all(map(_says_nothing, words)) and len(words) < 3):
        return ""
    value = " ".join(words).replace(" / ", "/")
    return value[:-2] if value.endswith(("'s", "’s")) else value


_ARTICLES = frozenset(("The", "A", "An"))


def _says_nothing(word: str) -> bool:
    plain = word.lower().strip(".,'’")
    return plain in NO_NAME or plain in _SHORT or not any(map(str.isalpha, plain))
