"""The stock socket.io-client from npm as customer and as bot, a bare WebSocket as representative: nothing of ours."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import pytest

from tests.blackbox import raw
from tests.support.machine import NODE_TESTS
from tests.support.server import Workspace
from tests.support.stores import SqlitePlaces

pytestmark = pytest.mark.node


class Program:
    """A program in Node.js that speaks JSON lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._unheard: list[dict[str, Any]] = []

    async def hear(self, what: str, **holds: Any) -> dict[str, Any]:
        """The first thing it says, or has said, of this kind with these values; each is heard once."""
        wanted = {"what": what, **holds}
        async with asyncio.timeout(20):
            while True:
                for told in self._unheard:
                    if wanted.items() <= told.items():
                        self._unheard.remove(told)
                        return told
                self._unheard.append(await self._line())

    async def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, f"the program ended after {self._unheard[-3:]}"
        told: dict[str, Any] = json.loads(line)
        return told

    async def do(self, name: str, *arguments: Any) -> dict[str, Any]:
        """Have a command done, and return what came of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, *arguments]).encode() + b"\n")
        await self._process.stdin.drain()
        return await self.hear("done", name=name)

    @classmethod
    @asynccontextmanager
    async def run(cls, node: Path, script: str, *arguments: str) -> AsyncIterator[Self]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            node, NODE_TESTS / script, *arguments, stdin=pipe, stdout=pipe
        )
        try:
            yield cls(process)
        finally:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize(
    "transports", [["websocket"], ["polling", "websocket"]], ids=["websocket", "upgrade"]
)
async def test_a_stock_customer_is_cut_and_misses_nothing(
    node: Path, transports: list[str], sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    workspace = await Workspace(tmp_path, await sqlite_places.new()).prepare()
    keys = workspace.keys
    async with (
        workspace.running() as running,
        Program.run(node, "bot.mjs", running.url, keys["triage"]) as bot,
        raw.agent(running.url, keys["rita"]) as rita,
        Program.run(node, "customer.mjs", running.url, json.dumps(transports)) as customer,
    ):
        assert (await bot.hear("snapshot"))["agent"]["name"] == "Order bot"
        await rita.good("presence.set", {"presence": "available"})
        await customer.hear("snapshot")
        first = await _talk_to_the_bot(customer, bot)
        await _is_cut_while_a_person_writes(customer, rita)
        assert await customer.do("say", "m1", "hello there") == {"what": "done", "name": "say", **first}
        assert (await customer.do("end"))["ok"] is True
        await customer.hear("line", event="conversation.closed")
        lines = (await customer.do("lines"))["lines"]
    assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
    said = [line["data"]["content"]["text"] for line in lines if line["event"] == "message.created"]
    assert said == [
        "hello from node",
        "hello there",
        "node heard hello there",
        "a person please",
        "I am Rita",
        "line 1",
        "line 2",
        "line 3",
        "here I am again",
    ]
    notices = [line["data"]["notice"]["code"] for line in lines if "notice" in line["data"]]
    assert notices == ["welcome_bot", "passing_to_person", "joined", "closed_by_customer"]


async def _talk_to_the_bot(customer: Program, bot: Program) -> dict[str, Any]:
    """Greeting, question, answer, and a pass to a person; returns the first message's acknowledgement."""
    assert (await customer.do("start"))["created"] is True
    assert (await customer.do("start"))["created"] is False
    greeting = await bot.hear("greet")
    assert greeting["client_id"].startswith("greet:")
    await customer.hear("line", event="message.created")
    sent = await customer.do("say", "m1", "hello there")
    assert sent["ok"] is True
    await bot.hear("turn", text="hello there")
    for _ in range(2):  # its own message, and the answer
        await customer.hear("line", event="message.created")
    await customer.do("say", "m2", "a person please")
    assert (await bot.hear("passed"))["answer"]["type"] in ("queued", "offered")
    assert (await bot.hear("late"))["code"] == "stint_ended"
    return {name: value for name, value in sent.items() if name not in ("what", "name")}


async def _is_cut_while_a_person_writes(customer: Program, rita: raw.RawClient) -> None:
    """A person takes the chat and writes while the customer's connection is gone; then the customer is back."""
    offer = (await rita.event("offer.made"))["data"]["offer"]
    assert offer["handoff"]["note"] == "from node"
    cid = offer["conversation_id"]
    accepted = await rita.good("offer.accept", {"offer_id": offer["offer_id"]})
    stint = {"conversation_id": cid, "stint_id": accepted["stint_id"]}
    await rita.good("stint.ready", {"stint_id": stint["stint_id"]})
    await _writes(rita, stint, "I am Rita")
    for _ in range(2):
        await customer.hear("line", event="message.created")
    assert (await customer.do("cut"))["reason"] == "transport close"
    for number in (1, 2, 3):
        await _writes(rita, stint, f"line {number}")
    await customer.do("back")
    snapshot = await customer.hear("snapshot")
    assert snapshot["conversations"][0]["holder"] == {"name": "Rita Ray", "kind": "representative"}
    sent = await customer.do("say", "m3", "here I am again")
    await rita.event("message.created", lambda e: e["data"]["message_id"] == sent["message_id"])


async def _writes(rita: raw.RawClient, stint: dict[str, str], text: str) -> None:
    content = {"type": "text", "text": text}
    await rita.good("message.send", {**stint, "client_id": text, "content": content})


async def test_a_stock_client_is_told_why_it_is_refused(
    node: Path, sqlite_places: SqlitePlaces, tmp_path: Path
) -> None:
    workspace = await Workspace(tmp_path, await sqlite_places.new()).prepare()
    async with workspace.running() as running, Program.run(node, "bot.mjs", running.url, "no key") as bot:
        refused = await bot.hear("connect_error")
    assert refused["message"] == "bad_token"
    assert refused["data"]["code"] == "bad_token"
    assert refused["data"]["retryable"] is False
