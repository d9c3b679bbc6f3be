"""The server is killed at every commit site of both journeys: before the commit, before the answer, before the push.

One test is one use case in one journey. Its server dies three times, once at each point, and each time comes back on
its database; the clients resume, resend what was not acknowledged, and play on to the end. Then all laws hold.
"""

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.crash.administering import ADMINISTERED
from tests.crash.caring import CARING
from tests.crash.journeys import JOURNEYS as FIRST
from tests.crash.living import LIVING, LONG
from tests.crash.passing import SUPERVISED, TOGETHER
from tests.crash.runs import POINTS, died_at, hits_of, play_and_die
from tests.crash.telling import TOLD
from tests.crash.troubles import TROUBLES
from tests.support.stores import Places, PostgresPlaces, SqlitePlaces

JOURNEYS = {
    **FIRST,
    "together": TOGETHER,
    "supervised": SUPERVISED,
    "told": TOLD,
    "living": LIVING,
    "caring": CARING,
}

BOTH = (
    "start_up",
    "connect",
    "disconnect",
    "customer_here",
    "customer_gone",
    "choose",
    "new_session",
    "start_chat",
    "match",
    "ready",
    "customer_send",
    "agent_send",
    "turn_done",
    "ask",
    "decline",
    "accept",
    "add_note",
    "finish_wrap_up",
)
USE_CASES = {
    "two queues": (*BOTH, "set_context", "end_chat"),
    "one queue": (*BOTH, "ask_for_human", "turn_working", "resolve"),
    "together": ("cancel", "remove", "whisper", "complete", "leave"),
    "told": (
        "lease_summaries",
        "keep_summary",
        "edit_note",
        "mark_message",
        "flag_summary",
    ),
    "caring": ("customer_saw", "agent_saw", "give_score", "leave_contact", "finish_contact", "ask_for_bot"),
    "living": ("put_on_hold", "pick_up", "write_again", "customer_gone"),
    "supervised": ("monitor", "assign", "take_over", "close", "turn_switch"),
}
LATER = {
    "match": (4, 9),
    "agent_send": (3,),
    "customer_send": (3,),
    "ready": (2,),
    "ask": (2,),
    "connect": (5,),
}
"""Use cases that do different things in the course of a journey: they are also killed at later calls."""

FIRST_NAMES = tuple(FIRST)

STARTING = ("adopt", "wake_queues", "hours_changed", "keep_house", "lease")
"""What a start does, and the timers it sets; killed at by the troubles and the journeys of administration."""

ONCE = ("keep_summary", "write_again", "customer_gone")
"""Whose call is not made again once it is committed: there is no second one to die in."""


def _marks(case: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.prove] if case in LONG else []


def _in_turn(name: str, case: str) -> list[pytest.MarkDecorator]:
    """What both first journeys have, `make test` kills in one of them, by turns."""
    elsewhere = case in BOTH and FIRST_NAMES[BOTH.index(case) % len(FIRST_NAMES)] != name
    return [pytest.mark.prove] if elsewhere else _marks(case)


def _once(case: str, point: str) -> list[pytest.MarkDecorator]:
    """Each death is a run of its own: `make test` has one of the three."""
    return _marks(case) if point == POINTS[ONCE.index(case) % len(POINTS)] else [pytest.mark.prove]


def _later(case: str, nth: int, point: str) -> list[pytest.MarkDecorator]:
    """Of a use case's later calls `make test` dies in the first, at its last point; `make prove` in all."""
    return [] if (nth, point) == (LATER[case][0], POINTS[-1]) else [pytest.mark.prove]


AT_THE_END = {("two queues", "customer_gone"), ("one queue", "customer_gone")}
"""What happens in a journey when it has been played."""

