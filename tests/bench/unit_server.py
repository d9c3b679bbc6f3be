"""The unit: bare python-socketio on aiohttp with uvloop and orjson. Join a room, emit, acknowledge; nothing stored."""

import asyncio
import sys
from typing import Any

import orjson
import socketio
import uvloop
from aiohttp import web


class Json:
    """orjson with the two names python-socketio asks for."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        return orjson.loads(text)


async def serve(port: int) -> None:
    sio = socketio.AsyncServer(async_mode="aiohttp", json=Json, cors_allowed_origins="*")

    async def join(sid: str, room: str) -> bool:
        await sio.enter_room(sid, room)
        return True

    async def say(sid: str, data: dict[str, Any]) -> dict[str, Any]:
        await sio.emit("said", data, room=data["room"], skip_sid=sid)
        return {"ok": True}

    sio.on("join", join)
    sio.on("say", say)
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    address = runner.addresses[0]
    print(f"serves on http://{address[0]}:{address[1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
