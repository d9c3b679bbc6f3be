"""Recognisers of what has a shape: references, addresses of mail, phones, dates, times, amounts, numbers of things."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A specific as it stands in the text. ``kind`` is the rule that found it, ``name`` what it is called."""

    kind: str
    name: str
    value: str


Recogniser = Callable[[str], Iterator[Found]]

_WORD_NUMBER = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|febrero|mar(?:ch|s|zo)?|märz|apr(?:il)?|avril"
    r"|abril|may|mai"
    r"|mayo|june?|juni|juin|junio|july?|juli|juillet|julio|aug(?:ust)?|août|agosto|sept?(?:emb(?:er"
    r"|re))?|septiembre"
    r"|oct(?:ob(?:er|re))?|oktober|octubre|nov(?:emb(?:er|re))?|noviembre|de[cz](?:ember)?|décembre"
    r"|diciembre|enero)"
)
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado"
    r"|domingo)"
)
_NTH = r"\d{1,2}(?:st|nd|rd|th)"
_DATE = re.compile(
    r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,? \d{{4}}\b)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)? ?(?:of |de )?{_MONTH}\b(?:,? (?:de )?\d{{4}}\b)?"
    rf"|{_NTH} of (?:this|next) month"
    rf"|{_NTH}(?! of )(?! (?:and|&) (?-i:[A-Z]))(?! (?:floor|street|st|avenue|ave|time|level|place"
    rf"|class|grade)\b)"
    rf"|(?:(?:this|next|last|coming) )?{_DAY}(?: (?:this|next) week)?"
    r"|day after tomorrow|tomorrow|later today|today|tonight|heute|morgen|übermorgen|demain|mañana)\b",
    re.IGNORECASE,
)
_PART_OF_DAY = r"(?: (?:in the (?:morning|afternoon|evening)|at night))"
_TIME = re.compile(
    rf"\b(?:\d{{1,2}}(?::\d{{2}})? ?[ap](?:m\b|\.m\b\.?)|{_WORD_NUMBER} [ap]\.?m\b"
    rf"|(?:half past|quarter (?:past|to)) (?:\d{{1,2}}|{_WORD_NUMBER})\b(?: o.?clock)?{_PART_OF_DAY}?"
    rf"|(?:\d{{1,2}}|{_WORD_NUMBER}) o.?clock{_PART_OF_DAY}?"
    rf"|\d{{1,2}}:\d{{2}}\b{_PART_OF_DAY}?(?: uhr\b)?|(?:\d{{1,2}}|{_WORD_NUMBER}){_PART_OF_DAY}"
    r"|\d{1,2} ?(?:uhr(?: \d{2})?|h ?\d{2})\b|noon\b|midnight\b)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:[$€£¥₹]|\b(?:usd|eur|gbp|chf) ?)\d[\d,]{0,15}(?:\.\d{1,2})?\b"
    r"|\b\d[\d,]{0,15}(?:[.,]\d{1,2})? ?(?:(?:dollars|euros?|pounds|credits|bucks|usd|eur|gbp|chf)\b|€|\$)",
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
    r"|membership|policy|flight|train|contract|claim|parcel|shipment|transaction|model|part|item"
    r"|product|device|loyalty"
    r"|registration|bestell|kunden|auftrags|rechnungs|vertrags|kund\w{2}"
)
_LABELLED = re.compile(
    rf"\b((?:{_KIND})[ -]?(?:id|number|no|code|ref(?:erence)?|name|nummer)?|(?:ref(?:erence)?"
    rf"|id)(?: (?:number|no|code))?"
    r"|username)\b(?:\s*(?:\(?(?:is|are|was|ist|lautet|number|id|no\.?|:|=|#)\)?)){0,3}\s*[#:\"'(]*"
    r"([\w][\w\-./]{0,40}\d[\w\-]{0,40}|(?-i:[A-Z]{5,12})\b)",
    re.IGNORECASE,
)
_MIXED = re.compile(
    r"(?<![\w@.\-])(?=[\w\-]*\d)(?=[\w\-]*[A-Za-z])[A-Za-z0-9][\w\-]{3,30}[A-Za-z0-9](?![\w@])"
)
_NUMBER = re.compile(
    r"(?<![\w.,\-/+$€£@#])#?(\d{5,20})(?![\w\-/]|[.,]\d| (?:[A-Z]|credits|dollars"
    r"|euros?))"
)
_NOT_ID = re.compile(
    rf"\d+(?:st|nd|rd|th|am|pm|x|gb|mb|kg|km|cm|mm|min|hrs?|h)|(?:\d{{1,2}}:?)+"
    rf"|\d\w{{0,12}}-(?:{_MONTH}|year|day|night"
    r"|hour|star|bed|room|way)\w*|\d+(?:st|nd|rd|th)?-\d+(?:st|nd|rd|th)?|covid-?19|p[1-9]",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\(([A-Z]{3})\)|\b(?:from|to|and|via) ([A-Z]{3})\b(?! [A-Z]{2})|\b([A-Z]{3}) to [A-Z]{3}\b"
)
_POSTAL = re.compile(r",? ([A-Z]{2}),? (\d{5}(?:-\d{4})?)\b")
_THING = (
    r"people|persons?|guests?|friends|adults?|children|kids|tickets?|seats?|rooms?|bedrooms?|beds?"
    r"|baths?|bathrooms?|nights?"
    r"|days?|weeks?|months?|stars?|bags?|suitcases?|passengers?|travell?ers?|riders?|items?|pieces"
    r"|copies|licen[cs]es"
    r"|users?|units?|pairs?|boxes|parcels?|minutes?|hours?|years?|personen|nächte|tage|zimmer|personnes"
    r"|nuits|personas"
    r"|noches"
)
_COUNTED = re.compile(
    rf"\b(\d{{1,3}})(?: (?:more|other|total|check(?:ed)?|carry-?on|bed))?[ -]?({_THING})\b", re.I
)
_PARTY = re.compile(
    r"\b(?:party|group|table|family|reservation|cab|ride|taxi|room|tisch|table pour|mesa para)(?: is)?"
    r" (?:of|for|with|für) (\d{1,3})\b(?! [ap]m|:)"
    r"|\b(?<!\d )for (\d{1,2})\b(?=$|[.,!?;]| (?:at|on|in|to|please|tonight|tomorrow|under)\b)(?!:)"
    r"|\b(?:there (?:will be|are|would be)|we(?:['’]re| are)|expecting|inviting"
    r"|invite) (\d{1,3})(?: of us)?\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(\d{1,3}) (?:\w+ ){0,1}(?:of us|in total)\b|\bjust (?:me|myself) and (\d{1,2})\b", re.I
)
_PLACED = re.compile(
    r"\b(room|suite|gate|seat|apartment|apt|floor|level|platform|track|unit|extension|zimmer|gleis"
    r"|chambre|quai)"
    r"(?: (?:number|no\.?|#|nr\.?))? ?#?([A-Z]?\d{1,5}[A-Z]?)\b(?! [ap]m)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:from|in|of|since|year|released(?: in)?) (?:the year )?((?:19|20)\d\d)\b")
