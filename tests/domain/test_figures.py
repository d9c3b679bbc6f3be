"""Percentiles, spreads and rates, as docs/insights.md defines them."""

from batonpass.domain.figures import percentile, rate, spread


def test_a_percentile_is_the_nearest_rank() -> None:
    assert [percentile([1, 2, 3, 4], share) for share in (0.01, 0.25, 0.5, 0.51, 0.9, 1.0)] == [
        1,
        1,
        2,
        3,
        4,
        4,
    ]
    assert percentile([7], 0.9) == 7


def test_a_spread_is_in_seconds_and_of_nothing_there_is_none() -> None:
    found = spread([4_000, 1_000, 2_000, 3_001])
    assert (found.count, found.mean_s, found.p50_s, found.p90_s, found.max_s) == (4, 2.5, 2.0, 4.0, 4.0)
    assert (spread([]).count, spread([]).mean_s, spread([]).p90_s) == (0, None, None)


def test_a_rate_of_nothing_is_none() -> None:
    assert (rate(1, 3), rate(0, 3), rate(0, 0)) == (0.3333, 0.0, None)
