"""Takes a PostgreSQL database away from the server that has it, as a second server would."""

import asyncio

import asyncpg

from batonpass.store.guard import ALONE_KEY
from tests.support.stores import Place

LOST = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks "
    "WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()"
)


async def steal(place: Place) -> asyncpg.Connection:
    """End the server's guarding session while another one waits for its lock; return that one."""
    thief, killer = await asyncpg.connect(place.url), await asyncpg.connect(place.url)
    await asyncio.gather(thief.execute(f"SELECT pg_advisory_lock({ALONE_KEY})"), _end(killer))
    return thief


async def _end(killer: asyncpg.Connection) -> None:
    await asyncio.sleep(0.2)  # the other one waits by then
    await killer.execute(LOST)
    await killer.close()