_SIZE = re.compile(
    r"\b(?:size|colou?r|model) (?:is |was |: ?)?"
    r"([A-Z0-9][\w\-]{0,14}|small|medium|large|black|white|red|blue|green)\b"
)
_FIELD = re.compile(r"^(?:\d{1,2}\. )?([A-Z][A-Za-z ]{1,28}):\s+(\S.{0,60})$")
_TOOL = re.compile(r"\b([a-z][a-z_]{2,30})=(\"[^\"]{1,60}\"|[^,()\[\]{}]{1,60})")
_DIGIT = re.compile("[0-9]")
_LOOKS_UP = re.compile(
    r"\W*(?:get|search|find|list|look|fetch|read|query|think|calculate|check)(?:_|\b)", re.I
)
_LABELS = (
    *(
        "order",
        "book",
        "reserv",
        "confirm",
        "account",
        "ticket",
        "case",
        "invoice",
        "ref",
        "track",
        "serial",
        "customer",
    ),
    *(
        "user",
        "member",
        "policy",
        "flight",
        "train",
        "contract",
        "claim",
        "parcel",
        "shipment",
        "transaction",
        "model",
    ),
    *("part", "item", "product", "device", "loyalty", "registration", "nummer", "kund", "id"),
)
_PLACES = (
    "room",
    "suite",
    "gate",
    "seat",
    "ap",
    "floor",
    "level",
    "form",
    "track",
    "unit",
    "ext",
    "zimmer",
    "gleis",
    "chambre",
    "quai",
)
_PARTY_HINT = re.compile(" (?:of|for|with|für|pour|para) |there |we|just |invit|expect|in total")
_SPELLED_REFERENCE = re.compile("[A-Z]{5}")
_MONEY = re.compile("dollar|euro|pound|credit|buck|usd|eur|gbp|chf|[$]|€|£|¥|₹")
_MIXED_HINT = re.compile(r"[0-9][A-Za-z\-]|[A-Za-z\-][0-9]")
_THREE_BIG = re.compile("[A-Z]{3}")
# Cheap looks, on the sentence in lower case, that spare most sentences the dear patterns: they begin with a plain
# letter or digit, which the engine finds fast.
_DAY_HINT = re.compile(
    "day|jan|feb|fév|mar|mär|apr|avr|abr|may|mai|jun|juin|jul|juil|aug|août|ago|sep|oct|okt|nov|dec|dez|déc|dic|ene"
    "|tomorrow|tonight|heute|morgen|demain|mañana|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
_WORDS = re.compile("[a-zà-öø-ÿ]+|[0-9]+")
_MONTHS = (
    "jan january januar janvier feb february februar février febrero mar march mars marzo märz apr april avril abril may"
    " mai mayo jun june juni juin junio jul july juli juillet julio aug august août agosto sep sept september septembre"
    " septiembre oct october octobre oktober octubre nov november novembre noviembre dec december dez dezember décembre"
    " diciembre enero"
).split()
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays"
    " sundays montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi"
    " dimanche lunes martes miércoles jueves viernes sábado domingo day tomorrow later today tonight heute morgen"
    " übermorgen demain mañana this next last coming"
).split()
_DATE_BEGINS = frozenset((*_MONTHS, *_DAYS))
_TIME_BEGINS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve half quarter noon midnight".split()
)
_BARE_NTH = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)", re.IGNORECASE)
_DAY_NUMBER = re.compile("[0-9](?:st|nd|rd|th|[-/.][0-9])")
_TIME_NUMBER = re.compile("[0-9](?: ?[aphu]|:[0-9]| o| in the| at n)")
_REFERENCE_HINT = re.compile(r"[0-9][\w\-./]{2}|[\w\-][\w\-][0-9]|[A-Z]{5}")
_NAMED_TIME = re.compile("clock| in the |noon|midnight|past| [ap]m")


