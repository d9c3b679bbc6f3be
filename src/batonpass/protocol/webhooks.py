"""Webhooks out over REST: how they stand, what was given up, and to send it again."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from batonpass.protocol.base import Id, Wire
from batonpass.protocol.rest import PageQuery

DeliveryStateName = Literal["pending", "delivered", "dead"]


class WebhookStanding(Wire):
    """An endpoint and how many of its deliveries wait, were taken, and were given up."""

    name: str
    configured: bool
    enabled: bool
    pending: int
    delivered: int
    dead: int


class WebhookList(Wire):
    webhooks: list[WebhookStanding]


class DeliveryQuery(PageQuery):
    """Which deliveries: by state and by endpoint; all unless said."""

    state: DeliveryStateName | None = None
    endpoint: Id | None = None


class DeliveryShape(Wire):
    """One delivery. `number` is dense in its endpoint and conversation. No words, no names."""

    delivery_id: str
    endpoint: str
    conversation_id: str
    number: int
    event: str
    state: DeliveryStateName
    attempts: int
    created_at: str
    ended_at: str | None = None
    status: int | None = None
    error: str | None = None


class DeliveryList(Wire):
    """The newest first; `next` is the cursor of what follows."""

    deliveries: list[DeliveryShape]
    next: str | None = None


DeliveryId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class WebhookReplay(Wire):
    """One delivery by its id, or all dead letters of an endpoint."""

    delivery_id: DeliveryId | None = None
    endpoint: Id | None = None


class Replayed(Wire):
    """How many are sent again."""

    replayed: int
