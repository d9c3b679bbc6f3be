import asyncio
import gzip
import json
import socket
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Limits, Reply
from batonpass.transport.socketio.limits import Rate
from tests.support.until import until

from .served import NS, Raw, Served, served

NO_RATE = Limits(rate=None)


def echo(n: int, ack_id: int | str = "") -> str:
    return f'42{NS},{ack_id}["echo",{{"n":{n}}}]'


async def sound(server: Served) -> None:
    """The server still serves: the check after every attack."""
    client = await server.client()
    assert (await client.call("echo", {"n": 1}, namespace=NS))["ok"]
    await client.disconnect()


# ------------------------------------------------------------------------- long-polling bodies


async def split_post(server: Served, sid_url: str, pieces: list[bytes], seen: list[Any]) -> bytes:
    """POST a body in pieces over bare TCP, each sent once the one before has surely been read alone."""
    path = sid_url.removeprefix(server.url)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {sum(map(len, pieces))}\r\n\r\n"
    writer.write(head.encode() + pieces[0])
    await writer.drain()
    for piece in pieces[1:]:
        # Another request, answered in full: by now the server has read what we sent before.
        await sound(server)
        assert not seen
        writer.write(piece)
        await writer.drain()
    answer = await reader.readuntil(b"\r\n")
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_body_split_over_tcp_arrives_whole() -> None:
    seen: list[Any] = []

    async def handler(_conn: Connection, payload: Any) -> Reply:
        seen.append(payload)
        return Reply()

    async with served() as server:
        server.ns.on("say", handler)
        polling = await server.polling()
        body = f'42{NS},1["say",{{"text":"{"x" * 300}"}}]'.encode()
        answer = await split_post(server, polling.url, [body[:100], body[100:200], body[200:]], seen)
        assert b"200 OK" in answer
        assert seen == [{"text": "x" * 300}]
        assert await polling.receive() == f'43{NS},1[{{"ok":true}}]'


async def test_large_chunked_and_compressed_bodies_arrive_whole() -> None:
    async with served() as server:
        polling = await server.polling()
        text = "é" * 200_000
        packet = f'42{NS},1["echo",{{"text":"{text}"}}]'.encode()

        async def chunks() -> Any:
            for start in range(0, len(packet), 7001):
                yield packet[start : start + 7001]

        for body, headers in (
            (packet, {}),
            (chunks(), {}),
            (gzip.compress(packet), {"Content-Encoding": "gzip"}),
        ):
            assert await polling.post(body, headers=headers) == 200
            answer = await polling.receive()
            assert json.loads(answer[answer.index("[") :])[0]["echo"] == {"text": text}


async def test_many_packets_in_one_body_are_all_taken_in_order() -> None:
    seen: list[int] = []

    async def handler(_conn: Connection, payload: Any) -> Reply:
        seen.append(payload["n"])
        return Reply()

    async with served(limits=NO_RATE, lanes=False) as server:
        server.ns.on("say", handler)
        polling = await server.polling()
        body = "\x1e".join(f'42{NS},["say",{{"n":{n}}}]' for n in range(100))
        assert await polling.post(body) == 200
        await until(lambda: len(seen) == 100)
    assert seen == list(range(100))


async def test_a_body_that_is_too_large_is_refused_and_counted() -> None:
    async with served(max_message_bytes=50_000) as server:
        polling = await server.polling()
        assert await polling.post(b"4" * 50_001) == 400
        assert server.counts["closed.too_large"] == 1
        assert await polling.poll() == 400
        await sound(server)


async def test_a_body_that_is_no_text_is_refused_and_counted() -> None:
    async with served() as server:
        polling = await server.polling()
        assert await polling.post(b"42\xff\xfe") == 400
        assert server.counts["closed.malformed"] == 1
        await sound(server)


