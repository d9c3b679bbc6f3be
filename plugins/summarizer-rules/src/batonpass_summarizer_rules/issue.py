"""What the customer came for: the sentence that says it, told by a third person, and a short intent."""

import re
from functools import lru_cache

from batonpass.plugin_api import Turn
from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.text import words_of

APART = 2  # so many messages after the issue may somebody want something else

_GREETING = re.compile(
    r"^(?:(?:hi|hey|hello|hallo|bonjour|hola|ciao|good (?:morning|day|afternoon|evening)|dear \w+"
    r"|greetings|yo|sup|what'?s up)(?: there| all| team)?"
    r"[ ,!.\-]*)+",
    re.I,
)
_COURTESY = re.compile(
    r"^(?:(?:please|yes|ok(?:ay)?|so|well|um+|actually|also|and|sorry|great|thanks"
    r"|thank you)[ ,!.]+)+",
    re.I,
)
_SELF = re.compile(
    r"^(?:my name is|my name['’]s|i am|i['’]m|this is"
    r"|it['’]s) [A-Z][\w'’\-]+(?: [A-Z][\w'’\-]+)?(?: here)?(?:[,.!]+ (?:and )?| and | (?=I\b))",
)
_ONLY_HELP = re.compile(
    r"^(?:i |we )?(?:(?:just |really )?(?:need|want|would like|could use|['’]d like)|(?:can|could"
    r"|would) (?:you|u|someone|anyone)(?: please)?|help)"
    r"(?: (?:me|us|your|some|a little|a bit of|please|to get|get|with|something|out|this|have|an?"
    r"|question|issue|problem|help|assistance|assist|here))*\W*$",
    re.I,
)
_OF_IT = re.compile(
    r"\b(?:need|want|like|prefer|book|take|have) (?:it|that|this|them"
    r"|one)\b(?! to be)|\b(?:does|do|is|was|will|can|did|should) (?:it|that|this|they|he|she)\b"
    r"|\b(?:her|him|them|there)\W*$",
    re.I,
)
_STRONG = re.compile(
    r"^(?:i|we)(?:['’]d| would| also| will|['’]ll)* (?:need|want|like to|like a|love to)\b"
    r"|\blooking (?:for|to)\b|^(?:can|could|would) you\b"
    r"|^(?:find|book|get|show|cancel|change|schedule|reserve|order|transfer|play) ",
    re.I,
)
_NEED = re.compile(
    r"\b(?:need|want|wanna|would like|i['’]?d like|looking (?:for|to)|trying to|hoping to|help|problem"
    r"|issue|can(?:no|['’])?t|won['’]?t|doesn['’]?t|isn['’]?t|not work\w*"
    r"|broken|error|fail\w*|lost|stolen|missing|wrong|late|never (?:came|arrived|got)|charged|refund"
    r"|cancel|return|exchange|change|complain\w*"
    r"|(?:to|you|i) (?:book|reserve|order)|has ?n[o'’]t|not (?:arrived|received|here)|drops?|stopped"
    r"|^(?:get|find|book|show|give|send|check|tell|look|search|schedule|reserve|order|transfer|play|set"
    r"|return|refund|fix) "
    r"|nicht|brauche|möchte|problem|kaputt|stornier\w+|kündig\w+|erstatt\w+|hilfe"
    r"|n['’]arrive pas|ne (?:marche|fonctionne)|besoin|voudrais|problème|annuler|rembours\w+|aide"
    r"|necesito|quiero|quisiera|problema|no (?:puedo|funciona|llega)|cancelar|cambiar|devol\w+"
    r"|reembols\w+|ayuda"
    r"|how (?:do|can|much|long)|where is|when (?:will|does)|why)\b",
    re.I,
)
_ABOUT_CHAT = re.compile(r"\b(?:bot|human|agent|representative|real person|someone who)\b", re.I)
_DETAIL = re.compile(
    r"\b(?:mein name|ich (?:wohne|heiße)|je m['’]appelle|j['’]habite|me llamo|vivo en)\b|\b(?:number|id"
    r"|name|address|e-?mail|phone|code) (?:is|was|:)",
    re.I,
)
_TRIED = re.compile(
    r"^(?:i|we)(?:['’]ve| have)? (?:already |also |just )*(?:tried|restarted|reset|checked|did|called)\b",
    re.I,
)
_VERBS = (
    "cancel return refund exchange change modify reschedule upgrade book reserve order buy find search"
    " check track report schedule"
    " update reset activate block unlock transfer pay renew replace repair install connect register"
    " remove add move file confirm claim"
).split()
_INTENT = re.compile(rf"\b({'|'.join(_VERBS)})(?:ing|e?d|s)?\b ((?:[\w'’\-]+ ?){{1,6}})", re.I)
_THING = re.compile(
    r"\b(?:need|want|would like|['’]d like|looking for|get|have|find|request|about|with)(?: (?:me"
    r"|us))? (?:an?|some|my|our|the|any) ((?:[\w'’\-]+ ?){1,4})",
    re.I,
)
_CLAUSE_WORDS = frozenset(
    "i we they he she you it have has had that which who because as since but if when so and can from".split()
)
_TROUBLE = re.compile(
    r"((?:[\w'’\-]+ ){1,3})(?:is|are|was|has been|does|do|did|wo|ca)(?:n['’]?t| not) (\w+)", re.I
)
_DIGIT = re.compile("[0-9]")
_SMALL = frozenset(
    "a an the my our your their his her this that these those some any for to of on in at it i we you"
    " me us is are was be and or but so"
    " if because please with from by as there here one two up out into about can could will would all"
    " just not also now today".split()
)


