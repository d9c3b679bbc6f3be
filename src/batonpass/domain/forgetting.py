"""What stays of an entry when its words are forgotten: that it happened, when, by whom of ours; the numbers stay dense."""

from dataclasses import dataclass
from typing import Any

from batonpass.domain.conversation import EntryKind

ERASED = "[erased]"

WORDS = (EntryKind.MESSAGE, EntryKind.DRAFT, EntryKind.NOTE, EntryKind.ACT, EntryKind.FLAG)
"""Kinds that hold what somebody wrote. Notices hold the operator's words and agents' public names; those stay."""


def blank(kind: EntryKind, data: dict[str, Any]) -> dict[str, Any]:
    """An entry's data without words."""
    match kind:
        case EntryKind.MESSAGE | EntryKind.DRAFT:
            return data | {"content": {"type": "text", "text": ERASED}}
        case EntryKind.NOTE:
            return data | {"text": ERASED}
        case EntryKind.ACT | EntryKind.FLAG:
            return data | {"reason": ""}
    return data


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept, in ms after their end; None for as long as the database lasts.

    `conversations_ms`: the words of a closed chat, its files and variables. `attachments_ms`: its files.
    `contacts_ms`: contact details that were dealt with. `webhooks_ms`: what was delivered, or given up.
    """

    conversations_ms: int | None = None
    attachments_ms: int | None = None
    contacts_ms: int | None = None
    webhooks_ms: int | None = None

    @property
    def any(self) -> bool:
        kept = (self.conversations_ms, self.attachments_ms, self.contacts_ms, self.webhooks_ms)
        return any(limit is not None for limit in kept)


FOR_EVER = Retention()
