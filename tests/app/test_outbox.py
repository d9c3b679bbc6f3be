"""What a commit tells outside is written with it, dense and in order; sent one at a time; given up; asked for again."""

from dataclasses import replace
from typing import Any

import pytest

from batonpass.app.outbox import Next, Replay, Sending, Sent, lease_webhooks, replay_webhooks, settle_webhook
from batonpass.app.ports import Tx
from batonpass.domain import events as e
from batonpass.domain.errors import NotFound, Refused
from batonpass.domain.handoff import Kind
from batonpass.domain.hooks import Delivery, DeliveryState, Hook, Topic
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx
from tests.support.world import World, bot, person, queue, rules

Store = BaseStore[StoreTx]
S = 1_000


def hook(name: str = "crm", **changes: Any) -> Hook:
    return Hook(name, "https://x.example/in", **{"topics": frozenset(Topic), "attempts": 3, **changes})


async def a_world(store: Store, *hooks: Hook) -> World:
    world = World(store, rules(queue("q1"), webhooks={h.name: h for h in hooks}))
    await world.setup([bot("A"), person("R1")], [("q1", "A", 3), ("q1", "R1", 2)])
    await world.connect("A")
    await world.connect("R1")
    return world


async def a_talk(world: World) -> tuple[str, str]:
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    await world.writes(customer, cid, "My parcel is late")
    return customer, cid


def _all(tx: Tx) -> list[Delivery]:
    return sorted(tx.deliveries(None, None, 1_000), key=lambda d: (d.endpoint, d.conversation_id, d.number))


async def waiting(world: World, endpoint: str = "crm") -> list[Delivery]:
    return [d for d in await world.store.read(_all) if d.endpoint == endpoint]


async def take(world: World, endpoint: str = "crm", limit: int = 8) -> list[Delivery]:
    got: list[Delivery] = await world.do(lease_webhooks, Sending(((endpoint, limit),)))
    return got


async def settle(world: World, delivery: Delivery, error: str = "", **more: Any) -> Next:
    done: Next = await world.do(settle_webhook, Sent(delivery, None if error else 200, error, **more))
    return done


async def test_each_commit_writes_what_it_tells_dense_and_in_order(frozen_store: Store) -> None:
    world = await a_world(frozen_store, hook())
    _, cid = await a_talk(world)
    told = await waiting(world)
    assert [d.number for d in told] == list(range(1, len(told) + 1))
    seqs = [d.seq for d in told if d.seq is not None]
    entries = (await world.picture(cid)).entries
    assert seqs == [entry.seq for entry in entries], "this talk has nothing private yet"
    assert {d.topic for d in told} == {Topic.ADDED, Topic.MESSAGE, Topic.HANDOFF}
    assert "parcel" not in repr(told), "the outbox holds no words"


async def test_an_endpoint_is_told_only_what_it_asked_for(frozen_store: Store) -> None:
    some = hook("some", topics=frozenset({Topic.MESSAGE}))
    world = await a_world(frozen_store, some, hook("off", enabled=False))
    await a_talk(world)
    assert [(d.topic, d.number) for d in await waiting(world, "some")] == [(Topic.MESSAGE, 1)]
    assert await waiting(world, "off") == []


async def test_a_message_sent_again_is_told_once(frozen_store: Store) -> None:
    world = await a_world(frozen_store, hook(topics=frozenset({Topic.MESSAGE})))
    customer, cid = await a_talk(world)
    for _ in range(2):
        await world.writes(customer, cid, "again", "k")
    assert len(await waiting(world)) == 2


async def test_one_is_in_flight_and_the_next_follows_in_order(frozen_store: Store) -> None:
    world = await a_world(frozen_store, hook())
    await a_talk(world)
    (first,) = await take(world)
    assert first.number == 1
    assert await take(world) == [], "one in flight for an endpoint and conversation"
    sent = [first.number]
    now = await settle(world, first)
    while now.delivery is not None:
        sent.append(now.delivery.number)
        now = await settle(world, now.delivery)
    assert sent == [d.number for d in await waiting(world)]
    assert {d.state for d in await waiting(world)} == {DeliveryState.DELIVERED}
    assert await take(world) == []


async def test_conversations_go_beside_each_other(frozen_store: Store) -> None:
    world = await a_world(frozen_store, hook())
    await a_talk(world)
    await a_talk(world)
    assert len({d.conversation_id for d in await take(world)}) == 2


