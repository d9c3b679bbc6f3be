"""Files of chats, in pieces, so that a node is disposable and nobody holds a whole file to send a part of it."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from batonpass.store.schema.base import Key, Ms, metadata

attachments = Table(
    "attachments",
    metadata,
    Column("id", Key, primary_key=True),
    Column("conversation_id", Key, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("owner", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Key, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("seq", Integer),
)

attachment_pieces = Table(
    "attachment_pieces",
    metadata,
    Column("attachment_id", Key, ForeignKey("attachments.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
