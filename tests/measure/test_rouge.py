"""ROUGE against values computed by hand."""

import pytest

from batonpass.measure.rouge import Rouge, best, mean, rouge


@pytest.mark.parametrize(
    "text,reference,expected",
    [
        # 6 and 6 words. Words shared: the, cat, on, the, mat = 5; pairs: the cat, on the, the mat = 3 of 5 and 5;
        # in order: the cat on the mat = 5.
        (
            "The cat sat on the mat.",
            "the cat was on the mat",
            (2 * 5 / 12, 2 * 3 / 10, 2 * 5 / 12),
        ),
        # 4 and 2 words. Shared 2; pairs none; in order 1 (reversed).
        ("b x y a", "a b", (2 * 2 / 6, 0.0, 2 * 1 / 6)),
        # Repeated words count as often as both have them: a a a b / a a: 2 of 4 and 2; pairs: one "a a" shared of
        # 3 and 1; in order 2.
        ("a a a b", "a a", (2 * 2 / 6, 2 * 1 / 4, 2 * 2 / 6)),
        ("same words here", "Same words, here", (1.0, 1.0, 1.0)),
        ("one", "one", (1.0, 0.0, 1.0)),
        ("runs", "run", (0.0, 0.0, 0.0)),  # no stemming
        ("", "something", (0.0, 0.0, 0.0)),
        ("", "", (0.0, 0.0, 0.0)),
    ],
)
def test_by_hand(text: str, reference: str, expected: tuple[float, float, float]) -> None:
    assert rouge(text, reference) == pytest.approx(expected)
    assert rouge(reference, text) == pytest.approx(expected)


def test_of_several_references_the_best_of_each_figure() -> None:
    # Against "b a": words 1.0, pairs 0, order 0.5. Against "a b c d": words 2*2/6, pairs 2*1/4, order 2*2/6.
    assert best("a b", ["b a", "a b c d"]) == pytest.approx((1.0, 0.5, 2 * 2 / 6))


def test_the_mean_of_figures() -> None:
    assert mean([Rouge(1.0, 0.0, 0.5), Rouge(0.0, 0.5, 0.5)]) == pytest.approx((0.5, 0.25, 0.5))
