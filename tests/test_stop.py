"""A server that is told to stop stops, whatever happens at that moment."""

import asyncio
from pathlib import Path

from batonpass.tasks import spawn
from tests.blackbox import raw
from tests.support.server import Workspace
from tests.support.stores import Place
from tests.support.until import until


async def test_the_runner_of_due_work_is_woken_and_stopped_at_once(place: Place, tmp_path: Path) -> None:
    workspace = await Workspace(tmp_path, place).prepare()
    async with workspace.running() as running:
        waits = asyncio.Event()
        woken = running.board.wake.wait

        async def wait() -> bool:
            waits.set()
            return await woken()

        running.board.wake.wait = wait  # type: ignore[method-assign, assignment]
        runner = spawn(running.runner.run(), name="another-runner")
        await waits.wait()
        running.board.wake.set()
        runner.cancel()
        await until(runner.done)


async def test_a_server_stops_under_its_clients(place: Place, tmp_path: Path) -> None:
    workspace = await Workspace(tmp_path, place).prepare()
    async with workspace.running() as running:
        clients = [await raw.agent(running.url, key).connect() for key in workspace.keys.values()]
    for client in clients:
        assert await client.goes() == "shutdown"
        assert client.close_code == 1001
        await client.close()


async def test_a_stop_does_not_wait_for_what_is_told_later(place: Place, tmp_path: Path) -> None:
    """Customers who wait hear of their places once a second at most; a stop does not wait for the next time."""
    workspace = await Workspace(tmp_path, place).prepare()
    async with workspace.running() as running, raw.customer(running.url) as customer:
        started = await customer.good("conversation.start", {"client_id": "s"})
        position = await customer.event("queue.position")
        assert position["conversation_id"] == started["conversation_id"]
        assert position["data"]["position"] == 1
        begun = asyncio.get_running_loop().time()
        await running.stop()
        assert asyncio.get_running_loop().time() - begun < 0.5
