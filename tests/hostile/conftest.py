"""A server to be hostile to, with somebody on it who must not notice."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.hostile.stage import Stage, stage_on
from tests.support.stores import SqlitePlaces


@pytest.fixture
async def stage(sqlite_places: SqlitePlaces, tmp_path: Path) -> AsyncIterator[Stage]:
    """A server that is used while the test runs; afterwards nothing is lost and a whole journey is served."""
    async with stage_on(await sqlite_places.new(), tmp_path) as found:
        yield found
