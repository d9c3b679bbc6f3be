"""Packets that are none, or that mean harm: each is refused with its code, or the connection is closed and counted."""

import json

import pytest

from tests.blackbox.raw import RawClient
from tests.hostile.stage import Stage

GARBAGE = [
    "",
    "4",
    "44",
    "hello",
    "9",
    "42",
    "42/customer",
    "42/customer,",
    "42/customer,1",
    "42/customer,1[]",
    "42/customer,1{}",
    '42/customer,1"message.send"',
    "42/customer,1[null]",
    "42/customer,1[1,2]",
    "42/customer,1[[]]",
    '42/customer,1["message.send"',
    '42/customer,99999999999999999999["message.send",{}]',
    '42/agent,1["presence.set",{"presence":"away"}]',
    '42["message.send",{}]',
    "43/customer,1[]",
    '43/customer,1[{"ok":true}]',
    '45999-/customer,["message.send",{}]',
    "40/customer,{}",
    "40/customer,[",
    "47/customer,[]",
    "\x00",
    "6",
    "2",
    "3",
    "0{}",
    '42/customer,1["a\x00b",{}]',
]
"""Each is no packet at all, or none of this connection's state. None is fatal alone; a few more of them are."""


REFUSALS = ("malformed", "error.bad_request", "error.unknown_event")


async def test_packets_that_are_none(stage: Stage) -> None:
    for packet in GARBAGE:
        client = await stage.customer()
        before = sum(stage.counts.get(name, 0) for name in REFUSALS)
        await client.send(packet)
        await alive(client)
        assert sum(stage.counts.get(name, 0) for name in REFUSALS) > before, packet


async def alive(client: RawClient) -> None:
    """The connection still answers."""
    told = await client.ask("timeline.read", {"conversation_id": "none", "after": 0})
    assert told["error"]["code"] == "not_found"


async def test_one_too_many_closes_the_connection(stage: Stage) -> None:
    client = await stage.customer()
    for _ in range(40):
        await client.send("42/customer,1[]")
    assert await client.goes() == "malformed"
    assert client.close_code == 1008
    assert stage.counts["closed.malformed"] == 1


async def test_an_unknown_event(stage: Stage) -> None:
    for client in (await stage.customer(), await stage.agent("rob")):
        for event in (
            "nonsense",
            "connect",
            "disconnect",
            "constructor",
            "session.snapshot",
            "",
            "x" * 10_000,
        ):
            told = await client.ask(event, {})
            assert told["error"]["code"] == "unknown_event", event


async def test_arguments_that_are_not_one_object(stage: Stage) -> None:
    client = await stage.customer()
    odd: list[list[object]] = [[], [None], [[]], ["text"], [1], [{}, {}], [{}, None], [{}] * 1_000]
    for arguments in odd:
        told = await client.ask("message.send", *arguments)
        assert told["error"]["code"] == "bad_request", arguments


async def test_an_event_without_an_acknowledgement_is_taken(stage: Stage) -> None:
    client = await stage.customer()
    await client.send('42/customer,["nonsense",{}]')
    await client.send('42/customer,["message.send",{}]')
    await alive(client)


@pytest.mark.parametrize("size", [1_000_001, 10_000_000])
async def test_a_message_that_is_far_too_large(stage: Stage, size: int) -> None:
    client = await stage.customer()
    payload = {"conversation_id": "c", "client_id": "1", "content": {"type": "text", "text": "x" * size}}
    await client.say("message.send", payload)
    assert await client.goes() in ("too_large", "")
    assert client.close_code == 1009
    assert stage.counts["closed.too_large"] == 1


async def test_a_message_that_is_too_long_and_fits_a_packet(stage: Stage) -> None:
    client = await stage.customer()
    payload = {"conversation_id": "c", "client_id": "1", "content": {"type": "text", "text": "x" * 900_000}}
    told = await client.ask("message.send", payload)
    assert told["error"]["code"] == "bad_request"
    assert len(json.dumps(told)) < 1_000


async def test_deep_nesting(stage: Stage) -> None:
    for depth in (100, 2_000, 200_000):
        client = await stage.customer()
        deep = "[" * depth + "]" * depth
        told = await client.answer(await client.say_json(f'["message.send",{{"conversation_id":{deep}}}]'))
        assert told["error"]["code"] == "bad_request", depth
        await alive(client)


async def test_numbers_beyond_reason(stage: Stage) -> None:
    odd = ["1e400", "-1e400", "1" * 5_000, "0.1e-500", "NaN", "Infinity", "-0", "0x10"]
    for number in odd:
        client = await stage.customer()
        for event in ("timeline.read", "typing.set"):
            text = f'["{event}",{{"conversation_id":"c","after":{number},"on":{number}}}]'
            told = await client.answer(await client.say_json(text))
            # What is no JSON at all is counted as malformed too; this client is answered all the same.
            assert told["error"]["code"] == "bad_request", number


async def test_binary_packets(stage: Stage) -> None:
    client = await stage.customer()
    await client.send('451-/customer,7["message.send",{"_placeholder":true,"num":0}]')
    await client.send_bytes(b"\x00\x01\x02")
    told = await client.answer(7)
    assert told["error"]["code"] == "binary_refused"
    await client.send_bytes(b"alone")
    await alive(client)
    assert stage.counts["error.binary_refused"] == 1


async def test_events_before_connect(stage: Stage) -> None:
    client = await stage.opened()
    for _ in range(5):
        await client.say("message.send", {})
    await client.send("41/customer,")
    client.auth = {"token": "wrong"}
    await client.send('40/customer,{"token":"wrong"}')
    await client.until(lambda: any(frame.startswith("44") for frame in client.frames))
    assert not any(frame.startswith("43") for frame in client.frames)
    assert stage.counts["malformed"] == 6
    for _ in range(10):
        await client.say("message.send", {})
    assert await client.goes() in ("malformed", "refused")


async def test_namespaces_that_are_not_there(stage: Stage) -> None:
    for namespace in ("/", "/operator", "/nonsense", "/customer/x", "/" + "x" * 5_000):
        client = await stage.opened()
        await client.send(f"40{namespace}," if namespace != "/" else "40")
        await client.until(lambda client=client: any(f.startswith("44") for f in client.frames))  # type: ignore[misc]
        assert '"unknown_namespace"' in client.frames[-1]


async def test_a_connection_that_knocks_again_and_again(stage: Stage) -> None:
    client = await stage.opened()
    for _ in range(50):
        await client.send('40/customer,{"token":"guess"}')
    assert await client.goes() == "refused"
    assert stage.counts["closed.refused"] == 1
    assert stage.counts["refused.bad_token"] <= 20
