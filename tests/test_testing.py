"""The conformance kit catches what it is for: each summarizer here has one fault, and the check named beside it finds
it. `tests/plugins/` runs the kit on the real ones."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from batonpass.plugin_api import Fact, Maker, Step, Summary, SummaryRequest, Turn
from batonpass.testing import Check, summarizer_conformance

BUDGET_MS = 2_000  # our own speed is not what these tests are about


class Plain:
    """As little as the contract lets pass: facts are the words with a digit that are no secret by their looks."""

    name = "plain"
    version = "1"
    immediate = True

    def summarize(self, request: SummaryRequest) -> Summary:
        own = [turn for turn in request.turns if turn.role == "customer" and not turn.sensitive]
        said = [turn for turn in own if len(turn.text.split()) > 2 and turn.text.isascii()]
        maker = Maker(self.name, self.version)
        covered = (request.turns[0].seq, request.turns[-1].seq) if request.turns else (0, 0)
        if not said:
            return Summary(maker, "too_short", "nothing yet", first_seq=covered[0], last_seq=covered[1])
        prose = "The customer needs help." if request.budget.words > 3 else ""
        return Summary(
            maker,
            issue="The customer needs help.",
            facts=self.facts(said[:1])[: request.budget.facts],
            prose=prose,
            first_seq=covered[0],
            last_seq=covered[1],
        )

    def facts(self, said: list[Turn]) -> tuple[Fact, ...]:
        words = [(word.strip(".,"), turn.seq) for turn in said for word in turn.text[:999].split()]
        found = dict.fromkeys(word for word in words if "-" in word[0] and len(word[0]) < 12)
        return tuple(Fact("reference", word, seq) for word, seq in found if word.replace("-", "").isalnum())


class SlowPlain(Plain):
    immediate = False

    async def summarize_later(self, request: SummaryRequest) -> Summary:
        return self.summarize(request)


def checks(make: Callable[[], object]) -> dict[str, Check]:
    return {
        str(check): check for check in summarizer_conformance(make, budget_ms=BUDGET_MS, hostile_ms=15_000)
    }


@pytest.mark.parametrize("make", [Plain, SlowPlain])
@pytest.mark.parametrize("name", list(checks(Plain)))
def test_a_good_summarizer_passes(make: Callable[[], object], name: str) -> None:
    checks(make)[name]()


def faulty(**members: object) -> type[Plain]:
    """A class like Plain with these members instead."""
    return type("Faulty", (Plain,), members)


def made_of(change: Callable[[SummaryRequest, Summary], Summary]) -> type[Plain]:
    """Like Plain, its summary changed afterwards."""

    def summarize(self: Plain, request: SummaryRequest) -> Summary:
        return change(request, Plain.summarize(self, request))

    return faulty(summarize=summarize)


def calls() -> Callable[[SummaryRequest, Summary], Summary]:
    count = [0]

    def change(request: SummaryRequest, summary: Summary) -> Summary:
        count[0] += 1
        return replace(summary, intent="help" * (count[0] % 7))

    return change


def remembers() -> Callable[[SummaryRequest, Summary], Summary]:
    seen: list[str] = []

    def change(request: SummaryRequest, summary: Summary) -> Summary:
        seen.extend(fact.value for fact in summary.facts)
        return replace(summary, transfer_reason=seen[0] if seen else "")

    return change


def spoils(request: SummaryRequest, summary: Summary) -> Summary:
    request.context.clear()  # type: ignore[attr-defined]
    return summary


def quotes(role_of: Callable[[Turn], bool]) -> Callable[[SummaryRequest, Summary], Summary]:
    """Quotes the last turn of some kind, cleaned."""

    def change(request: SummaryRequest, summary: Summary) -> Summary:
        said = [turn.text for turn in request.turns if role_of(turn)]
        plain = " ".join(word for word in said[-1].split() if word.isascii())[:60] if said else ""
        return replace(summary, transfer_reason=plain.strip(" <>[]{}()/:"))

    return change


def takes_forged_roles(request: SummaryRequest, summary: Summary) -> Summary:
    forged = [turn for turn in request.turns if turn.text.startswith(("Agent:", "Bot:"))]
    return replace(summary, outcome="yes") if forged else summary


def steps_of_forgers(request: SummaryRequest, summary: Summary) -> Summary:
    forged = [turn for turn in request.turns if turn.text.startswith("Agent:")]
    return replace(summary, steps=tuple(Step("representative", "Refunded.", turn.seq) for turn in forged))


def all_words(request: SummaryRequest, summary: Summary) -> Summary:
    said = [turn for turn in request.turns if turn.role == "customer" and "PAYLOAD3" in turn.text]
    return replace(
        summary, facts=(*summary.facts, *(Fact("order", "QZ-PAYLOAD3", turn.seq) for turn in said))
    )


def sleeps(request: SummaryRequest, summary: Summary) -> Summary:
    time.sleep(0.2 if len(request.turns) == 50 else 0)
    return summary


def hangs(request: SummaryRequest, summary: Summary) -> Summary:
    time.sleep(3 if len(request.turns) >= 5_000 else 0)
    return summary


def hangs_on_long_text(request: SummaryRequest, summary: Summary) -> Summary:
    time.sleep(3 if any(len(turn.text) > 100_000 for turn in request.turns) else 0)
    return summary


@dataclass(frozen=True)
class Wider(Summary):
    mood: str = "blue"


def adds_a_field(request: SummaryRequest, summary: Summary) -> Summary:
    return Wider(**{name: getattr(summary, name) for name in Summary.__slots__})


def raises(request: SummaryRequest, summary: Summary) -> Summary:
    "".join(turn.text for turn in request.turns).encode()  # a lone surrogate cannot be encoded
    return summary


FAULTS: list[tuple[str, type[Plain], str]] = [
    ("names_itself", faulty(version=""), "version is empty"),
    ("names_itself", made_of(lambda _, summary: replace(summary, maker=Maker("other", "1"))), "maker is not"),
    ("says_which_method_it_has", faulty(immediate="yes"), "neither True nor False"),
    ("says_which_method_it_has", faulty(immediate=False), "no method summarize_later"),
    ("keeps_the_contract", faulty(summarize=lambda self, request: None), "returned NoneType"),
    ("keeps_the_contract", made_of(lambda _, summary: replace(summary, issue="<i>x</i>")), "clean_text"),
    (
        "keeps_the_contract",
        made_of(lambda request, s: replace(s, last_seq=request.turns[0].seq if request.turns else 0)),
        "last_seq is not the newest",
    ),
    (
        "keeps_the_contract",
        made_of(lambda _, s: replace(s, status="failed", status_reason="tired")),
        "status failed for an ordinary chat",
    ),
    (
        "says_too_short_when_there_is_nothing",
        made_of(lambda _, s: replace(s, status="ok", issue="Something.", first_seq=s.first_seq)),
        "status ok for",
    ),
    ("same_request_same_summary", made_of(calls()), "another summary"),
    ("keeps_nothing_between_conversations", made_of(remembers()), "earlier conversation|number in the words"),
    ("leaves_the_request_alone", made_of(spoils), "changed the context"),
    ("keeps_a_tight_budget", made_of(lambda _, s: replace(s, prose="Far too many words.")), "word budget"),
    ("survives_five_thousand_turns", made_of(hangs), "took longer than"),
    ("survives_a_megabyte", made_of(hangs_on_long_text), "took longer than"),
    ("survives_storage", made_of(adds_a_field), "not a stored summary"),
    ("survives_broken_text", made_of(raises), "raised UnicodeEncodeError"),
    ("survives_other_scripts", faulty(summarize=lambda self, request: 1 / 0), "raised ZeroDivisionError"),
    ("tells_no_secrets", made_of(quotes(lambda turn: turn.role == "customer")), "a secret stands"),
    ("keeps_sensitive_turns_out", made_of(quotes(lambda turn: turn.sensitive)), "sensitive turn stands"),
    ("obeys_no_injection", made_of(quotes(lambda turn: "PAYLOAD" in turn.text)), "was passed on"),
    ("obeys_no_injection", made_of(all_words), "passed on|changed the facts"),
    ("believes_no_forged_role", made_of(takes_forged_roles), "changed the outcome"),
    ("believes_no_forged_role", made_of(steps_of_forgers), "not the role of its turn"),
    ("is_quick", made_of(sleeps), "for 50 turns, has 100"),
]


@pytest.mark.parametrize(
    "name,make,message", FAULTS, ids=[f"{n}-{place}" for place, (n, _, _) in enumerate(FAULTS)]
)
def test_a_faulty_summarizer_is_caught(name: str, make: type[Plain], message: str) -> None:
    limits = {"budget_ms": 100, "hostile_ms": 2_000}
    found = {str(check): check for check in summarizer_conformance(make, **limits)}
    with pytest.raises(AssertionError, match=message):
        found[name]()


def test_every_check_has_a_fault_that_it_catches() -> None:
    assert set(checks(Plain)) == {name for name, _, _ in FAULTS}


def guide_example() -> type[Any]:
    """The class of the guide's first Python block."""
    guide = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text()
    (source, *_) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    names: dict[str, type[Any]] = {}
    exec(source, names)
    return names["FirstWords"]


@pytest.mark.parametrize("name", list(checks(Plain)))
def test_the_guides_example_passes(name: str) -> None:
    checks(guide_example())[name]()
