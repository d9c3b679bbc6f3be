"""Views as they stand on the wire: thin, field by field."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from batonpass.app import notes, views
from batonpass.app.places import Place
from batonpass.domain.agents import Agent, AgentKind
from batonpass.domain.conversation import ActorType, Turn
from batonpass.domain.handoff import Offer, Target
from batonpass.domain.rules import Rules
from batonpass.domain.waits import WaitRange
from batonpass.domain.workflow import Progress
from batonpass.protocol import care, events, holds, projection
from batonpass.protocol import shapes as s
from batonpass.protocol.agent import Details, SummaryPreview
from batonpass.protocol.base import ServerEvent, dump, wire_time
from batonpass.transport.socketio import fitting

Named = tuple[str, dict[str, Any]]


def envelope(
    event: ServerEvent,
    *,
    event_id: str,
    now: int,
    conversation_id: str | None = None,
    epoch: int | None = None,
) -> Named:
    """An event without a number, in its envelope."""
    body: dict[str, Any] = {"event_id": event_id, "at": wire_time(now), "data": dump(event)}
    if conversation_id is not None:
        body["conversation_id"] = conversation_id
    if epoch is not None:
        body["epoch"] = epoch
    return event.event, body


def agent_ref(agent: Agent, *, with_id: bool = True) -> s.AgentRef:
    kind = "bot" if agent.kind is AgentKind.BOT else "representative"
    return s.AgentRef(name=agent.name, kind=kind, id=agent.id if with_id else None)


def seen_info(found: views.Seen) -> care.SeenInfo:
    return care.SeenInfo(delivered=found.delivered, read=found.read, theirs=found.theirs)


def wait(found: WaitRange | None) -> s.Wait | None:
    return s.Wait(low_s=found.low_s, high_s=found.high_s) if found else None


def back_to(place: Place | None) -> s.BackTo | None:
    """The bot that a customer who waits may go back to."""
    return s.BackTo(name=place.back_to) if place and place.back_to else None


def queue_position(place: Place) -> events.QueuePosition:
    return events.QueuePosition(position=place.position, wait=wait(place.wait), back_to=back_to(place))


def stint_info(view: views.StintView, row: views.RowView | None = None) -> s.StintInfo:
    stint = view.stint
    return s.StintInfo(
        stint_id=stint.id,
        conversation_id=stint.conversation_id,
        agent=agent_ref(view.agent),
        role=str(stint.role),
        state=str(stint.state),
        epoch=stint.epoch,
        boundary_seq=stint.boundary_seq,
        ready=stint.ready,
        head=view.head,
        started_at=wire_time(stint.started_at),
        ends_in_ms=view.ends_in_ms,
        reason=stint.reason,
        handoff_id=stint.handoff_id,
        summary=s.SummaryShape.model_validate(view.told.summary) if view.told else None,
        summary_version=view.told.version if view.told else 0,
        disposition=view.disposition,
        row=row_info(row) if row is not None else None,
    )


def handoff_info(view: views.HandoffView) -> s.HandoffInfo:
    handoff = view.handoff
    return s.HandoffInfo(
        handoff_id=handoff.id,
        conversation_id=handoff.conversation_id,
        kind=str(handoff.kind),
        state=str(handoff.state),
        queue=handoff.queue_id,
        seeks=str(handoff.seeks),
        reason=handoff.reason,
        note=handoff.note,
        giver=agent_ref(view.giver) if view.giver else None,
        receiver=agent_ref(view.receiver) if view.receiver else None,
        leave=str(handoff.leave),
        target=target_text(handoff.target),
        skills=[*handoff.skills],
        workflow=workflow_shape(handoff.workflow),
        summary=s.SummaryShape.model_validate(handoff.summary) if handoff.summary else None,
        summary_version=handoff.summary_version,
        summary_flagged=handoff.summary_flagged,
        summary_text=handoff.edited,
        brief=s.BriefShape.model_validate(handoff.brief) if handoff.brief else None,
        boundary_seq=handoff.boundary_seq,
        outcome=handoff.outcome,
        offered_to=agent_ref(view.offered_to) if view.offered_to else None,
        ends_in_ms=max(0, view.ends_at - view.now) if view.ends_at is not None else None,
        model_pending=view.tells,
    )


def workflow_shape(progress: Progress | None) -> s.WorkflowShape | None:
    if progress is None:
        return None
    path = [s.RouteStepShape(step=told["step"] + 1, outcome=told["outcome"]) for told in progress["path"]]
    step = None if progress["step"] in (-1, progress["of"]) else progress["step"] + 1
    return s.WorkflowShape(name=progress["name"], step=step, path=path)


def target_text(target: Target) -> str:
    return ":".join(filter(None, (str(target.type), target.id)))


def handoff_updated(view: views.HandoffView, now: int, info: s.HandoffInfo | None = None) -> Named:
    """A hand-off's news; `info` is what of it fits."""
    handoff = view.handoff
    return envelope(
        events.HandoffUpdated(handoff=info or handoff_info(view)),
        event_id=f"{handoff.id}:{handoff.state}",
        now=now,
        conversation_id=handoff.conversation_id,
    )


