import asyncio
import json
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field
from socketio import exceptions
from structlog.testing import capture_logs

from batonpass.domain.errors import CallerError, HandoffPending, StoreUnavailable
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Dispatcher, Limits, Reply, by_field
from batonpass.transport.socketio.engine import make_server
from batonpass.transport.socketio.limits import Rate
from batonpass.transport.socketio.refusal import Refusal
from tests.support.until import until

from .served import NS, Served, served


class Say(BaseModel):
    model_config = ConfigDict(extra="forbid")
    conversation_id: str
    text: Annotated[str, Field(max_length=5)]


class Words(BaseModel):
    inner: list[Say]


class Gated:
    """A handler that holds the conversations named in `gates` until their gate opens."""

    def __init__(self, *held: str) -> None:
        self.log: list[tuple[str, int]] = []
        self.at_work = self.most_at_work = 0
        self.gates = {name: asyncio.Event() for name in held}

    async def __call__(self, _conn: Connection, payload: dict[str, Any]) -> Reply:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        conversation = payload["conversation_id"]
        if conversation in self.gates:
            await self.gates[conversation].wait()
        await asyncio.sleep(0)
        self.log.append((conversation, payload["n"]))
        self.at_work -= 1
        return Reply({"n": payload["n"]})


def event(name: str, payload: Any, ack_id: int | str = "") -> str:
    return f"42{NS},{ack_id}{json.dumps([name, payload])}"


# ------------------------------------------------------------------------------------------- order


@pytest.mark.parametrize("lanes", [True, False])
@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_pipelined_events_of_a_conversation_keep_their_order(transport: str, lanes: bool) -> None:
    handler = Gated()
    async with served(lanes=lanes) as server:
        server.ns.on("n", handler)
        client = await server.client(transport)
        for n in range(50):
            await client.emit("n", {"conversation_id": "a" if n % 2 else "b", "n": n}, namespace=NS)
        await until(lambda: len(handler.log) == 50)
    assert [n for conversation, n in handler.log if conversation == "a"] == list(range(1, 50, 2))
    assert [n for conversation, n in handler.log if conversation == "b"] == list(range(0, 50, 2))


async def test_a_slow_conversation_does_not_hold_up_the_others() -> None:
    handler = Gated("slow")
    async with served() as server:
        server.ns.on("n", handler)
        raw = await server.raw()
        for n in range(3):
            await raw.send(event("n", {"conversation_id": "slow", "n": n}))
        await raw.send(event("n", {"conversation_id": "quick", "n": 9}, 1))
        assert (await raw.answer())["n"] == 9
        handler.gates["slow"].set()
        await until(lambda: len(handler.log) == 4)
    assert handler.log[1:] == [("slow", 0), ("slow", 1), ("slow", 2)]


async def test_a_registered_key_puts_events_in_one_lane() -> None:
    handler = Gated("a")
    async with served() as server:
        server.ns.on("n", handler, key=lambda _conn, payload: payload["turn"])
        raw = await server.raw()
        await raw.send(event("n", {"conversation_id": "a", "n": 0, "turn": 7}))
        await raw.send(event("n", {"conversation_id": "b", "n": 1, "turn": 7}))
        await raw.send(event("n", {"conversation_id": "b", "n": 2, "turn": 8}))
        await until(lambda: handler.log == [("b", 2)])
        handler.gates["a"].set()
        await until(lambda: len(handler.log) == 3)
    assert handler.log == [("b", 2), ("a", 0), ("b", 1)]


@pytest.mark.parametrize(
    "payload, key", [({"b": "1", "a": "2"}, "2"), ({"b": "1", "a": 2}, "1"), ({"c": "1"}, None)]
)
async def test_the_first_field_that_is_there_is_the_key(payload: dict[str, Any], key: str | None) -> None:
    async with served() as server:
        await server.raw()
        assert by_field("a", "b")(server.joined[0], payload) == key


async def test_only_so_many_events_of_a_connection_are_at_work() -> None:
    handler = Gated(*map(str, range(20)))
    async with served(limits=Limits(rate=None, max_in_flight=4)) as server:
        server.ns.on("n", handler)
        raw, other = await server.raw(), await server.raw()
        for n in range(20):
            await raw.send(event("n", {"conversation_id": str(n), "n": n}, n))
        await until(lambda: handler.at_work == 4)
        await other.send(event("n", {"conversation_id": "free", "n": 99}, 1))
        assert (await other.answer())["n"] == 99
        for gate in handler.gates.values():
            gate.set()
        assert {(await raw.answer())["n"] for _ in range(20)} == set(range(20))
    assert handler.most_at_work <= 5  # four of the first client, one of the other


