"""What only REST has: problems, pages, and the shapes of the front door itself."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from batonpass.protocol.base import Id, Wire
from batonpass.protocol.supervisor import ConversationInfo


class FieldProblem(Wire):
    """One thing that is wrong with a request: where, and what was expected there."""

    field: str
    problem: str


class Problem(Wire):
    """The body of every refusal (RFC 9457, `application/problem+json`). `code` is stable; `detail` is for people."""

    type: Literal["about:blank"] = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    retryable: bool = False
    retry_after_ms: int | None = None
    handoff_id: str | None = None
    reason: str | None = None
    opens_at: str | None = None
    errors: list[FieldProblem] | None = None


Cursor = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[A-Za-z0-9_-]+$")]


class PageQuery(Wire):
    """Where a list goes on: `cursor` is the `next` of the page before. A cursor is opaque and means nothing else."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Cursor | None = None


class Health(Wire):
    """The store answers."""

    ok: Literal[True] = True


class CustomerSession(Wire):
    """A customer, and the token that opens its chats. The token is shown this once."""

    customer_id: str
    token: str


class NewCustomerSession(Wire):
    """Without `identity` the customer is anonymous. With one, a JWT that a known site has signed, it is the same
    customer on every device."""

    identity: (
        Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=r"^[A-Za-z0-9._-]+$")] | None
    ) = None


class Timeline(Wire):
    """Entries in order: each is its event's name (`event`) and envelope, as the sockets have them.

    `head` is the last number that one may read, `upto` the last that was looked at: go on after it while `more`.
    """

    ok: Literal[True] = True
    entries: list[dict[str, Any]]
    head: int
    upto: int
    more: bool


class Packets(Wire):
    """What a joining agent is due until it says ready, in order; nothing when it is ready or over."""

    packets: list[dict[str, Any]]


class TakeLease(Wire):
    """Be reachable without a socket for so many seconds, and a bot or representative as on a socket."""

    for_s: Annotated[int, Field(ge=5, le=3600)] = 60


class Lease(Wire):
    """Reachable without a socket until then, unless it is taken again."""

    until: str


class ConversationsQuery(PageQuery):
    """Which conversations: those that fit all that is said. The newest come first."""

    status: Literal["open", "active", "held", "closed"] | None = None
    queue: Id | None = None
    customer_id: Id | None = None
    holder: Id | None = None


class ConversationList(Wire):
    conversations: list[ConversationInfo]
    next: str | None = None


class ApiDocument(Wire):
    """An OpenAPI 3.1 or AsyncAPI 3 document."""

    model_config = {"extra": "allow", "frozen": True}

    info: dict[str, Any]
