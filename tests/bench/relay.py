"""The relay: 100 pairs in a closed loop. A message counts when the other side has it and the sender its answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.bench.wire import Client

PAIRS = 100


@dataclass(frozen=True)
class Figures:
    """Messages a second, and the 99th percentile of their time in ms."""

    per_s: float
    p50_ms: float
    p99_ms: float


Send = Callable[[int], Awaitable[None]]


@dataclass
class Pair:
    """A sender, and the event its receiver sets when the message is there."""

    send: Callable[[int], Awaitable[Any]]
    arrived: asyncio.Event


async def measure(pairs: list[Pair], warm_s: float, measure_s: float) -> Figures:
    """Run all pairs for a while; only what ends in the measured part counts."""
    times: list[float] = []
    start = time.perf_counter() + warm_s
    end = start + measure_s
    await asyncio.gather(*(_loop(pair, start, end, times) for pair in pairs))
    return figures(times, measure_s)


def figures(times: list[float], seconds: float) -> Figures:
    """Turn measured times, in seconds, into figures. Raises ValueError when nothing was measured."""
    if not times:
        raise ValueError("nothing ended in the measured time")
    ordered = sorted(times)
    half, tail = (ordered[int(len(ordered) * share)] * 1000 for share in (0.5, 0.99))
    return Figures(len(ordered) / seconds, half, tail)


async def _loop(pair: Pair, start: float, end: float, times: list[float]) -> None:
    number = 0
    while (began := time.perf_counter()) < end:
        pair.arrived.clear()
        number += 1
        await pair.send(number)
        await pair.arrived.wait()
        done = time.perf_counter()
        if start <= began and done <= end:
            times.append(done - began)


async def unit_pairs(session: aiohttp.ClientSession, url: str) -> list[Pair]:
    """Pairs on the bare server: both join a room, one says, the other hears."""
    pairs = []
    for number in range(PAIRS):
        arrived = asyncio.Event()
        sender = await Client(session, url).connect()
        receiver = await Client(session, url, heard=_sets(arrived, "said")).connect()
        for client in (sender, receiver):
            await client.ask("join", f"room-{number}")
        pairs.append(Pair(_says(sender, f"room-{number}"), arrived))
    return pairs


def _says(sender: Client, room: str) -> Callable[[int], Awaitable[Any]]:
    return lambda n: sender.ask("say", {"room": room, "client_id": f"m{n}", "text": _text(n)})


def _sets(arrived: asyncio.Event, event: str) -> Callable[[str, Any], None]:
    def heard(name: str, _data: Any) -> None:
        if name == event:
            arrived.set()

    return heard


class Wiring:
    """Who gets whose chat is the router's to say; so arrivals are told apart by conversation."""

    def __init__(self) -> None:
        self._arrived: dict[str, asyncio.Event] = {}

    def arrived(self, conversation_id: str) -> asyncio.Event:
        return self._arrived.setdefault(conversation_id, asyncio.Event())

    def heard(self, name: str, body: Any) -> None:
        if name == "message.created" and body["actor"]["type"] == "customer":
            self.arrived(body["conversation_id"]).set()


async def product_pairs(session: aiohttp.ClientSession, url: str, keys: list[str]) -> list[Pair]:
    """Pairs on the product: a customer writes, the representative who holds the baton hears."""
    wiring = Wiring()
    return list(await asyncio.gather(*(_product_pair(session, url, key, wiring) for key in keys)))


async def _product_pair(session: aiohttp.ClientSession, url: str, key: str, wiring: Wiring) -> Pair:
    joined = asyncio.get_running_loop().create_future()

    def heard(name: str, body: Any) -> None:
        wiring.heard(name, body)
        if name == "conversation.context" and not joined.done():
            joined.set_result(body["data"]["stint_id"])

    agent = await Client(session, url, "/agent", heard).connect({"token": key})
    await _ok(agent.ask("presence.set", {"presence": "available"}))
    async with session.post(url + "/api/v1/customer-sessions", json={}) as answer:
        token = (await answer.json())["token"]
    customer = await Client(session, url, "/customer").connect({"token": token})
    chat = (await _ok(customer.ask("conversation.start", {"client_id": "start"})))["conversation_id"]
    await _ok(agent.ask("stint.ready", {"stint_id": await joined}))

    async def send(number: int) -> None:
        content = {"type": "text", "text": _text(number)}
        said = {"conversation_id": chat, "client_id": f"m{number}", "content": content}
        await _ok(customer.ask("message.send", said))

    return Pair(send, wiring.arrived(chat))


async def _ok(answer: Awaitable[Any]) -> Any:
    found = await answer
    if not found["ok"]:
        raise RuntimeError(str(found))
    return found


def _text(number: int) -> str:
    return f"Message {number}: my order 48-2019 has not arrived yet, can you look it up?"
