"""What a conversation says of each specific: who said it, how often, where, and what became of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from batonpass.plugin_api import Turn, compact, normal
from batonpass_summarizer_rules.answers import answers_in
from batonpass_summarizer_rules.facts import Found, facts_in
from batonpass_summarizer_rules.hostile import trusted_sentences
from batonpass_summarizer_rules.moments import moment
from batonpass_summarizer_rules.moves import agrees, refuses, reports_done, sums_up
from batonpass_summarizer_rules.secrets import Guard

AGENTS = ("bot", "representative")
MANY = 4  # so many of a kind in one message are a list to choose from
_ONE_COUNTS = frozenset(("time", "date", "amount", "counted", "place", "phone", "said name", "address"))
LONG = 400  # letters of an agent's message from which on it lists or explains
_REACTIONS = ("agreed", "refused", "unanswered", "told", "long")


@dataclass(slots=True)
class Candidate:
    """One distinct value. ``form`` is its words between spaces; ``names`` what each kind of rule calls it; ``place``
    and ``turn`` are where it was said last; ``marks`` are what is known of it."""

    value: str
    form: str
    turn: Turn
    place: int
    names: dict[str, str] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    said: int = 0


@lru_cache(maxsize=4096)
def _form(text: str, role: str) -> str:
    return f" {normal(' '.join(trusted_sentences(text)) if role == 'customer' else text)} "


@lru_cache(maxsize=8192)
def _keys(value: str) -> tuple[str, str]:
    return compact(value), f" {normal(value)} "


def gather(turns: Sequence[Turn], guard: Guard) -> list[Candidate]:
    """Every specific that may be said, with its marks, in the order of its first mention."""
    heard = [
        turn
        for turn in turns
        if not turn.sensitive and (turn.role != "customer" or trusted_sentences(turn.text))
    ]
    candidates: dict[str, Candidate] = {}
    safe: dict[tuple[str, str], bool] = {}
    for place, (turn, found, marks) in enumerate(_read(heard)):
        seen: set[str] = set()
        kinds = Counter(one.kind for one in found) if turn.role in AGENTS else Counter[str]()
        for one in found:
            key, form = _keys(one.value)
            pair = (one.name, one.value)
            if key and pair not in safe:
                safe[pair] = guard.fact_is_safe(*pair)
            if not key or not safe[pair]:
                continue
            candidate = candidates.get(key)
            if candidate is None:
                candidate = candidates[key] = Candidate(one.value, form, turn, place)
            _note(candidate, one, turn, place, new=key not in seen)
            candidate.marks.update(marks)
            if kinds[one.kind] >= MANY:
                candidate.marks.add("listed")
            seen.add(key)
    everything = list(candidates.values())
    _mark_speakers(everything, heard)
    _mark_newest(everything)
    _mark_same_moment(everything)
    _mark_parts(everything)
    return everything


def _note(one: Candidate, found: Found, turn: Turn, place: int, *, new: bool) -> None:
    one.said += new
    if new and turn.role in AGENTS:
        one.marks.difference_update(_REACTIONS)  # what became of it the last time counts
    one.names.setdefault(found.kind, found.name)
    one.value, one.turn, one.place = found.value, turn, place


def _read(heard: Sequence[Turn]) -> Iterator[tuple[Turn, list[Found], list[str]]]:
    question = ""
    for place, turn in enumerate(heard):
        found = list(facts_in(turn.text, turn.role))
        marks: list[str] = []
        if turn.role == "customer":
            found = [*answers_in(question, turn.text), *found] if question else found
            question = ""
        elif turn.role in AGENTS:
            marks = _moves(heard, place)
            question = turn.text
        yield turn, found, marks


def _moves(heard: Sequence[Turn], place: int) -> list[str]:
    """What an agent's message does, and how the customer took it."""
    text = heard[place].text
    marks = ["done"] if reports_done(text) else []
    if len(text) > LONG:
        marks.append("long")
    before = heard[place - 1] if place else None
    if before is not None and before.role == "customer" and trusted_sentences(before.text)[-1].endswith("?"):
        marks.append("told")
    reply = next((turn for turn in heard[place + 1 : place + 3] if turn.role != "system"), None)
    if reply is None or reply.role != "customer":
        return [*marks, "unanswered"]
    said = " ".join(trusted_sentences(reply.text))
    if agrees(said):
        marks.append("agreed")
    elif refuses(said):
        marks.append("refused")
    return marks


def _mark_speakers(candidates: list[Candidate], heard: Sequence[Turn]) -> None:
    customer = "|".join(_form(turn.text, "customer") for turn in heard if turn.role == "customer")
    agent = "|".join(_form(turn.text, turn.role) for turn in heard if turn.role in AGENTS)
    recap = "|".join(
        _form(turn.text, turn.role) for turn in heard if turn.role in AGENTS and sums_up(turn.text)
    )
    for one in candidates:
        by_customer, by_agent = one.form in customer, one.form in agent
        one.marks.add(
            "both"
            if by_customer and by_agent
            else "customer"
            if by_customer
            else "agent"
            if by_agent
            else "system"
        )
        if one.form in recap:
            one.marks.add("recap")


def _mark_newest(candidates: list[Candidate]) -> None:
    """Of times, dates, counts of the same thing: the one said last."""
    newest: dict[str, Candidate] = {}
    for one in candidates:
        for kind in _ONE_COUNTS.intersection(one.names):
            name = one.names[kind].rstrip("s") if kind == "counted" else kind
            if name not in newest or newest[name].place <= one.place:
                newest[name] = one
    for one in newest.values():
        one.marks.add("newest")


def _mark_same_moment(candidates: list[Candidate]) -> None:
    """An agent's wording of a day or time that the customer gave in other words."""
    told: dict[str, list[Candidate]] = {}
    for one in candidates:
        kind = "date" if "date" in one.names else "time" if "time" in one.names else ""
        if kind and (key := moment(kind, one.value)):
            told.setdefault(key, []).append(one)
    for group in told.values():
        if any("agent" not in one.marks for one in group):
            for one in group:
                if "agent" in one.marks:
                    one.marks.add("reworded")


def _mark_parts(candidates: list[Candidate]) -> None:
    by_form = {one.form: one for one in candidates}
    for one in candidates:
        words = one.form.split()
        for first in range(len(words)):
            for end in range(first + 1, len(words) + 1):
                part = by_form.get(f" {' '.join(words[first:end])} ")
                if part is not None and part is not one:
                    part.marks.add("part")
                    one.marks.add("whole")
