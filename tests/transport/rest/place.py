"""All endpoints over a house in virtual time: queue 1 with bot A, R1, R2, R3 and bot B; R4, who supervises, in queue 2."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from batonpass.app.authority import Role
from batonpass.app.ports import Tx
from batonpass.app.ports_door import AccountRow, ApiKeyRow, SessionRow
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx
from batonpass.transport import rest
from batonpass.transport.auth import AGENT_PREFIX, API_KEY_PREFIX, CUSTOMER_PREFIX, SESSION_PREFIX, hash_of
from batonpass.transport.passwords import Passwords
from tests.handoffs.house import house
from tests.support.world import World

JSON = dict[str, Any]


@dataclass
class Place:
    """Requests, and the world behind them."""

    world: World
    client: TestClient[web.Request, web.Application]
    rest: rest.Rest

    async def ask(
        self, who: str, method: str, path: str, said: JSON | None = None, *, key: str = ""
    ) -> tuple[int, JSON]:
        """Ask as somebody (a token's name, or "" for nobody), and do what is due."""
        headers = {"Authorization": f"Bearer {token_of(who)}"} if who else {}
        if key:
            headers["Idempotency-Key"] = key
        async with self.client.request(method, f"/api/v1{path}", json=said, headers=headers) as answer:
            text = await answer.text()
            body = json.loads(text) if text and answer.content_type.endswith("json") else {}
            status = answer.status
        await self.world.settle()
        return status, body

    async def ok(self, who: str, method: str, path: str, said: JSON | None = None, **more: Any) -> JSON:
        """The body of what must go well."""
        status, body = await self.ask(who, method, path, said, **more)
        assert status < 300, (who, method, path, body)
        return body

    async def code(self, who: str, method: str, path: str, said: JSON | None = None) -> str:
        """The code of a refusal, or "ok"."""
        status, body = await self.ask(who, method, path, said)
        assert status < 500, (who, method, path, body)
        return "ok" if status < 300 else str(body["code"])

    async def customer(self, name: str) -> str:
        """A customer; the name of its token."""
        await self.world.store.run(_customer, name)
        return name


KINDS = {"c": CUSTOMER_PREFIX, "S": SESSION_PREFIX, "K": API_KEY_PREFIX}


def token_of(who: str) -> str:
    """The token of a name: `c1` is a customer, `S-admin` a session, `K-admin` a program, others are agents."""
    prefix = next((prefix for start, prefix in KINDS.items() if who.startswith(start)), AGENT_PREFIX)
    return f"{prefix}token-of-{who}"


def _customer(tx: Tx, name: str) -> None:
    tx.add_customer(name, hash_of(token_of(name)))


def _tokens(tx: Tx) -> None:
    for agent in ("A", "B", "R1", "R2", "R3", "R4"):
        tx.add_key(hash_of(token_of(agent)), agent, "bpa_")
    for role, agent_id in ((Role.AGENT, "R1"), (Role.SUPERVISOR, "R4"), (Role.ADMIN, "R3")):
        name = f"S-{role}"
        tx.add_account(AccountRow(name, name, str(role), agent_id, "", True, tx.now))
        tx.add_session(SessionRow(hash_of(token_of(name)), name, name, "", "", tx.now, tx.now + 10**9))
    tx.add_api_key(ApiKeyRow(hash_of(token_of("K-admin")), "K-admin", "test", "admin", "bpk_", tx.now))


@asynccontextmanager
async def opened(store: BaseStore[StoreTx], *here: str) -> AsyncIterator[Place]:
    """The house with these agents connected, and all its endpoints."""
    world = await house(store, *here)
    await store.run(_tokens)
    app = web.Application()
    found = rest.mount(app, rest.House(world.board, passwords=Passwords(cheap=True)), rest.Options())
    async with TestClient(TestServer(app)) as client:
        yield Place(world, client, found)
