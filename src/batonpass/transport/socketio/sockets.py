"""One Engine.IO connection, over a WebSocket or by long polling, with bounds on what it may cost.

python-engineio keeps a queue without a bound, a writer task and a ping task for every socket, and starts a
task and a timer for every frame it waits for. Here packets go straight into the transport's buffer, whose
size is the bound; one timer handle pings; and the reading loop awaits frames with nothing around them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, NoReturn

from aiohttp import WSMsgType, web
from aiohttp.abc import AbstractStreamWriter
from engineio import async_socket, exceptions

from .closing import error_reason, say_goodbye
from .packets import CLOSE, NOOP, PING, PROBE_ANSWER, Frame
from .trouble import report

if TYPE_CHECKING:
    from .connection import Connection
    from .handshake import EngineServer

_PING, _CLOSE, _NOOP = Frame(PING), Frame(CLOSE), Frame(NOOP)
_PROBE_ANSWER = Frame(PROBE_ANSWER)

# How long a client may take for each step of changing from polling to a WebSocket.
_PROBE_S = 10.0
# How long we wait for the client's half of a WebSocket close.
_CLOSE_S = 5.0
# Pings that may go unanswered while one of the client's own events holds up reading.
_STUCK_PINGS = 3

# A client before which less than this waits may be sent more at once.
_ROOM = 65_536


class Socket(async_socket.AsyncSocket):  # type: ignore[misc]  # python-engineio has no types
    """An Engine.IO socket. `kill` ends it from anywhere, once, with a counted reason."""

    def __init__(self, server: "EngineServer", sid: str, request: web.Request, remote: str) -> None:
        # The base class would make a queue and a session; this one keeps neither.
        self.server = server
        self.sid = sid
        self.request = request
        self.remote = remote
        self.conns: dict[str, Connection] = {}
        self.connected = self.upgrading = self.upgraded = self.closing = self.closed = False
        self._transport: asyncio.Transport | None = None
        self._queue: list[Frame] = []
        self._queued_bytes = 0
        self._poller: asyncio.Future[None] | None = None
        self._posting = False
        self._writer: AbstractStreamWriter | None = None
        self._taken: asyncio.Event | None = None
        self._turn: asyncio.Lock | None = None
        self._written = 0
        self._seen = 0
        self._strikes = 0
        self._attachments = 0
        self._handling = False
        self._pinged = False
        self._late_pings = 0
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(server.ping_interval, self._ping)

    # ------------------------------------------------------------------------------------ sending

    def push(self, frame: Frame) -> None:
        """Send a packet without waiting; a client that reads too slowly is dropped instead."""
        if self.closed:
            return
        transport = self._transport
        if transport is None:
            self._enqueue(frame)
        elif transport.get_write_buffer_size() > self.server.outgoing_max_bytes:
            self.kill("slow_reader")
        elif not transport.is_closing():
            transport.write(frame.ws)
            self._written += len(frame.ws)

    @property
    def has_room(self) -> bool:
        """Whether the client has taken most of what was sent."""
        return self._waiting_bytes < _ROOM

    @property
    def _waiting_bytes(self) -> int:
        return self._queued_bytes if self._transport is None else self._transport.get_write_buffer_size()

    def _enqueue(self, frame: Frame) -> None:
        """Keep a packet for the next poll, or for the WebSocket that is being set up."""
        server = self.server
        if len(self._queue) >= server.outgoing_max_packets or self._queued_bytes > server.outgoing_max_bytes:
            self.kill("slow_reader")
            return
        self._queue.append(frame)
        self._queued_bytes += len(frame.payload)
        self._written += len(frame.payload)
        self._wake()

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)

    def _take_queue(self) -> list[Frame]:
        queue, self._queue = self._queue, []
        self._queued_bytes = 0
        if self._taken is not None:
            self._taken.set()
        return queue

    async def drain(self) -> None:
        """Wait until most of what was sent is on its way, or the connection has ended."""
        if self._writer is not None:
            with suppress(ConnectionError):
                await self._writer.drain()
        while self._queue and not self.closed:
            if self._taken is None:
                self._taken = asyncio.Event()
            self._taken.clear()
            await self._taken.wait()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """See `Connection.turn`. A client that takes nothing at all meanwhile is dropped as a slow reader."""
        if self._turn is None:
            self._turn = asyncio.Lock()
        async with self._turn:
            if not self.has_room:
                self._watch(self._read_so_far)
                try:
                    await self.drain()
                finally:
                    self._stall.cancel()
            yield

    @property
    def _read_so_far(self) -> int:
        return self._written - self._waiting_bytes

    def _watch(self, before: int) -> None:
        patience = self.server.ping_interval + self.server.ping_timeout
        self._stall = self._loop.call_later(patience, self._still_reads, before)

    def _still_reads(self, before: int) -> None:
        now = self._read_so_far
        if now > before:
            self._watch(now)
        else:
            self.kill("slow_reader")

    async def send(self, pkt: Any) -> None:
        """What the library's own code paths send."""
        self.push(Frame(str(pkt.encode()).encode()))

    async def poll(self) -> list[Frame]:
        """Return what waits for a long-polling client, once there is something or the connection ends."""
        if not self._queue and not self.closed:
            if self._poller is not None:
                raise exceptions.EngineIOError  # a second poll at the same time: the protocol forbids it
            self._poller = self._loop.create_future()
            try:
                async with asyncio.timeout(self.server.ping_interval + self.server.ping_timeout):
                    await self._poller
            except TimeoutError:
                raise exceptions.QueueEmpty from None
            finally:
                self._poller = None
        return self._take_queue()

    # -------------------------------------------------------------------------------------- pings

    def _arm(self, delay: float, callback: Callable[[], None]) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(delay, callback)

    def _ping(self) -> None:
        if not self.conns:
            self.kill("not_joined")  # connected, and in no namespace after a whole interval
            return
        self._pinged = True
        self._seen = self._read_so_far
        self.push(_PING)
        if not self.closed:
            self._arm(self.server.ping_timeout, self._unanswered)

    def _pong(self) -> None:
        if not self._pinged:
            self.malformed()
            return
        self._pinged = False
        self._late_pings = 0
        self._arm(self.server.ping_interval, self._ping)

    def _unanswered(self) -> None:
        """Nothing came in time. While an event of the client is at work, its answer may wait behind it; the ping may
        wait behind what was sent before, as long as the client reads on.
        """
        seen, self._seen = self._seen, self._read_so_far
        if self._transport is not None and self._waiting_bytes and self._seen > seen:
            self._arm(self.server.ping_timeout, self._unanswered)
            return
        self._late_pings += 1
        if not self._handling:
            self.kill("ping_timeout")
        elif self._late_pings < _STUCK_PINGS:
            self._arm(self.server.ping_timeout, self._unanswered)
        else:
            self.kill("stuck_handler")

    # ------------------------------------------------------------------------------------- ending

    def kill(self, reason: str) -> None:
        """End the connection now, for a reason that is counted as `closed.<reason>`. Never waits."""
        if self.closed:
            return
        self.closed = self.closing = True
        self._timer.cancel()
        self.server.counters.add(f"closed.{reason}")
        transport, self._transport = self._transport, None
        if transport is None:
            # For a poll that waits right now: what it has coming, and the end.
            self._queue = [_CLOSE] if reason == "slow_reader" else [*self._queue, _CLOSE]
            self._wake()
            if self._taken is not None:
                self._taken.set()
        elif not transport.is_closing():
            say_goodbye(transport, reason)
        self.server.ended(self, reason)

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """What the library's own code paths end a connection with."""
        self.kill((reason or "server_disconnect").replace(" ", "_"))

    def malformed(self) -> None:
        """Count a packet that makes no sense, and close the connection at one too many."""
        self.server.counters.add("malformed")
        self.strike("malformed")

    def strike(self, reason: str) -> None:
        """Hold something against the client, and close the connection at one too many."""
        self._strikes += 1
        if self._strikes > self.server.max_malformed:
            self.kill(reason)

    # ---------------------------------------------------------------------------------- receiving

    async def feed(self, text: str) -> None:
        """Take one Engine.IO packet. Events are handled, or at work in their lane, when it returns."""
        try:
            await self._take(text)
        except Exception as error:  # noqa: BLE001 - a fault of ours ends one connection; it comes back
            report("socket_failed", error)
            self.kill("internal")

    async def _take(self, text: str) -> None:
        if text.startswith("42"):
            await self.server.sio.take_event(self, text)
        elif text.startswith("4"):
            await self.server.sio.take_control(self, text)
        elif text == "3":
            self._pong()
        elif text == "1":
            self.kill("client_disconnect")
        else:
            self.malformed()

    def expect_attachments(self, count: int) -> None:
        """Skip the binary packets that belong to a refused event."""
        self._attachments += count

    def _binary(self) -> None:
        if self._attachments > 0:
            self._attachments -= 1
        else:
            self.malformed()

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take the packets of a long-polling POST: all of its body, in however many pieces it arrives."""
        if self._posting:
            self._give_up("malformed")  # a second POST at the same time: the protocol forbids it
        self._posting = True
        try:
            body = await self._body(environ["aiohttp.request"])
            for text in body.split("\x1e"):
                if self.closed:
                    self._give_up()
                await self._take_posted(text)
        finally:
            self._posting = False

    async def _take_posted(self, text: str) -> None:
        if text.startswith("b"):
            self._binary()
        else:
            await self.feed(text)

    async def _body(self, request: web.Request) -> str:
        limit = self.server.max_http_buffer_size
        parts, size = [], 0
        try:
            async with asyncio.timeout(self.server.ping_interval + self.server.ping_timeout):
                while part := await request.content.readany():
                    parts.append(part)
                    size += len(part)
                    if size > limit:
                        self._give_up("too_large")
            return b"".join(parts).decode()
        except UnicodeDecodeError:
            self._give_up("malformed")
        except (OSError, TimeoutError, web.RequestPayloadError):
            self._give_up("transport_error")

    def _give_up(self, reason: str = "transport_error") -> NoReturn:
        """End a POST with the answer 400. The library gives it only for a socket that it still lists."""
        self.kill(reason)
        self.server.sockets[self.sid] = self
        raise exceptions.EngineIOError

    # ---------------------------------------------------------------------------------- WebSocket

    async def _upgrade_websocket(self, environ: dict[str, Any]) -> Any:
        if self.upgraded or self.upgrading:
            return await self.server.refuse(environ, 400, "malformed", "Already on a WebSocket.")
        # Compression keeps a 256 kB window per connection and gains little on short packets.
        ws = web.WebSocketResponse(
            max_msg_size=self.server.max_http_buffer_size, compress=False, timeout=_CLOSE_S
        )
        request: web.Request = environ["aiohttp.request"]
        writer = await ws.prepare(request)
        # The library's frames keep `environ` alive as long as the WebSocket lives, and need it no more.
        environ.clear()
        if not self.connected or await self._probe(ws):
            await self._websocket_handler(ws, request, writer)
        return ws

    async def _probe(self, ws: web.WebSocketResponse) -> bool:
        """Change from polling to `ws` as the protocol says: probe, answer, end the poll, go over."""
        self.upgrading = True
        try:
            if (await ws.receive(_PROBE_S)).data != "2probe":
                return False
            await ws.send_str(_PROBE_ANSWER.encode())
            self._enqueue(_NOOP)
            return not self.closed and (await ws.receive(_PROBE_S)).data == "5"
        except (TimeoutError, ConnectionError):
            return False
        finally:
            self.upgrading = False

    async def _websocket_handler(
        self, ws: web.WebSocketResponse, request: web.Request, writer: AbstractStreamWriter
    ) -> None:
        transport = request.transport
        if transport is None:
            self.kill("transport_close")
            return
        self.connected = self.upgraded = True
        for frame in self._take_queue():
            transport.write(frame.ws)
        self._transport, self._writer = transport, writer
        reason = "shutdown"  # what cancels us; anything else gives a better one
        try:
            reason = await self._read(ws)
        finally:
            self.kill(reason)

    async def _read(self, ws: web.WebSocketResponse) -> str:
        """Take frames until the connection ends; return the reason."""
        receive = ws.receive
        while not self.closed:
            message = await receive()
            if message.type is WSMsgType.TEXT:
                self._handling = True
                await self.feed(message.data)
                self._handling = False
            elif message.type is WSMsgType.BINARY:
                self._binary()
            elif message.type is WSMsgType.ERROR:
                return error_reason(message.data)
            else:
                break
        return "transport_close"
