"""Webhooks arrive: signed, in order, each once under one id, whatever the receiver does; and nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from aiohttp import web
from standardwebhooks import Webhook

from batonpass import tasks
from batonpass.domain.handoff import Kind
from batonpass.domain.hooks import DeliveryState, Hook, Include, Topic
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx
from batonpass.transport.webhooks import worker as workers
from batonpass.transport.webhooks.post import Answer
from batonpass.transport.webhooks.worker import Breaker, WebhookWorker
from tests.app.test_outbox import _all, a_talk, a_world
from tests.support.until import until
from tests.support.world import World
from tests.transport.webhooks.receiver import OLD, SECRET, Receiver, receiving

Store = BaseStore[StoreTx]
S = 1_000
LOCAL = ("127.0.0.0/8", "::1/128")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_NEW", SECRET)
    monkeypatch.setenv("HOOK_OLD", OLD)


def to(receiver: Receiver, name: str = "crm", **changes: Any) -> Hook:
    given: dict[str, Any] = {
        "topics": frozenset(Topic),
        "secrets": ("env:HOOK_NEW",),
        "allow": LOCAL,
        "attempts": 3,
    }
    return Hook(name, receiver.url, **given | changes)


async def told(world: World) -> int:
    """Send all that may be sent now."""
    worker = WebhookWorker(world.board, luck=lambda: 0.5)
    try:
        return await worker.drain()
    finally:
        await worker.close()


async def states(world: World) -> list[str]:
    return [str(d.state) for d in await world.store.read(_all)]


async def errors(world: World) -> set[str | None]:
    return {d.error for d in await world.store.read(_all) if d.attempts}


async def test_field_18_duplicate_or_disordered_webhooks(frozen_store: Store, receiver: Receiver) -> None:
    """FIELD 18: stable delivery id, seq, one in flight per endpoint and conversation."""
    world = await a_world(frozen_store, to(receiver))
    talks = [await a_talk(world) for _ in range(3)]
    refused: set[str] = set()

    def every_other_fails(got: Any) -> web.Response:
        again = got.id in refused
        refused.add(got.id)
        return web.Response(status=204 if again or got.body["number"] % 2 else 503)

    receiver.answer = every_other_fails
    for n in range(4):
        for customer, cid in talks:
            await world.writes(customer, cid, f"line {n}")
        await told(world)
        await world.store.advance(5 * S)
    while "pending" in await states(world):
        await told(world)
        await world.store.advance(5 * S)
    assert not receiver.crowded, "two of one conversation were inside at a time"
    for _, cid in talks:
        mine = [got for got in receiver.got if got.body["conversation_id"] == cid]
        taken = [got for n, got in enumerate(mine) if got.id not in [later.id for later in mine[n + 1 :]]]
        numbers = [got.body["number"] for got in taken]
        assert numbers == list(range(1, len(numbers) + 1))
        entries = (await world.picture(cid)).entries
        assert [g.body["seq"] for g in taken if "seq" in g.body] == [entry.seq for entry in entries]
        tries = [got.id for got in mine]
        assert {tries.count(one) for one in tries} == {1, 2}


async def test_both_secrets_sign_and_the_first_comes_first(
    frozen_store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FIELD 25: two valid at once, and the key that signs is the key that was given."""
    world = await a_world(frozen_store, to(receiver, secrets=("env:HOOK_NEW", "env:HOOK_OLD")))
    await a_talk(world)
    await told(world)
    got = receiver.got[0]
    assert len(got.headers["webhook-signature"].split()) == 2
    for secret in (SECRET, OLD):
        Webhook(secret).verify(orjson.dumps(got.body).decode(), got.headers)


