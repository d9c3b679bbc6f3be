"""ROUGE-1, ROUGE-2 and ROUGE-L: how many words, pairs and words in order two texts share.

Words are those of `normal` (lower-case runs of `[0-9a-z]`), without stemming and with stop words. Each figure is
F1: 2 * shared / (words of one + words of the other). ROUGE-L's shared words are a longest common subsequence of the
whole texts. There is no package that is kept; the tests have hand-computed values.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from batonpass.plugin_text import normal


class Rouge(NamedTuple):
    """F1 of single words, of pairs, and of the longest common subsequence; each from 0 to 1."""

    one: float
    two: float
    longest: float


def rouge(text: str, reference: str) -> Rouge:
    """The figures of `text` against one reference."""
    own, other = normal(text).split(), normal(reference).split()
    return Rouge(
        _f1(_shared(own, other), len(own), len(other)),
        _f1(_shared(list(pairwise(own)), list(pairwise(other))), len(own) - 1, len(other) - 1),
        _f1(_longest(own, other), len(own), len(other)),
    )


def best(text: str, references: Sequence[str]) -> Rouge:
    """Each figure against the reference with which it is highest. ValueError without references."""
    return Rouge(*(max(column) for column in zip(*(rouge(text, one) for one in references), strict=True)))


def mean(figures: Sequence[Rouge]) -> Rouge:
    """The mean of each figure. ZeroDivisionError for none."""
    return Rouge(*(sum(column) / len(figures) for column in zip(*figures, strict=True)))


def _shared(own: Sequence[object], other: Sequence[object]) -> int:
    return (Counter(own) & Counter(other)).total()


def _f1(shared: int, own: int, other: int) -> float:
    return 2 * shared / (own + other) if shared else 0.0


def _longest(own: Sequence[str], other: Sequence[str]) -> int:
    """The length of a longest common subsequence, row by row."""
    row = [0] * (len(other) + 1)
    for word in own:
        before = 0
        for place, theirs in enumerate(other, 1):
            above = row[place]
            row[place] = before + 1 if word == theirs else max(above, row[place - 1])
            before = above
    return row[-1]
