"""What people wrote, cut to what fits a packet: none may be larger than what may wait for a client.

All of it is in the store, and is read from `timeline.read`, `conversation.details` and the context of a join.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from batonpass.protocol import shapes as s
from batonpass.transport.socketio.wirejson import dumps_bytes

OFFER_BYTES = 200_000
"""An offer, for a decision; who takes it gets everything."""
OFFERS_BYTES = 400_000
HANDOFFS_BYTES = 300_000
"""All offers, and all hand-offs, of one packet."""

STINTS_BYTES = 100_000
"""All summaries beside the stints of a snapshot."""

ROWS_BYTES = 250_000
"""All rows of a list, or beside the stints of a snapshot."""
PARTS = 3
"""Of a baton so many parts are left where rows do not fit."""

T = TypeVar("T")


def size(value: Any) -> int:
    """The bytes of a value on the wire."""
    return len(dumps_bytes(value.model_dump(mode="json") if isinstance(value, BaseModel) else value))


def first(items: Sequence[T], room: int) -> list[T]:
    """Return as many of the first items as fit."""
    kept: list[T] = []
    for item in items:
        room -= size(item)
        if room < 0:
            break
        kept.append(item)
    return kept


def variables(values: Mapping[str, str], room: int) -> dict[str, str]:
    """The variables that fit, the short ones first, in their order."""
    by_size = sorted(values, key=lambda name: (len(values[name]), name))
    kept = set(first([(name, values[name]) for name in by_size], room))
    return {name: value for name, value in values.items() if (name, value) in kept}


def handoffs(infos: Sequence[s.HandoffInfo], room: int = HANDOFFS_BYTES) -> list[s.HandoffInfo]:
    """Hand-offs without their texts where those do not fit: the latest keep theirs the longest."""
    kept: list[s.HandoffInfo] = []
    for info in reversed(infos):
        room -= size(info)
        kept.append(info if room >= 0 else without_texts(info))
    return kept[::-1]


def without_texts(info: s.HandoffInfo) -> s.HandoffInfo:
    """A hand-off without what somebody wrote about it at length."""
    return info.model_copy(update={"note": "", "summary": None, "summary_text": None, "brief": None})


def stints(infos: Sequence[s.StintInfo], room: int = STINTS_BYTES) -> list[s.StintInfo]:
    """Stints without their summaries where those do not fit: the latest keep theirs the longest."""
    kept: list[s.StintInfo] = []
    for info in reversed(infos):
        room -= size(info.summary) if info.summary else 0
        bare = info.model_copy(update={"summary": None, "summary_version": 0})
        kept.append(info if room >= 0 else bare)
    return kept[::-1]


def rows(found: Sequence[s.ConversationRow], room: int = ROWS_BYTES) -> list[s.ConversationRow]:
    """Rows with shorter batons where they do not fit, and then, from the last one on, with no more than who and where."""
    kept = list(found)
    if sum(map(size, kept)) <= room:
        return kept
    kept = [_short(row) for row in kept]
    sizes = [size(row) for row in kept]
    for number in reversed(range(len(kept))):
        if sum(sizes) <= room:
            break
        kept[number] = _bare(kept[number])
        sizes[number] = size(kept[number])
    return kept


def _short(row: s.ConversationRow) -> s.ConversationRow:
    gone = max(0, len(row.baton) - PARTS)
    return row.model_copy(update={"baton": row.baton[gone:], "earlier": row.earlier + gone})


def _bare(row: s.ConversationRow) -> s.ConversationRow:
    last = row.last.model_copy(update={"text": ""}) if row.last else None
    return row.model_copy(
        update={
            "baton": [],
            "earlier": row.earlier + len(row.baton),
            "last": last,
            "hold": None,
            "outcome": None,
        }
    )
