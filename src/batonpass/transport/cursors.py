"""Where a list goes on, as a word that means nothing to whoever keeps it."""

import base64
import binascii
from collections.abc import Sequence
from typing import NoReturn

import orjson

from batonpass.protocol.base import MAX_INTEGER, clean
from batonpass.transport.socketio.refusal import Refusal

Part = str | int


def encode(*parts: Part) -> str:
    """Return the cursor of the last item of a page, by the columns that the list is ordered by."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode(cursor: str | None, *kinds: type[Part]) -> list[Part] | None:
    """Return the parts of a cursor, of these types; None for no cursor.

    Raises:
        Refusal: `bad_cursor`, it is none of this list's.
    """
    if cursor is None:
        return None
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        parts = None
    if not isinstance(parts, list) or not _fits(parts, kinds):
        refuse()
    return parts


def refuse() -> NoReturn:
    """Refuse a cursor that is none of this list's."""
    raise Refusal("bad_cursor", "This cursor is none of this list's.")


def _fits(parts: Sequence[object], kinds: Sequence[type[Part]]) -> bool:
    return len(parts) == len(kinds) and all(
        type(part) is kind and _sane(part) for part, kind in zip(parts, kinds, strict=True)
    )


def _sane(part: object) -> bool:
    if isinstance(part, int):
        return abs(part) <= MAX_INTEGER
    try:
        clean(str(part))
    except ValueError:
        return False
    return True
