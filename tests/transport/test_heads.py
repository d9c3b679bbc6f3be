"""Who opens a connection and never says what for is let go; who asks slowly, or listens, is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from batonpass import tasks
from batonpass.server import start_server
from batonpass.transport import heads
from tests.support.configured import config_of
from tests.support.stores import SqlitePlaces
from tests.support.until import until


@asynccontextmanager
async def serving(head_s: float) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A server whose one page answers when it is told to."""
    answer = asyncio.Event()

    async def page(request: web.Request) -> web.Response:
        await answer.wait()
        return web.Response(text="here")

    app = web.Application()
    app.router.add_get("/", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server = runner.server
    assert server is not None
    job = tasks.spawn(heads.watch(lambda: server.connections, head_s, 0.02), name="heads")
    try:
        yield runner.addresses[0][1], answer
    finally:
        job.cancel()
        await runner.cleanup()


async def test_a_head_that_does_not_end_is_not_waited_for() -> None:
    async with serving(0.2) as (port, answer):
        slow, talking = await asyncio.open_connection("127.0.0.1", port), asyncio.get_running_loop()
        asked = await asyncio.open_connection("127.0.0.1", port)
        asked[1].write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        began = talking.time()
        slow[1].write(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert await asyncio.wait_for(slow[0].read(), 10) == b"", "it is closed without an answer"
        assert talking.time() - began >= 0.2
        answer.set()
        assert (await asyncio.wait_for(asked[0].readuntil(b"here"), 10)).startswith(b"HTTP/1.1 200")
        for _, writer in (slow, asked):
            writer.close()


async def test_the_server_watches_for_them(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    running = await start_server(config_of(tmp_path), port=0, store_url=(await sqlite_places.new()).url)
    try:
        await until(lambda: any(job.get_name() == "heads" for job in running.jobs))
    finally:
        await running.stop()
