"""The chat for its customer to keep: the lines that the customer may read, as text."""

from typing import Any

from batonpass.app import views
from batonpass.app.ports import Tx
from batonpass.domain.conversation import ActorType, Entry, EntryKind
from batonpass.protocol import projection
from batonpass.protocol.base import wire_time
from batonpass.protocol.care import Transcript

LINES = 1_000
"""At most so many lines at a time."""


def transcript(tx: Tx, customer_id: str, conversation_id: str, after: int, *, as_text: bool) -> Transcript:
    """Return what the customer may read after a number, as far as it fits one answer.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    page = views.customer_page(tx, customer_id, conversation_id, after, LINES)
    upto = page.entries[-1].public_seq or 0 if page.entries else min(after, page.head)
    return Transcript(
        conversation_id=conversation_id,
        head=page.head,
        upto=upto,
        text="".join(map(_line, page.entries)) if as_text else None,
        entries=None if as_text else [_event(entry) for entry in page.entries],
    )


def _event(entry: Entry) -> dict[str, Any]:
    named = projection.for_customer(entry)
    assert named is not None, "a customer's page has public entries only"
    return {"event": named[0], **named[1]}


def _line(entry: Entry) -> str:
    """`2026-11-20 15:04 UTC  Name: words`. Further lines of a message stand in, so that none looks like another's."""
    at = wire_time(entry.at)
    when = f"{at[:10]} {at[11:16]} UTC  "
    if entry.kind is EntryKind.MESSAGE:
        who = "You" if entry.actor.type is ActorType.CUSTOMER else entry.actor.name
        return f"{when}{who}: {_indented(_words(entry.data['content']))}\n"
    text = (entry.data.get("notice") or {}).get("text", "")
    return f"{when}- {_indented(text)}\n" if text else ""


def _words(content: dict[str, Any]) -> str:
    match content.get("type"):
        case "choices":
            return "\n".join([content["text"], *(f"[{c['label']}]" for c in content["choices"])])
        case "card":
            return "\n".join([content["title"], content["text"]])
        case "attachment":
            return f"[{content['name']}]"
        case _:
            return str(content.get("text", ""))


def _indented(text: str) -> str:
    return "\n    ".join(text.splitlines())