def issue_turn(turns: tuple[Turn, ...]) -> tuple[str, Turn] | None:
    """The customer's sentence that best tells the issue, and its turn; None when the customer said"
    " nothing yet."""
    best: tuple[float, str, Turn] | None = None
    customers = [turn for turn in turns if turn.role == "customer" and not turn.sensitive]
    for place, turn in enumerate(customers[:12]):
        for sentence in trusted_sentences(turn.text):
            stripped = plain_request(sentence)
            score = max(_score(stripped) - place * 0.4, 0.1) if _score(stripped) else 0.0
            if score > 0 and (best is None or score > best[0]):
                best = (score, stripped, turn)
    return (best[1], best[2]) if best else None


def later_wish(turns: tuple[Turn, ...], issue: str, turn: Turn) -> str:
    """What the customer came to want later than the issue, when it is something else; empty when there is nothing."""
    said = [one for one in turns if one.role == "customer" and not one.sensitive and one.seq > turn.seq]
    about = set(_content(issue, 9).split())
    for one in reversed(said[APART:]):
        for sentence in trusted_sentences(one.text):
            bare = plain_request(sentence)
            if (
                not _STRONG.search(bare)
                or _OF_IT.search(bare)
                or _ABOUT_CHAT.search(bare)
                or _ONLY_HELP.match(bare)
            ):
                continue
            words = set(_content(bare, 9).split())
            if len(words) > 2 and len(words & about) * 2 < len(words):
                return bare
    return ""


@lru_cache(maxsize=4096)
def plain_request(sentence: str) -> str:
    """The sentence without greeting and courtesies before it."""
    bare = _COURTESY.sub("", _GREETING.sub("", sentence)).strip()
    named = _SELF.match(bare[:1].lower() + bare[1:])
    return bare[named.end() :].strip() if named else bare


@lru_cache(maxsize=4096)
def _score(sentence: str) -> float:
    """How well a sentence would tell what somebody came for; 0: it cannot."""
    words = len(words_of(sentence))
    if words < 3:
        return 0.0
    score = 3.0 if _NEED.search(sentence) else 1.0
    score += min(words, 14) / 10
    score -= 2.0 if _ONLY_HELP.match(sentence) else 0.0
    score -= 1.5 if _OF_IT.search(sentence) else 0.0
    score -= 2.0 if _ABOUT_CHAT.search(sentence) else 0.0
    score -= 1.5 if _DETAIL.search(sentence) or _TRIED.search(sentence) else 0.0
    return max(score, 0.1)


def intent_of(issue: str) -> str:
    """A verb and what it is about, in the customer's words; empty when the issue names none."""
    match = _INTENT.search(issue)
    if match:
        words = _content(match[2])
        return f"{match[1].lower()} {words}".strip()
    trouble = _TROUBLE.search(issue)
    if trouble:
        return f"{_content(trouble[1])} not {trouble[2].lower()}".strip()
    thing = _THING.search(issue)
    return _content(thing[1]) if thing else ""


def _content(text: str, most: int = 3) -> str:
    said = words_of(text)
    end = next((place for place, word in enumerate(said) if place and word in _CLAUSE_WORDS), len(said))
    words = [word for word in said[:end] if word not in _SMALL and not _DIGIT.search(word)]
    return " ".join(words[:most])
