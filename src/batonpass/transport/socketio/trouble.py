"""Logging a fault of ours without the words of anybody (law 11)."""

import traceback

import structlog

from batonpass.ids import new_id

log = structlog.get_logger("batonpass.transport.socketio")


def report(what: str, error: BaseException, **fields: str) -> str:
    """Log `error` by its type and place, never its message, which may quote a customer; return its id."""
    error_id = new_id()
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    at = [f"{frame.name}:{frame.lineno}" for frame in frames]
    log.error(what, error_id=error_id, error=type(error).__name__, at=at, **fields)
    return error_id
