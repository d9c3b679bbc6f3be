"""What a delivery says: the wire's envelope, made of the store as it is now, cut to what its endpoint may read.

Nothing of it is kept in the outbox, so words that were withdrawn or erased meanwhile are not told.
"""

from dataclasses import replace
from typing import Any

from batonpass.app import views
from batonpass.app.ports import Tx
from batonpass.domain.conversation import Entry
from batonpass.domain.handoff import State
from batonpass.domain.hooks import Delivery, Include, Topic
from batonpass.protocol import events, projection, supervisor
from batonpass.protocol.base import wire_time
from batonpass.transport.socketio import shapes

Body = dict[str, Any]


def body(tx: Tx, delivery: Delivery, include: Include) -> Body | None:
    """The whole body; None when what it is about is gone."""
    if delivery.seq is not None:
        envelope = _entry(tx, delivery, include)
    elif delivery.topic is Topic.HANDOFF:
        envelope = _handoff(tx, delivery)
    elif delivery.topic is Topic.ALERT:
        alert = supervisor.AlertRaised(
            code=delivery.ref or "", params={name: value or "" for name, value in delivery.data.items()}
        )
        envelope = _small(alert, f"alert:{delivery.id}", delivery)
    else:
        envelope = _offer(tx, delivery)
    if envelope is None:
        return None
    return {"type": str(delivery.topic), "timestamp": envelope["at"], "number": delivery.number, **envelope}


def _entry(tx: Tx, delivery: Delivery, include: Include) -> Body | None:
    seq = delivery.seq or 0
    found = tx.entries(delivery.conversation_id, seq - 1, seq, 1, public=False)
    if not found:
        return None
    entry = found[0]
    _, envelope = projection.for_supervisor(entry)
    envelope = {**envelope, "data": _told(entry, dict(envelope["data"]), include)}
    return envelope if entry.public_seq is None else envelope | {"public_seq": entry.public_seq}


def _told(entry: Entry, data: Body, include: Include) -> Body:
    """Without anybody's words, unless the endpoint may read what the customer reads: that is what is public."""
    if include is Include.MESSAGES and entry.public_seq is not None:
        return data
    if "content" in data:
        data["content"] = {"type": data["content"]["type"]}
    if "notice" in data:
        notice = data["notice"]
        data["notice"] = {"code": notice["code"], "locale": notice["locale"]}
    return data


def _handoff(tx: Tx, delivery: Delivery) -> Body | None:
    found = tx.handoff(delivery.ref or "")
    if found is None:
        return None
    data = delivery.data
    then = replace(
        found,
        state=State(data["state"] or found.state),
        outcome=data["outcome"],
        receiver_agent_id=data["receiver_agent_id"],
        queue_id=data["queue_id"] or found.queue_id,
        # Words of agents, and what was made of everybody's.
        reason="",
        note="",
        summary=None,
        edited=None,
        brief=None,
    )
    info = shapes.handoff_info(views.handoff_view(tx, then))
    return _small(events.HandoffUpdated(handoff=info), f"{found.id}:{then.state}", delivery)


def _offer(tx: Tx, delivery: Delivery) -> Body | None:
    offer = tx.offer(delivery.ref or "")
    if offer is None:
        return None
    data: Body = {
        "offer_id": offer.id,
        "handoff_id": offer.handoff_id,
        "agent_id": offer.agent_id,
    }
    if delivery.topic is Topic.OFFER:
        data["deadline_at"] = wire_time(offer.deadline_at)
    else:
        data["state"] = str(offer.state)
    return {
        "event_id": f"{offer.id}:{'made' if delivery.topic is Topic.OFFER else offer.state}",
        "conversation_id": delivery.conversation_id,
        "at": wire_time(delivery.created_at),
        "data": data,
    }


def _small(event: Any, event_id: str, delivery: Delivery) -> Body:
    _, envelope = shapes.envelope(
        event, event_id=event_id, now=delivery.created_at, conversation_id=delivery.conversation_id
    )
    return envelope
