"""What was tried, by whom, how it stands and what is open."""

import re
from functools import lru_cache

from batonpass.plugin_api import MAX_STEP, Outcome, Step, Turn
from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.secrets import Guard
from batonpass_summarizer_rules.text import MAX_TEXT, cut_words, sentences_of, words_of

MAX_STEPS = 6
AGENTS = ("bot", "representative")

_DONE = re.compile(
    r"\b(?:success(?:ful(?:ly)?)?|has been|have been|is (?:now |all )?(?:booked|confirmed|cancel+ed"
    r"|reserved|scheduled|submitted|updated)"
    r"|(?:i|we)(?:['’]ve| have)(?: \w+ly)? (?:sent|cancel+ed|booked|reset|updated|changed|issued"
    r"|refunded|created|opened|submitted|ordered"
    r"|added|removed|processed|scheduled|checked|found|looked|located|forwarded|reported)"
    r"|wurde.{0,60}(?:geändert|storniert|gebucht|verschickt|zugestellt|erstattet)|a été (?:annulé"
    r"|modifié|envoyé|réservé|remboursé)"
    r"|ha sido (?:cambiad|cancelad|enviad|reservad|reembolsad)[oa]|booked for you|(?:all|you(?:['’]re"
    r"| are)) set"
    r"|your .{3,40} (?:is|was) confirmed)\b",
    re.I,
)
_REFUSED = re.compile(
    r"\b(?:unfortunately|unable|can(?:no|['’])t|cannot|could(?:n['’]t| not)|not (?:possible|allowed"
    r"|permitted|able|available|successful|eligible)"
    r"|don['’]?t (?:have|quite understand)|do not (?:have|allow)|did not (?:purchase|work)|no longer"
    r"|leider|malheureusement|desafortunadamente|lamentablemente|no puedo|only able to|failed)\b",
    re.I,
)
_NOT_UNDERSTOOD = re.compile(
    r"\b(?:(?:don['’]?t|do not|didn['’]?t|did not|couldn['’]?t|not sure i)(?: quite"
    r"| really)? (?:understand|get that|catch)"
    r"|rephrase|nicht verstanden|pas compris|no (?:he )?entend)",
    re.I,
)
_COURTESY = re.compile(
    r"\b(?:sorry (?:to hear|for|about)|so sorry|apologi\w+|i understand|good ?bye|bye|(?:anything|what) else"
    r"|welcome|have a (?:\w+ )?(?:day|one|evening|night|weekend|time|trip|flight)|enjoy|take care"
    r"|hold on|(?:one|just a|for a) (?:moment|second|minute)|please wait"
    r"|(?:glad|happy) (?:to|i could|we could|that)|my pleasure|a pleasure|how (?:can|may"
    r"|could) i (?:help|assist)|thank(?:s| you)"
    r"|need (?:any )?(?:more|further|other) (?:help|assistance)|assist you (?:further|with)"
    r"|auf wiedersehen|bonne journée|de nada)\b",
    re.I,
)
_ADVICE = re.compile(
    r"^(?:please |then |now |also |first,? |next,? |ok(?:ay)?,? )*(?:(?:try|restart|reset|reinstall"
    r"|unplug|check|update|clear|log (?:in|out|off)"
    r"|sign (?:in|out)|open|turn|press|click|disconnect|reconnect|go to)\b|(?:could"
    r"|can) you (?:please )?try\b|have you tried\b)",
    re.I,
)
_TRIED = re.compile(
    r"\b(?:i|we)(?:['’]ve| have|['’]d| had)?(?: (?:already|also|just|even))* (?:tried|restarted"
    r"|rebooted|reset|reinstalled|re-?installed|called|phoned|checked"
    r"|updated|cleared|contacted|e-?mailed|unplugged|replaced|logged (?:out|in)|turned it|waited"
    r"|followed|did (?:that|all))\b",
    re.I,
)
_THANKS = re.compile(
    r"\b(?:danke|merci|gracias|perfekt|perfecto|parfait|thank\w*|perfect|great|awesome|wonderful"
    r"|excellent|that(?:['’]s| is| was| will be"
    r"| would be) all|works (?:now|for me)|all good|solved|fixed)\b",
    re.I,
)
_UNSOLVED = re.compile(
    r"\b(?:(?:still|it) (?:not|doesn['’]?t|isn['’]?t|won['’]?t|can['’]?t)|still (?:have|having|waiting"
    r"|no)|didn['’]?t (?:work|help)|not (?:working|solved|helpful)|no luck"
    r"|same (?:problem|error|issue)|useless|not what i)\b",
    re.I,
)
_PERSON = re.compile(
    r"\b(?:(?:einem?|den) (?:menschen|mitarbeiter\w*)|un (?:humain|conseiller|agente|humano)"
    r"|una persona|human|real person|live (?:agent|person|chat)|someone (?:real|who)|representative"
    r"|supervisor"
    r"|manager"
    r"|(?:speak|talk|transfer\w*|connect\w*|pass\w*) (?:me )?(?:to|with) (?:an?|the|some|your) ?\w*)\b",
    re.I,
)


