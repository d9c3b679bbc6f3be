"""The command `export`: one chat, for the record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from batonpass.cli import console, serving, settings


def export(file: Path | None, conversation_id: str, *, store: str | None, as_json: bool) -> None:
    """Print a chat: one JSON object, or lines to read."""
    config = settings.load(file, serving.store_override(store))
    from batonpass.domain.errors import NotFound
    from batonpass.server import export_conversation

    with serving.troubles_told(config):
        try:
            found = export_conversation(config, conversation_id)
        except NotFound:
            where = config.shown()["store"]["url"]
            console.fail(f"There is no chat {conversation_id!r}", f"The store is {where}.")
    if as_json:
        console.say_json(found)
        return
    for line in _lines(found):
        console.say(line)


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"{found['conversation_id']}, {found['status']}"
    yield ""
    rows = [
        (entry["at"], entry["actor"]["name"] or entry["actor"]["type"], _told(entry))
        for entry in found["timeline"]
    ]
    yield from console.columns(rows)
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
