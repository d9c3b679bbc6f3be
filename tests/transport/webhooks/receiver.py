"""A receiver of webhooks: a real server that verifies, notes, and answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD = "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@dataclass
class Got:
    """One request: its id, its body, and how many were inside at the time."""

    id: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class Receiver:
    """`answer` decides by the request; `hold` keeps every answer back until it is set."""

    url: str = ""
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], web.StreamResponse] = lambda _: web.Response(status=204)
    hold: asyncio.Event | None = None
    inside: dict[str, int] = field(default_factory=dict)
    crowded: bool = False
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.got]

    async def take(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        Webhook(SECRET).verify(text, dict(request.headers))
        got = Got(request.headers["webhook-id"], json.loads(text), dict(request.headers))
        self.got.append(got)
        self.came.set()
        stream = got.body["conversation_id"]
        self.inside[stream] = self.inside.get(stream, 0) + 1
        self.crowded = self.crowded or self.inside[stream] > 1
        try:
            if self.hold is not None:
                await self.hold.wait()
            return self.answer(got)
        finally:
            self.inside[stream] -= 1


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/in", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/in"
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        await runner.cleanup()
