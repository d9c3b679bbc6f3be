"""What a desk asks, from wire to query and back: targets, lists, search, history. Sockets and REST say it alike."""

from typing import Any, Literal

from batonpass.app import destinations, listing, searching, views
from batonpass.app.destinations import Barrier
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.ports_rows import Mark
from batonpass.domain.agents import Agent
from batonpass.domain.handoff import Kind
from batonpass.protocol import finding as wire
from batonpass.protocol.agent import HandBackTo
from batonpass.protocol.base import dump, wire_time
from batonpass.protocol.shapes import ConversationRow
from batonpass.transport import cursors
from batonpass.transport.socketio import fitting, shapes

# What is asked


def ask(agent_id: str, said: wire.TargetList) -> destinations.Ask:
    return destinations.Ask(agent_id, said.conversation_id, Kind(said.kind), said.text, said.limit)


def lists(agent_id: str, said: wire.ConversationsList) -> listing.Lists:
    """Raises Refusal (`bad_cursor`)."""
    parts = cursors.decode(said.cursor, str, int, int, str)
    if parts is not None and parts[0] != said.scope:
        cursors.refuse()
    after: Mark | None = None if parts is None else (int(parts[1]), int(parts[2]), str(parts[3]))
    return listing.Lists(agent_id, said.scope, after, said.limit)


def search(agent_id: str, said: wire.ConversationSearch) -> searching.Search:
    return searching.Search(agent_id, said.text, said.limit)


def history(agent_id: str, said: wire.CustomerHistory) -> listing.History:
    return listing.History(agent_id, said.conversation_id, said.limit)


# What is answered


def details(tx: Tx, env: Env, agent_id: str, conversation_id: str) -> dict[str, Any]:
    """The conversation around the timeline, and for its holder where a hand-back would go."""
    found = shapes.details(views.details(tx, agent_id, conversation_id))
    to = destinations.back_to(tx, env, agent_id, conversation_id)
    if to is None:
        return found
    kind: Literal["bot", "queue"] = "bot" if isinstance(to, Agent) else "queue"
    return found | {"back_to": dump(HandBackTo(name=to.name, kind=kind))}


def targets(found: destinations.Destinations) -> wire.TargetsListed:
    return wire.TargetsListed(
        agents=[_agent(to) for to in found.agents],
        queues=[_queue(to) for to in found.queues],
        workflows=[
            wire.TargetWorkflow(
                name=to.workflow.id,
                title=_title(to.workflow.id),
                steps=[*to.steps],
                refused=_refusal(to.refused),
            )
            for to in found.workflows
        ],
        previous=shapes.agent_ref(found.previous) if found.previous else None,
        falls_to=found.falls_to,
        offer_s=found.offer_ms // 1000,
        completion_s=found.completion_ms // 1000,
        refused=_refusal(found.refused),
        more=found.more,
    )


def _agent(to: destinations.ToAgent) -> wire.TargetAgent:
    agent = to.agent
    suggested: Literal["previous", "customer_knows"] | None = None
    if to.suggested is not None:
        suggested = "previous" if to.suggested == "previous" else "customer_knows"
    return wire.TargetAgent(
        agent=shapes.agent_ref(agent),
        presence=agent.presence.value,
        reachable=agent.reachable,
        slots_used=len(agent.used),
        capacity=agent.capacity,
        queues=[*to.queues],
        skills=sorted(agent.skills),
        suggested=suggested,
        refused=_refusal(to.refused),
    )


def _queue(to: destinations.ToQueue) -> wire.TargetQueue:
    return wire.TargetQueue(
        queue_id=to.rules.id,
        name=to.rules.name,
        available=to.available,
        bots=to.bots,
        waiting=to.waiting,
        wait=shapes.wait(to.wait),
        open=not to.closed,
        opens_at=wire_time(to.opens_at) if to.opens_at is not None else None,
        refused=_refusal(to.refused),
    )


def _refusal(barrier: Barrier | None) -> wire.TargetRefusal | None:
    if barrier is None:
        return None
    opens_at = wire_time(barrier.opens_at) if barrier.opens_at is not None else None
    return wire.TargetRefusal(
        code=barrier.code, message=barrier.message, opens_at=opens_at, handoff_id=barrier.handoff_id
    )


def _title(name: str) -> str:
    """A workflow's id as words."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def listed(said: wire.ConversationsList, found: listing.Listed) -> wire.ConversationsListed:
    return wire.ConversationsListed(
        conversations=_rows(found.rows),
        cursor=cursors.encode(said.scope, *found.next) if found.next else None,
        counts=shapes.counts_info(found.counts) if found.counts else None,
    )


def found_rows(found: tuple[list[views.RowView], bool]) -> wire.ConversationsFound:
    views_, more = found
    return wire.ConversationsFound(conversations=_rows(views_), more=more)


def _rows(found: list[views.RowView]) -> list[ConversationRow]:
    return fitting.rows([shapes.row_info(view) for view in found])