@lru_cache(maxsize=4096)
def step_in(text: str, role: str) -> str:
    """The sentence of a message that tells what was done or tried; empty when none does."""
    if role == "customer":
        return next((line for line in trusted_sentences(text) if _TRIED.search(line)), "")
    if role in AGENTS:
        if _NOT_UNDERSTOOD.search(text[:MAX_TEXT]):
            return ""
        told = [line for line in sentences_of(text) if not line.endswith(":")]
        for pattern in (_REFUSED, _DONE, _ADVICE):
            for line in told:
                if pattern.search(line) and len(words_of(line)) > 3:
                    return line
    return ""


def steps_of(turns: tuple[Turn, ...], guard: Guard) -> tuple[Step, ...]:
    """The newest steps, oldest first, each said once."""
    steps: list[Step] = []
    seen: set[str] = set()
    for turn in reversed(turns):
        sentence = "" if turn.sensitive else step_in(turn.text, turn.role)
        text = cut_words(guard.words(sentence), 28, MAX_STEP - 2)
        if text and text not in seen:
            seen.add(text)
            steps.append(Step(turn.role, text, turn.seq))
        if len(steps) == MAX_STEPS:
            break
    return tuple(reversed(steps))


def last_word(turns: tuple[Turn, ...], after: int) -> tuple[str, Turn] | None:
    """What an agent said last that is no mere courtesy, and its turn; of a message the sentence that tells what was done,
    else the first. Only of turns after ``after``."""
    for turn in reversed(turns):
        if turn.seq <= after:
            return None
        if turn.role not in AGENTS or turn.sensitive:
            continue
        sentence = step_in(turn.text, turn.role) or next(iter(_plain_words(turn.text)), "")
        if sentence:
            return sentence, turn
    return None


def _plain_words(text: str) -> list[str]:
    if _NOT_UNDERSTOOD.search(text[:MAX_TEXT]):
        return []
    told = [line for line in sentences_of(text) if len(words_of(line)) > 2 and not line.endswith((":", "?"))]
    return [line for line in told if not _COURTESY.search(line)]


@lru_cache(maxsize=4096)
def _tells_done(text: str) -> bool:
    return _DONE.search(text[:MAX_TEXT]) is not None


def outcome_of(turns: tuple[Turn, ...]) -> Outcome:
    """Whether the customer got what they came for, judged by both sides' last words."""
    done = any(_tells_done(turn.text) for turn in turns if turn.role in AGENTS)
    customer = _last_words(turns, ("customer",), 2)
    agent = _last_words(turns, AGENTS, 2)
    if asks_for_person(turns) or _UNSOLVED.search(customer):
        return "partly" if done else "no"
    if _REFUSED.search(agent):
        return "partly" if done else "no"
    if done and _THANKS.search(customer):
        return "yes"
    return "partly" if done else "unknown"


def asks_for_person(turns: tuple[Turn, ...]) -> bool:
    """Whether one of the customer's last messages asks for a person."""
    return bool(_PERSON.search(_last_words(turns, ("customer",), 2)))


def speaks_of_person(text: str) -> bool:
    return _PERSON.search(text) is not None


def _last_words(turns: tuple[Turn, ...], roles: tuple[str, ...], count: int) -> str:
    said = [turn for turn in turns if turn.role in roles and not turn.sensitive][-count:]
    return " ".join(" ".join(_own(turn)) for turn in said)


def _own(turn: Turn) -> tuple[str, ...]:
    return trusted_sentences(turn.text) if turn.role == "customer" else sentences_of(turn.text)


_POLITE = re.compile(
    r"\b(?:anything else|else (?:i|we) can|how (?:can|may) i (?:help|assist)|is that all"
    r"|would you like me to transfer)\b",
    re.I,
)


def open_question(turns: tuple[Turn, ...]) -> tuple[str, Turn] | None:
    """The last question nobody answered, with its turn: the customer's, or the agent's when it came last."""
    for turn in reversed(turns):
        if turn.role == "system" or turn.sensitive:
            continue
        asked = [
            line
            for line in _own(turn)
            if line.endswith("?") and len(words_of(line)) > 2 and not _POLITE.search(line)
        ]
        if asked:
            return asked[-1], turn
        if turn.role in AGENTS:
            return None  # an agent spoke last and asked nothing: what was asked before has had its answer
    return None
