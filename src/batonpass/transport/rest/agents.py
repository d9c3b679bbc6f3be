"""Agents over REST: bots and representatives alike, for those who can keep no socket open."""

from dataclasses import asdict
from typing import Any

from batonpass.app import (
    answers,
    explaining,
    going,
    handoffs,
    leases,
    marks,
    messages,
    notes,
    policy,
    presence,
    views,
)
from batonpass.app.messages import own_stint
from batonpass.app.ports import Tx
from batonpass.app.presence import ReadyReply
from batonpass.domain.conversation import Entry, Stint
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Handoff
from batonpass.domain.rules import Rules
from batonpass.protocol import agent as wire
from batonpass.protocol import projection
from batonpass.protocol.base import dump, wire_time
from batonpass.protocol.events import AgentSnapshot
from batonpass.protocol.rest import Lease, Packets, TakeLease, Timeline
from batonpass.protocol.shapes import SummaryShape
from batonpass.transport import commands, finding
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.pages import timeline
from batonpass.transport.rest.routes import AGENTS, Routes
from batonpass.transport.rest.saying import asks, says
from batonpass.transport.socketio import shapes
from batonpass.transport.socketio.customer import asked_shape

routes = Routes("Agents", roles=AGENTS)
CHAT = "/agent/conversations/{conversation_id}"


@routes.get("/agent/session", action="agent.read", reply=AgentSnapshot)
async def read_agent_session(call: Call, said: None) -> Any:
    """Read what one has now: stints with cursors, offers with the time left, turns, queues."""
    _, envelope = await call.read(_snapshot, call.env.rules, call.agent_id)
    return envelope["data"]


@routes.put("/agent/lease", action="agent.lease", said=TakeLease, reply=Lease)
async def take_lease(call: Call, said: TakeLease) -> Answer:
    """Be reachable without a socket for a while; take it again before it ends.

    Whoever is not reachable is offered nothing, and loses its chats after a grace time.
    """
    lease = leases.Lease(call.agent_id, said.for_s * 1000)
    return Answer(await call.do(leases.take, lease, lambda until: Lease(until=wire_time(until))))


@routes.delete("/agent/lease", action="agent.lease", status=204)
async def give_up_lease(call: Call, said: None) -> Answer:
    """Be reachable no more but by sockets."""
    return Answer(await call.do(leases.give_up, call.agent_id))


@routes.get("/agent/stints/{stint_id}/packets", action="stint.packets", reply=Packets)
async def read_packets(call: Call, said: None) -> Packets:
    """Read what is due at joining: added, context, and for a bot that holds, greet."""
    found = await call.read(_packets, call.agent_id, call.path["stint_id"])
    named = shapes.packets(found) if found else []
    return Packets(packets=[{"event": name, **body} for name, body in named])


def _snapshot(tx: Tx, rules: Rules, agent_id: str) -> shapes.Named:
    return shapes.agent_snapshot(views.agent_snapshot(tx, rules, agent_id))


def _packets(tx: Tx, agent_id: str, stint_id: str) -> views.Packets | None:
    stint = tx.stint(stint_id)
    if stint is None or stint.agent_id != agent_id:
        raise NotFound("there is no such stint of yours")
    return views.packets(tx, stint_id)


# Shapes of answers


def _sent(entry: Entry) -> dict[str, Any]:
    more = {} if entry.public_seq is None else {"public_seq": entry.public_seq}
    return {"ok": True, "message_id": entry.id, "seq": entry.seq, "at": wire_time(entry.at), **more}


def _state(handoff: Handoff) -> dict[str, Any]:
    return {"ok": True, "handoff_id": handoff.id, "state": str(handoff.state)}


def _accepted(stint: Stint) -> dict[str, Any]:
    return {"ok": True, "stint_id": stint.id, "conversation_id": stint.conversation_id}


# What is known before the transaction


async def _summary(call: Call, conversation_id: str, purpose: Any, **more: Any) -> dict[str, Any] | None:
    if call.house.storyteller is None:
        return None
    return await call.house.storyteller.summary(conversation_id, purpose=purpose, **more)


async def _for_handoff(call: Call, me: str, said: wire.HandoffRequest) -> dict[str, Any] | None:
    await call.read(views.readable, me, said.conversation_id)
    return await _summary(call, said.conversation_id, said.kind, reason=said.reason, note=said.note)


async def _for_leaving(call: Call, me: str, said: wire.ConversationLeave) -> dict[str, Any] | None:
    await call.read(views.readable, me, said.conversation_id)
    return await _summary(call, said.conversation_id, "transfer", reason="left")


async def _for_resolving(call: Call, me: str, said: wire.ConversationResolve) -> dict[str, Any] | None:
    stint = await call.read(own_stint, said.stint_id, me, said.conversation_id)
    if not await call.read(policy.may_hand_back, call.env, stint):
        return None
    return await _summary(call, stint.conversation_id, "hand_back")


# What only reads


async def _read(call: Call, said: wire.AgentRead) -> Timeline:
    """Entries after a number, up to what this agent may read."""
    me = call.agent_id
    page = await call.read(views.agent_page, me, said.conversation_id, said.after, said.limit)
    bot = call.env.reads_as_bot(me)
    upto = page.entries[-1].seq if page.entries else min(said.after, page.head)
    return timeline((projection.for_agent(entry, me, bot=bot) for entry in page.entries), page.head, upto)


