"""What goes out: deliveries to webhook endpoints, and the order they go in."""

from sqlalchemy import JSON, Column, Index, Integer, Table, Text

from batonpass.store.schema.base import Key, Ms, metadata

webhook_streams = Table(
    "webhook_streams",
    metadata,
    # One endpoint and conversation. Its row is what writers and senders lock, and what is leased.
    Column("endpoint", Key, primary_key=True),
    Column("conversation_id", Key, primary_key=True),
    Column("head", Integer, nullable=False),
    Column("run_at", Ms),
    Column("lease_until", Ms),
    Index("ix_webhook_streams_endpoint_run_at", "endpoint", "run_at"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("endpoint", Key, nullable=False),
    Column("conversation_id", Key, nullable=False),
    Column("number", Integer, nullable=False),
    Column("topic", Key, nullable=False),
    Column("seq", Integer),
    Column("ref", Key),
    Column("data", JSON, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("state", Key, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("ended_at", Ms),
    Column("status", Integer),
    Column("error", Text),
    Index(
        "uq_webhook_deliveries_endpoint_conversation_id_number",
        "endpoint",
        "conversation_id",
        "number",
        unique=True,
    ),
    Index("ix_webhook_deliveries_conversation_id", "conversation_id"),
    Index("ix_webhook_deliveries_state_ended_at", "state", "ended_at"),
)
