"""The door of REST: it asks who comes, whether they may, and in which shape; and turns every error into a problem."""

import asyncio
import hashlib
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import hdrs, web
from pydantic import BaseModel, TypeAdapter, ValidationError

from batonpass.app import authority, once
from batonpass.app.authority import NOBODY, Who
from batonpass.app.switchboard import Done
from batonpass.protocol.base import ClientId, Id, Wire, dump
from batonpass.transport import cookies
from batonpass.transport.auth import MAX_TOKEN, who_has
from batonpass.transport.rest.call import Answer, Call
from batonpass.transport.rest.house import House, Options
from batonpass.transport.rest.problems import problem_of, respond
from batonpass.transport.rest.routes import API, SAFE, Route, Routes
from batonpass.transport.socketio.handshake import client_address
from batonpass.transport.socketio.limits import ConnectLimit
from batonpass.transport.socketio.refusal import Refusal

_ID: TypeAdapter[str] = TypeAdapter(Id)
_KEY: TypeAdapter[str] = TypeAdapter(ClientId)
_SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_CORS = {
    "Access-Control-Allow-Headers": "authorization, content-type, idempotency-key, if-match, if-none-match",
    "Access-Control-Max-Age": "600",
}
BODY_S = 60.0
"""As long as a body may take that is no file."""
_EXPOSED = "ETag, Retry-After, Idempotency-Replayed, Location"


class Nothing(Wire):
    """What is said where there is nothing to say."""


