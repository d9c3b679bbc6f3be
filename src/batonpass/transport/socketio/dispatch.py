"""From a client's event to its handler, and from whatever becomes of it to an acknowledgement.

Here, and only here, an error turns into an answer; a client never waits for one that does not come.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, cast

from pydantic import BaseModel, ValidationError
from socketio.exceptions import ConnectionRefusedError as Refused

from .connection import After, Connection
from .engine import Server
from .lanes import Lanes
from .limits import Bucket, Rate
from .refusal import Coded, Refusal, error_answer, error_body, refused_connect
from .trouble import report
from .wirejson import NOT_JSON


@dataclass(slots=True)
class Reply:
    """What a handler returns: the acknowledgement (`ok: true` is added), and what to do once it is sent.

    `refusal` makes it a refusal, for what is told no although something was kept. `after` is where the pushes
    of the outcome belong: the sender has its answer before it, or anybody else, hears of the consequences. It
    may return an awaitable, which is awaited before the next event of the same lane.
    """

    ack: Mapping[str, Any] = field(default_factory=dict)
    after: Callable[[], Awaitable[Any] | None] | None = None
    refusal: Exception | None = None


# A handler gets the client and the payload: the validated model, or the dict when none was registered.
Handler = Callable[[Connection, Any], Awaitable[Reply]]
Details = Callable[[Exception], dict[str, Any]]
Key = Callable[[Connection, dict[str, Any]], Hashable]
OnConnect = Callable[[Connection, dict[str, Any] | None], Awaitable[After | None]]
OnDisconnect = Callable[[Connection, str], Awaitable[None]]


class Guard(Protocol):
    """Says who may say what: the authorisation matrix, as a namespace asks it."""

    def check(self, conn: Connection, event: str) -> None:
        """Raises what the client is refused with."""


# Generous, because programs use it too; a namespace for people may well set less.
_RATE = Rate(per_second=500, burst=1_000)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection may do. It is closed as `flood` when it was refused for
    speed so many times more often than it was served: the bucket fills all the time, so that even the worst
    flood has an event served now and then."""

    rate: Rate | None = _RATE
    max_in_flight: int = 128
    max_in_lane: int = 64
    flood_after: int = 1_000


@dataclass(frozen=True, slots=True)
class _Entry:
    event: str
    handler: Handler
    model: type[BaseModel] | None
    key: Key


def by_field(*names: str) -> Key:
    """Return the key that is the first of these fields that an event has; events with none share a lane."""

    def key(_conn: Connection, payload: dict[str, Any]) -> Hashable:
        for name in names:
            found = payload.get(name)
            if isinstance(found, str):
                return found
        return None

    return key


by_conversation = by_field("conversation_id")


