"""A supervisor's views as they stand on the wire."""

from collections import defaultdict
from typing import Any

from batonpass.app import overview as o
from batonpass.app.explaining import Explained
from batonpass.app.ports_figures import Load
from batonpass.app.supervising import Acted
from batonpass.app.views import HandoffView
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Conversation
from batonpass.domain.events import AlertRaised
from batonpass.domain.routing import Candidate
from batonpass.protocol import supervisor as wire
from batonpass.protocol.base import dump, wire_time
from batonpass.protocol.shapes import Why
from batonpass.transport.socketio import fitting, shapes
from batonpass.transport.socketio.shapes import Named


def snapshot(view: o.Overview) -> Named:
    agent = view.agent
    event = wire.SupervisorSnapshot(
        agent=shapes.agent_ref(agent) if agent else None,
        queues=[_queue(queue) for queue in view.queues],
        conversations=[conversation_info(found) for found in view.conversations],
        more=view.more,
        switches=view.switches,
    )
    return shapes.envelope(
        event, event_id=f"overview:{agent.id if agent else 'admin'}:{view.now}", now=view.now
    )


def _queue(view: o.QueueView) -> wire.QueueOverview:
    loads = defaultdict[str, list[Load]](list)
    for load in view.loads:
        loads[load.agent_id].append(load)
    return wire.QueueOverview(
        queue_id=view.queue_id,
        name=view.name,
        waiting=view.waiting,
        members=[_loaded(candidate, loads[candidate.agent.id], view.queue_id) for candidate in view.members],
        waiting_since=_time(view.waiting_since),
        wait=shapes.wait(view.wait),
        open=view.is_open,
        changes_at=_time(view.changes_at),
    )


def _time(at: int | None) -> str | None:
    return wire_time(at) if at is not None else None


def _loaded(candidate: Candidate, loads: list[Load], queue_id: str) -> wire.MemberInfo:
    """A member with what it has now."""
    live = sum(load.live for load in loads)
    ends = [load.offer_until for load in loads if load.offer_until is not None]
    more = {
        "live": live,
        "here": sum(load.live for load in loads if load.queue_id == queue_id),
        "wrap_up": sum(load.wrap_up for load in loads),
        "offered": sum(load.offered for load in loads),
        "offered_until": _time(min(ends, default=None)),
    }
    return _member(candidate).model_copy(update=more)


def _member(candidate: Candidate, removed: str | None = None) -> wire.MemberInfo:
    agent = candidate.agent
    idle = not agent.bot and agent.reachable and agent.presence is Presence.AVAILABLE and agent.idle_since
    return wire.MemberInfo(
        agent=shapes.agent_ref(agent),
        capacity_priority=candidate.capacity_priority,
        presence=agent.presence.value,
        reachable=agent.reachable,
        slots_used=len(agent.used),
        capacity=agent.capacity,
        removed=removed,
        idle_since=wire_time(agent.idle_since) if idle else None,
        skills=sorted(agent.skills),
    )


def conversation_info(view: o.ConversationView) -> wire.ConversationInfo:
    conversation = view.conversation
    since = conversation.waiting_since
    return wire.ConversationInfo(
        conversation_id=conversation.id,
        status=conversation.status.value,
        queue=conversation.queue_id,
        customer=view.customer,
        epoch=conversation.epoch,
        head=conversation.seq,
        hops=conversation.hops,
        started_at=wire_time(conversation.created_at),
        waiting_since=wire_time(since) if since is not None else None,
        holder=shapes.agent_ref(view.holder) if view.holder else None,
        held=shapes.hold_info(view.held) if view.held else None,
        others=[
            wire.ParticipantInfo(agent=shapes.agent_ref(agent), role=str(stint.role), stint_id=stint.id)
            for stint, agent in view.others
        ],
        pending=[_pending(pending) for pending in view.pending],
        baton=[shapes.baton_part(part) for part in view.baton],
    )


def _pending(view: o.PendingView) -> wire.PendingInfo:
    handoff = view.handoff
    return wire.PendingInfo(
        handoff_id=handoff.id,
        kind=str(handoff.kind),
        state=str(handoff.state),
        queue=handoff.queue_id,
        seeks=str(handoff.seeks),
        target=shapes.target_text(handoff.target),
        workflow=shapes.workflow_shape(handoff.workflow),
        leave=str(handoff.leave),
        giver=shapes.agent_ref(view.giver) if view.giver else None,
        offered_to=shapes.agent_ref(view.offered_to) if view.offered_to else None,
        offered_until=_time(view.offered_until),
        created_at=wire_time(handoff.created_at),
    )


def acted(done: Acted) -> dict[str, Any]:
    """The acknowledgement of an act."""
    handoff = done.handoff
    reply = wire.ActDone(
        handoff_id=handoff.id, state=str(handoff.state), stint_id=done.stint_id, over_capacity=done.over
    )
    return dump(reply)


def explained(found: Explained, handoff: HandoffView | None) -> dict[str, Any]:
    """The acknowledgement of a question for a decision."""
    conversation: Conversation = found.conversation
    trace = handoff.handoff.trace if handoff is not None else None
    reply = wire.Explained(
        conversation_id=conversation.id,
        status=conversation.status.value,
        handoff=fitting.handoffs([shapes.handoff_info(handoff)])[0] if handoff is not None else None,
        why=Why.model_validate(trace) if trace else None,
        hypothetical=found.hypothetical,
        queue=found.queue_id,
        now=Why.model_validate(found.decision.as_trace()) if found.decision else None,
        members=[_member(candidate, removed) for candidate, removed in found.members],
    )
    return dump(reply)


# Hints


def queue_updated(view: o.QueueView, now: int) -> Named:
    event = wire.QueueUpdated(
        queue_id=view.queue_id, name=view.name, waiting=view.waiting, queue=_queue(view)
    )
    return shapes.envelope(event, event_id=f"queue:{view.queue_id}:{now}", now=now)


def conversation_updated(view: o.ConversationView, now: int) -> Named:
    conversation = view.conversation
    event = wire.ConversationUpdated(conversation=conversation_info(view))
    return shapes.envelope(
        event,
        event_id=f"overview:{conversation.id}:{now}",
        now=now,
        conversation_id=conversation.id,
        epoch=conversation.epoch,
    )


def alert(raised: AlertRaised, now: int) -> Named:
    event = wire.AlertRaised(code=raised.code, params=dict(raised.params))
    cid = raised.conversation_id
    return shapes.envelope(event, event_id=f"alert:{raised.code}:{cid}:{now}", now=now, conversation_id=cid)


def configuration_updated(version: int, queues: list[str], now: int) -> Named:
    event = wire.ConfigurationUpdated(version=version, queues=queues)
    return shapes.envelope(event, event_id=f"config:{version}", now=now)


def switches_updated(switches: dict[str, bool], now: int) -> Named:
    return shapes.envelope(wire.SwitchesUpdated(switches=switches), event_id=f"switches:{now}", now=now)