def _dates(sentence: str, low: str) -> Iterator[Found]:
    for match in _beginning(_DATE, _DATE_BEGINS, sentence, low):
        start, value = match.start(), match[0]
        if low.startswith("the ", max(start - 4, 0)) and start >= 4 and _BARE_NTH.fullmatch(value):
            value = sentence[start - 4 : match.end()]
        yield Found("date", "date", value)


def _times(sentence: str, low: str) -> Iterator[Found]:
    for match in _beginning(_TIME, _TIME_BEGINS, sentence, low):
        yield Found("time", "time", match[0])


def _beginning(
    pattern: re.Pattern[str], begins: frozenset[str], sentence: str, low: str
) -> Iterator[re.Match[str]]:
    """The matches of a dear pattern, tried only at numbers and at the words it may begin with."""
    if len(low) != len(sentence):
        yield from pattern.finditer(sentence)
        return
    end = 0
    for word in _WORDS.finditer(low):
        if word.start() < end or not (word[0] in begins or word[0][0].isdigit()):
            continue
        if match := pattern.match(sentence, word.start()):
            end = match.end()
            yield match


def _amounts(sentence: str, low: str) -> Iterator[Found]:
    for match in _AMOUNT.finditer(sentence) if _MONEY.search(low) else ():
        yield Found("amount", "amount", match[0])