class Namespace:
    """The handlers of one namespace. `Dispatcher.namespace` makes it.

    With `lanes`, events of one client run beside each other unless they have the same key; without, they
    run strictly one after the other, and need no task: right for clients with one conversation.
    """

    def __init__(
        self,
        server: Server,
        domain_error: type[Exception],
        details: Details,
        *,
        on_connect: OnConnect,
        on_disconnect: OnDisconnect | None,
        lanes: bool,
        limits: Limits,
        guard: Guard | None = None,
    ) -> None:
        self._server = server
        self._domain_error = domain_error
        self._details = details
        self._on_connect = on_connect
        self._on_disconnect = on_disconnect
        self._lanes = lanes
        self._limits = limits
        self._guard = guard
        self._entries: dict[str, _Entry] = {}

    def on(
        self,
        event: str,
        handler: Handler,
        *,
        model: type[BaseModel] | None = None,
        key: Key = by_conversation,
    ) -> None:
        """Register the handler of an event. Raises ValueError for a second one."""
        if event in self._entries:
            raise ValueError(f"{event} has a handler already")
        self._entries[event] = _Entry(event, handler, model, key)

    # ---------------------------------------------------------------------- what the engine calls

    async def connect(self, conn: Connection, auth: Any) -> After | None:
        """Let `on_connect` decide; any error of it refuses the client, with a code."""
        try:
            return await self._on_connect(conn, auth)
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            raise refused_connect(self._describe(error, "connect")) from None

    async def event(self, conn: Connection, arguments: list[Any] | None, ack_id: str) -> None:
        """Check an event and hand it on: to its lane, or to its handler at once."""
        name = arguments[0] if arguments else ""
        try:
            self._check_speed(conn)
            entry, payload = self._check_shape(arguments)
            if self._guard is not None:
                self._guard.check(conn, entry.event)
            # Strictly: the wire's types say what a number and a truth value is, and `"5"` is neither.
            parsed = payload if entry.model is None else entry.model.model_validate(payload, strict=True)
            key = entry.key(conn, payload) if self._lanes else None
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            self._refuse(conn, name, ack_id, error)
            return
        if self._lanes:
            await self._submit(conn, entry, parsed, ack_id, key)
        else:
            await self._handle(conn, entry, parsed, ack_id)

    async def disconnect(self, conn: Connection, reason: str) -> None:
        """Tell `on_disconnect`; an error of it is logged and nothing more."""
        if self._on_disconnect is None:
            return
        try:
            await self._on_disconnect(conn, reason)
        except Exception as error:  # noqa: BLE001 - there is nobody to tell
            report("disconnect_failed", error, namespace=conn.namespace)

    # --------------------------------------------------------------------------------------- door

    def _check_speed(self, conn: Connection) -> None:
        rate = self._limits.rate
        if rate is None:
            return
        now = self._server.now()
        if conn.bucket is None:
            conn.bucket = Bucket(rate, now)
        wait_ms = conn.bucket.take(rate, now)
        if not wait_ms:
            conn.overdrawn = max(0, conn.overdrawn - 1)
            return
        conn.overdrawn += 1
        if conn.overdrawn > self._limits.flood_after:
            conn.socket.kill("flood")
        raise Refusal(
            "rate_limited", "Too many events; wait and send again.", retryable=True, retry_after_ms=wait_ms
        )

    def _check_shape(self, arguments: list[Any] | None) -> tuple[_Entry, dict[str, Any]]:
        if arguments is None:
            raise Refusal("bad_request", NOT_JSON)
        entry = self._entries.get(arguments[0])
        if entry is None:
            raise Refusal("unknown_event", "The server knows no event of this name.")
        if len(arguments) != 2 or type(arguments[1]) is not dict:
            raise Refusal("bad_request", "An event carries exactly one argument, an object.")
        return entry, arguments[1]

    # ----------------------------------------------------------------------------------- handling

    async def _submit(
        self, conn: Connection, entry: _Entry, payload: Any, ack_id: str, key: Hashable
    ) -> None:
        lanes: Lanes | None = conn.lanes
        if lanes is None:
            limits = self._limits
            spawn = partial(self._server.spawn, name="socketio.lane")
            lanes = conn.lanes = Lanes(limits.max_in_flight, limits.max_in_lane, spawn)
        # Waiting here stops reading from this client, and from this client only.
        await lanes.room()
        if not lanes.submit(key, partial(self._handle, conn, entry, payload, ack_id)):
            full = Refusal(
                "too_many_requests", "Too many events of one conversation are unanswered.", retryable=True
            )
            self._refuse(conn, entry.event, ack_id, full)

    async def _handle(self, conn: Connection, entry: _Entry, payload: Any, ack_id: str) -> None:
        """Run a handler, acknowledge, then do what comes after. Never raises, but for our own cancelling."""
        try:
            reply = await entry.handler(conn, payload)
            if reply.refusal is None:
                conn.answer(ack_id, {"ok": True, **reply.ack})
            else:
                self._refuse(conn, entry.event, ack_id, reply.refusal)
        except asyncio.CancelledError as error:
            # A future that was cancelled below, as at the end of a store, is an error like any other.
            if _being_cancelled():
                raise
            self._refuse(conn, entry.event, ack_id, error)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told
            self._refuse(conn, entry.event, ack_id, error)
            return
        if reply.after is not None:
            await self._afterwards(conn, entry.event, reply.after)

    async def _afterwards(self, conn: Connection, event: str, after: Callable[[], Any]) -> None:
        """The outcome is stored and acknowledged: a push that fails costs a resume, and no more."""
        try:
            waiting = after()
            if waiting is not None:
                await waiting
        except Exception as error:  # noqa: BLE001 - the sender has its answer already
            self._server.counters.add("after_failed")
            report("after_failed", error, namespace=conn.namespace, wire_event=event)

    def _refuse(self, conn: Connection, event: str, ack_id: str, error: BaseException) -> None:
        body = self._describe(error, event)
        self._server.counters.add(f"error.{body['code']}")
        conn.answer(ack_id, error_answer(body))

    def _describe(self, error: BaseException, event: str) -> dict[str, Any]:
        """The error object for whatever a handler raised. An unknown event's name is never logged."""
        if isinstance(error, Refusal):
            return error_body(error)
        if isinstance(error, self._domain_error):
            return error_body(cast(Coded, error), self._details(error))
        if isinstance(error, ValidationError):
            return error_body(Refusal("bad_request", explain(error)))
        error_id = report("handler_failed", error, wire_event=event)
        return error_body(Refusal("internal", f"A fault of ours, logged as {error_id}.", retryable=True))


class Dispatcher:
    """Makes namespaces on a server, with one way to treat errors.

    `domain_error` is the base class of errors made for clients: its instances have `code`, `message` and
    `retryable` (see `Coded`); `details` says what else goes into the error object.
    """

    def __init__(
        self, server: Server, *, domain_error: type[Exception], details: Details = lambda _: {}
    ) -> None:
        self._server = server
        self._domain_error = domain_error
        self._details = details

    def namespace(
        self,
        name: str,
        *,
        on_connect: OnConnect,
        on_disconnect: OnDisconnect | None = None,
        lanes: bool = True,
        limits: Limits | None = None,
        guard: Guard | None = None,
    ) -> Namespace:
        """Open a namespace. Raises ValueError when it is open already."""
        found = Namespace(
            self._server,
            self._domain_error,
            self._details,
            on_connect=on_connect,
            on_disconnect=on_disconnect,
            lanes=lanes,
            limits=limits or Limits(),
            guard=guard,
        )
        self._server.mount(name, found)
        return found


def explain(error: ValidationError) -> str:
    """Say which fields are wrong and what was expected there, for up to three of them."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    told = [f"{_path(problem['loc'])}: {problem['msg']}" for problem in problems[:3]]
    more = len(problems) - len(told)
    return "; ".join(told) + (f"; and {more} more" if more else "")


def _path(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part)[:64] for part in parts[:8]) or "payload"


def _being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
