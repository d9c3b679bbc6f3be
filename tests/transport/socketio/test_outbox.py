"""Turns and what waits for them: much for one client, over a link that takes its time."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from batonpass import tasks
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Reply
from batonpass.transport.socketio.outbox import Make
from batonpass.transport.socketio.packets import Frame, event_frame
from tests.support.until import until
from tests.transport.socketio.served import NS, Served, served

PAGE = "x" * 100_000
LIMIT = 200_000


def page(n: int) -> list[Frame]:
    return [event_frame(NS, "page", (n, PAGE))]


def made(n: int, looks: list[int] | None = None) -> Make:
    async def make() -> Sequence[Frame]:
        if looks is not None:
            looks.append(n)
        return page(n)

    return make


async def stuffed(server: Served) -> Connection:
    """A client that does not read, and before which there is no room any more."""
    await server.deaf()
    conn = server.joined[-1]
    while conn.socket.has_room:
        conn.socket.push(page(0)[0])
    return conn


async def test_much_that_is_told_at_once_arrives_in_order() -> None:
    got: list[int] = []
    async with served(outgoing_max_bytes=LIMIT) as server:
        client = await server.client()
        client.on("page", lambda n, _text: got.append(n), namespace=NS)
        for n in range(100):
            server.joined[0].tell(page(n), made(n))
        await until(lambda: len(got) == 100)
        assert server.counts.get("closed.slow_reader") is None
    assert got == list(range(100))


async def test_turns_of_many_handlers_go_one_after_the_other() -> None:
    async def handler(conn: Connection, payload: Any) -> Reply:
        async with conn.turn():
            await asyncio.sleep(0)
            conn.emit("page", payload["n"], PAGE)
        return Reply()

    got: list[int] = []
    async with served(outgoing_max_bytes=LIMIT) as server:
        server.ns.on("read", handler, key=lambda _conn, payload: payload["n"])
        client = await server.client()
        client.on("page", lambda n, _text: got.append(n), namespace=NS)
        asked = [client.call("read", {"n": n}, namespace=NS) for n in range(60)]
        assert all(answer["ok"] for answer in await asyncio.gather(*asked))
        await until(lambda: len(got) == 60)
    assert sorted(got) == list(range(60))


async def test_what_waits_is_not_made_before_its_turn_and_others_are_told() -> None:
    looks: list[int] = []
    async with served() as server:
        deaf = await stuffed(server)
        raw = await server.raw()
        for n in range(50):
            for conn in server.joined:
                conn.tell([event_frame(NS, "news", (n,))], made(n))
                conn.tell(page(n), made(n, looks if conn is deaf else None))
        for n in range(50):
            assert await raw.receive() == f'42{NS},["news",{n}]'
            assert (await raw.receive()).startswith(f'42{NS},["page",{n},')
        assert looks == []
        assert not deaf.closed


async def test_too_much_that_waits_drops_the_client() -> None:
    async with served(outgoing_max_packets=50) as server:
        deaf = await stuffed(server)
        for n in range(51):
            deaf.tell(page(n), made(n))
        assert server.counts["closed.slow_reader"] == 1
        await until(lambda: server.gone)


@pytest.mark.parametrize("answers_pings", [True, False])
async def test_a_client_that_takes_nothing_in_its_turn_is_dropped(*, answers_pings: bool) -> None:
    async with served() as server:
        deaf = await stuffed(server)
        server.sio.eio.ping_interval = server.sio.eio.ping_timeout = 0.05
        if answers_pings:
            # It may guess when they come.
            deaf.socket._timer.cancel()
        else:
            deaf.socket._ping()
        turn = tasks.spawn(_in_turn(deaf), name="test-turn")
        await asyncio.wait_for(turn, 5)
        reason = "slow_reader" if answers_pings else "ping_timeout"
        assert server.counts[f"closed.{reason}"] == 1


async def _in_turn(conn: Connection) -> None:
    async with conn.turn():
        assert conn.closed


async def test_a_ping_may_wait_behind_a_packet_that_is_being_read() -> None:
    async with served() as server:
        deaf = await stuffed(server)
        socket = deaf.socket
        socket._ping()
        server.sio.eio.ping_timeout = 1_000
        socket._written += 1  # as if it had taken a byte
        socket._unanswered()
        assert not socket.closed
        socket._unanswered()
        assert server.counts["closed.ping_timeout"] == 1
