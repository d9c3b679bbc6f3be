"""Names and free slots of a queue."""

from typing import Any

from batonpass.app.ports import Tx
from batonpass.domain.routing import Candidate


def members(tx: Tx, queue_id: str) -> dict[str, Any]:
    """Names and free slots of a queue's members, for `batonpass route --explain`."""
    return {
        "queue": queue_id,
        "members": [
            member(c)
            for c in sorted(tx.candidates(queue_id), key=lambda c: (-c.capacity_priority, c.agent.id))
        ],
    }


def member(candidate: Candidate) -> dict[str, Any]:
    """A member's name and free slots."""
    agent = candidate.agent
    return {
        "agent": agent.id,
        "name": agent.name,
        "kind": str(agent.kind),
        "capacity_priority": candidate.capacity_priority,
        "presence": str(agent.presence),
        "reachable": agent.reachable,
        "slots_used": len(agent.used),
        "capacity": agent.capacity,
    }
