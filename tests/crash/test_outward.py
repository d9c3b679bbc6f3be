"""A server that dies while it sends webhooks, keeps files or forgets words loses none, and keeps none it should not.

Each use case is killed once here, and at all its points in `prove`, on both engines.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from tests.crash.outward import (
    FORGOTTEN,
    KEPT,
    OUTWARD,
    forgotten_and_died,
    kept_and_died,
    told_and_died,
)
from tests.crash.runs import POINTS
from tests.support.stores import Place, Places, SqlitePlaces

Play = Callable[[Path, Place, Sequence[str]], Awaitable[None]]

AGAIN = "keep_house.before_push#1"
"""The house that was kept is not kept again for an hour: nobody can die there after having died once it is committed."""
IN_ORDER = ("keep_house", "note_export", "erase_customer", "erase_next")

PLAYS: dict[str, tuple[Play, list[tuple[str, int]]]] = {
    "webhooks": (told_and_died, list(zip(OUTWARD, (1, 2, 1), strict=True))),
    "files": (kept_and_died, [(case, 1) for case in KEPT]),
    "words": (forgotten_and_died, [(case, 1) for case in IN_ORDER]),
}


def test_the_words_are_forgotten_in_all_use_cases() -> None:
    assert set(IN_ORDER) == set(FORGOTTEN)


@pytest.mark.parametrize("name", PLAYS)
async def test_killed_once_committed(name: str, sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    play, cases = PLAYS[name]
    await play(tmp_path, await sqlite_places.new(), [f"{case}.after_commit#{nth}" for case, nth in cases])


@pytest.mark.prove
@pytest.mark.parametrize("name", PLAYS)
async def test_killed_at_every_point(name: str, places: Places, tmp_path: Path) -> None:
    play, cases = PLAYS[name]
    points = [f"{case}.{point}#{nth}" for case, nth in cases for point in POINTS]
    await play(tmp_path, await places.new(), [point for point in points if point != AGAIN])
