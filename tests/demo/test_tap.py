"""The tap, between a real WebSocket client and a real server: it passes on, records, cuts and outlives."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError, web

from batonpass.demo.tap import Tap

PATH = "/socket.io/?EIO=4&transport=websocket"


class Upstream:
    """A server that answers `42...` with `43...`, twice, and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._sockets: set[web.WebSocketResponse] = set()

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/socket.io/", self._socket)
        app.router.add_post("/api/v1/customer-sessions", self._session)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for socket in list(self._sockets):
            await socket.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _session(self, request: web.Request) -> web.Response:
        return web.json_response({"token": "t", "asked": await request.json()}, status=201)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        async for message in socket:
            self.got.append(message.data)
            await socket.send_str("43" + message.data[2:])
            await socket.send_str("43again")
        self._sockets.discard(socket)
        return socket


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    server = Upstream()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def tap(upstream: Upstream, tmp_path: Path) -> AsyncIterator[Tap]:
    tap = Tap(tmp_path / "frames.jsonl", f"http://127.0.0.1:{upstream.port}")
    await tap.start()
    yield tap
    await tap.stop()


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def logged(tap: Tap, path: Path) -> list[dict[str, Any]]:
    """Stop the tap and return what it wrote."""
    await tap.stop()
    return [json.loads(line) for line in (path / "frames.jsonl").read_text().splitlines()]


def texts(lines: list[dict[str, Any]], what: str) -> list[str]:
    return [line["text"] for line in lines if line["what"] == what]


async def over(socket: ClientWebSocketResponse) -> None:
    """Wait until the connection has ended, whatever still comes."""
    while (await socket.receive()).type is WSMsgType.TEXT:
        pass
    assert socket.closed


async def test_frames_go_both_ways_and_into_the_log(tap: Tap, session: ClientSession, tmp_path: Path) -> None:
    async with session.ws_connect(tap.url + PATH) as socket:
        await socket.send_str("42hällo\n")
        assert await socket.receive_str() == "43hällo\n"
        assert await socket.receive_str() == "43again"
    lines = await logged(tap, tmp_path)
    assert [line["what"] for line in lines] == ["open", "up", "down", "down", "close"]
    assert texts(lines, "up") == ["42hällo\n"]
    assert texts(lines, "down") == ["43hällo\n", "43again"]
    assert lines[0]["path"] == PATH
    assert lines[-1]["by"] == "client"
    assert {line["conn"] for line in lines} == {1}
    assert [line["t"] for line in lines] == sorted(line["t"] for line in lines)


async def test_a_connection_is_found_by_its_token(tap: Tap, session: ClientSession) -> None:
    async with session.ws_connect(tap.url + PATH) as one, session.ws_connect(tap.url + PATH) as two:
        for socket, token in ((one, "key-one"), (two, "key-two")):
            await socket.send_str(f'40/agent,{{"token":"{token}"}}')
            await socket.receive_str()
        assert tap.connections("key-two") == [2]
        assert tap.connections("key-three") == []


async def test_a_cut_ends_the_connection_at_once(tap: Tap, session: ClientSession, tmp_path: Path) -> None:
    socket = await session.ws_connect(tap.url + PATH)
    assert tap.cut(1)
    assert not tap.cut(1)
    await over(socket)
    assert (await logged(tap, tmp_path))[-1]["by"] == "cut"


async def test_a_cut_can_lose_the_acknowledgement(
    tap: Tap, session: ClientSession, tmp_path: Path, upstream: Upstream
) -> None:
    """What the server stored, and the client must send again."""
    socket = await session.ws_connect(tap.url + PATH)
    tap.cut(1, "down", swallow=True)
    await socket.send_str("42stored")
    await over(socket)
    lines = await logged(tap, tmp_path)
    assert upstream.got == ["42stored"]
    assert texts(lines, "down") == []
    assert texts(lines, "swallowed") == ["43stored"]


async def test_a_cut_can_lose_the_send(
    tap: Tap, session: ClientSession, tmp_path: Path, upstream: Upstream
) -> None:
    socket = await session.ws_connect(tap.url + PATH)
    tap.cut(1, "up", swallow=True)
    await socket.send_str("2")
    await socket.receive_str()  # A ping is not worth losing.
    await socket.send_str("42never")
    await over(socket)
    lines = await logged(tap, tmp_path)
    assert upstream.got == ["2"]
    assert texts(lines, "up") == ["2"]
    assert texts(lines, "swallowed") == ["42never"]


async def test_a_cut_after_a_frame_passes_it_on(
    tap: Tap, session: ClientSession, tmp_path: Path, upstream: Upstream
) -> None:
    socket = await session.ws_connect(tap.url + PATH)
    tap.cut(1, "up")
    await socket.send_str("42last")
    await over(socket)
    lines = await logged(tap, tmp_path)
    assert texts(lines, "up") == ["42last"]
    assert texts(lines, "swallowed") == []
    await until(lambda: upstream.got == ["42last"])


async def test_a_lost_server_ends_its_connections_and_may_come_back(
    tap: Tap, session: ClientSession, tmp_path: Path, upstream: Upstream
) -> None:
    socket = await session.ws_connect(tap.url + PATH)
    await upstream.stop()
    await over(socket)
    with pytest.raises(WSServerHandshakeError) as refused:
        await session.ws_connect(tap.url + PATH)
    assert refused.value.status == 502
    assert (await session.post(tap.url + "/api/v1/customer-sessions", json={})).status == 502
    await upstream.start()
    async with session.ws_connect(tap.url + PATH) as again:
        await again.send_str("42back")
        assert await again.receive_str() == "43back"
    lines = await logged(tap, tmp_path)
    assert [line["by"] for line in lines if line["what"] == "close"] == ["server", "client"]


async def test_plain_requests_go_through(tap: Tap, session: ClientSession, tmp_path: Path) -> None:
    async with session.post(tap.url + "/api/v1/customer-sessions", json={"a": 1}) as answer:
        assert answer.status == 201
        assert await answer.json() == {"token": "t", "asked": {"a": 1}}
    (line,) = await logged(tap, tmp_path)
    assert (line["what"], line["method"], line["status"]) == ("http", "POST", 201)


async def until(test: Callable[[], bool], turn: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Let the loop run until something holds."""
    async with asyncio.timeout(5):
        while not test():
            await turn(0)


async def test_a_barred_client_is_cut_again_and_again(tap: Tap, session: ClientSession) -> None:
    hello = '40/agent,{"token":"key-one"}'
    socket = await session.ws_connect(tap.url + PATH)
    await socket.send_str(hello)
    await socket.receive_str()
    tap.bar("key-one", 60)
    await over(socket)
    again = await session.ws_connect(tap.url + PATH)
    await again.send_str(hello)
    await over(again)
    tap.bar("key-one", 0)
    async with session.ws_connect(tap.url + PATH) as back:
        await back.send_str(hello)
        assert await back.receive_str() == "43" + hello[2:]
