"""Draws `protocol.d.ts`: the wire classes as types for `socket.io-client`."""

from collections.abc import Iterator

from batonpass.protocol import schema
from batonpass.protocol.base import AGENT, CUSTOMER, SUPERVISOR, Audience, ServerEvent
from batonpass.protocol.errors import CODES
from batonpass.protocol.events import ENTRY_EVENTS, AgentAdded

_HEAD = f"""\
// Made by `batonpass protocol --write docs`. Change the classes in src/batonpass/protocol/ instead.
//
//   import {{ io, Socket }} from "socket.io-client";
//   import type {{ CustomerClientToServerEvents, CustomerServerToClientEvents }} from "./protocol";
//   const socket: Socket<CustomerServerToClientEvents, CustomerClientToServerEvents> =
//     io("https://chat.example.com{CUSTOMER}", {{ auth: {{ token }} }});

/** A client event answers with its reply, or with a refusal. */
export type Acknowledge<Reply> = (reply: Reply | Refusal) => void;

export type Content = {" | ".join(schema.CONTENT)};
"""

_NUMBERED = """\
/** The envelope of an entry of the timeline: agents get `seq`, customers `public_seq`. */
export type Entry<Data, Number extends "seq" | "public_seq"> =
  Envelope<Data> & Required<Pick<Envelope<Data>, "conversation_id" | Number>>;
"""


def render_typescript() -> str:
    """Return the text of `protocol.d.ts`."""
    return "\n".join(_lines(schema.read())).rstrip() + "\n"


def _lines(protocol: schema.Protocol) -> Iterator[str]:
    yield _HEAD
    codes = "\n".join(f'  | "{code}"' for code in CODES)
    yield f"export type ErrorCode =\n{codes};\n"
    for name, shape in protocol.shapes.items():
        yield from _interface(shape, "<Data>" if name == "Envelope" else "")
    yield _NUMBERED
    doors = ((Audience.CUSTOMER, CUSTOMER), (Audience.AGENT, AGENT), (Audience.SUPERVISOR, SUPERVISOR))
    for audience, namespace in doors:
        yield from _maps(audience, namespace)


def _interface(shape: schema.Shape, parameter: str = "") -> Iterator[str]:
    if shape.text:
        yield f"/** {shape.text.replace('*/', '* /')} */"
    yield f"export interface {shape.name}{parameter} {{"
    for field in shape.fields:
        kind = "ErrorCode" if (shape.name, field.name) == ("Error", "code") else field.type
        kind = "Data" if parameter and field.name == "data" else kind
        yield f"  {field.name}{'?' * field.optional}: {kind};"
    yield "}\n"


def _wrapped(said: type[ServerEvent], audience: Audience) -> str:
    # An agent also gets this one without a number: the first packet of a join (law 4).
    packet = said is AgentAdded and audience is Audience.AGENT
    if said not in ENTRY_EVENTS or packet:
        return f"Envelope<{said.__name__}>"
    number = "public_seq" if audience is Audience.CUSTOMER else "seq"
    return f'Entry<{said.__name__}, "{number}">'


def _maps(audience: Audience, namespace: str) -> Iterator[str]:
    name = audience.value.capitalize()
    yield f"/** What the server says on `{namespace}`. */"
    yield f"export interface {name}ServerToClientEvents {{"
    for said in schema.server_events(audience):
        yield f'  "{said.event}": (event: {_wrapped(said, audience)}) => void;'
    yield "}\n"
    yield f"/** What a client says on `{namespace}`. */"
    yield f"export interface {name}ClientToServerEvents {{"
    for heard in schema.client_events(audience):
        acknowledge = f"acknowledge: Acknowledge<{heard.Reply.__name__}>"
        yield f'  "{heard.event}": (payload: {heard.__name__}, {acknowledge}) => void;'
    yield "}\n"
