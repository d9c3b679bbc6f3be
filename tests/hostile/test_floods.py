"""Too many of everything: connects, sessions, events. Each is refused with a code, or closed and counted."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.blackbox import raw
from tests.blackbox.raw import RawClient
from tests.hostile.stage import Stage, stage_on
from tests.hostile.talk import start, text
from tests.support.server import Workspace
from tests.support.stores import SqlitePlaces

PAUSE_S = 1.5
"""In this time an address that was refused gets some connects again: the limits are by the second."""


async def knock(http: aiohttp.ClientSession, url: str) -> tuple[int, dict[str, Any]]:
    """One Engine.IO handshake; its status and what was said."""
    async with http.get(f"{url}/socket.io/?EIO=4&transport=polling") as answer:
        return answer.status, json.loads((await answer.text()).removeprefix("0"))


async def leave(http: aiohttp.ClientSession, url: str, sid: str) -> None:
    """Say goodbye, as the protocol has it."""
    async with http.post(f"{url}/socket.io/?EIO=4&transport=polling&sid={sid}", data="1") as answer:
        assert answer.status in (200, 400)


async def test_a_flood_of_connects(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    async with stage_on(await sqlite_places.new(), tmp_path, connects=40) as stage:
        async with aiohttp.ClientSession() as http:
            told = await asyncio.gather(*(knock(http, stage.url) for _ in range(300)))
            opened = [body["sid"] for status, body in told if status == 200]
            await asyncio.gather(*(leave(http, stage.url, sid) for sid in opened))
        refused = [body for status, body in told if status == 429]
        assert len(opened) + len(refused) == 300
        assert len(refused) > 200
        assert {body["code"] for body in refused} == {"too_many_connections"}
        assert all(body["retryable"] and body["retry_after_ms"] > 0 for body in refused)
        assert stage.counts["refused.too_many_connections"] == len(refused)
        await asyncio.sleep(PAUSE_S)


async def test_websockets_are_turned_away_too(sqlite_places: SqlitePlaces, tmp_path: Path) -> None:
    async with stage_on(await sqlite_places.new(), tmp_path, connects=30) as stage:

        async def dial() -> int:
            client = RawClient(stage.url, "/customer", None)
            try:
                await client.open()
            except aiohttp.WSServerHandshakeError as refused:
                return refused.status
            await client.close()
            return 101

        statuses: Counter[int] = Counter(await asyncio.gather(*(dial() for _ in range(100))))
        assert set(statuses) == {101, 429}
        await asyncio.sleep(PAUSE_S)


async def test_a_flood_of_sessions(stage: Stage) -> None:
    async with aiohttp.ClientSession() as http:

        async def ask() -> tuple[int, str]:
            async with http.post(f"{stage.url}/api/v1/customer-sessions", json={}) as answer:
                body = await answer.json(content_type=None)
                if answer.status == 429:
                    assert int(answer.headers["Retry-After"]) >= 1
                return answer.status, body.get("code", "")

        told = Counter(await asyncio.gather(*(ask() for _ in range(900))))
    assert set(told) == {(201, ""), (429, "rate_limited")}
    assert (await raw.session(stage.url))["token"]  # who comes back when told to is served


async def test_clients_behind_a_trusted_proxy_are_counted_apart(
    sqlite_places: SqlitePlaces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATONPASS_SERVER__TRUSTED_PROXIES", "1")
    workspace = await Workspace(tmp_path, await sqlite_places.new(), connects=5).prepare()
    async with workspace.running() as running, aiohttp.ClientSession() as http:

        async def statuses(path: str, method: str, times: int, *, apart: bool) -> set[int]:
            async def one(number: int) -> int:
                hop = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}" if apart else "10.9.9.9"}
                body: dict[str, str] | None = {} if method == "POST" else None
                async with http.request(method, running.url + path, headers=hop, json=body) as answer:
                    return answer.status

            return set(await asyncio.gather(*(one(number) for number in range(times))))

        sessions, handshake = "/api/v1/customer-sessions", "/socket.io/?EIO=4&transport=polling"
        assert await statuses(sessions, "POST", 700, apart=True) == {201}
        assert await statuses(sessions, "POST", 700, apart=False) == {201, 429}
        assert await statuses(handshake, "GET", 20, apart=True) == {200}
        assert await statuses(handshake, "GET", 20, apart=False) == {200, 429}


async def test_a_flood_of_events(stage: Stage) -> None:
    flooder = await stage.customer()
    talk = await start(flooder)
    said = [await flooder.say("message.send", message(talk.cid, n)) for n in range(1_500)]
    told = [await flooder.answer(number) for number in said]
    codes = Counter("ok" if t["ok"] else t["error"]["code"] for t in told if t is not None)
    assert set(codes) <= {"ok", "rate_limited"}
    limited = [t["error"] for t in told if t is not None and not t["ok"]]
    assert all(error["retryable"] and error["retry_after_ms"] > 0 for error in limited)
    stored = [n for n, t in enumerate(told) if t is not None and t["ok"]]
    again = await stage.customer(flooder.auth["token"])
    assert await all_words(again, talk.cid) == [f"flood {n}" for n in stored]


def message(cid: str, n: int) -> dict[str, Any]:
    return {"conversation_id": cid, "client_id": f"f{n}", "content": text(f"flood {n}")}


async def test_a_flood_that_does_not_stop_is_closed(stage: Stage) -> None:
    flooder = await stage.customer()
    for _ in range(20_000):
        await flooder.send('42/customer,1["nonsense",{}]')
        if flooder.ended:
            break
    # Closed over unread packets, the connection may be reset before its last words arrive.
    assert await flooder.goes() in ("flood", "")
    assert stage.counts["closed.flood"] == 1


async def test_a_flood_of_one_agents_events_holds_up_nobody_else(stage: Stage) -> None:
    rob, talk = await stage.held_by_rob()
    here = talk.of(talk.stints[-1])
    said = [
        await rob.say("message.send", {**here, "client_id": f"r{n}", "content": text(f"r{n}")})
        for n in range(3_000)
    ]
    # Meanwhile others are served, well before the flood is through.
    await stage.talk.says("is anybody there")
    async with asyncio.timeout(10):
        await stage.talk.customer.event("message.created", lambda e: "is anybody there" in str(e["data"]))
    told = [await rob.answer(number) for number in said]
    codes = Counter("ok" if t["ok"] else t["error"]["code"] for t in told if t is not None)
    assert set(codes) <= {"ok", "rate_limited", "too_many_requests"}
    words = [w for w in await all_words(talk.customer, talk.cid) if w.startswith("r")]
    assert words == [f"r{n}" for n, t in enumerate(told) if t is not None and t["ok"]]
    stage.expected.append("is anybody there")


async def all_words(client: RawClient, cid: str) -> list[str]:
    after, more = 0, True
    while more:
        page = await client.good("timeline.read", {"conversation_id": cid, "after": after})
        after, more = page["upto"], page["more"]
    return [
        e["data"]["content"]["text"]
        for e in client.entries("public_seq")
        if e["event"] == "message.created" and e["conversation_id"] == cid
    ]


@pytest.mark.parametrize("count", [300])
async def test_many_chats_opened_and_left_at_once(stage: Stage, count: int) -> None:
    async def one() -> None:
        client = RawClient(stage.url, "/customer", {"token": (await raw.session(stage.url))["token"]})
        await client.open()
        await client.send(f'40/customer,{{"token":"{client.auth["token"]}"}}')
        await client.say("conversation.start", {"client_id": "s"})
        await client.close()

    gate = asyncio.Semaphore(30)

    async def gated() -> None:
        async with gate:
            await one()

    await asyncio.gather(*(gated() for _ in range(count)))
