"""What all wire classes share: the strict model, the registry, time."""

from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

CUSTOMER = "/customer"
AGENT = "/agent"
SUPERVISOR = "/supervisor"

MAX_TEXT = 8_000
MAX_NOTE = 4_000
MAX_REASON = 500
MAX_VARIABLES = 100
MAX_VARIABLE_NAME = 100
MAX_VARIABLE_VALUE = 4_000
MAX_CLIENT_ID = 128
READ_PAGE = 200
MAX_INTEGER = 2**53
"""The largest integer that a JavaScript client counts to exactly."""


def clean(text: str) -> str:
    """Return text that every store keeps. Raises ValueError for a lone surrogate and for NUL."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("has a lone surrogate, which is no text") from None
    if "\x00" in text:
        raise ValueError("has a NUL character")
    return text


Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CLIENT_ID), AfterValidator(clean)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT), AfterValidator(clean)]
Line = Annotated[str, StringConstraints(max_length=MAX_REASON), AfterValidator(clean)]
NoteText = Annotated[str, StringConstraints(max_length=MAX_NOTE), AfterValidator(clean)]
VariableName = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_VARIABLE_NAME), AfterValidator(clean)
]
VariableValue = Annotated[str, StringConstraints(max_length=MAX_VARIABLE_VALUE), AfterValidator(clean)]


class Audience(StrEnum):
    """Who a class is for: the namespace, or `BOTH` for customers and agents. Supervisors read what agents read."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    BOTH = "both"


class Wire(BaseModel):
    """Base of every shape on the wire: unknown fields are refused, so that a typing error is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClientEvent(Wire):
    """Something a client says. `event` is its Socket.IO name, `Reply` what a good acknowledgement holds."""

    event: ClassVar[str]
    audience: ClassVar[Audience]
    Reply: ClassVar[type[Wire]]


class ServerEvent(Wire):
    """The `data` of something the server says. `event` is its Socket.IO name."""

    event: ClassVar[str]
    audience: ClassVar[Audience]


def wire_time(ms: int) -> str:
    """Return milliseconds since the epoch as RFC 3339 in UTC, to the millisecond."""
    seconds, rest = divmod(ms, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=64)
def _second(seconds: int) -> str:
    # Formatting a date costs more than all else of an envelope, and most of a second's envelopes share it.
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"


def dump(shape: BaseModel) -> dict[str, Any]:
    """Return a shape as plain JSON values; fields that are None are left out."""
    return shape.model_dump(mode="json", exclude_none=True)
