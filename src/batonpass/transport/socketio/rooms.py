"""Who is in which room, and sending to all of them.

The library's manager starts a task per recipient, and looks through every room of the namespace when a
client leaves. This one writes to each recipient and knows each client's rooms.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from socketio import AsyncManager

from .packets import Frame, event_frame

if TYPE_CHECKING:
    from .connection import Connection


class Rooms(AsyncManager):  # type: ignore[misc]  # python-socketio has no types
    """`rooms[namespace][room]` maps sids to Engine.IO sids, as in the library; room None holds everybody."""

    rooms: dict[str, dict[str | None, dict[str, str]]]

    def admit(self, conn: "Connection") -> None:
        """Register a client that is connecting: room None, and a room of its own."""
        self.server.connections[conn.sid] = conn
        eio_sid = conn.socket.sid
        self.basic_enter_room(conn.sid, conn.namespace, None, eio_sid)
        self.basic_enter_room(conn.sid, conn.namespace, conn.sid, eio_sid)

    def expel(self, conn: "Connection") -> None:
        """Forget a client; doing so twice is fine."""
        for room in list(conn.rooms):
            self.basic_leave_room(conn.sid, conn.namespace, room)
        self.server.connections.pop(conn.sid, None)

    def basic_enter_room(self, sid: str, namespace: str, room: Any, eio_sid: str | None = None) -> None:
        """Put a client into a room. Raises ValueError for one that is not connected there."""
        conn = self.server.connections.get(sid)
        if conn is None:
            raise ValueError("sid is not connected to requested namespace")
        members = self.rooms.setdefault(namespace, {}).setdefault(room, {})
        if sid not in members:
            members[sid] = conn.socket.sid
            conn.rooms.append(room)

    def basic_leave_room(self, sid: str, namespace: str, room: Any) -> None:
        """Take a client out of a room; one that is not in it stays so."""
        members = self.rooms.get(namespace, {}).get(room)
        if members is None or members.pop(sid, None) is None:
            return
        conn = self.server.connections.get(sid)
        if conn is not None:
            conn.rooms.remove(room)
        if not members:
            del self.rooms[namespace][room]

    def basic_disconnect(self, sid: str, namespace: str, **_kwargs: Any) -> None:
        """What the library calls to forget a client."""
        conn = self.server.connections.get(sid)
        if conn is not None:
            self.expel(conn)

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, str]]:
        """Yield (sid, Engine.IO sid) of a room, or of several given as a list."""
        found: dict[str, str] = {}
        for name in room if isinstance(room, list | tuple) else (room,):
            found.update(self.rooms.get(namespace, {}).get(name, {}))
        yield from found.items()

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:
        """The sid a connection has in a namespace, or None."""
        socket = self.server.eio.sockets.get(eio_sid)
        conn = socket.conns.get(namespace) if socket is not None else None
        return conn.sid if conn is not None else None

    def fan_out(self, namespace: str, room: Any, frame: Frame, skip: tuple[str, ...]) -> int:
        """Write one packet to everybody in a room of this process; return how many there were."""
        members = self.rooms.get(namespace, {}).get(room)
        if not members:
            return 0
        connections = self.server.connections
        count = 0
        # A copy: a slow recipient is dropped, and leaves its rooms, while we go through them.
        for sid in list(members):
            if sid not in skip:
                connections[sid].push(frame)
                count += 1
        return count

    def inside(self, namespace: str, room: Any) -> list["Connection"]:
        """Everybody in a room of this process."""
        return [self.server.connections[sid] for sid in self.rooms.get(namespace, {}).get(room, ())]

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **_kwargs: Any,
    ) -> None:
        """The library's way to send; never waits for a recipient. `callback` is not supported."""
        if callback is not None:
            raise NotImplementedError("clients are not asked to acknowledge; read the store instead")
        arguments = list(data) if isinstance(data, tuple) else ([] if data is None else [data])
        frame = event_frame(namespace, event, arguments)
        skip = tuple(skip_sid) if isinstance(skip_sid, list) else (skip_sid,)
        rooms = to or room
        for name in rooms if isinstance(rooms, list | tuple) else (rooms,):
            self.fan_out(namespace, name, frame, skip)
