"""The tables of a chat's course: holds, and which customers are here."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from batonpass.store.schema.base import Key, Ms, metadata

customer_connections = Table(
    "customer_connections",
    metadata,
    Column("sid", Key, primary_key=True),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False, index=True),
    Column("node", Key, nullable=False),
    Column("opened_at", Ms, nullable=False),
)

# Customers whose last connection went. Who was never connected is not here.
customers_left = Table(
    "customers_left",
    metadata,
    Column("customer_id", Key, ForeignKey("customers.id"), primary_key=True),
    Column("left_at", Ms, nullable=False),
)

holds = Table(
    "holds",
    metadata,
    Column("id", Key, primary_key=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False),
    Column("stint_id", Key, nullable=False),
    Column("agent_id", Key, ForeignKey("agents.id"), nullable=False),
    Column("queue_id", Key, nullable=False),
    Column("started_at", Ms, nullable=False),
    Column("until_at", Ms, nullable=False),
    Column("boundary_seq", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("closes", Boolean, nullable=False),
    Column("client_id", String(128)),
    Column("summary", JSON(none_as_null=True)),
    Column("ended_at", Ms),
    Column("ended_by", Key),
    Index(
        "uq_holds_open",
        "conversation_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("ix_holds_stint_id", "stint_id"),
    Index("ix_holds_agent_id_ended_at", "agent_id", "ended_at"),
    Index("ix_holds_queue_id_ended_at", "queue_id", "ended_at"),
)
