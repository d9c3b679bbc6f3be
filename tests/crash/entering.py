"""The front door while the server dies: accounts, sessions, keys and leases; each act is done once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession

from batonpass.app import accounts, leases
from batonpass.app.audit import By
from batonpass.app.configuring import env_of
from batonpass.app.ports import Tx
from batonpass.transport.auth import API_KEY_PREFIX, new_secret
from batonpass.transport.identity import sign
from batonpass.transport.passwords import Passwords
from tests.crash.outward import until_it_listens
from tests.crash.runs import dying
from tests.support.server import NO_AFTERWORD, ServerProcess, Workspace
from tests.support.stores import Place

SECRET = "s" * 40
PASSWORD = "correct horse battery"
ENTERED = (
    "create",
    "attempt",
    "failed",
    "sign_in",
    "change",
    "set_password",
    "create_api_key",
    "end_api_key",
    "take",
    "give_up",
    "end",
    "signed_session",
)
DUE = "over"
"""A lease whose end came while no server ran: it is over as soon as one does."""


@dataclass
class Visitor:
    """Asks until it is answered. `session` and `key_id` are what it got on its way."""

    workspace: Workspace
    admin: str
    account_id: str
    password: str = PASSWORD
    session: str = ""
    key_id: str = ""
    number: int = 0
    customers: set[str] = field(default_factory=set)

    async def ask(
        self, http: ClientSession, method: str, path: str, token: str, said: Any, *also: str
    ) -> dict[str, Any]:
        """The answer; of refusals only codes that say that the dead server did it."""
        headers = {"Idempotency-Key": f"k{self.number}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        url = f"{self.workspace.url}/api/v1{path}"
        while True:
            try:
                async with http.request(method, url, json=said, headers=headers) as answer:
                    body: dict[str, Any] = {} if answer.status == 204 else await answer.json()
                    assert answer.status < 300 or body["code"] in also, body
                    return body
            except ClientError:
                await asyncio.to_thread(until_it_listens, self.workspace.port)

    async def acts(self, http: ClientSession, use_case: str) -> None:
        """Ask once more for what comes to this use case."""
        self.number += 1
        await ACTS[use_case](self, http)

    async def signs_in(self, http: ClientSession) -> None:
        said = {"name": "rita", "password": self.password}
        self.session = (await self.ask(http, "POST", "/sessions", "", said))["token"]


async def _creates(v: Visitor, http: ClientSession) -> None:
    said = {"name": f"p{v.number}", "password": PASSWORD, "role": "agent", "agent_id": "rob"}
    made = await v.ask(http, "POST", "/accounts", v.admin, said)
    assert made["name"] == said["name"]


async def _fails(v: Visitor, http: ClientSession) -> None:
    said = {"name": f"nobody{v.number}", "password": "wrong"}
    await v.ask(http, "POST", "/sessions", "", said, "bad_sign_in")


async def _changes(v: Visitor, http: ClientSession) -> None:
    await v.ask(http, "PATCH", f"/accounts/{v.account_id}", v.admin, {"enabled": True})


async def _sets_password(v: Visitor, http: ClientSession) -> None:
    await v.signs_in(http)
    new = f"{PASSWORD} {v.number}"
    said = {"old": v.password, "new": new}
    await v.ask(http, "PUT", "/me/password", v.session, said)
    v.password = new


async def _makes_key(v: Visitor, http: ClientSession) -> None:
    await v.ask(http, "POST", "/api-keys", v.admin, {"name": f"n{v.number}"}, "secret_shown")
    listed = await v.ask(http, "GET", "/api-keys", v.admin, None)
    found = [key["key_id"] for key in listed["keys"] if key["name"] == f"n{v.number}"]
    assert len(found) == 1, "one request is one key"
    v.key_id = found[0]


async def _ends_key(v: Visitor, http: ClientSession) -> None:
    await _makes_key(v, http)
    v.number += 1
    await v.ask(http, "DELETE", f"/api-keys/{v.key_id}", v.admin, None)


async def _ends(v: Visitor, http: ClientSession) -> None:
    await v.signs_in(http)
    # The session that could be told so is over.
    await v.ask(http, "DELETE", "/sessions", v.session, None, "bad_token")


async def _leases(v: Visitor, http: ClientSession) -> None:
    await v.ask(http, "PUT", "/agent/lease", v.workspace.keys["rita"], {"for_s": 60})


async def _gives_up(v: Visitor, http: ClientSession) -> None:
    await v.ask(http, "DELETE", "/agent/lease", v.workspace.keys["rita"], None)


async def _is_signed_for(v: Visitor, http: ClientSession) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    said = {"identity": sign("shop", "cleo", SECRET, soon)}
    v.customers.add((await v.ask(http, "POST", "/customer-sessions", "", said))["customer_id"])
    assert len(v.customers) == 1


ACTS: dict[str, Callable[[Visitor, ClientSession], Any]] = {
    "create": _creates,
    "attempt": Visitor.signs_in,
    "failed": _fails,
    "sign_in": Visitor.signs_in,
    "change": _changes,
    "set_password": _sets_password,
    "create_api_key": _makes_key,
    "end_api_key": _ends_key,
    "take": _leases,
    "give_up": _gives_up,
    "end": _ends,
    "signed_session": _is_signed_for,
}


async def entered_and_died(folder: Path, place: Place, cases: Sequence[str], points: Sequence[str]) -> None:
    """Each act is asked for until the server has died at every point of it; then the door works as ever."""
    (folder / "secret").write_text(SECRET)
    site = f'\n[identity.shop]\nsecrets = ["file:{folder / "secret"}"]\n'
    workspace = await Workspace(folder, place, more=NO_AFTERWORD + site).prepare()
    visitor = await _prepared(workspace)
    server = ServerProcess(workspace)
    deaths = [f"{DUE}.{points[0]}#1", *(f"{case}.{point}#1" for case in cases for point in points)]
    async with ClientSession() as http, dying(server, deaths):
        for number, case in enumerate(cases, start=1):
            while server.kills < 1 + number * len(points):
                await visitor.acts(http, case)
                await asyncio.to_thread(until_it_listens, workspace.port)
        await visitor.signs_in(http)
        assert (await visitor.ask(http, "GET", "/me", visitor.session, None))["role"] == "agent"
    async with workspace.opened() as store:
        await store.read(_settled)


async def _prepared(workspace: Workspace) -> Visitor:
    """A program's key, an account, and a lease that is over at once."""
    secret, env = new_secret(API_KEY_PREFIX), env_of(workspace.config)
    hashed = await Passwords(cheap=True).hash(PASSWORD)
    async with workspace.opened() as store:
        new = accounts.NewApiKey(By("cli"), "tests", "admin", secret.hash, secret.prefix)
        await store.run(accounts.create_api_key, env, new)
        person = accounts.NewAccount(By("cli"), "rita", "agent", "rita", hashed)
        made = await store.run(accounts.create, env, person)
        await store.run(leases.take, env, leases.Lease("sue", 1))
    row: Any = made.reply
    return Visitor(workspace, secret.text, row.id)


def _settled(tx: Tx) -> None:
    assert tx.sessions_of("nobody") == []
    assert "sue" not in tx.connected_agents(), "her lease was over before a server ran"
    names = [row.name for row in tx.accounts(200)]
    assert len(names) == len(set(names))
