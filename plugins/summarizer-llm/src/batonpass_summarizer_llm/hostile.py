"""Words in a chat that talk to a program instead of to us: found before a model reads them.

What is one is known by ``batonpass.plugin_text.orders`` and by the rules summarizer's ``hostile``.
"""

from dataclasses import dataclass
from functools import lru_cache

from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.text import sentences_of

from batonpass.plugin_api import Turn
from batonpass.plugin_text.orders import forged_from, gives_orders, without_marks


@lru_cache(maxsize=8192)
def is_hostile(sentence: str) -> bool:
    """Whether this sentence gives a program orders, or forges a role."""
    if gives_orders(sentence):
        return True
    plain = without_marks(sentence)
    return any(len(trusted_sentences(form)) < len(sentences_of(form)) for form in {sentence, plain})


@dataclass(frozen=True, slots=True)
class Reading:
    """What of a text may be believed to be said to us, and what was taken out."""

    kept: str
    taken: str = ""


@lru_cache(maxsize=4096)
def read(text: str, role: str) -> Reading:
    """A message without what talks to a program. Of a customer's, all from the first such sentence on goes: what
    follows an order belongs to it. Of others' (a bot may quote the customer) only the sentence."""
    kept: list[str] = []
    taken: list[str] = []
    start = forged_from(text, rulers=role == "customer")  # a bot's markdown has rulers too
    clear, rest = (text, "") if start is None else (text[:start], text[start:])
    for sentence in sentences_of(clear):
        stopped = bool(taken) and role == "customer"
        (taken if stopped or is_hostile(sentence) else kept).append(sentence)
    return Reading("\n".join(kept), "\n".join([*taken, *sentences_of(rest)]))


def read_turn(turn: Turn) -> Reading:
    """``read`` of a turn that is not sensitive."""
    return read(turn.text, turn.role)
