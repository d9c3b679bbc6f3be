"""A house with a supervisor, and the steps that tests of supervising share."""

from dataclasses import replace
from typing import Any

from batonpass.app import supervising
from batonpass.app.supervising import Acted, Assigns, Monitors, TakesOver
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Entry, EntryKind, Stint
from batonpass.domain.handoff import Kind
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.laws import Breach, check_settled
from tests.support.world import World, bot, person, queue, rules

S = 1_000


async def house(store: BaseStore[Tx], *, boss: int = 1) -> World:
    """q1: bot A over R1, R2 over bot B. The supervisor M serves in no queue, and is away."""
    world = World(store, rules(queue("q1")))
    members = [("q1", "A", 100), ("q1", "R1", 50), ("q1", "R2", 50), ("q1", "B", 10)]
    supervisor = replace(person("M", boss), supervisor=True)
    await world.setup([bot("A"), bot("B"), person("R1", 1), person("R2", 1), supervisor], members)
    for agent_id in ("A", "B", "R1", "R2"):
        await world.connect(agent_id)
    await world.connect("M", available=False)
    await world.settle()
    return world


async def with_bot(world: World, customer: str = "c") -> tuple[str, Stint]:
    """A chat that bot A holds and has greeted."""
    cid = await world.start(await world.customer(customer))
    await world.settle()
    stint = await holder(world, cid)
    await world.ready("A", stint.id)
    await world.says("A", cid, stint.id, "Hello", f"greet:{stint.id}")
    return cid, stint


async def with_person(world: World, customer: str = "c", name: str = "R1") -> tuple[str, Stint]:
    """A chat that a person holds."""
    cid, a = await with_bot(world, customer)
    await world.asks("A", cid, a.id, Kind.ESCALATION, note="be kind")
    await world.settle()
    stint = await world.accepts(name, (await world.open_offer(name)).id)
    await world.ready(name, stint.id)
    return cid, stint


async def waiting(world: World, customer: str = "c") -> str:
    """A chat that waits for a person; R1 and R2 are away."""
    for agent_id in ("R1", "R2"):
        await world.choose(agent_id, Presence.AWAY)
    cid, a = await with_bot(world, customer)
    await world.asks("A", cid, a.id, Kind.ESCALATION, note="be kind")
    await world.settle()
    return cid


async def holder(world: World, cid: str) -> Stint:
    picture = await world.picture(cid)
    return next(s for s in picture.stints if s.id == picture.conversation.holder)


async def takes_over(world: World, cid: str, *, client_id: str = "t", force: bool = False) -> Acted:
    acted: Acted = await world.do(
        supervising.take_over, TakesOver("M", cid, client_id, "it is urgent", force)
    )
    return acted


async def assigns(
    world: World, cid: str, agent_id: str, *, client_id: str = "a", force: bool = False
) -> Acted:
    act = Assigns("M", cid, client_id, agent_id, "knows the case", force)
    acted: Acted = await world.do(supervising.assign, act)
    return acted


async def monitors(world: World, cid: str, client_id: str = "m") -> str:
    acted: Acted = await world.do(supervising.monitor, Monitors("M", cid, client_id, "listening in"))
    assert acted.stint_id is not None
    return acted.stint_id


async def acts(world: World, cid: str) -> list[dict[str, Any]]:
    """The acts of a conversation; each is private, and the supervisor's."""
    entries = (await world.picture(cid)).entries
    found = [e for e in entries if e.kind is EntryKind.ACT]
    assert all(e.public_seq is None and e.actor.id == "M" for e in found)
    return [e.data for e in found]


async def codes(world: World, cid: str, customer: str = "c") -> list[str]:
    """What the customer was told, by code."""
    entries = await world.customer_sees(customer, cid)
    return [e.data["notice"]["code"] for e in entries if e.data.get("notice")]


async def breaches(world: World) -> list[Breach]:
    await world.settle()
    return await world.store.read(check_settled)


def whispered(entries: list[Entry]) -> list[Entry]:
    return [e for e in entries if e.kind is EntryKind.MESSAGE and e.public_seq is None]
