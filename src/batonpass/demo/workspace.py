"""The staff of the demo workspace: its bots, and what to open to play all the other parts.

The queues are in `workspace.toml` beside this file.
"""

import asyncio
from contextlib import AsyncExitStack

from batonpass import tasks
from batonpass.demo.bots import BOTS
from batonpass.domain.agents import AgentKind
from batonpass.server import Running, add_key

SUPERVISOR = "supervisor-1"
"""The agent id of who may steer; the operator's page is set up for them."""


async def play(running: Running) -> None:
    """Start the bots, which stop with the server, and print where to play every part by hand.

    Every start makes new keys; the old ones stay good.
    """
    started = asyncio.Event()
    running.jobs.append(tasks.spawn(_bots(running, started), name="demo-bots"))
    await started.wait()
    print(_tabs(running.url, await _desks(running), running.house.set_up_code), flush=True)


async def _desks(running: Running) -> dict[str, str]:
    """Return the address of a desk for each representative who serves a queue, by public name."""
    serving = {one.agent for queue in running.config.settings.queues.values() for one in queue.members}
    return {
        agent.public_name: f"{running.url}/desk#key={await add_key(running.store, agent.id)}"
        for agent in running.config.agents()
        if agent.kind is AgentKind.REPRESENTATIVE and agent.id in serving
    }


def _tabs(url: str, desks: dict[str, str], set_up_code: str | None) -> str:
    # Without an admin the operator's page sets the first one up; afterwards it asks for name and password.
    set_up = f"#setup={set_up_code}&agent={SUPERVISOR}" if set_up_code else ""
    (first, *others) = desks.items() or [("nobody: an administrator has removed all", "-")]
    tabs = [
        ("1  The shop. You are the customer: press the button in the corner.", f"{url}/"),
        (f"2  The desk of {first[0]}. Choose Available there, and take what is offered.", first[1]),
        (
            "3  The operator: what is going on, who gets the next chat and why, figures.",
            f"{url}/operator{set_up}",
        ),
        *((f"+  The desk of {name}, for transfers and invitations.", address) for name, address in others),
    ]
    places = "\n".join(f"  {what}\n     {address}" for what, address in tabs)
    return f"\nOpen these in tabs of one browser, and play all parts:\n\n{places}\n\nCtrl-C stops."


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
