"""Rooms, pushes, joining and leaving, seen from clients."""

import asyncio
import json
from typing import Any

import pytest

from batonpass.domain.errors import BatonpassError
from batonpass.transport.socketio.connection import After, Connection
from batonpass.transport.socketio.dispatch import Dispatcher, Reply
from batonpass.transport.socketio.engine import Server
from tests.support.until import until

from .served import NS, Raw, served


async def barrier(raw: Raw) -> list[str]:
    """Everything the client was sent before its own echo came back."""
    await raw.send(f'42{NS},77["echo",{{}}]')
    packets = []
    while not (packet := await raw.receive()).startswith(f"43{NS},77["):
        packets.append(packet)
    return packets


async def test_a_push_reaches_the_room_but_not_the_rest() -> None:
    async with served() as server:
        one, two, three = [await server.raw() for _ in range(3)]
        first, second, third = server.joined
        first.enter("some")
        second.enter("some")
        assert server.sio.push(NS, "some", "a", 1) == 2
        assert server.sio.push(NS, "some", "b", 2, skip=first.sid) == 1
        assert server.sio.push(NS, third.sid, "c", {"d": [None]}) == 1
        assert server.sio.push(NS, None, "d") == 3
        assert server.sio.push(NS, "nobody", "e") == 0
        assert server.sio.push("/nowhere", "some", "e") == 0
        second.leave("some")
        second.leave("some")
        await server.sio.emit("f", {"n": 1}, room="some", namespace=NS)
        await server.sio.emit("g", ("n", 1), room=["some", third.sid], namespace=NS, skip_sid=first.sid)
        got = [await barrier(raw) for raw in (one, two, three)]
    assert got[0] == [f'42{NS},["a",1]', f'42{NS},["d"]', f'42{NS},["f",{{"n":1}}]']
    assert got[1] == [f'42{NS},["a",1]', f'42{NS},["b",2]', f'42{NS},["d"]']
    assert got[2] == [f'42{NS},["c",{{"d":[null]}}]', f'42{NS},["d"]', f'42{NS},["g","n",1]']


async def test_the_librarys_own_helpers_see_the_rooms() -> None:
    async with served() as server:
        await server.raw()
        conn = server.joined[0]
        await server.sio.enter_room(conn.sid, "there", namespace=NS)
        assert set(server.sio.rooms(conn.sid, NS)) == {"all", "there", conn.sid}
        assert list(server.sio.manager.get_participants(NS, ["there", "all"])) == [
            (conn.sid, conn.socket.sid)
        ]
        assert server.sio.manager.sid_from_eio_sid(conn.socket.sid, NS) == conn.sid
        assert server.sio.transport(conn.sid, NS) == "websocket"
        await server.sio.leave_room(conn.sid, "there", namespace=NS)
        assert set(server.sio.rooms(conn.sid, NS)) == {"all", conn.sid}
        await server.sio.close_room("all", namespace=NS)
        assert server.sio.rooms(conn.sid, NS) == [conn.sid]
        with pytest.raises(ValueError):
            server.sio.manager.basic_enter_room("unknown", NS, "there")
        with pytest.raises(NotImplementedError):
            await server.sio.emit("e", {}, namespace=NS, callback=print)


async def test_what_cannot_be_encoded_raises_at_the_sender_and_harms_nobody() -> None:
    async with served() as server:
        raw = await server.raw()
        with pytest.raises(TypeError):
            server.sio.push(NS, "all", "bad", object())
        server.sio.push(NS, "all", "half", "\ud800")
        assert await barrier(raw) == [f'42{NS},["half","\\ud800"]']


class Arriving:
    """A namespace whose clients are let in slowly, with a snapshot."""

    def __init__(self, sio: Server) -> None:
        self.sio = sio
        self.conns: list[Connection] = []
        self.reading, self.gone = asyncio.Event(), list[str]()
        Dispatcher(sio, domain_error=BatonpassError).namespace(
            "/slow", on_connect=self.connect, on_disconnect=self.disconnect
        )

    async def connect(self, conn: Connection, _auth: Any) -> After:
        conn.enter("live")
        conn.session = "let in"
        self.conns.append(conn)
        conn.emit("early", {})
        await self.reading.wait()

        async def after() -> None:
            self.sio.push("/slow", "live", "meanwhile", 2)
            await asyncio.sleep(0)
            conn.emit("snapshot", {})

        return after

    async def disconnect(self, conn: Connection, reason: str) -> None:
        assert conn.session == "let in"
        self.gone.append(reason)


async def test_the_snapshot_comes_first_and_nothing_pushed_meanwhile_is_lost() -> None:
    async with served() as server:
        slow = Arriving(server.sio)
        raw = await server.raw(join=False)
        await raw.send("40/slow,")
        await until(lambda: slow.conns)
        server.sio.push("/slow", "live", "meanwhile", 1)
        slow.reading.set()
        packets = [await raw.receive() for _ in range(5)]
        server.sio.push("/slow", "live", "live", 3)
        packets.append(await raw.receive())
    assert packets[0].startswith('40/slow,{"sid":')
    assert packets[1:] == [
        f"42/slow,{json.dumps(event, separators=(',', ':'))}"
        for event in (["snapshot", {}], ["early", {}], ["meanwhile", 1], ["meanwhile", 2], ["live", 3])
    ]


