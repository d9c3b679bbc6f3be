"""A server that dies while it is administered has done each act once, or not at all."""

from pathlib import Path

import pytest

from tests.crash.administering import administered_and_died
from tests.support.stores import PostgresPlaces, SqlitePlaces


async def test_killed_after_the_commit(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    await administered_and_died(tmp_path, await sqlite_places.new(), ["after_commit"])


@pytest.mark.prove
async def test_killed_where_it_is_administered(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    await administered_and_died(tmp_path, await sqlite_places.new())


@pytest.mark.prove
@pytest.mark.postgres
async def test_killed_where_it_is_administered_on_postgres(
    postgres_places: PostgresPlaces, tmp_path: Path
) -> None:
    await administered_and_died(tmp_path, await postgres_places.new())
