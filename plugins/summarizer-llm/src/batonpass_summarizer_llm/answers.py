"""What the model is asked to return, and how its answer is read. Nothing in here believes it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from batonpass.plugin_api import Outcome, Sentiment, SummaryFailed

OUTCOMES: tuple[str, ...] = get_args(Outcome)
SENTIMENTS = tuple(value for value in get_args(Sentiment) if value)

_STEP = {
    "type": "object",
    "properties": {"turn": {"type": "integer"}, "text": {"type": "string"}},
    "required": ["turn", "text"],
    "additionalProperties": False,
}
_FIELDS: dict[str, Any] = {
    "issue": {"type": "string"},
    "steps": {"type": "array", "items": _STEP},
    "outcome": {"type": "string", "enum": list(OUTCOMES)},
    "sentiment": {"type": "string", "enum": list(SENTIMENTS)},
    "next_step": {"type": "string"},
    "summary": {"type": "string"},
}
RESPONSE_FORMAT: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "summary",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": _FIELDS,
            "required": list(_FIELDS),
            "additionalProperties": False,
        },
    },
}
"""``response_format`` of the request."""

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"\A\s*```[a-z]{0,10}\s*\n(.*?)(?:\n\s*```\s*)?\Z", re.DOTALL | re.IGNORECASE)
_LABEL = re.compile(
    r"^[\s*#>\-]{0,6}(issue|next|next step|summary)[*\s]{0,4}:[*\s]{0,4}", re.IGNORECASE | re.MULTILINE
)
_REFUSAL = re.compile(
    r"\A\W{0,3}(?:i['’]?m (?:very )?sorry,? (?:but )?(?:i|as an)|i (?:can(?:no|['’])t|am unable to|won['’]t) (?:help|assist"
    r"|comply|fulfil|summari[sz]e|provide|do)|as an ai|sorry, (?:but )?i can)",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\W*(?:none|n/?a|nothing|unknown|no next step)?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What the model said, unchecked. ``steps`` are (turn, text); what it did not say is empty."""

    issue: str = ""
    prose: str = ""
    next_step: str = ""
    outcome: str = ""
    sentiment: str = ""
    steps: tuple[tuple[int, str], ...] = ()


def without_thoughts(text: str) -> str:
    """The answer without what a reasoning model thought aloud, and without a code fence around all of it."""
    text = _THOUGHT.sub("", text).strip()
    fenced = _FENCE.match(text)
    return (fenced[1] if fenced else text).strip()


def is_json(text: str) -> bool:
    """Whether the answer tries to be an object."""
    return text.startswith("{")


def read_json(text: str) -> Told:
    """SummaryFailed: ``cut_answer`` when it ends too early, ``wrong_schema`` when it is something else."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        cut = text.count("{") > text.count("}") or not text.rstrip().endswith("}")
        raise SummaryFailed("cut_answer" if cut else "wrong_schema") from None
    if not _fits(answer):
        raise SummaryFailed("wrong_schema")
    fields = cast("dict[str, Any]", answer)
    steps = tuple((step["turn"], step["text"]) for step in fields["steps"])
    return Told(
        fields["issue"], fields["summary"], _unless_nothing(fields["next_step"]), fields["outcome"],
        fields["sentiment"], steps,
    )  # fmt: skip


def _fits(answer: object) -> bool:
    if not isinstance(answer, Mapping) or not _FIELDS.keys() <= answer.keys():
        return False
    texts = all(isinstance(answer[name], str) for name, kind in _FIELDS.items() if kind["type"] == "string")
    among = answer["outcome"] in OUTCOMES and answer["sentiment"] in SENTIMENTS
    return texts and among and isinstance(answer["steps"], list) and all(map(_is_step, answer["steps"]))


def _is_step(step: object) -> bool:
    return (
        isinstance(step, Mapping)
        and isinstance(step.get("text"), str)
        and isinstance(step.get("turn"), int)
        and not isinstance(step.get("turn"), bool)
    )


def read_plain(text: str, *, cut: bool) -> Told:
    """An answer in words: lines "Issue:", "Next:" and "Summary:", or prose. ``cut``: the last sentence is not whole."""
    if is_refusal(text):
        raise SummaryFailed("refused", blamed=False)
    if cut:
        text = text[: max(text.rfind(end) for end in ".!?。") + 1]
        if not text:
            raise SummaryFailed("cut_answer")
    labels = list(_LABEL.finditer(text))
    if not labels:
        return Told(prose=text)
    parts: dict[str, str] = {}
    for place, label in enumerate(labels):
        end = labels[place + 1].start() if place + 1 < len(labels) else len(text)
        parts.setdefault(label[1].lower().split()[0], text[label.end() : end].strip())
    prose = parts.get("summary", "") or text[: labels[0].start()].strip()
    return Told(parts.get("issue", ""), prose, _unless_nothing(parts.get("next", "")))


def is_refusal(text: str) -> bool:
    """Whether the model says that it will not."""
    return bool(_REFUSAL.match(text))


def _unless_nothing(text: str) -> str:
    return "" if _NOTHING.fullmatch(text) else text
