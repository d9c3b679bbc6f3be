"""Webhooks while the server dies: what a receiver that lives on was told, and what the store says it was."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, web
from sqlalchemy import select

from batonpass.app import keeping
from batonpass.app.ports import Tx
from batonpass.app.ports_door import ApiKeyRow
from batonpass.domain.due import Due, DueKind
from batonpass.domain.hooks import Delivery, DeliveryState
from batonpass.store import schema as s
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx
from batonpass.transport.auth import API_KEY_PREFIX, new_secret
from tests.app.test_keeping import rows_with
from tests.crash.journeys import Cast, talkative
from tests.crash.runs import dying
from tests.support.laws import check_laws
from tests.support.server import NO_AFTERWORD, ServerProcess, Workspace
from tests.support.stores import Place
from tests.support.until import until
from tests.support.world import World, queue, rules
from tests.transport.webhooks.receiver import SECRET, Got, Receiver, receiving

OUTWARD = ("lease_webhooks", "settle_webhook", "replay_webhooks")
KEPT = ("keep_attachment", "orphan_over")
FORGOTTEN = ("note_export", "keep_house", "erase_customer", "erase_next")

UNSENT = """
[attachments]
unsent = 0.2
"""


HOOKS = """
[webhooks.crm]
url = "{url}"
secrets = ["file:{secret}"]
include = "messages"
allow = ["127.0.0.0/8"]
first_delay = 0.05
"""


async def told_and_died(folder: Path, place: Place, points: Sequence[str]) -> None:
    """A short chat whose every third delivery is refused once; the server dies at each of `points`.

    Nothing is lost, ids are stable, and what was taken came in order.
    """
    async with receiving() as receiver:
        receiver.answer = _every_third_again(receiver)
        secret = folder / "secret"
        secret.write_text(SECRET)
        hooks = HOOKS.format(url=receiver.url, secret=secret)
        workspace = await Workspace(folder, place, more=NO_AFTERWORD + hooks).prepare()
        server = ServerProcess(workspace)
        async with dying(server, points):
            cast = Cast(server.url, workspace.keys)
            talkative(cast)
            async with cast:
                await cast.begins({})
                for word in ("one", "two"):
                    await cast.says(word)
                    await cast.hears(f"triage heard {word}")
                await cast.customer.end()
                await cast.closed()
            await until(lambda: _closed(receiver), 60)
            before = len(receiver.got)
            await _asked_again(workspace, receiver.got[0].id)
            await until(lambda: server.kills == len(points))
            await until(lambda: receiver.got[0].id in receiver.ids[before:])
        async with workspace.opened() as store:
            _judge(receiver, await store.read(_all))


async def kept_and_died(folder: Path, place: Place, points: Sequence[str]) -> None:
    """A file is kept, no message has it, and it goes; the server dies at each of `points`."""
    workspace = await Workspace(folder, place, more=NO_AFTERWORD + UNSENT).prepare()
    server = ServerProcess(workspace)
    async with dying(server, points):
        cast = Cast(server.url, workspace.keys)
        talkative(cast)
        async with cast:
            await cast.begins({})
            path = f"conversations/{cast.customer.conversation_id}/attachments"
            while server.kills < len(points):
                await _until_taken(workspace, path, cast.customer.token or "", 201, data=b"never sent")
                await asyncio.to_thread(until_it_listens, workspace.port)
    async with workspace.opened() as store:
        await settled(store)
        assert await store.read(_files) == ([], [])


async def forgotten_and_died(folder: Path, place: Place, points: Sequence[str]) -> None:
    """A chat is exported, its house kept, its customer erased; the server dies at each of `points`."""
    workspace = await Workspace(folder, place, more=NO_AFTERWORD).prepare()
    key = new_secret(API_KEY_PREFIX)
    async with workspace.opened() as store:
        await store.run(_prepared, key.hash, key.prefix)
    server = ServerProcess(workspace)
    async with dying(server, points):
        cast = Cast(server.url, workspace.keys)
        talkative(cast)
        async with cast:
            await cast.begins({"name": "Zanzibar"})
            await cast.says("Zanzibar")
            await cast.hears("triage heard Zanzibar")
            chat, customer = cast.customer.conversation_id, cast.customer.customer_id
            kept = sum(point.startswith("keep_house") for point in points)
            await until(lambda: server.kills >= kept, 60)
            path = f"conversations/{chat}/export"
            await _until_taken(workspace, path, key.text, 200, method="GET")
            said = {"customer_id": customer}
            # Asking again is the same; what one life of the server has done, the next one cannot die in.
            while server.kills < len(points):
                await _until_taken(workspace, "erasures", key.text, 202, json=said)
                await asyncio.to_thread(until_it_listens, workspace.port)
    async with workspace.opened() as store:
        await settled(store)
        assert await rows_with(store, "Zanzibar") == []
        broken = await store.read(check_laws)
        assert broken == [], broken


def _prepared(tx: StoreTx, key_hash: str, prefix: str) -> None:
    """An admin's key, and retention that is due as soon as a server runs."""
    tx.add_api_key(ApiKeyRow(key_hash, "k1", "admin", "admin", prefix, tx.now))
    tx.add_due([Due(DueKind.RETENTION, keeping.HOUSE, tx.now)])


