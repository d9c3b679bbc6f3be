"""Requests that mean harm, at every door that speaks HTTP. None is a fault of ours, and none gets a file."""

import asyncio
import io
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from tests.blackbox.raw import RawClient
from tests.hostile.stage import Stage
from tests.hostile.talk import start, text

SESSIONS = "/api/v1/customer-sessions"
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_sessions_asked_for_oddly(stage: Stage, http: aiohttp.ClientSession) -> None:
    bodies = [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"x" * 10_000_000, b'{"customer_id":"mine"}']
    for body in bodies:
        async with http.post(stage.url + SESSIONS, data=io.BytesIO(body)) as answer:
            assert answer.status in (201, 413, 415), body[:20]
            told = await answer.json(content_type=None) if answer.status == 201 else {}
        assert told.get("customer_id") != "mine"
    for method in ("GET", "PUT", "DELETE", "PATCH", "TRACE", "NONSENSE"):
        async with http.request(method, stage.url + SESSIONS) as answer:
            assert answer.status in (400, 405), method


PATHS = [
    "/nonsense",
    "/api/v1/",
    "/api/v1/conversations",
    "/.env",
    "/widget/../../../../etc/passwd",
    "/desk/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/desk/..%2f..%2f..%2fetc%2fpasswd",
    "/vendor/%00",
    "/" + "x" * 4_000,
    "//etc/passwd",
    "/batonpass.toml",
    "/desk/\\..\\..\\server.py",
]
HANDSHAKES = [
    "",
    "EIO=3&transport=polling",
    "EIO=4",
    "EIO=4&transport=carrier-pigeon",
    "EIO=4&transport=polling&sid=unknown",
    "EIO=4&transport=websocket&sid=unknown",
    "EIO=4&transport=websocket",  # without the headers of an upgrade
    "EIO=4&transport=polling&j=1",
    "EIO=4&transport=polling&sid=" + "x" * 3_000,
    "EIO=four&transport=polling&sid=%00%ff",
]


async def test_paths_that_are_not_there(stage: Stage, http: aiohttp.ClientSession) -> None:
    for path in PATHS:
        async with http.get(URL(stage.url + path, encoded=True)) as answer:
            assert answer.status in (400, 403, 404), path
            told = await answer.text()
        assert "root:" not in told
        assert "Traceback" not in told


async def test_handshakes_that_are_none(stage: Stage, http: aiohttp.ClientSession) -> None:
    for query in HANDSHAKES:
        for method in ("GET", "POST", "OPTIONS", "PUT"):
            async with http.request(method, f"{stage.url}/socket.io/?{query}", data=b"4") as answer:
                assert answer.status < 500, (method, query)


async def test_a_polling_client_that_posts_too_much_or_nonsense(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    for body in (b"4" * 10_000_000, b"\xff\xfe\xfd", b"4\x1e4\x1e4\x1e" * 100, b"b" * 50):
        async with http.get(stage.url + HANDSHAKE) as answer:
            sid = json.loads((await answer.text())[1:])["sid"]
        async with http.post(f"{stage.url}{HANDSHAKE}&sid={sid}", data=io.BytesIO(body)) as answer:
            assert answer.status in (200, 400)
        async with http.post(f"{stage.url}{HANDSHAKE}&sid={sid}", data=b"2") as answer:
            assert answer.status in (200, 400)
    counts = stage.counts
    assert counts["closed.too_large"] == 1
    assert counts["closed.malformed"] >= 2


async def test_headers_beyond_reason(stage: Stage, http: aiohttp.ClientSession) -> None:
    for headers in (
        {"X-Forwarded-For": "1.2.3.4, " * 500},
        {"Cookie": "a=b; " * 1_000},
        {"Origin": "https://evil.example"},
        {"Authorization": "Bearer " + "x" * 5_000},
        {"Content-Type": "application/json; charset=nonsense"},
    ):
        async with http.post(stage.url + SESSIONS, headers=headers, json={}) as answer:
            assert answer.status in (201, 400, 401)
            assert "Access-Control-Allow-Origin" not in answer.headers
    async with http.get(stage.url + HANDSHAKE, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 400
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_customer_who_does_not_read_is_dropped_and_loses_nothing(stage: Stage) -> None:
    rob, talk = await stage.held_by_rob()
    deaf = await stage.customer(talk.customer.auth["token"])
    before = len(deaf.frames)
    reading_of(deaf).pause_reading()
    here = talk.of(talk.stints[-1])
    said: list[str] = []
    while "closed.slow_reader" not in stage.counts:
        assert len(said) < 3_000
        said.append(f"{len(said)}" + "z" * 7_000)
        payload = {**here, "client_id": f"d{len(said)}", "content": text(said[-1])}
        await rob.good("message.send", payload)
    assert len(deaf.frames) == before
    again = await stage.customer(talk.customer.auth["token"])
    after, more = 0, True
    while more:
        page = await again.good("timeline.read", {"conversation_id": talk.cid, "after": after})
        after, more = page["upto"], page["more"]
    words = [e["data"]["content"]["text"] for e in again.entries("public_seq") if "content" in e["data"]]
    assert words == ["hello", *said]
    reading_of(deaf).resume_reading()


def reading_of(client: RawClient) -> asyncio.Transport:
    """What can be paused: then everything that comes stays in the kernel's buffers, and then with the server."""
    connection = client._ws._response.connection
    assert connection is not None
    assert isinstance(connection.transport, asyncio.Transport)
    return connection.transport


async def test_one_page_at_most_is_read_at_once(stage: Stage) -> None:
    talk = await start(await stage.customer())
    told = await talk.customer.ask(
        "timeline.read", {"conversation_id": talk.cid, "after": 0, "limit": 10_000}
    )
    assert told["error"]["code"] == "bad_request"
