"""What an administrator does: versions of the configuration, keys, and the log of who did what."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from batonpass.store.schema.base import Key, Ms, metadata

agent_keys = Table(
    "agent_keys",
    metadata,
    Column("hash", Key, primary_key=True),
    Column("agent_id", Key, ForeignKey("agents.id"), nullable=False, index=True),
    # The beginning of its text: what it is called in lists, for it tells nothing.
    Column("prefix", Key, nullable=False, index=True),
    Column("label", String(80), nullable=False),
    Column("created_at", Ms, nullable=False),
    # Good until then: the end of a rotation, or the moment it was revoked.
    Column("expires_at", Ms),
    Column("revoked_at", Ms),
    Index("ix_agent_keys_created_at_prefix", "created_at", "prefix"),
)

config_versions = Table(
    "config_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Ms, nullable=False),
    Column("role", Key, nullable=False),
    Column("who", String(80), nullable=False),
    Column("comment", Text, nullable=False),
    # The operator's tables as they were given, without defaults.
    Column("document", JSON, nullable=False),
    # Against the version before: [{path, before, after}].
    Column("changes", JSON, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Ms, nullable=False),
    Column("role", Key, nullable=False),
    Column("who", String(80), nullable=False),
    Column("address", Text, nullable=False),
    Column("action", Key, nullable=False),
    Column("ref", String(128), nullable=False),
    Column("details", JSON, nullable=False),
    Index("ix_audit_at_id", "at", "id"),
)
