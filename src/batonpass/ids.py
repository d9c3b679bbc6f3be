"""Identifiers: time-ordered, so that rows written together lie together."""

import uuid_utils


def new_id() -> str:
    """Return a new identifier: 32 hexadecimal characters of a UUID version 7."""
    return uuid_utils.uuid7().hex
