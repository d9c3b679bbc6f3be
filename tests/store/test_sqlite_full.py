"""SQLite when the disk says no: everybody hears it, nothing half is kept, and the store serves on.

The kernel's limit on the size of a file stands in for a full disk: the writes fail where a full one's would.
"""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from batonpass.domain.errors import StoreUnavailable
from batonpass.store.sqlite import SqliteStore
from batonpass.store.tx import Tx
from tests.store.gate import Gate
from tests.support import counter
from tests.support.counter import Oops, take, taken
from tests.support.stores import SqlitePlaces


@pytest.fixture
async def store(sqlite_places: SqlitePlaces) -> AsyncIterator[SqliteStore[Tx]]:
    opened = await (await sqlite_places.new()).open()
    assert isinstance(opened, SqliteStore)
    await opened.run(counter.create, 2)
    assert await opened.run(take) == 1
    yield opened
    await opened.close()


@contextmanager
def no_room(store: SqliteStore[Tx]) -> Iterator[None]:
    """No file of this process may grow beyond the WAL as it is now: the next commit fails."""
    wal = Path(f"{store._writer.path}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_failing_commit_fails_its_whole_batch(store: SqliteStore[Tx]) -> None:
    gate = Gate()
    first = await gate.close(store)
    # A refusal too: it may rest on what another caller of the batch wrote and lost.
    rest = asyncio.gather(*(store.run(take, fail=n == 3) for n in range(6)), return_exceptions=True)
    await asyncio.sleep(0)
    with no_room(store):
        gate.open()
        results = [*await asyncio.gather(first, return_exceptions=True), *await rest]
        with pytest.raises(StoreUnavailable):
            await store.run(take)
    assert all(isinstance(result, StoreUnavailable) and result.retryable for result in results)
    assert len({id(result) for result in results}) == 7
    assert await store.read(taken) == [1]
    assert await asyncio.gather(*(store.run(take) for _ in range(20))) == list(range(2, 22))


async def test_reads_go_on_meanwhile(store: SqliteStore[Tx]) -> None:
    with no_room(store):
        with pytest.raises(StoreUnavailable, match="SQLITE_IOERR"):
            await store.run(take)
        assert await store.read(taken) == [1]


async def test_a_full_database_is_the_callers_who_needs_room(store: SqliteStore[Tx]) -> None:
    def limit(tx: Tx, pages: int) -> None:
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def grow(tx: Tx) -> int:
        return take(tx, 1, who="x" * 3_000_000)

    await store.run(limit, 1)  # SQLite raises it to what the file has.
    results = await asyncio.gather(store.run(grow), store.run(take, fail=True), return_exceptions=True)
    assert isinstance(results[0], StoreUnavailable)
    assert "SQLITE_FULL" in str(results[0]) or "ended the transaction" in str(results[0])
    assert isinstance(results[1], Oops | StoreUnavailable)
    assert await store.read(taken, 1) == []
    await store.run(limit, 1_000_000)
    assert await store.run(grow) == 1
    assert await store.run(take) == 2
