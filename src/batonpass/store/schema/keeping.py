"""Whose words were forgotten, and when."""

from sqlalchemy import Column, Table

from batonpass.store.schema.base import Key, Ms, metadata

# A conversation by its id, or a customer.
forgotten = Table(
    "forgotten",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Ms, nullable=False),
)
