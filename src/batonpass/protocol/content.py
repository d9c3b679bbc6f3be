"""Message content. The union is open at one end only: a new `type` is a new class here."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from batonpass.protocol.base import MAX_INTEGER, Id, Text, Wire, clean

Label = Annotated[str, StringConstraints(min_length=1, max_length=80), AfterValidator(clean)]
Url = Annotated[
    str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s<>\"]+$"), AfterValidator(clean)
]


class TextContent(Wire):
    """Plain text with a small safe markdown: `**bold**`, `*italic*`, `` `code` ``, links, line breaks."""

    type: Literal["text"] = "text"
    text: Text


class Choice(Wire):
    """One button: what it says, and the text it sends."""

    label: Label
    value: Text


class ChoicesContent(Wire):
    """A question with up to ten answers to press; the text stands for clients that show no buttons."""

    type: Literal["choices"] = "choices"
    text: Text
    choices: Annotated[list[Choice], Field(min_length=1, max_length=10)]


class CardContent(Wire):
    """A titled card with an optional picture and buttons that open a link or send a text."""

    type: Literal["card"] = "card"
    title: Label
    text: Text
    image_url: Url | None = None
    link_url: Url | None = None
    choices: Annotated[list[Choice], Field(max_length=10)] = []


class AttachmentContent(Wire):
    """A file by reference; the bytes travel elsewhere."""

    type: Literal["attachment"] = "attachment"
    attachment_id: Id
    name: Label
    media_type: Annotated[str, StringConstraints(max_length=100, pattern=r"^[\w.+-]+/[\w.+-]+$")]
    size: Annotated[int, Field(ge=0, le=MAX_INTEGER)]


Content = Annotated[
    TextContent | ChoicesContent | CardContent | AttachmentContent, Field(discriminator="type")
]
