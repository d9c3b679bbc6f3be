"""Acknowledged calls over a connection that breaks, against a real server that misbehaves on command."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from batonpass.client import CustomerClient, Refused, Stopped, Timing
from batonpass.client.connection import Connection
from tests.client.peer import CONVERSATION, Peer
from tests.support.until import until

QUICK = Timing(ack=1.0, connect=2.0, backoff_first=0.01, backoff_most=0.05)
BUSY = {"code": "store_unavailable", "message": "no", "retryable": True}


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    await peer.up()
    yield peer
    await peer.down()


@pytest.fixture
async def client(peer: Peer) -> AsyncIterator[CustomerClient]:
    client = CustomerClient(peer.url, token="t", timing=QUICK)
    await client.start()
    yield client
    await client.close()


def texts(client: CustomerClient) -> list[int]:
    return [entry.number for entry in client.entries]


async def test_a_send_is_acknowledged(peer: Peer, client: CustomerClient) -> None:
    sent = await client.send("hello", client_id="k1")
    assert sent.message_id == "k1"
    assert [said["content"]["text"] for said in peer.payloads("message.send")] == ["hello"]


@pytest.mark.parametrize("trouble", ["silent", "cut", "leave", "empty", BUSY])
async def test_an_unanswered_send_goes_out_again_under_the_same_id(
    peer: Peer, client: CustomerClient, trouble: object
) -> None:
    peer.next.append(trouble)
    sent = await client.send("hello", client_id="k1")
    assert sent.message_id == "k1"
    assert [said["client_id"] for said in peer.payloads("message.send")] == ["k1", "k1"]
    assert client.connection.resends == 1


async def test_a_resent_send_stays_before_the_ones_after_it(peer: Peer, client: CustomerClient) -> None:
    peer.next.extend([BUSY, "cut"])
    await asyncio.gather(*(client.send(f"{n}", client_id=f"k{n}") for n in range(5)))
    ids = [said["client_id"] for said in peer.payloads("message.send")]
    assert ids == ["k0", "k0", "k0", "k1", "k2", "k3", "k4"]


async def test_an_error_that_stays_is_raised_with_its_code(peer: Peer, client: CustomerClient) -> None:
    peer.next.append({"code": "conversation_closed", "message": "it is closed", "retryable": False})
    with pytest.raises(Refused) as caught:
        await client.send("hello")
    assert (caught.value.code, caught.value.retryable) == ("conversation_closed", False)
    await client.send("the lane is free again")


async def test_a_retry_waits_as_long_as_it_is_told_to(peer: Peer, client: CustomerClient) -> None:
    loop = asyncio.get_running_loop()
    peer.next.append({"code": "rate_limited", "message": "", "retryable": True, "retry_after_ms": 120})
    before = loop.time()
    await client.send("hello")
    assert loop.time() - before >= 0.12


async def test_a_server_that_goes_and_comes_back_is_found_again(peer: Peer, client: CustomerClient) -> None:
    await peer.down()
    sending = asyncio.gather(*(client.send(f"{n}", client_id=f"k{n}") for n in range(3)))
    await until(lambda: not client.connection.online)
    await peer.up()
    await sending
    assert [said["client_id"] for said in peer.payloads("message.send")] == ["k0", "k1", "k2"]
    assert client.connection.reconnects == 1


async def test_a_client_waits_for_a_server_that_is_not_up_yet(peer: Peer) -> None:
    await peer.down()
    client = CustomerClient(peer.url, token="t", timing=QUICK)
    starting = asyncio.gather(client.start())
    await asyncio.sleep(0.05)
    await peer.up()
    await starting
    assert client.conversation_id == CONVERSATION
    await client.close()


async def test_a_bad_token_ends_it_and_nothing_tries_again(peer: Peer) -> None:
    peer.refuse_connect = {"code": "bad_token", "message": "unknown", "retryable": False}
    client = CustomerClient(peer.url, token="t", timing=QUICK)
    with pytest.raises(Refused) as caught:
        await client.connect()
    assert caught.value.code == "bad_token"
    await asyncio.sleep(0.1)
    assert peer.connects == 1
    await client.close()


async def test_a_token_withdrawn_while_away_ends_waiting_calls(peer: Peer, client: CustomerClient) -> None:
    peer.refuse_connect = {"code": "bad_token", "message": "withdrawn", "retryable": False}
    peer.next.append("cut")
    with pytest.raises(Refused, match="bad_token"):
        await client.send("hello")


async def test_a_refusal_that_passes_is_tried_again(peer: Peer) -> None:
    peer.refuse_connect = {"code": "too_many_connections", "message": "", "retryable": True}
    client = CustomerClient(peer.url, token="t", timing=QUICK)
    connecting = asyncio.gather(client.connect())
    await until(lambda: peer.connects >= 3)
    peer.refuse_connect = None
    await connecting
    await client.close()


async def test_stopping_ends_waiting_calls(peer: Peer, client: CustomerClient) -> None:
    await peer.down()
    sending = asyncio.gather(client.send("hello"), return_exceptions=True)
    await until(lambda: not client.connection.online)
    await client.close()
    assert [type(result) for result in await sending] == [Stopped]
    await peer.up()


async def test_pushes_out_of_order_and_doubled_are_seen_in_order_once(
    peer: Peer, client: CustomerClient
) -> None:
    peer.store(4)
    await peer.push(2, 1, 1, 4, 2, 3, 4)
    await client.find(lambda entry: entry.number == 4, 5)
    assert texts(client) == [1, 2, 3, 4]
    assert peer.reads == []  # nothing stayed missing long enough to ask


async def test_a_lost_push_is_read_after_its_wait(peer: Peer, client: CustomerClient) -> None:
    peer.store(3)
    loop = asyncio.get_running_loop()
    before = loop.time()
    await peer.push(1, 3)
    await client.find(lambda entry: entry.number == 3, 5)
    assert texts(client) == [1, 2, 3]
    assert peer.reads == [1]
    assert loop.time() - before >= 0.24


async def test_a_lost_last_push_is_known_from_the_acknowledgement(peer: Peer, client: CustomerClient) -> None:
    async def store() -> None:
        peer.store(1)

    peer.before_ack = store
    await client.send("hello")
    await client.find(lambda entry: entry.number == 1, 5)


async def test_what_was_missed_while_away_is_read_page_by_page(peer: Peer, client: CustomerClient) -> None:
    peer.store(1)
    await peer.push(1)
    await client.find(lambda entry: entry.number == 1, 5)
    await peer.cut()
    peer.store(7)
    await client.find(lambda entry: entry.number == 8, 5)
    assert texts(client) == list(range(1, 9))
    assert peer.reads == [1, 4, 7]


async def test_a_conversation_the_snapshot_leaves_out_is_read_to_its_end(
    peer: Peer, client: CustomerClient
) -> None:
    peer.store(1)
    await peer.push(1)
    await client.find(lambda entry: entry.number == 1, 5)
    peer.shows_conversation = False
    await peer.cut()
    peer.store(2)
    await client.find(lambda entry: entry.number == 3, 5)


async def test_entries_that_cannot_be_read_are_not_asked_for_for_ever(
    peer: Peer, client: CustomerClient
) -> None:
    peer.store(2)
    client.timelines.know(CONVERSATION, 5)
    await client.find(lambda entry: entry.number == 2, 5)
    await until(lambda: not client.timelines.unsettled(CONVERSATION))
    assert peer.reads == [0]


async def test_a_cut_in_the_middle_of_a_read_is_made_good(peer: Peer, client: CustomerClient) -> None:
    peer.store(9)
    await client.connection.cut()
    await until(lambda: len(peer.reads) >= 1)
    await client.connection.cut()
    await client.find(lambda entry: entry.number == 9, 5)
    assert texts(client) == list(range(1, 10))


async def test_handlers_get_each_entry_once_in_order(peer: Peer) -> None:
    client = CustomerClient(peer.url, token="t", timing=QUICK)
    seen: list[int] = []

    @client.on_entry
    async def keep(entry: object) -> None:
        await asyncio.sleep(0)
        seen.append(entry.number)  # type: ignore[attr-defined]

    peer.store(5)
    await client.start()
    await peer.push(5, 4, 3)
    await until(lambda: len(seen) == 5)
    assert seen == [1, 2, 3, 4, 5]
    await client.close()


async def test_calls_wait_for_the_next_link_and_do_not_spin_on_a_lost_one(
    peer: Peer, client: CustomerClient
) -> None:
    """In the same step of the loop in which the link is lost, nothing has told the owner of it yet."""
    link = client.connection._link
    assert link is not None
    link._on_lost()
    async with asyncio.timeout(5):
        sent = await client.send("hello", client_id="k1")
    assert sent.message_id == "k1"
    assert client.connection.reconnects == 1


def test_an_address_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="expected http"):
        Connection("localhost:8080", "/agent", {}, on_snapshot=print, on_event=print)


async def test_a_handler_may_close_its_client(peer: Peer) -> None:
    client = CustomerClient(peer.url, token="t", timing=QUICK)
    closed = asyncio.Event()

    @client.on_entry
    async def leave(entry: object) -> None:
        await client.close()
        closed.set()

    peer.store(2)
    await client.start()
    await asyncio.wait_for(closed.wait(), 5)


async def test_typing_is_a_hint_and_never_waits(peer: Peer, client: CustomerClient) -> None:
    await client.typing()
    assert peer.payloads("typing.set") == [{"conversation_id": CONVERSATION, "on": True}]
    await peer.down()
    await until(lambda: not client.connection.online)
    await asyncio.wait_for(client.typing(on=False), 1)
    await peer.up()