async def test_a_body_that_breaks_off_ends_the_connection() -> None:
    async with served() as server:
        polling = await server.polling()
        path = polling.url.removeprefix(server.url)
        _reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n42".encode())
        await writer.drain()
        await sound(server)
        writer.close()
        await until(lambda: server.counts.get("closed.transport_error") == 1)
        await until(lambda: len(server.gone) == 2)
        await sound(server)


# With names: the packed bytes hold the time, and two workers would collect two different tests.
@pytest.mark.parametrize("body", [b"no gzip", gzip.compress(b"4" * 60_000)], ids=["nonsense", "too much"])
async def test_a_body_that_unpacks_to_nonsense_or_too_much_ends_the_connection(body: bytes) -> None:
    async with served(max_message_bytes=50_000) as server:
        polling = await server.polling()
        assert await polling.post(body, headers={"Content-Encoding": "gzip"}) == 400
        await until(lambda: server.gone)
        await sound(server)


async def test_two_posts_at_once_are_against_the_protocol() -> None:
    gate = asyncio.Event()

    async def handler(_conn: Connection, _payload: Any) -> Reply:
        await gate.wait()
        return Reply()

    async with served(lanes=False) as server:
        server.ns.on("slow", handler)
        polling = await server.polling()
        first = asyncio.create_task(polling.post(f'42{NS},["slow",{{}}]'))  # noqa: TID251 - a client
        await until(lambda: server.joined[0].socket._posting)
        assert await polling.post(echo(1)) == 400
        gate.set()
        assert await first == 200
        assert server.counts["closed.malformed"] == 1


async def test_two_polls_at_once_are_against_the_protocol() -> None:
    async with served() as server:
        polling = await server.polling()
        first = asyncio.create_task(polling.poll())  # noqa: TID251 - a client of the test
        conn = server.joined[0]
        await until(lambda: conn.socket._poller is not None)
        assert await polling.poll() == 400
        assert await first == 200
        await until(lambda: server.gone)


# ------------------------------------------------------------------------------- hostile frames


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "x",
        "9",
        "6",
        "2",
        "5",
        "3",
        "4",
        "47",
        f"42{NS},",
        f"42{NS},{{}}",
        f"42{NS},[]",
        f"42{NS},[1]",
        '42["echo",{}]',
        f"40{NS},",
        "40/nowhere,",
        f'43{NS},1["x"]',
        f"44{NS},",
        f"4511-{NS},[]",
        f"42{NS},x",
    ],
)
async def test_packets_that_make_no_sense_close_the_connection_after_some(packet: str) -> None:
    async with served(max_malformed=3) as server:
        raw = await server.raw()
        await raw.send(*[packet] * 3, echo(1, 1))
        assert (await raw.answer())["ok"]
        await raw.send(packet)
        assert await raw.closed() in {1000, 1008}
        closed = [name for name in server.counts if name.startswith("closed.")]
        assert closed in (["closed.malformed"], ["closed.refused"])
        await until(lambda: server.gone)
        await sound(server)


async def test_binary_frames_without_an_event_count_and_those_of_a_refused_event_do_not() -> None:
    async with served(max_malformed=2) as server:
        raw = await server.raw()
        await raw.send(f'452-{NS},1["echo",{{"_placeholder":true,"num":0}}]')
        assert (await raw.answer())["error"]["code"] == "binary_refused"
        await raw.ws.send_bytes(b"one")
        await raw.ws.send_bytes(b"two")
        await raw.send(echo(1, 2))
        assert (await raw.answer())["ok"]
        await raw.ws.send_bytes(b"three")
        await raw.ws.send_bytes(b"four")
        assert await raw.closed() == 1008
        await sound(server)


PIECES = [
    "42",
    "40",
    "41",
    "43",
    "451-",
    "46",
    "/room",
    "/nowhere",
    ",",
    "?",
    "-",
    "1",
    "99999999999999999999",
]
PIECES += [
    '["echo",{}]',
    '["echo"',
    "[]",
    "{}",
    "null",
    '"',
    "\\ud800",
    "\\u0000",
    "\x00",
    "\x1e",
    "é😀",
    "1e400",
    "[" * 2_000,
]


