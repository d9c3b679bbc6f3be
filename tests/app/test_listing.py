"""The lists of a desk: which chats stand in them, in which order, and what of them a reader may see (law 11)."""

from typing import Any

import pytest

from batonpass.app import listing
from batonpass.app.listing import History, Listed, Lists
from batonpass.app.views import RowView
from batonpass.domain.conversation import Status
from batonpass.domain.errors import NotAllowed
from batonpass.domain.handoff import Kind, Leave
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import held_by, house, to_queue
from tests.support.world import World


async def rows(world: World, agent_id: str, scope: str, **more: Any) -> Listed:
    return await world.store.read(listing.rows, world.env, Lists(agent_id, scope, **more))


async def ids(world: World, agent_id: str, scope: str) -> list[str]:
    return [row.conversation.id for row in (await rows(world, agent_id, scope)).rows]


async def one(world: World, agent_id: str, scope: str) -> RowView:
    (row,) = (await rows(world, agent_id, scope)).rows
    return row


async def past(world: World, agent_id: str, conversation_id: str) -> list[RowView]:
    found, _ = await world.store.read(listing.history, world.env, History(agent_id, conversation_id))
    return found


async def test_what_waits_and_what_is_held(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2")
    talk = await held_by(world, "R1", name="Carla")
    await talk.writes("where is it")
    row = await one(world, "R2", "all")
    assert row.holder is not None
    assert (row.holder.id, row.customer, row.status, row.may) == ("R1", "Carla", Status.ACTIVE, ())
    assert row.last is not None
    assert row.last.text == "", "no words of a chat that is somebody else's"
    assert row.unanswered_since is not None
    assert await ids(world, "R2", "queue") == []
    await talk.transfers("R1", to_queue("q1"), Leave.NOW)
    row = await one(world, "R2", "queue")
    assert (row.status, row.holder, row.may) == (Status.OPEN, None, ("read", "pick_up"))
    assert row.last is not None
    assert row.last.text == "where is it"
    assert row.waiting_since is not None
    assert row.pending is not None
    assert (row.pending.target, row.pending.handoff.kind) == ("q1", Kind.TRANSFER)
    assert [(p.agent.id if p.agent else "") for p in row.baton][-2:] == ["R1", ""]
    assert await ids(world, "R4", "queue") == await ids(world, "R4", "all") == []


async def test_bots_have_no_lists(store: BaseStore[Tx]) -> None:
    world = await house(store, "A")
    with pytest.raises(NotAllowed):
        await rows(world, "A", "queue")
