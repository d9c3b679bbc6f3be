"""Reports over REST: for supervisors alone, with the same figures as the use case's."""

import csv
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from batonpass.app.ports import AgentRow, Tx
from batonpass.domain.agents import AgentKind
from batonpass.protocol.insights import InsightsReport
from batonpass.server import add_key
from batonpass.transport.rest import insights
from batonpass.transport.rest.door import Rest
from batonpass.transport.rest.house import House, Options
from tests.app.test_insights import escalated
from tests.handoffs.house import house
from tests.support.stores import SqlitePlaces
from tests.support.world import World
from tests.transport.rest.test_door import Client, ask, bearer


def _boss(tx: Tx) -> None:
    tx.add_agent(AgentRow("sue", AgentKind.REPRESENTATIVE, "Sue", 1, (), supervisor=True))


@pytest.fixture
async def world(sqlite_places: SqlitePlaces) -> AsyncIterator[World]:
    store = await (await sqlite_places.new()).open(frozen_clock=True)
    world = await house(store, "A", "R1")
    await store.run(_boss)
    yield world
    await store.close()


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    app = web.Application()
    Rest(House(world.board), Options(), [insights.routes]).mount(app)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_supervisor_reads_the_figures(world: World, client: Client) -> None:
    await escalated(world)
    sue = bearer(await add_key(world.store, "sue"))
    status, found = await ask(client, "GET", "/insights?by=hour,agent", headers=sue)
    assert status == 200
    InsightsReport.model_validate(found)
    assert found["total"]["waits"]["person"]["mean_s"] == 7.0
    assert [(group["agent"], group["chats"]) for group in found["groups"]] == [("A", None), ("R1", None)]
    async with client.get("/api/v1/insights.csv?table=handoffs", headers=sue) as answer:
        assert (answer.status, answer.content_type) == (200, "text/csv")
        lines = list(csv.DictReader((await answer.text()).splitlines()))
    assert {(line["kind"], line["count"]) for line in lines} == {("arrival", "1"), ("escalation", "1")}


async def test_nobody_else_does(world: World, client: Client) -> None:
    for headers in ({}, bearer(await add_key(world.store, "R1")), bearer(await add_key(world.store, "A"))):
        for path in ("/insights", "/insights.csv"):
            status, _ = await ask(client, "GET", path, headers=headers)
            assert status in (401, 403)


@pytest.mark.parametrize(
    "query",
    [
        "by=colour",
        "by=day,hour",
        "zone=Mars",
        "zone=..%2F..%2Fetc",
        "since=yesterday",
        "since=2026-01-01T00:00:00",
        "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
        "since=0001-01-01T00:00:00Z",
        "until=9999-12-31T23:59:59-23:00",
        "since=2020-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
        "what=else",
        "by=day%00",
    ],
)
async def test_a_bad_question_is_the_callers_fault(world: World, client: Client, query: str) -> None:
    sue = bearer(await add_key(world.store, "sue"))
    status, found = await ask(client, "GET", f"/insights?{query}", headers=sue)
    assert (status, query) in ((422, query), (400, query)), found
