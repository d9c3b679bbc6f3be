"""What the file says of the customer beside the talk: keys of a queue, and `[canned.NAME]`."""

import re
from typing import Annotated

from pydantic import Field, StringConstraints

from batonpass.config.base import Expected, Id, Seconds, Section
from batonpass.domain.canned import MAX_CANNED, problem
from batonpass.domain.care import Canned, Care

LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")

Label = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,80}$"),
    Expected("text of 1 to 80 characters on one line"),
]
Shortcut = Annotated[
    str, StringConstraints(pattern=r"^[^\s/]{1,40}$"), Expected("1 to 40 characters without a space or '/'")
]
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_CANNED),
    Expected(f"text of 1 to {MAX_CANNED} characters"),
]


class CareFields(Section):
    """What a queue asks beside the talk."""

    csat: bool = Field(
        False,
        description="When a person's part ends in a close or a hand-back, the customer is asked how it was.",
    )
    csat_window: Seconds = Field(86_400.0, description="With `csat`: so long the question stays open.")
    contacts: bool = Field(
        True, description="When nobody is there, the customer may leave a name, an address and a message."
    )
    dispositions: dict[Id, Label] = Field(
        {}, description="Codes for what a chat was about, with their labels; chosen in the after-work."
    )
    disposition_required: bool = Field(
        False, description="The after-work is not finished without a code; at its limit it is stored as none."
    )


class CannedReply(Section):
    """A reply that people have ready. In its texts `{agent}` is the public name of who sends it, `{customer}` the
    variable `name`, `{queue}` the queue's name, and any other name in braces a context variable of the chat."""

    text: Text = Field(description="The text, for every locale that has none of its own.")
    shortcut: Shortcut | None = Field(None, description="What one types after `/`. Default: the id.")
    queues: list[Id] = Field([], description="Where it is offered. Default: in every queue.")
    translations: dict[str, Text] = Field({}, description="The text by locale, such as `de` or `pt-BR`.")


def care(queue: CareFields) -> Care:
    """Return what the core decides by."""
    return Care(
        csat=queue.csat,
        csat_window_ms=round(queue.csat_window * 1000),
        dispositions=dict(queue.dispositions),
        required=queue.disposition_required,
        contacts=queue.contacts,
    )


def canned(replies: dict[str, CannedReply]) -> dict[str, Canned]:
    """Return the replies by id."""
    return {
        name: Canned(
            name,
            reply.shortcut or name,
            {"": reply.text, **{key.replace("_", "-").lower(): t for key, t in reply.translations.items()}},
            frozenset(reply.queues),
        )
        for name, reply in replies.items()
    }


def wrong_texts(reply: CannedReply) -> list[tuple[tuple[str, ...], str]]:
    """Where a text of it cannot be used, and why, as "found, expected"."""
    texts = [(("text",), reply.text), *((("translations", key), t) for key, t in reply.translations.items())]
    return [(at, wrong) for at, text in texts if (wrong := problem(text))]
