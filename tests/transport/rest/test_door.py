"""The door of REST: shapes, sizes, refusals, retries. A room of its own stands for all the others."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain.errors import ConversationClosed, HandoffPending, StoreUnavailable
from batonpass.domain.rules import Rules
from batonpass.domain.words import Words
from batonpass.protocol.base import ClientId, Id, Wire
from batonpass.protocol.rest import PageQuery
from batonpass.server import add_key
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx
from batonpass.tasks import spawn
from batonpass.transport import cursors
from batonpass.transport.rest import door, problems
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.door import Rest
from batonpass.transport.rest.house import House, Limits, Options
from batonpass.transport.rest.routes import Routes
from batonpass.transport.socketio.limits import Rate
from tests.support.stores import SqlitePlaces
from tests.support.world import person

Client = TestClient[web.Request, web.Application]
ORIGIN = "https://shop.example"


class Count(Wire):
    """A thing to be counted up."""

    thing_id: Id
    by: int
    client_id: ClientId


class Counted(Wire):
    total: int
    client_id: str


toys = Routes("Toys")


def _count(tx: Tx, env: Env, said: Count) -> Outcome:
    if said.by == 13:
        raise ConversationClosed("Closed.")
    if said.by == 14:
        raise HandoffPending("Pending.", "h1")
    if said.by == 15:
        raise StoreUnavailable("secret detail")
    if said.by == 16:
        raise RuntimeError("secret detail")
    if said.by == 17:
        return Outcome(refusal=ConversationClosed("Kept, and refused."))
    return Outcome(Counted(total=tx.count_up(said.thing_id, said.by), client_id=said.client_id))


@toys.post("/things/{thing_id}/counts", action="api.read", said=Count, reply=Counted, status=201)
async def count_thing(call: Call, said: Count) -> Answer:
    """Count it up."""
    return Answer(await call.do(_count, said, lambda reply: reply))


@toys.post("/secrets", action="api.read", secret=True)
async def make_secret(call: Call, said: None) -> Any:
    """Make one."""
    return await call.do(_count, Count(thing_id="s", by=1, client_id="c"), lambda _: {"secret": "s3cret"})


@toys.get("/things", action="api.read", said=PageQuery)
async def list_things(call: Call, said: PageQuery) -> Any:
    """List them."""
    after = cursors.decode(said.cursor, int, str)
    return {"limit": said.limit, "after": after, "next": cursors.encode(7, "x")}


@toys.put("/things/{thing_id}", action="api.read", versioned=True)
async def put_thing(call: Call, said: None) -> Answer:
    """Change it."""
    call.check_version("7")
    return Answer({"ok": True}, etag="8")


@toys.get("/things/{thing_id}", action="api.read")
async def get_thing(call: Call, said: None) -> Answer:
    """Look at it."""
    return Answer({"ok": True}, etag="7")


def _agents(tx: Tx) -> None:
    tx.apply_config([person("R")], [])


@asynccontextmanager
async def served(store: BaseStore[StoreTx], limits: Limits | None = None) -> AsyncIterator[Client]:
    app = web.Application()
    options = Options(origins=(ORIGIN,), limits=limits or Limits())
    Rest(House(Switchboard(store, Env(Rules(), Words()))), options, [toys]).mount(app)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def key(sqlite: BaseStore[StoreTx]) -> str:
    await sqlite.run(_agents)
    return await add_key(sqlite, "R")


@pytest.fixture
async def sqlite(sqlite_places: SqlitePlaces) -> AsyncIterator[BaseStore[StoreTx]]:
    opened = await (await sqlite_places.new()).open()
    yield opened
    await opened.close()


@pytest.fixture
async def client(sqlite: BaseStore[StoreTx]) -> AsyncIterator[Client]:
    async with served(sqlite) as found:
        yield found


async def ask(client: Client, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
    async with client.request(method, f"/api/v1{path}", **more) as answer:
        text = await answer.text()
        if answer.status >= 400:
            assert answer.content_type == "application/problem+json"
            assert "secret detail" not in text
        return answer.status, json.loads(text or "{}")


def bearer(key: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", **more}


@pytest.mark.parametrize(
    "data,headers,expected",
    [
        (b"{", {}, (400, "bad_json")),
        (b"\xff\xfe", {}, (400, "bad_json")),
        (b"[" * 5_000, {}, (400, "bad_json")),
        (b"[]", {}, (422, "bad_request")),
        (b'{"by": "1"}', {}, (422, "bad_request")),
        (b'{"by": 1, "more": 1}', {}, (422, "bad_request")),
        (b'{"by": 1, "thing_id": "other"}', {}, (422, "bad_request")),
        (b'{"by": 1, "client_id": "\\ud800"}', {}, (400, "bad_json")),
        (b'{"by": 1, "client_id": "\\u0000"}', {}, (422, "bad_request")),
        (b'{"by": 1}', {"Content-Type": "text/plain"}, (415, "unsupported_media_type")),
        (b" " * 70_000, {}, (413, "too_large")),
        (gzip.compress(b'{"by": 1}', mtime=0), {"Content-Encoding": "gzip"}, (415, "unsupported_media_type")),
        (b"no gzip", {"Content-Encoding": "gzip"}, (415, "unsupported_media_type")),
        (b'{"by": 13}', {}, (409, "conversation_closed")),
        (b'{"by": 14}', {}, (409, "handoff_pending")),
        (b'{"by": 15}', {}, (503, "store_unavailable")),
        (b'{"by": 16}', {}, (500, "internal")),
        (b'{"by": 17}', {}, (409, "conversation_closed")),
        (b'{"by": 1}', {"Authorization": "Bearer bpa_unknown"}, (401, "bad_token")),
        (b'{"by": 1}', {"Authorization": "Basic eA=="}, (401, "bad_token")),
        (b'{"by": 1}', {"Authorization": "Bearer " + "x" * 5_000}, (401, "bad_token")),
        (b'{"by": 1}', {"Idempotency-Key": "x" * 200}, (422, "bad_request")),
    ],
)
async def test_what_is_wrong_is_told_as_a_problem_with_a_stable_code(
    client: Client, data: bytes, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    headers = {"Content-Type": "application/json", **headers}
    status, body = await ask(client, "POST", "/things/t1/counts", data=data, headers=headers)
    assert (status, body["code"]) == expected
    assert body["status"] == status and body["title"] and body["detail"]
    if body["code"] == "handoff_pending":
        assert body["handoff_id"] == "h1"


async def test_a_body_that_does_not_end_is_not_waited_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "BODY_S", 0.2)

    async def dribbles() -> AsyncIterator[bytes]:
        yield b'{"by": '
        await asyncio.sleep(30)

    headers = {"Content-Type": "application/json"}
    status, body = await asyncio.wait_for(
        ask(client, "POST", "/things/t1/counts", data=dribbles(), headers=headers), 10
    )
    assert (status, body["code"]) == (408, "too_slow")


async def test_paths_and_methods_that_are_not_there(client: Client) -> None:
    assert (await ask(client, "GET", "/nonsense"))[1]["code"] == "not_found"
    assert (await ask(client, "GET", "/things/a%00b"))[1]["code"] == "not_found"
    async with client.delete("/api/v1/things/t1") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, PUT"
        assert (await answer.json(content_type=None))["code"] == "method_not_allowed"


async def test_a_query_is_checked_and_a_cursor_is_only_its_own_list_s(client: Client) -> None:
    assert (await ask(client, "GET", "/things?limit=20"))[1]["limit"] == 20
    told = (await ask(client, "GET", "/things"))[1]["next"]
    assert (await ask(client, "GET", f"/things?cursor={told}"))[1]["after"] == [7, "x"]
    bad = [
        cursors.encode("x", 7),
        cursors.encode(7),
        cursors.encode(2**60, "x"),
        "abc",
        cursors.encode(7, "\0"),
    ]
    for cursor in bad:
        assert (await ask(client, "GET", f"/things?cursor={cursor}"))[1]["code"] == "bad_cursor", cursor
    for query in ("limit=0", "limit=x", "more=1", "limit=1&limit=2", "cursor=%F0", "cursor="):
        assert (await ask(client, "GET", f"/things?{query}"))[1]["code"] == "bad_request", query


async def test_the_same_key_and_body_is_done_once_and_another_body_is_refused(
    client: Client, key: str
) -> None:
    headers = bearer(key, **{"Idempotency-Key": "k1"})
    path = "/things/t1/counts"
    found = await asyncio.gather(
        *(ask(client, "POST", path, json={"by": 2}, headers=headers) for _ in range(4))
    )
    assert found == [(201, {"total": 2, "client_id": "k1"})] * 4
    async with client.post(f"/api/v1{path}", json={"by": 2}, headers=headers) as answer:
        assert answer.headers["Idempotency-Replayed"] == "true"
    assert (await ask(client, "POST", path, json={"by": 3}, headers=headers))[1][
        "code"
    ] == "idempotency_conflict"
    assert (await ask(client, "POST", "/things/t2/counts", json={"by": 2}, headers=headers))[0] == 422
    assert (await ask(client, "POST", path, json={"by": 1}, headers=bearer(key)))[1]["total"] == 3
    kept = bearer(key, **{"Idempotency-Key": "k2"})
    for _ in range(2):
        assert (await ask(client, "POST", path, json={"by": 17}, headers=kept))[1][
            "code"
        ] == "conversation_closed"


@dataclass
class Reading:
    """The door has let somebody in and reads a body; and it reads no more."""

    began: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    told, read = Reading(), door._body

    async def watched(request: web.Request, limit: int) -> bytes:
        told.began.set()
        try:
            return await read(request, limit)
        finally:
            told.ended.set()

    monkeypatch.setattr(door, "_body", watched)
    return told


@pytest.mark.parametrize("revoked", [False, True], ids=["good", "revoked"])
async def test_a_key_that_is_withdrawn_while_the_body_comes_does_nothing(
    client: Client, key: str, sqlite: BaseStore[StoreTx], reading: Reading, revoked: bool
) -> None:
    """Else whoever is put out keeps requests with half a body open, and acts long after."""
    go_on = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'{"by"'
        await go_on.wait()
        yield b": 2}"

    headers = bearer(key, **{"Content-Type": "application/json"})
    asking = spawn(ask(client, "POST", "/things/t1/counts", data=body(), headers=headers), name="asking")
    await reading.began.wait()
    if revoked:
        await sqlite.run(_withdrawn, key)
    go_on.set()
    status, told = await asking
    assert (status, told.get("code")) == ((401, "bad_token") if revoked else (201, None))


def _withdrawn(tx: Tx, key: str) -> None:
    (row,) = [row for row in tx.keys_of("R") if key.startswith(row.prefix)]
    tx.end_key(row.prefix, revoked_at=tx.now)


async def test_who_hangs_up_in_the_middle_of_a_body_is_no_fault_of_ours(
    sqlite: BaseStore[StoreTx], key: str, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[BaseException] = []

    def report(_: str, error: BaseException, **_more: str) -> str:
        told.append(error)
        return "id"

    monkeypatch.setattr(problems, "report", report)
    app = web.Application()
    Rest(House(Switchboard(sqlite, Env(Rules(), Words()))), Options(), [toys]).mount(app)
    # Not the tests' own server: it cancels the handler of whoever hangs up, which ours does not.
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    _, writer = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    head = f"POST /api/v1/things/t1/counts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
    writer.write(f'{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"by"'.encode())
    await writer.drain()
    await reading.began.wait()
    writer.transport.abort()
    await reading.ended.wait()
    await runner.cleanup()
    assert told == []


async def test_a_secret_is_not_kept_for_a_retry(client: Client, key: str, sqlite: BaseStore[StoreTx]) -> None:
    headers = bearer(key, **{"Idempotency-Key": "k1"})
    assert (await ask(client, "POST", "/secrets", headers=headers))[1]["secret"] == "s3cret"
    assert (await ask(client, "POST", "/secrets", headers=headers))[1]["code"] == "secret_shown"


async def test_a_change_names_the_version_that_it_is_meant_for(client: Client) -> None:
    assert (await ask(client, "PUT", "/things/t1"))[1]["code"] == "precondition_required"
    assert (await ask(client, "PUT", "/things/t1", headers={"If-Match": '"6"'}))[0] == 412
    async with client.put("/api/v1/things/t1", headers={"If-Match": '"7"'}) as answer:
        assert answer.status == 200 and answer.headers["ETag"] == '"8"'
    async with client.get("/api/v1/things/t1", headers={"If-None-Match": '"7"'}) as answer:
        assert answer.status == 304


async def test_who_asks_too_often_is_told_when_to_come_back(sqlite: BaseStore[StoreTx], key: str) -> None:
    async with served(sqlite, Limits(known=Rate(per_second=0.1, burst=1))) as client:
        assert (await ask(client, "GET", "/things", headers=bearer(key)))[0] == 200
        async with client.get("/api/v1/things", headers=bearer(key)) as answer:
            assert answer.status == 429 and int(answer.headers["Retry-After"]) in (9, 10)


async def test_only_pages_that_the_operator_named_may_call_from_elsewhere(client: Client) -> None:
    for origin, allowed in ((ORIGIN, ORIGIN), ("https://evil.example", None)):
        async with client.options("/api/v1/things", headers={"Origin": origin}) as answer:
            assert answer.status == 204
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed
            assert ("Access-Control-Allow-Methods" in answer.headers) == (allowed is not None)
        async with client.get("/api/v1/nonsense", headers={"Origin": origin}) as answer:
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed
            assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_an_endpoint_whose_action_has_no_row_is_refused_at_start(sqlite: BaseStore[StoreTx]) -> None:
    room = Routes("Wrong")
    room.get("/wrong", action="nobody.knows")(list_things)
    with pytest.raises(ValueError, match="no row for the action"):
        Rest(House(Switchboard(sqlite, Env(Rules(), Words()))), Options(), [room])
