"""The command `erase`."""

from pathlib import Path

import typer

from batonpass.cli import console, serving, settings


def erase(
    file: Path | None,
    customer: str | None,
    conversation: str | None,
    *,
    yes: bool,
    store: str | None,
    as_json: bool,
) -> None:
    """Forget a customer, or the one of a conversation."""
    if (customer is None) == (conversation is None):
        console.fail("Give a customer's id, or --conversation ID", "One of them.")
    config = settings.load(file, serving.store_override(store))
    from batonpass.app.keeping import customer_of
    from batonpass.domain.errors import NotFound
    from batonpass.server import erase_beside, look_beside

    with serving.troubles_told(config):
        try:
            found = customer or look_beside(config, customer_of, conversation)
            if not yes:
                typer.confirm(f"Erase the words of the customer {found}, for good?", abort=True, err=True)
            count = erase_beside(config, found)
        except NotFound as refusal:
            console.fail(refusal.message[:1].upper() + refusal.message[1:])
    if as_json:
        console.say_json({"customer_id": found, "conversations": count})
        return
    console.say(f"Erased: {found}, {count} {'chat' if count == 1 else 'chats'}")
    console.remark("Backups of the database still have it: see docs/keeping.md.")