def summary_updated(told: views.Told, now: int) -> Named:
    """A summary's news, for those who may read it."""
    event = events.SummaryUpdated(
        handoff_id=told.handoff_id,
        stint_id=told.stint_id,
        version=told.version,
        summary=s.SummaryShape.model_validate(told.summary),
    )
    ref = told.handoff_id or told.stint_id
    event_id = f"{ref}:summary:{told.version}"
    return envelope(event, event_id=event_id, now=now, conversation_id=told.conversation_id)


def summary_previewed(said: SummaryPreview, summary: dict[str, Any] | None, reason: str, now: int) -> Named:
    """What the slow summarizer said to somebody who asked before a hand-off."""
    event = events.LatePreview(
        stint_id=said.stint_id,
        summary=s.SummaryShape.model_validate(summary) if summary else None,
        reason=reason,
    )
    event_id = f"{said.stint_id}:preview:{now}"
    return envelope(event, event_id=event_id, now=now, conversation_id=said.conversation_id)


def note(found: notes.Note) -> s.NoteShape:
    return s.NoteShape(
        conversation_id=found.conversation_id,
        note_id=found.note_id,
        seq=found.seq,
        version=found.version,
        at=wire_time(found.at),
        author=found.author,
        text=found.text,
    )


def presence_updated(agent: Agent, now: int) -> Named:
    event = events.PresenceUpdated(
        agent=agent_ref(agent),
        presence=agent.presence.value,
        reachable=agent.reachable,
        slots_used=len(agent.used),
        capacity=agent.capacity,
    )
    return envelope(event, event_id=f"presence:{agent.id}:{now}", now=now)


def turn_info(turn: Turn, now: int) -> s.TurnInfo:
    return s.TurnInfo(
        turn_id=turn.id,
        stint_id=turn.stint_id,
        conversation_id=turn.conversation_id,
        kind=turn.kind.value,
        from_seq=turn.from_seq,
        to_seq=turn.to_seq,
        deadline_at=wire_time(turn.deadline_at),
        ends_in_ms=max(0, turn.deadline_at - now),
    )


def baton_part(part: views.BatonPart) -> s.BatonPart:
    return s.BatonPart(
        kind=part.agent.kind.value if part.agent else "nobody",
        name=part.agent.name if part.agent else "",
        agent_id=part.agent.id if part.agent else None,
        started_at=wire_time(part.started_at),
        ended_at=wire_time(part.ended_at) if part.ended_at is not None else None,
    )


