"""The keys of a queue that are about the course of its chats: hold, silence, first reply, coming back."""

from typing import Literal

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
    idle_warn: Seconds | None = Field(
        None,
        description="After so much silence of the customer's, since the last answer, a line asks for a word.",
    )
    idle_hold: Seconds | None = Field(
        None,
        description="After so much silence of the customer's a person's chat is put on hold: its slot is free.",
    )
    idle_close: Seconds | None = Field(
        None, description="After so much silence of the customer's, on hold or not, the chat is closed."
    )
    first_reply: Seconds | None = Field(
        None, description="A person who took a chat owes the first word within this time."
    )
    first_reply_then: Literal["alert", "failover"] = Field(
        "alert",
        description="Without it supervisors are told (`alert`), and by `failover` somebody else is found as well.",
    )
    customer_grace: Seconds | None = Field(
        None,
        description="A chat that waits is kept so long for a customer who has left, then closed as abandoned.",
    )


def life_rules(queue: LifeFields) -> LifeRules:
    """Return what the core decides by."""
    return LifeRules(
        hold_limit_ms=round(queue.hold_limit * 1000),
        hold_ends_on_message=queue.hold_ends_on_message,
        reopen_ms=round(queue.reopen * 1000),
        affinity_ms=round(queue.affinity * 1000),
        idle_warn_ms=_ms(queue.idle_warn),
        idle_hold_ms=_ms(queue.idle_hold),
        idle_close_ms=_ms(queue.idle_close),
        first_reply_ms=_ms(queue.first_reply),
        first_reply_fails_over=queue.first_reply_then == "failover",
        customer_grace_ms=_ms(queue.customer_grace),
    )


def _ms(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
