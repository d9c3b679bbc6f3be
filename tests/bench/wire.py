"""Plain WebSocket frames by hand: a load generator must cost less than what it measures."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson

Heard = Callable[[str, Any], None]


class Client:
    """One Socket.IO client on one namespace. `heard` gets each event; `ask` returns its acknowledgement."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, namespace: str = "", heard: Heard | None = None
    ):
        self._session = session
        self._url = url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
        self._prefix = f"{namespace}," if namespace else ""
        self._numbers = itertools.count(1)
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard = heard or (lambda _event, _data: None)

    async def connect(self, auth: dict[str, str] | None = None) -> "Client":
        self._ws = await self._session.ws_connect(self._url, max_msg_size=0, compress=0)
        await self._ws.receive_str()
        body = orjson.dumps(auth).decode() if auth else ""
        await self._ws.send_str(f"40{self._prefix}{body}")
        self._task = asyncio.get_running_loop().create_task(self._read())
        await self._joined
        return self

    async def ask(self, event: str, data: Any) -> Any:
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._acks[number] = answer
        await self._ws.send_str(f"42{self._prefix}{number}{orjson.dumps([event, data]).decode()}")
        return await answer

    async def _read(self) -> None:
        async for message in self._ws:
            self._frame(message.data)

    def _frame(self, text: str) -> None:
        kind = text[:2]
        if kind == "42":
            event, data = orjson.loads(text[text.index("[") :])
            self.heard(event, data)
        elif kind == "43":
            head, _, body = text[2 + len(self._prefix) :].partition("[")
            self._acks.pop(int(head)).set_result(orjson.loads("[" + body)[0])
        elif kind == "40":
            self._joined.set_result(None)
        elif kind == "44":
            self._joined.set_exception(RuntimeError(text))
        elif text == "2":
            asyncio.get_running_loop().create_task(self._ws.send_str("3"))

    async def close(self) -> None:
        await self._ws.close()
        await self._task
