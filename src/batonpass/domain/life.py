"""What an operator decides on the course of a chat in one queue: hold, silence, first reply, coming back. Milliseconds."""

from dataclasses import dataclass

HOLD_LIMIT_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class LifeRules:
    """The course of a chat in a queue. None and 0 mean that it never happens.

    `hold_limit_ms`: the longest hold. `hold_ends_on_message`: what the customer writes on hold ends it.
    """

    hold_limit_ms: int = HOLD_LIMIT_MS
    hold_ends_on_message: bool = True


USUAL = LifeRules()
