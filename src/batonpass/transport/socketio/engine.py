"""A hardened Socket.IO server for aiohttp: python-socketio's, with its hot spots and its traps taken out.

What it does not do, on purpose: acknowledgements *from* clients and binary packets. A push is a hint, the
store is the truth; neither has a use here.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any

import socketio
from aiohttp import web
from socketio.exceptions import ConnectionRefusedError as Refused

from batonpass import tasks

from .connection import Connection, Door
from .counters import Counters
from .handshake import EngineServer
from .options import SocketOptions
from .packets import (
    BINARY_ACK,
    BINARY_EVENT,
    CONNECT,
    DISCONNECT,
    connect_frame,
    event_frame,
    read_head,
    refusal_frame,
)
from .refusal import Refusal, error_body, refused_connect
from .rooms import Rooms
from .sockets import Socket
from .wirejson import NOT_JSON, loads

_log = logging.getLogger(__name__)
# A refused binary event names at most so many attachments; more is taken for an attack.
_MAX_ATTACHMENTS = 10


class Server(socketio.AsyncServer):  # type: ignore[misc]  # python-socketio has no types
    """The server: `mount` namespaces, then `attach` it to an application."""

    manager: Rooms
    eio: EngineServer

    def __init__(self, options: SocketOptions, counters: Counters) -> None:
        super().__init__(
            client_manager=Rooms(),
            logger=_log,
            engineio_logger=_log,
            async_mode="aiohttp",
            async_handlers=False,
            cors_allowed_origins=_origins(options),
            max_http_buffer_size=options.max_message_bytes,
            ping_interval=options.ping_interval_ms / 1000,
            ping_timeout=options.ping_timeout_ms / 1000,
            transports=list(options.transports),
            monitor_clients=False,
        )
        self.options = options
        self.counters = counters
        self.doors: dict[str, Door] = {}
        self.connections: dict[str, Connection] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.eio.configure(self, options, counters)

    def _engineio_server_class(self) -> type[EngineServer]:
        return EngineServer

    def mount(self, namespace: str, door: Door) -> None:
        """Open a namespace. Raises ValueError when it is open already."""
        if namespace in self.doors:
            raise ValueError(f"namespace {namespace} is mounted already")
        self.doors[namespace] = door

    def attach(self, app: web.Application, socketio_path: str = "socket.io") -> None:
        """Serve under `/socket.io/` of an application, and `shutdown` when it shuts down."""
        super().attach(app, socketio_path)
        app.on_shutdown.append(self._app_stops)

    async def _app_stops(self, _app: web.Application) -> None:
        await self.shutdown()

    def now(self) -> float:
        """The loop's clock in seconds, for rates and deadlines of the transport only."""
        return asyncio.get_running_loop().time()

    def spawn(self, coro: Coroutine[Any, Any, Any], name: str) -> None:
        """Start a task that `shutdown` waits for."""
        task = tasks.spawn(coro, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ------------------------------------------------------------------------------------ sending

    def push(self, namespace: str, room: str | None, event: str, *arguments: Any, skip: str = "") -> int:
        """Send an event to everybody in `room` (a sid is one, None is all) of this process; never wait.

        Encoded once, written to each recipient's buffer; a recipient that does not read is dropped and
        counted. Returns the number of recipients. Raises TypeError for arguments without a JSON form.
        """
        return self.manager.fan_out(namespace, room, event_frame(namespace, event, arguments), (skip,))

    # ------------------------------------------------------------------------------------ packets

    async def take_event(self, socket: Socket, text: str) -> None:
        """An event packet. Packets of a namespace the client is not in are counted as malformed."""
        head = read_head(text)
        conn = socket.conns.get(head[2]) if head is not None else None
        if head is None or conn is None or not conn.joined:
            socket.malformed()
            return
        try:
            arguments = loads(text[head[4] :])
        except ValueError:
            await self._unreadable(conn, text, head[3])
            return
        if type(arguments) is not list or not arguments or type(arguments[0]) is not str:
            socket.malformed()
        else:
            await conn.door.event(conn, arguments, head[3])

    async def _unreadable(self, conn: Connection, text: str, ack_id: str) -> None:
        # Half of a surrogate pair is a customer's broken emoji, not an attack.
        if "\\ud" not in text and "\\uD" not in text:
            conn.socket.malformed()
        await conn.door.event(conn, None, ack_id)

    async def take_control(self, socket: Socket, text: str) -> None:
        """A packet that is no event: joining, leaving, binary."""
        head = read_head(text)
        if head is None:
            socket.malformed()
            return
        kind, attachments, namespace, ack_id, start = head
        conn = socket.conns.get(namespace)
        if kind == CONNECT and conn is None:
            await self._join(socket, namespace, text[start:])
        elif kind == DISCONNECT and conn is not None:
            self.leave(conn, "client_disconnect")
        elif kind in {BINARY_EVENT, BINARY_ACK} and attachments <= _MAX_ATTACHMENTS:
            self._refuse_binary(socket, conn, attachments, ack_id if kind == BINARY_EVENT else "")
        else:
            socket.malformed()

    def _refuse_binary(self, socket: Socket, conn: Connection | None, attachments: int, ack_id: str) -> None:
        socket.malformed()
        socket.expect_attachments(attachments)
        self.counters.add("error.binary_refused")
        if conn is not None:
            refusal = Refusal("binary_refused", "Binary payloads are not taken here.")
            conn.answer(ack_id, {"ok": False, "error": error_body(refusal)})

    # ------------------------------------------------------------------------- joining and leaving

    async def _join(self, socket: Socket, namespace: str, auth_text: str) -> None:
        door = self.doors.get(namespace)
        if door is None:
            self._turn_away(socket, namespace, Refusal("unknown_namespace", "There is no such namespace."))
            return
        conn = Connection(self, socket, namespace, self.eio.generate_id(), door)
        socket.conns[namespace] = conn
        self.manager.admit(conn)
        try:
            after = await door.connect(conn, _read_auth(auth_text))
        except Refused as error:
            self._forget(conn)
            self._turn_away(socket, namespace, error)
            return
        except BaseException:
            self._forget(conn)
            raise
        if conn.closed:
            # It went while it was let in, when the namespace could not be told yet.
            self.spawn(door.disconnect(conn, "transport_close"), "socketio.disconnect")
            return
        # Tell the client that it is in, then what it must know first, then what happened meanwhile.
        conn.joined = True
        socket.push(connect_frame(namespace, conn.sid))
        if after is not None:
            waiting = after()
            if waiting is not None:
                await waiting
        conn.go_live()

    def _turn_away(self, socket: Socket, namespace: str, error: Exception) -> None:
        """Refuse a connect with its reason. Each one counts towards closing the connection."""
        refused = refused_connect(error_body(error)) if isinstance(error, Refusal) else error
        told: dict[str, Any] = getattr(refused, "error_args", {})
        self.counters.add(f"refused.{told.get('message')}")
        socket.push(refusal_frame(namespace, told))
        socket.strike("refused")

    def _forget(self, conn: Connection) -> None:
        conn.joined = False
        self.manager.expel(conn)
        if conn.socket.conns.get(conn.namespace) is conn:
            del conn.socket.conns[conn.namespace]

    def leave(self, conn: Connection, reason: str) -> None:
        """A client is out of a namespace: forget it now, tell the namespace in a task of its own."""
        joined = conn.joined
        self._forget(conn)
        if joined:
            self.spawn(conn.door.disconnect(conn, reason), "socketio.disconnect")

    def socket_ended(self, socket: Socket, reason: str) -> None:
        """The connection below has ended, and with it every namespace on it."""
        for conn in list(socket.conns.values()):
            self.leave(conn, reason)

    async def disconnect(self, sid: str, namespace: str | None = None, ignore_queue: bool = False) -> None:
        """Put a client out of its namespace; nothing when it is not there."""
        conn = self.connections.get(sid)
        if conn is not None:
            conn.kick()

    async def shutdown(self) -> None:
        """Refuse new connections, close all, and wait a while for their handlers. Twice is fine."""
        self.eio.stopping = True
        for socket in list(self.eio.sockets.values()):
            socket.kill("shutdown")
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=self.options.shutdown_ms / 1000)


def make_server(options: SocketOptions | None = None, counters: Counters | None = None) -> Server:
    """Return a server for aiohttp: mount namespaces, then `attach(app)`."""
    return Server(options or SocketOptions(), counters or Counters())


def _origins(options: SocketOptions) -> Sequence[str] | str | None:
    origins = options.cors_origins
    return list(origins) if isinstance(origins, tuple) else origins


def _read_auth(text: str) -> Any:
    if not text:
        return None
    try:
        auth = loads(text)
    except ValueError:
        raise refused_connect(error_body(Refusal("bad_request", NOT_JSON))) from None
    if auth is not None and not isinstance(auth, dict):
        raise refused_connect(error_body(Refusal("bad_request", "auth: an object is expected")))
    return auth
