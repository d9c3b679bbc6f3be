"""Sentences a colleague would write. Every specific in them is the chat's own; only the telling is ours."""

import re
from collections.abc import Iterable

_PRESENT = {
    "am": "is", "have": "has", "do": "does", "don't": "doesn't", "dont": "doesn't", "haven't": "hasn't",
    "need": "needs", "want": "wants", "wanna": "wants to", "keep": "keeps", "get": "gets", "think": "thinks",
    "see": "sees", "hope": "hopes", "wish": "wishes", "believe": "believes", "know": "knows", "live": "lives",
    "use": "uses", "feel": "feels", "understand": "understands", "guess": "guesses", "require": "requires",
    "prefer": "prefers", "receive": "receives",
}  # fmt: skip
_SAME = frozenset(
    "was wasn't would wouldn't can can't cannot could couldn't will won't should had hadn't did didn't"
    " may might must lost bought got paid"
    " sent made forgot tried went saw found thought took left received ordered said spoke wrote gave"
    " broke heard kept read just never"
    " already also recently accidentally still only".split()
)
_SWAPS = {
    "i": "they", "i'm": "they are", "im": "they are", "i've": "they have", "i'd": "they would",
    "i'll": "they will", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves",
    "our": "their", "we": "they", "us": "them", "we're": "they are", "we've": "they have",
    "your": "our", "yours": "ours",
}  # fmt: skip
_SWAP = re.compile(
    r"(?<![\w'’])(i am|i was|" + "|".join(sorted(_SWAPS, key=len, reverse=True)) + r")(?![\w'’])", re.I
)
_LEAD = re.compile(r"^(?:i|we)(['’](?:m|ve|d|ll)|m(?= ))?\s+(.+)$", re.I)
_AND_VERB = re.compile(r" (and|but|so) (am|need|want|wish|hope)(?= )", re.I)
_ADVERBS = frozenset("also just really already still only never recently currently actually".split())
_CONTRACTED = {"'m": "is", "m": "is", "'ve": "has", "'d": "would", "'ll": "will"}
_WISH = re.compile(r"^(?:i|we)(?:['’]d| would) (?:like|love|want) (?:you )?to ", re.I)
_ASK_US = re.compile(
    r"^(?:can|could|would|will) (?:you|u|someone|somebody)(?: please| kindly)? (?!be\b)", re.I
)
_ORDER = re.compile(
    r"^(?:please )?(?=(?:get|find|book|show|give|send|make|check|tell|look|search|cancel|change"
    r"|schedule|reserve|order"
    r"|transfer|play|set|help|return|refund|call|remove|add|update|fix|explain|let) )",
    re.I,
)
_ASK_TO = re.compile(r"^(?:can|could|may|might) (?:i|we)(?: please)? ", re.I)
_HOW = re.compile(r"^how (?:do|can|could|would|should) (?:i|we) ", re.I)
_MINE = re.compile(r"^(?:my|our) ", re.I)
_NAME_LIKE = re.compile(r"[ ,]+(?:please|pls|plz|thanks|thank you)(?=[.!?]*$)", re.I)


_ABBREVIATED = re.compile(r"\b(?:dr|mr|mrs|ms|prof|st|no|nr|approx|vs|e\.g|i\.e|[a-z])\.(?=\s)", re.I)
_QUESTION = re.compile(r"(?:what|where|when|who|why|how|which|is|are|do|does) ", re.I)
_HELP = re.compile(
    r"[ ,.]+(?:and )?(?:can|could|would|will) (?:you|u|someone)(?: please)? (?:help|assist)(?: me"
    r"| us)?(?: out)?(?: with (?:that|this|it))?$",
    re.I,
)


def quoted(words: str) -> str:
    """Between quotation marks, with a full stop after them where the words end without one."""
    return f'"{words}"' if words.endswith((".", "!", "?", "…")) else f'"{words}".'


def told(sentence: str) -> str:
    """A customer's sentence in the third person, ended by a full stop; quoted where turning it would"
    " be a guess."""
    body = _NAME_LIKE.sub("", sentence).rstrip()
    bare = _HELP.sub("", body.rstrip(".!?… ")).rstrip(".!?…, ")
    if not bare or re.search(r"[.!?]\s", _ABBREVIATED.sub("", bare)):
        return f"The customer wrote: {quoted(body)}"
    for pattern, start in _STARTS:
        if found := pattern.search(bare):
            rest = bare[found.end() :]
            return f"{start}{swapped(rest[:1].lower() + rest[1:] if rest[1:2].islower() else rest)}."
    asks = body.endswith("?") or _QUESTION.match(body)
    return _told_of_self(bare) or f"The customer {'asks' if asks else 'wrote'}: {quoted(body)}"


_STARTS = (
    (_WISH, "The customer would like to "),
    (_ASK_US, "The customer asks us to "),
    (_ORDER, "The customer asks us to "),
    (_ASK_TO, "The customer asks to "),
    (_HOW, "The customer asks how to "),
    (_MINE, "The customer's "),
)


def _told_of_self(bare: str) -> str:
    match = _LEAD.match(_AND_VERB.sub(lambda found: f" {found[1]} {_PRESENT[found[2].lower()]}", bare))
    if not match or bare.endswith("?"):
        return ""
    rest = match[2]
    if match[1]:
        return f"The customer {_CONTRACTED[match[1].lower().replace('’', chr(39))]} {swapped(rest)}."
    verb, _, tail = rest.partition(" ")
    adverb = ""
    if verb.lower() in _ADVERBS:
        adverb, (verb, _, tail) = f"{verb.lower()} ", tail.partition(" ")
    plain = verb.lower().replace("’", "'")
    if plain in _PRESENT:
        return f"The customer {adverb}{_PRESENT[plain]} {swapped(tail)}".rstrip() + "."
    if plain in _SAME or plain.endswith("ed"):
        return f"The customer {adverb}{verb.lower()} {swapped(tail)}".rstrip() + "."
    return ""


def swapped(text: str) -> str:
    """First person to third, "your" to "our" (who reads this is on our side)."""
    return _SWAP.sub(lambda found: _swap(found[0]), text)


def _swap(words: str) -> str:
    plain = words.lower().replace("’", "'")
    return {"i am": "they are", "i was": "they were"}.get(plain) or _SWAPS[plain]


def said_by(role: str, sentence: str) -> str:
    """What a bot or representative said last, quoted: their promises are theirs."""
    return f"The {role} said: {quoted(sentence)}"


def fit(sentences: Iterable[str], words: int) -> str:
    """The sentences in order, each whole or not at all, as far as the budget of words goes."""
    kept: list[str] = []
    left = words
    for sentence in sentences:
        size = len(sentence.split())
        if sentence and size <= left:
            kept.append(sentence)
            left -= size
    return " ".join(kept)
