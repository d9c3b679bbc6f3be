"""The staff of the demo workspace: its two bots, and an address of the desk for each representative.

The queues are in `workspace.toml` beside this file.
"""

import asyncio
from contextlib import AsyncExitStack

from batonpass import tasks
from batonpass.demo.bots import BOTS
from batonpass.domain.agents import AgentKind
from batonpass.server import Running, add_key


async def play(running: Running) -> None:
    """Start the bots, which stop with the server, and print where to play both journeys by hand.

    Every start makes new keys; the old ones stay good.
    """
    desks = {
        agent.public_name: f"{running.url}/desk#key={await add_key(running.store, agent.id)}"
        for agent in running.config.agents()
        if agent.kind is AgentKind.REPRESENTATIVE
    }
    started = asyncio.Event()
    running.jobs.append(tasks.spawn(_bots(running, started), name="demo-bots"))
    await started.wait()
    print(f"\nThe customer's page:\n  {running.url}/")
    print("The desk, one tab for each of them:")
    for name, url in desks.items():
        print(f"  {name}: {url}")
    print("\nCtrl-C stops.", flush=True)


async def _bots(running: Running, started: asyncio.Event) -> None:
    try:
        async with AsyncExitStack() as staff:
            for agent_id, make in BOTS.items():
                if agent_id not in running.config.settings.agents:
                    continue  # an administrator has removed it
                await staff.enter_async_context(make(running.url, await add_key(running.store, agent_id)))
            started.set()
            await asyncio.Event().wait()
    finally:
        started.set()
