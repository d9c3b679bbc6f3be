"""Lists, search and history of a desk read what is open and what they show, never all that there ever was."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from batonpass.app import destinations, listing, searching, views
from batonpass.app.destinations import Ask
from batonpass.app.listing import History, Lists
from batonpass.app.searching import Search
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import house
from tests.support.crowd import chat_id, fill
from tests.support.plans import whole_tables
from tests.support.statements import statements_of
from tests.support.world import World

SOON_S = 0.5
"""On a busy machine; alone, the slowest of them takes a fifth of it."""

Query = tuple[Callable[..., Any], tuple[Any, ...]]


async def crowded(store: BaseStore[Tx], chats: int) -> World:
    world = await house(store, "A", "R1", "R2", "R3", "R4")
    await store.run(fill, chats)
    await store.run(_analyze)
    return world


def _analyze(tx: Tx) -> None:
    if tx.dialect == "postgresql":  # which does so by itself, a little later
        tx.connection.exec_driver_sql("ANALYZE")


async def queries(world: World) -> dict[str, Query]:
    """All that a desk asks, for R1."""
    mine = (await world.store.read(lambda tx: tx.stints_of("R1")))[0].conversation_id
    env = world.env
    made: dict[str, Query] = {
        scope: (listing.rows, (env, Lists("R1", scope))) for scope in ("queue", "all", "held", "recent")
    }
    found = {text: (searching.search, (env, Search("R1", text))) for text in ("parcel", "parcel 0", "000000")}
    return (
        made
        | found
        | {
            "recent, a later page": (listing.rows, (env, Lists("R1", "recent", (0, 2**50, chat_id(7))))),
            "history": (listing.history, (env, History("R1", mine))),
            "targets": (destinations.destinations, (env, Ask("R1", mine))),
            "hand-back": (destinations.back_to, (env, "R1", mine)),
            "snapshot": (views.agent_snapshot, (env.rules, "R1")),
            "row": (views.row_of, (env.rules, (await world.store.read(_agent)), mine)),
        }
    )


def _agent(tx: Tx) -> Any:
    return tx.agents(["R1"])["R1"]


async def test_no_big_table_is_read_from_end_to_end(store: BaseStore[Tx]) -> None:
    world = await crowded(store, 600)
    for name, (query, args) in (await queries(world)).items():
        assert await whole_tables(store, query, *args) == [], name


async def test_a_list_costs_no_more_statements_when_it_is_longer(store: BaseStore[Tx]) -> None:
    world = await crowded(store, 600)
    for scope in ("queue", "all", "recent"):
        few, many = (Lists("R1", scope, limit=limit) for limit in (2, 100))
        some = await statements_of(store, listing.rows, world.env, few)
        assert await statements_of(store, listing.rows, world.env, many) <= some
        assert some < 25


@pytest.mark.prove
@pytest.mark.timeout(1_200)
async def test_lists_come_soon_beside_a_hundred_thousand_chats(store: BaseStore[Tx]) -> None:
    world = await crowded(store, 100_000)
    loop = asyncio.get_running_loop()
    for name, (query, args) in (await queries(world)).items():
        assert await whole_tables(store, query, *args) == [], name
        took = []
        for _ in range(3):
            begun = loop.time()
            await store.read(query, *args)
            took.append(loop.time() - begun)
        assert min(took) < SOON_S, (name, took)
