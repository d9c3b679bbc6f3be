"""What both sides have read, the chat to keep, and replies that are ready: each reader gets what is theirs, and no more."""

from typing import Any

import pytest

from batonpass.app import canned, views
from batonpass.app.receipts import AgentSaw, CustomerSaw, agent_saw, customer_saw
from batonpass.domain import events as e
from batonpass.domain.care import Canned
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Kind
from batonpass.protocol.care import Transcript
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from batonpass.transport.socketio import care
from batonpass.transport.transcript import transcript
from tests.handoffs.house import Talk, agent, held_by, house
from tests.support.world import World

Store = BaseStore[Tx]


async def chat(store: Store) -> tuple[World, Talk]:
    """R1 holds: added (1, public 1), and the customer wrote (2, public 2)."""
    world = await house(store, "R1", "R2")
    talk = await held_by(world, "R1")
    await world.ready("R1", (await talk.stint("R1")).id)
    await talk.writes("are you there")
    world.recorder.take()
    return world, talk


async def saw(world: World, talk: Talk, agent_id: str, read: int) -> None:
    stint = await talk.stint(agent_id)
    await world.do(agent_saw, AgentSaw(agent_id, talk.id, stint.id, read))


async def seen(world: World, talk: Talk) -> views.Seen:
    return await world.store.read(views.seen, talk.id)


async def test_receipts_grow_and_are_told_in_the_customers_numbers(frozen_store: Store) -> None:
    world, talk = await chat(frozen_store)
    stint = await talk.stint("R1")
    await world.whispers("R1", talk.id, stint.id, "private", ())
    await talk.says("R1", "yes")
    head = (await world.picture(talk.id)).conversation
    world.recorder.take()
    await saw(world, talk, "R1", 10_000)
    (moved,) = [m for m in world.recorder.take() if isinstance(m, e.ReceiptMoved)]
    assert (moved.receipt.read, moved.to_customer, moved.agents) == (head.public_seq, True, ())
    assert head.public_seq < head.seq, "a private line has no number there"
    (told,), _ = care.told(moved)
    assert told[0] == talk.customer
    assert "R1" not in str(told), "no ids for customers"
    await world.do(customer_saw, CustomerSaw(talk.customer, talk.id, 3, 2))
    await world.do(customer_saw, CustomerSaw(talk.customer, talk.id, 0, 1))  # backwards it does not go
    assert await seen(world, talk) == views.Seen(3, 2, head.public_seq)
    await world.do(customer_saw, CustomerSaw(talk.customer, talk.id, 9_000, 9_000))
    assert (await seen(world, talk)).read == head.public_seq
    assert (await talk.world.store.read(views.details, "R1", talk.id)).seen == await seen(world, talk)


async def test_a_reader_whom_the_customer_does_not_know_stays_unseen(frozen_store: Store) -> None:
    """Who is consulted reads on, and the customer hears nothing; nor of one who is not ready, or is gone."""
    world, talk = await chat(frozen_store)
    await talk.asks("R1", Kind.CONSULTATION, target=agent("R2"))
    consulted = await talk.takes("R2")
    await saw(world, talk, "R2", 100)
    assert not [m for m in world.recorder.take() if isinstance(m, e.ReceiptMoved)], "not ready yet"
    await world.ready("R2", consulted.id)
    await saw(world, talk, "R2", 100)
    (moved,) = [m for m in world.recorder.take() if isinstance(m, e.ReceiptMoved)]
    assert (moved.to_customer, moved.agents) == (False, ("R1",))
    assert care.told(moved)[0] == []
    assert (await seen(world, talk)).theirs == 0
    stint = await talk.stint("R1")
    await world.ends(talk.customer, talk.id)
    world.recorder.take()
    await world.do(agent_saw, AgentSaw("R1", talk.id, stint.id, 100))
    assert world.recorder.take() == []


async def test_receipts_are_the_readers_own(frozen_store: Store) -> None:
    world, talk = await chat(frozen_store)
    stranger, stint = await world.customer(), await talk.stint("R1")
    for use_case, command in (
        (customer_saw, CustomerSaw(stranger, talk.id, 1, 1)),
        (customer_saw, CustomerSaw(talk.customer, "nothing", 1, 1)),
        (agent_saw, AgentSaw("R2", talk.id, stint.id, 1)),
    ):
        with pytest.raises(NotFound):
            await world.do(use_case, command)


async def kept(world: World, customer: str, cid: str, *, as_text: bool = True, after: int = 0) -> Transcript:
    found: Any = await world.store.read(transcript, customer, cid, after, as_text=as_text)
    return found  # type: ignore[no-any-return]


async def test_the_chat_to_keep_is_what_the_customer_may_read(frozen_store: Store) -> None:
    world, talk = await chat(frozen_store)
    stint = await talk.stint("R1")
    await world.whispers("R1", talk.id, stint.id, "he is difficult", ())
    await talk.says("R1", "one\n2026-11-20 10:00 UTC  R2: two")
    await world.ends(talk.customer, talk.id)
    found = await kept(world, talk.customer, talk.id)
    lines = (found.text or "").splitlines()
    assert [line[22:] for line in lines if not line.startswith(" ")][1:] == [
        "You: are you there",
        "R1: one",
        "- You ended the chat.",
    ]
    assert "    2026-11-20 10:00 UTC  R2: two" in lines, "no line of a message looks like another's"
    assert "difficult" not in str(found)
    assert (found.upto, found.head) == (4, 4)
    events = await kept(world, talk.customer, talk.id, as_text=False, after=2)
    assert [entry["public_seq"] for entry in events.entries or []] == [3, 4]
    assert not {"seq", "stint_id"} & set(str(events).replace("public_seq", "").split("'"))
    with pytest.raises(NotFound):
        await kept(world, await world.customer(), talk.id)


async def test_replies_are_ready_for_whoever_is_in_the_chat(frozen_store: Store) -> None:
    hello = Canned("hello", "hi", {"": "Hello {customer}, {agent} of {queue}; {topic}"})
    world = await house(frozen_store, "R1", canned={"hello": hello})
    talk = await held_by(world, "R1", name="Ada", topic="parcel")
    (reply,) = await world.store.read(canned.for_chat, world.env, "R1", talk.id)
    assert reply.text == "Hello Ada, R1 of q1; parcel"
    await world.ends(talk.customer, talk.id)
    (reply,) = await world.store.read(canned.for_chat, world.env, "R1", talk.id)
    assert reply.text == "Hello [customer], R1 of q1; [topic]", "who has left reads no variables"
    with pytest.raises(NotFound):
        await world.store.read(canned.for_chat, world.env, "R4", talk.id)
