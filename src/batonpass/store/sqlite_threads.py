"""The threads of the SQLite engine: one that writes and commits for many callers, a few that read."""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Generic

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from batonpass.domain.errors import StoreUnavailable
from batonpass.store.clock import Clock
from batonpass.store.engine import MakeTx, X

# A batch ends when nobody waits, and at these bounds: none of its callers is answered before its commit.
BATCH_CALLERS = 256
BATCH_SECONDS = 0.010

BUSY_SECONDS = 5.0

Pragma = tuple[str, str, str | int]
"""A setting: its name, the value to set, and what SQLite must answer when asked for it."""

# The primary result codes of https://www.sqlite.org/rescode.html that say something about the machine and
# nothing about the statement.
_TROUBLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}


class Job:
    """One caller's function, and the future of its result on the caller's event loop."""

    __slots__ = ("args", "error", "fn", "future", "kw", "loop", "result")

    def __init__(self, fn: Callable[..., Any], args: tuple[Any, ...], kw: dict[str, Any]) -> None:
        self.fn = fn
        self.args = args
        self.kw = kw
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def attempt(self, tx: Any) -> None:
        """Run the function and keep what came of it, which nobody sees before the commit."""
        try:
            self.result = self.fn(tx, *self.args, **self.kw)
        except BaseException as error:  # noqa: BLE001 - all of them are the caller's
            self.error = unavailable(error) or error

    def settle(self) -> None:
        """Answer the caller, on its loop. One that was cancelled meanwhile hears nothing."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        elif isinstance(self.error, StopIteration):
            self.future.set_exception(RuntimeError("a store function raised StopIteration"))
        else:
            self.future.set_exception(self.error)


def unavailable(error: BaseException) -> StoreUnavailable | None:
    """Return the retryable error for trouble of the machine (disk, lock, memory), None for anything else."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(orig, sqlite3.Error):
        return None
    code = getattr(orig, "sqlite_errorcode", None)
    if code is None or code & 0xFF not in _TROUBLE:
        return None
    found = StoreUnavailable(f"SQLite: {orig} ({orig.sqlite_errorname})")
    found.__cause__ = error
    return found


def _lost(error: Exception) -> StoreUnavailable:
    if isinstance(error, StoreUnavailable):
        return StoreUnavailable(error.detail)
    # Not its words: they may quote what people wrote (law 11).
    return unavailable(error) or StoreUnavailable(f"SQLite: the transaction failed: {type(error).__name__}")


def answer(jobs: list[Job]) -> None:
    """Settle `jobs` in order, with one wake-up of their event loop (a store serves one at a time)."""
    try:
        jobs[0].loop.call_soon_threadsafe(_settle, jobs)
    except RuntimeError:
        # The loop is closed: nobody is left to answer.
        return


