"""One server at a time on a database: what becomes of the first when a second one had it for a while."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from sqlalchemy import text

from batonpass.store.tx import Tx
from tests.blackbox import raw
from tests.store.steal import steal
from tests.support.server import Workspace
from tests.support.stores import Place, PostgresPlaces


def _forget(tx: Tx) -> None:
    """What a second server does when it starts."""
    tx.connection.execute(text("DELETE FROM connections"))


def _reachable(tx: Tx) -> list[str]:
    return tx.connected_agents()


async def test_agents_whose_connections_were_forgotten_are_offered_chats_again(
    place: Place, tmp_path: Path
) -> None:
    workspace = await Workspace(tmp_path, place).prepare()
    async with (
        workspace.running() as running,
        raw.agent(running.url, workspace.keys["rita"]) as rita,
        raw.customer(running.url) as customer,
    ):
        await rita.good("presence.set", {"presence": "available"})
        await running.store.run(_forget)
        await customer.good("conversation.start", {"client_id": "s"})
        await rita.event("offer.made")
        assert await running.store.read(_reachable) == ["rita"]
        await rita.close()
        await asyncio.sleep(0.5)  # two sweeps
        assert await running.store.read(_reachable) == []


@pytest.mark.postgres
async def test_a_server_whose_database_was_taken_stops_and_says_so(
    postgres_places: PostgresPlaces, tmp_path: Path
) -> None:
    place = await postgres_places.new()
    workspace = await Workspace(tmp_path, place).prepare()
    command = [sys.executable, "-m", "batonpass", "run", "--config", str(workspace.path)]
    server = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    assert server.stdout is not None
    assert (await server.stdout.readline()).startswith(b"Batonpass serves on")
    foreign = await steal(place)
    async with asyncio.timeout(20):
        _, said = await server.communicate()
    await foreign.close()
    assert server.returncode == 1
    assert b'"event": "store_taken"' in said
    assert b"another server has taken the database" in said
