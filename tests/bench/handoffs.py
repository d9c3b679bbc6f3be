"""Hand-offs: a bot escalates, a representative hands back to it, over and over, many conversations at once."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

import aiohttp

from tests.bench.relay import Figures, figures
from tests.bench.wire import Client

CONVERSATIONS = 100


class Agents:
    """Connected agents; each tells of its joins by conversation."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        self._joins: dict[str, asyncio.Future[tuple[str, str]]] = {}

    def next_join(self, conversation_id: str) -> asyncio.Future[tuple[str, str]]:
        """Resolves to (agent, stint) at the next `conversation.agent_added` packet of a conversation."""
        return self._joins.setdefault(conversation_id, asyncio.get_running_loop().create_future())

    async def connect(self, session: aiohttp.ClientSession, url: str, name: str, key: str) -> None:
        def heard(event: str, body: Any) -> None:
            if event == "conversation.agent_added" and "seq" not in body:
                self.next_join(body["conversation_id"]).set_result((name, body["data"]["stint_id"]))

        client = await Client(session, url, "/agent", heard).connect({"token": key})
        await client.ask("presence.set", {"presence": "available"})
        self.clients[name] = client

    def forget(self, conversation_id: str) -> None:
        self._joins.pop(conversation_id, None)


async def measure(
    session: aiohttp.ClientSession, url: str, keys: dict[str, str], warm_s: float, measure_s: float
) -> Figures:
    """Time from the request to `conversation.agent_added` at the receiver."""
    agents = Agents()
    for name, key in keys.items():
        await agents.connect(session, url, name, key)
    times: list[float] = []
    start = time.perf_counter() + warm_s
    loops = (_loop(session, url, agents, start, start + measure_s, times) for _ in range(CONVERSATIONS))
    await asyncio.gather(*loops)
    return figures(times, measure_s)


async def _loop(
    session: aiohttp.ClientSession, url: str, agents: Agents, start: float, end: float, times: list[float]
) -> None:
    async with session.post(url + "/api/v1/customer-sessions", json={}) as answer:
        token = (await answer.json())["token"]
    customer = await Client(session, url, "/customer").connect({"token": token})
    chat = (await _ok(customer.ask("conversation.start", {"client_id": "start"})))["conversation_id"]
    holder, stint = await agents.next_join(chat)
    number = 0
    while time.perf_counter() < end:
        await _ok(agents.clients[holder].ask("stint.ready", {"stint_id": stint}))
        agents.forget(chat)
        join = agents.next_join(chat)
        number += 1
        began = time.perf_counter()
        await _ok(agents.clients[holder].ask("handoff.request", _request(chat, stint, holder, number)))
        holder, stint = await join
        done = time.perf_counter()
        if start <= began and done <= end:
            times.append(done - began)


def _request(chat: str, stint: str, holder: str, number: int) -> dict[str, Any]:
    asked = {"conversation_id": chat, "stint_id": stint, "client_id": f"h{number}"}
    if holder == "bot":
        return asked | {"kind": "escalation"}
    return asked | {"kind": "hand_back", "target": {"type": "agent", "id": "bot"}}


async def _ok(answer: Awaitable[Any]) -> Any:
    found = await answer
    if not found["ok"]:
        raise RuntimeError(str(found))
    return found
