"""A small real Socket.IO server for the client's tests: it does on command what the real one must never do.

It speaks the wire of one customer conversation kept in memory, and can lose, double and reorder pushes, keep
acknowledgements back, refuse, and go away.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import socketio
from aiohttp import web

CONVERSATION = "c1"
AT = "2026-11-20T06:12:00.000Z"


def entry(number: int, text: str = "") -> dict[str, Any]:
    """A message as the server pushes it to a customer."""
    content = {"type": "text", "text": text or f"text {number}"}
    return envelope({"message_id": f"m{number}", "content": content}, public_seq=number)


def envelope(data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A server event around `data`."""
    actor = {"type": "bot", "name": "Ada"}
    return {"event_id": "e", "conversation_id": CONVERSATION, "at": AT, "actor": actor, "data": data, **more}


class Peer:
    """A customer's server with one conversation."""

    namespace = "/customer"

    def __init__(self) -> None:
        self.port = 0
        self.entries: list[dict[str, Any]] = []
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.reads: list[int] = []
        self.connects = 0
        self.refuse_connect: dict[str, Any] | None = None
        self.shows_conversation = True
        # What to do with the next client events: "silent", "cut", "empty", "leave" or an error to answer with.
        self.next: deque[Any] = deque()
        self.before_ack: Callable[[], Any] | None = None
        self._sockets: list[asyncio.Transport] = []
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def up(self) -> None:
        """Start, on the port it had before if it was up once."""
        self.sio = socketio.AsyncServer(async_mode="aiohttp", async_handlers=False)
        self.sio.on("connect", self._connect, namespace=self.namespace)
        self.sio.on("*", self._event, namespace=self.namespace)
        app = web.Application()
        self.sio.attach(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        """Go away: connections are dropped, new ones refused."""
        await self.cut()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.sio.shutdown()

    async def cut(self) -> None:
        """Drop every connection."""
        sockets, self._sockets = self._sockets, []
        for socket in sockets:
            socket.abort()

    async def push(self, *numbers: int) -> None:
        """Push stored entries to whoever is connected, in this order."""
        for number in numbers:
            await self.sio.emit("message.created", self.entries[number - 1], namespace=self.namespace)

    def store(self, count: int) -> None:
        """Store `count` more entries and push none."""
        for _ in range(count):
            self.entries.append(entry(len(self.entries) + 1))

    def payloads(self, event: str) -> list[dict[str, Any]]:
        """What was received under a name."""
        return [payload for name, payload in self.received if name == event]

    async def _connect(self, sid: str, environ: dict[str, Any], auth: dict[str, Any]) -> None:
        self.connects += 1
        self._sockets.append(environ["aiohttp.request"].transport)
        if self.refuse_connect is not None:
            raise socketio.exceptions.ConnectionRefusedError(self.refuse_connect["code"], self.refuse_connect)
        # After the namespace is confirmed, as the real server does.
        self.sio.start_background_task(self._greet, sid)

    async def _greet(self, sid: str) -> None:
        await asyncio.sleep(0)
        snapshot = {"event_id": "s", "at": AT, "data": self.snapshot()}
        await self.sio.emit("session.snapshot", snapshot, to=sid, namespace=self.namespace)
        await self.after_snapshot(sid)

    def snapshot(self) -> dict[str, Any]:
        """The data of the first event."""
        shown = {"conversation_id": CONVERSATION, "status": "active", "epoch": 1, "head": len(self.entries)}
        return {"customer_id": "u1", "conversations": [shown] if self.shows_conversation else []}

    async def after_snapshot(self, sid: str) -> None:
        """What follows the first event at once."""

    async def _event(self, event: str, sid: str, payload: dict[str, Any]) -> Any:
        self.received.append((event, payload))
        if event == "timeline.read":
            return await self._read(sid, payload)
        act = self.next.popleft() if self.next else None
        if act == "cut":
            await self.cut()
            return None
        if act == "silent":
            await asyncio.sleep(1.2)  # longer than the test client's patience
            return None
        if act == "empty":
            return None
        if act == "leave":
            await self.sio.disconnect(sid, namespace=self.namespace)
            return None
        if act is not None:
            return {"ok": False, "error": act}
        if self.before_ack is not None:
            await self.before_ack()
        return await self.answer(event, sid, payload)

    async def answer(self, event: str, sid: str, payload: dict[str, Any]) -> dict[str, Any]:
        head = len(self.entries)
        if event == "conversation.start":
            started = {"conversation_id": CONVERSATION, "created": True, "status": "open", "head": head}
            return {"ok": True, **started}
        return {"ok": True, "message_id": payload.get("client_id", ""), "public_seq": head, "at": AT}

    async def _read(self, sid: str, payload: dict[str, Any]) -> dict[str, Any]:
        after = payload["after"]
        self.reads.append(after)
        page = self.entries[after : after + 3]
        for one in page:
            await self.sio.emit("message.created", one, to=sid, namespace=self.namespace)
        upto, head = after + len(page), len(self.entries)
        return {"ok": True, "head": head, "upto": upto, "more": upto < head, "unknown_field": 1}
