"""Exports and erasures."""

from typing import Any

from aiohttp import web

from batonpass.app.keeping import Erase, Erasing, Exported, customer_of, erase_customer, erasing, note_export
from batonpass.domain.errors import NotFound
from batonpass.protocol import keeping as wire
from batonpass.protocol.base import wire_time
from batonpass.transport import exporting
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.routes import Routes

routes = Routes("Keeping and forgetting")


@routes.get(
    "/conversations/{conversation_id}/export",
    action="conversation.export",
    also="text/plain",
    said=wire.ExportAsked,
    reply=wire.ConversationExport,
)
async def export_conversation(call: Call, said: wire.ExportAsked) -> Any:
    """Export a conversation for the record.

    Its timeline with notes, its hand-offs, every version of its summaries, as supervisors read them. With
    `format=text` lines to read. Each export is noted in the audit log.
    """
    await call.board.do_and_push(note_export, Exported(said.conversation_id, call.who.by(call.address)))
    found = await call.read(exporting.exported, said.conversation_id)
    if said.format == "text":
        return web.Response(text="\n".join(exporting.lines(found)) + "\n", content_type="text/plain")
    return Answer(found)


@routes.post("/erasures", action="customer.erase", said=wire.ErasureAsked, reply=wire.Erasure, status=202)
async def erase(call: Call, said: wire.ErasureAsked) -> Answer:
    """Erase a customer.

    Its tokens open nothing any more, at once; its chats follow one by one, open ones are ended first. Words, names,
    variables, notes, summaries, files and contact details go; structure and figures stay. It cannot be undone.
    """
    customer_id = said.customer_id or await call.read(customer_of, said.conversation_id)
    return Answer(await call.do(erase_customer, Erase(customer_id, call.who.by(call.address)), _begun))


def _begun(found: Erasing) -> wire.Erasure:
    return wire.Erasure(customer_id=found.customer_id, conversations_left=found.conversations)


@routes.get("/erasures/{customer_id}", action="customer.erase", said=wire.OfCustomer, reply=wire.Erasure)
async def look_at_erasure(call: Call, said: wire.OfCustomer) -> wire.Erasure:
    """See how far an erasure is."""
    at, left = await call.read(erasing, said.customer_id)
    if at is None:
        raise NotFound("this customer was not erased, or there is none")
    return wire.Erasure(customer_id=said.customer_id, erased_at=wire_time(at), conversations_left=left)
