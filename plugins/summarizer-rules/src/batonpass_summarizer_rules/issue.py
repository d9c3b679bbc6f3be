"""What the customer came for: the sentence that says it, told by a third person, and a short intent."""

import re

from batonpass.plugin_api import Turn
from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.text import words_of

_GREETING = re.compile(
    r"^(?:(?:hi|hey|hello|hallo|bonjour|hola|ciao|good (?:morning|day|afternoon|evening)|dear \w+"
    r"|greetings|yo|sup|what'?s up)(?: there| all| team)?"
    r"[ ,!.\-]*)+",
    re.I,
)
_COURTESY = re.compile(
    r"^(?:(?:please|yes|ok(?:ay)?|so|well|um+|actually|also|and|sorry|great|thanks|thank you)[ ,!.]+)+", re.I
)
_NEED = re.compile(
    r"\b(?:need|want|wanna|would like|i['’]?d like|looking (?:for|to)|trying to|hoping to|help|problem"
    r"|issue|can(?:no|['’])?t|won['’]?t|doesn['’]?t|isn['’]?t|not work\w*"
    r"|broken|error|fail\w*|lost|stolen|missing|wrong|late|never (?:came|arrived|got)|charged|refund"
    r"|cancel|return|exchange|change|complain\w*"
    r"|(?:to|you|i) (?:book|reserve|order)|has ?n[o'’]t|not (?:arrived|received|here)|drops?|stopped"
    r"|how (?:do|can|much|long)|where is|when (?:will|does)|why)\b",
    re.I,
)
_ABOUT_CHAT = re.compile(r"\b(?:bot|human|agent|representative|real person|someone who)\b", re.I)
_DETAIL = re.compile(r"\b(?:number|id|name|address|e-?mail|phone|code) (?:is|was|:)", re.I)
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
_TROUBLE = re.compile(
    r"((?:[\w'’\-]+ ){1,3})(?:is|are|was|has been|does|do|did|wo|ca)(?:n['’]?t| not) (\w+)", re.I
)
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
            score = _score(stripped, place)
            if score > 0 and (best is None or score > best[0]):
                best = (score, stripped, turn)
    return (best[1], best[2]) if best else None


def plain_request(sentence: str) -> str:
    """The sentence without greeting and courtesies before it."""
    return _COURTESY.sub("", _GREETING.sub("", sentence)).strip()


def _score(sentence: str, place: int) -> float:
    words = len(words_of(sentence))
    if words < 3:
        return 0.0
    score = 3.0 if _NEED.search(sentence) else 1.0
    score += min(words, 14) / 10 - place * 0.4
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
    return f"{_content(trouble[1])} not {trouble[2].lower()}".strip() if trouble else ""


def _content(text: str) -> str:
    words = [
        word for word in words_of(text) if word not in _SMALL and not any(char.isdigit() for char in word)
    ]
    return " ".join(words[:3])