class Rest:
    """All endpoints, by path and method."""

    def __init__(self, house: House, options: Options, rooms: Iterable[Routes]) -> None:
        self.house = house
        self.options = options
        self.routes = [route for room in rooms for route in room.all]
        self._by_path: dict[str, dict[str, Route]] = {}
        for route in self.routes:
            self._keep(route)
        limits = options.limits
        self._addresses = ConnectLimit(limits.address)
        self._known = ConnectLimit(limits.known)
        rates = {route.rate for route in self.routes if route.rate is not None}
        self._more = {name: ConnectLimit(getattr(limits, name)) for name in rates}

    def _keep(self, route: Route) -> None:
        if route.action not in authority.MATRIX:
            raise ValueError(f"{route.method} {route.path}: no row for the action {route.action!r}")
        methods = self._by_path.setdefault(route.whole_path, {})
        if route.method in methods:
            raise ValueError(f"{route.method} {route.path} has a handler already")
        methods[route.method] = route

    def mount(self, app: web.Application) -> None:
        """Add every path to an application, and one for all that is not there."""
        for path, methods in self._by_path.items():
            app.router.add_route("*", path, self._handler(methods))
        app.router.add_route("*", API + "{tail:(/.*)?}", self._handler({}))

    def _handler(self, methods: dict[str, Route]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, methods)

        return handle

    async def _answer(self, request: web.Request, methods: dict[str, Route]) -> web.StreamResponse:
        """Handle a request; the pushes of what it did come when its answer is out."""
        headers = _SAFE | self._cors(request)
        method = "GET" if request.method == "HEAD" else request.method
        if method == "OPTIONS" and methods:
            return web.Response(
                status=204, headers=headers | {"Allow": _allowed(methods)} | _preflight(headers, methods)
            )
        route = methods.get(method)
        done: list[Done] = []
        try:
            call = await self._let_in(request, route, methods)
            done = call.done
            response = await self._handle(call, headers)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            problem = problem_of(error, route.operation_id if route else "none")
            more = {"Allow": _allowed(methods)} if problem.status == 405 else {}
            response = respond(problem, headers | more)
        try:
            with suppress(ConnectionError):
                await response.prepare(request)
                await response.write_eof()
        finally:
            for each in done:
                each.push()
        return response

    # Coming in

    async def _let_in(self, request: web.Request, route: Route | None, methods: dict[str, Route]) -> Call:
        address = client_address(request, self.options.trusted_proxies)
        self.slow_down(self._addresses, address)
        if route is None:
            if methods:
                raise Refusal("method_not_allowed", f"Here one can only {_allowed(methods)}.")
            raise Refusal("not_found", "There is no such endpoint.")
        who = await self._who(request)
        if who is not NOBODY:
            self.slow_down(self._known, who.subject)
        if who is NOBODY and not (authority.cell(route.action, who.role) and who.role in route.roles):
            raise Refusal("bad_token", "A token is needed here: Authorization: Bearer ...")
        authority.check(who, route.action)
        if who.role not in route.roles:
            raise Refusal("not_allowed", "This is not for you to do.")
        if route.rate is not None:
            self.slow_down(self._more[route.rate], address)
        path = {name: _identifier(request.match_info[name]) for name in route.places}
        call = Call(request, route, self.house, who, path, address)
        if not request.content.is_eof():
            call.recheck = self._still
        return call

    async def _still(self, call: Call) -> None:
        """Ask again who it is: the rest of a body may come long after its head, and a token be withdrawn meanwhile.

        Raises:
            Refusal: `bad_token`
        """
        if call.who is not NOBODY and await self._who(call.request) != call.who:
            raise Refusal("bad_token", "This token is unknown or withdrawn.")

    async def _who(self, request: web.Request) -> Who:
        said = request.headers.get(hdrs.AUTHORIZATION)
        if said is None:
            return await self._with_cookie(request)
        kind, _, token = said.partition(" ")
        token = token.strip()
        found = None
        if kind.lower() == "bearer" and 0 < len(token) <= MAX_TOKEN:
            found = await self.house.board.read(who_has, token)
        if found is None:
            raise Refusal("bad_token", "This token is unknown or withdrawn.")
        return found

    async def _with_cookie(self, request: web.Request) -> Who:
        """Who came with our cookie. One that is good no more is none: signing in must go on working."""
        token = request.cookies.get(cookies.NAME, "")
        if not 0 < len(token) <= MAX_TOKEN:
            return NOBODY
        found = await self.house.board.read(who_has, token)
        if found is None:
            return NOBODY
        if request.method not in SAFE and not cookies.same_site(request):
            raise Refusal("cross_site", "A page of another site may not act with this browser's session.")
        return found

    def slow_down(self, limit: ConnectLimit, key: str) -> None:
        """Count a request.

        Raises:
            Refusal: `rate_limited`
        """
        wait_ms = limit.take(key, asyncio.get_running_loop().time())
        if wait_ms:
            raise Refusal("rate_limited", "Too many requests.", retryable=True, retry_after_ms=wait_ms)

    # Being served

    async def _handle(self, call: Call, headers: dict[str, str]) -> web.StreamResponse:
        route, request = call.route, call.request
        body = b""
        if route.versioned and "If-Match" not in request.headers:
            raise Refusal("precondition_required", "Say in If-Match which version this change is meant for.")
        if not route.safe and request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
            raise Refusal("unsupported_media_type", "A body comes as it is here: no Content-Encoding.")
        if not route.safe and not route.raw:
            body = await _body(request, route.max_body)
            await call.body_came()
        key = request.headers.get("Idempotency-Key")
        if key is not None and not route.safe:
            call.mark = _mark(call, key, body)
            # A raw body is read by its handler, which marks it.
            look = None if route.raw else call.mark
            kept = await self.house.board.read(once.earlier, look) if look else None
            if kept is not None and kept.refusal is not None:
                raise kept.refusal
            if kept is not None and isinstance(kept.reply, once.Answered):
                call.again = True
                return _respond(call, kept.reply.body, headers)
        return _respond(call, await route.handler(call, _said(call, body, key)), headers)

    def _cors(self, request: web.Request) -> dict[str, str]:
        origin, origins = request.headers.get("Origin", ""), self.options.origins
        if not origin or not ("*" in origins or origin in origins):
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": _EXPOSED,
            "Vary": "Origin",
        }


def _allowed(methods: dict[str, Route]) -> str:
    return ", ".join(sorted({*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())}))


def _preflight(headers: dict[str, str], methods: dict[str, Route]) -> dict[str, str]:
    if "Access-Control-Allow-Origin" not in headers:
        return {}
    return {"Access-Control-Allow-Methods": _allowed(methods)} | _CORS


