"""What an operator decides on the course of a chat in one queue: hold, silence, first reply, coming back. Milliseconds."""

from dataclasses import dataclass

HOLD_LIMIT_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class LifeRules:
    """The course of a chat in a queue. None and 0 mean that it never happens.

    `hold_limit_ms`: the longest hold. `hold_ends_on_message`: what the customer writes on hold ends it.
    `reopen_ms`: so long after its end what the customer writes opens the chat again. `affinity_ms`: so long the
    person who served a customer last is asked first for the next chat. `idle_...`: after so much silence of the
    customer's, since the last answer, it is warned, parked, closed. `first_reply_ms`: so long a person who took a
    chat may say nothing; `first_reply_fails_over`: then somebody else is found, not only told. `customer_grace_ms`:
    so long a chat that waits is kept for a customer who has left.
    """

    hold_limit_ms: int = HOLD_LIMIT_MS
    hold_ends_on_message: bool = True
    reopen_ms: int = 0
    affinity_ms: int = 0
    idle_warn_ms: int | None = None
    idle_hold_ms: int | None = None
    idle_close_ms: int | None = None
    first_reply_ms: int | None = None
    first_reply_fails_over: bool = False
    customer_grace_ms: int | None = None


USUAL = LifeRules()
