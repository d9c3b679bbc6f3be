"""What a start after a kill sets right: who went meanwhile is missed, and every clock begins anew (law 6)."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from batonpass.tasks import spawn
from tests.blackbox import raw
from tests.crash import verdict
from tests.crash.journeys import JOURNEYS, PATIENCE_S, Cast, Journey, talkative
from tests.crash.troubles import TROUBLES
from tests.support.server import ServerProcess, Workspace
from tests.support.stores import Place, Places, SqlitePlaces
from tests.support.until import until


async def stage(folder: Path, place: Place, timers: dict[str, float]) -> ServerProcess:
    """A server that runs."""
    server = ServerProcess(await Workspace(folder, place, timers).prepare())
    server.up()
    return server


@pytest.fixture
async def place(sqlite_places: SqlitePlaces) -> Place:
    return await sqlite_places.new()


async def test_an_agent_that_goes_while_the_server_is_down_is_missed(place: Place, tmp_path: Path) -> None:
    journey = TROUBLES["grace_over"]
    server = await stage(tmp_path, place, journey.timers)
    cast = Cast(server.url, server.keys)
    talkative(cast)
    try:
        async with cast:
            await cast.begins({})
            await server.kill()
            await cast.bots["triage"].stop()
            server.up()
            await cast.says("anybody there")
            chat = await cast.takes("rita")
            await cast.answers(chat, "rita", "settled now")
            await chat.resolve()
            await cast.closed()
            await cast.finishes(chat)
            await verdict.from_outside(cast, journey)
    finally:
        await server.down()


async def test_offers_and_turns_have_their_full_time_again(place: Place, tmp_path: Path) -> None:
    server = await stage(tmp_path, place, {"offer": 60, "turn": 40})
    cast = Cast(server.url, server.keys)
    talkative(cast)
    cast.bots["triage"].on_message(_never)
    try:
        async with cast:
            await cast.begins({})
            await cast.says("hang")
            await cast.bots["triage"].stop()
            await renewed(server, "triage", "turns", 40_000)
            await cast.customer.ask_for_human(client_id="human")
            await cast.offered("rita")
            await renewed(server, "rita", "offers", 60_000)
    finally:
        await server.down()


async def _never(*_: object) -> None:
    await asyncio.Event().wait()


async def renewed(server: ServerProcess, agent: str, what: str, whole_ms: int) -> None:
    """Kill and start; what was begun before counts from the start on."""
    await server.kill()
    started = time.time()
    server.up()
    found = await left(server, agent, what)
    assert whole_ms >= found >= whole_ms - (time.time() - started) * 1000


async def left(server: ServerProcess, agent: str, what: str) -> int:
    """How many milliseconds the agent's one open turn or offer has left."""
    await server.listens()
    async with raw.agent(server.url, server.keys[agent]) as client:
        snapshot = (await client.event("session.snapshot"))["data"]
        (only,) = snapshot[what]
        return int(only["ends_in_ms"])


async def killed_at_random(folder: Path, place: Place, journey: Journey, seed: int) -> None:
    """Play while the server is killed again and again, at moments that chance picks."""
    chance = random.Random(seed)
    server = await stage(folder, place, journey.timers)
    cast = Cast(server.url, server.keys)
    talkative(cast)

    async def kills() -> None:
        for _ in range(4):
            await asyncio.sleep(chance.uniform(0.05, 0.5))
            await server.kill()
            server.up()

    killing = spawn(kills(), name="kills")
    try:
        async with cast:
            await journey.play(cast)
            await until(killing.done, PATIENCE_S)
            killing.result()
            await server.listens()
            await verdict.from_outside(cast, journey)
        await verdict.agents_are_free(server.workspace)
    finally:
        killing.cancel()
        await server.down()
    assert cast.customer.conversation_id is not None
    async with server.workspace.opened() as store:
        await verdict.from_inside(store, cast.customer.conversation_id)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", JOURNEYS)
async def test_killed_at_random(name: str, seed: int, place: Place, tmp_path: Path) -> None:
    await killed_at_random(tmp_path, place, JOURNEYS[name], seed)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(100, 120))
@pytest.mark.parametrize("name", JOURNEYS)
async def test_killed_at_random_often(name: str, seed: int, places: Places, tmp_path: Path) -> None:
    await killed_at_random(tmp_path, await places.new(), JOURNEYS[name], seed)
