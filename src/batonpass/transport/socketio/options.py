"""What an operator may set about the Socket.IO door."""

from dataclasses import dataclass
from typing import Literal

from .limits import Rate

# A whole office may share an address, and comes back at once when the server was restarted.
_CONNECTS = Rate(per_second=200, burst=5_000)


@dataclass(frozen=True, slots=True)
class SocketOptions:
    """Limits and times of the engine. Times are milliseconds, sizes bytes."""

    # None allows the page's own origin only, "*" every origin.
    cors_origins: tuple[str, ...] | Literal["*"] | None = None
    transports: tuple[str, ...] = ("polling", "websocket")
    max_message_bytes: int = 1_000_000
    ping_interval_ms: int = 25_000
    ping_timeout_ms: int = 20_000
    # What may wait for a client that does not read, before its connection is dropped. Packets are counted
    # for long polling; on a WebSocket the bytes alone are, in the transport's own buffer.
    outgoing_max_packets: int = 1_000
    outgoing_max_bytes: int = 2_000_000
    # A connection is closed at one packet that makes no sense more than this.
    max_malformed: int = 10
    max_connections: int = 50_000
    # Open connections of one remote address; None sets no limit.
    max_per_address: int | None = None
    # Engine.IO handshakes of one remote address; None sets no limit.
    connects: Rate | None = _CONNECTS
    # How many reverse proxies add to X-Forwarded-For; 0 believes the peer's address alone.
    trusted_proxies: int = 0
    # How long `shutdown` waits for handlers that are still at work.
    shutdown_ms: int = 5_000
