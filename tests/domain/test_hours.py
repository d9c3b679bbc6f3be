"""Opening hours by the clock on the wall: weeks, days apart, midnight, and both changes of the clocks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batonpass.domain.hours import Hours, Span

BERLIN = ZoneInfo("Europe/Berlin")
DAY = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def span(text: str) -> Span:
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in text.split("-"))
    return Span(start, end)


def hours(zone: str = "Europe/Berlin", **week: str) -> Hours:
    return Hours("h", ZoneInfo(zone), tuple(tuple(map(span, week.get(day, "").split())) for day in DAY))


def daily(text: str, days: dict[date, tuple[str, ...]] | None = None, zone: str = "Europe/Berlin") -> Hours:
    apart = {day: tuple(map(span, texts)) for day, texts in (days or {}).items()}
    return Hours("h", ZoneInfo(zone), ((span(text),),) * 7, apart)


def office() -> Hours:
    spans = (span("09:00-12:30"), span("13:30-17:00"))
    return Hours("h", BERLIN, (*((spans,) * 5), (), ()))


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp() * 1000)


def utc(ms: int | None) -> str:
    assert ms is not None
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    "moment, is_open, opens",
    [
        ("2026-11-20 08:59:59", False, "2026-11-20 08:00"),
        ("2026-11-20 09:00", True, "2026-11-20 08:00"),
        ("2026-11-20 12:29:59", True, "2026-11-20 11:29"),
        ("2026-11-20 12:30", False, "2026-11-20 12:30"),
        ("2026-11-20 17:00", False, "2026-11-23 08:00"),
        ("2026-11-22 12:00", False, "2026-11-23 08:00"),
    ],
)
def test_a_week_of_an_office(moment: str, is_open: bool, opens: str) -> None:
    assert office().is_open(at(moment)) is is_open
    assert utc(office().opens_at(at(moment))) == opens


def test_the_next_change_is_the_end_of_a_break_as_well() -> None:
    week = office()
    changes = []
    moment = at("2026-11-20 00:00")
    for _ in range(5):
        found = week.next_change(moment)
        assert found is not None
        changes.append(week.local(found))
        moment = found
    assert changes == [f"2026-11-20 {t}" for t in ("09:00", "12:30", "13:30", "17:00")] + ["2026-11-23 09:00"]


def test_a_day_apart_replaces_its_weekday() -> None:
    days = {date(2026, 12, 24): ("09:00-12:00",), date(2026, 12, 25): ()}
    week = daily("09:00-17:00", days)
    assert week.is_open(at("2026-12-24 11:00"))
    assert not week.is_open(at("2026-12-24 13:00"))
    assert week.local(week.opens_at(at("2026-12-24 13:00")) or 0) == "2026-12-26 09:00"


def test_a_night_goes_over_midnight_into_a_day_apart() -> None:
    week = daily("22:00-06:00", {date(2026, 11, 21): ()})
    assert week.is_open(at("2026-11-21 05:59"))
    assert not week.is_open(at("2026-11-21 06:00"))
    assert not week.is_open(at("2026-11-21 23:00"))


def test_what_touches_at_midnight_is_one_time() -> None:
    week = hours(friday="20:00-24:00", saturday="00:00-02:00")
    assert week.next_change(at("2026-11-20 21:00")) == at("2026-11-21 02:00")


def test_in_spring_a_time_that_the_clock_skips_is_the_change() -> None:
    """On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00, at 01:00 UTC."""
    week = hours(sunday="02:30-06:00")
    assert utc(week.opens_at(at("2026-03-29 01:59"))) == "2026-03-29 01:00"
    assert utc(hours(saturday="22:00-02:30").next_change(at("2026-03-28 23:00"))) == "2026-03-29 01:00"
    skipped = hours(sunday="02:10-02:50")
    assert utc(skipped.opens_at(at("2026-03-29 01:59"))) == "2026-04-05 00:10"


def test_in_autumn_a_repeated_hour_shortens_nothing() -> None:
    """On 2026-10-25 the clocks of Berlin go from 03:00 to 02:00, at 01:00 UTC: 02:30 comes twice."""
    early = hours(sunday="02:30-06:00")
    assert utc(early.opens_at(at("2026-10-25 01:00"))) == "2026-10-25 00:30"
    assert all(early.is_open(at("2026-10-25 02:45", fold=fold)) for fold in (0, 1))
    late = hours(saturday="22:00-02:30")
    assert utc(late.next_change(at("2026-10-24 23:00"))) == "2026-10-25 01:30"
    assert late.is_open(at("2026-10-25 02:10", fold=1))


def test_nine_o_clock_is_nine_on_both_sides_of_a_change() -> None:
    week = office()
    assert [utc(week.opens_at(at(day))) for day in ("2026-03-27 06:00", "2026-03-30 06:00")] == [
        "2026-03-27 08:00",
        "2026-03-30 07:00",
    ]


def test_a_zone_that_skips_a_whole_day_is_closed_on_it() -> None:
    """Samoa had no 30 December 2011."""
    week = daily("09:00-17:00", zone="Pacific/Apia")
    apia = ZoneInfo("Pacific/Apia")
    opens = week.opens_at(at("2011-12-29 18:00", apia))
    assert week.local(opens or 0) == "2011-12-31 09:00"


def test_round_the_clock_never_changes_and_never_open_never_opens() -> None:
    always = daily("00:00-24:00")
    assert always.is_open(at("2026-03-29 02:30"))
    assert always.next_change(at("2026-11-20 12:00")) is None
    assert hours().next_change(at("2026-11-20 12:00")) is None
    assert hours().opens_at(at("2026-11-20 12:00")) is None


SPANS = st.lists(
    st.builds(Span, st.integers(0, 1439), st.integers(1, 1440)).filter(lambda s: s.start != s.end), max_size=2
)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])


@given(st.lists(SPANS, min_size=7, max_size=7), ZONES, st.integers(1_700_000_000, 1_900_000_000))
def test_from_one_change_to_the_next_it_stays_as_it_is(
    week: list[list[Span]], zone: str, second: int
) -> None:
    """Timers are set by `next_change`, decisions made by `is_open`: the two never disagree."""
    found = Hours("h", ZoneInfo(zone), tuple(map(tuple, week)))
    moment = second * 1000
    for _ in range(6):
        change, before = found.next_change(moment), found.is_open(moment)
        if change is None:
            return
        assert change > moment
        assert found.is_open(change) is not before
        assert all(found.is_open(moment + (change - moment) * n // 7) is before for n in range(7))
        assert found.is_open(change - 1) is before
        assert found.opens_at(moment) == (moment if before else change)
        moment = change
