"""Draws `docs/protocol.md` from the wire classes. `protocol.d.ts` is drawn by `typescript.py`."""

from collections.abc import Iterable, Iterator

from batonpass.protocol import schema
from batonpass.protocol.base import (
    AGENT,
    CUSTOMER,
    READ_PAGE,
    SUPERVISOR,
    Audience,
    ClientEvent,
    ServerEvent,
)
from batonpass.protocol.errors import CODES
from batonpass.protocol.events import ENTRY_EVENTS, OTHER_EVENTS
from batonpass.protocol.supervisor import TOLD_SUPERVISORS
from batonpass.protocol.typescript import render_typescript

__all__ = ["render_markdown", "render_typescript"]

_HEAD = f"""\
# Protocol

<!-- Made by `batonpass protocol --write docs`. Change the classes in src/batonpass/protocol/ instead. -->

Everything Batonpass says and hears over Socket.IO. `protocol.d.ts` beside this page has the same as types for
`socket.io-client`.

## Connecting

There are three namespaces: `{CUSTOMER}` for customers, `{AGENT}` for bots and representatives alike,
`{SUPERVISOR}` for representatives whom the configuration makes supervisors. The handshake's `auth` is
`{{token}}`: a customer's comes from `POST /api/v1/customer-sessions`, an agent's is its key (`batonpass keys
create`), and a supervisor's opens both its namespaces. A refused connect has the error's code as its message,
and `{{code, message, retryable}}` as its data.

The first event after a connect is `session.snapshot`: what you have, with cursors and the time left. Ask for
the entries you lack with `timeline.read`; an agent says `stint.ready` once it has the packets of a join.

Every client event is acknowledged, in order per client and conversation: with its reply (`ok` is true), or
with a `Refusal` (`ok` is false). Sent again under the same `client_id` it is the same thing once more, and
gets its first acknowledgement again. What was acknowledged is stored.

Entries of the timeline are numbered without gaps: `seq` for agents, `public_seq` for customers. Apply only
the next number, hold later ones, and after 250 ms of a gap emit `timeline.read` with the last number you
have; it answers with at most {READ_PAGE} entries.

A field that is marked optional is left out when there is nothing to say. Unknown fields are refused; clients
should ignore those they do not know.
"""


def render_markdown() -> str:
    """Return the reference page."""
    return "\n".join(_lines(schema.read())).rstrip() + "\n"


def _lines(protocol: schema.Protocol) -> Iterator[str]:
    shapes = protocol.shapes
    yield _HEAD
    yield "## Envelope\n"
    yield from _shape(shapes["Envelope"])
    doors = ((Audience.CUSTOMER, CUSTOMER), (Audience.AGENT, AGENT), (Audience.SUPERVISOR, SUPERVISOR))
    for audience, namespace in doors:
        yield f"## Said by clients on `{namespace}`\n"
        yield from _client_events(schema.client_events(audience), shapes)
    yield "## Said by the server: entries of the timeline\n"
    yield from _server_events(ENTRY_EVENTS, shapes)
    yield "## Said by the server: everything else\n"
    yield "These carry no number; the snapshot has what of them still counts.\n"
    supervisors = tuple(event for event in TOLD_SUPERVISORS if event not in ENTRY_EVENTS + OTHER_EVENTS)
    yield from _server_events((*OTHER_EVENTS, *supervisors), shapes)
    yield from _content(shapes)
    yield "## Shapes\n"
    for name in protocol.common:
        if name not in schema.CONTENT:
            yield f"### {name}\n"
            yield from _shape(shapes[name])
    yield from _errors()


def _client_events(events: Iterable[type[ClientEvent]], shapes: dict[str, schema.Shape]) -> Iterator[str]:
    for event in events:
        yield f"### `{event.event}`\n"
        yield from _shape(shapes[event.__name__])
        yield f"Reply: {_link(event.Reply.__name__)}\n"


def _server_events(events: Iterable[type[ServerEvent]], shapes: dict[str, schema.Shape]) -> Iterator[str]:
    for event in events:
        yield f"### `{event.event}` (to {_heard_by(event)})\n"
        yield from _shape(shapes[event.__name__])


def _heard_by(event: type[ServerEvent]) -> str:
    if event.audience is Audience.BOTH:
        return "everyone"
    too = " and supervisors" if event.audience is Audience.AGENT and event in TOLD_SUPERVISORS else ""
    return f"{event.audience}s{too}"


def _content(shapes: dict[str, schema.Shape]) -> Iterator[str]:
    yield "## Content\n"
    yield "What a message holds: one of these, told apart by `type`.\n"
    for name in schema.CONTENT:
        yield f"### {name}\n"
        yield from _shape(shapes[name])


def _shape(shape: schema.Shape) -> Iterator[str]:
    if shape.text:
        yield f"{shape.text}\n"
    if not shape.fields:
        yield "No fields.\n"
        return
    yield "| Field | Type | |"
    yield "|---|---|---|"
    for field in shape.fields:
        notes = [
            "optional" if field.optional else "",
            f"default `{field.default}`" if field.default not in {"", '""'} else "",
            field.limits,
        ]
        kind = field.type.replace("|", "\\|")
        said = "; ".join(note for note in notes if note).replace("|", "\\|")
        yield f"| `{field.name}` | `{kind}` | {said} |"
    yield ""


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _errors() -> Iterator[str]:
    yield "## Error codes\n"
    yield "| Code | What to do |"
    yield "|---|---|"
    for code, text in CODES.items():
        yield f"| `{code}` | {text} |"