async def _details(call: Call, said: wire.ConversationDetails) -> Any:
    found = await call.read(finding.details, call.env, call.agent_id, said.conversation_id)
    return {"ok": True, **found}


async def _notes(call: Call, said: wire.NoteSearch) -> wire.NotesFound:
    found = await call.read(notes.search, commands.search_notes(call.agent_id, said))
    return wire.NotesFound(notes=[shapes.note(note) for note in found.notes], more=found.more)


async def _availability(call: Call, said: wire.AvailabilityAsk) -> Any:
    found = await call.read(explaining.availability, call.env, commands.availability(call.agent_id, said))
    told = asdict(found) | {"opens_at": None if found.opens_at is None else wire_time(found.opens_at)}
    return {"ok": True} | {name: value for name, value in told.items() if value is not None}


async def _preview(call: Call, said: wire.SummaryPreview) -> Any:
    await call.read(views.in_it, call.agent_id, said.conversation_id, said.stint_id)
    summary = await _summary(call, said.conversation_id, said.kind, asked=True)
    shown = dump(SummaryShape.model_validate(summary)) if summary else None
    return {"ok": True, "summary": shown, "later": False}


def _ready(reply: ReadyReply) -> dict[str, Any]:
    upto = reply.entries[-1].seq if reply.entries else reply.boundary_seq
    return {"ok": True, "head": reply.head, "upto": upto, "more": upto < reply.head}


says(
    routes,
    "PUT /agent/presence",
    wire.PresenceSet,
    presence.choose,
    commands.choose,
)
says(
    routes,
    "POST /agent/offers/{offer_id}/accept",
    wire.OfferAccept,
    answers.accept,
    commands.accept,
    _accepted,
)
says(
    routes,
    "POST /agent/offers/{offer_id}/decline",
    wire.OfferDecline,
    answers.decline,
    commands.decline,
)
says(
    routes,
    "POST /agent/stints/{stint_id}/ready",
    wire.StintReady,
    presence.ready,
    commands.ready,
    _ready,
)
says(
    routes,
    "POST /agent/stints/{stint_id}/finish",
    wire.WrapUpFinish,
    presence.finish_wrap_up,
    commands.finish,
)
says(
    routes,
    "POST /agent/turns/{turn_id}/done",
    wire.TurnDone,
    presence.turn_done,
    commands.of_turn,
)
says(
    routes,
    "POST /agent/turns/{turn_id}/working",
    wire.TurnWorking,
    presence.turn_working,
    commands.of_turn,
)
says(
    routes,
    f"POST {CHAT}/messages",
    wire.AgentSend,
    messages.agent_send,
    commands.send,
    _sent,
    status=201,
)
says(
    routes,
    f"POST {CHAT}/whispers",
    wire.WhisperSend,
    messages.whisper,
    commands.whisper,
    _sent,
    status=201,
)
says(
    routes,
    f"POST {CHAT}/notes",
    wire.NoteAdd,
    messages.add_note,
    commands.add_note,
    _sent,
    status=201,
)
says(
    routes,
    f"PATCH {CHAT}/notes/{{note_id}}",
    wire.NoteEdit,
    notes.edit_note,
    commands.edit_note,
    _sent,
)
says(
    routes,
    f"POST {CHAT}/marks",
    wire.MessageMark,
    marks.mark_message,
    commands.mark,
    _sent,
    status=201,
)
says(
    routes,
    f"POST {CHAT}/handoffs/{{handoff_id}}/flag",
    wire.SummaryFlag,
    marks.flag_summary,
    commands.flag,
    _sent,
    status=201,
)
says(
    routes,
    f"POST {CHAT}/handoffs",
    wire.HandoffRequest,
    handoffs.ask,
    commands.hand_off,
    lambda asked: {"ok": True, **asked_shape(asked)},
    before=_for_handoff,
    status=201,
)
says(
    routes,
    f"POST {CHAT}/handoffs/{{handoff_id}}/complete",
    wire.HandoffComplete,
    handoffs.complete,
    commands.of_handoff,
    _state,
)
says(
    routes,
    f"POST {CHAT}/handoffs/{{handoff_id}}/cancel",
    wire.HandoffCancel,
    handoffs.cancel,
    commands.of_handoff,
    _state,
)
says(
    routes,
    f"POST {CHAT}/leave",
    wire.ConversationLeave,
    going.leave,
    commands.leave,
    before=_for_leaving,
)
says(
    routes,
    f"POST {CHAT}/resolve",
    wire.ConversationResolve,
    going.resolve,
    commands.resolve,
    before=_for_resolving,
)
says(
    routes,
    f"POST {CHAT}/participants/{{removed_stint_id}}/remove",
    wire.ParticipantRemove,
    going.remove,
    commands.remove,
)
says(
    routes,
    f"PATCH {CHAT}/context",
    wire.ContextSet,
    presence.set_context,
    commands.set_context,
    max_body=1_200_000,
)
asks(routes, f"GET {CHAT}", wire.ConversationDetails, _details)
asks(routes, f"GET {CHAT}/timeline", wire.AgentRead, _read, reply=Timeline)
asks(routes, "GET /agent/notes", wire.NoteSearch, _notes)
asks(routes, f"POST {CHAT}/availability", wire.AvailabilityAsk, _availability)
asks(routes, f"POST {CHAT}/summary", wire.SummaryPreview, _preview)
