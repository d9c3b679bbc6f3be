"""Webhooks over REST: supervisors see what was given up and send it again; nobody else sees anything."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from batonpass.app.outbox import Sending, Sent, lease_webhooks, settle_webhook
from batonpass.app.ports import AgentRow, Tx
from batonpass.domain.agents import AgentKind
from batonpass.server import add_key
from batonpass.transport.rest import webhooks
from batonpass.transport.rest.door import Rest
from batonpass.transport.rest.house import House, Options
from tests.app.test_outbox import a_talk, a_world, hook
from tests.support.stores import SqlitePlaces
from tests.support.world import World
from tests.transport.rest.test_door import Client, ask, bearer


def _boss(tx: Tx) -> None:
    tx.add_agent(AgentRow("sue", AgentKind.REPRESENTATIVE, "Sue", 1, (), supervisor=True))


@pytest.fixture
async def world(sqlite_places: SqlitePlaces) -> AsyncIterator[World]:
    store = await (await sqlite_places.new()).open()
    world = await a_world(store, hook(attempts=1))
    await store.run(_boss)
    yield world
    await store.close()


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    app = web.Application()
    Rest(House(world.board), Options(), [webhooks.routes]).mount(app)
    async with TestClient(TestServer(app)) as client:
        yield client


async def gave_up(world: World) -> list[str]:
    """Every delivery of one conversation is refused once, and so is dead; their ids, the newest first."""
    await a_talk(world)
    (delivery,) = await world.do(lease_webhooks, Sending((("crm", 1),)))
    ids = []
    while delivery is not None:
        ids.append(delivery.id)
        delivery = (await world.do(settle_webhook, Sent(delivery, 500, "refused"))).delivery
    return ids[::-1]


async def test_dead_letters_page_by_page_and_again(world: World, client: Client) -> None:
    ids = await gave_up(world)
    sue = bearer(await add_key(world.store, "sue"))
    status, found = await ask(client, "GET", "/webhooks", headers=sue)
    assert (status, found["webhooks"][0]["dead"]) == (200, len(ids))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"/webhook-deliveries?state=dead&limit=2{f'&cursor={cursor}' if cursor else ''}"
        status, page = await ask(client, "GET", path, headers=sue)
        assert status == 200
        seen += [one["delivery_id"] for one in page["deliveries"]]
        cursor = page.get("next")
    assert seen == ids
    status, one = await ask(client, "POST", "/webhook-replays", json={"delivery_id": ids[0]}, headers=sue)
    assert (status, one) == (200, {"replayed": 1})
    status, one = await ask(client, "POST", "/webhook-replays", json={"delivery_id": ids[0]}, headers=sue)
    assert (status, one["code"]) == (409, "delivery_pending")
    status, rest = await ask(client, "POST", "/webhook-replays", json={"endpoint": "crm"}, headers=sue)
    assert rest == {"replayed": len(ids) - 1}


async def test_others_are_refused_and_nonsense_too(world: World, client: Client) -> None:
    sue, rita = [bearer(await add_key(world.store, name)) for name in ("sue", "R1")]
    for path in ("/webhooks", "/webhook-deliveries"):
        assert (await ask(client, "GET", path))[0] == 401
        assert (await ask(client, "GET", path, headers=rita))[0] == 403
    for body in ({}, {"delivery_id": "m", "endpoint": "crm"}):
        assert (await ask(client, "POST", "/webhook-replays", json=body, headers=sue))[0] == 422
    for body in ({"delivery_id": "m"}, {"endpoint": "nobody"}):
        assert (await ask(client, "POST", "/webhook-replays", json=body, headers=sue))[0] == 404
