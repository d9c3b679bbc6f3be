"""The wire classes as plain shapes, for the pages drawn from them (`reference.py`, `typescript.py`)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic.json_schema import models_json_schema

from batonpass.protocol.agent import AGENT_EVENTS
from batonpass.protocol.base import Audience, ClientEvent, ServerEvent, Wire
from batonpass.protocol.customer import CUSTOMER_EVENTS
from batonpass.protocol.errors import Refusal
from batonpass.protocol.events import ENTRY_EVENTS, OTHER_EVENTS, Envelope
from batonpass.protocol.supervisor import SUPERVISOR_EVENTS, TOLD_SUPERVISORS

_REF = "#/$defs/"
CONTENT = ("TextContent", "ChoicesContent", "CardContent", "AttachmentContent")
"""The members of the union of message content."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `optional`: a client may leave it out, or the server does when there is nothing to say."""

    name: str
    type: str
    limits: str
    optional: bool
    default: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One wire class: its name, what it says about itself, its fields."""

    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """Everything on the wire. `common` are the shapes that events and replies are made of, by name."""

    shapes: dict[str, Shape]
    common: tuple[str, ...]


def client_events(audience: Audience) -> tuple[type[ClientEvent], ...]:
    """Return what a client of this audience may say."""
    said = {Audience.CUSTOMER: CUSTOMER_EVENTS, Audience.SUPERVISOR: SUPERVISOR_EVENTS}
    return said.get(audience, AGENT_EVENTS)


def server_events(audience: Audience) -> tuple[type[ServerEvent], ...]:
    """Return what the server says to this audience."""
    if audience is Audience.SUPERVISOR:
        return TOLD_SUPERVISORS
    both = (*ENTRY_EVENTS, *OTHER_EVENTS)
    return tuple(event for event in both if event.audience in {audience, Audience.BOTH})


def read() -> Protocol:
    """Collect every class and what it is made of."""
    said = (*CUSTOMER_EVENTS, *AGENT_EVENTS, *SUPERVISOR_EVENTS)
    replies = [event.Reply for event in said]
    told = dict.fromkeys((*ENTRY_EVENTS, *OTHER_EVENTS, *TOLD_SUPERVISORS))
    roots: list[type[Wire]] = [*said, *told, *replies, Envelope, Refusal]
    definitions = _definitions(roots)
    taken = set(_reachable([event.__name__ for event in said], definitions))
    shapes = {name: _shape(name, schema, name in taken) for name, schema in sorted(definitions.items())}
    named = {root.__name__ for root in roots} - {reply.__name__ for reply in replies} - {"Refusal"}
    return Protocol(shapes, tuple(name for name in shapes if name not in named))


def _definitions(roots: list[type[Wire]]) -> dict[str, dict[str, Any]]:
    unique = list(dict.fromkeys(roots))
    _, schema = models_json_schema([(root, "validation") for root in unique], ref_template=_REF + "{model}")
    found: dict[str, dict[str, Any]] = schema["$defs"]
    # Two classes of one name get names made of their modules: then this page would not be about names.
    if clash := [name for name in found if "__" in name]:
        raise ValueError(f"two wire classes share a name: {', '.join(clash)}")
    return found


def lean(schema: Any) -> Any:
    """A JSON Schema without the titles that pydantic makes of names: they say nothing, and are half of it."""
    if isinstance(schema, list):
        return [lean(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for key, value in schema.items():
        if key == "properties":
            found[key] = {name: lean(inner) for name, inner in value.items()}
        elif key != "title" or not isinstance(value, str):
            found[key] = lean(value)
    return found


def _reachable(names: list[str], definitions: dict[str, dict[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name not in seen:
            seen.add(name)
            names.extend(_refs(definitions[name]))
            yield name


def _refs(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                yield value.removeprefix(_REF)
            else:
                yield from _refs(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _refs(item)


def _shape(name: str, schema: dict[str, Any], taken: bool) -> Shape:
    required = set(schema.get("required", ()))
    fields = (
        _field(field, inner, field in required, taken)
        for field, inner in schema.get("properties", {}).items()
    )
    return Shape(name, " ".join(schema.get("description", "").split()), tuple(fields))


def _field(name: str, schema: dict[str, Any], required: bool, taken: bool) -> Field:
    """What clients send may lack a field with a default. The server leaves out what is None, only that."""
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    nullable = len(options) < len(schema.get("anyOf", [schema]))
    bare = options[0] if nullable and len(options) == 1 else schema
    optional = nullable or (taken and not required and "const" not in schema)
    shown = taken and optional and schema.get("default") is not None
    return Field(
        name, typescript_type(bare), _limits(bare), optional, json.dumps(schema["default"]) if shown else ""
    )


def typescript_type(schema: dict[str, Any]) -> str:
    """Return the TypeScript type of a JSON Schema."""
    match schema:
        case {"$ref": str(ref)}:
            return ref.removeprefix(_REF)
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"oneOf": options} | {"anyOf": options}:
            names = tuple(map(typescript_type, options))
            return "Content" if names == CONTENT else " | ".join(names)
        case {"type": "array", "items": items}:
            inner = typescript_type(items)
            return f"({inner})[]" if " " in inner and "<" not in inner else f"{inner}[]"
        case {"type": "object", "additionalProperties": dict(values)}:
            return f"Record<string, {typescript_type(values)}>"
        case {"type": "object"}:
            return "Record<string, unknown>"
        case {"type": str(kind)}:
            return {"integer": "number", "number": "number"}.get(kind, kind)
    return "unknown"


def _limits(schema: dict[str, Any]) -> str:
    parts = [
        _range(schema.get("minLength"), schema.get("maxLength"), "characters"),
        _range(schema.get("minItems"), schema.get("maxItems"), "items"),
        _range(schema.get("minProperties"), schema.get("maxProperties"), "entries"),
        _range(schema.get("minimum"), schema.get("maximum"), ""),
        f"matches `{schema['pattern']}`" if "pattern" in schema else "",
        _entries(schema),
    ]
    return "; ".join(part for part in parts if part)


def _range(low: int | None, high: int | None, what: str) -> str:
    if low is None and high is None:
        return ""
    text = f"at most {high}" if low is None else f"at least {low}" if high is None else f"{low} to {high}"
    return f"{text} {what}".strip()


def _entries(schema: dict[str, Any]) -> str:
    names, values = schema.get("propertyNames"), schema.get("additionalProperties")
    if not names or not isinstance(values, dict):
        return ""
    return f"names {_limits(names)}; values {_limits(values)}"
