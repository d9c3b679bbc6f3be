"""How a client is told no: one shape, whoever says it."""

from typing import Any, Protocol, runtime_checkable

import socketio


@runtime_checkable
class Coded(Protocol):
    """An error made to be told to a client: a stable code, a sentence, and whether to try again."""

    code: str
    message: str
    retryable: bool


class Refusal(Exception):
    """The transport's own no. `more` is added to the error object, such as `retry_after_ms`."""

    def __init__(self, code: str, message: str, *, retryable: bool = False, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.more = more


def error_body(error: Coded, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the `error` object of the wire: `{code, message, retryable}` and what the error adds."""
    extra = error.more if isinstance(error, Refusal) else (more or {})
    return {"code": error.code, "message": error.message, "retryable": error.retryable, **extra}


def error_answer(body: dict[str, Any]) -> dict[str, Any]:
    """Return the acknowledgement that carries an error object."""
    return {"ok": False, "error": body}


def refused_connect(body: dict[str, Any]) -> Exception:
    """Return what to raise to refuse a connect: the client gets the code as message, the rest as data."""
    error: Exception = socketio.exceptions.ConnectionRefusedError(body["code"], body)
    return error