async def test_a_failure_rests_longer_each_time_then_is_a_dead_letter_and_the_next_goes(
    frozen_store: Store,
) -> None:
    world = await a_world(frozen_store, hook())
    await a_talk(world)
    (first,) = await take(world)
    for pause in (5 * S, 20 * S):
        done = await settle(world, first, "refused")
        assert done == Next(None)
        await world.store.advance(pause - 1)
        assert await take(world) == []
        await world.store.advance(1)
        (again,) = await take(world)
        assert (again.id, again.number) == (first.id, first.number), "stable over attempts"
    world.recorder.take()
    done = await settle(world, first, "refused")
    assert done.dead
    assert done.delivery is not None
    assert done.delivery.number == 2
    alerts = [effect for effect in world.recorder.take() if isinstance(effect, e.AlertRaised)]
    assert [(a.code, dict(a.params)["delivery_id"]) for a in alerts] == [("webhook_dead", first.id)]


async def test_what_the_receiver_asks_for_is_waited_for_and_gone_is_gone(frozen_store: Store) -> None:
    world = await a_world(frozen_store, hook())
    await a_talk(world)
    (first,) = await take(world)
    await settle(world, first, "refused", wait_ms=60 * S)
    await world.store.advance(59 * S)
    assert await take(world) == []
    await world.store.advance(1 * S)
    (again,) = await take(world)
    assert (await settle(world, again, "refused", gone=True)).dead


async def test_a_lease_that_ran_out_is_taken_by_another_and_the_late_answer_counts_once(
    frozen_store: Store,
) -> None:
    world = await a_world(frozen_store, hook())
    await a_talk(world)
    (first,) = await take(world)
    await world.store.advance(30 * S)
    (again,) = await take(world)
    assert again.id == first.id
    await settle(world, again)
    assert await settle(world, first, "timeout") == Next(None)
    assert (await waiting(world))[0].state is DeliveryState.DELIVERED


async def test_new_news_neither_shorten_a_pause_nor_break_a_lease(frozen_store: Store) -> None:
    world = await a_world(frozen_store, hook())
    customer, cid = await a_talk(world)
    (first,) = await take(world)
    await world.writes(customer, cid, "more")
    assert await take(world) == []
    await settle(world, first, "refused")
    await world.writes(customer, cid, "and more")
    assert await take(world) == []


async def test_a_dead_letter_is_sent_again_under_its_id_before_what_came_after(frozen_store: Store) -> None:
    world = await a_world(frozen_store, hook(attempts=1))
    await a_talk(world)
    (first,) = await take(world)
    now = await settle(world, first, "refused")
    while now.delivery is not None:
        now = await settle(world, now.delivery)
    assert await world.do(replay_webhooks, Replay(endpoint="crm")) == 1
    assert await world.do(replay_webhooks, Replay(endpoint="crm")) == 0
    with pytest.raises(Refused):
        await world.do(replay_webhooks, Replay(first.id))
    (again,) = await take(world)
    assert (again.id, again.number, again.attempts) == (first.id, 1, 0)
    with pytest.raises(NotFound):
        await world.do(replay_webhooks, Replay("msg_nobody"))
    with pytest.raises(NotFound):
        await world.do(replay_webhooks, Replay(endpoint="nobody"))


async def test_an_endpoint_turned_off_keeps_what_waits(frozen_store: Store) -> None:
    world = await a_world(frozen_store, hook())
    customer, cid = await a_talk(world)
    (first,) = await take(world)
    before = len(await waiting(world))
    on = world.board.env
    off = replace(on.rules, webhooks={"crm": hook(enabled=False)})
    await world.board.decide_by(replace(on, rules=off))
    await world.writes(customer, cid, "unheard")
    assert len(await waiting(world)) == before
    assert (await settle(world, first)).delivery is None
    await world.board.decide_by(on)
    (again,) = await take(world)
    assert again.number == 2


async def test_an_offer_is_told_so_that_somebody_can_be_called(frozen_store: Store) -> None:
    """FIELD 10: agents not told of a hand-off."""
    world = await a_world(frozen_store, hook(topics=frozenset({Topic.OFFER, Topic.OFFER_ENDED})))
    _, cid = await a_talk(world)
    stint = next(s for s in (await world.picture(cid)).stints if s.live)
    await world.asks("A", cid, stint.id, Kind.ESCALATION)
    await world.settle()
    offer = await world.open_offer("R1")
    assert [(d.topic, d.ref) for d in await waiting(world)] == [(Topic.OFFER, offer.id)]
    await world.advance(60 * S)
    assert Topic.OFFER_ENDED in {d.topic for d in await waiting(world)}
