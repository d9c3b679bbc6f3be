"""What a plugin implements. Standard library only, so that a plugin author imports little.

A summarizer is an object with a ``name``, a ``version`` and one of two methods:

* ``immediate = True``: ``summarize(request) -> Summary``, synchronous and pure (same request, same summary;
  no I/O, no clock, no chance). It runs in a worker thread before the hand-off's transaction; it and the reading of
  the chat have 50 ms together.
* ``immediate = False``: ``async summarize_later(request) -> Summary``. It runs after the hand-off is
  stored, has ``request.deadline_ms``, and its summary replaces the immediate one when it comes. It may raise
  ``SummaryFailed`` to say why there is none.

Either may have ``configure(options)``, called once at start with its table of the configuration, before
anything else; a ``ValueError`` says which option is wrong, and the host goes on without the plugin.

Register the class (or any callable without arguments that makes one) under the entry-point group
``batonpass.summarizers``. Whatever it returns must pass ``check_summary``; what does not is dropped by the
host, so a plugin can never delay, stop or poison a hand-off. The chat in a request is written by strangers:
roles come from the host's records, never from the text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, get_args, runtime_checkable

from batonpass.plugin_text import (
    HIDDEN,
    clean_text,
    compact,
    digit_tokens,
    holds_secret,
    is_secret_name,
    mask,
    normal,
    protected_values,
    secret_values,
    stands_in,
)

__all__ = [
    "HIDDEN",
    "MAX_FACTS",
    "MAX_FACT_WORDS",
    "SUMMARIZERS",
    "Budget",
    "Fact",
    "ImmediateSummarizer",
    "Maker",
    "SlowSummarizer",
    "Step",
    "Summarizer",
    "Summary",
    "SummaryFailed",
    "SummaryRequest",
    "Turn",
    "check_summary",
    "clean_text",
    "compact",
    "digit_tokens",
    "holds_secret",
    "is_secret_name",
    "mask",
    "normal",
    "protected_values",
    "secret_values",
    "stands_in",
    "summary_from_dict",
    "summary_to_dict",
]

SUMMARIZERS = "batonpass.summarizers"
"""Entry-point group of summarizers."""

MAX_FACTS = 20
MAX_FACT_WORDS = 60
MAX_STEPS = 10
MAX_CHARS = {
    "transfer_reason": 300,
    "issue": 300,
    "intent": 60,
    "next_step": 300,
    "prose": 2000,
    "status_reason": 200,
}
MAX_NAME = 60
MAX_VALUE = 200
MAX_STEP = 200
DICT_VERSION = 1

Purpose = Literal["transfer", "hand_back", "wrap_up"]
Role = Literal["customer", "bot", "representative", "system"]
Outcome = Literal["yes", "partly", "no", "unknown"]
Sentiment = Literal["positive", "neutral", "negative", ""]
Status = Literal["ok", "fallback", "too_short", "failed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. ``seq`` is its number in the conversation (rising, gaps possible), ``role`` comes from
    the host's records, ``name`` is the sender's public name, ``at_ms`` milliseconds since the epoch (UTC).
    The text is untrusted and unclean. No specific of a ``sensitive`` turn may stand in a summary."""

    seq: int
    role: Role
    text: str
    name: str = ""
    at_ms: int = 0
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """``words``: most words of the prose. ``facts``: most facts, never above ``MAX_FACTS``; their values
    together hold at most ``MAX_FACT_WORDS`` words and do not count against ``words``."""

    words: int = 60
    facts: int = MAX_FACTS


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """Everything a summarizer gets. ``turns`` are in order of ``seq``; ``context`` holds the conversation's
    variables; ``reason`` and ``note`` are what the giver wrote; ``locale`` is a hint (BCP 47, may be
    empty); ``deadline_ms`` is the time from the call until the host stops waiting."""

    purpose: Purpose
    turns: tuple[Turn, ...]
    context: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    note: str = ""
    locale: str = ""
    budget: Budget = Budget()
    deadline_ms: int = 50


