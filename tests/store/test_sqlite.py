"""SQLite: settings, group commit, and who else may have the file."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event

from batonpass.domain.errors import StoreUnavailable
from batonpass.store import sqlite_threads
from batonpass.store.engine import StoreOpenError, open_store
from batonpass.store.sqlite import SqliteStore
from batonpass.store.tx import Tx
from tests.store.gate import Gate
from tests.support import counter
from tests.support.counter import Oops, now, take, taken
from tests.support.stores import Place, SqlitePlaces


@pytest.fixture
async def place(sqlite_places: SqlitePlaces) -> Place:
    return await sqlite_places.new()


@pytest.fixture
async def store(place: Place) -> AsyncIterator[SqliteStore[Tx]]:
    opened = await place.open()
    assert isinstance(opened, SqliteStore)
    await opened.run(counter.create, 2)
    yield opened
    await opened.close()


def file_of(place: Place) -> Path:
    return Path(place.url.removeprefix("sqlite:///"))


def pragma(tx: Tx, name: str) -> object:
    return tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()


async def test_settings_are_those_that_make_an_acknowledgement_true(store: SqliteStore[Tx]) -> None:
    assert await store.run(pragma, "journal_mode") == "wal"
    assert await store.run(pragma, "synchronous") == 2  # FULL
    assert await store.run(pragma, "foreign_keys") == 1
    assert await store.run(pragma, "query_only") == 0
    assert await store.read(pragma, "query_only") == 1


async def test_a_setting_that_does_not_take_refuses_to_open(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_threads.Writer, "pragmas", (("synchronous", "OFF", 2),))
    with pytest.raises(StoreOpenError, match="PRAGMA synchronous is 0, must be 2"):
        await place.open()


def _note(order: list[int], number: int, _call: object) -> None:
    order.append(number)


async def test_callers_that_wait_together_share_a_commit(
    store: SqliteStore[Tx], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_threads, "BATCH_SECONDS", 60.0)
    commits: list[int] = []
    event.listen(store._writer._engine, "commit", lambda _: commits.append(1))
    order: list[int] = []
    async with asyncio.TaskGroup() as group:
        gate = Gate()
        first = await gate.close(store)
        calls = [group.create_task(store.run(take)) for _ in range(100)]
        for n, call in enumerate(calls):
            call.add_done_callback(partial(_note, order, n))
        await asyncio.sleep(0)
        gate.open()
    assert [await first, *(call.result() for call in calls)] == list(range(1, 102))
    assert order == list(range(100))
    assert len(commits) == 1


async def test_a_batch_is_bounded_in_callers_and_in_time(
    store: SqliteStore[Tx], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_threads, "BATCH_CALLERS", 10)
    monkeypatch.setattr(sqlite_threads, "BATCH_SECONDS", 60.0)
    commits: list[int] = []
    event.listen(store._writer._engine, "commit", lambda _: commits.append(1))
    async with asyncio.TaskGroup() as group:
        gate = Gate()
        first = await gate.close(store)
        for _ in range(39):
            group.create_task(store.run(take))
        await asyncio.sleep(0)
        gate.open()
    assert await first == 1
    assert len(commits) == 4
    monkeypatch.setattr(sqlite_threads, "BATCH_SECONDS", 0.0)
    await asyncio.gather(*(store.run(take) for _ in range(20)))
    assert len(commits) == 24


async def test_a_read_does_not_wait_for_the_writer(store: SqliteStore[Tx]) -> None:
    gate = Gate()
    call = await gate.close(store)
    assert await store.read(taken) == []
    gate.open()
    assert await call == 1
    assert await store.read(taken) == [1]


async def test_a_call_cancelled_while_it_waits_is_not_run(store: SqliteStore[Tx]) -> None:
    async with asyncio.TaskGroup() as group:
        gate = Gate()
        first = await gate.close(store)
        waiting = group.create_task(store.run(take, who="cancelled"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        gate.open()
        assert await first == 1
    assert await store.run(take) == 2


async def test_what_no_future_can_hold_still_answers(store: SqliteStore[Tx]) -> None:
    def stop(tx: Tx) -> None:
        raise StopIteration

    def leave(tx: Tx) -> None:
        raise Oops("base") from KeyboardInterrupt()

    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.run(stop)
    with pytest.raises(Oops):
        await store.run(leave)
    assert await store.run(take) == 1


async def test_a_second_opening_is_refused(store: SqliteStore[Tx], place: Place) -> None:
    for url in (place.url, str(file_of(place))):
        with pytest.raises(StoreOpenError, match=r"in use by process \d+; one database serves"):
            await open_store(url, Tx)
    assert await store.run(take) == 1


async def test_a_command_may_work_beside_a_server(store: SqliteStore[Tx], place: Place) -> None:
    beside = await place.open(beside=True)
    taken_there, taken_here = await asyncio.gather(beside.run(take), store.run(take))
    assert {taken_there, taken_here} == {1, 2}
    await beside.close()
    with pytest.raises(StoreOpenError, match="in use by process"):
        await place.open()
    assert await store.run(take) == 3


async def test_another_name_of_the_file_is_the_same_file(
    store: SqliteStore[Tx], place: Place, tmp_path: Path
) -> None:
    link = tmp_path / "other.sqlite3"
    link.symlink_to(file_of(place))
    with pytest.raises(StoreOpenError, match="in use"):
        await open_store(str(link), Tx)


async def test_a_second_name_of_the_file_is_refused(
    store: SqliteStore[Tx], place: Place, tmp_path: Path
) -> None:
    """A hard link: SQLite would keep a second log beside it, and know nothing of the first."""
    link = tmp_path / "same"
    link.hardlink_to(file_of(place))
    for beside in (False, True):
        with pytest.raises(StoreOpenError, match="another name"):
            await open_store(str(link), Tx, beside=beside)
    assert await store.run(take) == 1
    link.unlink()


async def test_another_process_is_refused(store: SqliteStore[Tx], place: Place) -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.appender", place.url), stderr=subprocess.PIPE
    )
    _, stderr = await program.communicate()
    assert program.returncode == 1
    assert b"in use by process" in stderr


async def test_a_foreign_writer_is_waited_for_and_then_reported(store: SqliteStore[Tx], place: Place) -> None:
    foreign = sqlite3.connect(file_of(place), isolation_level=None)
    await store.run(pragma, "busy_timeout = 30")
    foreign.execute("BEGIN IMMEDIATE")
    results = await asyncio.gather(*(store.run(take) for _ in range(20)), return_exceptions=True)
    assert all(isinstance(result, StoreUnavailable) for result in results)
    assert "SQLITE_BUSY" in str(results[0])
    foreign.execute("ROLLBACK")
    foreign.close()
    assert await store.run(take) == 1


async def test_opening_says_what_is_wrong(tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"not a database at all" * 100)
    for path, words in ((junk, "not a database"), (tmp_path / "no" / "such", "No such file or directory")):
        with pytest.raises(StoreOpenError, match=words):
            await open_store(str(path), Tx)
    # A failed opening leaves no lock.
    junk.unlink()
    store = await open_store(f"sqlite:///{junk}", Tx)
    assert await store.run(now)
    await store.close()
