"""Files of chats: kept by a customer or an agent, read by whoever reads the message that has them."""

from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from batonpass.app import views
from batonpass.app.attachments import Upload, keep_attachment
from batonpass.app.authority import Role, Who
from batonpass.app.links import sign
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.domain.agents import AgentKind
from batonpass.domain.attachments import Attachment
from batonpass.domain.errors import CallerError, NotFound
from batonpass.protocol import attachments as wire
from batonpass.protocol import projection
from batonpass.protocol.base import clean, wire_time
from batonpass.protocol.content import AttachmentContent
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.routes import Routes

routes = Routes("Attachments")

MAX_NAME = 255
NO_SUCH_FILE = "there is no such file, or it is not for you"


@routes.post(
    "/conversations/{conversation_id}/attachments",
    action="attachment.keep",
    reply=wire.AttachmentKept,
    status=201,
    raw=True,
)
async def keep_file(call: Call, said: None) -> Answer:
    """Store a file, to be sent as a message's content.

    The body is the file itself, with its `Content-Type`, and its name in the query (`?name=scan.pdf`); or
    `multipart/form-data` with one part `file`. What it is, is told by its content. Until a message of the one who
    stored it refers to it nobody reads it, and after an hour it is gone.
    """
    most = call.env.rules.attachments.max_bytes
    name, media_type, data = await _file(call.request, most)
    await call.body_came()
    call.mark_body(name, media_type, data)
    customer = call.who.role is Role.CUSTOMER
    upload = Upload(
        call.path["conversation_id"],
        name,
        data,
        call.customer_id if customer else None,
        None if customer else call.agent_id,
        media_type,
    )
    return Answer(await call.do(keep_attachment, upload, _kept))


def _kept(found: Attachment) -> wire.AttachmentKept:
    content = AttachmentContent.model_validate(found.content())
    return wire.AttachmentKept(attachment_id=found.id, sha256=found.sha256, content=content)


async def _file(request: web.Request, most: int) -> tuple[str, str, bytes]:
    """Name, said type and bytes; no more than `most` of them."""
    if request.content_type != "multipart/form-data":
        said = request.content_type if "Content-Type" in request.headers else ""
        return _name(request.query.get("name", "")), said, await _bytes(request.content.readany, most)
    try:
        part = await (await request.multipart()).next()
    except (ValueError, HttpProcessingError, web.RequestPayloadError, ConnectionError) as error:
        raise CallerError("The body is no multipart/form-data.") from error
    if not isinstance(part, BodyPartReader) or part.name != "file":
        raise CallerError("The first part of the body must be the file, named `file`.")
    said = part.headers.get("Content-Type", "").partition(";")[0].strip()
    return _name(part.filename or ""), said, await _bytes(part.read_chunk, most)


def _name(name: str) -> str:
    try:
        return clean(name[:MAX_NAME])
    except ValueError as error:
        raise CallerError(f"name: {error}") from error


async def _bytes(read: Any, most: int) -> bytes:
    found = bytearray()
    try:
        while chunk := await read():
            found += chunk
            if len(found) > most:
                raise CallerError(f"A file has at most {most} bytes here.", code="too_large")
    except (ValueError, HttpProcessingError, web.RequestPayloadError, ConnectionError) as error:
        raise CallerError("The body cannot be read as it was sent.") from error
    return bytes(found)


@routes.get("/attachments/{attachment_id}", action="attachment.read", reply=wire.AttachmentLink)
async def link_file(call: Call, said: None) -> wire.AttachmentLink:
    """Get a link to a file.

    Whoever reads the message that has the file gets one. The link needs no token and expires; the file comes as a
    download, never as a page.
    """
    link: wire.AttachmentLink = await call.read(_link, call.env, call.who, call.path["attachment_id"])
    return link


def _link(tx: Tx, env: Env, who: Who, attachment_id: str) -> wire.AttachmentLink:
    found = tx.attachment(attachment_id)
    if found is None or not _reads(tx, who, found):
        raise NotFound(NO_SUCH_FILE)
    expires = tx.now + env.rules.attachments.link_ms
    return wire.AttachmentLink(
        attachment_id=found.id,
        name=found.name,
        media_type=found.media_type,
        size=found.size,
        url=f"/files/{found.id}?expires={expires}&signature={sign(tx, found.id, expires)}",
        expires_at=wire_time(expires),
    )


def _reads(tx: Tx, who: Who, found: Attachment) -> bool:
    """Whether this one sees the file in a message, as the message stands for it on the wire."""
    if found.seq is None:
        return found.owner in (who.customer_id, who.agent_id)
    entries = tx.entries(found.conversation_id, found.seq - 1, found.seq, 1, public=False)
    conversation = tx.conversation(found.conversation_id)
    if not entries or conversation is None:
        return False
    entry = entries[0]
    if who.role is Role.CUSTOMER:
        named = projection.for_customer(entry) if conversation.customer_id == who.customer_id else None
    elif who.role in (Role.SUPERVISOR, Role.ADMIN):
        named = projection.for_supervisor(entry)
    elif who.agent_id is not None and entry.seq <= views.readable(tx, who.agent_id, conversation.id):
        agent = tx.agents([who.agent_id])[who.agent_id]
        named = projection.for_agent(entry, agent.id, bot=agent.kind is AgentKind.BOT)
    else:
        return False
    return named is not None and named[1]["data"].get("content", {}).get("attachment_id") == found.id
