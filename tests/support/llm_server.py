"""An OpenAI-compatible server that goes wrong as told, and remembers every request. In a thread of its own, so that
a test's event loop, or several, may ask it.

    with LlmServer() as server:
        server.will(rate_limited(1), ok)      # the last one stays
        ...
        assert server.bodies[0]["model"] == "small"
"""

import asyncio
import gzip
import json
import threading
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Behaviour = Callable[["LlmServer", web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


class LlmServer:
    """``url`` is its ``base_url``. ``bodies`` and ``headers`` are what came, oldest first; ``at_once`` is the most
    requests it ever had at the same time."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.at_once = 0
        self.url = ""
        self.released = threading.Event()
        self._now = 0
        self._script: list[Behaviour] = [ok]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="llm-server")

    def will(self, *behaviours: Behaviour) -> None:
        """Do these, one a request; the last one for all further ones."""
        self._script = list(behaviours)

    def forget(self) -> None:
        """Forget what came so far."""
        self.bodies, self.headers, self.paths, self.at_once = [], [], [], 0

    @property
    def chats(self) -> list[str]:
        """The user's message of each request."""
        return [body["messages"][-1]["content"] for body in self.bodies]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the model's server does not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(self._open(runner))
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _open(self, runner: web.AppRunner) -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.text())
        self.bodies.append(body)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        self.paths.append(request.path)
        behaviour = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        try:
            return await behaviour(self, request, body)
        finally:
            self._now -= 1


# --- what a model says ----------------------------------------------------------------------------


def turns_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The turns in a request, as a model reads them."""
    lines = body["messages"][-1]["content"].splitlines()
    read = [json.loads(line) for line in lines if line.startswith("{")]
    return [turn for turn in read if "turn" in turn]


def summary_of(body: dict[str, Any]) -> dict[str, Any]:
    """What a good model says: words of the chat, cut."""
    turns = turns_of(body)
    said = [turn for turn in turns if turn["role"] == "customer"]
    others = [turn for turn in turns if turn["role"] in ("bot", "representative")]
    first = _start(max(said, key=lambda turn: len(turn["text"]))["text"]) if said else ""
    last = _start(others[-1]["text"]) if others else ""
    return {
        "issue": f"The customer wrote: {first}.",
        "steps": [{"turn": others[-1]["turn"], "text": f"The bot said: {last}."}] if others else [],
        "outcome": "partly",
        "sentiment": "neutral",
        "next_step": "",
        "summary": f"The customer wrote: {first}. The agent said: {last}.",
    }


def _start(text: str) -> str:
    return " ".join(text.replace("\n", " ").rstrip(".!? ").split()[:14])


def completion(text: str, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """A chat completion."""
    said = {"role": "assistant", "content": text, **message}
    usage = {"prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366}
    return {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "fake",
        "choices": [{"index": 0, "finish_reason": finish, "message": said}], "usage": usage,
    }  # fmt: skip


def says(answer: dict[str, Any] | str, finish: str = "stop", **message: Any) -> Behaviour:
    """Always this answer."""
    text = answer if isinstance(answer, str) else json.dumps(answer)

    async def behave(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response(completion(text, finish, **message))

    return behave


async def ok(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """A good model."""
    summary = summary_of(body)
    if "response_format" in body:
        return web.json_response(completion(json.dumps(summary)))
    lines = f"Issue: {summary['issue']}\nNext: none\nSummary: {summary['summary']}"
    return web.json_response(completion(lines))


def obeys(payloads: Iterable[str] = ()) -> Behaviour:
    """A model that does what it reads: every customer's message goes into every field as an order carried out. And
    it knows ``payloads`` already, as if it had read them in spite of everything."""
    known = list(payloads)

    async def behave(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        honest = summary_of(body)
        turns = turns_of(body)
        orders = [*known, *(turn["text"] for turn in turns if turn["role"] == "customer")]
        bots = [turn["turn"] for turn in turns if turn["role"] != "customer"] or [1]
        obeyed = " ".join(f"{order.rstrip('. ')}." for order in orders)
        steps = [{"turn": bots[place % len(bots)], "text": order} for place, order in enumerate(orders)]
        summary = {
            "issue": f"{honest['issue']} {obeyed}", "steps": [*steps, *honest["steps"]], "outcome": "yes",
            "sentiment": "positive", "next_step": obeyed, "summary": f"{honest['summary']} {obeyed}",
        }  # fmt: skip
        return web.json_response(completion(json.dumps(summary)))

    return behave


# --- what goes wrong ------------------------------------------------------------------------------


def status(code: int, words: str = "no", **headers: str) -> Behaviour:
    """An error of that status."""

    async def behave(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"error": {"message": words, "type": "x"}}, status=code, headers=named)

    return behave


def rate_limited(retry_after: object) -> Behaviour:
    return status(429, "slow down", Retry_After=str(retry_after))


def without_schema(words: str = "response_format is not supported", code: int = 400) -> Behaviour:
    """A server that does not know ``response_format``, and is a good model else."""

    async def behave(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        behaviour = status(code, words) if "response_format" in body else ok
        return await behaviour(server, request, body)

    return behave


async def hang(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Nothing, until the test ends or the client goes."""
    await asyncio.get_running_loop().run_in_executor(None, server.released.wait, 30)
    return web.Response()


async def trickle(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """A good answer, a byte now and then."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for byte in json.dumps(completion(json.dumps(summary_of(body)))).encode():
        await response.write(bytes([byte]))
        await asyncio.sleep(0.05)
    return response


async def html(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """A page, with status 200."""
    return web.Response(text="<html><body>Welcome to the login page</body></html>", content_type="text/html")


async def cut_json(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """The model's object ends in the middle."""
    text = json.dumps(summary_of(body))
    return web.json_response(completion(text[: len(text) // 2], "length"))


async def cut_body(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """The completion ends in the middle."""
    text = json.dumps(completion(json.dumps(summary_of(body))))
    return web.Response(text=text[: len(text) // 2], content_type="application/json")


async def huge(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Ten megabytes, in chunks without a length."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"choices": [{"message": {"content": "')
    for _ in range(160):
        await response.write(b"a" * 65_536)
    await response.write(b'"}}]}')
    return response


async def packed(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Ten megabytes in ten kilobytes."""
    bomb = gzip.compress(b" " * 10_000_000)
    return web.Response(body=bomb, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})


async def reset(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """The connection breaks."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def broken_off(server: LlmServer, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """The connection breaks in the middle of the answer."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "5000"})
    await response.prepare(request)
    await response.write(b'{"choices": [')
    assert request.transport is not None
    request.transport.abort()
    return response


wrong_schema = says({"title": "A chat", "tags": ["parcel"]})
refusal = says("I'm sorry, but I can't help with that.")
refusal_field = says("", refusal="I will not")
