"""Who would get a chat, and why: under the configuration in force, or under one that is only tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batonpass.app import explaining, matching, views
from batonpass.app.configuring import rows_of
from batonpass.app.explaining import Declared
from batonpass.app.ports import Tx
from batonpass.config import AgentSpec, Config
from batonpass.domain import routing
from batonpass.domain.agents import Agent, Presence
from batonpass.domain.handoff import Kind, Seeks, TargetType
from batonpass.domain.routing import Candidate, Decision, Need


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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chat's usual course: what is asked for, in which queue, and who would get it."""

    kind: Kind
    queue_id: str
    decision: Decision


def course(tx: Tx, config: Config, queue_id: str) -> list[Step]:
    """Who would get a new chat of this queue now; who, were it escalated then; and whom a hand-back would reach.

    Each is asked as the one before was answered: by the ladder, who had it already is not asked again.
    """
    rules = config.rules()
    members = Declared(tx, rules, *rows_of(config))
    arrival = _among(members, queue_id, Seeks.ANY)
    had = frozenset({arrival.winner.id}) if arrival.winner else frozenset()
    escalation = _among(members, queue_id, Seeks.REPRESENTATIVE, had)
    had |= {escalation.winner.id} if escalation.winner else set()
    back_in, back = _back(members, queue_id, had, arrival.winner)
    return [
        Step(Kind.ARRIVAL, queue_id, arrival),
        Step(Kind.ESCALATION, queue_id, escalation),
        Step(Kind.HAND_BACK, back_in, back),
    ]


def _among(members: Declared, queue_id: str, seeks: Seeks, had: frozenset[str] = frozenset()) -> Decision:
    """The decision among a queue's members. Where the ladder leaves no person, it begins anew."""
    candidates = members.of(queue_id)
    if seeks is Seeks.REPRESENTATIVE and routing.ladder_leaves_none(candidates, had):
        had = frozenset()
    need = members.asks(Need(seeks=seeks, passed_on=had), (), queue_id)
    return routing.decide(candidates, need, members.rules.strategy_of(queue_id))


def _back(members: Declared, queue_id: str, had: frozenset[str], first: Agent | None) -> tuple[str, Decision]:
    """Whom the queue's own hand-back would reach, and in which queue. A named bot who cannot is not the end."""
    target = members.rules.queues[queue_id].hand_back.target
    named = first if target.type is TargetType.PREVIOUS else None
    if target.type is TargetType.AGENT and target.id:
        named = next((agent for agent in members.everybody() if agent.id == target.id), None)
    if named is not None:
        alone = routing.decide([Candidate(named, 0)], Need(seeks=Seeks.BOT))
        if alone.winner is not None:
            return queue_id, alone
    elsewhere = target.id if target.type in (TargetType.QUEUE, TargetType.NEXT) else None
    back_in = elsewhere or queue_id
    return back_in, _among(members, back_in, Seeks.BOT, had if back_in == queue_id else frozenset())


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