@pytest.mark.parametrize("seed", range(5))
async def test_nonsense_never_reaches_anything_that_fails(seed: int) -> None:
    random = Random(seed)
    nonsense = ["".join(random.choices(PIECES, k=random.randint(1, 6))) for _ in range(400)]
    nonsense = [packet for packet in nonsense if "1" not in packet.split("\x1e")]  # that one says goodbye
    async with served(max_malformed=10**6, limits=NO_RATE) as server:
        raw, polling = await server.raw(), await server.polling()
        with capture_logs() as logs:
            for packet in nonsense:
                await raw.send(packet)
            await raw.send("41/room,", "40/room,", echo(1, 77))
            while not (packet := await raw.receive()).startswith(f"43{NS},77["):
                assert packet
            assert await polling.post("\x1e".join(nonsense)) == 200
        assert [entry for entry in logs if entry["event"].endswith("_failed")] == []
        await sound(server)


async def test_more_attachments_than_any_event_has_are_not_waited_for() -> None:
    async with served() as server:
        raw = await server.raw()
        await raw.send(f"4511-{NS},1[]")
        await raw.ws.send_bytes(b"one of eleven")
        await raw.send(echo(1, 2))
        assert (await raw.answer())["ok"]
        assert server.counts == {"malformed": 2}


async def test_a_stock_client_that_sends_bytes_is_told() -> None:
    async with served() as server:
        for transport in ("websocket", "polling"):
            client = await server.client(transport)
            answer = await client.call("echo", {"data": b"\x00\x01", "more": b"\x02"}, namespace=NS)
            assert answer["error"]["code"] == "binary_refused"
            assert (await client.call("echo", {"n": 1}, namespace=NS))["ok"]


async def test_ten_megabytes_close_the_connection_and_nothing_else() -> None:
    async with served() as server:
        raw, other = await server.raw(), await server.raw()
        with suppress(ConnectionError):  # the server does not read to the end
            await raw.send(f'42{NS},1["echo",{{"text":"{"x" * 10_000_000}"}}]')
        await until(lambda: server.counts.get("closed.too_large") == 1)
        await until(lambda: server.gone)
        assert server.gone[0][1] == "too_large"
        await other.send(echo(1, 1))
        assert (await other.answer())["ok"]


async def test_text_frames_that_are_no_utf8_close_the_connection() -> None:
    async with served() as server:
        raw = await server.raw()
        assert raw.ws._writer is not None
        await raw.ws._writer.send_frame(b"42\xff\xfe", 1)
        assert await raw.closed() == 1007
        await until(lambda: server.counts.get("closed.malformed") == 1)
        await sound(server)


@pytest.mark.parametrize("size", [125, 126, 127, 65535, 65536, 300_000])
async def test_packets_of_every_length_arrive(size: int) -> None:
    async with served() as server:
        raw = await server.raw()
        text = "x" * (size - len(f'42{NS},["big",""]'))
        server.sio.push(NS, "all", "big", text)
        packet = await raw.receive()
    assert (len(packet), packet) == (size, f'42{NS},["big","{text}"]')


# --------------------------------------------------------------------------------- slow readers


async def test_a_client_that_does_not_read_is_dropped_while_others_are_served() -> None:
    async with served(outgoing_max_bytes=200_000) as server:
        await server.deaf()
        raw = await server.raw()
        packets = 0
        while "closed.slow_reader" not in server.counts:
            assert server.sio.push(NS, "all", "news", "x" * 50_000) == 2
            packets += 1
            assert await raw.receive() == f'42{NS},["news","{"x" * 50_000}"]'
            assert packets < 2_000
        await until(lambda: server.gone)
        assert server.gone[0][1] == "slow_reader"
        assert server.sio.push(NS, "all", "news", "last") == 1
        assert await raw.receive() == f'42{NS},["news","last"]'