def _identifier(text: str) -> str:
    try:
        return _ID.validate_python(text)
    except ValidationError:
        raise Refusal("not_found", "There is no such thing.") from None


async def _body(request: web.Request, limit: int) -> bytes:
    """Read a body, and no more of it than may be.

    Raises:
        Refusal: `too_large`, `too_slow`
    """
    too_large = Refusal("too_large", f"A body has at most {limit} bytes here.")
    if (request.content_length or 0) > limit:
        raise too_large
    found = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while chunk := await request.content.readany():
                found += chunk
                if len(found) > limit:
                    raise too_large
    except TimeoutError:
        raise Refusal("too_slow", f"The body did not come within {BODY_S:.0f} seconds.") from None
    except (web.RequestPayloadError, ConnectionError):
        raise Refusal("bad_request", "The body cannot be read as it was sent.") from None
    return bytes(found)


def _mark(call: Call, key: str, body: bytes) -> once.Mark | None:
    try:
        _KEY.validate_python(key)
    except ValidationError:
        raise Refusal("bad_request", "Idempotency-Key: 1 to 128 characters of text.") from None
    if call.who is NOBODY:
        return None
    said = f"{call.request.method} {call.request.path_qs}\n".encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(said + body).hexdigest()
    return once.Mark(call.who.subject, key, digest, call.route.secret, call.path.get("conversation_id"))


def _said(call: Call, body: bytes, key: str | None) -> Any:
    """What was asked for, checked: of the query or the body, and of the path."""
    route, request = call.route, call.request
    if route.raw:
        return None
    model = route.said or Nothing
    if route.safe:
        return model.model_validate(_query(request, model) | _placed(call, model))
    if request.query_string:
        raise Refusal("bad_request", "There is no query here.")
    data = _parsed(request, body)
    for name, value in _placed(call, model).items():
        if data.setdefault(name, value) != value:
            raise Refusal("bad_request", f"{name}: the path and the body say different things.")
    if "client_id" in model.model_fields and "client_id" not in data:
        data["client_id"] = key or f"rest:{call.env.new_id()}"
    # Strictly: the wire's types say what a number and a truth value is, and `"5"` is neither.
    said = model.model_validate(data, strict=True)
    return None if route.said is None else said


def _placed(call: Call, model: type[BaseModel]) -> dict[str, str]:
    return {name: value for name, value in call.path.items() if name in model.model_fields}


def _query(request: web.Request, model: type[BaseModel]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for name in request.query:
        values = request.query.getall(name)
        field = model.model_fields.get(name)
        many = len(values) > 1 or (field is not None and "list" in str(field.annotation))
        data[name] = values if many else values[0]
    return data


def _parsed(request: web.Request, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if request.content_type != "application/json" and not request.content_type.endswith("+json"):
        raise Refusal("unsupported_media_type", "A body is JSON here: Content-Type: application/json.")
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal("bad_json", "The body is no JSON.") from None
    if not isinstance(data, dict):
        raise Refusal("bad_request", "A body is a JSON object here.")
    return data


def _respond(call: Call, result: Any, headers: dict[str, str]) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        for name, value in headers.items():
            result.headers.setdefault(name, value)
        return result
    answer = result if isinstance(result, Answer) else Answer(result)
    headers = headers | answer.headers
    if call.again:
        headers["Idempotency-Replayed"] = "true"
    if answer.etag is not None:
        headers["ETag"] = f'"{answer.etag}"'
        known = call.request.if_none_match or ()
        if call.route.safe and any(tag.value in (answer.etag, "*") for tag in known):
            return web.Response(status=304, headers=headers)
    status = answer.status or call.route.status
    body = dump(answer.body) if isinstance(answer.body, BaseModel) else answer.body
    if status == HTTPStatus.NO_CONTENT:
        return web.Response(status=status, headers=headers)
    return web.Response(
        body=orjson.dumps({} if body is None else body),
        status=status,
        content_type="application/json",
        headers=headers,
    )
