"""Time of the rule-based summarizer for 50 turns: `python -m tests.bench.rules`; the last line of stdout is JSON.

Cold: no message was ever seen. Warm: all were but the newest two, as when a chat is summarised while it goes on.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from batonpass_summarizer_rules import RulesSummarizer

from batonpass.plugin_api import Role, SummaryRequest, Turn

TURNS = 50
ROUNDS = 60

_SAID: tuple[tuple[Role, str], ...] = (
    ("customer", "Hi there, the coffee machine {n} leaks since I moved to Harbour Lane."),
    ("bot", "I am sorry to hear that! Could you give me the order number?"),
    ("customer", "Sure, it is the KX-{n}, bought by my wife Mona Reyes."),
    ("bot", "Thank you. When did the leak start, and have you tried another tank?"),
    ("customer", "On Tuesday, around 8 am. I tried the new tank already, no luck."),
    ("bot", "Please check the seal below the tank and tell me whether it looks worn, item {n}."),
    ("customer", "It looks fine to me honestly. What else could the matter be?"),
    ("bot", "It may be the pump. A technician could come on Thursday {n} between 2 pm and 4 pm."),
    ("customer", "That would be great, but the Friday suits me better, is that possible with {n}?"),
    ("bot", "Let me confirm: a visit on Friday at 3 pm, at 12 Harbour Lane, for machine {n}. Correct?"),
    ("customer", "Yes please, the earlier the better, and call me at +44 20 7946 0{n} before"),
    ("bot", "Done, the visit {n} has been booked. Is there anything else I can do for you?"),
)


def chat(salt: int) -> tuple[Turn, ...]:
    """A chat of 50 turns that shares no message with one of another salt."""
    said = (_SAID[place % len(_SAID)] for place in range(TURNS))
    return tuple(
        Turn(
            place,
            role,
            text.format(n=100 + (salt * TURNS + place) % 900).replace(" the ", f" {_word(salt)} "),
        )
        for place, (role, text) in enumerate(said, 1)
    )


def _word(salt: int) -> str:
    return "".join(chr(ord("a") + salt // 26**power % 26) for power in range(3)) + "ish"


def main() -> None:
    sys.stdout.write(f"{json.dumps(measure())}\n")


def measure() -> dict[str, Any]:
    """p50 and p95 in ms, cold and warm."""
    rules = RulesSummarizer()
    rules.summarize(SummaryRequest("transfer", chat(0)))  # what is loaded once
    cold, warm = [], []
    for salt in range(1, ROUNDS + 1):
        turns = chat(salt)
        rest = SummaryRequest("transfer", turns[:-2])
        whole = SummaryRequest("transfer", turns)
        cold.append(_ms(lambda asked=whole: rules.summarize(asked)))  # type: ignore[misc]
        turns = chat(ROUNDS + salt)
        rest, whole = SummaryRequest("transfer", turns[:-2]), SummaryRequest("transfer", turns)
        rules.summarize(rest)
        warm.append(_ms(lambda asked=whole: rules.summarize(asked)))  # type: ignore[misc]
    return {"turns": TURNS, "cold_ms": _spread(cold), "warm_ms": _spread(warm)}


def _ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _spread(times: list[float]) -> dict[str, float]:
    ranked = sorted(times)
    return {"p50": round(ranked[len(ranked) // 2], 2), "p95": round(ranked[int(len(ranked) * 0.95)], 2)}


if __name__ == "__main__":
    main()