@pytest.mark.parametrize("limit", [{"outgoing_max_packets": 50}, {"outgoing_max_bytes": 5_000}])
async def test_a_client_that_does_not_poll_is_dropped(limit: dict[str, Any]) -> None:
    async with served(**limit) as server:
        polling = await server.polling()
        sent = 0
        while "closed.slow_reader" not in server.counts:
            server.sio.push(NS, "all", "news", "x" * 100)
            sent += 1
        assert 40 <= sent <= 60
        await until(lambda: server.gone)
        assert await polling.poll() == 400


async def test_a_client_that_asks_and_never_reads_is_dropped() -> None:
    async with served(outgoing_max_bytes=100_000, limits=NO_RATE) as server:
        deaf = await server.deaf()
        loop = asyncio.get_running_loop()
        packet = f'42{NS},1["echo",{{"text":"{"x" * 30_000}"}}]'.encode()
        frame = b"\x81\xfe" + len(packet).to_bytes(2, "big") + bytes(4) + packet
        for _ in range(2_000):
            try:
                await loop.sock_sendall(deaf, frame)
            except ConnectionError:
                break
        await until(lambda: server.counts.get("closed.slow_reader") == 1)
        await sound(server)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_handler_that_drains_may_send_more_than_the_bound(transport: str) -> None:
    async def handler(conn: Connection, _payload: Any) -> Reply:
        for n in range(100):
            conn.emit("page", n, "x" * 50_000)
            await conn.drain()
        return Reply()

    got: list[int] = []
    async with served(outgoing_max_bytes=200_000) as server:
        server.ns.on("read", handler)
        client = await server.client(transport)
        client.on("page", lambda n, _text: got.append(n), namespace=NS)
        assert (await client.call("read", {}, namespace=NS))["ok"]
        await until(lambda: len(got) == 100)
    assert got == list(range(100))


@pytest.mark.parametrize("deaf", [True, False])
async def test_draining_ends_with_the_connection(deaf: bool) -> None:
    async with served() as server:
        await (server.deaf() if deaf else server.polling())
        conn = server.joined[0]
        server.sio.push(NS, "all", "news", "x" * 100_000)
        while (transport := conn.socket._transport) and transport.get_write_buffer_size() < 500_000:
            server.sio.push(NS, "all", "news", "x" * 100_000)
        draining = asyncio.create_task(conn.drain())  # noqa: TID251 - a handler's
        await asyncio.sleep(0)
        assert not draining.done()
        conn.socket.kill("ping_timeout")
        await asyncio.wait_for(draining, 5)


# ---------------------------------------------------------------------------------------- pings


async def test_a_silent_client_is_closed_and_one_that_answers_is_not() -> None:
    async with served() as server:
        await server.raw()
        client = await server.client()
        silent, live = (conn.socket for conn in server.joined)
        live._ping()
        await until(lambda: not live._pinged)
        loop = asyncio.get_running_loop()
        assert 20 < live._timer.when() - loop.time() <= 25  # until the next ping
        server.sio.eio.ping_timeout = 0.05
        silent._ping()
        await until(lambda: server.gone)
        assert (server.gone[0][1], server.counts["closed.ping_timeout"]) == ("ping_timeout", 1)
        assert (await client.call("echo", {}, namespace=NS))["ok"]
        assert len(server.gone) == 1


async def test_long_polling_is_pinged_too() -> None:
    async with served(ping_interval_ms=1_000) as server:
        polling = await server.polling()
        assert await polling.receive() == "2"
        server.sio.eio.ping_interval = server.sio.eio.ping_timeout = 0.05
        assert await polling.post("3") == 200
        assert await polling.receive() == "2"
        await until(lambda: server.gone)
        assert server.counts["closed.ping_timeout"] == 1


async def test_a_client_that_joins_nothing_is_closed_after_an_interval() -> None:
    async with served(ping_interval_ms=50) as server:
        raw = await server.raw(join=False)
        assert await raw.closed() == 1000
        assert server.counts["closed.not_joined"] == 1


