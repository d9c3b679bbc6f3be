"""A server on a free port with real clients: stock ones, bare WebSockets, and bare TCP."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Self

import aiohttp
import socketio
from aiohttp import web

from batonpass.domain.errors import BatonpassError
from batonpass.protocol.errors import details
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Dispatcher, Limits, Namespace, Reply
from batonpass.transport.socketio.engine import Server, make_server
from batonpass.transport.socketio.options import SocketOptions
from tests.support.until import until

NS = "/room"


class Raw:
    """A WebSocket that speaks Engine.IO by hand."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self._close_code: int | None = None

    async def send(self, *packets: str) -> None:
        for packet in packets:
            await self.ws.send_str(packet)

    async def receive(self) -> str:
        """The next packet that is no ping; "" once the server has closed."""
        while True:
            message = await self.ws.receive(timeout=10)
            if message.type is aiohttp.WSMsgType.CLOSE:
                self._close_code = message.data
            if message.type is not aiohttp.WSMsgType.TEXT:
                return ""
            if message.data != "2":
                return str(message.data)

    async def join(self, namespace: str = NS) -> str:
        await self.send(f"40{namespace},")
        return await self.receive()

    async def answer(self) -> Any:
        """The next acknowledgement, parsed; other packets are passed over."""
        while not (packet := await self.receive()).startswith(f"43{NS},"):
            assert packet, "closed before it answered"
        return json.loads(packet[packet.index("[") :])[0]

    async def closed(self) -> int | None:
        """Read to the end; return the code of the server's close frame, None when it sent none."""
        while await self.receive():
            pass
        return self._close_code


class Polling:
    """A long-polling client that speaks Engine.IO by hand."""

    def __init__(self, session: aiohttp.ClientSession, url: str, sid: str) -> None:
        self._session = session
        self.url = f"{url}/socket.io/?EIO=4&transport=polling&sid={sid}"
        self._packets: list[str] = []

    async def post(self, body: Any, **kwargs: Any) -> int:
        async with self._session.post(self.url, data=body, **kwargs) as response:
            return response.status

    async def poll(self) -> int:
        async with self._session.get(self.url) as response:
            self._packets += (await response.text()).split("\x1e")
            return response.status

    async def receive(self) -> str:
        while not self._packets:
            assert await self.poll() == 200
        return self._packets.pop(0)


class Served:
    """A running server with one namespace, `/room`, whose events tests register on `ns`."""

    def __init__(self, options: SocketOptions, limits: Limits, lanes: bool) -> None:
        self.sio: Server = make_server(options)
        self.joined: list[Connection] = []
        self.gone: list[tuple[Connection, str]] = []
        self.auths: list[Any] = []
        dispatcher = Dispatcher(self.sio, domain_error=BatonpassError, details=details)
        self.ns: Namespace = dispatcher.namespace(
            NS, on_connect=self._connect, on_disconnect=self._gone, lanes=lanes, limits=limits
        )
        self.ns.on("echo", self._echo)
        self._stack = AsyncExitStack()

    async def _connect(self, conn: Connection, auth: Any) -> None:
        self.auths.append(auth)
        self.joined.append(conn)
        conn.enter("all")

    async def _gone(self, conn: Connection, reason: str) -> None:
        self.gone.append((conn, reason))

    async def _echo(self, _conn: Connection, payload: dict[str, Any]) -> Reply:
        return Reply({"echo": payload})

    @property
    def counts(self) -> dict[str, int]:
        return self.sio.counters.snapshot()

    async def __aenter__(self) -> Self:
        app = web.Application()
        self.sio.attach(app)
        runner = web.AppRunner(app, shutdown_timeout=2)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        await web.SockSite(runner, listener).start()
        self.http = await self._stack.enter_async_context(aiohttp.ClientSession())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._stack.aclose()

    async def client(self, *transports: str, auth: Any = None, joined: bool = True) -> socketio.AsyncClient:
        """A stock client, connected to `/room`."""
        client = socketio.AsyncClient(reconnection=False)
        self._stack.push_async_callback(client.disconnect)
        if joined:
            await client.connect(
                self.url, namespaces=[NS], auth=auth, transports=list(transports) or ["websocket"]
            )
        return client

    async def raw(self, headers: dict[str, str] | None = None, *, join: bool = True) -> Raw:
        """A bare WebSocket, connected to `/room` unless told otherwise."""
        url = f"{self.url}/socket.io/?EIO=4&transport=websocket"
        ws = await self.http.ws_connect(url, max_msg_size=0, headers=headers)
        self._stack.push_async_callback(ws.close)
        raw = Raw(ws)
        assert (await raw.receive()).startswith("0{")
        if join:
            assert (await raw.join()).startswith(f"40{NS},")
        return raw

    async def polling(self) -> Polling:
        """A bare long-polling client, connected to `/room`."""
        async with self.http.get(f"{self.url}/socket.io/?EIO=4&transport=polling") as response:
            sid = json.loads((await response.text())[1:])["sid"]
        polling = Polling(self.http, self.url, sid)
        assert await polling.post(f"40{NS},") == 200
        assert (await polling.receive()).startswith(f"40{NS},")
        return polling

    async def deaf(self) -> socket.socket:
        """A client in `/room` that never reads another byte, and has little room for what is sent to it."""
        loop = asyncio.get_running_loop()
        sock = socket.socket()
        self._stack.callback(sock.close)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        await loop.sock_connect(sock, ("127.0.0.1", self.port))
        key = "AAAAAAAAAAAAAAAAAAAAAA=="
        upgrade = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}"
        path = "/socket.io/?EIO=4&transport=websocket"
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Version: 13\r\n{upgrade}\r\n\r\n"
        before = len(self.joined)
        join = f"40{NS},".encode()
        await loop.sock_sendall(sock, request.encode() + bytes((0x81, 0x80 | len(join), 0, 0, 0, 0)) + join)
        await until(lambda: len(self.joined) > before and self.joined[-1].joined)
        return sock


@asynccontextmanager
async def served(
    *, limits: Limits | None = None, lanes: bool = True, **options: Any
) -> AsyncIterator[Served]:
    """A running server for the length of a test."""
    async with Served(SocketOptions(**options), limits or Limits(), lanes) as server:
        yield server
