"""A tap between the demo's clients and its server: every frame both ways goes through it, and into its log.

It ends each WebSocket itself and opens one of its own to the server, so that it can cut either, lose a frame
on purpose, and outlive the server. It imports nothing of ours: what it writes is what was on the wire.

The log is JSON lines: `t` (milliseconds, monotonic), `conn`, `what`. `what` is `open` (`path`), `up` and
`down` (`text`: a frame that was handed to the other side), `swallowed` (`way`, `text`: one that was not),
`close` (`by`: `client`, `server`, `cut`, or `tap` at the end), `http` (`method`, `path`, `status`).
"""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TextIO

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType, web

Way = Literal["up", "down"]
Socket = web.WebSocketResponse | ClientWebSocketResponse

# Socket.IO events and acknowledgements: a cut waits for one of these, not for a ping.
_WORTH_LOSING = ("42", "43")
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "host", "content-length", "te"}


def now() -> float:
    """Milliseconds of the log's clock."""
    return time.monotonic() * 1000


@dataclass(slots=True)
class Cut:
    """A cut that waits for the next frame `way`; with `swallow` that frame is lost."""

    way: Way
    swallow: bool


@dataclass(slots=True)
class Link:
    """One connection through the tap. `hello` is the client's Socket.IO connect packet, which names it."""

    conn: int
    client: web.WebSocketResponse
    server: ClientWebSocketResponse
    transport: asyncio.Transport | None
    hello: str = ""
    cut: Cut | None = None
    ended_by: str = ""


class Tap:
    """Listens on a free port of 127.0.0.1 and passes everything on to `upstream`, a base URL.

    The server may go and come back: while it is away, connections are refused with 502.
    """

    def __init__(self, log: Path, upstream: str) -> None:
        self.upstream = upstream.rstrip("/")
        self.links: dict[int, Link] = {}
        self._barred: dict[str, float] = {}
        self._path = log
        self._log: TextIO | None = None
        self._count = 0
        self._runner: web.AppRunner | None = None
        self._session: ClientSession | None = None
        self.url = ""

    async def start(self) -> str:
        """Open the log and the port; return the base URL for clients."""
        self._log = self._path.open("w", encoding="utf-8")
        self._session = ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{tail:.*}", self._request)
        # A request lasts as long as its WebSocket; nothing is gained by waiting for them at the end.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self.url

    async def stop(self) -> None:
        """Cut what is left, close the port and the log."""
        for link in list(self.links.values()):
            self._end(link, "tap")
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()
        if self._log is not None:
            self._log.close()

    def connections(self, token: str) -> list[int]:
        """Return the open connections whose Socket.IO connect packet holds this token."""
        return [conn for conn, link in self.links.items() if token in link.hello]

    def cut(self, conn: int, when: Literal["now", "up", "down"] = "now", *, swallow: bool = False) -> bool:
        """Cut a connection: at once, or with its next event or acknowledgement `up` or `down`.

        With `swallow` that frame is lost; without, it is passed on first. Returns False when it is gone.
        """
        link = self.links.get(conn)
        if link is None:
            return False
        if when == "now":
            self._end(link, "cut")
        else:
            link.cut = Cut(when, swallow)
        return True

    def bar(self, token: str, seconds: float) -> None:
        """Cut every connection of a client now, and each new one it makes within `seconds`."""
        self._barred[token] = now() + seconds * 1000
        for conn in self.connections(token):
            self.cut(conn)

    def _is_barred(self, hello: str) -> bool:
        return any(token in hello and now() < until for token, until in self._barred.items())

    # The way of a request

    async def _request(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._websocket(request)
        return await self._http(request)

    async def _http(self, request: web.Request) -> web.StreamResponse:
        assert self._session is not None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            async with self._session.request(
                request.method,
                self.upstream + request.path_qs,
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
            ) as answer:
                body, status = await answer.read(), answer.status
                kept = {n: v for n, v in answer.headers.items() if n.lower() not in _HOP_BY_HOP}
        except (ClientError, OSError):
            body, status, kept = b"", 502, {}
        self._write(what="http", method=request.method, path=request.path, status=status)
        return web.Response(body=body, status=status, headers=kept)

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        assert self._session is not None
        try:
            server = await self._session.ws_connect(self.upstream + request.path_qs, max_msg_size=0)
        except (ClientError, OSError):
            return web.Response(status=502)
        client = web.WebSocketResponse(max_msg_size=0, compress=False, timeout=0.5)
        await client.prepare(request)
        self._count += 1
        transport = request.transport
        link = Link(self._count, client, server, transport)
        self.links[link.conn] = link
        self._write(conn=link.conn, what="open", path=request.path_qs)
        await self._relay(link)
        return client

    async def _relay(self, link: Link) -> None:
        up = asyncio.ensure_future(self._pump(link, "up"))  # noqa: TID251 - this file knows nothing of ours
        down = asyncio.ensure_future(self._pump(link, "down"))  # noqa: TID251
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._end(link, "client" if up.done() else "server")
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            await link.server.close()

    async def _pump(self, link: Link, way: Way) -> None:
        source: Socket = link.client if way == "up" else link.server
        sink: Socket = link.server if way == "up" else link.client
        async for message in source:
            if message.type is WSMsgType.TEXT:
                if not await self._pass(link, way, sink, message.data):
                    return
            elif message.type is WSMsgType.BINARY:
                await sink.send_bytes(message.data)

    async def _pass(self, link: Link, way: Way, sink: Socket, text: str) -> bool:
        """Hand one frame on; False when the connection was cut with it."""
        if way == "up" and text.startswith("40") and not link.hello:
            link.hello = text
            if self._is_barred(text):
                self._end(link, "cut")
                return False
        cut = link.cut if link.cut and link.cut.way == way and text.startswith(_WORTH_LOSING) else None
        if cut and cut.swallow:
            self._write(conn=link.conn, what="swallowed", way=way, text=text)
        else:
            await self._hand_on(link, way, sink, text)
        if cut:
            self._end(link, "cut")
        return cut is None

    async def _hand_on(self, link: Link, way: Way, sink: Socket, text: str) -> None:
        # What goes up is logged before the server can answer it, what comes down once the client has it: the
        # log never shows an effect before its cause, nor a frame that a client cannot have seen.
        if way == "up":
            self._write(conn=link.conn, what="up", text=text)
            await sink.send_str(text)
        elif not link.ended_by:
            try:
                await sink.send_str(text)
            except (ConnectionError, RuntimeError):
                return
            self._write(conn=link.conn, what="down", text=text)

    def _end(self, link: Link, by: str) -> None:
        """End a connection, once. A cut and a lost server are as rude to the client as a pulled plug."""
        if link.ended_by:
            return
        link.ended_by = by
        self.links.pop(link.conn, None)
        self._write(conn=link.conn, what="close", by=by)
        if link.transport is not None and by != "client":
            link.transport.abort()

    def _write(self, **fields: Any) -> None:
        if self._log is not None and not self._log.closed:
            self._log.write(json.dumps({"t": round(now(), 3), **fields}, ensure_ascii=False) + "\n")
