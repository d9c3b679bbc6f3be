"""Which of the specifics found in a conversation the next agent gets: at most the budget, the surest"
" first."""

from collections.abc import Iterable
from dataclasses import dataclass

from batonpass.plugin_api import MAX_FACT_WORDS, MAX_FACTS, Fact, Turn, compact, normal
from batonpass_summarizer_rules.answers import answer_in
from batonpass_summarizer_rules.facts import Found, facts_in
from batonpass_summarizer_rules.secrets import Guard

LEAST = 3.0  # weight below which a specific is noise

# Things of which a chat has one that counts: when it is said anew, the older is only history.
_ONE_OF = frozenset(("name", "full name", "email", "phone", "size", "people", "guests", "tickets", "budget"))


@dataclass(slots=True)
class _Candidate:
    """One distinct value over the whole conversation; ``seq`` is its last place, so the newest wording"
    " stands."""

    fact: Fact
    weight: float
    said: int
    place: int
    by_customer: bool


def choose_facts(turns: tuple[Turn, ...], guard: Guard, most: int) -> tuple[Fact, ...]:
    """The facts of these turns in the order they were said."""
    candidates = _gather(turns, guard)
    _drop_parts(candidates)
    _demote_history(candidates)
    ranked = sorted(
        candidates.values(), key=lambda one: (-_worth(one, len(turns)), one.place, one.fact.value)
    )
    kept: list[_Candidate] = []
    words = 0
    for one in ranked:
        size = len(normal(one.fact.value).split())
        if len(kept) == min(most, MAX_FACTS) or one.weight < LEAST:
            break
        if words + size <= MAX_FACT_WORDS:
            kept.append(one)
            words += size
    return tuple(one.fact for one in sorted(kept, key=lambda one: (one.fact.seq, one.place, one.fact.value)))


def _worth(one: _Candidate, turns: int) -> float:
    recency = one.place / max(turns, 1)
    return one.weight + min(one.said - 1, 3) * 0.7 + recency + (1.0 if one.by_customer else 0.0)


def _gather(turns: tuple[Turn, ...], guard: Guard) -> dict[str, _Candidate]:
    candidates: dict[str, _Candidate] = {}
    for place, (turn, found) in enumerate(_found_by_turn(turns)):
        for one in found:
            key = compact(one.value)
            if len(key) >= 1 and guard.fact_is_safe(one.name, one.value):
                _note(candidates, key, one, turn, place)
    return candidates


def _found_by_turn(turns: tuple[Turn, ...]) -> Iterable[tuple[Turn, list[Found]]]:
    question = ""
    for turn in turns:
        found: list[Found] = []
        if not turn.sensitive:
            answer = answer_in(question, turn.text) if turn.role == "customer" and question else None
            found = [answer] if answer else []
            found += facts_in(turn.text, turn.role)
        yield turn, found
        if turn.role in ("bot", "representative"):
            question = turn.text
        elif turn.role == "customer":
            question = ""


def _note(candidates: dict[str, _Candidate], key: str, one: Found, turn: Turn, place: int) -> None:
    old = candidates.get(key)
    fact = Fact(one.name, one.value, turn.seq)
    if old is None:
        candidates[key] = _Candidate(fact, one.weight, 1, place, turn.role == "customer")
        return
    if old.place != place:
        old.said += 1
    name = one.name if one.weight > old.weight else old.fact.name
    old.fact = Fact(name, one.value, turn.seq)
    old.weight = max(old.weight, one.weight)
    old.place = place
    old.by_customer = old.by_customer or turn.role == "customer"


def _drop_parts(candidates: dict[str, _Candidate]) -> None:
    """A value whose words all stand in a longer value that is at least as sure is not worth its own line."""
    forms = {key: f" {normal(one.fact.value)} " for key, one in candidates.items()}
    everything = "|".join(forms.values())
    for key, one in list(candidates.items()):
        if everything.count(forms[key]) == 1:
            continue  # it stands in itself only
        for other_key, other in list(candidates.items()):
            longer = len(forms[other_key]) > len(forms[key]) and forms[key] in forms[other_key]
            if longer and other.weight >= one.weight and len(key) > 2:
                candidates.pop(key, None)
                break


def _demote_history(candidates: dict[str, _Candidate]) -> None:
    newest: dict[str, _Candidate] = {}
    for one in candidates.values():
        last = newest.setdefault(one.fact.name, one)
        newest[one.fact.name] = one if one.place > last.place else last
    for one in candidates.values():
        last = newest[one.fact.name]
        if one.place == last.place:
            continue
        if one.fact.name in _ONE_OF and one.by_customer <= last.by_customer:
            last.weight = max(last.weight, one.weight)  # a correction is as sure as what it corrects
            one.weight -= 3
        else:
            one.weight -= 1
