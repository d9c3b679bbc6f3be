"""The keys of a queue that are about the course of its chats: hold, silence, first reply, coming back."""

from pydantic import Field

from batonpass.config.base import Seconds, SecondsOrNone, Section
from batonpass.domain.life import LifeRules


class LifeFields(Section):
    """How long a chat of this queue may rest, and what becomes of it."""

    hold_limit: Seconds = Field(
        86_400.0, description="A chat is on hold at most this long; then who held it is asked to go on."
    )
    hold_ends_on_message: bool = Field(
        True, description="What the customer writes ends the hold; otherwise it waits for the hold's end."
    )
    reopen: SecondsOrNone = Field(
        0.0, description="So long after its end, what the customer writes opens a chat again; 0 is never."
    )
    affinity: SecondsOrNone = Field(
        0.0,
        description="For so long the person who served a customer last is asked first for the next chat; 0 is not.",
    )


def life_rules(queue: LifeFields) -> LifeRules:
    """Return what the core decides by."""
    return LifeRules(
        hold_limit_ms=round(queue.hold_limit * 1000),
        hold_ends_on_message=queue.hold_ends_on_message,
        reopen_ms=round(queue.reopen * 1000),
        affinity_ms=round(queue.affinity * 1000),
    )
