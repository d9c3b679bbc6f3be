"""The tap's log, line by line, as Socket.IO packets: what went over each connection, which way and when.

A line is one JSON object: `t` (milliseconds, monotonic), `conn` (a number), `what`. `what` is `open` (with
`path`), `up` or `down` (with `text`, one Engine.IO frame that reached the other side), `close` (with `by`:
`client`, `server`, `cut`), or something this judge does not read.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Way = Literal["up", "down"]

# Socket.IO protocol 5: packet types. Binary ones (5 and 6) never travel here.
CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR = range(5)
MESSAGE = "4"  # Engine.IO 4: a message; the other types are handshake, ping and pong.


@dataclass(frozen=True, slots=True)
class Packet:
    """One Socket.IO packet: `name` and `body` of an event, the reply of an ack, the auth of a connect."""

    type: int
    namespace: str
    ack_id: int | None
    name: str
    body: Any


@dataclass(frozen=True, slots=True)
class Frame:
    """A packet on a connection. `at`: milliseconds of the tap's clock. `raw`: the text as it went by."""

    at: float
    conn: int
    way: Way
    packet: Packet
    raw: str


@dataclass(frozen=True, slots=True)
class Opened:
    at: float
    conn: int


@dataclass(frozen=True, slots=True)
class Closed:
    """`by`: who ended the connection."""

    at: float
    conn: int
    by: str


Step = Frame | Opened | Closed


def parse(text: str) -> Packet | None:
    """Return the Socket.IO packet in an Engine.IO frame; None for pings, handshakes and what is no packet."""
    if not text.startswith(MESSAGE) or len(text) < 2 or not text[1].isdigit():
        return None
    kind, rest = int(text[1]), text[2:]
    namespace = "/"
    if rest.startswith("/"):
        namespace, _, rest = rest.partition(",")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    ack_id = int(rest[:digits]) if digits else None
    try:
        body = json.loads(rest[digits:]) if rest[digits:] else None
    except ValueError:
        return None
    return _packet(kind, namespace.partition("?")[0], ack_id, body)


def _packet(kind: int, namespace: str, ack_id: int | None, body: Any) -> Packet | None:
    name = ""
    if kind in (EVENT, ACK):
        if not isinstance(body, list) or (kind == EVENT and not body):
            return None
        name = str(body.pop(0)) if kind == EVENT else ""
        body = body[0] if body else None
    return Packet(kind, namespace, ack_id, name, body)


def read(path: Path) -> Iterator[Step]:
    """Yield what the log tells, in its order. A last line cut short is left out."""
    with path.open(encoding="utf-8") as lines:
        yield from steps(lines)


def steps(lines: Iterable[str]) -> Iterator[Step]:
    """Yield the steps in `lines`; lines that are no JSON, or of another kind, are left out."""
    for line in lines:
        try:
            item = json.loads(line)
        except ValueError:
            continue
        step = _step(item)
        if step is not None:
            yield step


def _step(item: dict[str, Any]) -> Step | None:
    what = item.get("what")
    if what in ("up", "down"):
        packet = parse(item["text"])
        return Frame(item["t"], item["conn"], what, packet, item["text"]) if packet else None
    if what == "open":
        return Opened(item["t"], item["conn"])
    if what == "close":
        return Closed(item["t"], item["conn"], item.get("by", ""))
    return None
