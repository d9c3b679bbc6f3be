"""The AsyncAPI 3 document of the sockets, made from the event classes."""

from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from batonpass import __version__
from batonpass.protocol.base import Audience, ClientEvent, ServerEvent, Wire
from batonpass.protocol.errors import Refusal
from batonpass.protocol.events import Envelope
from batonpass.protocol.schema import client_events, lean, server_events

_REF = "#/components/schemas/"
JSON = dict[str, Any]
_SIDES = (Audience.CUSTOMER, Audience.AGENT, Audience.SUPERVISOR)
_ABOUT = """\
Socket.IO namespaces, one a channel. A client connects with its token in `auth.token`, and each of its events is
acknowledged: `{ok: true, ...}`, or `{ok: false, error}`. `docs/protocol.md` tells how to resume; REST has the same use
cases (`docs/openapi.json`)."""


def document() -> JSON:
    """Return the document, as plain JSON values."""
    channels = {str(side): _channel(side) for side in _SIDES}
    operations: JSON = {}
    messages: JSON = {}
    for side in _SIDES:
        operations |= dict(_operations(side))
        messages |= dict(_messages(side))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Batonpass sockets",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": _schemas()},
    }


def _said(side: Audience) -> Iterable[type[ClientEvent]]:
    return client_events(side)


def _told(side: Audience) -> Iterable[type[ServerEvent]]:
    return server_events(side)


def _key(side: Audience, event: type[ClientEvent] | type[ServerEvent], more: str = "") -> str:
    """A name that is nobody else's: a namespace may say and be told an event of one name."""
    way = "said" if issubclass(event, ClientEvent) else "told"
    return f"{side}.{way}.{event.event}{more}"


def _channel(side: Audience) -> JSON:
    keys = [_key(side, event) for event in _said(side)] + [_key(side, event) for event in _told(side)]
    keys += [_key(side, event, ".ack") for event in _said(side)]
    return {
        "address": f"/{side}",
        "description": f"The Socket.IO namespace of {side}s.",
        "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in keys},
    }


def _operations(side: Audience) -> Iterable[tuple[str, JSON]]:
    channel = {"$ref": f"#/channels/{side}"}
    for event in _said(side):
        key = _key(side, event)
        yield (
            key,
            {
                "action": "receive",
                "channel": channel,
                "summary": _summary(event),
                "messages": [{"$ref": f"#/channels/{side}/messages/{key}"}],
                "reply": {
                    "channel": channel,
                    "messages": [{"$ref": f"#/channels/{side}/messages/{key}.ack"}],
                },
            },
        )
    for told in _told(side):
        key = _key(side, told)
        message = {"$ref": f"#/channels/{side}/messages/{key}"}
        yield key, {"action": "send", "channel": channel, "summary": _summary(told), "messages": [message]}


def _messages(side: Audience) -> Iterable[tuple[str, JSON]]:
    for event in _said(side):
        yield _key(side, event), _message(event, {"$ref": _REF + event.__name__})
        ack = {"oneOf": [{"$ref": _REF + event.Reply.__name__}, {"$ref": _REF + Refusal.__name__}]}
        yield _key(side, event, ".ack"), {"name": f"{event.event} (acknowledgement)", "payload": ack}
    for told in _told(side):
        data = {"type": "object", "properties": {"data": {"$ref": _REF + told.__name__}}}
        yield _key(side, told), _message(told, {"allOf": [{"$ref": _REF + Envelope.__name__}, data]})


def _message(event: type[ClientEvent] | type[ServerEvent], payload: JSON) -> JSON:
    return {"name": event.event, "summary": _summary(event), "payload": payload}


def _summary(event: type[Wire]) -> str:
    return " ".join((event.__doc__ or "").split())


def _schemas() -> JSON:
    said = [event for side in _SIDES for event in _said(side)]
    replies = [event.Reply for event in said]
    told = [event for side in _SIDES for event in _told(side)]
    roots: set[type[Wire]] = {*said, *replies, *told, Envelope, Refusal}
    unique = sorted(roots, key=lambda model: (model.__name__, model.__module__))
    _, top = models_json_schema([(root, "validation") for root in unique], ref_template=_REF + "{model}")
    return {name: _plain(lean(schema)) for name, schema in top["$defs"].items()}


def _plain(schema: Any) -> Any:
    """Without OpenAPI's `discriminator`, which is another thing in AsyncAPI; `oneOf` and `const` say it too."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _plain(value) for key, value in schema.items() if key != "discriminator"}
