"""schemathesis finds nothing: no fault of ours, nothing that the document does not say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from batonpass.app import leases
from batonpass.app.ports import Tx
from batonpass.app.ports_door import ApiKeyRow
from batonpass.server import Running
from batonpass.transport.auth import hash_of
from batonpass.transport.passwords import Passwords
from tests.support.server import NO_AFTERWORD, Workspace
from tests.support.stores import Place, SqlitePlaces
from tests.transport.rest.fuzz import Found, fuzz

STORE = '\n[config]\nsource = "store"\n'
ADMIN = "bpk_fuzz"


@asynccontextmanager
async def busy(
    folder: Path, place: Place
) -> AsyncIterator[tuple[Running, dict[str, str], dict[str, list[str]]]]:
    """A server with chats in it, a token for each role, and the ids of what there is."""
    workspace = await Workspace(folder, place, more=NO_AFTERWORD + STORE).prepare()
    async with workspace.running() as running:
        running.house.passwords = Passwords(cheap=True)
        await running.store.run(_admin)
        tokens = {"": "", "bot": workspace.keys["triage"], "agent": workspace.keys["rita"]}
        tokens |= {"supervisor": workspace.keys["sue"], "admin": ADMIN}
        for agent in ("triage", "rita", "rob", "sue"):
            await running.board.do_and_push(leases.take, leases.Lease(agent, 3_600_000))
        tokens["customer"], chats = await _chats(running)
        yield running, tokens, await running.store.read(_ids, chats)


async def _chats(running: Running) -> tuple[str, list[str]]:
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{running.url}/api/v1/customer-sessions") as answer:
            token = (await answer.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with http.post(f"{running.url}/api/v1/customer/conversations", headers=headers) as answer:
            return token, [(await answer.json())["conversation_id"]]


def _admin(tx: Tx) -> None:
    tx.add_api_key(ApiKeyRow(hash_of(ADMIN), "fuzz", "fuzz", "admin", "bpk_", tx.now))


def _ids(tx: Tx, chats: list[str]) -> dict[str, list[str]]:
    stints = [stint.id for chat in chats for stint in tx.all_stints_in(chat)]
    return {
        "conversation_id": chats,
        "stint_id": stints or ["none"],
        "handoff_id": [handoff.id for chat in chats for handoff in tx.all_handoffs_in(chat)],
        "agent_id": ["rita", "rob", "triage"],
        "queue": ["orders", "survey"],
        "queue_id": ["orders", "survey"],
        "name": ["notes", "orders", "rita"],
    }


async def found_in(folder: Path, place: Place, **how: Any) -> Found:
    async with busy(folder, place) as (running, tokens, ids):
        return await asyncio.to_thread(fuzz, running.url, tokens, ids, **how)


async def test_schemathesis_finds_nothing_at_a_glance(tmp_path: Path, sqlite_places: SqlitePlaces) -> None:
    found = await found_in(tmp_path, await sqlite_places.new(), each=1, step=10)
    assert found.broken == []
    assert found.statuses[200] + found.statuses[201] >= 3, found.statuses


@pytest.mark.prove
@pytest.mark.timeout(1200)
async def test_schemathesis_finds_nothing(tmp_path: Path, sqlite_places: SqlitePlaces) -> None:
    found = await found_in(tmp_path, await sqlite_places.new(), each=12)
    assert found.broken == []
    assert found.cases >= 2_000
    assert {200, 201, 401, 403, 404, 422} <= set(found.statuses), found.statuses
