"""What a customer's client says, on `/customer`."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from batonpass.protocol.base import (
    MAX_INTEGER,
    MAX_VARIABLES,
    READ_PAGE,
    Audience,
    ClientEvent,
    ClientId,
    Id,
    Line,
    VariableName,
    VariableValue,
    Wire,
)
from batonpass.protocol.care import CUSTOMER_CARE
from batonpass.protocol.content import Content
from batonpass.protocol.shapes import Answer, BackTo, Wait

Locale = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z0-9-]*$")]


class Done(Wire):
    """Nothing to say but that it is stored."""

    ok: Literal[True] = True


class Started(Done):
    conversation_id: str
    created: bool
    status: Literal["open", "active", "held", "closed"]
    head: int
    position: int | None = None
    wait: Wait | None = None
    contacts: bool = False
    """Whether an address may be left (`contact.leave`) when nobody is there."""
    reopen_s: int = 0
    """So many seconds after its end, what the customer writes opens it again; 0 is never."""
    back_to: BackTo | None = None


class ConversationStart(ClientEvent):
    """Open a chat, or get the open one again: a double click is one conversation. Writes no entry."""

    event: ClassVar[str] = "conversation.start"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = Started
    client_id: ClientId
    context: Annotated[dict[VariableName, VariableValue], Field(max_length=MAX_VARIABLES)] = {}
    locale: Locale = ""


class CustomerSent(Done):
    message_id: str
    public_seq: int
    at: str


class CustomerSend(ClientEvent):
    """Say something. The same `client_id` is one message however often it is sent."""

    event: ClassVar[str] = "message.send"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = CustomerSent
    conversation_id: Id
    client_id: ClientId
    content: Content


class HandoffAsked(Done):
    handoff_id: str
    answer: Answer


class HumanRequest(ClientEvent):
    """Ask for a person."""

    event: ClassVar[str] = "human.request"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = HandoffAsked
    conversation_id: Id
    client_id: ClientId
    reason: Line = ""


class BotRequest(ClientEvent):
    """Go back to the bot that held before, instead of waiting for a person any longer."""

    event: ClassVar[str] = "bot.request"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = HandoffAsked
    conversation_id: Id
    client_id: ClientId


class ConversationEnd(ClientEvent):
    """End the chat. Always wins; ending it again is the same."""

    event: ClassVar[str] = "conversation.end"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id


class Page(Done):
    """`upto` is the last number sent, `head` the last there is; `more` says to read again after `upto`."""

    head: int
    upto: int
    more: bool


class CustomerRead(ClientEvent):
    """Ask for the entries after a number. They are emitted to this connection in order, before the acknowledgement."""

    event: ClassVar[str] = "timeline.read"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = Page
    conversation_id: Id
    after: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    limit: Annotated[int, Field(ge=1, le=READ_PAGE)] = READ_PAGE


class CustomerTyping(ClientEvent):
    """Say that the customer writes, or has stopped. Nothing is stored."""

    event: ClassVar[str] = "typing.set"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id
    on: bool


CUSTOMER_EVENTS: tuple[type[ClientEvent], ...] = (
    ConversationStart,
    CustomerSend,
    HumanRequest,
    BotRequest,
    ConversationEnd,
    CustomerRead,
    CustomerTyping,
    *CUSTOMER_CARE,
)
