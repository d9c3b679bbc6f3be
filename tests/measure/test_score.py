"""The figures: by hand, against a naive implementation of the definitions, and on the files of dialogues."""

import string
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batonpass.measure.dialogues import Dialogue, read
from batonpass.measure.rows import Given, GivenFact
from batonpass.measure.score import Score, counted_facts, mark, score, times, wanted_facts
from batonpass.plugin_api import Role, Turn

DATA = Path(__file__).parents[3] / "shared" / "data"


def chat(
    *said: tuple[Role, str], facts: dict[str, str] | None = None, name: str = "a", **more: Any
) -> Dialogue:
    turns = tuple(Turn(place + 1, role, text) for place, (role, text) in enumerate(said))
    return Dialogue(name, turns, facts or {}, **more)


def given_facts(*facts: tuple[str, int | None]) -> tuple[GivenFact, ...]:
    return tuple(GivenFact("n", value, turn) for value, turn in facts)


KETTLE = chat(
    ("bot", "Hello, Pip here."),
    ("customer", "The kettle leaks. Order KT-70315, I am Ingrid Vale, my pin is 7261."),
    ("system", "order_lookup(KT-70315): 39.90 EUR"),
    ("bot", "When did you buy it, Ingrid Vale?"),
    ("customer", "3 March"),
    facts={
        "order": "KT-70315",
        "customer_name": "ingrid vale",
        "name_again": "Ingrid Vale",
        "pin": "7261",
        "bought": "3 March",
        "price": "39.90",  # in a tool line only
        "shop": "Teapots",  # in no turn
    },
    references=("the kettle leaks", "Ingrid wants a new one"),
)


# --- one dialogue, by hand ------------------------------------------------------------------------


def test_f_is_distinct_said_by_customer_or_agent_and_no_secret() -> None:
    assert wanted_facts(KETTLE) == {"order": "KT-70315", "customer_name": "ingrid vale", "bought": "3 March"}


def test_a_mark() -> None:
    found = mark(
        KETTLE,
        Given(
            "a",
            "The kettle leaks",
            given_facts(("Ingrid Vale of Wexcombe", 1), ("kt 70315", 1), ("KT-70315", 2), ("Pip", 0)),
            ("It was bought in May.", "The code is 7261"),
            "en",
            ms=1.0,
        ),
    )
    assert found.missed == ("bought",)  # "May" and the issue are no facts, and the name stands within one
    assert found.right == 2  # the two orders; a name with a town is another value
    assert found.secrets == ("7261",)
    # May; and the first fact does not stand in its turn. The other specifics: 7261 and three facts.
    assert (found.unsupported, found.specifics) == (("May", "Ingrid Vale of Wexcombe"), 6)
    assert found.best is not None and found.best.one == 1.0
    assert found.mean is not None and found.mean.one == 0.5


@pytest.mark.parametrize("where", ["prose", "words", "value", "name"])
def test_a_secret_is_found_wherever_it_stands(where: str) -> None:
    fact = GivenFact("7261" if where == "name" else "n", "7261" if where == "value" else "Pip", 0)
    summary = Given(
        "a", "7261" if where == "prose" else "", (fact,), ("x 7261!",) if where == "words" else ()
    )
    assert mark(KETTLE, summary).secrets == ("7261",)
    assert mark(KETTLE, Given("a", "72615", (), ("726",))).secrets == ()


def test_a_fact_must_stand_in_the_turn_it_names() -> None:
    named = [("Pip", 0), ("Pip", 1), ("3 March", -1), ("Pip", 5), ("Pip", None), ("Pup", None)]
    found = mark(KETTLE, Given("a", "", given_facts(*named)))
    assert len(found.unsupported) == 4
    assert found.unsupported[-1] == "Pup"


def test_what_the_giver_wrote_supports_too() -> None:
    dialogue = chat(("customer", "hi"), reason="refund of 25 to Ann", note="see 77")
    found = mark(dialogue, Given("a", "A refund of 25 goes to Ann, see 77 and 78"))
    assert (found.specifics, found.unsupported) == (4, ("78",))


def test_only_twenty_facts_and_sixty_words_count() -> None:
    many = given_facts(*((f"v{n}", 0) for n in range(25)))
    assert [fact.value for fact in counted_facts(many)] == [f"v{n}" for n in range(20)]
    long = given_facts(("a " * 30, 0), ("b-" * 30, 0), ("c", 0))
    assert counted_facts(long) == list(long[:2])
    over = given_facts(("a " * 31, 0), ("b " * 30, 0), ("c", 0))
    assert counted_facts(over) == [over[0]], "what comes after the one that is too much does not count either"


