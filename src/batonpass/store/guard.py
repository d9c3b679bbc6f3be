"""One server at a time on one PostgreSQL database, until connections and pushes are shared between nodes: a second
one would forget the first one's connections at its start.

An advisory lock, in a session of its own. It goes with the session, however that ends: a restart of PostgreSQL, a
failover, an idle cut. So the session is looked after, and the lock taken again; whoever finds that another server
has it meanwhile must not serve on.
"""

import asyncio
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from batonpass import tasks
from batonpass.store.engine import StoreOpenError

log = structlog.get_logger(__name__)

# Any number that nobody else takes in this database.
ALONE_KEY = 7_216_041
ALONE_ATTEMPTS = 50
ALONE_PAUSE_SECONDS = 0.1
AGAIN_ATTEMPTS = 10
LOOK_SECONDS = 0.5
ANSWER_SECONDS = 10.0

TROUBLE = (SQLAlchemyError, OSError, TimeoutError)

_WHO = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = {} AND backend_start = '{}'"


class Guard:
    """Holds the lock, and keeps holding it. `lost` is set when another server has it, `shaken` whenever it was taken
    again: in between another server may have come and gone.
    """

    def __init__(self, engine: AsyncEngine, *, lost: asyncio.Event, shaken: asyncio.Event) -> None:
        self._engine = engine
        self._lost = lost
        self._shaken = shaken
        self._session: AsyncConnection | None = None
        self._who: tuple[int, datetime] | None = None
        self._watch: asyncio.Task[None] | None = None

    async def take(self) -> None:
        """Take the lock, and look after it from now on. Raises StoreOpenError when another server has it."""
        # A server that was just killed may still be in the database's list.
        if not await self._take(ALONE_ATTEMPTS):
            raise StoreOpenError("the database is in use by another server; one database serves one")
        self._watch = tasks.spawn(self._look_after(), name="store-guard")

    async def let_go(self) -> None:
        """Give the lock back."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
        await self._end_session()

    async def _take(self, attempts: int) -> bool:
        connection = await self._engine.connect()
        self._session = await connection.execution_options(isolation_level="AUTOCOMMIT")
        before = self._who
        found: Any = (await self._session.exec_driver_sql(_WHO)).one()
        self._who = found.pid, found.backend_start
        if before is not None:
            # Cut off from us it may live on, with our lock, until the database notices.
            await self._session.exec_driver_sql(_END.format(*before))
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(ALONE_PAUSE_SECONDS)
            taken = await self._session.exec_driver_sql(f"SELECT pg_try_advisory_lock({ALONE_KEY})")
            if taken.scalar_one():
                return True
        return False

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if await self._holds():
                continue
            log.warning("store_guard_lost", means="the session that holds the database for this server ended")
            if not await self._take_again():
                log.critical("store_taken", means="another server has the database; this one must not go on")
                self._lost.set()
                return
            log.warning("store_guard_taken_again")
            self._shaken.set()

    async def _holds(self) -> bool:
        """Whether the session that took the lock is still there. A new one in its place would not have it."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                assert self._session is not None, "it is looked after only once it is there"
                found = (await self._session.exec_driver_sql(_WHO)).one()
        except TROUBLE:
            return False
        return tuple(found) == self._who

    async def _take_again(self) -> bool:
        """As soon as the database answers; False when another server has it."""
        who = self._who
        while True:
            await self._end_session()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    return await self._take(AGAIN_ATTEMPTS)
            except TROUBLE:
                self._who = who
                await asyncio.sleep(LOOK_SECONDS)

    async def _end_session(self) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        try:
            # Not back into the pool: it may hold the lock, or be dead.
            await session.invalidate()
            await session.close()
        except TROUBLE:
            log.info("store_guard_session_gone")
