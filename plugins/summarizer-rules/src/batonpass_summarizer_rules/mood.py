"""Sentiment of the customer, by plain words; the last messages count most."""

import re
from functools import lru_cache

from batonpass.plugin_api import Sentiment, Turn
from batonpass_summarizer_rules.hostile import trusted_sentences

_GOOD = re.compile(
    r"\b(?:thank\w*|thx|great|perfect|awesome|excellent|wonderful|love|happy|glad|appreciate\w*|nice"
    r"|amazing|fantastic|super|danke|merci|gracias|grazie|obrigad\w)\b"
)
_BAD = re.compile(
    r"\b(?:angry|annoy\w*|awful|bad|ridiculous|useless|terrible|horrible|worst|unacceptable|frustrat\w*"
    r"|disappoint\w*|upset|furious|hate|scam|fraud|robbed|stolen"
    r"|never again|waste|wtf|damn|complain\w*|sick of|fed up|still not|not happy|unhappy|lawyer"
    r"|ärgerlich|schlecht|inacceptable)\b|!{2,}|\?{2,}"
)


_SHOUTED = re.compile(r"[A-ZÀ-Þ]{4,}(?!\w)")


@lru_cache(maxsize=4096)
def _balance(text: str) -> int:
    own = " ".join(trusted_sentences(text))
    shouting = len(_SHOUTED.findall(own)) >= 3
    low = own.lower()
    return len(_GOOD.findall(low)) - 2 * len(_BAD.findall(low)) - 2 * shouting


def sentiment_of(turns: tuple[Turn, ...]) -> Sentiment:
    """Empty when the customer has said nothing."""
    said = [_balance(turn.text) for turn in turns if turn.role == "customer" and not turn.sensitive]
    if not said:
        return ""
    score = sum(said) / 2 + sum(said[-3:])
    return "negative" if score <= -2 else "positive" if score >= 2 else "neutral"
