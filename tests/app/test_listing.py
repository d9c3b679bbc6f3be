"""The lists of a desk: which chats stand in them, in which order, and what of them a reader may see (law 11)."""

from typing import Any

import pytest

from batonpass.app import holds, listing, presence, views
from batonpass.app.listing import History, Listed, Lists
from batonpass.app.views import RowView
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Status
from batonpass.domain.errors import NotAllowed, NotFound
from batonpass.domain.handoff import Kind, Leave
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from batonpass.transport.socketio import shapes
from tests.handoffs.house import Talk, agent, held_by, house, to_queue
from tests.support.crowd import fill
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


async def paged(world: World, agent_id: str, scope: str, limit: int) -> list[str]:
    """A list to its end, page by page."""
    found: list[str] = []
    after = None
    while True:
        page = await rows(world, agent_id, scope, after=after, limit=limit)
        assert len(page.rows) <= limit
        assert (page.counts is None) is (after is not None), "counts come with the first page"
        found += [row.conversation.id for row in page.rows]
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("limit", [7, 100])
async def test_pages_hold_every_row_once_and_in_order(store: BaseStore[Tx], limit: int) -> None:
    world = await house(store, "A", "R1", "R2", "R3", "R4")
    await store.run(fill, 210)
    for scope in ("queue", "all", "recent", "held"):
        whole = await ids(world, "R1", scope)
        assert (await paged(world, "R1", scope, limit))[: len(whole)] == whole, scope
    queue = await paged(world, "R1", "queue", limit)
    assert queue == sorted(queue), "the longest waiting comes first"
    found = await paged(world, "R1", "all", limit)
    assert len(found) == len(set(found))
    waits, held = found[: len(queue)], found[len(queue) :]
    assert waits == queue, "who waits comes first there too"
    assert held == sorted(held, reverse=True), "then the newest"
    recent = await paged(world, "R1", "recent", limit)
    assert recent == sorted(recent, reverse=True)
    counts = (await rows(world, "R1", "queue")).counts
    assert counts is not None
    assert (counts.queue, counts.all, counts.held) == (len(queue), len(found), 0)


async def finish(talk: Talk, agent_id: str) -> None:
    """Be done with the after-work."""
    (after_work,) = [s for s in (await talk.world.picture(talk.id)).stints if s.agent_id == agent_id]
    await talk.world.finishes(agent_id, after_work.id)


async def test_a_chat_one_has_left_stays_as_it_was_then(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2")
    talk = await held_by(world, "R1")
    await talk.writes("the parcel is lost")
    await talk.transfers("R1", agent("R2"), Leave.NOW)
    await talk.takes("R2")
    await talk.says("R2", "I am looking")
    assert await ids(world, "R1", "recent") == [], "after-work is not over"
    await finish(talk, "R1")
    await world.do(
        presence.set_context,
        presence.SetContext("R2", talk.id, (await talk.stint("R2")).id, {"name": "Carla"}),
    )
    row = await one(world, "R1", "recent")
    assert row.last is not None
    assert (row.last.text, row.customer, row.status) == ("the parcel is lost", "", Status.ACTIVE)
    assert row.holder is not None
    assert row.holder.id == "R2", "who left knows who took it"
    assert row.outcome is not None
    assert row.outcome.reason == "transfer"
    assert (row.may, row.queue_id) == (("read",), "q1")
    assert (row.unanswered_since, row.pending, row.others) == (None, None, [])
    await world.resolves("R2", (await talk.stint("R2")).id)
    assert (await one(world, "R1", "recent")).status is Status.ACTIVE, "how it ended is not known"


async def test_what_is_on_hold_may_be_gone_on_with(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", "R4")
    talk = await held_by(world, "R1")
    await talk.writes("one moment")
    await world.do(holds.put_on_hold, holds.Holds("R1", talk.id, (await talk.stint("R1")).id, "h", "asks"))
    for name in ("R1", "R2"):
        row = await one(world, name, "held")
        assert row.status is Status.HELD
        assert row.hold is not None
        assert (row.hold.agent.id, row.hold.hold.reason) == ("R1", "asks")
        assert row.may == ("read", "resume")
        assert row.last is not None
        assert row.last.text == "one moment"
    assert await ids(world, "R4", "held") == []


async def test_the_history_of_a_customer(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", "R3")
    first = await held_by(world, "R1", name="Carla")
    await first.writes("the parcel is lost")
    await world.resolves("R1", (await first.stint("R1")).id)
    await finish(first, "R1")
    stranger = await held_by(world, "R3")
    for name in ("R1", "R3"):
        await world.choose(name, Presence.AWAY)
    second = Talk(world, first.customer, await world.start(first.customer, "again"))
    await world.settle()
    await second.takes("R2")
    (row,) = await past(world, "R2", second.id)
    assert (row.conversation.id, row.status, row.may) == (first.id, Status.CLOSED, ())
    assert row.last is not None
    assert row.last.text == "", "R2 was not in it"
    assert row.outcome is not None
    assert (row.outcome.reason, row.outcome.issue) == ("resolved", None)
    await second.asks("R2", Kind.INVITATION, target=agent("R1"))
    await world.choose("R1", Presence.AVAILABLE)
    await world.settle()
    (own,) = await past(world, "R1", second.id)
    assert own.last is not None
    assert own.last.text == "the parcel is lost"
    assert own.may == ("read",)
    for name, cid in (("R1", first.id), ("R2", stranger.id), ("R2", "0" * 32)):
        with pytest.raises(NotFound):
            await past(world, name, cid)


async def test_the_snapshot_shows_who_has_left_the_chat_as_it_was(store: BaseStore[Tx]) -> None:
    """At the after-work of a chat one learns no more of it: not by a reconnect either."""
    world = await house(store, "R1", "R4")
    talk = await held_by(world, "R1", name="Carla")
    await talk.writes("where is it")
    await talk.transfers("R1", to_queue("q2"), Leave.NOW)
    await world.advance(1_000)
    await talk.takes("R4")
    await talk.writes("my card is 4711")
    assert await talk.wrapping() == ["R1"]
    found = await world.store.read(views.agent_snapshot, world.env.rules, "R1")
    row = shapes.row_info(found.rows[talk.id])
    assert row.last is not None
    assert (row.last.text, row.unanswered_since, row.handoff) == ("where is it", None, None)
    assert (row.queue, row.queue_id) == ("q1", "q1")
    assert row.holder is not None, "who took what it gave"
    assert row.holder.id == "R4"
