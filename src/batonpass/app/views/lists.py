"""Lists at a desk: what is on hold, and what waits in a queue."""

from dataclasses import dataclass

from batonpass.app.ports import Tx
from batonpass.domain.agents import Agent
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Handoff
from batonpass.domain.hold import Hold

HELD = 100
NAME = 100
"""Of a customer's name, at most so many characters: it is a variable, and may be a long one."""


@dataclass(frozen=True, slots=True)
class HoldView:
    """`agent` parked it; `customer` is its name, empty for unknown."""

    hold: Hold
    agent: Agent
    customer: str
    now: int


@dataclass(frozen=True, slots=True)
class WaitingView:
    """`offered_to` has the hand-off's open offer."""

    handoff: Handoff
    customer: str
    offered_to: Agent | None
    now: int


def hold_view(tx: Tx, hold: Hold) -> HoldView:
    """A hold with the public name of who held, and the customer's."""
    return _hold_views(tx, [hold])[0]


def held_views(tx: Tx, agent: Agent) -> list[HoldView]:
    """What this representative parked, and what is parked in its queues, the oldest first."""
    if agent.bot:
        return []
    return _hold_views(tx, tx.held_for(agent.id, agent.queues, HELD))


def _hold_views(tx: Tx, holds: list[Hold]) -> list[HoldView]:
    """Read together: every connect of a representative asks for them."""
    agents = tx.agents({hold.agent_id for hold in holds})
    names = _names(tx, [hold.conversation_id for hold in holds])
    return [
        HoldView(hold, agents[hold.agent_id], names.get(hold.conversation_id, ""), tx.now) for hold in holds
    ]


def _names(tx: Tx, conversation_ids: list[str]) -> dict[str, str]:
    return {cid: name[:NAME] for cid, name in tx.variable_of(conversation_ids, "name").items()}


def hears_of(tx: Tx, hold: Hold) -> list[str]:
    """Who is told of a hold: who held, and the people of its queue who are connected."""
    people = {c.agent.id for c in tx.candidates(hold.queue_id) if not c.agent.bot and c.agent.reachable}
    return sorted(people | {hold.agent_id})


def waiting_in(tx: Tx, agent_id: str, queue_id: str, limit: int) -> tuple[list[WaitingView], bool]:
    """What waits in a queue of this representative, in the matcher's order, and whether there is more.

    Raises:
        NotFound: no queue of its own.
    """
    agent = tx.agents([agent_id]).get(agent_id)
    if agent is None or agent.bot or queue_id not in agent.queues:
        raise NotFound("there is no such queue, or it is not yours")
    found = tx.queued_in(queue_id, limit + 1)
    shown = found[:limit]
    names = _names(tx, [handoff.conversation_id for handoff in shown])
    offered = tx.offered_to([handoff.id for handoff in shown])
    agents = tx.agents(offered.values())
    return [
        WaitingView(
            handoff, names.get(handoff.conversation_id, ""), agents.get(offered.get(handoff.id, "")), tx.now
        )
        for handoff in shown
    ], len(found) > limit
