"""Which of the specifics of a conversation the next agent gets: at most the budget, the surest first."""

import re
from collections.abc import Iterator

from batonpass.plugin_api import MAX_FACT_WORDS, MAX_FACTS, Fact, Turn
from batonpass_summarizer_rules.gather import Candidate, gather
from batonpass_summarizer_rules.secrets import Guard
from batonpass_summarizer_rules.terms import CLASSES
from batonpass_summarizer_rules.weights import BASE, WEIGHTS

LEAST = -1.6

_SHOWN_BY = tuple(
    "labelled/said name/role/answer/argument/looked up/story/field/counted/placed/titled/email/phone/reference/number"
    "/postal/route/address/date/time/amount/year/area/code/size/place/modifier/quality/named".split("/")
)
_TYPED = "time date amount counted phone place address code proper run classed modifier term head".split()
_ASKED_ID = re.compile(r"\b(?:name|number|id|code|phone|reference|host|who)\b")
_MODEL = re.compile(r"(?:flight|train|model|part|item|product|device)\b")
_TOOL_ID = re.compile(r"\b(?:id|number|code|reference|ref)$")
_LASTING = frozenset(("minute", "hour", "year", "month", "week"))


def choose_facts(turns: tuple[Turn, ...], guard: Guard, most: int) -> tuple[Fact, ...]:
    """The facts of these turns in the order they were said."""
    ranked = sorted(
        ((weight(one), one) for one in gather(turns, guard)),
        key=lambda pair: (-pair[0], pair[1].place, pair[1].value),
    )
    kept: list[Candidate] = []
    words = 0
    for worth, one in ranked:
        if worth < LEAST or len(kept) == min(most, MAX_FACTS):
            break
        if any(_within(one, other) for other in kept):
            continue
        parts = [other for other in kept if _within(other, one)]
        size = len(one.form.split()) - sum(len(other.form.split()) for other in parts)
        if words + size <= MAX_FACT_WORDS:
            kept = [*(other for other in kept if other not in parts), one]
            words += size
    kept.sort(key=lambda one: (one.turn.seq, one.turn.text.find(one.value), one.value))
    return tuple(Fact(name_of(one), one.value, one.turn.seq) for one in kept)


def _within(part: Candidate, whole: Candidate) -> bool:
    """Whether a fact only repeats a longer one; a bare number is never part of something."""
    return part.form in whole.form and not part.form.strip().isdigit()


def name_of(one: Candidate) -> str:
    """What a fact is called: as it was asked for or labelled, else by its own last word ("hotel"), else by its kind."""
    named = next((one.names[kind] for kind in _SHOWN_BY if kind in one.names), "mentioned")
    last = one.form.split()[-1] if one.form.strip() else ""
    return (
        last if named in ("mentioned", "place", "named") and " " in one.value and last in CLASSES else named
    )


def weight(one: Candidate) -> float:
    return BASE + sum(WEIGHTS.get(mark, 0.0) for mark in features(one))


def features(one: Candidate) -> Iterator[str]:
    """What speaks for and against a candidate, as keys of ``WEIGHTS``."""
    if _MODEL.match(one.names.get("labelled", "")):
        yield from one.names.keys() - {"labelled", "reference"}
        yield "model"
    else:
        yield from one.names
    speaker = next(mark for mark in ("both", "customer", "agent", "system") if mark in one.marks)
    side = "agent" if speaker == "agent" else "customer"
    yield f"by {speaker}"
    for mark in ("recap", "done"):
        if mark in one.marks:
            yield f"{side} {mark}"
    if speaker == "agent":
        yield from one.marks & {"agreed", "refused", "unanswered", "told", "listed", "long"}
    yield from one.marks & {"newest", "reworded", "part", "whole"}
    kind = next((kind for kind in _TYPED if kind in one.names), "")
    if kind:
        yield f"{kind} by {speaker}"
        if "recap" in one.marks:
            yield f"{kind} recap"
        if "newest" in one.marks and kind in ("counted", "proper", "term"):
            yield f"{kind} newest"
    if "answer" in one.names and _ASKED_ID.search(one.names["answer"]):
        yield "asked identifier"
    if speaker == "system" and _TOOL_ID.search(one.names.get("argument", "")):
        yield "tool identifier"
    if "counted" in one.names and one.names["counted"].rstrip("s") in _LASTING:
        yield "lasting"
    yield f"said {min(one.said, 3)}"
    yield f"words {min(len(one.form.split()), 4)}"
