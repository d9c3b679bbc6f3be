"""The conformance kit, against a service of the test's own."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from aiohttp import web
from my_summarizer import MySummarizer

from batonpass.testing import summarizer_conformance


async def answer(request: web.Request) -> web.Response:
    """What the service says; put yours in its place, or one that goes wrong."""
    turns = (await request.json())["turns"]
    return web.Response(text=f"The customer wrote {'a few' if len(turns) < 9 else 'many'} messages.")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The service, in a thread: each check of the kit asks from an event loop of its own."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), [""]

    async def start() -> web.AppRunner:
        app = web.Application(client_max_size=8 * 1024**2)
        app.router.add_post("/summary", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        found[0] = f"http://127.0.0.1:{runner.addresses[0][1]}/summary"
        return runner

    def serve() -> None:
        runner = loop.run_until_complete(start())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    ready.wait(10)
    yield found[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.mark.parametrize("name", [check.name for check in summarizer_conformance(MySummarizer)])
def test_conformance(name: str, url: str) -> None:
    def make() -> MySummarizer:
        plugin = MySummarizer()
        plugin.configure({"url": url})
        return plugin

    {check.name: check for check in summarizer_conformance(make)}[name]()