def _settle(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()


class Worker(Generic[X]):
    """A thread with one connection of its own, and the queue it serves until `stop`."""

    begin = "BEGIN"
    pragmas: ClassVar[tuple[Pragma, ...]] = (("query_only", "1", 1),)

    def __init__(self, path: Path, make_tx: MakeTx[X], clock: Clock, name: str) -> None:
        self.path = path
        self._make_tx = make_tx
        self._clock = clock
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._ready: Future[None] = Future()
        self._engine = self._make_engine()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._live, name=f"batonpass-{name}", daemon=True)

    def start(self) -> "Future[None]":
        """Start the thread; the future is done when its connection stands, or has the error."""
        self._thread.start()
        return self._ready

    def submit(self, job: Job) -> asyncio.Future[Any]:
        """Queue a job."""
        self._queue.put(job)
        return job.future

    def stop(self) -> None:
        """Let the thread end when it has served what is queued."""
        self._queue.put(None)

    def join(self) -> None:
        """Wait for the thread to end."""
        if self._thread.ident is not None:
            self._thread.join()

    def _live(self) -> None:
        try:
            self._connect()
        except BaseException as error:  # noqa: BLE001 - whoever opens the store hears it
            self._ready.set_exception(error)
            return
        self._ready.set_result(None)
        while (job := self._queue.get()) is not None:
            self._serve(job)
        self._disconnect()

    def _serve(self, job: Job) -> None:
        raise NotImplementedError

    def _tx(self, connection: Connection) -> X:
        # An embedded database has no clock but the machine's.
        return self._make_tx(connection, self._clock.now(time.time_ns() // 1_000_000))

    def _make_engine(self) -> Engine:
        engine = create_engine(
            "sqlite+pysqlite://",
            creator=self._open,
            poolclass=NullPool,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            # An error's text quotes the statement; what people wrote must not be in it (law 11).
            hide_parameters=True,
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(self.begin))
        return engine

    def _open(self) -> sqlite3.Connection:
        """Open a connection and make sure of its settings: a PRAGMA that does not take says nothing."""
        # Transactions are ours (isolation_level None), so that BEGIN IMMEDIATE and savepoints are possible.
        raw = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=512)
        try:
            for name, value, expected in self.pragmas:
                raw.execute(f"PRAGMA {name}={value}")
                (found,) = raw.execute(f"PRAGMA {name}").fetchone()
                if found != expected:
                    raise sqlite3.OperationalError(f"PRAGMA {name} is {found!r}, must be {expected!r}")
        except BaseException:
            raw.close()
            raise
        return raw

    def _connect(self) -> Connection:
        """Return the open connection, made anew after trouble."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (SQLAlchemyError, sqlite3.Error):
                # Already broken; closing was all that was left to do with it.
                return


class Reader(Worker[X], Generic[X]):
    """Serves reads, each on a snapshot of its own, on a connection that refuses to write."""

    @classmethod
    def pool(cls, count: int, path: Path, make_tx: MakeTx[X], clock: Clock) -> "list[Reader[X]]":
        """Return `count` readers that share the queue of the first."""
        readers = [cls(path, make_tx, clock, f"reader-{n}") for n in range(count)]
        for reader in readers[1:]:
            reader._queue = readers[0]._queue
        return readers

    def _serve(self, job: Job) -> None:
        if job.future.cancelled():
            return
        try:
            connection = self._connect()
            with connection.begin():
                job.attempt(self._tx(connection))
        except Exception as error:  # noqa: BLE001 - the thread must live
            job.error = unavailable(error) or error
            self._disconnect()
        answer([job])


class Writer(Worker[X], Generic[X]):
    """Serves writes: a batch of callers, a savepoint for each, one commit, then all the answers."""

    begin = "BEGIN IMMEDIATE"
    pragmas: ClassVar[tuple[Pragma, ...]] = (
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", 2),
        # What is deleted, or written anew, is overwritten: an erasure is one.
        ("secure_delete", "1", 1),
        ("foreign_keys", "1", 1),
        ("cache_size", "-32000", -32000),
    )

    def __init__(self, path: Path, make_tx: MakeTx[X], clock: Clock) -> None:
        super().__init__(path, make_tx, clock, "writer")

    def _serve(self, job: Job) -> None:
        batch: list[Job] = []
        try:
            self._batch(job, batch)
        except Exception as error:  # noqa: BLE001 - the thread must live
            # Not one caller keeps its result, nor its refusal: both may rest on what was rolled back.
            for failed in batch:
                failed.error = _lost(error)
            self._disconnect()
        answer(batch)

    def _batch(self, first: Job, batch: list[Job]) -> None:
        batch.append(first)
        with self._begin(batch) as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            deadline = time.monotonic() + BATCH_SECONDS
            self._savepoint(connection, raw, first)
            while len(batch) < BATCH_CALLERS and time.monotonic() < deadline and (job := self._next()):
                batch.append(job)
                self._savepoint(connection, raw, job)

    @contextmanager
    def _begin(self, batch: list[Job]) -> Iterator[Connection]:
        """One transaction. When it cannot begin, whoever waits fails now: each would wait as long again."""
        try:
            connection = self._connect()
            transaction = connection.begin()
        except Exception:
            batch.extend(iter(self._next, None))
            raise
        with transaction:
            yield connection

    def _next(self) -> Job | None:
        """Return the next caller that waits now, None when nobody does."""
        try:
            job = self._queue.get_nowait()
        except queue.Empty:
            return None
        if job is None:
            # `stop` was called: hand its mark back to the loop that looks for it.
            self._queue.put(None)
        return job

    def _savepoint(self, connection: Connection, raw: sqlite3.Connection, job: Job) -> None:
        """Run one caller; undo it alone when it fails. Raises when the whole transaction is gone."""
        if job.future.cancelled():
            job.error = asyncio.CancelledError()
            return
        raw.execute("SAVEPOINT caller")
        job.attempt(self._tx(connection))
        if not raw.in_transaction:
            # A full disk may end the transaction, savepoints and all; what came before is lost with it.
            raise StoreUnavailable("SQLite ended the transaction") from job.error
        if job.error is not None:
            raw.execute("ROLLBACK TO caller")
        raw.execute("RELEASE caller")