CHAINS = (
    [
        pytest.param(
            name, [f"{case}.{point}#1" for point in POINTS], id=f"{name}-{case}", marks=_in_turn(name, case)
        )
        for name, cases in USE_CASES.items()
        for case in cases
        if case not in ONCE
    ]
    + [
        pytest.param(name, [f"{case}.{point}#1"], id=f"{name}-{case}-{point}", marks=_once(case, point))
        for name, cases in USE_CASES.items()
        for case in cases
        if case in ONCE and (name, case) not in AT_THE_END
        for point in POINTS
    ]
    + [
        pytest.param(
            name, [f"{case}.{point}#{nth}"], id=f"{name}-{case}-{point}-{nth}", marks=_later(case, nth, point)
        )
        for name in FIRST
        for case, later in LATER.items()
        for nth in later
        for point in POINTS
    ]
)


@pytest.mark.parametrize("name,points", CHAINS)
async def test_killed_at_a_commit_site(
    name: str, points: list[str], sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    await play_and_die(tmp_path, await sqlite_places.new(), JOURNEYS[name], points)


@pytest.mark.prove
@pytest.mark.postgres
@pytest.mark.parametrize("name,points", CHAINS)
async def test_killed_at_a_commit_site_on_postgres(
    name: str, points: list[str], postgres_places: PostgresPlaces, tmp_path: Path
) -> None:
    await play_and_die(tmp_path, await postgres_places.new(), JOURNEYS[name], points)


@pytest.mark.prove
@pytest.mark.timeout(3_000)
@pytest.mark.parametrize("name,case", [(name, case) for name in USE_CASES for case in USE_CASES[name]])
async def test_killed_at_every_call(name: str, case: str, places: Places, tmp_path: Path) -> None:
    for point in POINTS:
        for nth in itertools.count(1):
            folder = tmp_path / f"{point}-{nth}"
            folder.mkdir()
            place = await places.new()
            died = await died_at(folder, place, JOURNEYS[name], [f"{case}.{point}#{nth}"])
            await places.drop(place)
            if not died:
                assert nth > 1
                break


async def _killed_where_a_timer_fires(
    case: str, places: Places, folder: Path, points: Sequence[str] = POINTS
) -> None:
    """Side by side, because most of it is waiting."""

    async def one(point: str) -> None:
        (folder / point).mkdir()
        await play_and_die(folder / point, await places.new(), TROUBLES[case], [f"{case}.{point}#1"])

    await asyncio.gather(*(one(point) for point in points))


TIMED = [pytest.param(case, marks=_marks(case)) for case in TROUBLES]


@pytest.mark.parametrize("case", TIMED)
async def test_killed_where_a_timer_fires(case: str, sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    """At one of the points, another with each timer; at all of them in `make prove`."""
    point = POINTS[list(TROUBLES).index(case) % len(POINTS)]
    await _killed_where_a_timer_fires(case, sqlite_places, tmp_path, [point])


@pytest.mark.prove
@pytest.mark.parametrize("case", TROUBLES)
async def test_killed_at_each_point_where_a_timer_fires(
    case: str, sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    await _killed_where_a_timer_fires(case, sqlite_places, tmp_path)


@pytest.mark.prove
@pytest.mark.postgres
@pytest.mark.parametrize("case", TROUBLES)
async def test_killed_where_a_timer_fires_on_postgres(
    case: str, postgres_places: PostgresPlaces, tmp_path: Path
) -> None:
    await _killed_where_a_timer_fires(case, postgres_places, tmp_path)


@pytest.mark.parametrize("name", JOURNEYS)
async def test_every_commit_site_of_a_journey_is_killed_at(
    name: str, sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    hits = set(await hits_of(tmp_path, await sqlite_places.new(), JOURNEYS[name]))
    wanted = {f"{case}.{point}" for case in USE_CASES[name] for point in POINTS}
    elsewhere = {f"{case}.{point}" for cases in USE_CASES.values() for case in cases for point in POINTS}
    starting = {f"{case}.{point}" for case in STARTING for point in POINTS}
    hits -= starting - wanted
    assert hits >= wanted
    # What every start does is killed at by tests/crash/administering.py.
    wanted |= {f"{case}.{point}" for case in ADMINISTERED for point in POINTS}
    # The later journeys name what they add; the first ones name all that they do.
    assert hits - wanted <= (set() if name in FIRST else elsewhere)