@pytest.mark.parametrize("opens", [True, False])
async def test_a_handler_at_work_excuses_a_late_pong_for_a_while(opens: bool) -> None:
    gate = asyncio.Event()

    async def handler(_conn: Connection, _payload: Any) -> Reply:
        await gate.wait()
        return Reply()

    async with served(lanes=False) as server:
        server.ns.on("slow", handler)
        raw = await server.raw()
        await raw.send(f'42{NS},1["slow",{{}}]')
        sock = server.joined[0].socket
        await until(lambda: sock._handling)
        sock._ping()
        for _ in range(2):
            sock._unanswered()  # what the timer calls when no pong came
        assert not sock.closed
        if opens:
            await raw.send("3")
            gate.set()
            assert (await raw.answer())["ok"]
            await until(lambda: sock._late_pings == 0)
        else:
            sock._unanswered()
            assert server.counts["closed.stuck_handler"] == 1
            gate.set()


# -------------------------------------------------------------------------------------- upgrade


async def test_changing_to_a_websocket_loses_and_reorders_nothing() -> None:
    got: list[int] = []
    async with served(limits=NO_RATE) as server:
        client = await server.client(joined=False)
        client.on("news", got.append, namespace=NS)
        connecting = asyncio.create_task(  # noqa: TID251 - a client of the test
            client.connect(server.url, namespaces=[NS])
        )
        await until(lambda: server.joined and server.joined[0].joined)
        conn = server.joined[0]
        sent = 0
        while not conn.socket.upgraded or sent < 50:
            server.sio.push(NS, "all", "news", sent)
            sent += 1
            await asyncio.sleep(0)
        await connecting
        assert (await client.call("echo", {}, namespace=NS))["ok"]
        assert client.transport() == "websocket"
        await until(lambda: len(got) >= sent)
    assert got == list(range(sent))


async def upgrade(server: Served, url: str) -> Raw:
    return Raw(await server.http.ws_connect(url.replace("transport=polling", "transport=websocket")))


async def test_a_failed_change_leaves_polling_as_it_was() -> None:
    async with served() as server:
        polling = await server.polling()
        ws = await upgrade(server, polling.url)
        await ws.send("nonsense")
        assert await ws.receive() == ""
        assert await polling.post(echo(1, 1)) == 200
        assert (await polling.receive()).startswith(f"43{NS},1[")
        assert not server.gone


async def test_a_second_change_is_refused() -> None:
    async with served() as server:
        polling = await server.polling()
        first = await upgrade(server, polling.url)
        await first.send("2probe")
        assert await first.receive() == "3probe"
        status = await server.http.get(
            polling.url.replace("polling", "websocket"),
            headers={"Connection": "Upgrade", "Upgrade": "websocket"},
        )
        assert (status.status, (await status.json())["code"]) == (400, "malformed")
        await first.send("5", echo(1, 1))
        assert (await first.answer())["ok"]
        assert await polling.poll() == 400


async def test_a_client_that_closes_is_gone_at_once() -> None:
    async with served() as server:
        raw, polling = await server.raw(), await server.polling()
        await raw.send("1")
        await polling.post("1")
        await until(lambda: len(server.gone) == 2)
        assert {reason for _, reason in server.gone} == {"client_disconnect"}
        assert not server.sio.eio.sockets
        assert not server.sio.connections
        assert server.sio.manager.rooms == {NS: {}}


async def test_a_fault_of_ours_closes_one_connection() -> None:
    async with served(limits=Limits(rate=Rate(per_second=1, burst=5))) as server:

        def key(_conn: Connection, _payload: Any) -> Any:
            return []  # cannot be hashed: fails behind the dispatcher's own checks

        server.ns.on("odd", server._echo, key=key)
        raw = await server.raw()
        await raw.send(f'42{NS},1["odd",{{}}]')
        assert await raw.closed() == 1011
        await sound(server)
