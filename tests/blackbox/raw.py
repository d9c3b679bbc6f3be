"""A Socket.IO client by hand, over a bare WebSocket: it keeps every frame, and imports nothing of ours.

It follows the Engine.IO protocol 4 and the Socket.IO protocol 5 as written down; it helps nobody to behave.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

PATIENCE_S = 15.0

Event = dict[str, Any]
"""What a server event carried: its envelope, with the event's name under `event`."""


class Refused(Exception):
    """A connect that was turned away: `message` is the code, `data` the error object."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told.get("message"))
        self.code = told.get("message")
        self.data = told.get("data")


class RawClient:
    """One WebSocket in one namespace. `frames` is all that came in, as it was, in order."""

    def __init__(self, url: str, namespace: str, auth: Any) -> None:
        self.url = url
        self.namespace = namespace
        self.auth = auth
        self.frames: list[str] = []
        self.events: list[Event] = []
        self.close_code: int | None = None
        self.close_reason = ""
        self.ended = False
        self._answers: dict[int, Any] = {}
        self._numbers = itertools.count()
        self._changed = asyncio.Condition()
        self._reader: asyncio.Task[None] | None = None
        self._joined: dict[str, Any] | None = None
        self._refused: dict[str, Any] | None = None

    async def open(self) -> Self:
        """Open the WebSocket, and join nothing yet. Raises aiohttp.WSServerHandshakeError when turned away."""
        self._http = aiohttp.ClientSession()
        address = f"{self.url}/socket.io/?EIO=4&transport=websocket"
        try:
            self._ws = await self._http.ws_connect(address, max_msg_size=0, compress=0)
        except BaseException:
            await self._http.close()
            raise
        loop = asyncio.get_running_loop()
        self._reader = loop.create_task(self._read(), name="raw-reader")
        return self

    async def join(self) -> Self:
        """Join the namespace. Raises Refused."""
        auth = "" if self.auth is None else json.dumps(self.auth)
        await self.send(f"40{self.namespace},{auth}")
        await self.until(lambda: self._joined is not None or self._refused is not None or self.ended)
        if self._joined is None:
            await self.close()
            raise Refused(self._refused or {"message": f"closed: {self.close_code} {self.close_reason}"})
        return self

    async def connect(self) -> Self:
        """Open, join, and wait for the first event."""
        await self.open()
        await self.join()
        await self.event("session.snapshot")
        return self

    async def __aenter__(self) -> Self:
        return await self.connect()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the socket, without the protocol's goodbye."""
        await self._ws.close()
        await self._http.close()
        if self._reader is not None:
            await asyncio.wait([self._reader])

    # Saying

    async def send(self, frame: str) -> None:
        """Send a frame as it is; nothing when the server has closed."""
        try:
            await self._ws.send_str(frame)
        except (ConnectionError, aiohttp.ClientError):
            pass

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        try:
            await self._ws.send_bytes(data)
        except (ConnectionError, aiohttp.ClientError):
            pass

    async def say(self, event: str, *arguments: Any) -> int:
        """Emit an event that asks for an acknowledgement; return its number."""
        return await self.say_json(json.dumps([event, *arguments], allow_nan=True))

    async def say_json(self, text: str) -> int:
        """Emit an event whose JSON is written by hand."""
        number = next(self._numbers)
        await self.send(f"42{self.namespace},{number}{text}")
        return number

    async def ask(self, event: str, *arguments: Any) -> Any:
        """Emit, and return the acknowledgement; None when the server closed instead."""
        return await self.answer(await self.say(event, *arguments))

    async def answer(self, number: int) -> Any:
        """The acknowledgement of an emitted event; None when the server closed instead."""
        await self.until(lambda: number in self._answers or self.ended)
        return self._answers.get(number)

    async def good(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Emit what must be taken, and return its acknowledgement."""
        told = await self.ask(event, payload)
        assert isinstance(told, dict), f"{event} was not answered: {self.close_code} {self.close_reason}"
        assert told.get("ok") is True, (event, told)
        return told

    # Hearing

    async def until(self, holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait until it holds; looked at after each frame."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(holds)

    async def event(self, name: str, holds: Callable[[Event], bool] = lambda event: True) -> Event:
        """The first event of a name, past ones included, that holds."""

        def found() -> Event | None:
            return next((e for e in self.events if e["event"] == name and holds(e)), None)

        await self.until(lambda: found() is not None or self.ended)
        event = found()
        assert event is not None, f"closed before {name} came: {self.close_code} {self.close_reason}"
        return event

    def entries(self, number: str) -> list[Event]:
        """The entries of the timeline that came, by their number, each once."""
        numbered = {e[number]: e for e in self.events if number in e}
        return [numbered[n] for n in sorted(numbered)]

    async def goes(self, seconds: float = PATIENCE_S) -> str:
        """Wait until the server has closed; its reason."""
        await self.until(lambda: self.ended, seconds)
        return self.close_reason

    async def _read(self) -> None:
        try:
            while (message := await self._ws.receive()).type is aiohttp.WSMsgType.TEXT:
                await self._take(message.data)
                await self._tell()
            if message.type is aiohttp.WSMsgType.CLOSE:
                self.close_code, self.close_reason = message.data, message.extra or ""
        finally:
            self.ended = True
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _take(self, frame: str) -> None:
        self.frames.append(frame)
        if frame == "2":
            await self.send("3")
            return
        if frame[:2] not in ("40", "42", "43", "44"):
            return
        rest = frame[2:]
        if rest.startswith("/"):
            namespace, _, rest = rest.partition(",")
            if namespace != self.namespace:
                return
        digits = "".join(itertools.takewhile(str.isdigit, rest))
        body = json.loads(rest[len(digits) :] or "null")
        if frame.startswith("40"):
            self._joined = body
        elif frame.startswith("44"):
            self._refused = body
        elif frame.startswith("43"):
            self._answers[int(digits)] = body[0]
        else:
            self.events.append({**body[1], "event": body[0]})


@asynccontextmanager
async def customer(url: str, token: str | None = None) -> AsyncIterator[RawClient]:
    """A customer's connection; without a token, of a new customer. `auth` has the token."""
    client = RawClient(url, "/customer", {"token": token or (await session(url))["token"]})
    async with client:
        yield client


def agent(url: str, key: str, tab: str = "") -> RawClient:
    """An agent's connection, not open yet."""
    return RawClient(url, "/agent", {"token": key, "tab": tab} if tab else {"token": key})


async def session(url: str) -> dict[str, str]:
    """A new anonymous customer: `{customer_id, token}`. Told to come back later, it does, up to ten times."""
    async with aiohttp.ClientSession() as http:
        for _ in range(10):
            async with http.post(f"{url}/api/v1/customer-sessions", json={}) as told:
                if told.status != 429:
                    assert told.status == 201, await told.text()
                    made: dict[str, str] = await told.json()
                    return made
            await asyncio.sleep(int(told.headers["Retry-After"]))
    raise AssertionError("no session after ten tries")
