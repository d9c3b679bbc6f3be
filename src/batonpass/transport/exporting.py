"""One conversation as it is kept: timeline, hand-offs with notes, every version of every summary."""

from collections.abc import Iterator
from typing import Any

from batonpass.app import views
from batonpass.app.ports import Tx
from batonpass.domain.errors import NotFound
from batonpass.protocol import projection
from batonpass.protocol.base import wire_time
from batonpass.transport.socketio import shapes

FORMAT = 1


def exported(tx: Tx, conversation_id: str) -> dict[str, Any]:
    """The conversation as supervisors read it: the words of sensitive messages are hidden here too.

    Raises:
        NotFound
    """
    conversation = tx.conversation(conversation_id)
    if conversation is None:
        raise NotFound("there is no such conversation")
    entries = tx.entries(conversation_id, 0, conversation.seq, conversation.seq, public=False)
    details = shapes.details(views.whole(tx, conversation))
    told = [
        {
            "of": found.ref,
            "purpose": found.purpose,
            "version": found.version,
            "made_at": wire_time(found.made_at),
            "summary": found.summary,
            "summary_text": found.edited,
        }
        for found in tx.summaries_in(conversation_id)
    ]
    timeline = [{"event": name, **body} for name, body in map(projection.for_supervisor, entries)]
    return {"format": FORMAT, **details, "timeline": timeline, "summaries": told}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """The export to be read: a line an entry, then hand-offs and summaries."""
    yield f"{found['conversation_id']}, {found['status']}"
    yield ""
    rows = [
        (entry["at"], entry["actor"]["name"] or entry["actor"]["type"], _told(entry))
        for entry in found["timeline"]
    ]
    yield from (f"{at}  {who}: {text}" for at, who, text in rows)
    for handoff in found["handoffs"]:
        yield ""
        yield f"{handoff['kind']}, {handoff['state']}: {handoff.get('reason', '')}".rstrip(": ")
        if handoff.get("note"):
            yield f"  note: {handoff['note']}"
        if handoff.get("summary_text"):
            yield f"  summary by hand: {handoff['summary_text']}"
    for told in found["summaries"]:
        summary = told["summary"]
        yield ""
        yield f"{told['purpose']} summary {told['version']} by {summary['maker']['name']}, {summary['status']}"
        yield f"  {summary.get('prose') or summary.get('issue') or '-'}"
        if told["summary_text"]:
            yield f"  by hand: {told['summary_text']}"


def _told(entry: dict[str, Any]) -> str:
    data = entry["data"]
    content = data.get("content") or {}
    words = content.get("text") or content.get("title") or content.get("name") or data.get("text")
    notice = (data.get("notice") or {}).get("text")
    return " ".join(str(words or notice or data.get("reason") or entry["event"]).split())
