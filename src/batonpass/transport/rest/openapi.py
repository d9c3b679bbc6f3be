"""The OpenAPI 3.1 document, made from the endpoints' rows and the classes that they take and answer."""

from collections.abc import Iterable
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from batonpass import __version__
from batonpass.app.authority import Role, cell
from batonpass.protocol.errors import CODES
from batonpass.protocol.rest import Problem
from batonpass.protocol.schema import lean
from batonpass.transport import cookies
from batonpass.transport.rest.routes import Route, Routes

_REF = "#/components/schemas/"
_ID = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9_.:-]+$"}
_ABOUT = """\
The same use cases as the sockets', for those who can keep none open, and administration.

**Tokens.** `Authorization: Bearer TOKEN`: a customer's token, an agent's key, a session of a person who signed in, or
a key of a program that administers. Our own pages come with a session cookie.
**Doing it once.** Send an `Idempotency-Key` with what changes something: the same key and body again get the same
answer for a day.
**Refusals** are `application/problem+json` with a stable `code`; `docs/api.md` has the list.
**Lists** go on by `cursor`, which is opaque: the `next` of the page before."""

JSON = dict[str, Any]


def document(rooms: Iterable[Routes]) -> JSON:
    """Return the document, as plain JSON values."""
    rooms = list(rooms)
    routes = [route for room in rooms for route in room.all]
    schemas, refs = _schemas(routes)
    paths: dict[str, JSON] = {}
    for route in routes:
        paths.setdefault(route.whole_path, {})[route.method.lower()] = _operation(route, schemas, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Batonpass",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(room.room for room in rooms)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {"Problem": _problem(refs)},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": cookies.NAME},
            },
        },
        "x-codes": dict(sorted(CODES.items())),
    }


def _schemas(routes: list[Route]) -> tuple[dict[str, JSON], dict[type[BaseModel], JSON]]:
    """Every class once, by name; and where each is."""
    models: set[type[BaseModel]] = {Problem}
    models |= {route.said for route in routes if route.said is not None}
    models |= {route.reply for route in routes if isinstance(route.reply, type)}
    ordered = sorted(models, key=lambda model: (model.__name__, model.__module__))
    found, top = models_json_schema(
        [(model, "validation") for model in ordered], ref_template=_REF + "{model}"
    )
    schemas = {name: lean(schema) for name, schema in top.get("$defs", {}).items()}
    return schemas, {model: found[model, "validation"] for model in ordered}


def _operation(route: Route, schemas: dict[str, JSON], refs: dict[type[BaseModel], JSON]) -> JSON:
    summary, _, rest = route.description.partition("\n")
    roles = [str(role) for role in Role if role in route.roles and cell(route.action, role)]
    operation: JSON = {
        "operationId": route.operation_id,
        "tags": [route.room],
        "summary": summary.strip().rstrip("."),
        "parameters": list(_parameters(route, schemas, refs)),
        "responses": _responses(route, refs),
        "security": [{"bearer": []}, {"cookie": []}, *([{}] if str(Role.ANONYMOUS) in roles else [])],
        "x-action": route.action,
        "x-roles": roles,
    }
    if rest.strip():
        operation["description"] = "\n".join(line.strip() for line in rest.strip().splitlines())
    if not route.safe and (route.raw or route.said is not None):
        operation["requestBody"] = _body(route, schemas, refs)
    return operation


def _parameters(route: Route, schemas: dict[str, JSON], refs: dict[type[BaseModel], JSON]) -> Iterable[JSON]:
    shape = _shape(route.said, schemas, refs)
    for name in route.places:
        schema = shape.get("properties", {}).get(name, _ID)
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if route.safe:
        for name, schema in shape.get("properties", {}).items():
            if name not in route.places:
                needed = name in shape.get("required", ())
                yield {"name": name, "in": "query", "required": needed, "schema": schema}
    else:
        key = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"}
        yield {"name": "Idempotency-Key", "in": "header", "required": False, "schema": key}
    if route.versioned:
        yield {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}


def _shape(
    model: type[BaseModel] | None, schemas: dict[str, JSON], refs: dict[type[BaseModel], JSON]
) -> JSON:
    return schemas[refs[model]["$ref"].removeprefix(_REF)] if model is not None else {}


def _body(route: Route, schemas: dict[str, JSON], refs: dict[type[BaseModel], JSON]) -> JSON:
    """What is said in the body: without what the path says, and a `client_id` is not needed here."""
    if route.raw:
        return {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    shape = deepcopy(_shape(route.said, schemas, refs))
    for name in route.places:
        shape.get("properties", {}).pop(name, None)
    shape["required"] = [
        name for name in shape.get("required", ()) if name not in (*route.places, "client_id")
    ]
    shape.pop("description", None)
    return {"required": bool(shape["required"]), "content": {"application/json": {"schema": shape}}}


def _responses(route: Route, refs: dict[type[BaseModel], JSON]) -> JSON:
    if isinstance(route.reply, str):
        good: JSON = {"description": "Good.", "content": {route.reply: {"schema": {"type": "string"}}}}
    elif route.reply is not None and route.status != 204:
        good = {"description": "Good.", "content": {"application/json": {"schema": refs[route.reply]}}}
    else:
        good = {"description": "Good."}
    if route.also is not None:
        good["content"][route.also] = {"schema": {"type": "string"}}
    found = {str(route.status): good, "4XX": {"$ref": "#/components/responses/Problem"}}
    return found | {"503": {"$ref": "#/components/responses/Problem"}}


def _problem(refs: dict[type[BaseModel], JSON]) -> JSON:
    return {
        "description": "Refused; `code` says why.",
        "content": {"application/problem+json": {"schema": refs[Problem]}},
    }


@cache
def whole() -> JSON:
    """The document of all endpoints."""
    from batonpass.transport.rest import ROOMS

    return document(ROOMS)
