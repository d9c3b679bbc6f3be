"""What only REST has: problems, pages, and the shapes of the front door itself."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from batonpass.protocol.base import Wire


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
    """Nothing: the customer is anonymous."""