async def settled(store: BaseStore[StoreTx]) -> None:
    """What was due when the server went is done."""
    world = World(store, rules(queue("orders")))
    await store.run(_unleased)
    await world.store.advance(1_000)
    await world.settle()


def _unleased(tx: StoreTx) -> None:
    """What the server had begun is anybody's."""
    tx.clear_leases()


def _files(tx: StoreTx) -> tuple[list[Any], list[Any]]:
    return tx.rows(select(s.attachments.c.id)), tx.rows(select(s.attachment_pieces.c.number))


async def _asked_again(workspace: Workspace, delivery: str) -> None:
    """A supervisor has one delivery sent again, and asks until there is an answer."""
    # 409: what the dead server kept is on its way.
    said = {"delivery_id": delivery}
    await _until_taken(workspace, "webhook-replays", workspace.keys["sue"], 200, 409, json=said)


async def _until_taken(
    workspace: Workspace, path: str, token: str, *statuses: int, method: str = "POST", **body: Any
) -> None:
    """Ask until the first of these statuses is the answer; the others may come before."""
    async with ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:

        async def answered() -> bool:
            try:
                async with session.request(method, f"{workspace.url}/api/v1/{path}", **body) as answer:
                    assert answer.status in statuses, await answer.text()
                    return answer.status == statuses[0]
            except ClientError:
                return False

        while not await answered():
            # A knock at a dead server; it is up again in no time.
            await asyncio.to_thread(until_it_listens, workspace.port)


def until_it_listens(port: int) -> None:
    """Wait, in a thread of its own."""
    for _ in range(1_000):
        time.sleep(0.01)
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return


def _every_third_again(receiver: Receiver):  # type: ignore[no-untyped-def]
    def answer(got: Got) -> web.Response:
        first = receiver.ids.count(got.id) == 1
        return web.Response(status=503 if first and got.body["number"] % 3 == 0 else 204)

    return answer


def _closed(receiver: Receiver) -> bool:
    """The close is the last but for hand-offs, and was answered well unless it is one of the third ones."""
    found = [got for got in receiver.got if got.body["type"] == "conversation.closed"]
    return any(got.body["number"] % 3 or receiver.ids.count(got.id) > 1 for got in found)


def _judge(receiver: Receiver, kept: list[Delivery]) -> None:
    last = max(got.body["number"] for got in receiver.got)
    assert [d.number for d in kept] == list(range(1, len(kept) + 1))
    known = {d.number: d.id for d in kept}
    assert {got.body["number"]: got.id for got in receiver.got} == {n: known[n] for n in range(1, last + 1)}
    firsts = list(dict.fromkeys(receiver.ids))
    assert firsts == [known[n] for n in range(1, last + 1)], "in order, none left out"
    assert not receiver.crowded
    assert max(Counter(receiver.ids).values()) <= 4
    # The first was asked for again, and may be on its way.
    assert all(d.state is DeliveryState.DELIVERED for d in kept if 1 < d.number < last)


def _all(tx: Tx) -> list[Delivery]:
    return sorted(tx.deliveries(None, None, 1_000), key=lambda d: d.number)
