"""What can be refused, as a small tree by whose fault it is. Codes are stable and go on the wire."""


class BatonpassError(Exception):
    """Base of every refusal: a stable `code`, a sentence, and whether the same call may succeed later."""

    code = "internal"
    retryable = False

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class CallerError(BatonpassError):
    """The caller asked for something that cannot be: sending it again will not help."""

    code = "bad_request"


class NotFound(CallerError):
    """Unknown, or not the caller's: the two look the same from outside."""

    code = "not_found"


class NotAllowed(CallerError):
    """The caller is known, and may not do this."""

    code = "not_allowed"


class Refused(BatonpassError):
    """The call was well formed; the present state of the conversation refuses it."""

    code = "refused"


class StintEnded(Refused):
    """The stint named in a send is over: the text is kept as a discarded draft (law 1)."""

    code = "stint_ended"


class OfferEnded(Refused):
    """The offer was declined, missed, withdrawn or taken before."""

    code = "offer_ended"


class ConversationClosed(Refused):
    """The conversation is closed."""

    code = "conversation_closed"


class HandoffPending(Refused):
    """Another pass is on its way; `handoff_id` names it."""

    code = "handoff_pending"

    def __init__(self, message: str, handoff_id: str) -> None:
        super().__init__(message)
        self.handoff_id = handoff_id


class TransitionRefused(Refused):
    """The hand-off table has no such step."""

    code = "bad_transition"


class Unavailable(Refused):
    """Nobody could take the baton there; the giver keeps it.

    `reason`: `nobody` serves there, all are `present` or have `passed_on` before, the queue is `unknown`, `closed`
    until `opens_at` (ms; None: not within a year) or `full`, nobody has the `skills`.
    """

    code = "unavailable"

    def __init__(self, message: str, *, reason: str = "nobody", opens_at: int | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.opens_at = opens_at


class ServerError(BatonpassError):
    """Ours, and passing: the same call may be sent again."""

    code = "internal"
    retryable = True


class StoreUnavailable(ServerError):
    """The store did not confirm the transaction: it may or may not have been kept. Send the same call again.

    `detail`, and the error as text, say what the database or the system said: for operators, never for clients.
    """

    code = "store_unavailable"

    def __init__(self, detail: str = "") -> None:
        super().__init__("The store does not answer now. Send the same again.")
        self.detail = detail

    def __str__(self) -> str:
        return self.detail or self.message
