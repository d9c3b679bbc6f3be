"""Deliveries as operators read them: no words, no names."""

from collections.abc import Mapping
from typing import Any

from batonpass.app.ports import Tx
from batonpass.domain.hooks import Delivery, DeliveryState, Hook
from batonpass.protocol.base import wire_time


def standing(tx: Tx, hooks: Mapping[str, Hook]) -> list[dict[str, Any]]:
    """Each endpoint with its counts by state; one that was taken out of the configuration as long as it has any."""
    counts = tx.delivery_counts()
    names = sorted({*hooks, *(endpoint for endpoint, _ in counts)})
    return [
        {
            "name": name,
            "configured": name in hooks,
            "enabled": name in hooks and hooks[name].enabled,
            **{str(state): counts.get((name, str(state)), 0) for state in DeliveryState},
        }
        for name in names
    ]


def deliveries(
    tx: Tx, state: str | None, endpoint: str | None, limit: int, before: str | None
) -> list[dict[str, Any]]:
    """The newest first, those before an id."""
    found = tx.deliveries(DeliveryState(state) if state else None, endpoint, limit, before)
    return [shown(delivery) for delivery in found]


def shown(delivery: Delivery) -> dict[str, Any]:
    """One delivery."""
    told: dict[str, Any] = {
        "delivery_id": delivery.id,
        "endpoint": delivery.endpoint,
        "conversation_id": delivery.conversation_id,
        "number": delivery.number,
        "event": str(delivery.topic),
        "state": str(delivery.state),
        "attempts": delivery.attempts,
        "created_at": wire_time(delivery.created_at),
        "ended_at": wire_time(delivery.ended_at) if delivery.ended_at is not None else None,
        "status": delivery.status,
        "error": delivery.error,
    }
    return {name: value for name, value in told.items() if value is not None}
