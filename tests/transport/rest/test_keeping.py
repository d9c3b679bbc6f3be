"""Exports and erasures over HTTP, and by command."""

import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select
from typer.testing import CliRunner

from batonpass.app.keeping import Erase, erase_customer
from batonpass.app.once import Mark, once
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import AgentRow, Tx
from batonpass.app.ports_door import ApiKeyRow
from batonpass.cli.app import app
from batonpass.domain.agents import AgentKind
from batonpass.server import add_key
from batonpass.store import schema as s
from batonpass.store.tx import Tx as StoreTx
from batonpass.transport.auth import API_KEY_PREFIX, new_secret
from batonpass.transport.rest import keeping
from batonpass.transport.rest.door import Rest
from batonpass.transport.rest.house import House, Options
from tests.app.test_keeping import WORD, a_rich_talk, a_world, rows_with
from tests.support.stores import SqlitePlaces
from tests.support.world import World
from tests.transport.rest.test_door import Client, ask, bearer


def _boss(tx: Tx) -> None:
    tx.add_agent(AgentRow("sue", AgentKind.REPRESENTATIVE, "Sue", 1, (), supervisor=True))


def _admin(tx: Tx, hashed: str, prefix: str) -> None:
    tx.add_api_key(ApiKeyRow(hashed, "k1", "admin", "admin", prefix, tx.now))


def _acts(tx: StoreTx) -> list[tuple[str, str]]:
    return [(row["action"], row["ref"]) for row in tx.rows(select(s.audit.c.action, s.audit.c.ref))]


@pytest.fixture
async def world(sqlite_places: SqlitePlaces) -> AsyncIterator[World]:
    store = await (await sqlite_places.new()).open()
    world = await a_world(store)
    await store.run(_boss)
    yield world
    await store.close()


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    routes = web.Application()
    Rest(House(world.board), Options(), [keeping.routes]).mount(routes)
    async with TestClient(TestServer(routes)) as client:
        yield client


async def test_a_chat_is_exported_and_that_is_logged(world: World, client: Client) -> None:
    cid = await a_rich_talk(world, await world.customer())
    sue, rita = [bearer(await add_key(world.store, name)) for name in ("sue", "R1")]
    status, found = await ask(client, "GET", f"/conversations/{cid}/export", headers=sue)
    assert status == 200, found["detail"]
    assert found["conversation_id"] == cid
    assert [entry["seq"] for entry in found["timeline"]] == list(range(1, len(found["timeline"]) + 1))
    async with client.get(f"/api/v1/conversations/{cid}/export?format=text", headers=sue) as answer:
        assert answer.content_type == "text/plain"
        assert f"{WORD} was kind" in await answer.text()
    assert (await ask(client, "GET", f"/conversations/{cid}/export", headers=rita))[0] == 403
    assert (await ask(client, "GET", "/conversations/nothing/export", headers=sue))[0] == 404
    assert await world.store.read(_acts) == [("conversation.exported", cid)] * 2


async def test_an_admin_erases_the_customer_of_a_chat(world: World, client: Client) -> None:
    vera = await world.customer()
    cid = await a_rich_talk(world, vera)
    secret = new_secret(API_KEY_PREFIX)
    await world.store.run(_admin, secret.hash, secret.prefix)
    admin, sue = bearer(secret.text), bearer(await add_key(world.store, "sue"))
    assert (await ask(client, "POST", "/erasures", json={"conversation_id": cid}, headers=sue))[0] == 403
    for body in ({}, {"customer_id": vera, "conversation_id": cid}):
        assert (await ask(client, "POST", "/erasures", json=body, headers=admin))[0] == 422
    assert (await ask(client, "GET", f"/erasures/{vera}", headers=admin))[0] == 404
    status, begun = await ask(client, "POST", "/erasures", json={"conversation_id": cid}, headers=admin)
    assert (status, begun) == (202, {"customer_id": vera, "conversations_left": 1})
    await world.settle()
    status, done = await ask(client, "GET", f"/erasures/{vera}", headers=admin)
    assert (status, done["conversations_left"]) == (200, 0)
    assert await rows_with(world.store, WORD) == []
    assert ("customer.erased", vera) in await world.store.read(_acts)


def _said(shaped: dict[str, Any], _: object) -> dict[str, Any]:
    return shaped


async def test_an_answer_kept_for_a_retry_is_erased_too(world: World, client: Client) -> None:
    """What an agent was answered may hold the customer's words: a contact, a file's name, the reason of a hold."""
    vera = await world.customer()
    cid = await a_rich_talk(world, vera)
    body = {"contact": {"contact_id": "x", "conversation_id": cid, "email": f"{WORD}@example.org"}}

    def noop(tx: Tx, env: Env, command: None) -> Outcome:
        return Outcome()

    for mark, shaped in (
        (Mark("agent:R1", "k1", "d"), body),
        (Mark("agent:R1", "k2", "d", conversation_id=cid), {"name": WORD}),
        (Mark("agent:R1", "k3", "d"), {"conversation_id": cid, "name": WORD}),
        (Mark("agent:R1", "k4", "d"), {"conversation_id": "another", "name": "stays"}),
    ):
        await world.do(once(mark, noop, partial(_said, shaped)), None)
    assert "answered.answer" in await rows_with(world.store, WORD)
    await world.do(erase_customer, Erase(vera))
    await world.settle()
    assert await rows_with(world.store, WORD) == []
    assert await rows_with(world.store, "stays") == ["answered.answer"]


CONFIG = """
[store]
url = "{url}"
[[entry]]
queue = "q1"
[queues.q1]
members = [{{ agent = "R1" }}]
[agents.R1]
kind = "representative"
"""


@pytest.fixture
async def words_kept(tmp_path: Path, sqlite_places: SqlitePlaces) -> tuple[Path, str, Path]:
    """A configuration, a chat in its store, and the store's file."""
    place = await sqlite_places.new()
    store = await place.open()
    world = await a_world(store)
    cid = await a_rich_talk(world, await world.customer())
    await store.close()
    path = tmp_path / "batonpass.toml"
    path.write_text(CONFIG.format(url=place.url))
    return path, cid, Path(place.url.removeprefix("sqlite:///"))


def test_the_command_erases_without_a_server(
    words_kept: tuple[Path, str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batonpass.server.LOOK_S", 0.01)
    config, cid, file = words_kept
    assert WORD.encode() in file.read_bytes()
    asked = ["erase", "--conversation", cid, "--config", str(config)]
    refused = CliRunner().invoke(app, asked, input="n\n")
    assert refused.exit_code == 1
    assert WORD.encode() in file.read_bytes()
    done = CliRunner().invoke(app, [*asked, "--yes", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["conversations"] == 1
    assert WORD.encode() not in file.read_bytes()
    for wrong in (["erase", "nobody", "--yes"], ["erase", "--yes"]):
        assert CliRunner().invoke(app, [*wrong, "--config", str(config)]).exit_code == 2
