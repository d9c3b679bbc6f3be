"""The figures of summaries against dialogues, as `definitions.py` says them in words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from batonpass.measure.dialogues import Dialogue
from batonpass.measure.rouge import Rouge, best, mean, rouge
from batonpass.measure.rows import Given, GivenFact
from batonpass.measure.specifics import Chat, specifics_in
from batonpass.measure.terms import equals, is_identifier, is_in, is_secret_fact
from batonpass.plugin_api import MAX_FACT_WORDS, MAX_FACTS
from batonpass.plugin_text import clean_text, normal, stands_in


@dataclass(frozen=True, slots=True)
class Mark:
    """How one summary did. `wanted` is F: its values by the name of the fact; the lists hold values."""

    id: str
    status: str
    ms: float | None
    wanted: Mapping[str, str]
    missed: tuple[str, ...]
    given: tuple[str, ...]
    right: int
    secrets: tuple[str, ...]
    specifics: int
    unsupported: tuple[str, ...]
    best: Rouge | None = None
    mean: Rouge | None = None

    def of(self, name: str) -> str:
        """`name: value` of a wanted fact."""
        return f"{name}: {self.wanted[name]}"


def mark(dialogue: Dialogue, given: Given) -> Mark:
    """Measure one summary."""
    wanted = wanted_facts(dialogue)
    facts = counted_facts(given.facts)
    values = [fact.value for fact in facts]
    references = [text for text in dialogue.references if normal(text)]
    specifics = list(_specifics(dialogue, given))
    return Mark(
        id=dialogue.id,
        status=given.status,
        ms=given.ms,
        wanted=wanted,
        missed=tuple(
            name for name, value in wanted.items() if not any(is_in(value, text) for text in values)
        ),
        given=tuple(values),
        right=sum(any(equals(value, one) for one in wanted.values()) for value in values),
        secrets=tuple(secrets_told(dialogue, given)),
        specifics=len(specifics),
        unsupported=tuple(text for text, stands in specifics if not stands),
        best=best(given.prose, references) if references else None,
        mean=mean([rouge(given.prose, one) for one in references]) if references else None,
    )


def wanted_facts(dialogue: Dialogue) -> dict[str, str]:
    """F: the distinct values, secrets left out, that stand in a turn of the customer or an agent; by fact name."""
    said = [turn.text for turn in dialogue.turns if turn.role != "system"]
    found: dict[str, str] = {}
    seen: set[str] = set()
    for name, value in dialogue.facts.items():
        words = normal(value)
        if words in seen or is_secret_fact(name) or not any(is_in(value, text) for text in said):
            continue
        seen.add(words)
        found[name] = value
    return found


def counted_facts(facts: Sequence[GivenFact]) -> list[GivenFact]:
    """The first facts that together are at most 20, with at most 60 words of values."""
    counted: list[GivenFact] = []
    words = 0
    for fact in facts[:MAX_FACTS]:
        words += len(normal(fact.value).split())
        if words > MAX_FACT_WORDS:
            break
        counted.append(fact)
    return counted


def secrets_told(dialogue: Dialogue, given: Given) -> Iterator[str]:
    """Yield the values of secret facts that stand in any text of the summary."""
    shown = [given.prose, *given.words, *(text for fact in given.facts for text in (fact.name, fact.value))]
    for name, value in dialogue.facts.items():
        if is_secret_fact(name) and any(is_in(value, text) for text in shown):
            yield value


def _specifics(dialogue: Dialogue, given: Given) -> Iterator[tuple[str, bool]]:
    """Yield every specific and whether it stands in the chat; each fact is one, which must stand in its turn."""
    texts = [turn.text for turn in dialogue.turns]
    given_too = (dialogue.reason, dialogue.note)
    chat = Chat([*texts, *map(clean_text, texts), *given_too])
    for text in (given.prose, *given.words):
        yield from ((word, chat.has(word)) for word in specifics_in(text, given.language))
    for fact in given.facts:
        if fact.turn is None:
            yield fact.value, chat.has(fact.value)
        else:
            source = texts[fact.turn] if 0 <= fact.turn < len(texts) else ""
            yield fact.value, stands_in(fact.value, source) or stands_in(fact.value, clean_text(source))


# --- all together ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Score:
    """Counts over all dialogues. A share is None when there was nothing to count."""

    marks: list[Mark] = field(default_factory=list)
    makers: Counter[str] = field(default_factory=Counter)
    absent: int = 0

    def add(self, dialogue: Dialogue, given: Given | None) -> None:
        """Count one dialogue; a summary that is not there has told nothing."""
        self.absent += given is None
        given = Given(dialogue.id, status="absent") if given is None else given
        self.makers[given.maker or "unknown"] += 1
        self.marks.append(mark(dialogue, given))

    def figures(self) -> dict[str, Any]:
        """Every figure, for programs: shares from 0 to 1, times in milliseconds."""
        facts = [(name, mark) for mark in self.marks for name in mark.wanted]
        ids = [(name, mark) for name, mark in facts if is_identifier(name, mark.wanted[name])]
        given = sum(len(mark.given) for mark in self.marks)
        right = sum(mark.right for mark in self.marks)
        specifics = sum(mark.specifics for mark in self.marks)
        unsupported = sum(len(mark.unsupported) for mark in self.marks)
        return {
            "dialogues": len(self.marks),
            "status": dict(Counter(mark.status for mark in self.marks)),
            **_share("kfr", _hits(facts), len(facts)),
            **_share("id", _hits(ids), len(ids)),
            **_share("precision", right, given if facts else 0),
            "secrets": sum(len(mark.secrets) for mark in self.marks),
            "unsupported": unsupported,
            "specifics": specifics,
            "unsupported_share": unsupported / specifics if specifics else None,
            "rouge": _rouge([mark.best for mark in self.marks]),
            "rouge_mean": _rouge([mark.mean for mark in self.marks]),
            "ms": times([mark.ms for mark in self.marks if mark.ms is not None]),
        }

    def worst(self, most: int) -> list[Mark]:
        """The dialogues that miss most facts, most first."""
        missing = [mark for mark in self.marks if mark.missed]
        return sorted(missing, key=lambda mark: (-len(mark.missed), mark.id))[:most]


def score(dialogues: Iterable[Dialogue], summaries: Mapping[str, Given]) -> Score:
    """The score of summaries by the ids of their dialogues."""
    found = Score()
    for dialogue in dialogues:
        found.add(dialogue, summaries.get(dialogue.id))
    return found


def _hits(facts: Iterable[tuple[str, Mark]]) -> int:
    return sum(name not in mark.missed for name, mark in facts)


def _share(name: str, part: int, whole: int) -> dict[str, Any]:
    return {name: part / whole if whole else None, f"{name}_of": [part, whole]}


def _rouge(figures: Iterable[Rouge | None]) -> dict[str, float] | None:
    known = [one for one in figures if one is not None]
    if not known:
        return None
    whole = mean(known)
    return {"1": whole.one, "2": whole.two, "L": whole.longest, "dialogues": len(known)}


def times(ms: Sequence[float]) -> dict[str, float] | None:
    """Mean, median, 95th percentile (nearest rank) and longest of some times; None for none."""
    if not ms:
        return None
    ranked = sorted(ms)

    def at(percent: int) -> float:
        return ranked[max(0, -(-percent * len(ranked) // 100) - 1)]

    found = {"mean": sum(ms) / len(ms), "p50": at(50), "p95": at(95), "max": ranked[-1]}
    return {name: round(value, 3) for name, value in found.items()}
