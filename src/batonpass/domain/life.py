"""What an operator decides on the course of a chat in one queue: hold, silence, first reply, coming back. Milliseconds."""

from dataclasses import dataclass

HOLD_LIMIT_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class LifeRules:
    """The course of a chat in a queue. None and 0 mean that it never happens.

    `hold_limit_ms`: the longest hold. `hold_ends_on_message`: what the customer writes on hold ends it.
    `reopen_ms`: so long after its end what the customer writes opens the chat again. `affinity_ms`: so long the
    person who served a customer last is asked first for the next chat.
    """

    hold_limit_ms: int = HOLD_LIMIT_MS
    hold_ends_on_message: bool = True
    reopen_ms: int = 0
    affinity_ms: int = 0


USUAL = LifeRules()
