"""Endpoints as data: method, path, action of the authorisation matrix, and the classes of what is said and answered.

The OpenAPI document, the checks at the door and the matrix's test are all made from these rows.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from batonpass.app.authority import Role

if TYPE_CHECKING:
    from batonpass.transport.rest.call import Call

API = "/api/v1"
MAX_BODY = 64 * 1024
ALL = frozenset(Role)
AGENTS = frozenset({Role.BOT, Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
PEOPLE = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})
ROLES = {"customer": frozenset({Role.CUSTOMER}), "agent": AGENTS, "supervisor": SUPERVISORS}
"""Whom the paths are for that mirror a namespace of the sockets, and the namespace too."""

SAFE = frozenset({"GET", "HEAD"})

Handler = Callable[["Call", Any], Awaitable[Any]]
_PLACE = re.compile(r"{([a-z_]+)}")


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    `said` is the model of the body, or of the query of a GET. Path parameters that it has as fields go into it.
    `reply` is the model of a good answer, or its media type when it is no JSON. `raw`: the handler reads the body
    itself. `secret`: the answer holds a secret, so it is never kept for a retry. `versioned`: `If-Match` is needed.
    `also` is another media type that it may answer in.
    `roles` are those it is for, beside what the action says: an action may be done at several places.
    `rate` names a limit of `house.Limits` that counts beside the general ones.
    """

    method: str
    path: str
    action: str
    handler: Handler
    room: str
    said: type[BaseModel] | None = None
    reply: type[BaseModel] | str | None = None
    status: int = 200
    max_body: int = MAX_BODY
    raw: bool = False
    secret: bool = False
    versioned: bool = False
    rate: str | None = None
    also: str | None = None
    roles: frozenset[Role] = ALL

    @property
    def safe(self) -> bool:
        return self.method in SAFE

    @property
    def places(self) -> list[str]:
        """The names of its path parameters."""
        return _PLACE.findall(self.path)

    @property
    def whole_path(self) -> str:
        return API + self.path

    @property
    def operation_id(self) -> str:
        return self.handler.__name__

    @property
    def description(self) -> str:
        return (self.handler.__doc__ or "").strip()


class Routes:
    """The endpoints of one room, for some roles. `get`, `post` and the others are decorators of handlers."""

    def __init__(self, room: str, *, roles: frozenset[Role] = ALL) -> None:
        self.room = room
        self.roles = roles
        self.all: list[Route] = []

    def get(self, path: str, *, action: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._add("GET", path, action, more)

    def post(self, path: str, *, action: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._add("POST", path, action, more)

    def put(self, path: str, *, action: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._add("PUT", path, action, more)

    def patch(self, path: str, *, action: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._add("PATCH", path, action, more)

    def delete(self, path: str, *, action: str, **more: Any) -> Callable[[Handler], Handler]:
        return self._add("DELETE", path, action, more)

    def _add(self, method: str, path: str, action: str, more: dict[str, Any]) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            roles = self.roles & ROLES.get(path.split("/")[1], ALL)
            self.all.append(Route(method, path, action, handler, self.room, **{"roles": roles, **more}))
            return handler

        return keep
