"""The PostgreSQL engine: the same sync functions, each on a pooled asyncpg connection of its own."""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import orjson
import structlog
from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from batonpass.domain.errors import StoreUnavailable
from batonpass.store.clock import Clock
from batonpass.store.engine import BaseStore, MakeTx, StoreOpenError, X
from batonpass.store.guard import Guard

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

POOL_SIZE = 16
POOL_SECONDS = 10.0
CONNECT_SECONDS = 10.0

ATTEMPTS = 5
BACKOFF_SECONDS = 0.005

# Settings of each of our sessions, over the server's. Times in milliseconds.
SETTINGS = {
    "application_name": "batonpass",
    "synchronous_commit": "on",
    "statement_timeout": "15000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "30000",
    "timezone": "UTC",
    "jit": "off",
}

# SQLSTATEs, from the appendix "PostgreSQL Error Codes".
_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_TROUBLE = {"57014", "57P01", "57P02", "57P03", "57P05", "25P03"}  # timeouts and shutdowns
_TROUBLE_CLASSES = ("08", "53", "58")  # connection, resources (disk full too), system


class PostgresStore(BaseStore[X], Generic[X]):
    """The `Store` over one PostgreSQL database, owned by one server at a time.

    Writes are READ COMMITTED: use cases lock what they decide on. Reads see one snapshot (REPEATABLE READ).
    `tx.now` is read as the transaction begins: one that then waits for a lock may find rows a little newer.
    """

    def __init__(self, engine: AsyncEngine, make_tx: MakeTx[X], clock: Clock) -> None:
        super().__init__(make_tx, clock)
        self._engine = engine
        self._guard = Guard(engine, lost=self.lost, shaken=self.shaken)
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @classmethod
    async def open(
        cls,
        url: str,
        make_tx: MakeTx[X],
        *,
        clock_offset_ms: int = 0,
        frozen_clock: bool = False,
        migrate: bool = True,
        beside: bool = False,
        pool_size: int = POOL_SIZE,
        settings: Mapping[str, str] | None = None,
        durable: bool = True,
    ) -> "PostgresStore[X]":
        """Connect to the database at `url` (postgresql://user:password@host/name), migrated to the newest.

        `settings` go over SETTINGS. `frozen_clock` is for tests: time moves by `advance` only. `beside` is for
        commands that look, or add a key, while a server has the database.
        Raises StoreOpenError when it cannot be reached, when another server has it, when a newer version wrote
        it, or when commits would not wait for the disk and `durable` was asked for.
        """
        target = parse(url)
        engine = _engine(target, pool_size + 1, {**SETTINGS, **(settings or {})})
        store = cls(engine, make_tx, Clock(clock_offset_ms, frozen=frozen_clock))
        try:
            async with asyncio.timeout(CONNECT_SECONDS * 2):
                await store._probe(durable)
            if not beside:
                await store._guard.take()
            if migrate:
                await store._migrate()
        except (OSError, TimeoutError, SQLAlchemyError) as error:
            await store._let_go()
            where = target.set(drivername="postgresql").render_as_string(hide_password=True)
            raise StoreOpenError(f"cannot use PostgreSQL at {where}: {_words(error)}") from error
        except BaseException:
            await store._let_go()
            raise
        return store

    async def _probe(self, durable: bool) -> None:
        async with self._engine.connect() as connection:
            shown = {
                name: (await connection.exec_driver_sql(f"SHOW {name}")).scalar_one()
                for name in ("synchronous_commit", "fsync")
            }
        if durable and shown["synchronous_commit"] not in ("on", "remote_apply"):
            raise StoreOpenError(
                f"PostgreSQL's synchronous_commit is {shown['synchronous_commit']!r}, must be 'on': "
                "an acknowledged message has to survive a crash"
            )
        if durable and shown["fsync"] != "on":
            log.warning("postgres_without_fsync", means="a power cut can lose acknowledged messages")

    async def _migrate(self) -> None:
        from batonpass.store import migrate

        async with self._engine.begin() as connection:
            await connection.run_sync(migrate.upgrade_postgres)

    async def run(self, fn: Callable[Concatenate[X, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """See `BaseStore.run`. Deadlocks and locks that do not come are tried again, up to ATTEMPTS times."""
        await self._enter()
        try:
            with self._reported(), _translated():
                return await self._retried(fn, args, kw)
        finally:
            self._leave()

    async def read(self, fn: Callable[Concatenate[X, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """See `BaseStore.read`."""
        await self._enter()
        try:
            with self._reported(), _translated():
                return await self._transaction(self._reading, fn, args, kw)
        finally:
            self._leave()

    async def _retried(self, fn: Callable[..., T], args: tuple[Any, ...], kw: dict[str, Any]) -> T:
        attempt = 1
        while True:
            try:
                return await self._transaction(self._engine, fn, args, kw)
            except DBAPIError as error:
                if _sqlstate(error) not in _AGAIN or attempt == ATTEMPTS:
                    raise
            # Chance, so that two that met do not meet again.
            await asyncio.sleep(random.uniform(0, BACKOFF_SECONDS * 2**attempt))
            attempt += 1

    async def _transaction(
        self, engine: AsyncEngine, fn: Callable[..., T], args: tuple[Any, ...], kw: dict[str, Any]
    ) -> T:
        def inside(connection: Connection) -> T:
            return fn(self._make_tx(connection, self._now(connection)), *args, **kw)

        async with engine.begin() as connection:
            return await connection.run_sync(inside)

    def _now(self, connection: Connection) -> int:
        # The time of this statement: now() would be the transaction's, from before it waited for anything.
        reading = connection.exec_driver_sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        return self._clock.now(reading.scalar_one())

    async def close(self) -> None:
        """See `BaseStore.close`. May be called again."""
        if self._closed:
            return
        self._closed = True
        await self._idle.wait()
        await self._let_go()

    async def _let_go(self) -> None:
        await self._guard.let_go()
        await self._engine.dispose()


def parse(url: str) -> URL:
    """Return the URL as SQLAlchemy wants it; `postgres://` and `sslmode=` mean what they mean to libpq.

    Raises StoreOpenError, without the URL's text, since it may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreOpenError("not a URL: expected postgresql://user:password@host:port/name") from error
    if parsed.drivername not in ("postgres", "postgresql", "postgresql+asyncpg"):
        raise StoreOpenError(f"not a URL of PostgreSQL: {parsed.drivername}://")
    query = dict(parsed.query)
    if "sslmode" in query:
        query["ssl"] = query.pop("sslmode")
    if "password" in query:
        # Where it stands in the query nothing would hide it.
        parsed = parsed.set(password=str(query.pop("password")))
    return parsed.set(drivername="postgresql+asyncpg", query=query)


def _engine(target: URL, pool_size: int, settings: Mapping[str, str]) -> AsyncEngine:
    return create_async_engine(
        target,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        isolation_level="READ COMMITTED",
        # An error's text quotes the statement; what people wrote must not be in it (law 11).
        hide_parameters=True,
        connect_args={
            "server_settings": dict(settings),
            "timeout": CONNECT_SECONDS,
            # More than the use cases have, so that no statement is planned twice.
            "prepared_statement_cache_size": 512,
        },
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        found = unavailable(error)
        if found is None:
            raise
        raise found from error


def unavailable(error: BaseException) -> StoreUnavailable | None:
    """Return the retryable error for trouble of the server or the way to it, None for anything else."""
    if isinstance(error, DBAPIError):
        state = _sqlstate(error)
        known = state in _TROUBLE or state in _AGAIN or state.startswith(_TROUBLE_CLASSES)
        lost = error.connection_invalidated or (isinstance(error, InterfaceError) and not state)
        if not (known or lost):
            return None
    elif not isinstance(error, OSError | TimeoutError | PoolTimeout):
        return None
    return StoreUnavailable(f"PostgreSQL: {_words(error)}")


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _words(error: BaseException) -> str:
    """The first line of what the driver said. SQLAlchemy's own text would quote the statement's values."""
    said = str(getattr(error, "orig", None) or error) or type(error).__name__
    return said.splitlines()[0]
