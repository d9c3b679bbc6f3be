"""A dial that is given up leaves nothing open."""

import asyncio
import gc
import warnings

import pytest
from aiohttp import web

from batonpass.client.connection import Connection, Timing
from tests.support.until import until


@pytest.mark.parametrize("patience", [0.05, 30.0], ids=["out of patience", "stopped"])
async def test_a_server_that_takes_the_socket_and_says_nothing(patience: float) -> None:
    dials: list[web.WebSocketResponse] = []
    ended = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        dials.append(ws)
        await ended.wait()
        return ws

    app = web.Application()
    app.router.add_get("/socket.io/", silent)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ResourceWarning)
            await _give_up_dialling(runner.addresses[0][1], dials, patience)
            for _ in range(10):  # what waits for the loop lets go of it
                await asyncio.sleep(0)
                gc.collect()
        assert [str(warning.message) for warning in caught if "Unclosed" in str(warning.message)] == []
    finally:
        ended.set()
        await runner.cleanup()


async def _give_up_dialling(port: int, dials: list[web.WebSocketResponse], patience: float) -> None:
    timing = Timing(connect=patience, backoff_first=0.01, backoff_most=0.01)
    connection = Connection(
        f"http://127.0.0.1:{port}",
        "/agent",
        {},
        on_snapshot=lambda data: None,
        on_event=lambda event, envelope: None,
        timing=timing,
    )
    starting = asyncio.gather(connection.start(), return_exceptions=True)
    await until(lambda: len(dials) >= (3 if patience < 1 else 1))
    await connection.stop()
    await starting
