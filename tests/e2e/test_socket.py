"""The widget's own socket (web/widget/socket.js) against the real server, over lines that do what lines do.

What needs no server (silence, waits, refusals, order) is in tests/js/socket.test.mjs; chats over lines that are cut at
random are in test_trouble.py.
"""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page

from batonpass.app import keeping, messages
from batonpass.tasks import spawn
from tests.e2e.line import Line
from tests.e2e.stage import Stage

pytestmark = pytest.mark.browser

# Odd signs, and none of them may change on the way: separators of ours, of lines, halves of pairs, right-to-left.
ODD = '\u2028\u2029\x1e42/customer,["x"]\\u0000 \\ud800 \U0001f469\u200d\U0001f680 \u0627\u0644\u0633\u0644\u0627\u0645 '

CONNECT = """async ([server, token]) => {
  const [{ Connection }, { io }] = await Promise.all([import("/assets/connection.js"), import("/assets/widget/socket.js")]);
  const told = (window.told = { opened: 0, closed: 0, refused: [], entries: [], asked: [] });
  const before = window.fetch;
  window.fetch = (...all) => {
    const wire = new URL(all[0], location.href).searchParams.get("transport");
    if (wire) told.asked.push(wire);
    return before(...all);
  };
  if (!token) {
    const headers = { "Content-Type": "application/json" };
    const answer = await before(`${server}/api/v1/customer-sessions`, { method: "POST", headers, body: "{}" });
    Object.assign(told, await answer.json());
  }
  window.line = new Connection({
    io, server, namespace: "/customer", auth: () => ({ token: token || told.token }),
    opened: () => (told.opened += 1),
    event: (name, { public_seq: number, data }) => number && told.entries.push([number, data.content?.text ?? ""]),
    closed: () => (told.closed += 1),
    refused: (error) => told.refused.push(error.code),
  });
}"""
CALL = "([name, payload]) => line.call(name, payload).catch((error) => ({ failed: error.code }))"
TOLD = "() => window.told"


class Proxy(Line):
    """A line that refuses websockets, or ends each connection after so many bytes of the server's."""

    def __init__(self, port: int, *, websockets: bool = True, most: int | None = None) -> None:
        super().__init__(port)
        self.websockets, self.most = websockets, most

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"upgrade: websocket" in head.lower() and not self.websockets:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            writer.close()
            return
        there = await asyncio.open_connection("127.0.0.1", self._port)
        self._open |= {writer, there[1]}
        there[1].write(head)
        counted = self.most if b"upgrade: websocket" in head.lower() else None
        up = spawn(self._pipe(reader, there[1], None), name="proxy-up")
        await self._pipe(there[0], writer, counted)
        await up
        self._open -= {writer, there[1]}

    async def _pipe(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None
    ) -> None:
        try:
            while data := await reader.read(97 if most else 65_536):
                writer.write(data)
                await writer.drain()
                if most is not None and (most := most - len(data)) <= 0:
                    writer.transport.abort()  # in the middle of a frame
        except OSError:
            pass
        writer.close()


async def connected(page: Page, server: str, token: str = "") -> None:
    await page.evaluate(CONNECT, [server, token])
    await page.wait_for_function("told.opened > 0 || told.refused.length > 0")


