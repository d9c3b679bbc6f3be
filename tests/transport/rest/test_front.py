"""Anonymous sessions over HTTP: who counts as one address when they are limited."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from batonpass.app.outcome import Env
from batonpass.app.switchboard import Switchboard
from batonpass.domain.rules import Rules
from batonpass.domain.words import Words
from batonpass.store.engine import open_store
from batonpass.store.tx import Tx
from batonpass.transport import rest
from batonpass.transport.rest import SESSIONS
from batonpass.transport.socketio.limits import Rate

Client = TestClient[web.Request, web.Application]
ONE_A_DAY = Rate(per_second=1 / 86_400, burst=1)


@asynccontextmanager
async def serving(folder: Path, trusted_proxies: int) -> AsyncIterator[Client]:
    """The routes over a real store; each address may have one session."""
    store = await open_store(f"sqlite:///{folder / 'rest.sqlite3'}", Tx)
    try:
        board = Switchboard(store, Env(Rules(), Words()))
        app = web.Application()
        limits = rest.Limits(customers=ONE_A_DAY)
        rest.mount(app, rest.House(board), rest.Options((), trusted_proxies, limits))
        async with TestClient(TestServer(app)) as client:
            yield client
    finally:
        await store.close()


async def status(client: Client, forwarded: str) -> int:
    async with client.post(SESSIONS, json={}, headers={"X-Forwarded-For": forwarded}) as answer:
        return answer.status


@pytest.mark.parametrize(
    "trusted,second,expected",
    [
        (0, "203.0.113.2", 429),  # without a proxy the header is the client's own word
        (1, "203.0.113.2", 201),
        (1, "203.0.113.1", 429),
        (1, "198.51.100.7, 203.0.113.1", 429),  # what stands before the proxy's own line is not believed
    ],
)
async def test_sessions_are_limited_by_the_address_the_outermost_proxy_saw(
    tmp_path: Path, trusted: int, second: str, expected: int
) -> None:
    async with serving(tmp_path, trusted) as client:
        assert await status(client, "203.0.113.1") == 201
        assert await status(client, second) == expected
