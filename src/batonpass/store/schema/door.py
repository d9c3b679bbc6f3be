"""The front door's tables: requests that were answered."""

from sqlalchemy import Column, String, Table, Text

from batonpass.store.schema.base import Key, Ms, metadata

answered = Table(
    "answered",
    metadata,
    Column("owner", String(80), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("digest", Key, nullable=False),
    Column("answer", Text),
    Column("at", Ms, nullable=False, index=True),
)
