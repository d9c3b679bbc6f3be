"""REST under `/api/v1`: the same use cases as the sockets, in the same shapes."""

from aiohttp import web

from batonpass.app.ports import Tx
from batonpass.domain.errors import BatonpassError
from batonpass.protocol.base import dump
from batonpass.protocol.rest import Health
from batonpass.transport.files import Files
from batonpass.transport.rest import (
    accounts,
    admin,
    agents,
    attachments,
    care,
    customers,
    finding,
    front,
    insights,
    keeping,
    keys,
    life,
    supervisors,
    webhooks,
    widget,
)
from batonpass.transport.rest.door import Rest
from batonpass.transport.rest.house import House, Limits, Options
from batonpass.transport.rest.problems import problem_of, respond
from batonpass.transport.rest.routes import API, Routes

__all__ = ["HEALTH", "ROOMS", "SESSIONS", "House", "Limits", "Options", "Rest", "mount"]

SESSIONS = f"{API}/customer-sessions"
HEALTH = "/healthz"

ROOMS: tuple[Routes, ...] = (
    accounts.routes,
    attachments.routes,
    care.routes,
    front.routes,
    insights.routes,
    admin.routes,
    keys.routes,
    customers.routes,
    agents.routes,
    life.routes,
    finding.routes,
    supervisors.routes,
    keeping.routes,
    webhooks.routes,
    widget.routes,
)
"""All endpoints. A new room goes here."""


def mount(app: web.Application, house: House, options: Options) -> Rest:
    """Add all endpoints, and the health check, to an application."""
    rest = Rest(house, options, ROOMS)
    rest.mount(app)

    async def health(request: web.Request) -> web.Response:
        """Whether the store answers."""
        try:
            await house.board.read(_alive)
        except BatonpassError as error:
            return respond(problem_of(error, "health"))
        return web.json_response(dump(Health()))

    app.router.add_get(HEALTH, health)
    app.add_routes(Files(house.board).routes())
    return rest


def _alive(tx: Tx) -> int:
    return tx.now
