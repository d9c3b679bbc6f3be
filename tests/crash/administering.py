"""Administration while the server dies: each act is done once, however often it had to be asked for."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError, ClientSession

from batonpass.app import accounts
from batonpass.app.audit import By
from batonpass.app.configuring import env_of
from batonpass.app.ports import Tx
from batonpass.transport.auth import API_KEY_PREFIX, new_secret
from tests.crash.outward import until_it_listens
from tests.crash.runs import POINTS, dying
from tests.support.server import NO_AFTERWORD, ServerProcess, Workspace
from tests.support.stores import Place

ADMINISTERED = ("adopt", "wake_queues", "create_key", "rotate_key", "revoke_key")
STORE = '\n[config]\nsource = "store"\n'


@dataclass(frozen=True)
class Act:
    """A request, how often the use case that it comes to has run before, and what it is called in the log."""

    use_case: str
    nth: int
    log: str
    method: str
    path: str


ACTS = (
    # Every start adopts, and wakes the queues.
    Act("adopt", 2, "config.changed", "PATCH", "tables/timers"),
    Act("wake_queues", 2, "config.changed", "PATCH", "tables/timers"),
    Act("create_key", 1, "keys.created", "POST", "agents/rita/keys"),
    Act("rotate_key", 1, "keys.rotated", "POST", "agents/sue/keys/rotate"),
    Act("revoke_key", 1, "keys.revoked", "DELETE", "keys/{prefix}"),
)


async def administered_and_died(folder: Path, place: Place, points: Sequence[str] = POINTS) -> None:
    """Each act is asked for until it is answered, with new ones until the server has died at each of these points; then
    each is in the log once, and the versions are dense."""
    workspace = await Workspace(folder, place, more=NO_AFTERWORD + STORE).prepare()
    server = ServerProcess(workspace)
    prefixes = (key[:10] for key in workspace.keys.values())
    asked: Counter[str] = Counter({"config.changed": 1})
    async with (
        _admin(workspace) as http,
        dying(server, [f"{a.use_case}.{p}#{a.nth}" for a in ACTS for p in points]),
    ):
        for number, act in enumerate(ACTS, start=1):
            while server.kills < number * len(points):
                asked[act.log] += 1
                path = act.path.format(prefix=next(prefixes)) if "{" in act.path else act.path
                await _until_answered(workspace, http, act, path, asked.total())
                await asyncio.to_thread(until_it_listens, workspace.port)
    async with workspace.opened() as store:
        assert await store.read(_done) == asked
        await store.read(_dense)


@asynccontextmanager
async def _admin(workspace: Workspace) -> AsyncIterator[ClientSession]:
    secret = new_secret(API_KEY_PREFIX)
    new = accounts.NewApiKey(By("cli"), "tests", "admin", secret.hash, secret.prefix)
    async with workspace.opened() as store:
        await store.run(accounts.create_api_key, env_of(workspace.config), new)
    async with ClientSession(headers={"Authorization": f"Bearer {secret.text}"}) as http:
        yield http


async def _until_answered(
    workspace: Workspace, http: ClientSession, act: Act, path: str, number: int
) -> None:
    url = f"{workspace.url}/api/v1/admin/{path}"
    body = {"offer": number} if act.method == "PATCH" else {} if act.method == "POST" else None
    while True:
        try:
            async with http.request(
                act.method, url, json=body, headers={"Idempotency-Key": str(number)}
            ) as answer:
                said = await answer.json()
                # A new key was shown in an answer that its server did not live to send.
                assert answer.status < 300 or said["code"] == "secret_shown", said
                return
        except ClientError:
            await asyncio.to_thread(until_it_listens, workspace.port)


def _done(tx: Tx) -> Counter[str]:
    rows = tx.audit_rows(limit=200)
    return Counter(row.action for row in rows if row.action.startswith(("config.", "keys.")))


def _dense(tx: Tx) -> None:
    versions = tx.config_versions(limit=200)[::-1]
    assert [version.number for version in versions] == list(range(1, len(versions) + 1))
    offers = [version.document["timers"]["offer"] for version in versions[1:]]
    assert offers == sorted(set(offers)), "each change once, in order"
