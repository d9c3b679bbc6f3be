"""A server that dies while it sends webhooks loses none, and sends none under a second id."""

from pathlib import Path

import pytest

from tests.crash.outward import FORGOTTEN, KEPT, OUTWARD, forgotten_and_died, kept_and_died, told_and_died
from tests.crash.runs import POINTS
from tests.support.stores import PostgresPlaces, SqlitePlaces

CHAIN = [f"{case}.{point}#{nth}" for case, nth in zip(OUTWARD, (1, 2, 1), strict=True) for point in POINTS]


async def test_killed_where_webhooks_are_kept(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    await told_and_died(tmp_path, await sqlite_places.new(), CHAIN)


@pytest.mark.prove
@pytest.mark.postgres
async def test_killed_where_webhooks_are_kept_on_postgres(
    postgres_places: PostgresPlaces, tmp_path: Path
) -> None:
    await told_and_died(tmp_path, await postgres_places.new(), CHAIN)


FILES = [f"{case}.{point}#1" for case in KEPT for point in POINTS]


async def test_killed_where_files_are_kept(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    await kept_and_died(tmp_path, await sqlite_places.new(), FILES)


@pytest.mark.prove
@pytest.mark.postgres
async def test_killed_where_files_are_kept_on_postgres(
    postgres_places: PostgresPlaces, tmp_path: Path
) -> None:
    await kept_and_died(tmp_path, await postgres_places.new(), FILES)


AGAIN = ("keep_house", "before_push")
# The house is kept as soon as the server runs, and once it is, not again for an hour; the rest is asked for.
IN_ORDER = ("keep_house", "note_export", "erase_customer", "erase_next")
WORDS = [f"{case}.{point}#1" for case in IN_ORDER for point in POINTS if (case, point) != AGAIN]


async def test_killed_where_words_are_forgotten(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    assert set(IN_ORDER) == set(FORGOTTEN)
    await forgotten_and_died(tmp_path, await sqlite_places.new(), WORDS)


@pytest.mark.prove
@pytest.mark.postgres
async def test_killed_where_words_are_forgotten_on_postgres(
    postgres_places: PostgresPlaces, tmp_path: Path
) -> None:
    await forgotten_and_died(tmp_path, await postgres_places.new(), WORDS)
