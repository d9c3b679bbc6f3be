"""Exports and erasures over REST."""

from typing import Any, Literal

from pydantic import model_validator

from batonpass.protocol.base import Id, Wire


class ExportAsked(Wire):
    conversation_id: Id
    format: Literal["json", "text"] = "json"


class ConversationExport(Wire):
    """A conversation for the record: as supervisors read it, with notes, hand-offs and every version of its summaries."""

    model_config = {"extra": "allow", "frozen": True}

    format: int
    conversation_id: str
    status: str
    timeline: list[dict[str, Any]]
    summaries: list[dict[str, Any]]


class ErasureAsked(Wire):
    """Whom: a customer, or the one of a conversation."""

    customer_id: Id | None = None
    conversation_id: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> "ErasureAsked":
        if (self.customer_id is None) == (self.conversation_id is None):
            raise ValueError("name a customer_id or a conversation_id")
        return self


class Erasure(Wire):
    """A customer's erasure. Its words are gone when no conversations are left to follow."""

    customer_id: str
    erased_at: str | None = None
    conversations_left: int


class OfCustomer(Wire):
    customer_id: Id