def labelled(sentence: str) -> Iterator[Found]:
    """ "order number AB-123": what it is called, and the reference."""
    for match in _LABELLED.finditer(sentence):
        value = match[2].strip(".-/")
        if len(value) >= 3 and not _NOT_ID.fullmatch(value):
            yield Found("labelled", " ".join(match[1].lower().replace("-", " ").split()), value)


def emails(sentence: str) -> Iterator[Found]:
    for match in _EMAIL.finditer(sentence) if "@" in sentence else ():
        yield Found("email", "email", match[0])


def _numbers(sentence: str) -> Iterator[Found]:
    for match in _MIXED.finditer(sentence) if _MIXED_HINT.search(sentence) else ():
        if not _NOT_ID.fullmatch(match[0]):
            yield Found("reference", "reference", match[0])
    if len(_DIGIT.findall(sentence)) < 5:
        return
    for match in _PHONE.finditer(sentence):
        yield Found("phone", "phone", match[0])
    for match in _NUMBER.finditer(sentence):
        yield Found("number", "number", match[1])
    for match in _POSTAL.finditer(sentence):
        yield Found("postal", "state", match[1])
        yield Found("postal", "postal code", match[2])


def _counted(sentence: str, low: str) -> Iterator[Found]:
    for match in _COUNTED.finditer(sentence):
        yield Found("counted", match[2].lower(), match[1])
    for pattern in (_PARTY, _TOTAL) if _PARTY_HINT.search(low) else ():
        for match in pattern.finditer(sentence):
            yield Found("counted", "people", next(filter(None, match.groups())))
    for match in _PLACED.finditer(sentence) if any(map(low.__contains__, _PLACES)) else ():
        yield Found("placed", match[1].lower(), match[2])
    for match in _YEAR.finditer(sentence) if "19" in sentence or "20" in sentence else ():
        yield Found("year", "year", match[1])


def _codes(sentence: str) -> Iterator[Found]:
    for match in _CODE.finditer(sentence):
        yield Found("code", "code", next(filter(None, match.groups())))


def _sizes(sentence: str) -> Iterator[Found]:
    for match in _SIZE.finditer(sentence):
        yield Found("size", "size", match[1])


def shapes(sentence: str, low: str) -> Iterator[Found]:
    """Everything with a shape in one sentence; ``low`` is it in lower case. Cheap looks spare most of the dear ones."""
    yield from emails(sentence)
    digit = _DIGIT.search(sentence) is not None
    if digit:
        if _REFERENCE_HINT.search(sentence) and any(map(low.__contains__, _LABELS)):
            yield from labelled(sentence)
        yield from _numbers(sentence)
        yield from _amounts(sentence, low)
        yield from _counted(sentence, low)
    elif _SPELLED_REFERENCE.search(sentence):
        yield from labelled(sentence)
    if _DAY_HINT.search(low) or (digit and _DAY_NUMBER.search(low)):
        yield from _dates(sentence, low)
    if _NAMED_TIME.search(low) or (digit and _TIME_NUMBER.search(low)):
        yield from _times(sentence, low)
    if _THREE_BIG.search(sentence):
        yield from _codes(sentence)
    if "size" in low or "colo" in low or "model" in low:
        yield from _sizes(sentence)


def fields(sentence: str) -> Iterator[Found]:
    """ "Status: shipped" of a list that an agent wrote."""
    match = _FIELD.match(sentence)
    if match and len(match[2].split()) <= 5:
        yield Found("field", match[1].strip().lower(), match[2].rstrip(".,;"))


def arguments(sentence: str) -> Iterator[Found]:
    """ "name=value" of a tool line; what was only looked up matters less than what was done with it."""
    kind = "looked up" if _LOOKS_UP.match(sentence) else "argument"
    for match in _TOOL.finditer(sentence):
        yield Found(kind, match[1].replace("_", " "), match[2].strip('" '))
