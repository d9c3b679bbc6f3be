"""The command `export`: one chat, for the record."""

from pathlib import Path

from batonpass.cli import console, serving, settings


def export(file: Path | None, conversation_id: str, *, store: str | None, as_json: bool) -> None:
    """Print a chat: one JSON object, or lines to read."""
    config = settings.load(file, serving.store_override(store))
    from batonpass.app.keeping import Exported, note_export
    from batonpass.domain.errors import NotFound
    from batonpass.server import act_beside, export_conversation

    with serving.troubles_told(config):
        try:
            act_beside(config, note_export, Exported(conversation_id))
            found = export_conversation(config, conversation_id)
        except NotFound:
            where = config.shown()["store"]["url"]
            console.fail(f"There is no chat {conversation_id!r}", f"The store is {where}.")
    if as_json:
        console.say_json(found)
        return
    from batonpass.transport.exporting import lines

    for line in lines(found):
        console.say(line)
