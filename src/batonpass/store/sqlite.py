"""The embedded engine: SQLite, one writer thread with group commit, two reader threads.

Callers queue their functions. The writer takes whatever waits, runs each under a savepoint of its own,
commits once and only then answers all of them, in order: one fsync for many callers, no wait for one.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Concatenate, Generic, ParamSpec, TypeVar

from batonpass.store.clock import Clock
from batonpass.store.engine import BaseStore, MakeTx, StoreOpenError, X
from batonpass.store.lockfile import LockFile
from batonpass.store.sqlite_threads import BUSY_SECONDS, Job, Reader, Worker, Writer

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2


class SqliteStore(BaseStore[X], Generic[X]):
    """The `Store` over one SQLite file in WAL mode with synchronous=FULL, owned by this process alone."""

    def __init__(self, path: Path, make_tx: MakeTx[X], clock: Clock, lock: LockFile) -> None:
        super().__init__(make_tx, clock)
        self._lock = lock
        self._writer = Writer(path, make_tx, clock)
        self._readers = Reader.pool(READERS, path, make_tx, clock)

    @classmethod
    async def open(
        cls,
        path: str | Path,
        make_tx: MakeTx[X],
        *,
        clock_offset_ms: int = 0,
        frozen_clock: bool = False,
        migrate: bool = True,
        beside: bool = False,
    ) -> "SqliteStore[X]":
        """Open or create the database at `path`, brought to the newest migration.

        `beside` is for commands that look, or add a key, while a server may have the database: they do not
        ask for it alone. `frozen_clock` is for tests: time moves by `advance` only.
        Raises StoreOpenError when another process has it, it has a second name, it cannot be opened, it is not a
        database, or a newer version of Batonpass wrote it.
        """
        lock = LockFile.of(path)
        if not beside:
            lock.take()
        try:
            if migrate:
                await asyncio.to_thread(_migrate, lock.database)
            store = cls(lock.database, make_tx, Clock(clock_offset_ms, frozen=frozen_clock), lock)
            await store._start()
        except BaseException:
            lock.release()
            raise
        return store

    async def _start(self) -> None:
        try:
            # The writer first: it creates the file and its WAL.
            for worker in (self._writer, *self._readers):
                await asyncio.wrap_future(worker.start())
        except Exception as error:
            await asyncio.to_thread(self._stop)
            raise StoreOpenError(f"cannot open the database {self._writer.path}: {error}") from error

    async def run(self, fn: Callable[Concatenate[X, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """See `BaseStore.run`. The commit is shared with the callers that were waiting at the same time."""
        await self._enter()
        try:
            with self._reported():
                result: T = await self._writer.submit(Job(fn, args, kw))
                return result
        finally:
            self._leave()

    async def read(self, fn: Callable[Concatenate[X, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """See `BaseStore.read`. Never waits for the writer."""
        await self._enter()
        try:
            with self._reported():
                result: T = await self._readers[0].submit(Job(fn, args, kw))
                return result
        finally:
            self._leave()

    async def tidy(self) -> None:
        """See `BaseStore.tidy`. Deleted rows are overwritten at once (`secure_delete`); here the WAL, which still has
        them as they were, is folded into the file and cut off."""
        await self._enter()
        try:
            await asyncio.to_thread(_cut_wal, self._writer.path)
        finally:
            self._leave()

    async def close(self) -> None:
        """See `BaseStore.close`. The last connection folds the WAL into the file. May be called again."""
        if self._closed:
            return
        self._closed = True
        await self._idle.wait()
        await asyncio.to_thread(self._stop)
        self._lock.release()

    def _stop(self) -> None:
        # The writer last: its checkpoint needs the file to itself.
        _end(self._readers)
        _end([self._writer])


def _cut_wal(path: Path) -> None:
    """On a connection of its own: it waits for the writer's transaction, and readers, to end."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _end(workers: Sequence[Worker[X]]) -> None:
    # They may share a queue: none is sure to end before all were told to.
    for worker in workers:
        worker.stop()
    for worker in workers:
        worker.join()


def _migrate(path: Path) -> None:
    from batonpass.store import migrate

    migrate.upgrade_sqlite(path)