def offer_info(view: views.OfferView, room: int = fitting.OFFER_BYTES) -> s.OfferInfo:
    offer, handoff = view.offer, view.handoff.handoff
    info = fitting.handoffs([handoff_info(view.handoff)], room // 2)[0]
    variables = fitting.variables(view.variables, room // 3)
    shown = [projection.for_agent(entry, offer.agent_id, bot=False) for entry in view.tail]
    tail = fitting.first(shown[::-1], room - fitting.size(info) - fitting.size(variables))[::-1]
    return s.OfferInfo(
        offer_id=offer.id,
        handoff=info,
        conversation_id=offer.conversation_id,
        customer=customer_name(view.variables),
        variables=variables,
        transcript_tail=[{"event": name, **body} for name, body in tail],
        baton=[baton_part(part) for part in view.baton],
        why=s.Why.model_validate(handoff.trace) if handoff.trace else None,
        waited_ms=max(0, view.waited_ms),
        deadline_at=wire_time(offer.deadline_at),
        ends_in_ms=max(0, offer.deadline_at - view.now),
    )


def customer_name(variables: dict[str, str]) -> str:
    """What agents call the customer: the `name` variable, or nothing."""
    return variables.get("name", "")


def agent_snapshot(view: views.AgentSnapshot) -> Named:
    agent = view.agent
    room = min(fitting.OFFER_BYTES, fitting.OFFERS_BYTES // max(1, len(view.offers)))
    snapshot = events.AgentSnapshot(
        agent=agent_ref(agent),
        presence=agent.presence.value,
        capacity=agent.capacity,
        slots_used=len(agent.used),
        stints=_with_rows(fitting.stints([stint_info(stint) for stint in view.stints]), view.rows),
        offers=[offer_info(offer, room) for offer in view.offers],
        handoffs=fitting.handoffs([handoff_info(handoff) for handoff in view.handoffs]),
        turns=[turn_info(turn, view.now) for turn in view.turns],
        held=[hold_info(hold) for hold in view.held],
        counts=counts_info(view.counts) if view.counts else None,
        queues=[events.QueueInfo(queue_id=q, name=name, waiting=n) for q, name, n in view.queues],
    )
    return envelope(snapshot, event_id=f"snapshot:{agent.id}:{view.now}", now=view.now)


def _with_rows(stints: list[s.StintInfo], views_: Mapping[str, views.RowView]) -> list[s.StintInfo]:
    rows = fitting.rows([row_info(view) for view in views_.values()])
    by_chat = {row.conversation_id: row for row in rows}
    return [info.model_copy(update={"row": by_chat.get(info.conversation_id)}) for info in stints]


def customer_conversation(view: views.CustomerConversation, rules: Rules) -> events.CustomerConversation:
    conversation = view.conversation
    return events.CustomerConversation(
        conversation_id=conversation.id,
        status=conversation.status.value,
        epoch=conversation.epoch,
        head=conversation.public_seq,
        holder=agent_ref(view.holder, with_id=False) if view.holder else None,
        position=view.place.position if view.place else None,
        wait=wait(view.place.wait) if view.place else None,
        back_to=back_to(view.place),
        reopen_s=rules.life_of(conversation.queue_id).reopen_ms // 1000,
        human_pending=view.human_pending,
        contacts=rules.care_of(conversation.queue_id).contacts,
        seen=seen_info(view.seen),
    )


def packets(view: views.Packets) -> list[Named]:
    """The joining packets in their order: added, context, and for a bot that holds, greet (law 4)."""
    stint = view.stint.stint
    added = events.AgentAdded(agent=agent_ref(view.stint.agent), role=str(stint.role), stint_id=stint.id)
    named = [_packet(view, "added", added), _packet(view, "context", _context(view))]
    if stint.bot and view.greeting is not None and view.greeting.kind == "greet":
        greet = events.ConversationGreet(
            stint_id=stint.id, client_id=f"greet:{stint.id}", turn=turn_info(view.greeting, view.now)
        )
        named.append(_packet(view, "greet", greet))
    return named


def _packet(view: views.Packets, name: str, event: ServerEvent) -> Named:
    stint = view.stint.stint
    return envelope(
        event,
        event_id=f"{stint.id}:{name}",
        now=view.now,
        conversation_id=stint.conversation_id,
        epoch=stint.epoch,
    )


def _context(view: views.Packets) -> events.ConversationContext:
    stint = view.stint.stint
    shown = [projection.for_agent(e, stint.agent_id, bot=stint.bot) for e in view.transcript]
    return events.ConversationContext(
        stint_id=stint.id,
        variables=view.variables,
        handoff=handoff_info(view.handoff),
        boundary_seq=stint.boundary_seq,
        transcript=[{"event": name, **body} for name, body in shown],
        truncated_before=view.truncated_before,
    )


def hold_info(view: views.HoldView) -> s.HoldInfo:
    hold = view.hold
    return s.HoldInfo(
        hold_id=hold.id,
        conversation_id=hold.conversation_id,
        agent=agent_ref(view.agent),
        queue=hold.queue_id,
        customer=view.customer,
        reason=hold.reason,
        silent=hold.silent,
        closes=hold.closes,
        started_at=wire_time(hold.started_at),
        until=wire_time(hold.until_at),
        ends_in_ms=max(0, hold.until_at - view.now),
    )


def waiting_info(view: views.WaitingView) -> holds.WaitingInfo:
    handoff = view.handoff
    return holds.WaitingInfo(
        handoff_id=handoff.id,
        conversation_id=handoff.conversation_id,
        kind=str(handoff.kind),
        customer=view.customer,
        reason=handoff.reason,
        priority=handoff.priority,
        waited_ms=max(0, view.now - handoff.waiting_key),
        seeks=str(handoff.seeks),
        offered_to=agent_ref(view.offered_to) if view.offered_to else None,
    )


def offer_ended(offer: Offer, now: int) -> Named:
    event = events.OfferEnded(
        offer_id=offer.id,
        handoff_id=offer.handoff_id,
        state=offer.state.value,  # never open here
        reason=offer.reason,
    )
    return envelope(
        event, event_id=f"{offer.id}:{offer.state}", now=now, conversation_id=offer.conversation_id
    )


def details(view: views.Details) -> dict[str, Any]:
    conversation = view.conversation
    return dump(
        Details(
            conversation_id=conversation.id,
            status=str(conversation.status),
            customer=customer_name(view.variables),
            epoch=conversation.epoch,
            head=view.head,
            holder=agent_ref(view.holder) if view.holder else None,
            variables=view.variables,
            baton=[baton_part(part) for part in view.baton],
            stints=[stint_info(stint) for stint in view.stints],
            handoffs=fitting.handoffs([handoff_info(handoff) for handoff in view.handoffs]),
            seen=seen_info(view.seen),
        )
    )


# Rows of lists

Who = Literal["customer", "bot", "person", "you"]
_BY: dict[ActorType, Who] = {
    ActorType.CUSTOMER: "customer",
    ActorType.BOT: "bot",
    ActorType.PERSON: "person",
    ActorType.SYSTEM: "bot",
}


def row_info(view: views.RowView) -> s.ConversationRow:
    chat = view.conversation
    return s.ConversationRow(
        conversation_id=chat.id,
        customer=view.customer,
        queue=view.queue,
        queue_id=view.queue_id,
        state=view.status.value,
        baton=[baton_part(part) for part in view.baton],
        earlier=view.earlier,
        holder=agent_ref(view.holder) if view.holder else None,
        others=[s.RowOther(agent=agent_ref(agent), role=str(role)) for agent, role in view.others],
        started_at=wire_time(chat.created_at),
        waiting_since=_time(view.waiting_since),
        unanswered_since=_time(view.unanswered_since),
        last=_last_line(view.last),
        handoff=_row_handoff(view.pending, view.now),
        hold=hold_info(view.hold) if view.hold else None,
        outcome=_row_outcome(view.outcome),
        hit=s.RowHit.model_validate(asdict(view.hit)) if view.hit else None,
        may=[*view.may],
    )


def counts_info(found: views.Counts) -> s.Counts:
    return s.Counts(queue=found.queue, all=found.all, held=found.held)


def _time(ms: int | None) -> str | None:
    return wire_time(ms) if ms is not None else None


def _last_line(line: views.LastLine | None) -> s.RowLine | None:
    if line is None:
        return None
    entry = line.entry
    content: dict[str, Any] = entry.data.get("content") or {}
    return s.RowLine(
        at=wire_time(entry.at),
        by="you" if line.yours else _BY[entry.actor.type],
        name=entry.actor.name,
        text=line.text,
        kind=content.get("type", "text"),
    )


def _row_handoff(pending: views.RowPending | None, now: int) -> s.RowHandoff | None:
    if pending is None:
        return None
    handoff, offer = pending.handoff, pending.offer
    return s.RowHandoff(
        handoff_id=handoff.id,
        kind=str(handoff.kind),
        state=str(handoff.state),
        target=pending.target,
        offered_to=agent_ref(pending.offered_to) if pending.offered_to else None,
        ends_in_ms=max(0, offer.deadline_at - now) if offer else None,
    )


def _row_outcome(found: views.RowOutcome | None) -> s.RowOutcome | None:
    if found is None:
        return None
    return s.RowOutcome(reason=found.reason, disposition=found.disposition, summary_issue=found.issue)
