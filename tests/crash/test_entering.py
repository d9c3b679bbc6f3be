"""A server that dies at the front door keeps what it said, and does nothing twice."""

from pathlib import Path

import pytest

from tests.crash.entering import ENTERED, entered_and_died
from tests.crash.runs import POINTS
from tests.support.stores import PostgresPlaces, SqlitePlaces


async def test_killed_at_the_front_door(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    await entered_and_died(tmp_path, await sqlite_places.new(), ("sign_in", "signed_session"), POINTS[1:2])


@pytest.mark.prove
async def test_killed_at_every_step_through_the_front_door(
    sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    await entered_and_died(tmp_path, await sqlite_places.new(), ENTERED, POINTS)


@pytest.mark.prove
@pytest.mark.postgres
async def test_killed_at_every_step_through_the_front_door_on_postgres(
    postgres_places: PostgresPlaces, tmp_path: Path
) -> None:
    await entered_and_died(tmp_path, await postgres_places.new(), ENTERED, POINTS)
