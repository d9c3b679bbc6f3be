"""What both engines share: the seam's outside, the count of calls under way, and the errors at opening."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection

from batonpass.domain.errors import StoreUnavailable
from batonpass.store.clock import Clock

X = TypeVar("X")
T = TypeVar("T")
P = ParamSpec("P")

log = structlog.get_logger(__name__)

REPORT_SECONDS = 1.0

MakeTx = Callable[[Connection, int], X]
"""Builds what a use case gets from an open transaction and its time: `make_tx(connection, now_ms)`."""


class StoreOpenError(Exception):
    """The store cannot be opened as it is. The message says why and is meant for the operator."""


class StoreTaken(Exception):
    """Another server has taken the database: this one has stopped. The message is meant for the operator."""


class BaseStore(Generic[X]):
    """The seam. A call is one transaction of a sync function `fn(tx, *args, **kw)`.

    `fn` may run more than once (a deadlock, a serialization failure), so it has no effects outside `tx`.
    What it raises rolls its transaction back and reaches the caller unchanged, except trouble of the
    database itself, which is `StoreUnavailable`: the same call may be sent again.

    `lost` is set when another server has the database: nothing is written any more, and this one has to stop.
    `shaken` is set when that cannot be ruled out for a while that is over: what is known of connections may be gone.
    """

    def __init__(self, make_tx: MakeTx[X], clock: Clock) -> None:
        self._make_tx = make_tx
        self._clock = clock
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._open = asyncio.Event()
        self._open.set()
        self._closed = False
        self._reported_at = float("-inf")
        self.lost = asyncio.Event()
        self.shaken = asyncio.Event()

    async def run(self, fn: Callable[Concatenate[X, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run `fn(tx, *args, **kw)` in one read-write transaction; return its result after the commit.

        Raises what `fn` raised, or StoreUnavailable. A cancelled caller's transaction may still commit.
        """
        raise NotImplementedError

    async def read(self, fn: Callable[Concatenate[X, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run `fn(tx, *args, **kw)` on one read-only snapshot, which holds every commit acknowledged before.

        Raises what `fn` raised, or StoreUnavailable. A write in it is an error of the database.
        """
        raise NotImplementedError

    async def tidy(self) -> None:
        """See that what was deleted is nowhere in the files any more, as far as the engine is ours to say so."""

    async def close(self) -> None:
        """Finish what was called, refuse what comes later (StoreUnavailable), and let the database go."""
        raise NotImplementedError

    @property
    def in_flight(self) -> int:
        """How many calls of `run` and `read` are under way: virtual time stands still while there are any."""
        return self._in_flight

    @property
    def clock_offset_ms(self) -> int:
        """What `advance` added up to; a test hands it to the next `open` to go on at the same time."""
        return self._clock.offset_ms

    async def advance(self, ms: int) -> None:
        """Move the clock ahead by `ms` milliseconds, between calls: only tests do.

        Waits for the calls under way to end; calls made meanwhile wait for the new time.
        """
        self._open.clear()
        try:
            await self._idle.wait()
            self._clock.advance(ms)
        finally:
            self._open.set()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Log what the database said when it does not answer, once a second at most: clients are not told."""
        try:
            yield
        except StoreUnavailable as error:
            now = asyncio.get_running_loop().time()
            if now - self._reported_at >= REPORT_SECONDS:
                self._reported_at = now
                log.warning("store_unavailable", detail=error.detail)
            raise

    async def _enter(self) -> None:
        """Count a call in; hold it back while the clock moves, refuse it once closed."""
        while not self._open.is_set():
            await self._open.wait()
        if self._closed:
            raise StoreUnavailable("the store is closed")
        if self.lost.is_set():
            raise StoreUnavailable("another server has the database")
        self._in_flight += 1
        self._idle.clear()

    def _leave(self) -> None:
        self._in_flight -= 1
        if not self._in_flight:
            self._idle.set()


async def open_store(url: str, make_tx: MakeTx[X], **options: Any) -> BaseStore[X]:
    """Open the store that `url` names: `sqlite:///path` (or a plain path) or `postgresql://...`.

    `options` are those of `SqliteStore.open` and `PostgresStore.open`. Raises StoreOpenError.
    """
    scheme, colon, rest = url.partition("://")
    if not colon or scheme == "sqlite":
        from batonpass.store.sqlite import SqliteStore

        return await SqliteStore.open(rest.removeprefix("/") if colon else url, make_tx, **options)
    if scheme.partition("+")[0] in ("postgres", "postgresql"):
        from batonpass.store.postgres import PostgresStore

        return await PostgresStore.open(url, make_tx, **options)
    raise StoreOpenError(f"unknown store {scheme}://: use sqlite:///path or postgresql://user@host/name")
