"""The set-up of WALK.md: queue 1 with bot A, representatives and bot B; queue 2 with R4."""

from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.world import World, bot, person, queue, rules

S = 1_000


async def walk_world(store: BaseStore[Tx]) -> World:
    """At 0:00 R1 is idle longest, then R2; R4 is available; R3 is away."""
    world = World(store, rules(queue("q1"), queue("q2"), failover_queue="q1"))
    agents = [bot("A"), person("R1"), person("R2"), person("R3"), person("R4", 1), bot("B")]
    ladder = [("q1", "A", 100), ("q1", "R1", 50), ("q1", "R2", 50), ("q1", "R3", 50), ("q1", "B", 10)]
    await world.setup(agents, [*ladder, ("q2", "R4", 1)])
    for agent_id in ("R2", "R3", "R4"):
        await store.advance(1 * S)
        await store.run(_now_idle, agent_id)
    for agent_id in ("A", "B", "R1", "R2", "R4"):
        await world.connect(agent_id)
    await world.connect("R3", available=False)
    await world.settle()
    world.recorder.take()
    return world


def _now_idle(tx: Tx, agent_id: str) -> None:
    tx.mark_idle([agent_id])