async def test_a_client_that_goes_while_it_is_let_in_is_reported_once() -> None:
    async with served() as server:
        slow = Arriving(server.sio)
        polling = await server.polling()
        joining = asyncio.create_task(polling.post("40/slow,"))  # noqa: TID251 - a client of the test
        await until(lambda: slow.conns)
        slow.conns[0].socket.kill("ping_timeout")
        await until(lambda: server.gone)
        assert slow.conns[0].closed
        slow.reading.set()
        await until(lambda: slow.gone)
        await joining
        assert slow.gone == ["transport_close"]
        assert not server.sio.connections


async def test_events_of_a_client_that_is_not_in_yet_are_not_handled() -> None:
    async with served() as server:
        slow = Arriving(server.sio)
        polling = await server.polling()
        joining = asyncio.create_task(polling.post("40/slow,"))  # noqa: TID251 - a client of the test
        await until(lambda: slow.conns)
        ws = Raw(await server.http.ws_connect(polling.url.replace("=polling", "=websocket")))
        await ws.send("2probe", "5", '42/slow,1["echo",{}]')
        await until(lambda: server.counts.get("malformed") == 1)
        slow.reading.set()
        assert await joining == 200
        assert not [packet for packet in await barrier(ws) if packet.startswith("43/slow")]


async def test_a_snapshot_that_fails_closes_the_connection_so_that_the_client_comes_back() -> None:
    async with served() as server:

        async def on_connect(_conn: Connection, _auth: Any) -> After:
            return lambda: 1 // 0  # type: ignore[return-value]  # it never returns

        Dispatcher(server.sio, domain_error=BatonpassError).namespace("/broken", on_connect=on_connect)
        raw = await server.raw()
        assert (await raw.join("/broken")).startswith("40/broken,")
        assert await raw.closed() == 1011
        await until(lambda: server.gone)


async def test_more_than_may_wait_while_joining_drops_the_client() -> None:
    async with served(outgoing_max_packets=10) as server:
        slow = Arriving(server.sio)
        raw = await server.raw(join=False)
        await raw.send("40/slow,")
        await until(lambda: slow.conns)
        for n in range(11):
            server.sio.push("/slow", "live", "meanwhile", n)
        assert server.counts["closed.slow_reader"] == 1
        slow.reading.set()
        await until(lambda: slow.gone)


@pytest.mark.parametrize("auth, got", [("", None), ("null", None), ('{"token":"t"}', {"token": "t"})])
async def test_auth_is_handed_on(auth: str, got: Any) -> None:
    async with served() as server:
        raw = await server.raw(join=False)
        await raw.send(f"40{NS},{auth}")
        assert (await raw.receive()).startswith(f"40{NS},")
        assert server.auths == [got]


@pytest.mark.parametrize("auth", ["{", "[1]", "17[]", '"token"', '{"token":"\\ud800"}'])
async def test_auth_that_is_no_object_is_refused(auth: str) -> None:
    async with served() as server:
        raw = await server.raw(join=False)
        await raw.send(f"40{NS},{auth}")
        answer = json.loads((await raw.receive()).removeprefix(f"44{NS},"))
        assert answer["message"] == answer["data"]["code"] == "bad_request"
        assert not server.auths


async def test_one_connection_may_be_in_several_namespaces_and_leave_one() -> None:
    async with served() as server:
        slow = Arriving(server.sio)
        slow.reading.set()
        raw = await server.raw()
        assert (await raw.join("/slow")).startswith("40/slow,")
        await raw.send("41/slow,")
        await until(lambda: slow.gone)
        assert slow.gone == ["client_disconnect"]
        assert server.sio.push("/slow", "live", "e") == 0
        assert server.sio.push(NS, "all", "still here") == 1
        await raw.send("41/slow,")  # twice is a mistake, and no more
        await raw.send("40/slow,")
        await until(lambda: len(slow.conns) == 2)


@pytest.mark.parametrize("how", ["kick", "disconnect"])
async def test_a_client_can_be_put_out(how: str) -> None:
    async with served() as server:
        raw = await server.raw()
        conn = server.joined[0]
        if how == "kick":
            conn.kick()
        else:
            await server.sio.disconnect(conn.sid, namespace=NS)
        await server.sio.disconnect("unknown", namespace=NS)
        conn.kick()
        conn.emit("too late")
        conn.answer("1", {})
        assert await raw.join() == f"41{NS},"
        assert (await raw.receive()).startswith(f"40{NS},")
        await until(lambda: server.gone)
        assert [(gone is conn, reason) for gone, reason in server.gone] == [(True, "server_disconnect")]
        with pytest.raises(ValueError):
            conn.enter("all")


async def test_a_hundred_clients_come_and_go_without_a_trace() -> None:
    async with served() as server:
        raws = [await server.raw() for _ in range(100)]
        assert server.sio.push(NS, "all", "hello") == 100
        for raw in raws:
            await raw.ws.close()
        await until(lambda: len(server.gone) == 100)
        await until(lambda: not server.sio._tasks)
        assert (server.sio.connections, server.sio.eio.sockets) == ({}, {})


async def test_handlers_at_work_are_waited_for_at_the_end() -> None:
    done: list[Any] = []
    gate = asyncio.Event()

    async def handler(_conn: Connection, payload: Any) -> Reply:
        await gate.wait()
        done.append(payload)
        return Reply()

    async with served() as server:
        server.ns.on("slow", handler)
        raw = await server.raw()
        await raw.send(f'42{NS},["slow",{{"n":1}}]')
        await until(lambda: server.joined[0].lanes is not None)
        asyncio.get_running_loop().call_later(0.05, gate.set)
    assert done == [{"n": 1}]