async def test_a_full_lane_is_refused_and_may_be_retried() -> None:
    handler = Gated("a")
    async with served(limits=Limits(max_in_lane=2)) as server:
        server.ns.on("n", handler)
        raw = await server.raw()
        for n in range(3):
            await raw.send(event("n", {"conversation_id": "a", "n": n}, n))
        error = (await raw.answer())["error"]
        assert (error["code"], error["retryable"]) == ("too_many_requests", True)
        handler.gates["a"].set()
        assert [(await raw.answer())["n"] for _ in range(2)] == [0, 1]


# ------------------------------------------------------------------------------ acknowledgements


async def test_the_acknowledgement_comes_before_the_pushes_of_the_outcome() -> None:
    async with served() as server:

        async def handler(conn: Connection, _payload: Any) -> Reply:
            def after() -> None:
                server.sio.push(NS, "all", "pushed", {})
                conn.emit("direct")

            return Reply({"stored": True}, after)

        server.ns.on("say", handler)
        raw = await server.raw()
        await raw.send(event("say", {}, 5))
        packets = [await raw.receive() for _ in range(3)]
    assert packets[0] == f'43{NS},5[{{"ok":true,"stored":true}}]'
    assert packets[1:] == [f'42{NS},["pushed",{{}}]', f'42{NS},["direct"]']


async def test_a_refusal_too_comes_before_the_pushes_of_what_was_kept() -> None:
    async with served() as server:

        async def handler(conn: Connection, _payload: Any) -> Reply:
            return Reply(after=lambda: conn.emit("kept"), refusal=Refusal("stint_ended", "Too late."))

        server.ns.on("say", handler)
        raw = await server.raw()
        await raw.send(event("say", {}, 5))
        packets = [await raw.receive() for _ in range(2)]
        assert server.counts["error.stint_ended"] == 1
    error = '{"code":"stint_ended","message":"Too late.","retryable":false}'
    assert packets == [f'43{NS},5[{{"ok":false,"error":{error}}}]', f'42{NS},["kept"]']


async def test_what_comes_after_is_done_before_the_next_event_of_the_lane() -> None:
    log: list[str] = []

    async def handler(_conn: Connection, payload: dict[str, Any]) -> Reply:
        async def after() -> None:
            await asyncio.sleep(0)
            log.append(f"after {payload['n']}")

        log.append(f"handled {payload['n']}")
        return Reply(after=after)

    async with served() as server:
        server.ns.on("say", handler)
        raw = await server.raw()
        await raw.send(event("say", {"n": 0}), event("say", {"n": 1}))
        await until(lambda: len(log) == 4)
    assert log == ["handled 0", "after 0", "handled 1", "after 1"]


