"""Supervisors over REST: reading every chat, and acting on it."""

from typing import Any

from batonpass.app import notes, supervising
from batonpass.app import overview as reads
from batonpass.app.ports import Tx
from batonpass.domain.conversation import Entry
from batonpass.protocol import projection
from batonpass.protocol import supervisor as wire
from batonpass.protocol.agent import NotesFound
from batonpass.protocol.base import wire_time
from batonpass.protocol.rest import ConversationList, ConversationsQuery, Timeline
from batonpass.transport import commands, cursors
from batonpass.transport.rest.call import Call
from batonpass.transport.rest.pages import timeline
from batonpass.transport.rest.routes import SUPERVISORS, Routes
from batonpass.transport.rest.saying import asks, says
from batonpass.transport.socketio import overview, shapes

routes = Routes("Supervisors", roles=SUPERVISORS)
CHAT = "/supervisor/conversations/{conversation_id}"


@routes.get("/supervisor/session", action="supervisor.read", reply=wire.SupervisorSnapshot)
async def read_supervisor_session(call: Call, said: None) -> Any:
    """Read all queues with their ladders, and the live chats."""
    view = await call.read(reads.overview, call.env, call.who.agent_id)
    return overview.snapshot(view)[1]["data"]


@routes.get(
    "/supervisor/conversations", action="supervisor.read", said=ConversationsQuery, reply=ConversationList
)
async def list_conversations(call: Call, said: ConversationsQuery) -> ConversationList:
    """List chats, live and closed, the newest first."""
    found = await call.read(_listed, said, cursors.decode(said.cursor, int, str))
    shown = [overview.conversation_info(view) for view in found[: said.limit]]
    last = found[said.limit - 1].conversation if len(found) > said.limit else None
    return ConversationList(
        conversations=shown, next=cursors.encode(last.created_at, last.id) if last else None
    )


def _listed(tx: Tx, said: ConversationsQuery, before: list[Any] | None) -> list[reads.ConversationView]:
    found = tx.conversations_like(
        limit=said.limit + 1,
        before=(before[0], before[1]) if before else None,
        status=said.status,
        queue_id=said.queue,
        customer_id=said.customer_id,
        agent_id=said.holder,
    )
    return reads.conversations(tx, [conversation.id for conversation in found])


async def _summary(call: Call, me: str, said: wire.TakeOver | wire.Assign) -> dict[str, Any] | None:
    await call.read(reads.page, me, said.conversation_id, 0, 1)
    if call.house.storyteller is None:
        return None
    return await call.house.storyteller.summary(said.conversation_id, purpose="transfer", reason=said.reason)


def _sent(entry: Entry) -> dict[str, Any]:
    return {"ok": True, "message_id": entry.id, "seq": entry.seq, "at": wire_time(entry.at)}


def _acted(acted: supervising.Acted) -> dict[str, Any]:
    return {"ok": True, **overview.acted(acted)}


async def _read(call: Call, said: wire.SupervisorRead) -> Timeline:
    page = await call.read(reads.page, call.who.agent_id, said.conversation_id, said.after, said.limit)
    upto = page.entries[-1].seq if page.entries else min(said.after, page.head)
    return timeline(map(projection.for_supervisor, page.entries), page.head, upto)


async def _details(call: Call, said: wire.SupervisorDetails) -> Any:
    found = await call.read(reads.details, call.who.agent_id, said.conversation_id)
    return {"ok": True, **shapes.details(found)}


async def _notes(call: Call, said: wire.SupervisorNoteSearch) -> NotesFound:
    found = await call.read(notes.search, notes.Search(said.text, None, said.conversation_id, said.limit))
    return NotesFound(notes=[shapes.note(note) for note in found.notes], more=found.more)


async def _explain(call: Call, said: wire.DecisionExplain) -> Any:
    found = await call.read(reads.explained, call.env, call.who.agent_id, said.conversation_id)
    return {"ok": True, **overview.explained(*found)}


says(
    routes,
    f"POST {CHAT}/monitor",
    wire.Monitor,
    supervising.monitor,
    commands.monitor,
    _acted,
)
says(
    routes,
    f"POST {CHAT}/take-over",
    wire.TakeOver,
    supervising.take_over,
    commands.take_over,
    _acted,
    before=_summary,
)
says(
    routes,
    f"POST {CHAT}/assign",
    wire.Assign,
    supervising.assign,
    commands.assign,
    _acted,
    before=_summary,
)
says(
    routes,
    f"POST {CHAT}/close",
    wire.Close,
    supervising.close,
    commands.close,
    lambda closed: {"ok": True, "closed": closed},
)
says(
    routes,
    f"POST {CHAT}/whispers",
    wire.SupervisorWhisper,
    supervising.whisper,
    commands.supervisor_whisper,
    _sent,
    status=201,
)
says(
    routes,
    "PUT /supervisor/switches/{name}",
    wire.SwitchSet,
    supervising.turn_switch,
    commands.switch,
    lambda standing: {"ok": True, "switches": standing},
)
asks(routes, f"GET {CHAT}", wire.SupervisorDetails, _details)
asks(routes, f"GET {CHAT}/timeline", wire.SupervisorRead, _read, reply=Timeline)
asks(routes, f"GET {CHAT}/explanation", wire.DecisionExplain, _explain)
asks(routes, "GET /supervisor/notes", wire.SupervisorNoteSearch, _notes)
