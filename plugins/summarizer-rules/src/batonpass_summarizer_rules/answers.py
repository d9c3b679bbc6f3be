"""A question and its short answer make a fact: the question names it, the customer gives the value."""

import re
from functools import lru_cache

from batonpass_summarizer_rules.facts import Found, facts_in
from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.lexicon import FUNCTION, VAGUE, VERBS
from batonpass_summarizer_rules.text import sentences_of, words_of

MAX_ANSWER_WORDS = 6
MAX_STORY_WORDS = 25

_NOUN = r"((?:[a-z][\w'’\-]*\s+){0,2}[a-z][\w'’\-]*)"
_ASKS = (
    (re.compile(r"\bhow many (\w+)", re.I), ""),
    (re.compile(r"\b(?:at )?what time\b|\bwhich time\b|\btime when\b", re.I), "time"),
    (
        re.compile(
            r"\b(?:what|which) (?:day|date)\b|^when\b|\bwhen (?:are|is|do|will|would|should|did)\b"
            r"|\bdate when\b",
            re.I,
        ),
        "date",
    ),
    (
        re.compile(
            rf"\b(?:get|have|know|tell me|provide(?: me)?(?: with)?|give me|need|share|confirm|enter"
            rf"|describe) your {_NOUN}",
            re.I,
        ),
        "",
    ),
    (
        re.compile(
            rf"\b(?:get|tell me|provide(?: me)?(?: with)?|give me|share|enter|describe) (?:the|a) {_NOUN}",
            re.I,
        ),
        "",
    ),
    (re.compile(rf"\bwhat(?:['’]?s| is| are| was| were)? (?:the|your) {_NOUN}", re.I), ""),
    (re.compile(rf"\b(?:what|which) (?:kind of |type of |sort of )?{_NOUN}", re.I), ""),
    (
        re.compile(
            r"^(?:and )?where(?:['’]?s)? .{0,20}\bfrom\b|\bdepart\w*\b|\bpick(?:ed)? you up\b|\bstarting\b",
            re.I,
        ),
        "from",
    ),
    (re.compile(r"\bwhere .{0,12}\bto\b|\bgo(?:ing)? to\b|\bdestination\b", re.I), "to"),
    (re.compile(r"\bwhere\b|\blocation\b", re.I), "place"),
    (re.compile(r"\bwho(?:m|se)?\b", re.I), "who"),
)
_NOUN_ENDS = re.compile(
    r"\s+(?:and|or|for|to|of|on|in|at|is|are|as|so|please|that|which|do|does|did|would|should|will|can"
    r"|could|you|i|we|it|the"
    r"|be|with|from|again|here|first|now|too|well|was|were|have|has|when|where|need|needs)\b.*$"
)
_YES_NO = re.compile(
    r"^(?:\w+,? )?(?:do|does|did|is|are|was|were|would|should|shall|will|have|has|can i|could i"
    r"|may i (?:book|help|assist)|anything)\b"
    r"|\banything else\b|\bhelp\b|\bassist\b",
    re.I,
)
_OPENING = re.compile(
    r"^(?:(?:yes|yeah|yep|sure|ok(?:ay)?|well|hi|hello|please|um+|uh|oh|so|and|but|it'?s|it is|that'?s"
    r"|that is|they are|i am|i'?m"
    r"|i was|i think|i guess|i believe|i want(?: to go)?(?: to)?|i(?:['’]?d| would) (?:like|prefer"
    r"|love)(?: to)?|i need|i prefer|i have"
    r"|we(?:['’]re| are)|let(?:['’]?s| us)(?: (?:say|do|try|go with))?|make it|maybe|probably|perhaps"
    r"|about|around|at|for|in|on|to|from"
    r"|the name is|(?:my|the|his|her|our) [a-z ]{2,20}? (?:is|was|are|will be|would be)|just|try"
    r"|how about|only|near|by|of|there (?:are|is|will be)"
    r"|under|an?|the)[ ,.:]+)+",
    re.I,
)
_LABEL = re.compile(r"^[A-Za-z]+(?: [A-Za-z]+)?:\s+")
_CLOSING = re.compile(
    r"[ ,]+(?:please|pls|thanks?(?: you)?|though|then|i think|i guess|actually|sir|dear|if possible)$", re.I
)
_CLAUSE = re.compile(
    r"[,;.!?](?:\s|$)| (?:and (?:i|my|the|we|also|can)|but|because|since|so|if|when|who|which"
    r"|thank\w*)\b|\n| - ",
    re.I,
)
_NO_ANSWER = frozenset(
    "yes no yeah yep nope none nothing sure any anything whatever ok okay great good fine nice cool"
    " thanks thank correct right bye"
    " hello hi not don't dont what why how who can't cannot doesn't unknown idk sorry wait please"
    " perfect wonderful alright that this"
    " confirm done exactly absolutely definitely you i we it is do does hmm never".split()
)
_DULL = frozenset(
    "what which that this about would can do does is are will shall should could"
    " it one name's kind sort type thing you your me else more there question"
    " questions help details information"
    " detail info moment problem issue option options way request reason".split()
)


