"""One client in one namespace."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import web

from .outbox import Make, Outbox
from .packets import Frame, ack_frame, disconnect_frame, event_frame

if TYPE_CHECKING:
    from .engine import Server
    from .sockets import Socket

After = Callable[[], Awaitable[Any] | None]


class Door(Protocol):
    """What stands behind a namespace. The dispatcher is one."""

    async def connect(self, conn: "Connection", auth: Any) -> "After | None":
        """Let a client in, or raise python-socketio's ConnectionRefusedError(code, {...}).

        What it returns runs after the client was told that it is in, and before anything that was pushed
        to its rooms meanwhile: the place for a snapshot.
        """

    async def event(self, conn: "Connection", arguments: list[Any] | None, ack_id: str) -> None:
        """Take an event, its name first; None for one that could not be read. Never raises."""

    async def disconnect(self, conn: "Connection", reason: str) -> None:
        """A client that was let in has gone. Never raises."""


class Connection:
    """What a handler knows of its client. `session` is the application's, None until it sets it."""

    __slots__ = (
        "_held",
        "_outbox",
        "bucket",
        "door",
        "joined",
        "lanes",
        "namespace",
        "overdrawn",
        "rooms",
        "server",
        "session",
        "sid",
        "socket",
        "who",
    )

    def __init__(self, server: "Server", socket: "Socket", namespace: str, sid: str, door: Door) -> None:
        self.server = server
        self.socket = socket
        self.namespace = namespace
        self.sid = sid
        self.door = door
        self.session: Any = None
        # Whose the credential is that it came with; None until the namespace knows.
        self.who: Any = None
        self.joined = False
        self.rooms: list[str | None] = []
        # Pushes to a client that is not told yet that it is in; None when they may go at once.
        self._held: list[Frame] | None = []
        self._outbox: Outbox | None = None
        # The dispatcher's, made when first needed.
        self.bucket: Any = None
        self.overdrawn = 0
        self.lanes: Any = None

    @property
    def request(self) -> web.Request:
        """The handshake request: headers, cookies, query."""
        return self.socket.request

    @property
    def remote(self) -> str:
        """The client's address, as far as the configured proxies can be believed."""
        return self.socket.remote

    @property
    def closed(self) -> bool:
        """Whether the client is out of the namespace; whatever is sent to it now goes nowhere."""
        return self.socket.closed or self.socket.conns.get(self.namespace) is not self

    def emit(self, event: str, *arguments: Any) -> None:
        """Send an event to this client alone, ahead of any push that is held for it. Never waits.

        While the client is still being let in, it goes with the held ones instead.
        """
        frame = event_frame(self.namespace, event, arguments)
        if self.joined:
            self.socket.push(frame)
        else:
            self.push(frame)

    def answer(self, ack_id: str, answer: Any) -> None:
        """Acknowledge the event that came with `ack_id`; nothing when it asked for none."""
        if ack_id and self.joined:
            self.socket.push(ack_frame(self.namespace, ack_id, answer))

    async def drain(self) -> None:
        """Wait until most of what was sent is on its way, or the client is gone.

        For a handler that sends its own client much: after each 100 kB or so, since a client with more
        than `outgoing_max_bytes` before it is dropped as a slow reader.
        """
        await self.socket.drain()

    def turn(self) -> AbstractAsyncContextManager[None]:
        """The client's turn to be sent much, up to half of `outgoing_max_bytes`: most of what was sent before is on
        its way, and nobody else who asked for a turn sends it anything meanwhile.
        """
        return self.socket.turn()

    def tell(self, frames: Sequence[Frame], again: Make) -> None:
        """Send packets at once if the client has taken most of what was sent, else when it has.

        Those of one client keep the order in which they were told. Packets that wait may be made `again`.
        """
        if self._held is None and self.joined and not self._waits and self.socket.has_room:
            for frame in frames:
                self.socket.push(frame)
            return
        self.later(again, frames)

    def later(self, make: Make, frames: Sequence[Frame] = ()) -> None:
        """Send what `make` returns when the client's turn has come. Never waits."""
        if self._outbox is None:
            self._outbox = Outbox(self)
        self._outbox.add(frames, make)
        if self._held is None:
            self._outbox.start()

    @property
    def _waits(self) -> bool:
        return self._outbox is not None and self._outbox.running

    def push(self, frame: Frame) -> None:
        """Send a packet, or hold it back while the client is being let in."""
        if self._held is None:
            if self.joined:
                self.socket.push(frame)
        elif len(self._held) < self.server.options.outgoing_max_packets:
            self._held.append(frame)
        else:
            self.socket.kill("slow_reader")

    def go_live(self) -> None:
        """Send what was held back; from now on pushes go at once."""
        held, self._held = self._held, None
        for frame in held or ():
            self.push(frame)
        if self._outbox is not None:
            self._outbox.start()

    def enter(self, room: str) -> None:
        """Join a room. Raises ValueError when the client has left the namespace."""
        self.server.manager.basic_enter_room(self.sid, self.namespace, room)

    def leave(self, room: str) -> None:
        """Leave a room; leaving one it is not in is fine."""
        self.server.manager.basic_leave_room(self.sid, self.namespace, room)

    def kick(self) -> None:
        """Put the client out of the namespace. Stock clients do not come back by themselves."""
        if not self.closed:
            self.socket.push(disconnect_frame(self.namespace))
            self.server.leave(self, "server_disconnect")
