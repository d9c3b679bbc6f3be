import asyncio
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.test_utils import make_mocked_request

from batonpass.transport.socketio.handshake import client_address
from batonpass.transport.socketio.limits import Rate
from tests.support.until import until

from .served import NS, Served, served

POLL = "/socket.io/?EIO=4&transport=polling"


async def handshake(server: Served, **headers: str) -> tuple[int, Any]:
    async with server.http.get(server.url + POLL, headers=headers) as response:
        body = await response.json() if response.content_type == "application/json" else None
        return response.status, body


async def test_a_flood_of_connects_from_one_address_is_refused_and_counted() -> None:
    async with served(connects=Rate(per_second=0.5, burst=5)) as server:
        answers = await asyncio.gather(*(handshake(server) for _ in range(40)))
        bodies = [body for status, body in answers if status == 429]
        assert len(bodies) == 35
        assert bodies[0] == {
            "code": "too_many_connections",
            "message": "Too many connections from one address.",
            "retryable": True,
            "retry_after_ms": bodies[0]["retry_after_ms"],
        }
        assert 1_000 < bodies[0]["retry_after_ms"] <= 2_001
        assert server.counts["refused.too_many_connections"] == 35
        with pytest.raises(WSServerHandshakeError) as refused:
            await server.raw()
        assert refused.value.status == 429
        assert refused.value.headers is not None
        assert refused.value.headers["Retry-After"] == "2"


async def test_open_connections_of_one_address_are_counted_and_freed() -> None:
    async with served(max_per_address=2) as server:
        first, _second = await server.raw(), await server.raw()
        with pytest.raises(WSServerHandshakeError) as refused:
            await server.raw()
        assert refused.value.status == 429
        await first.ws.close()
        await until(lambda: len(server.sio.eio.sockets) == 1)
        await server.raw()


async def test_addresses_behind_a_trusted_proxy_are_told_apart() -> None:
    async with served(connects=Rate(per_second=0.001, burst=1), trusted_proxies=1) as server:
        assert (await handshake(server, **{"X-Forwarded-For": "6.6.6.6, 10.0.0.1"}))[0] == 200
        assert (await handshake(server, **{"X-Forwarded-For": "7.7.7.7, 10.0.0.1"}))[0] == 429
        assert (await handshake(server, **{"X-Forwarded-For": "10.0.0.2"}))[0] == 200


@pytest.mark.parametrize(
    "trusted, header, expected",
    [
        (0, "1.1.1.1", ""),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (2, "9.9.9.9,1.1.1.1,2.2.2.2", "1.1.1.1"),
        (3, "1.1.1.1", "1.1.1.1"),
        (1, " , ", ""),
    ],
)
def test_only_the_hops_of_trusted_proxies_are_believed(trusted: int, header: str, expected: str) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": header})
    assert client_address(request, trusted) == (expected or request.remote or "")


async def test_a_full_server_says_so() -> None:
    async with served(max_connections=2) as server:
        first, _second = await server.raw(), await server.raw()
        assert (await handshake(server))[1]["message"] == "The server is full."
        await first.ws.close()
        await until(lambda: server.gone)
        assert (await handshake(server))[0] == 200


@pytest.mark.parametrize(
    "origins, origin, status",
    [
        (None, None, 200),
        (None, "http://127.0.0.1:{port}", 200),
        (None, "https://evil.example", 400),
        (("https://shop.example",), "https://shop.example", 200),
        (("https://shop.example",), "https://shop.example.evil.example", 400),
        (("https://shop.example",), "null", 400),
        ("*", "https://any.example", 200),
    ],
)
async def test_only_pages_of_allowed_origins_connect(origins: Any, origin: str | None, status: int) -> None:
    async with served(cors_origins=origins) as server:
        headers = {"Origin": origin.format(port=server.port)} if origin else {}
        assert (await handshake(server, **headers))[0] == status
        assert server.counts.get("refused.bad_origin", 0) == (status == 400)
        if status == 400:
            with pytest.raises(WSServerHandshakeError):
                await server.raw(headers)
        else:
            await server.raw(headers)


@pytest.mark.parametrize(
    "path, counted",
    [
        ("/socket.io/?transport=polling&EIO=3", "refused.bad_version"),
        ("/socket.io/?transport=carrier-pigeon&EIO=4", "refused.bad_transport"),
        ("/socket.io/?transport=polling&EIO=4&sid=unknown", "refused.bad_sid"),
    ],
)
async def test_other_bad_requests_are_counted_too(path: str, counted: str) -> None:
    async with served() as server:
        async with server.http.get(server.url + path) as response:
            assert response.status == 400
        assert server.counts == {counted: 1}


async def test_a_websocket_request_that_is_none_leaves_nothing_behind() -> None:
    async with served() as server:
        headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "1"}
        url = f"{server.url}/socket.io/?EIO=4&transport=websocket"
        async with server.http.get(url, headers=headers) as response:
            assert response.status == 400
        assert not server.sio.eio.sockets


async def test_the_websocket_alone_may_be_offered() -> None:
    async with served(transports=("websocket",)) as server:
        assert (await handshake(server))[0] == 400
        client = await server.client()
        assert (await client.call("echo", {}, namespace=NS))["ok"]


async def test_a_stopping_server_closes_and_refuses() -> None:
    async with served() as server:
        raw = await server.raw()
        polling = await server.polling()
        await server.sio.shutdown()
        assert await raw.closed() == 1001
        assert {reason for _, reason in server.gone} == {"shutdown"}
        assert await polling.poll() == 400
        assert (await handshake(server))[1]["code"] == "shutting_down"
