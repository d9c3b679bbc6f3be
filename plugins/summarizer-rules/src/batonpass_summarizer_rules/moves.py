"""What a message does in the talk: sums up, offers, agrees, refuses. By common words; cached by text."""

import re
from functools import lru_cache

from batonpass_summarizer_rules.text import sentences_of

_SUMS_UP = re.compile(
    r"\b(?:(?:please |just |kindly |to |can i |let me |let['’]?s |i(?:['’]d"
    r"| would) like to )(?:re-?)?(?:confirm|verify|check|ensure)\b(?! if| whether| your)"
    r"|make sure|to be clear|to clarify|(?:is|are) (?:that|this|these|those|it|they|everything"
    r"|all) (?:right|correct|okay|ok|good|accurate)|, (?:right|correct|yes)\?"
    r"|\bcorrect\?|^you (?:want|would like|wish|need|['’]d like)|^so,? you|^you['’]d like|to recap"
    r"|to sum up|in summary|so that['’]?s"
    r"|here are the details|the following details|(?:shall|should|may|can) i (?:go ahead|proceed|book"
    r"|reserve|make|schedule|confirm)"
    r"|richtig\?|stimmt das|c['’]est (?:bien )?(?:correct|ça)|es correcto|confirm(?:ez|a|as)\b|bestätigen)",
    re.I,
)
_DONE = re.compile(
    r"\b(?:(?:is|are|has been|have been|was|were|been|successfully|all) (?:now |all "
    r"|successfully )*(?:booked|confirmed|reserved|scheduled"
    r"|cancel+ed|set|purchased|sent|transferred|made|completed|submitted|approved|successful)"
    r"|i(?:['’]ve| have) (?:\w+ly )?(?:booked"
    r"|reserved|scheduled|cancel+ed|sent|made|set|placed|ordered|arranged|purchased|transferred)"
    r"|your (?:reservation|booking|ride|order"
    r"|request|appointment|payment)\b.{0,40}\b(?:success|confirmed|made))",
    re.I,
)
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|ya|ja|oui|sí|si|sure|ok(?:ay)?|correct|right|exactly|perfect|great|good"
    r"|excellent|wonderful|awesome"
    r"|fine|nice|cool|absolutely|definitely|of course|please do|go ahead|sounds?|that(?:['’]?s| is"
    r"| will| would|['’]ll| works| sounds| seems)"
    r"|it (?:works|sounds|seems)|i(?:['’]ll| will) take|i like|i love|book (?:it|that|me)|works|love"
    r"|lovely|super|fantastic|amazing|alright|all right|i agree|confirm)\b",
    re.I,
)
_NO = re.compile(
    r"^\W*(?:no|nope|nah|not|nein|non|never ?mind|i don['’]?t|i do not|don['’]?t|actually|hmm+|ugh"
    r"|sorry|instead|something else"
    r"|what else|any(?:thing)? (?:other|else)|(?:are|is) there (?:any|some)|can you (?:find|look|search"
    r"|check)|(?:find|show|give|get|look|search|try)\b"
    r"|how about|what about|i['’]?d (?:rather|prefer)|i would (?:rather|prefer)|i (?:want|need|prefer))",
    re.I,
)
_LATER_NO = re.compile(
    r"\b(?:not interested|any(?:thing)? (?:other|else)|something else|another one|other (?:options?"
    r"|ones?)|different one|instead"
    r"|don['’]?t (?:like|want)|do not (?:like|want)|rather)\b",
    re.I,
)


@lru_cache(maxsize=4096)
def says_summary(sentence: str) -> bool:
    """A sentence that tells what was understood, or asks whether to do it."""
    return _SUMS_UP.search(sentence) is not None


@lru_cache(maxsize=4096)
def sums_up(text: str) -> bool:
    return any(map(says_summary, sentences_of(text)))


@lru_cache(maxsize=4096)
def reports_done(text: str) -> bool:
    return bool(_DONE.search(text[:1000]))


@lru_cache(maxsize=4096)
def agrees(text: str) -> bool:
    """A customer says yes, and not "yes, but"."""
    return bool(_YES.match(text)) and not _LATER_NO.search(text[:400])


@lru_cache(maxsize=4096)
def refuses(text: str) -> bool:
    return bool(_NO.match(text) or _LATER_NO.search(text[:400])) and not _YES.match(text)
