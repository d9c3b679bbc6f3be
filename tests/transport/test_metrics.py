"""`/metrics`: what is counted, how things stand, and who may read it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from batonpass.config import Config
from batonpass.config.models import Settings
from batonpass.domain.handoff import Kind
from batonpass.server import assemble
from batonpass.transport import metrics as room
from batonpass.transport.metrics import Metrics, Reading
from batonpass.transport.socketio.engine import make_server
from tests.handoffs.house import S, house, with_bot
from tests.support.stores import SqlitePlaces
from tests.support.world import World

Client = TestClient[web.Request, web.Application]


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FRESH_S", 0.0)


@pytest.fixture
async def world(sqlite_places: SqlitePlaces) -> AsyncIterator[World]:
    store = await (await sqlite_places.new()).open(frozen_clock=True)
    yield await house(store, "A", "R1")
    await store.close()


@asynccontextmanager
async def served(world: World, reading: Reading | None = None) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(Metrics(world.board, make_server(), world.recorder, reading).routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def read(client: Client, **how: Any) -> dict[str, float]:
    """Each sample by its name and labels."""
    async with client.get("/metrics", **how) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        families = text_string_to_metric_families(await answer.text())
        return {
            sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
            for family in families
            for sample in family.samples
        }


async def test_what_happens_and_how_things_stand(world: World) -> None:
    async with served(world) as client:
        talk = await with_bot(world)
        await world.wants_human(talk.customer, talk.id)
        await world.settle()
        await world.store.advance(7 * S)
        found = await read(client)
        assert found["batonpass_queue_waiting q1"] == 1
        assert found["batonpass_queue_oldest_wait_seconds q1"] == 7
        assert (found["batonpass_slots_used"], found["batonpass_slots"]) == (1, 2)
        assert found["batonpass_agents true representative available"] == 1
        assert found["batonpass_due_rows offer"] == 1
        assert found["batonpass_due_lag_seconds"] == 0
        assert found["batonpass_offers_made_total"] == 1
        assert found["batonpass_handoffs_total arrival completed"] == 1
        await world.store.advance(60 * S)
        assert (await read(client))["batonpass_due_lag_seconds"] == 37


async def test_a_hand_off_counts_once_and_refusals_by_their_code(world: World) -> None:
    async with served(world) as client:
        talk = await with_bot(world)
        stint = await talk.stint("A")
        await world.wants_human(talk.customer, talk.id)
        await world.settle()
        await talk.takes("R1")
        for _ in range(2):
            with pytest.raises(Exception, match="Not passed"):
                await world.asks("A", talk.id, stint.id, Kind.ESCALATION)
        found = await read(client)
        assert found["batonpass_handoffs_total escalation completed"] == 1
        assert found["batonpass_handoff_seconds_count escalation"] == 1
        assert found["batonpass_commands_refused_total stint_ended ask"] == 2
        assert found["batonpass_command_seconds_count accept"] == 1
        assert found["batonpass_conversations_held representative"] == 1
        # What was told reaches whom it is for all the same.
        assert world.recorder.told


async def test_work_that_nobody_announced_is_seen(world: World) -> None:
    async with served(world) as client:
        await world.store.run(_found)
        assert (await read(client))["batonpass_sweep_found_work_total"] == 3


def _found(tx: Any) -> None:
    tx.count_up("sweep_found_work", 3)


async def test_without_a_token_only_this_machine_reads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(world) as client:
        await read(client)
        for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            async with client.get("/metrics", headers={header: "127.0.0.1"}) as answer:
                assert answer.status == 403
        for address, status in (("10.1.2.3", 403), ("::1", 200), ("::ffff:127.0.0.1", 200), ("", 403)):
            monkeypatch.setattr(room, "client_address", lambda request, proxies, address=address: address)
            async with client.get("/metrics") as answer:
                assert (address, answer.status) == (address, status)
    async with served(world, Reading(trusted_proxies=1)) as client, client.get("/metrics") as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "headers,status",
    [
        ({"Host": "127.0.0.1:8080"}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:8080"}, 200),
        ({"Host": "chat.example.com"}, 403),  # a proxy on this machine that hands the name on
        ({"Host": "127.0.0.1.example.com"}, 403),  # and a name that leads a browser here
        ({"Host": ""}, 403),
        ({"Via": "1.1 proxy"}, 403),
        ({"X-Forwarded-Host": "chat.example.com"}, 403),
        ({"X-Forwarded-Proto": "https"}, 403),
    ],
)
async def test_a_proxy_on_this_machine_is_seen_by_more_than_whose_address_it_adds(
    world: World, headers: dict[str, str], status: int
) -> None:
    async with served(world) as client, client.get("/metrics", headers=headers) as answer:
        assert answer.status == status


async def test_a_proxy_that_speaks_as_nginx_does_by_itself_is_none_of_this_machine(world: World) -> None:
    """It names the address that it forwards to, adds nothing, and speaks HTTP/1.0."""
    async with served(world) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        writer.write(b"GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.0 403")


async def test_with_a_token_whoever_has_it_reads(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    async with served(world, Reading(place=f"file:{file}")) as client:
        said = {"Authorization": "Bearer s3cret"}
        for headers in ({}, said):  # there is no such file yet: nobody reads
            async with client.get("/metrics", headers=headers) as answer:
                assert answer.status == 403
        file.write_text("s3cret\n")
        await read(client, headers=said)
        for wrong in ("Bearer s3cre", "Bearer ", "Basic s3cret", "s3cret", "Bearer \udcff"):
            async with client.get(
                "/metrics", headers={"Authorization": wrong.encode("utf-8", "replace").decode()}
            ) as answer:
                assert answer.status == 403


async def test_the_server_has_it_unless_it_is_switched_off(sqlite_places: SqlitePlaces) -> None:
    for enabled in (True, False):
        tables = {
            "entry": [{"queue": "q"}],
            "queues": {"q": {"members": [{"agent": "r"}]}},
            "agents": {"r": {"kind": "representative"}},
            "metrics": {"enabled": enabled},
        }
        store = await (await sqlite_places.new()).open()
        running = assemble(Config(Settings.model_validate(tables), "here"), store)
        async with TestClient(TestServer(running.app)) as client, client.get("/metrics") as answer:
            assert answer.status == (200 if enabled else 404)
        await running.sockets.shutdown()
        await running.summarizers.close()
        await store.close()


async def test_it_asks_the_store_once_a_second_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "FRESH_S", 1.0)
    asked = 0
    real = room._how_it_stands

    def counted(tx: Any) -> Any:
        nonlocal asked
        asked += 1
        return real(tx)

    monkeypatch.setattr(room, "_how_it_stands", counted)
    async with served(world) as client:
        for _ in range(5):
            await read(client)
    assert asked == 1
