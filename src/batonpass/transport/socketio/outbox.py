"""What waits for one client, so that a client that reads is never dropped for what we tell it.

A packet that would be too much now waits until its client has taken most of what was sent before. A large one is
not kept meanwhile: it is made anew, from the store as it is then, when its turn has come.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from .packets import Frame

if TYPE_CHECKING:
    from .connection import Connection

Make = Callable[[], Awaitable[Sequence[Frame]]]
"""Makes packets when their turn has come. Never raises."""

KEPT_BYTES = 4_000
"""Packets up to this size are kept as they are; they cost less than another look into the store."""


class Outbox:
    """Sends in order of arrival. It exists, and its task runs, only while something waits."""

    __slots__ = ("_conn", "_waiting", "running")

    def __init__(self, conn: "Connection") -> None:
        self._conn = conn
        self._waiting: deque[Sequence[Frame] | Make] = deque()
        self.running = False

    def add(self, frames: Sequence[Frame], again: Make) -> None:
        """Let packets wait, or what makes them again. Too many of them drop the client as a slow reader."""
        if len(self._waiting) >= self._conn.server.options.outgoing_max_packets:
            self._conn.socket.kill("slow_reader")
            return
        small = frames and sum(len(frame.payload) for frame in frames) <= KEPT_BYTES
        self._waiting.append(frames if small else again)

    def start(self) -> None:
        """Send what waits, if nobody does already."""
        if not self.running and self._waiting:
            self.running = True
            self._conn.server.spawn(self._send(), "socketio.outbox")

    async def _send(self) -> None:
        try:
            while self._waiting and not self._conn.closed:
                async with self._conn.turn():
                    await self._next()
        finally:
            self.running = False
            if self._conn.closed:
                self._waiting.clear()

    async def _next(self) -> None:
        item = self._waiting.popleft()
        for frame in await item() if callable(item) else item:
            self._conn.push(frame)
