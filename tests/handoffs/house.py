"""Where the playbooks of hand-offs are played: queue 1 with bot A, R1, R2, R3 and bot B, queue 2 with R4, queue 3 empty."""

from dataclasses import dataclass
from typing import Any

from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Entry, Stint
from batonpass.domain.handoff import Handoff, Kind, Leave, Target, TargetType
from batonpass.domain.rules import QueueRules
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.laws import check_laws, check_settled
from tests.support.world import World, bot, person, queue, rules

PEOPLE = ("R1", "R2", "R3", "R4")
S = 1_000


def agent(agent_id: str) -> Target:
    return Target(TargetType.AGENT, agent_id)


def to_queue(queue_id: str) -> Target:
    return Target(TargetType.QUEUE, queue_id)


NEXT = Target(TargetType.NEXT)
PREVIOUS = Target(TargetType.PREVIOUS)


async def house(
    store: BaseStore[Tx],
    *here: str,
    q1: QueueRules | None = None,
    q2: QueueRules | None = None,
    **changes: Any,
) -> World:
    """These agents are connected and available; people have two slots, R4 one."""
    first, second = q1 or queue("q1"), q2 or queue("q2")
    world = World(store, rules(first, second, queue("q3"), **{"failover_queue": "q1", **changes}))
    members = [("q1", "A", 100), *(("q1", name, 50) for name in PEOPLE[:3]), ("q1", "B", 10), ("q2", "R4", 1)]
    await world.setup([bot("A"), bot("B"), *map(person, PEOPLE[:3]), person("R4", 1)], members)
    for agent_id in here:
        await world.connect(agent_id)
    await world.settle()
    return world


@dataclass
class Talk:
    """One conversation, in words."""

    world: World
    customer: str
    id: str

    async def holder(self) -> str | None:
        return (await self.world.picture(self.id)).holder

    async def stint(self, agent_id: str) -> Stint:
        """The live stint of an agent."""
        stints = (await self.world.picture(self.id)).stints
        return next(s for s in stints if s.agent_id == agent_id and s.live)

    async def roles(self) -> dict[str, str]:
        """Who is in, and as what."""
        return {s.agent_id: str(s.role) for s in (await self.world.picture(self.id)).stints if s.live}

    async def wrapping(self) -> list[str]:
        return [s.agent_id for s in (await self.world.picture(self.id)).stints if s.state == "wrap_up"]

    async def handoff(self, handoff_id: str = "") -> Handoff:
        """A hand-off, or the last one."""
        found = (await self.world.picture(self.id)).handoffs
        return next((h for h in found if h.id == handoff_id), found[-1])

    async def entries(self) -> list[Entry]:
        return (await self.world.picture(self.id)).entries

    async def told(self) -> list[str]:
        """The codes of the notices that the customer has read."""
        return [e.data["notice"]["code"] for e in await self.entries() if e.public_seq and "notice" in e.data]

    async def slots(self) -> list[str]:
        return sorted((await self.world.picture(self.id)).slots)

    async def asks(self, agent_id: str, kind: Kind, **how: Any) -> Handoff:
        """Ask for a hand-off from one's live stint; the hand-off after all that is due now."""
        stint = await self.stint(agent_id)
        asked = await self.world.asks(agent_id, self.id, stint.id, kind, **how)
        await self.world.settle()
        return await self.handoff(asked.handoff.id)

    async def transfers(
        self, agent_id: str, target: Target | None, leave: Leave | None = None, **how: Any
    ) -> Handoff:
        return await self.asks(agent_id, Kind.TRANSFER, target=target, leave=leave, **how)

    async def takes(self, agent_id: str) -> Stint:
        """The agent accepts its one open offer."""
        stint = await self.world.accepts(agent_id, (await self.world.open_offer(agent_id)).id)
        await self.world.settle()
        return stint

    async def leaves_it(self, agent_id: str) -> None:
        """The agent declines its one open offer."""
        await self.world.declines(agent_id, (await self.world.open_offer(agent_id)).id)
        await self.world.settle()

    async def goes(self, agent_id: str, *, resolved: bool = False) -> None:
        await self.world.leaves(agent_id, self.id, (await self.stint(agent_id)).id, resolved=resolved)
        await self.world.settle()

    async def goes_again(self, agent_id: str, stint_id: str) -> None:
        """The same again, for a stint that has ended."""
        await self.world.leaves(agent_id, self.id, stint_id, resolved=True)

    async def is_lost(self, agent_id: str) -> None:
        """The agent's connection goes, and its grace passes."""
        await self.world.disconnect(agent_id)
        await self.world.advance(self.world.env.rules.grace_ms)

    async def says(self, agent_id: str, text: str) -> Entry:
        return await self.world.says(agent_id, self.id, (await self.stint(agent_id)).id, text)

    async def writes(self, text: str) -> Entry:
        return await self.world.writes(self.customer, self.id, text)

    async def lawful(self) -> None:
        """The laws hold, and nothing is left to do."""
        assert await self.world.store.read(check_laws, self.world.env.rules) == []
        assert await self.world.store.read(check_settled, self.world.env.rules) == []
        assert await self.world.sweep() == []


async def held_by(world: World, agent_id: str, **variables: str) -> Talk:
    """A conversation that this representative of queue 1 holds; the others are available again after."""
    others = [name for name in ("R1", "R2", "R3") if name != agent_id]
    for name in others:
        await world.choose(name, Presence.AWAY)
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer, **variables))
    await world.settle()
    await talk.takes(agent_id)
    for name in others:
        await world.choose(name, Presence.AVAILABLE)
    await world.settle()
    return talk


async def with_bot(world: World) -> Talk:
    """A conversation that bot A holds and has greeted."""
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    stint = await talk.stint("A")
    await world.ready("A", stint.id)
    await world.says("A", talk.id, stint.id, "Hello", f"greet:{stint.id}")
    return talk
