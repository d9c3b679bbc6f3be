"""One conversation as it is kept: timeline, hand-offs with notes, every version of every summary."""

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
