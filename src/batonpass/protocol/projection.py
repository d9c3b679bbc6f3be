"""Who may see what of an entry, and how it stands on the wire (law 11). One function for each audience."""

from typing import Any

from batonpass.domain.conversation import Actor as DomainActor
from batonpass.domain.conversation import ActorType, Entry, EntryKind
from batonpass.protocol import events
from batonpass.protocol.base import wire_time

Named = tuple[str, dict[str, Any]]
"""A Socket.IO event: its name and its envelope as plain JSON values."""

MASKED = {"type": "text", "text": "•••"}
"""What a representative reads of a message that an agent marked as sensitive."""

_EVENTS: dict[EntryKind, str] = {
    EntryKind.MESSAGE: events.MessageCreated.event,
    EntryKind.ADDED: events.AgentAdded.event,
    EntryKind.REMOVED: events.AgentRemoved.event,
    EntryKind.NOTICE: events.NoticePosted.event,
    EntryKind.DRAFT: events.DraftDiscarded.event,
    EntryKind.NOTE: events.NoteAdded.event,
    EntryKind.FLAG: events.SummaryFlagged.event,
    EntryKind.MARK: events.MessageMarked.event,
    EntryKind.ACT: events.SupervisorActed.event,
    EntryKind.CLOSED: events.ConversationClosed.event,
}


def for_customer(entry: Entry) -> Named | None:
    """The entry as its customer sees it: public names, no ids, no private numbers; None when it is private."""
    if entry.public_seq is None:
        return None
    actor: dict[str, Any] = {"type": str(entry.actor.type), "name": entry.actor.name}
    envelope = {
        "event_id": f"{entry.conversation_id}:p{entry.public_seq}",
        "conversation_id": entry.conversation_id,
        "public_seq": entry.public_seq,
        "epoch": entry.epoch,
        "at": wire_time(entry.at),
        "actor": actor,
        "data": _public_data(entry),
    }
    return _EVENTS[entry.kind], envelope


def for_agent(entry: Entry, agent_id: str, *, bot: bool) -> Named:
    """The entry as this agent sees it; what is hidden from it keeps its place."""
    if hidden_from(entry, agent_id, bot=bot):
        envelope = _agent_envelope(entry) | {"data": {"hidden": True}}
        envelope["actor"] = {"type": "system", "name": ""}
        return events.EntryHidden.event, envelope
    data = _agent_data(entry)
    if entry.data.get("sensitive") and not bot and entry.actor.id != agent_id:
        data |= {"content": MASKED}
    return _EVENTS[entry.kind], _agent_envelope(entry) | {"data": data}


def for_supervisor(entry: Entry) -> Named:
    """The entry as supervisors see it: all of it, but for the words of a sensitive message."""
    data = _agent_data(entry)
    if entry.data.get("sensitive"):
        data |= {"content": MASKED}
    return _EVENTS[entry.kind], _agent_envelope(entry) | {"data": data}


def hidden_from(entry: Entry, agent_id: str, *, bot: bool) -> bool:
    """Whether this agent gets only the entry's place (WALK rule l).

    A bot does not read drafts of others; a whisper is read by those it names, or else by representatives.
    """
    if entry.actor.id == agent_id:
        return False
    if entry.kind is EntryKind.DRAFT:
        return bot
    if entry.kind is EntryKind.MESSAGE and entry.public_seq is None:
        named = entry.data.get("to") or ()
        return agent_id not in named if named else bot
    return entry.kind is EntryKind.ACT and bot


def actor_shape(actor: DomainActor) -> dict[str, Any]:
    """An actor as agents see it. A customer's id is not theirs to know."""
    shape = {"type": str(actor.type), "name": actor.name}
    if actor.id is not None and actor.type is not ActorType.CUSTOMER:
        shape["id"] = actor.id
    return shape


def _agent_envelope(entry: Entry) -> dict[str, Any]:
    public = {} if entry.public_seq is None else {"public_seq": entry.public_seq}
    return {
        "event_id": f"{entry.conversation_id}:{entry.seq}",
        "conversation_id": entry.conversation_id,
        "seq": entry.seq,
        **public,
        "epoch": entry.epoch,
        "at": wire_time(entry.at),
        "actor": actor_shape(entry.actor),
    }


def _public_data(entry: Entry) -> dict[str, Any]:
    data = entry.data
    match entry.kind:
        case EntryKind.MESSAGE:
            shown = {"message_id": entry.id, "content": data["content"]}
            if entry.actor.type is ActorType.CUSTOMER:
                shown["client_id"] = entry.client_id
            return shown
        case EntryKind.ADDED | EntryKind.REMOVED:
            shown = {"agent": _agent_ref(entry, with_id=False), "role": data["role"]}
            if entry.kind is EntryKind.REMOVED:
                shown["reason"] = "left"
            return shown | _notice(data)
        case EntryKind.NOTICE:
            return _notice(data)
        case _:
            return {"reason": data["reason"]} | _notice(data)


def _agent_data(entry: Entry) -> dict[str, Any]:
    data = entry.data
    stint = {"stint_id": entry.stint_id} if entry.stint_id else {}
    client = {"client_id": entry.client_id} if entry.client_id else {}
    match entry.kind:
        case EntryKind.MESSAGE:
            to = "all" if entry.public_seq is not None else data.get("to") or "representatives"
            marked = {"sensitive": True} if data.get("sensitive") else {}
            return {"message_id": entry.id, "content": data["content"], "to": to} | marked | stint | client
        case EntryKind.ADDED:
            return {"agent": _agent_ref(entry), "role": data["role"]} | stint | _notice(data)
        case EntryKind.REMOVED:
            shown = {"agent": _agent_ref(entry), "role": data["role"], "reason": data["reason"]}
            return shown | stint | _notice(data)
        case EntryKind.NOTICE:
            return _notice(data)
        case EntryKind.DRAFT:
            return {"content": data["content"], "reason": data["reason"]} | stint | client
        case EntryKind.NOTE:
            shown = {"note_id": data.get("of", entry.id), "version": data.get("version", 1)}
            return shown | {"text": data["text"]} | stint | client
        case EntryKind.FLAG:
            shown = {"handoff_id": data["handoff_id"], "version": data["version"], "reason": data["reason"]}
            return shown | stint | client
        case EntryKind.MARK:
            return {"message_id": data["message_id"], "marked_seq": data["seq"]} | stint | client
        case EntryKind.ACT:
            over = {"over_capacity": True} if data.get("over_capacity") else {}
            return {"act": data["act"], "reason": data["reason"]} | over
        case EntryKind.CLOSED:
            return {"reason": data["reason"]} | _notice(data)


def _agent_ref(entry: Entry, *, with_id: bool = True) -> dict[str, Any]:
    kind = "bot" if entry.actor.type is ActorType.BOT else "representative"
    shape = {"name": entry.actor.name, "kind": kind}
    if with_id and entry.actor.id is not None:
        shape["id"] = entry.actor.id
    return shape


def _notice(data: dict[str, Any]) -> dict[str, Any]:
    return {"notice": data["notice"]} if data.get("notice") else {}