def test_facts_past_the_limit_neither_hit_nor_count_for_precision() -> None:
    dump = given_facts(*((f"w{n}", None) for n in range(20)), ("KT-70315", 1))
    found = mark(KETTLE, Given("a", "", dump))
    assert ("order" in found.missed, found.right, len(found.given)) == (True, 0, 20)


# --- together -------------------------------------------------------------------------------------


def test_figures_over_dialogues() -> None:
    other = chat(("customer", "to Rome on Friday"), facts={"to": "Rome", "day": "Friday"}, name="b")
    silent = chat(("customer", "hm"), name="c")
    found = score(
        [KETTLE, other, silent],
        {
            "a": Given("a", "kettle", given_facts(("KT-70315", 1)), maker="rules 1", ms=2.0),
            "b": Given(
                "b", "", given_facts(("Rome", 0), ("on", 0)), status="too_short", maker="rules 1", ms=4.0
            ),
        },
    )
    assert found.absent == 1
    assert dict(found.makers) == {"rules 1": 2, "unknown": 1}
    figures = found.figures()
    assert figures["dialogues"] == 3
    assert figures["status"] == {"ok": 1, "too_short": 1, "absent": 1}
    assert (figures["kfr"], figures["kfr_of"]) == (2 / 5, [2, 5])
    assert (figures["id"], figures["id_of"]) == (1 / 2, [1, 2])
    assert (figures["precision"], figures["precision_of"]) == (2 / 3, [2, 3])
    assert (figures["secrets"], figures["unsupported"], figures["specifics"]) == (0, 0, 3)
    assert figures["rouge"] == {"1": 2 / 4, "2": 0.0, "L": 2 / 4, "dialogues": 1}
    assert figures["ms"] == {"mean": 3.0, "p50": 2.0, "p95": 4.0, "max": 4.0}
    assert [mark.id for mark in found.worst(5)] == ["a", "b"]
    assert [mark.id for mark in found.worst(1)] == ["a"]


def test_nothing_to_count_is_not_nought() -> None:
    figures = score([chat(("customer", "hm"))], {}).figures()
    assert [figures[name] for name in ("kfr", "id", "precision", "unsupported_share", "rouge", "ms")] == [
        None
    ] * 6
    assert figures["secrets"] == figures["unsupported"] == 0


@pytest.mark.parametrize(
    "ms,expected",
    [
        ([5.0], (5.0, 5.0, 5.0, 5.0)),
        ([float(n) for n in range(100, 0, -1)], (50.5, 50.0, 95.0, 100.0)),
        ([1.0, 2.0, 3.0], (2.0, 2.0, 3.0, 3.0)),
    ],
)
def test_times(ms: list[float], expected: tuple[float, ...]) -> None:
    found = times(ms)
    assert found is not None
    assert tuple(found.values()) == expected


# --- against a naive implementation ---------------------------------------------------------------
# Written from SUMMARIES.md with loops over characters and lists; it shares no code with the product.

LETTERS = string.digits + string.ascii_lowercase


def naive_n(text: str) -> list[str]:
    words = [""]
    for char in text.lower():
        if char in LETTERS:
            words[-1] += char
        else:
            words.append("")
    return [word for word in words if word]


def naive_in(value: str, text: str) -> bool:
    words, others = naive_n(value), naive_n(text)
    if words and any(others[at : at + len(words)] == words for at in range(len(others))):
        return True
    solid = "".join(words)
    return len(solid) >= 5 and any(c in string.digits for c in solid) and solid in "".join(others)


def naive_equal(one: str, other: str) -> bool:
    if naive_n(one) == naive_n(other):
        return True
    solid = "".join(naive_n(one))
    return solid == "".join(naive_n(other)) and len(solid) >= 5 and any(c in string.digits for c in solid)


def naive_figures(dialogues: Sequence[Dialogue], summaries: dict[str, Given]) -> dict[str, Any]:
    """Hits, sizes of F, the same of identifiers, right and given facts, secrets told."""
    hits = size = id_hits = id_size = right = all_given = secrets = 0
    for dialogue in dialogues:
        summary = summaries.get(dialogue.id, Given(dialogue.id))
        values, words = [], 0
        for fact in summary.facts[:20]:
            words += len(naive_n(fact.value))
            if words > 60:
                break
            values.append(fact.value)
        f: list[tuple[str, str]] = []
        for name, value in dialogue.facts.items():
            if name in SECRET:
                shown = [
                    summary.prose,
                    *summary.words,
                    *(x for one in summary.facts for x in (one.name, one.value)),
                ]
                secrets += any(naive_in(value, text) for text in shown)
                continue
            said = any(naive_in(value, turn.text) for turn in dialogue.turns if turn.role != "system")
            if said and naive_n(value) not in [naive_n(other) for _, other in f]:
                f.append((name, value))
        found = [name for name, value in f if any(naive_in(value, one) for one in values)]
        size, hits = size + len(f), hits + len(found)
        id_size += len([name for name, _ in f if name in IDENTIFYING])
        id_hits += len([name for name in found if name in IDENTIFYING])
        right += len([one for one in values if any(naive_equal(one, value) for _, value in f)])
        all_given += len(values)
    return {
        "kfr_of": [hits, size],
        "id_of": [id_hits, id_size],
        "precision_of": [right, all_given if size else 0],
        "secrets": secrets,
    }


