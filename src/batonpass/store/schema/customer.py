"""The tables around the talk: contacts, questions to the customer, codes of after-work, receipts."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from batonpass.store.schema.base import Key, Ms, metadata

contacts = Table(
    "contacts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False, index=True),
    Column("queue_id", Key, nullable=False),
    Column("client_id", String(128), nullable=False),
    Column("created_at", Ms, nullable=False),
    # Personal: what erasure empties.
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("done_at", Ms),
    Column("done_by", Key),
    UniqueConstraint("conversation_id", "client_id"),
    Index("ix_contacts_queue_id_created_at", "queue_id", "created_at", "id"),
)

surveys = Table(
    "surveys",
    metadata,
    Column("id", Key, primary_key=True),
    Column("stint_id", Key, ForeignKey("stints.id"), nullable=False, unique=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False),
    Column("agent_id", Key, nullable=False),
    Column("queue_id", Key, nullable=False),
    Column("asked_at", Ms, nullable=False),
    Column("until", Ms, nullable=False),
    Column("given_at", Ms),
    Column("score", Integer),
    # Personal: what erasure empties.
    Column("comment", Text, nullable=False),
    Index("ix_surveys_customer_id_until", "customer_id", "until"),
    Index("ix_surveys_asked_at", "asked_at"),
    Index("ix_surveys_given_at", "given_at"),
)

dispositions = Table(
    "dispositions",
    metadata,
    Column("stint_id", Key, ForeignKey("stints.id"), primary_key=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("queue_id", Key, nullable=False),
    Column("agent_id", Key, nullable=False),
    Column("at", Ms, nullable=False),
    Column("code", Key),
    Index("ix_dispositions_at", "at"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("conversation_id", Key, ForeignKey("conversations.id"), primary_key=True),
    # Empty for the customer, else an agent.
    Column("reader", Key, primary_key=True),
    Column("delivered", Integer, nullable=False),
    Column("read", Integer, nullable=False),
    Column("at", Ms, nullable=False),
)
