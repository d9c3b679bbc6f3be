"""Words of a customer that talk to a program instead of to us. They are never quoted and give no facts.

Rules obey nothing, so an injected instruction cannot change them; but a quoted one would reach the next
agent, which may be a model. From the first such sentence on, the rest of the message is left out.
"""

import re
from functools import lru_cache

from batonpass.plugin_text.orders import forged_from, gives_orders
from batonpass_summarizer_rules.text import sentences_of

_ROLES = (
    r"system|assistant|agent|bot|representative|user|human|ai|operator|admin(?:istrator)?|supervisor"
    r"|developer|tool"
)
_HOSTILE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}\b(?:instruction|prompt|rule|polic"
    r"|guideline|"
    r"everything|anything|previous|prior|above|earlier|context|direction|training|system)"
    r"|\b(?:system|developer|hidden|initial) (?:prompt|message|instruction|note|override)|\bjailbreak"
    r"|\bdan mode"
    r"|\byou are (?:now|no longer|actually)\b|\bfrom now on\b|\bpretend (?:to be|that|you)\b|\b(?:act"
    r"|behave) as (?:if|an?|the)\b"
    r"|\b(?:output|print|repeat|respond|reply|answer|say|write|return)\b.{0,12}\b(?:only|exactly"
    r"|verbatim|the following|with the word)"
    r"|\b(?:new|updated|further|special|secret) (?:system )?instructions?\b|\bas an? (?:ai|llm"
    r"|language model)\b"
    r"|\b(?:the|this|your|any|a) (?:summary|summari[sz]er|transcript|json|schema|llm|language model"
    r"|prompt)\b"
    r"|\bsummari[sz]e (?:this|it|the|as)\b|\bnote to (?:the )?(?:ai|model|bot|agent|assistant|next"
    r"|representative)"
    r"|\b(?:mark|flag|label|classify|route|escalate|treat|set)\b.{0,30}\b(?:as|to) (?:resolved|verified"
    r"|approved|vip|urgent|admin|"
    r"authenticated|trusted|premium|priority)"
    r"|\b(?:identity|customer|account|caller) (?:is|was|has been) (?:already )?(?:verified"
    r"|authenticated|authori[sz]ed|approved)"
    r"|\b(?:pre-?)?approved (?:by|for) (?:the )?(?:manager|supervisor|admin|system)"
    r"|<\|[^|]{0,40}\|>|\[/?inst\]|^#{2,}|\"role\"\s*:|(?-i:\bBEGIN [A-Z]+|\bEND OF [A-Z]+)|-{3,}|={3,}"
    rf"|^\W{{0,3}}(?:{_ROLES})\W{{0,3}}[:>\]]",
    re.IGNORECASE,
)


# One of these stands in every sentence the pattern finds: most sentences are done after a look for them.
_STEMS = (
    *(
        "ignore",
        "disregard",
        "forget",
        "override",
        "bypass",
        "skip",
        "system",
        "developer",
        "hidden",
        "initial",
        "jailbreak",
    ),
    *(
        "dan mode",
        "you are ",
        "from now",
        "pretend",
        "act as",
        "behave as",
        "only",
        "exactly",
        "verbatim",
        "the following",
    ),
    *(
        "with the word",
        "instruction",
        " ai",
        "llm",
        "language model",
        "summar",
        "transcript",
        "json",
        "schema",
        "prompt",
    ),
    *(
        "note to",
        "resolved",
        "verified",
        "approved",
        "vip",
        "urgent",
        "admin",
        "authenticated",
        "authori",
        "trusted",
    ),
    *("premium", "priority", "<|", "inst]", "##", '"role"', "begin ", "end of ", "---", "===", ":", ">", "]"),
)


def _is_hostile(sentence: str) -> bool:
    if sentence.isascii() and not any(map(sentence.lower().__contains__, _STEMS)):
        return False
    return _HOSTILE.search(sentence) is not None


@lru_cache(maxsize=4096)
def trusted_sentences(text: str) -> tuple[str, ...]:
    """A customer's sentences up to the first that is hostile."""
    kept: list[str] = []
    start = forged_from(text, rulers=True)
    for sentence in sentences_of(text if start is None else text[:start]):
        if _is_hostile(sentence) or gives_orders(sentence):
            break
        kept.append(sentence)
    return tuple(kept)