def naive_rouge(text: str, reference: str) -> tuple[float, float, float]:
    one, two = naive_n(text), naive_n(reference)

    def f1(shared: int, a: int, b: int) -> float:
        return 0.0 if not shared else 2 / (a / shared + b / shared)

    def overlap(a: Iterable[object], b: Iterable[object]) -> int:
        rest, shared = list(b), 0
        for item in a:
            if item in rest:
                rest.remove(item)
                shared += 1
        return shared

    def longest(a: list[str], b: list[str]) -> int:
        if not a or not b:
            return 0
        if a[0] == b[0]:
            return 1 + longest(a[1:], b[1:])
        return max(longest(a[1:], b), longest(a, b[1:]))

    pairs = [[(a[n], a[n + 1]) for n in range(len(a) - 1)] for a in (one, two)]
    return (
        f1(overlap(one, two), len(one), len(two)),
        f1(overlap(*pairs), len(pairs[0]), len(pairs[1])),
        f1(longest(one, two), len(one), len(two)),
    )


IDENTIFYING = {"user_id", "x.AccountNumber", "customer_name", "phone"}
SECRET = {"PIN", "x.SecurityAnswer1", "card_number", "password"}
OTHER = {"shipping", "hotel_name", "number_of_rooms", "Day"}

# Few words, so that values meet, overlap, and differ in signs and case only. None has an identifier's shape.
WORDS = [
    "Ann",
    "ann",
    "an",
    "7",
    "12",
    "A1",
    "b-2",
    "pm",
    "Old Inn",
    "old",
    "inn",
    "é",
    "—",
    "7 pm",
    "1 2",
    "x 7 y",
]
texts = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
values = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
roles: st.SearchStrategy[Role] = st.sampled_from(["customer", "bot", "system"])
names = st.sampled_from(sorted(IDENTIFYING | SECRET | OTHER))
long_values = st.one_of(values, st.just("word " * 25), st.just("KT 703 15"), st.just("kt-70315"))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Dialogue], dict[str, Given]]:
    dialogues, summaries = [], {}
    for name in draw(st.sampled_from(["", "a", "ab", "abc"])):
        said = draw(st.lists(st.tuples(roles, texts), max_size=4))
        dialogues.append(chat(*said, facts=draw(st.dictionaries(names, values, max_size=6)), name=name))
        facts = given_facts(*((value, 0) for value in draw(st.lists(long_values, max_size=24))))
        if draw(st.integers(0, 9)):
            summaries[name] = Given(name, draw(texts), facts, tuple(draw(st.lists(texts, max_size=2))))
    return dialogues, summaries


@given(cases())
def test_the_scorer_agrees_with_a_naive_one(case: tuple[list[Dialogue], dict[str, Given]]) -> None:
    dialogues, summaries = case
    figures = score(dialogues, summaries).figures()
    naive = naive_figures(dialogues, summaries)
    assert {name: figures[name] for name in naive} == naive


@given(texts, texts)
def test_rouge_agrees_with_a_naive_one(text: str, reference: str) -> None:
    dialogue = chat(references=(reference,))
    found = mark(dialogue, Given("a", text)).best
    if naive_n(reference):
        assert found == pytest.approx(naive_rouge(text, reference))
    else:
        assert found is None  # nothing to compare with


@pytest.mark.parametrize("name", ["handoff_tau.dev", "abcd_sample.dev"])
def test_on_real_dialogues_a_perfect_summary_scores_one_and_a_silent_one_nought(name: str) -> None:
    file = DATA / f"{name}.jsonl"
    if not file.exists():
        pytest.skip(f"no {file.name} beside this tree (../shared/data)")
    dialogues = read(file)
    perfect = {
        one.id: Given(one.id, facts=given_facts(*((value, None) for value in wanted_facts(one).values())))
        for one in dialogues
    }
    best, none = score(dialogues, perfect).figures(), score(dialogues, {}).figures()
    assert (best["kfr"], best["id"], best["precision"], best["unsupported"]) == (1.0, 1.0, 1.0, 0)
    assert (none["kfr"], none["id"], none["precision"]) == (0.0, 0.0, None)


def test_a_score_can_be_added_to() -> None:
    found = Score()
    found.add(KETTLE, None)
    found.add(KETTLE, Given("a", facts=given_facts(("KT-70315", 1))))
    assert found.figures()["kfr_of"] == [1, 6]
