"""What reports count: stretches of waiting. Stints are with the conversations they belong to."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, text

from batonpass.store.schema.base import Key, Ms, metadata

WAITS_STILL = "ended_at IS NULL"
"""Segments that have not ended. A literal, so that the partial index serves the query."""

segments = Table(
    "segments",
    metadata,
    Column("id", Key, primary_key=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False),
    Column("handoff_id", Key, ForeignKey("handoffs.id"), nullable=False),
    Column("kind", Key, nullable=False),
    Column("target_type", Key, nullable=False),
    Column("seeks", Key, nullable=False),
    Column("queue_id", Key, nullable=False),
    Column("alone", Boolean, nullable=False),
    Column("started_at", Ms, nullable=False),
    Column("waited_before_ms", Ms, nullable=False),
    Column("preceded_by", String(80)),
    Column("ended_at", Ms),
    Column("outcome", Key),
    Column("destination_type", Key),
    Column("destination", Key),
    Column("followed_by", String(80)),
    Index("ix_segments_conversation_id", "conversation_id"),
    Index("ix_segments_started_at", "started_at"),
    Index("ix_segments_queue_id_ended_at", "queue_id", "ended_at"),
    # A hand-off waits in one queue at a time.
    Index(
        "uq_segments_waiting",
        "handoff_id",
        unique=True,
        sqlite_where=text(WAITS_STILL),
        postgresql_where=text(WAITS_STILL),
    ),
)
