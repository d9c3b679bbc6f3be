"""The specifics of one message: a pure function of (text, role), cached, so a chat is read once."""

from collections.abc import Iterator
from functools import lru_cache

from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.moves import says_summary
from batonpass_summarizer_rules.names import names
from batonpass_summarizer_rules.shapes import Found, arguments, emails, fields, labelled, shapes
from batonpass_summarizer_rules.terms import terms
from batonpass_summarizer_rules.text import sentences_of

MAX_PER_MESSAGE = 60
MAX_VALUE_WORDS = 9

__all__ = ["Found", "facts_in"]


@lru_cache(maxsize=4096)
def facts_in(text: str, role: str) -> tuple[Found, ...]:
    """Every specific of a message, in the order it was found. Of a customer's message only the part that talks to us."""
    sentences = trusted_sentences(text) if role == "customer" else sentences_of(text)
    found: list[Found] = []
    for sentence in sentences:
        found += (
            one
            for one in _read(sentence, role)
            if 0 < len(one.value) <= 80 and one.value.count(" ") < MAX_VALUE_WORDS
        )
        if len(found) >= MAX_PER_MESSAGE:
            break
    return tuple(found[:MAX_PER_MESSAGE])


def _read(sentence: str, role: str) -> Iterator[Found]:
    if role == "system":
        yield from arguments(sentence)
        yield from labelled(sentence)
        yield from emails(sentence)
        return
    low = sentence.lower()
    yield from shapes(sentence, low)
    yield from names(sentence, low)
    if role == "customer":
        yield from terms(sentence)
    else:
        yield from fields(sentence)
        recap = says_summary(sentence)
        for one in terms(sentence):
            if one.kind in ("modifier", "classed"):
                yield one
            elif recap and one.kind == "term":
                yield Found("recap term", one.name, one.value)
