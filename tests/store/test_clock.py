"""The clock: what it gives out never goes back, whatever the machine's does."""

import pytest

from batonpass.store.clock import Clock


def test_a_reading_set_back_is_held() -> None:
    clock = Clock()
    assert [clock.now(reading) for reading in (100, 90, 95, 101)] == [100, 100, 100, 101]


def test_the_offset_is_added_and_kept() -> None:
    clock = Clock(5)
    clock.advance(10)
    assert clock.now(100) == 115
    assert clock.offset_ms == 15


def test_an_advance_goes_forward() -> None:
    with pytest.raises(ValueError, match="cannot go back"):
        Clock().advance(-1)


def test_a_frozen_clock_stands_until_it_is_moved() -> None:
    clock = Clock(frozen=True)
    assert [clock.now(reading) for reading in (100, 200)] == [100, 100]
    clock.advance(7)
    assert [clock.now(reading) for reading in (300, 400)] == [107, 107]