@lru_cache(maxsize=4096)
def asked_for(text: str) -> str:
    """What the last question of an agent's message asks for, in its own words (at most three); empty when it
    asks nothing that a value could answer."""
    for sentence in reversed(sentences_of(text)):
        if not (sentence.endswith("?") or re.match(r"(?:please|kindly|right,? and)\b", sentence, re.I)):
            continue
        return _slot(sentence)
    return ""


def _slot(sentence: str) -> str:
    for pattern, name in _ASKS:
        match = pattern.search(sentence)
        if match and (name or not _YES_NO.search(sentence) or "your" in match[0]):
            noun = name or _NOUN_ENDS.sub("", f"{match[1].lower()} ").strip()
            if noun and noun not in _DULL and noun.split()[0] not in _DULL:
                return noun
    return ""


@lru_cache(maxsize=4096)
def answers_in(question: str, text: str) -> tuple[Found, ...]:
    """What a customer's ``text`` gives in answer to ``question``: the specifics of the kind that was asked for, or its
    short words, or (when a story was asked for) its first sentence."""
    slot = asked_for(question)
    story = _STORY.findall(sentences_of(question)[-1]) if sentences_of(question) else []
    slot = slot or (story[-1].lower() if story and question.rstrip().endswith("?") else "")
    sentences = trusted_sentences(text)
    if not slot or not sentences:
        return ()
    fitting = _FITS.get(_sort_of(slot), ())
    typed = [one for one in facts_in(text, "customer") if one.kind in fitting]
    if typed:
        return tuple(Found("answer", slot, one.value) for one in typed[:2])
    if question_is_number(question):
        digits = _BARE_NUMBER.findall(" ".join(sentences))
        if digits:
            return (Found("answer", slot, digits[0]),)
    if story and 3 < len(words_of(sentences[0])) <= MAX_STORY_WORDS:
        return (Found("story", slot, sentences[0].rstrip(" .!")),)
    for clause in _CLAUSE.split(sentences[0])[:2]:
        value = _bare(clause)
        words = words_of(value)
        if (
            words
            and len(words) <= MAX_ANSWER_WORDS
            and words[0] not in _NO_ANSWER
            and _NO_SPEECH.isdisjoint(words)
            and not _SAYS_NOTHING.issuperset(words)
        ):
            return (Found("answer" if len(words) < 4 else "long answer", slot, value),)
    return ()


_HOW_MANY = re.compile(r"\bhow many\b|\bnumber of\b|\bwie viele\b|\bcombien\b|\bcuánt[oa]s\b", re.I)
_BARE_NUMBER = re.compile(r"(?<![\w:.$€£#/-])\d{1,4}(?![\w:/-]|\.\d| ?[ap]\.?m)")


def question_is_number(question: str) -> bool:
    return bool(_HOW_MANY.search(sentences_of(question)[-1] if sentences_of(question) else ""))


def _sort_of(slot: str) -> str:
    return next((sort for sort, pattern in _SORTS if pattern.search(slot)), "")


def _bare(clause: str) -> str:
    value = _LABEL.sub("", clause.strip(" \"'*.,!?()"))
    value = _CLOSING.sub("", _OPENING.sub("", f"{value} ").strip()).strip(" \"'*.,!?()")
    words = value.split()
    while words and words[0].lower() in _LEADING:
        words = words[1:]
    return " ".join(words)


_LEADING = (FUNCTION | VERBS) - {"no", "not", "the", "one", "none"}
_NO_SPEECH = frozenset(
    "i i'm i'd i've i'll you we it it's that's they he she me is are was were do does did what".split()
)
_SAYS_NOTHING = (FUNCTION | VERBS | VAGUE) - {"one", "none", "today", "tomorrow", "tonight"}
_SORTS = (
    ("time", re.compile(r"\btime\b|\bhour")),
    ("date", re.compile(r"\bdate\b|\bday\b|\bwhen\b")),
    ("number", re.compile(r"\bnumber\b|\bid\b|\bcode\b|\breference\b")),
    ("name", re.compile(r"\bname\b|\bwho\b|\bhost\b|\bdoctor\b|\brecipient\b")),
    (
        "place",
        re.compile(r"\b(?:city|town|place|location|from|to|destination|venue|hotel|restaurant|area|where)\b"),
    ),
)
_NAMES = ("run", "proper", "start", "titled", "said name", "named", "lead", "role")
_FITS = {
    "time": ("time",),
    "date": ("date",),
    "number": ("labelled", "number", "reference"),
    "name": _NAMES,
    "place": ("address", "route", "place", *_NAMES, "area"),
}
_STORY = re.compile(
    r"\b(?:describe|explain|what happened|(?:more |any )?details?|report|reason|symptoms?|problem|issue"
    r"|instructions?"
    r"|special requests?|tell (?:me|us) (?:more )?about|was ist passiert|que s['’]est-il|qué pasó)\b",
    re.I,
)
