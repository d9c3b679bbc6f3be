"""`[attachments]`: what files a chat may have. `[retention]`: how long things are kept."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from batonpass.config.base import Expected, Seconds, Section
from batonpass.domain.attachments import AttachmentRules
from batonpass.domain.forgetting import Retention

MOST_BYTES = 20_000_000

FileType = Literal[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "audio/mpeg",
    "audio/ogg",
    "video/mp4",
]


class Attachments(Section):
    """Files that customers and agents may send. They are private, and opened by links that expire."""

    max_size: Annotated[
        int,
        Field(ge=0, le=MOST_BYTES, description="Bytes of one file; 0 for no files at all."),
        Expected(f"a whole number from 0 to {MOST_BYTES}"),
    ] = 5_000_000
    conversation_size: Annotated[
        int,
        Field(ge=0, le=10_000_000_000, description="Bytes of all files of one chat together."),
        Expected("a whole number from 0 to 10000000000"),
    ] = 50_000_000
    types: Annotated[
        list[FileType],
        Field(description="What is taken, told by the content and not by the name."),
        Expected("a list of " + ", ".join(f'"{name}"' for name in get_args(FileType))),
    ] = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"]
    link: Annotated[
        float,
        Field(ge=10, le=86_400, description="A link to a file opens this long, in seconds."),
        Expected("a number of seconds from 10 to 86400"),
    ] = 300.0
    unsent: Seconds = Field(3_600.0, description="A file that no message has goes after this long.")


Days = Annotated[
    float,
    Field(ge=0, le=36_500),
    Expected("a number of days from 0 (for ever) to 36500"),
]
DAY_MS = 86_400_000


class RetentionTable(Section):
    """How long things are kept, in days; 0 is for ever. Open chats are never touched, and figures stay."""

    conversations_days: Days = Field(
        0.0, description="The words of a closed chat: messages, notes, summaries, variables, files, contacts."
    )
    attachments_days: Days = Field(0.0, description="The files of a closed chat.")
    contacts_days: Days = Field(0.0, description="Contact details that somebody has dealt with.")
    webhooks_days: Days = Field(30.0, description="Webhook deliveries that were taken or given up.")


def retention_rules(table: RetentionTable) -> Retention:
    """Return what the core decides by."""
    days = (table.conversations_days, table.attachments_days, table.contacts_days, table.webhooks_days)
    return Retention(*(round(limit * DAY_MS) if limit else None for limit in days))


def attachment_rules(table: Attachments) -> AttachmentRules:
    """Return what the core decides by."""
    return AttachmentRules(
        table.max_size,
        table.conversation_size,
        frozenset(table.types),
        round(table.link * 1000),
        round(table.unsent * 1000),
    )
