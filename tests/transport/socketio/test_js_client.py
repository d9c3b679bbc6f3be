"""The stock JavaScript client, on each transport."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from batonpass.domain.errors import BatonpassError
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Dispatcher, Limits, Reply
from batonpass.transport.socketio.refusal import Refusal
from tests.support.until import until

from .served import served

NODE_TESTS = Path(__file__).parents[2] / "node"

SCRIPT = """
const { io } = require("socket.io-client");
const [url, transports] = [process.argv[1], JSON.parse(process.argv[2])];
const options = { transports, reconnectionDelay: 10, forceNew: true };
const told = { news: [] };
(async () => {
  const closed = io(url + "/closed", { ...options, auth: { token: "bad" } });
  told.refused = await new Promise((done) =>
    closed.on("connect_error", (error) => done({ message: error.message, data: error.data })));
  const socket = io(url + "/room", { ...options, auth: (give) => give({ token: "t" }) });
  socket.on("news", (n) => told.news.push(n));
  const calls = [];
  for (let n = 0; n < 40; n++) calls.push(socket.timeout(9000).emitWithAck("echo", { n }));
  told.acks = (await Promise.all(calls)).map((ack) => ack.echo.n);
  told.unknown = await socket.timeout(9000).emitWithAck("nobody", {});
  told.surrogate = await socket.timeout(9000).emitWithAck("echo", { text: "\\ud83d" });
  told.binary = await socket.timeout(9000).emitWithAck("echo", { data: Buffer.from("x") });
  const back = new Promise((done) => socket.io.on("reconnect", done));
  socket.emit("drop", {});
  await back;
  told.again = await socket.timeout(9000).emitWithAck("echo", { n: 41 });
  console.log(JSON.stringify(told));
  socket.disconnect();
})();
"""


async def run_client(node: Path, url: str, transports: list[str]) -> Any:
    process = await asyncio.create_subprocess_exec(
        *(node, "-e", SCRIPT, url, json.dumps(transports)), cwd=NODE_TESTS, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    return json.loads(output)


@pytest.mark.node
@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]])
async def test_the_stock_client_gets_along(node: Path, transports: list[str]) -> None:
    async with served(lanes=False, limits=Limits(rate=None)) as server:

        async def refuse(_conn: Connection, _auth: Any) -> None:
            raise Refusal("bad_token", "The token is unknown.")

        async def drop(conn: Connection, _payload: Any) -> Reply:
            conn.emit("news", 1)
            conn.socket.kill("shutdown")
            return Reply()

        Dispatcher(server.sio, domain_error=BatonpassError).namespace("/closed", on_connect=refuse)
        server.ns.on("drop", drop)
        told = await run_client(node, server.url, transports)
        await until(lambda: len(server.gone) == 2)
    refused = {"code": "bad_token", "message": "The token is unknown.", "retryable": False}
    assert told["refused"] == {"message": "bad_token", "data": refused}
    assert told["acks"] == list(range(40))
    codes = {name: told[name]["error"]["code"] for name in ("unknown", "surrogate", "binary")}
    assert codes == {"unknown": "unknown_event", "surrogate": "bad_request", "binary": "binary_refused"}
    assert told["again"] == {"ok": True, "echo": {"n": 41}}
    assert server.auths == [{"token": "t"}] * 2
    assert told["news"] == [1]