@dataclass(frozen=True, slots=True)
class Fact:
    """A specific worth not asking again: ``value`` as it stands in the turn ``seq``."""

    name: str
    value: str
    seq: int


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was tried; ``by`` is the role of the turn ``seq``."""

    by: Role
    text: str
    seq: int


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a summary: the plugin's name and version, and the model it asked, if any."""

    name: str
    version: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the next agent reads. Empty stays empty: leave a field at its default rather than guess.

    ``issue`` is one sentence, ``intent`` a few words, ``next_step`` the open question or what comes next,
    ``language`` a BCP 47 tag, ``prose`` what a colleague would write within the word budget. ``first_seq``
    and ``last_seq`` are the turns covered (both 0 when there were none). ``tokens_in`` and ``tokens_out`` are
    what a model says it read and wrote. ``status`` other than ``ok`` says
    why in ``status_reason``: ``too_short`` nothing to tell yet, ``failed`` no summary could be made,
    ``fallback`` is set by the host on the summary that stays when a later one failed."""

    maker: Maker
    status: Status = "ok"
    status_reason: str = ""
    transfer_reason: str = ""
    issue: str = ""
    intent: str = ""
    facts: tuple[Fact, ...] = ()
    steps: tuple[Step, ...] = ()
    outcome: Outcome = "unknown"
    sentiment: Sentiment = ""
    next_step: str = ""
    language: str = ""
    prose: str = ""
    first_seq: int = 0
    last_seq: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


class SummaryFailed(Exception):
    """A slow summarizer could not make one. ``reason`` is shown to agents and operators: a short plain phrase in
    snake_case ("rate_limited", "timeout", "refused"), never words of the chat or of the model. ``blamed=False``:
    it lies in this chat, or in too much at once, so it says nothing about the next one, and rests nobody."""

    def __init__(self, reason: str, *, blamed: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.blamed = blamed


@runtime_checkable
class Summarizer(Protocol):
    """The attributes every summarizer has; ``ImmediateSummarizer`` and ``SlowSummarizer`` say which
    method."""

    name: str
    version: str
    immediate: bool


@runtime_checkable
class ImmediateSummarizer(Summarizer, Protocol):
    """``immediate`` is True. Any exception means "no summary"."""

    def summarize(self, request: SummaryRequest) -> Summary: ...


@runtime_checkable
class SlowSummarizer(Summarizer, Protocol):
    """``immediate`` is False. Any exception, or going past ``request.deadline_ms``, leaves the immediate
    summary."""

    async def summarize_later(self, request: SummaryRequest) -> Summary: ...


# --- the contract ---------------------------------------------------------------------------------

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_SECRET_NAME = re.compile(
    r"(?<![a-z])(pins?|passw\w*|pass ?codes?|passphrase|cvv2?|cvc2?|otp|secret|security|cards?|kennwort"
    r"|geheimzahl|contraseña|mot de passe)(?![a-z])",
    re.IGNORECASE,
)


def check_summary(request: SummaryRequest, summary: object) -> list[str]:
    """Every breach of the contract, as short phrases without message text; empty: the summary may be used."""
    if not isinstance(summary, Summary):
        return [f"returned {type(summary).__name__}, not a Summary"]
    shape = _check_shape(summary)
    if shape:
        return shape  # the other checks rely on the types
    return [
        *_check_limits(request, summary),
        *_check_sources(request, summary),
        *_check_clean(summary),
        *_check_specifics(request, summary),
        *_check_secrets(request, summary),
    ]


def _check_shape(summary: Summary) -> list[str]:
    wrong = [f"{name} is not text" for name in MAX_CHARS if not _texts(getattr(summary, name))]
    choices = {"status": Status, "outcome": Outcome, "sentiment": Sentiment}
    wrong += [
        f"{name} has an unknown value" for name, kind in choices.items() if not _among(summary, name, kind)
    ]
    if not _is_maker(summary.maker):
        wrong.append("maker is not a Maker(text, text)")
    if not _is_language(summary.language):
        wrong.append("language is not a BCP 47 tag")
    if not _is_tuple_of(_is_fact, summary.facts):
        wrong.append("facts is not a tuple of Fact(text, text, int)")
    if not _is_tuple_of(_is_step, summary.steps):
        wrong.append("steps is not a tuple of Step(role, text, int)")
    if not all(map(_is_count, (summary.first_seq, summary.last_seq, summary.tokens_in, summary.tokens_out))):
        wrong.append("first_seq, last_seq, tokens_in or tokens_out is not a count")
    return wrong


def _among(summary: Summary, name: str, kind: Any) -> bool:
    value = getattr(summary, name)
    return isinstance(value, str) and value in get_args(kind)


def _is_maker(maker: object) -> bool:
    return isinstance(maker, Maker) and _texts(maker.name, maker.version, maker.model)


def _is_language(language: object) -> bool:
    return isinstance(language, str) and (not language or bool(_LANGUAGE.fullmatch(language)))


def _is_tuple_of(is_kind: Callable[[object], bool], values: object) -> bool:
    return isinstance(values, tuple) and all(map(is_kind, values))


def _texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return _is_int(value) and 0 <= value < 2**53  # type: ignore[operator]


def _is_fact(fact: object) -> bool:
    return isinstance(fact, Fact) and _texts(fact.name, fact.value) and _is_int(fact.seq)


def _is_step(step: object) -> bool:
    return (
        isinstance(step, Step)
        and _texts(step.by, step.text)
        and _is_int(step.seq)
        and step.by in get_args(Role)
    )


def _check_limits(request: SummaryRequest, summary: Summary) -> list[str]:
    found = [f"{name} is too long" for name, most in MAX_CHARS.items() if len(getattr(summary, name)) > most]
    if len(summary.prose.split()) > request.budget.words:
        found.append("prose is over its word budget")
    if len(summary.facts) > min(request.budget.facts, MAX_FACTS):
        found.append("too many facts")
    if sum(len(normal(fact.value).split()) for fact in summary.facts) > MAX_FACT_WORDS:
        found.append("the facts' values hold too many words")
    if len({(fact.name, fact.value) for fact in summary.facts}) < len(summary.facts):
        found.append("a fact is given twice")
    if any(
        not 0 < len(fact.name) <= MAX_NAME or not 0 < len(fact.value) <= MAX_VALUE for fact in summary.facts
    ):
        found.append("a fact's name or value is empty or too long")
    if len(summary.steps) > MAX_STEPS or any(not 0 < len(step.text) <= MAX_STEP for step in summary.steps):
        found.append("too many steps, or a step is empty or too long")
    maker = summary.maker
    if not (0 < len(maker.name) <= MAX_NAME and 0 < len(maker.version) <= MAX_NAME):
        found.append("the maker has no name or version, or a long one")
    if len(maker.model) > MAX_NAME:
        found.append("the maker's model has a long name")
    if summary.status == "ok" and not (summary.prose or summary.issue):
        found.append("status is ok but there is no issue and no prose")
    if summary.status != "ok" and not summary.status_reason:
        found.append("status is not ok and status_reason is empty")
    return found


def _check_sources(request: SummaryRequest, summary: Summary) -> list[str]:
    turns = {turn.seq: turn for turn in request.turns}
    found: list[str] = []
    covered = (summary.first_seq, summary.last_seq)
    if covered != (0, 0) and not (set(covered) <= turns.keys() and covered[0] <= covered[1]):
        found.append("first_seq..last_seq are not turns of the request")
    if summary.status == "ok" and turns and covered == (0, 0):
        found.append("first_seq and last_seq are missing")
    if any(fact.seq not in turns or turns[fact.seq].sensitive for fact in summary.facts):
        found.append("a fact's seq is no turn of the request, or a sensitive one")
    elif any(not _from_turn(fact.value, turns[fact.seq].text) for fact in summary.facts):
        found.append("a fact's value does not stand in its turn")
    if any(step.seq not in turns or turns[step.seq].sensitive for step in summary.steps):
        found.append("a step's seq is no turn of the request, or a sensitive one")
    elif any(step.by != turns[step.seq].role for step in summary.steps):
        found.append("a step's by is not the role of its turn")
    return found


def _from_turn(value: str, text: str) -> bool:
    return stands_in(value, text) or stands_in(value, clean_text(text))


def _shown(summary: Summary) -> list[str]:
    """Every free text of a summary that somebody will read."""
    own = [getattr(summary, name) for name in MAX_CHARS]
    facts = [text for fact in summary.facts for text in (fact.name, fact.value)]
    return [*own, *facts, *(step.text for step in summary.steps), *_maker_words(summary)]


def _maker_words(summary: Summary) -> tuple[str, ...]:
    return summary.maker.name, summary.maker.version, summary.maker.model


def _check_clean(summary: Summary) -> list[str]:
    dirty = any(clean_text(text) != text for text in _shown(summary))
    return ["a text holds control characters, HTML, links or stray spaces (use clean_text)"] if dirty else []


def _check_specifics(request: SummaryRequest, summary: Summary) -> list[str]:
    """Every number in the words must stand somewhere in what the summarizer was given."""
    words = (summary.issue, summary.prose, summary.next_step, summary.transfer_reason)
    written = digit_tokens(" ".join(words))
    written |= {token for step in summary.steps for token in digit_tokens(step.text)}
    if not written:
        return []
    given = [turn.text for turn in request.turns] + [request.reason, request.note, *request.context.values()]
    known = {token for text in given for token in digit_tokens(text)}
    return ["a number in the words stands in no turn"] if written - known else []


def _check_secrets(request: SummaryRequest, summary: Summary) -> list[str]:
    found = []
    if any(_SECRET_NAME.search(fact.name.replace("_", " ")) for fact in summary.facts):
        found.append("a fact's name says that it is a secret")
    words = [getattr(summary, name) for name in MAX_CHARS] + [step.text for step in summary.steps]
    shown = "\n".join([*words, *(fact.value for fact in summary.facts)])
    if holds_secret(shown, protected_values(request.turns)):
        found.append("a secret stands in the summary")
    hidden = _hidden_specifics(request)
    if hidden and hidden & digit_tokens(shown):
        found.append("a specific of a sensitive turn stands in the summary")
    return found


def _hidden_specifics(request: SummaryRequest) -> set[str]:
    """Tokens with a digit that only sensitive turns hold."""
    hidden = {token for turn in request.turns if turn.sensitive for token in digit_tokens(turn.text)}
    if not hidden:
        return hidden
    return hidden - {
        token for turn in request.turns if not turn.sensitive for token in digit_tokens(turn.text)
    }


# --- storage --------------------------------------------------------------------------------------


def summary_to_dict(summary: Summary) -> dict[str, Any]:
    """A plain JSON-able dict with the format's version under ``v``."""
    plain = asdict(summary)
    plain["facts"] = [asdict(fact) for fact in summary.facts]
    plain["steps"] = [asdict(step) for step in summary.steps]
    return {"v": DICT_VERSION, **plain}


def summary_from_dict(plain: Mapping[str, Any]) -> Summary:
    """The inverse of ``summary_to_dict``. ValueError when the version or the shape is unknown."""
    if plain.get("v") != DICT_VERSION:
        raise ValueError(f"summary format {plain.get('v')!r} is unknown, expected {DICT_VERSION}")
    fields = {name: value for name, value in plain.items() if name != "v"}
    try:
        fields["maker"] = Maker(**fields["maker"])
        fields["facts"] = tuple(Fact(**fact) for fact in fields.get("facts", ()))
        fields["steps"] = tuple(Step(**step) for step in fields.get("steps", ()))
        summary = Summary(**fields)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a stored summary: {error}") from error
    if wrong := _check_shape(summary):
        raise ValueError(f"not a stored summary: {'; '.join(wrong)}")
    return summary
