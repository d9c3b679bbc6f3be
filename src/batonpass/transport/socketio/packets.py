"""Socket.IO packets as text, and the WebSocket frames that carry them.

Sources: the Engine.IO protocol, version 4, and the Socket.IO protocol, version 5. A packet here always has
the Engine.IO type in front: `42/agent,7["name",{...}]` is a message (4) with an event (2) that wants the
acknowledgement 7.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from .wirejson import dumps_bytes

PING = b"2"
CLOSE = b"1"
NOOP = b"6"
PROBE_ANSWER = b"3probe"

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = "0123456"

_TEXT_FRAME, _CLOSE_FRAME = 0x81, 0x88

# type, number of attachments, namespace (its query dropped), acknowledgement id; the rest is JSON
_HEAD = re.compile(r"4([0-6])(?:([0-9]{1,3})-)?(?:(/[^,?]*)(?:\?[^,]*)?(?:,|\Z))?([0-9]{0,18})")


class Frame:
    """One outgoing packet, encoded once for any number of recipients."""

    __slots__ = ("payload", "ws")

    def __init__(self, payload: bytes) -> None:
        self.payload = payload  # what a long-polling answer carries
        self.ws = ws_frame(payload)  # the same as a WebSocket text frame

    def encode(self, b64: bool = False) -> str:
        """The text of the packet; the name and the option are what engineio's Payload calls."""
        return self.payload.decode()


def ws_frame(payload: bytes, first: int = _TEXT_FRAME) -> bytes:
    """Return `payload` as one unmasked WebSocket frame, as a server sends it (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 65536:
        return bytes((first, 126)) + size.to_bytes(2, "big") + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload


def ws_close(code: int, reason: str) -> bytes:
    """Return a WebSocket close frame; `reason` is at most 123 bytes of ASCII."""
    return ws_frame(code.to_bytes(2, "big") + reason.encode("ascii")[:123], _CLOSE_FRAME)


@lru_cache(maxsize=256)
def _prefix(kind: str, namespace: str) -> bytes:
    return f"4{kind}".encode() if namespace == "/" else f"4{kind}{namespace},".encode()


def event_frame(namespace: str, event: str, arguments: Sequence[Any]) -> Frame:
    """Return the packet of a server event. Raises TypeError for arguments without a JSON form."""
    return Frame(_prefix(EVENT, namespace) + dumps_bytes([event, *arguments]))


def ack_frame(namespace: str, ack_id: str, answer: Any) -> Frame:
    """Return the acknowledgement of the client event that asked for it as `ack_id`."""
    return Frame(_prefix(ACK, namespace) + ack_id.encode() + dumps_bytes([answer]))


def connect_frame(namespace: str, sid: str) -> Frame:
    """Return the packet that tells a client it is in the namespace."""
    return Frame(_prefix(CONNECT, namespace) + dumps_bytes({"sid": sid}))


def refusal_frame(namespace: str, error: Any) -> Frame:
    """Return the packet that tells a client it may not join; `error` is `{message, data}`."""
    return Frame(_prefix(CONNECT_ERROR, namespace) + dumps_bytes(error))


def disconnect_frame(namespace: str) -> Frame:
    """Return the packet that puts a client out of the namespace; clients do not reconnect by themselves."""
    return Frame(_prefix(DISCONNECT, namespace))


def read_head(text: str) -> tuple[str, int, str, str, int] | None:
    """Split a packet: (type, attachments, namespace, acknowledgement id or "", where its JSON starts).

    None when it is no Socket.IO packet. The JSON itself is not looked at.
    """
    found = _HEAD.match(text)
    if found is None:
        return None
    kind, attachments, namespace, ack_id = found.groups()
    return kind, int(attachments or 0), namespace or "/", ack_id, found.end()
