"""Who would get a chat, and why: under the configuration in force, or under one that is only tried."""

from collections.abc import Mapping
from typing import Any

from batonpass.app import explaining, matching, views
from batonpass.app.configuring import rows_of
from batonpass.app.explaining import Declared
from batonpass.app.ports import Tx
from batonpass.config import AgentSpec, Config
from batonpass.domain import routing
from batonpass.domain.agents import Agent, Presence
from batonpass.domain.handoff import Seeks
from batonpass.domain.routing import Candidate, Need


def new_chat(tx: Tx, config: Config, queue_id: str) -> dict[str, Any]:
    """Who would get a new chat of this queue now, and the queue's members."""
    found = matching.explain(tx, config.rules(), queue_id, Seeks.ANY, declared(config, queue_id))
    return found.as_trace() | views.members(tx, queue_id)


def other_new_chat(
    tx: Tx, config: Config, queue_id: str | None, variables: Mapping[str, str]
) -> dict[str, Any]:
    """Who would get a new chat with these variables, were this the configuration."""
    rules = config.rules()
    queue_id = queue_id or rules.entry_queue(variables)
    members = Declared(tx, rules, *rows_of(config)).of(queue_id)
    need = Need(seeks=Seeks.ANY, closed=rules.is_closed(queue_id, tx.now))
    made = routing.decide(members, need)
    ladder = sorted(members, key=lambda c: (-c.capacity_priority, c.agent.id))
    return {
        "queue": queue_id,
        **made.as_trace(),
        "members": [views.member(c) | _why(c, need) for c in ladder],
    }


def _why(candidate: Candidate, need: Need) -> dict[str, str]:
    removed = routing.removal(candidate.agent, need)
    return {"removed": removed} if removed else {}


def conversation(tx: Tx, config: Config, conversation_id: str, other: Config | None) -> dict[str, Any]:
    """Who would get this chat now; with `other`, were that the configuration. Raises NotFound."""
    rules = (other or config).rules()
    members = Declared(tx, rules, *rows_of(other)) if other else None
    found = explaining.decision(tx, rules, conversation_id, members)
    made = found.decision.as_trace() if found.decision else {}
    ladder = [
        views.member(candidate) | ({"removed": removed} if removed else {})
        for candidate, removed in found.members
    ]
    return {
        "conversation": conversation_id,
        "status": str(found.conversation.status),
        "handoff": str(found.handoff.kind) if found.handoff else None,
        "hypothetical": found.hypothetical,
        "queue": found.queue_id,
        **made,
        "members": ladder,
    }


def declared(config: Config, queue_id: str) -> list[Candidate]:
    """The queue's members as configured: before the first start, nobody of them can be reached."""
    agents = {a.id: a for a in config.agents()}
    return [
        Candidate(_unmet(agents[m.agent_id]), m.capacity_priority)
        for m in config.members()
        if m.queue_id == queue_id
    ]


def _unmet(spec: AgentSpec) -> Agent:
    return Agent(spec.id, spec.kind, spec.public_name, spec.capacity, Presence.AWAY, reachable=False)
