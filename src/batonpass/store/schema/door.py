"""The front door's tables: accounts, sessions, keys, customers that a site signed for, and requests that were answered."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text

from batonpass.store.schema.base import Key, Ms, metadata

answered = Table(
    "answered",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", Key, nullable=False),
    Column("answer", Text),
    # What it is about: its words are forgotten with that. No foreign key: a path may name one that there is not.
    Column("conversation_id", Key, index=True),
    Column("at", Ms, nullable=False, index=True),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Key, nullable=False, unique=True),
    Column("role", Key, nullable=False),
    Column("agent_id", Key, ForeignKey("agents.id"), index=True),
    Column("password", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", Ms, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", Key, primary_key=True),
    Column("id", Key, nullable=False, unique=True),
    Column("account_id", Key, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("expires_at", Ms, nullable=False, index=True),
)

# One row a name that somebody tried to sign in with, whether there is such an account or not.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("name_hash", Key, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", Ms, nullable=False),
    Column("at", Ms, nullable=False, index=True),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("hash", Key, primary_key=True),
    Column("id", Key, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Key, nullable=False),
    Column("prefix", Key, nullable=False),
    Column("created_at", Ms, nullable=False),
)

customer_tokens = Table(
    "customer_tokens",
    metadata,
    Column("hash", Key, primary_key=True),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False, index=True),
    Column("expires_at", Ms, nullable=False, index=True),
)

identities = Table(
    "identities",
    metadata,
    Column("site", Key, primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False, index=True),
)
