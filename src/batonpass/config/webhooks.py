"""`[webhooks.NAME]`: endpoints outside that are told what happens."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from batonpass.config.base import Expected, Id, Section
from batonpass.domain.hooks import Hook, Include, Topic

LONGEST_URL = 2_000


def _url(value: str) -> str:
    """Refuse what cannot be posted to, and an address with a password in it: it would stand in every log."""
    parts = urlsplit(value)
    good = parts.scheme in ("http", "https") and parts.hostname and not parts.fragment
    if not good or parts.username is not None or parts.password is not None or len(value) > LONGEST_URL:
        raise ValueError("not an address")
    _ = parts.port  # raises for what is no port
    return value


def _network(value: str) -> str:
    return str(ip_network(value))


Url = Annotated[
    str,
    StringConstraints(pattern=r"^[!-~]+$"),
    AfterValidator(_url),
    Expected('an address such as "https://hooks.example.com/batonpass", without a password or a fragment'),
]
Network = Annotated[
    str, AfterValidator(_network), Expected('a network such as "10.1.0.0/16", or one address')
]
SecretPlace = Annotated[
    str,
    StringConstraints(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:[^\x00-\x1f\x7f]+)$", max_length=500),
    Expected('where the secret is: "env:NAME" or "file:PATH"'),
]
Event = Literal[
    "message.created",
    "conversation.agent_added",
    "conversation.agent_removed",
    "notice.posted",
    "conversation.closed",
    "handoff.updated",
    "offer.made",
    "offer.ended",
    "alert.raised",
]
ALL_EVENTS: list[Event] = list(get_args(Event))


class Webhook(Section):
    """An endpoint outside that is told what happens, signed as Standard Webhooks says (docs/webhooks.md)."""

    url: Url = Field(description="Where events are posted to.")
    events: Annotated[
        list[Event],
        Field(min_length=1, description="What it is told; all of them unless given."),
        Expected("a list of " + ", ".join(f'"{name}"' for name in ALL_EVENTS)),
    ] = ALL_EVENTS
    include: Literal["events", "messages"] = Field(
        "events",
        description="`events`: that something happened, without anybody's words. `messages`: also what the "
        "customer reads. Notes, whispers, variables and summaries are never told.",
    )
    secrets: Annotated[
        list[SecretPlace],
        Field(
            min_length=1,
            max_length=2,
            description="Where its signing secrets are; two while one takes the other's place.",
        ),
        Expected('one or two places of secrets, each "env:NAME" or "file:PATH"'),
    ]
    enabled: bool = Field(True, description="Whether it is told anything; what waits for it is kept.")
    timeout: Annotated[
        float,
        Field(gt=0, le=60, description="An answer is waited for this long, in seconds."),
        Expected("a number of seconds above 0, at most 60"),
    ] = 10.0
    attempts: Annotated[
        int,
        Field(ge=1, le=30, description="After so many failed attempts a delivery is a dead letter."),
        Expected("a whole number from 1 to 30"),
    ] = 10
    first_delay: Annotated[
        float,
        Field(
            gt=0, le=3_600, description="Seconds to the second attempt; each later one is four times as long."
        ),
        Expected("a number of seconds above 0, at most 3600"),
    ] = 5.0
    longest_delay: Annotated[
        float,
        Field(gt=0, le=86_400, description="No pause between attempts is longer, in seconds."),
        Expected("a number of seconds above 0, at most 86400"),
    ] = 21_600.0
    allow: list[Network] = Field(
        [],
        description="Networks it may stand in although they are private, loopback or link-local. Nothing else "
        "inside is ever connected to.",
    )


Webhooks = dict[Id, Webhook]


def hooks(tables: Mapping[str, Webhook]) -> dict[str, Hook]:
    """The endpoints as the core reads them."""
    return {name: _hook(name, table) for name, table in tables.items()}


def _hook(name: str, table: Webhook) -> Hook:
    return Hook(
        name,
        table.url,
        frozenset(map(Topic, table.events)),
        Include(table.include),
        table.enabled,
        tuple(table.secrets),
        tuple(table.allow),
        table.attempts,
        round(table.first_delay * 1000),
        round(table.longest_delay * 1000),
        round(table.timeout * 1000),
    )
