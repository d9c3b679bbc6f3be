"""The end of a WebSocket: its reason, told to the client where it is worth it."""

import asyncio

from aiohttp import WebSocketError, WSCloseCode

from .packets import ws_close

# WebSocket close codes (RFC 6455, section 7.4) for reasons worth telling; any other reason closes as 1000.
_CLOSE_CODES = {"malformed": 1008, "flood": 1008, "too_large": 1009, "internal": 1011, "shutdown": 1001}


def error_reason(error: object) -> str:
    """Why aiohttp gave up on the client's frames, and closed."""
    code = error.code if isinstance(error, WebSocketError) else None
    if code == WSCloseCode.MESSAGE_TOO_BIG:
        return "too_large"
    return "malformed" if code is not None else "transport_error"


def say_goodbye(transport: asyncio.Transport, reason: str) -> None:
    """Close a WebSocket with its reason; at once when earlier packets still wait for a client to read."""
    if reason in {"slow_reader", "ping_timeout", "stuck_handler"}:
        transport.abort()
        return
    transport.write(ws_close(_CLOSE_CODES.get(reason, 1000), reason))
    if transport.get_write_buffer_size() > 65536:
        transport.abort()
    else:
        transport.close()