async def call(page: Page, name: str, payload: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = await page.evaluate(CALL, [name, payload])
    return answer


async def started(page: Page) -> str:
    answer = await call(page, "conversation.start", {"client_id": "start", "context": {"journey": "nobody"}})
    return str(answer["conversation_id"])


async def filled(stage: Stage, page: Page, chat: str, count: int) -> None:
    """Write so many messages without a line, as fast as the store takes them."""
    assert stage.running is not None
    customer = (await page.evaluate(TOLD))["customer_id"]
    for number in range(count):
        content = {"type": "text", "text": f"{number} {ODD}"}
        await stage.running.board.do(
            messages.customer_send, messages.CustomerSays(customer, chat, f"m{number}", content)
        )


async def read_all(page: Page, chat: str) -> list[str]:
    """Read from the beginning, as often as the line makes it necessary; return the words of all entries in order."""
    words: dict[int, str] = {}
    after, head = 0, None
    while head is None or after < head:
        answer = await call(page, "timeline.read", {"conversation_id": chat, "after": after})
        head = answer.get("head", head)
        words |= dict((await page.evaluate(TOLD))["entries"])
        while after + 1 in words:
            after += 1
        if "failed" in answer:
            await page.wait_for_function("line.up")
    return [words[number] for number in sorted(words)]


async def test_a_proxy_that_takes_no_websockets_is_polled(stage: Stage) -> None:
    assert stage.running is not None
    stage.expected = ("WebSocket", "403")
    async with Proxy(stage.running.port, websockets=False) as proxy:
        page = await stage.page(f"{proxy.url}/", bypass_csp=True)
        await connected(page, proxy.url)
        chat = await started(page)
        long = (ODD + "x" * 4_000)[:4_000]
        for number in range(3):
            sent = {
                "conversation_id": chat,
                "client_id": f"c{number}",
                "content": {"type": "text", "text": long},
            }
            assert (await call(page, "message.send", sent))["ok"] is True
        half = {"conversation_id": chat, "client_id": "half", "content": {"type": "text", "text": "\ud800"}}
        assert (await call(page, "message.send", half))["failed"] == "bad_request"
        assert [text for text in await read_all(page, chat) if text.startswith(ODD[:4])] == [long] * 3
        assert set((await page.evaluate(TOLD))["asked"]) == {"polling"}

        # Sent away: its token opens nothing any more, and the refusal says so.
        told = await page.evaluate(TOLD)
        erase = keeping.Erase(told["customer_id"])
        await stage.running.board.do_and_push(keeping.erase_customer, erase)
        await page.wait_for_function("told.refused.length > 0", timeout=20_000)
        assert (await page.evaluate(TOLD))["refused"] == ["bad_token"]


async def a_long_read_over_a_line_that_breaks(stage: Stage, count: int, most: int) -> None:
    """Frames are cut in the middle, and the server is killed and started again: everything comes, once, in order."""
    assert stage.running is not None
    stage.expects_outage = True
    async with Proxy(stage.running.port) as proxy:
        page = await stage.page(f"{proxy.url}/", bypass_csp=True)
        await connected(page, proxy.url)
        chat = await started(page)
        await stage.bots["order-bot"].stop()  # it would answer each of them
        await filled(stage, page, chat, count)
        proxy.most = most
        proxy.cut()
        proxy.mend()
        await page.wait_for_function("told.closed > 0 && line.up")
        reading = spawn(read_all(page, chat), name="read-all")
        await page.wait_for_function("told.closed > 1")
        port = await stage.stop_server()
        await stage.start(port)
        words = await reading
        assert [text for text in words if text[:1].isdigit()] == [
            f"{number} {ODD}" for number in range(count)
        ]
        assert (await page.evaluate(TOLD))["closed"] >= 2


@pytest.mark.prove
async def test_a_read_survives_cut_frames_and_a_killed_server(stage: Stage) -> None:
    await a_long_read_over_a_line_that_breaks(stage, 150, 60_000)


@pytest.mark.prove
async def test_five_thousand_entries_over_a_line_that_breaks(stage: Stage) -> None:
    await a_long_read_over_a_line_that_breaks(stage, 5_000, 400_003)


async def test_who_is_not_known_is_refused_with_the_reason(stage: Stage) -> None:
    page = await stage.page("/", bypass_csp=True)
    await connected(page, stage.url, "bpc_nobody")
    told = await page.evaluate(TOLD)
    assert (told["refused"], told["opened"], told["closed"]) == (["bad_token"], 0, 0)
