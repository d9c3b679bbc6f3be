"""Search over one's own chats: what is found where, and that it looks at no more than it says."""

from typing import Any

import pytest

from batonpass.app import messages, searching
from batonpass.app.searching import LINES, Search
from batonpass.app.views import RowView
from batonpass.domain.agents import Presence
from batonpass.domain.errors import NotAllowed
from batonpass.domain.handoff import Leave
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import Talk, agent, held_by, house
from tests.support.world import World


async def search(world: World, agent_id: str, text: str, **more: Any) -> tuple[list[RowView], bool]:
    return await world.store.read(searching.search, world.env, Search(agent_id, text, **more))


async def hits(world: World, agent_id: str, text: str) -> list[tuple[str, str, str]]:
    """Of each chat that was found: its id, where, and the words around it."""
    rows, _ = await search(world, agent_id, text)
    return [(row.conversation.id, row.hit.where, row.hit.text) for row in rows if row.hit is not None]


async def read_by(talk: Talk, agent_id: str) -> Talk:
    """Its client has taken what is due at joining, so that it reads on."""
    await talk.world.ready(agent_id, (await talk.stint(agent_id)).id)
    return talk


async def notes(talk: Talk, agent_id: str, text: str) -> None:
    stint = await talk.stint(agent_id)
    await talk.world.do(messages.add_note, messages.AgentNotes(agent_id, talk.id, stint.id, text, text))


async def test_what_is_found_and_where(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2")
    talk = await read_by(await held_by(world, "R1", name="Carla Ångström", order="48-2019"), "R1")
    await talk.writes("Where is my Parcel?\nIt was ﬁne yesterday")
    await notes(talk, "R1", "warehouse holds one pair")
    for text, where, found in (
        ("ångström", "customer", "Carla Ångström"),
        ("CARLA", "customer", "Carla Ångström"),
        ("48-2019", "context", "order: 48-2019"),
        ("parcel where", "message", "Where is my Parcel? It was ﬁne yesterday"),
        ("fine", "message", "Where is my Parcel? It was ﬁne yesterday"),
        ("pair", "note", "warehouse holds one pair"),
        (talk.id, "id", talk.id),
        (talk.id[-8:].upper(), "id", talk.id),
    ):
        assert await hits(world, "R1", text) == [(talk.id, where, found)], text
        assert await hits(world, "R2", text) == [], "it is none of R2's chats"
    for text in ("parcel lost", talk.id[:5], "   "):
        assert await hits(world, "R1", text) == []
    row = (await search(world, "R1", "pair"))[0][0]
    assert row.hit is not None
    assert row.hit.seq == row.conversation.seq


async def test_whoever_has_left_finds_what_it_read_then(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2")
    talk = await read_by(await held_by(world, "R1", order="48-2019"), "R1")
    await talk.writes("an early word")
    await talk.transfers("R1", agent("R2"), Leave.NOW)
    await talk.takes("R2")
    await read_by(talk, "R2")
    await talk.writes("a late word")
    await notes(talk, "R2", "a late note")
    assert [where for _, where, _ in await hits(world, "R1", "early")] == ["message"]
    for text in ("late", "48-2019"):
        assert await hits(world, "R1", text) == [], text
    assert [where for _, where, _ in await hits(world, "R2", "late")] == ["note"], "the newest line"


async def test_a_whisper_is_found_by_whom_it_is_to(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", "R3")
    talk = await read_by(await held_by(world, "R1"), "R1")
    await talk.transfers("R1", agent("R2"), Leave.ON_COMPLETE)
    await talk.takes("R2")
    await read_by(talk, "R2")
    stint = await talk.stint("R1")
    await world.whispers("R1", talk.id, stint.id, "between us", ("R2",))
    assert len(await hits(world, "R1", "between")) == len(await hits(world, "R2", "between")) == 1
    assert await hits(world, "R3", "between") == []


async def test_people_come_before_lines_and_what_was_not_looked_at_is_said(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1")
    first = await held_by(world, "R1", name="Paula")
    second = await read_by(await held_by(world, "R1"), "R1")
    await second.writes("paula said so")
    assert [where for _, where, _ in await hits(world, "R1", "paula")] == ["customer", "message"]
    found, more = await search(world, "R1", "paula", limit=1)
    assert ([row.conversation.id for row in found], more) == ([first.id], True)
    for number in range(LINES):
        await second.writes(f"another line {number}")
    assert (await search(world, "R1", "paula said"))[0] == []
    assert (await search(world, "R1", "paula said"))[1] is True, "older lines were not looked at"


async def test_bots_do_not_search(store: BaseStore[Tx]) -> None:
    world = await house(store, "A")
    await world.choose("A", Presence.AVAILABLE)
    with pytest.raises(NotAllowed):
        await search(world, "A", "word")
