"""What can go wrong for a client, by what it should do about it."""

from collections.abc import Mapping
from typing import Any


class ClientError(Exception):
    """Base of all that the SDK raises on its own account."""


class Refused(ClientError):
    """The server said no. `code` is stable (see `batonpass.protocol.errors`); `message` is for people."""

    def __init__(
        self,
        code: str,
        message: str = "",
        *,
        retryable: bool = False,
        retry_after_ms: int | None = None,
        handoff_id: str | None = None,
        reason: str | None = None,
        opens_at: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.retry_after_ms = retry_after_ms
        self.handoff_id = handoff_id
        self.reason = reason
        self.opens_at = opens_at

    @classmethod
    def read(cls, error: Any, otherwise: str = "internal") -> "Refused":
        """Read the `error` of an acknowledgement or of a refused connect; anything else is `otherwise`."""
        if not isinstance(error, Mapping) or not isinstance(error.get("code"), str):
            return cls(otherwise, "the server gave no code", retryable=True)
        wait = error.get("retry_after_ms")
        return cls(
            error["code"],
            str(error.get("message", "")),
            retryable=error.get("retryable") is True,
            retry_after_ms=wait if isinstance(wait, int) else None,
            handoff_id=error.get("handoff_id"),
            reason=error.get("reason"),
            opens_at=error.get("opens_at"),
        )


class ConnectionLost(ClientError):
    """The connection went before the acknowledgement came; whether it was stored is not known."""


class Stopped(ClientError):
    """The client was stopped while the call waited."""
