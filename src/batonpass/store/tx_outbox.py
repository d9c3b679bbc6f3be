"""Deliveries to webhook endpoints. A stream's row orders its writers and its sender."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import RowMapping, Select, func, or_, select, update

from batonpass.app.ports_outbox import Stream
from batonpass.domain.hooks import Delivery, DeliveryState, Topic
from batonpass.store import schema as s
from batonpass.store.statements import insert, upsert
from batonpass.store.tx_base import Queries


@cache
def _hand_out_numbers(dialect: str) -> Any:
    """Hand out the next numbers of a stream, and see that somebody sends. A time that is set stays: it may be a
    pause after a failure, and a sender's lease is its own."""
    statement = insert(s.webhook_streams, dialect)
    t = s.webhook_streams.c
    statement = statement.on_conflict_do_update(
        index_elements=["endpoint", "conversation_id"],
        set_={
            "head": t.head + statement.excluded.head,
            "run_at": func.coalesce(t.run_at, statement.excluded.run_at),
        },
    )
    return statement.returning(t.head)


class OutboxQueries(Queries):
    """What waits to be told outside, what was, and what was given up."""

    def next_numbers(self, stream: Stream, count: int) -> int:
        """Hand out `count` numbers of a stream; the last of them. The stream is due, if it was not."""
        values = {
            "endpoint": stream.endpoint,
            "conversation_id": stream.conversation_id,
            "head": count,
            "run_at": self.now,
            "lease_until": None,
        }
        return int(self.connection.execute(_hand_out_numbers(self.dialect), values).scalar_one())

    def add_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        if deliveries:
            self.do(s.webhook_deliveries.insert(), [_columns(delivery) for delivery in deliveries])

    def due_streams(self, endpoint: str, limit: int) -> list[Stream]:
        """Streams of an endpoint that are due and not leased, the longest overdue first."""
        t = s.webhook_streams.c
        wanted = (
            select(t.endpoint, t.conversation_id)
            .where(t.endpoint == endpoint, t.run_at <= self.now, self._free())
            .order_by(t.run_at, t.conversation_id)
            .limit(limit)
        )
        return [Stream(**row) for row in self.rows(wanted)]

    def next_stream_at(self, endpoints: Sequence[str]) -> int | None:
        """When the next stream of these endpoints is due, in ms; one that is leased, when its lease ends."""
        t = s.webhook_streams.c
        at = func.coalesce(t.lease_until, t.run_at)
        found = self.scalar(select(func.min(at)).where(t.endpoint.in_(endpoints), t.run_at.is_not(None)))
        return int(found) if found is not None else None

    def _free(self) -> Any:
        t = s.webhook_streams.c
        return or_(t.lease_until.is_(None), t.lease_until <= self.now)

    def lock_stream(self, stream: Stream) -> bool:
        """Hold a stream until the transaction ends; whether there is one."""
        t = s.webhook_streams.c
        wanted = select(t.head).where(*_is(stream)).with_for_update()
        return self.row(wanted) is not None

    def lease_stream(self, stream: Stream, until: int) -> bool:
        """Take a stream that is due, so that nobody else sends of it; whether this one got it."""
        t = s.webhook_streams.c
        mine = (*_is(stream), t.run_at <= self.now, self._free())
        return self.do(update(s.webhook_streams).where(*mine).values(lease_until=until)) > 0

    def set_stream(self, stream: Stream, run_at: int | None, lease_until: int | None) -> None:
        """Set when a stream goes on, None for nothing to send, and who has it."""
        changed = update(s.webhook_streams).where(*_is(stream))
        self.do(changed.values(run_at=run_at, lease_until=lease_until))

    def wake_stream(self, stream: Stream) -> None:
        """Let a stream that rests go on now. One that somebody has goes on by itself."""
        mine = (*_is(stream), self._free())
        self.do(update(s.webhook_streams).where(*mine).values(run_at=self.now, lease_until=None))

    def clear_stream_leases(self) -> None:
        """Leases end with the sender that took them."""
        t = s.webhook_streams.c
        self.do(update(s.webhook_streams).where(t.lease_until.is_not(None)).values(lease_until=None))

    def first_pending(self, stream: Stream) -> Delivery | None:
        d = s.webhook_deliveries.c
        wanted = select(s.webhook_deliveries).where(
            d.endpoint == stream.endpoint,
            d.conversation_id == stream.conversation_id,
            d.state == str(DeliveryState.PENDING),
        )
        return next(iter(self._deliveries(wanted.order_by(d.number).limit(1))), None)

    def delivery(self, delivery_id: str) -> Delivery | None:
        d = s.webhook_deliveries
        return next(iter(self._deliveries(select(d).where(d.c.id == delivery_id))), None)

    def put_delivery(self, delivery: Delivery) -> None:
        self.do(upsert(s.webhook_deliveries, self.dialect), _columns(delivery))

    def deliveries(
        self, state: DeliveryState | None, endpoint: str | None, limit: int, before: str | None = None
    ) -> list[Delivery]:
        """The newest first; `before` is the id of the last one of the page before."""
        d = s.webhook_deliveries.c
        wanted = select(s.webhook_deliveries)
        if state is not None:
            wanted = wanted.where(d.state == str(state))
        if endpoint is not None:
            wanted = wanted.where(d.endpoint == endpoint)
        if before is not None:
            wanted = wanted.where(d.id < before)
        return self._deliveries(wanted.order_by(d.id.desc()).limit(limit))

    def delivery_counts(self) -> dict[tuple[str, str], int]:
        """How many there are, by endpoint and state."""
        d = s.webhook_deliveries.c
        found = self.connection.execute(
            select(d.endpoint, d.state, func.count()).group_by(d.endpoint, d.state)
        )
        return {(endpoint, state): int(count) for endpoint, state, count in found}

    def _deliveries(self, wanted: Select[Any]) -> list[Delivery]:
        return [_delivery(row) for row in self.rows(wanted)]


def _is(stream: Stream) -> tuple[Any, Any]:
    t = s.webhook_streams.c
    return t.endpoint == stream.endpoint, t.conversation_id == stream.conversation_id


def _columns(delivery: Delivery) -> dict[str, Any]:
    values = {field.name: getattr(delivery, field.name) for field in fields(Delivery)}
    return values | {"topic": str(delivery.topic), "state": str(delivery.state)}


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(**{**row, "topic": Topic(row["topic"]), "state": DeliveryState(row["state"])})
