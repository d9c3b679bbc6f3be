"""Endpoints that say what a socket's event says: the same class, the same use case, the same answer."""

from collections.abc import Awaitable, Callable
from typing import Any

from batonpass.app.switchboard import UseCase
from batonpass.protocol.base import ClientEvent
from batonpass.transport.rest.call import Answer, Call, Shape
from batonpass.transport.rest.routes import Handler, Routes

Command = Callable[..., Any]
Before = Callable[[Call, str, Any], Awaitable[Any]]
Who = Callable[[Call], str]


def the_agent(call: Call) -> str:
    """Who says it: an agent."""
    return call.agent_id


def the_customer(call: Call) -> str:
    """Who says it: a customer."""
    return call.customer_id


def says(
    routes: Routes,
    at: str,
    model: type[ClientEvent],
    use_case: UseCase[Any],
    command: Command,
    shape: Shape = lambda _: {"ok": True},
    *,
    who: Who = the_agent,
    before: Before | None = None,
    **more: Any,
) -> None:
    """Add an endpoint (`at` is its method and path) for an event.

    The use case gets `command(who, said)`; with `before`, `command(who, said, x)` with what that returned: what has
    to be known before the transaction, as a summary.
    """

    async def handler(call: Call, said: Any) -> Answer:
        me = who(call)
        extra = [] if before is None else [await before(call, me, said)]
        return Answer(await call.do(use_case, command(me, said, *extra), shape))

    _add(routes, at, model, handler, more)


def asks(
    routes: Routes,
    at: str,
    model: type[ClientEvent],
    answer: Callable[[Call, Any], Awaitable[Any]],
    **more: Any,
) -> None:
    """Add an endpoint for an event that only reads."""

    async def handler(call: Call, said: Any) -> Any:
        return await answer(call, said)

    _add(routes, at, model, handler, more)


def _add(routes: Routes, at: str, model: type[ClientEvent], handler: Handler, more: dict[str, Any]) -> None:
    method, path = at.split(" ")
    handler.__name__ = f"{model.audience}_{model.event.replace('.', '_')}"
    handler.__doc__ = model.__doc__
    adds = {"GET": routes.get, "POST": routes.post, "PUT": routes.put, "PATCH": routes.patch}
    options = {"said": model, "reply": model.Reply, **more}
    adds[method](path, action=model.event, **options)(handler)