async def test_without_a_secret_nothing_is_sent(
    frozen_store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await a_world(frozen_store, to(receiver))
    await a_talk(world)
    for wrong in ("", "whsec_ not base64!", "x" * 2_000):
        monkeypatch.setenv("HOOK_NEW", wrong)
        await told(world)
        await world.store.advance(100 * S)
    assert receiver.got == []
    assert await errors(world) == {"no_secret"}


@pytest.mark.parametrize("include", list(Include))
async def test_no_words_unless_asked_for_and_nothing_private_ever(
    frozen_store: Store, receiver: Receiver, include: Include
) -> None:
    world = await a_world(frozen_store, to(receiver, include=include))
    _, cid = await a_talk(world)
    stint = next(s for s in (await world.picture(cid)).stints if s.live)
    await world.asks("A", cid, stint.id, Kind.ESCALATION, note="his voice SECRET-1", reason="SECRET-2")
    await world.settle()
    rita = await world.accepts("R1", (await world.open_offer("R1")).id)
    await world.whispers("R1", cid, rita.id, "SECRET-3")
    await world.says("R1", cid, rita.id, "Hello WORD-4")
    await told(world)
    everything = repr([got.body for got in receiver.got])
    assert "SECRET" not in everything
    assert ("WORD-4" in everything) == ("parcel" in everything) == (include is Include.MESSAGES)
    assert {got.body["type"] for got in receiver.got} >= {"message.created", "handoff.updated", "offer.made"}


async def test_a_redirect_is_not_followed(frozen_store: Store, receiver: Receiver) -> None:
    world = await a_world(frozen_store, to(receiver))
    await a_talk(world)
    receiver.answer = lambda _: web.Response(status=307, headers={"Location": receiver.url})
    await told(world)
    assert len(receiver.got) == 1
    assert await errors(world) == {"redirect"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f000001", "127.1"])
async def test_inside_addresses_are_refused_unless_allowed(
    frozen_store: Store, receiver: Receiver, host: str
) -> None:
    inside = replace(to(receiver, allow=()), url=receiver.url.replace("127.0.0.1", host))
    world = await a_world(frozen_store, inside)
    await a_talk(world)
    await told(world)
    assert receiver.got == []
    assert await errors(world) == {"address_refused"}


async def test_a_receiver_that_hangs_or_babbles_is_let_go(frozen_store: Store, receiver: Receiver) -> None:
    world = await a_world(frozen_store, to(receiver, timeout_ms=100))
    await a_talk(world)
    receiver.hold = asyncio.Event()
    await told(world)
    assert await errors(world) == {"timeout"}
    receiver.hold.set()
    await world.store.advance(100 * S)
    receiver.answer = lambda _: web.Response(body=b"x" * 1_000_000)
    await told(world)
    assert set(await states(world)) == {"delivered"}, "what it babbles is not read, and not minded"


async def test_a_slow_receiver_delays_nobody(frozen_store: Store, receiver: Receiver) -> None:
    async with receiving() as quick:
        world = await a_world(frozen_store, to(receiver, "slow"), to(quick, "quick"))
        receiver.hold = asyncio.Event()
        worker = WebhookWorker(world.board)
        running = tasks.spawn(worker.run(), name="webhooks")
        try:
            for _ in range(workers.PLACES + 2):
                await a_talk(world)
            wanted = {d.id for d in await world.store.read(_all) if d.endpoint == "quick"}
            await until(lambda: set(quick.ids) == wanted)
            assert 0 < len(receiver.got) <= workers.PLACES
        finally:
            receiver.hold.set()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_an_endpoint_that_is_down_rests_and_one_attempt_finds_it_back() -> None:
    breaker, now = Breaker(), 1_000_000
    down = Answer(error="no_connection")
    for n in range(workers.OPENS_AFTER):
        assert breaker.places(now) == workers.PLACES, n
        breaker.note(down, now)
    assert breaker.places(now + workers.FIRST_REST_MS - 1) == 0
    assert breaker.places(now + workers.FIRST_REST_MS) == 1
    now += workers.FIRST_REST_MS
    breaker.note(down, now)
    assert breaker.places(now + workers.FIRST_REST_MS) == 0, "twice as long"
    for _ in range(40):
        now = breaker.rests_until
        breaker.note(down, now)
        breaker.note(down, now)
    assert breaker.rests_until == now + workers.LONGEST_REST_MS, (
        "at most; and what was on its way does not count"
    )
    breaker.note(Answer(200), now)
    assert breaker.places(now) == workers.PLACES


async def test_what_rests_by_the_breaker_loses_no_attempt(frozen_store: Store, receiver: Receiver) -> None:
    world = await a_world(frozen_store, to(receiver))
    for _ in range(workers.OPENS_AFTER + 3):
        await a_talk(world)
    receiver.answer = lambda _: web.Response(status=500)
    worker = WebhookWorker(world.board, luck=lambda: 0.5)
    await worker.drain()
    tries = len(receiver.got)
    assert tries <= workers.PLACES
    await world.store.advance(6 * S)
    await worker.drain()
    assert len(receiver.got) == tries
    await world.store.advance(workers.FIRST_REST_MS)
    receiver.answer = lambda _: web.Response(status=204)
    await worker.drain()
    await worker.close()
    assert {d.state for d in await world.store.read(_all)} == {DeliveryState.DELIVERED}