async def test_a_failure_after_the_acknowledgement_is_logged_and_no_more() -> None:
    async def handler(_conn: Connection, _payload: Any) -> Reply:
        return Reply({"n": 1}, lambda: 1 // 0)  # type: ignore[arg-type,return-value]  # it never returns

    async with served() as server:
        server.ns.on("say", handler)
        client = await server.client()
        with capture_logs() as logs:
            assert await client.call("say", {}, namespace=NS) == {"ok": True, "n": 1}
            assert (await client.call("echo", {}, namespace=NS))["ok"]
    assert [entry["event"] for entry in logs] == ["after_failed"]
    assert server.counts["after_failed"] == 1


class Secret(Exception):
    """A fault whose words quote a customer."""


@pytest.mark.parametrize(
    "error, expected",
    [
        (
            CallerError("no such queue"),
            {"code": "bad_request", "message": "no such queue", "retryable": False},
        ),
        (
            StoreUnavailable("disk I/O error in /var/lib"),
            {
                "code": "store_unavailable",
                "message": "The store does not answer now. Send the same again.",
                "retryable": True,
            },
        ),
        (
            HandoffPending("wait", "h1"),
            {"code": "handoff_pending", "message": "wait", "retryable": False, "handoff_id": "h1"},
        ),
        (Refusal("odd", "odd", more=1), {"code": "odd", "message": "odd", "retryable": False, "more": 1}),
    ],
)
async def test_errors_made_for_clients_are_told(error: Exception, expected: dict[str, Any]) -> None:
    async def handler(_conn: Connection, _payload: Any) -> Reply:
        raise error

    async with served() as server:
        server.ns.on("say", handler)
        client = await server.client()
        assert await client.call("say", {}, namespace=NS) == {"ok": False, "error": expected}
        assert server.counts[f"error.{expected['code']}"] == 1


@pytest.mark.parametrize(
    "error", [Secret("PIN zebra"), TypeError("PIN zebra"), asyncio.CancelledError("PIN zebra"), None]
)
@pytest.mark.parametrize("lanes", [True, False])
async def test_faults_of_ours_are_answered_with_an_id_and_logged_without_words(
    error: BaseException | None, lanes: bool
) -> None:
    async def handler(_conn: Connection, _payload: Any) -> Reply:
        if error is None:
            return Reply({"no": object(), "pin": "PIN zebra"})  # has no JSON form
        raise error

    async with served(lanes=lanes) as server:
        server.ns.on("say", handler)
        client = await server.client()
        with capture_logs() as logs:
            answer = await client.call("say", {"text": "PIN zebra"}, namespace=NS)
            assert (await client.call("echo", {}, namespace=NS))["ok"]
    assert answer["ok"] is False
    assert (answer["error"]["code"], answer["error"]["retryable"]) == ("internal", True)
    assert logs[0]["error_id"] in answer["error"]["message"]
    assert "zebra" not in json.dumps([answer, logs], default=repr)


async def test_without_an_acknowledgement_asked_for_nothing_is_said() -> None:
    async with served() as server:
        raw = await server.raw()
        await raw.send(event("nobody", {}), event("echo", {"n": 1}), event("echo", {"n": 2}, 3))
        assert await raw.receive() == f'43{NS},3[{{"ok":true,"echo":{{"n":2}}}}]'


# ------------------------------------------------------------------------------------------ shape


@pytest.mark.parametrize(
    "packet, code, words",
    [
        (event("nobody", {}, 1), "unknown_event", "name"),
        (event("connect", {}, 1), "unknown_event", "name"),
        (event("echo", "text", 1), "bad_request", "one argument"),
        (event("echo", None, 1), "bad_request", "one argument"),
        (f'42{NS},1["echo"]', "bad_request", "one argument"),
        (f'42{NS},1["echo",{{}},{{}}]', "bad_request", "one argument"),
        (event("say", {}, 1), "bad_request", "conversation_id: Field required; text: Field required"),
        (
            event("say", {"conversation_id": "c", "text": 5}, 1),
            "bad_request",
            "text: Input should be a valid string",
        ),
        (event("say", {"conversation_id": "c", "text": "secret"}, 1), "bad_request", "at most 5 characters"),
        (event("say", {"conversation_id": "c", "text": "x", "y": 1}, 1), "bad_request", "y: Extra inputs"),
        (event("words", {"inner": [{}]}, 1), "bad_request", "inner.0.conversation_id: Field required"),
        (event("words", {"inner": [{}] * 3}, 1), "bad_request", "and 3 more"),
        (f'42{NS},1["echo",{{"text":"\\ud800"}}]', "bad_request", "surrogate"),
        (f'42{NS},1["echo",', "bad_request", "JSON"),
        (f'451-{NS},1["echo",{{"_placeholder":true,"num":0}}]', "binary_refused", "Binary"),
    ],
)
async def test_a_bad_event_is_answered_with_its_reason(packet: str, code: str, words: str) -> None:
    async with served() as server:
        server.ns.on("say", server._echo, model=Say)
        server.ns.on("words", server._echo, model=Words)
        raw = await server.raw()
        await raw.send(packet)
        answer = await raw.answer()
        assert answer["ok"] is False
        assert (answer["error"]["code"], answer["error"]["retryable"]) == (code, False)
        assert words in answer["error"]["message"]
        assert "secret" not in answer["error"]["message"]
        assert server.counts[f"error.{code}"] == 1
        await raw.send(event("echo", {"n": 1}, 2))
        assert (await raw.answer())["ok"] is True


async def test_a_handler_gets_its_model() -> None:
    got: list[Say] = []

    async def handler(_conn: Connection, payload: Say) -> Reply:
        got.append(payload)
        return Reply()

    async with served() as server:
        server.ns.on("say", handler, model=Say)
        client = await server.client()
        answer = await client.call("say", {"conversation_id": "c", "text": "é😀"}, namespace=NS)
    assert (answer, got) == ({"ok": True}, [Say(conversation_id="c", text="é😀")])


def test_one_handler_per_event_and_one_owner_per_namespace() -> None:
    async def on_connect(_conn: Connection, _auth: Any) -> None:
        """Let everybody in."""

    async def handler(_conn: Connection, _payload: Any) -> Reply:
        return Reply()

    dispatcher = Dispatcher(make_server(), domain_error=ValueError)
    namespace = dispatcher.namespace("/x", on_connect=on_connect)
    namespace.on("e", handler)
    with pytest.raises(ValueError):
        namespace.on("e", handler)
    with pytest.raises(ValueError):
        dispatcher.namespace("/x", on_connect=on_connect)


# ------------------------------------------------------------------------------------------ speed


async def test_too_many_events_a_second_are_refused_with_the_time_to_wait() -> None:
    async with served(limits=Limits(rate=Rate(per_second=20, burst=3))) as server:
        raw, other = await server.raw(), await server.raw()
        for n in range(4):
            await raw.send(event("echo", {"n": n}, n))
        answers = [await raw.answer() for _ in range(4)]
        error = next(answer["error"] for answer in answers if not answer["ok"])
        assert (error["code"], error["retryable"]) == ("rate_limited", True)
        assert 0 < error["retry_after_ms"] <= 51
        assert sum(answer["ok"] for answer in answers) == 3
        await other.send(event("echo", {}, 1))
        assert (await other.answer())["ok"]
        await asyncio.sleep(error["retry_after_ms"] / 1000)  # as told: then it goes through
        await raw.send(event("echo", {}, 9))
        assert (await raw.answer())["ok"]


@pytest.mark.parametrize(
    "packet", [event("echo", {}), event("nobody", {}), f'42{NS},["echo",{{"t":"\\ud800"}}]']
)
async def test_a_client_that_never_slows_down_is_closed(packet: str) -> None:
    async with served(limits=Limits(rate=Rate(per_second=0.001, burst=1), flood_after=20)) as server:
        raw = await server.raw()
        await raw.send(*[packet] * 22)
        assert await raw.closed() == 1008
        assert (server.counts["closed.flood"], server.counts["error.rate_limited"]) == (1, 21)


# --------------------------------------------------------------------------- coming and going


async def refused(server: Served, error: Exception) -> Any:
    async def on_connect(_conn: Connection, _auth: Any) -> None:
        raise error

    Dispatcher(server.sio, domain_error=CallerError.__mro__[1]).namespace("/closed", on_connect=on_connect)
    raw = await server.raw(join=False)
    answer = await raw.join("/closed")
    assert answer.startswith("44/closed,")
    return json.loads(answer.removeprefix("44/closed,"))


@pytest.mark.parametrize(
    "error, code",
    [
        (CallerError("unknown token", code="bad_token"), "bad_token"),
        (Refusal("bad_token", "unknown token"), "bad_token"),
        (Secret("zebra"), "internal"),
    ],
)
async def test_a_refused_connect_says_why(error: Exception, code: str) -> None:
    async with served() as server:
        answer = await refused(server, error)
        assert answer["message"] == answer["data"]["code"] == code
        assert set(answer["data"]) == {"code", "message", "retryable"}
        assert "zebra" not in json.dumps(answer)
        assert server.counts[f"refused.{code}"] == 1
        assert not server.sio.connections


async def test_a_stock_client_sees_the_reason() -> None:
    async with served() as server:

        async def on_connect(_conn: Connection, auth: Any) -> None:
            raise exceptions.ConnectionRefusedError("bad_token", {"code": "bad_token", "auth": auth})

        Dispatcher(server.sio, domain_error=ValueError).namespace("/closed", on_connect=on_connect)
        client = await server.client(joined=False)
        told = asyncio.get_running_loop().create_future()
        client.on("connect_error", told.set_result, namespace="/closed")
        with pytest.raises(exceptions.ConnectionError):
            await client.connect(
                server.url, namespaces=["/closed"], auth={"token": "t"}, transports=["websocket"]
            )
        data = await told
    assert data == {"message": "bad_token", "data": {"code": "bad_token", "auth": {"token": "t"}}}


async def test_a_disconnect_handler_that_fails_is_called_once() -> None:
    calls: list[str] = []

    async def on_connect(_conn: Connection, _auth: Any) -> None:
        """Let everybody in."""

    async def on_disconnect(_conn: Connection, reason: str) -> None:
        calls.append(reason)
        raise TypeError("disconnect() takes 1 positional argument")

    async with served() as server:
        dispatcher = Dispatcher(server.sio, domain_error=ValueError)
        dispatcher.namespace("/faulty", on_connect=on_connect, on_disconnect=on_disconnect)
        raw = await server.raw()
        assert (await raw.join("/faulty")).startswith("40/faulty,")
        with capture_logs() as logs:
            await raw.send("41/faulty,")
            await until(lambda: logs)
        assert [entry["event"] for entry in logs] == ["disconnect_failed"]
    assert calls == ["client_disconnect"]
