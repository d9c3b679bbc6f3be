"""Closing the sockets of those who may be here no more."""

from collections.abc import Callable

from batonpass.app.authority import Who
from batonpass.transport.socketio.engine import Server

REASON = "signed_out"


def evict(sockets: Server | None, gone: Callable[[Who], bool]) -> int:
    """Close every socket whose holder is gone, at once; how many."""
    found = [] if sockets is None else list(sockets.connections.values())
    closed = [conn for conn in found if isinstance(conn.who, Who) and gone(conn.who)]
    for conn in closed:
        conn.socket.kill(REASON)
    return len(closed)
