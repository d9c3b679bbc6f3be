"""How long a wait may be: hidden below a sample, rounded to minutes that people read."""

import pytest

from batonpass.domain.waits import LAST, SAMPLE, WaitRange, estimate

MINUTE = 60_000


def test_a_wait_is_hidden_below_a_sample() -> None:
    assert estimate([MINUTE] * (SAMPLE - 1)) is None
    assert estimate([]) is None


@pytest.mark.parametrize(
    "waits, shown",
    [
        ([5_000] * SAMPLE, WaitRange(0, 60)),
        ([MINUTE] * SAMPLE, WaitRange(60, 60)),
        ([n * MINUTE for n in range(1, 11)], WaitRange(180, 540)),
        ([90_000] * 5 + [150_000] * 5, WaitRange(60, 180)),
        ([22 * MINUTE] * LAST, WaitRange(20 * 60, 25 * 60)),
        ([100 * MINUTE] * LAST, WaitRange(90 * 60, 105 * 60)),
    ],
)
def test_a_wait_is_a_range_of_readable_minutes(waits: list[int], shown: WaitRange) -> None:
    assert estimate(waits) == shown
    assert estimate(list(reversed(waits))) == shown


def test_what_was_waited_already_is_taken_off() -> None:
    waits = [4 * MINUTE] * 5 + [8 * MINUTE] * 5
    assert estimate(waits, 3 * MINUTE) == WaitRange(60, 300)
    assert estimate(waits, 7 * MINUTE + 59_000) == WaitRange(0, 60)


def test_longer_than_nearly_all_is_promised_nothing() -> None:
    assert estimate([MINUTE] * SAMPLE, MINUTE) is None


def test_one_endless_wait_does_not_spoil_the_range() -> None:
    assert estimate([MINUTE] * 19 + [600 * MINUTE]) == WaitRange(60, 60)
