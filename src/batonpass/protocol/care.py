"""Around the talk: contacts, the question after it, receipts, codes of after-work, replies that are ready, transcripts."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from batonpass.protocol.base import (
    MAX_INTEGER,
    MAX_NOTE,
    READ_PAGE,
    Audience,
    ClientEvent,
    ClientId,
    Id,
    ServerEvent,
    Wire,
    clean,
)
from batonpass.protocol.shapes import AgentRef

MAX_COMMENT = 2_000
Seq = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


def _one_line(text: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise ValueError("has a control character; it is one line")
    return clean(text)


OneLine = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), AfterValidator(_one_line)]
# No more than that it looks like one: whether it is anybody's shows when somebody writes to it.
Email = Annotated[
    str,
    StringConstraints(max_length=254, strip_whitespace=True, pattern=r"^([^\s@<>,;]+@[^\s@<>,;]+)?$"),
    AfterValidator(_one_line),
]
Phone = Annotated[
    str,
    StringConstraints(max_length=40, strip_whitespace=True, pattern=r"^([+(]?[0-9][0-9 ()./-]{2,38})?$"),
    AfterValidator(_one_line),
]


class CareDone(Wire):
    """Nothing to say but that it is stored."""

    ok: Literal[True] = True


# Contacts


class ContactKept(CareDone):
    contact_id: str


class ContactLeave(ClientEvent):
    """Nobody is there: leave an address (`email` or `phone`) and what it is about. The chat closes (`contact_left`).

    Also after a chat that closed unanswered. While a person holds it, it is refused (`somebody_is_here`).
    """

    event: ClassVar[str] = "contact.leave"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = ContactKept
    conversation_id: Id
    client_id: ClientId
    message: Annotated[str, StringConstraints(min_length=1, max_length=MAX_NOTE), AfterValidator(clean)]
    name: OneLine = ""
    email: Email = ""
    phone: Phone = ""

    @model_validator(mode="after")
    def _somewhere(self) -> "ContactLeave":
        if not self.email and not self.phone:
            raise ValueError("email or phone is needed: how else would anybody answer?")
        return self


class ContactInfo(Wire):
    """Where to reach a customer whom nobody could answer. `done_at`: somebody has."""

    contact_id: str
    conversation_id: str
    queue: str
    at: str
    name: str = ""
    email: str = ""
    phone: str = ""
    message: str
    done_at: str | None = None
    done_by: str | None = None


class ContactsListed(CareDone):
    """The newest first; `cursor` asks for the page after this one."""

    contacts: list[ContactInfo]
    cursor: str | None = None


class ContactList(ClientEvent):
    """Contacts of your queues, or of one, that were answered or (`done` false) were not; `cursor`: the page after."""

    event: ClassVar[str] = "contact.list"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = ContactsListed
    queue_id: Id | None = None
    done: bool | None = False
    cursor: Id | None = None
    limit: Annotated[int, Field(ge=1, le=READ_PAGE)] = 50


class ContactFinished(CareDone):
    contact: ContactInfo


class ContactFinish(ClientEvent):
    """Say that this customer has an answer; with `done` false, that there is none after all."""

    event: ClassVar[str] = "contact.done"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = ContactFinished
    contact_id: Id
    done: bool = True


class SupervisorContactList(ContactList):
    """Contacts of all queues, or of one."""

    audience: ClassVar[Audience] = Audience.SUPERVISOR


class SupervisorContactFinish(ContactFinish):
    """As agents say it, of any queue."""

    audience: ClassVar[Audience] = Audience.SUPERVISOR


class ContactUpdated(ServerEvent):
    """A customer has left an address in a queue of yours, or somebody has answered one."""

    event: ClassVar[str] = "contact.updated"
    audience: ClassVar[Audience] = Audience.AGENT
    contact: ContactInfo


# The question after it


class QuestionInfo(Wire):
    """A question that is open: how was the part of this person?"""

    question_id: str
    conversation_id: str
    agent: AgentRef
    until: str


class CsatAsked(ServerEvent):
    """The part of a person has ended in a close or a hand-back: ask the customer how it was, once. No entry."""

    event: ClassVar[str] = "csat.asked"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    question: QuestionInfo


class CsatGive(ClientEvent):
    """Answer the question about one person's part: 1 (bad) to 5 (good). Once; it cannot be changed."""

    event: ClassVar[str] = "csat.give"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = CareDone
    question_id: Id
    score: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, StringConstraints(max_length=MAX_COMMENT), AfterValidator(clean)] = ""


# Receipts


class SeenInfo(Wire):
    """How far both sides have come, in the customer's numbers: `delivered` and `read` by the customer, `theirs` read by
    those who may speak."""

    delivered: int = 0
    read: int = 0
    theirs: int = 0


class CustomerReceipt(ClientEvent):
    """Say up to which `public_seq` the customer has seen the chat, and what has come. Cursors never go back."""

    event: ClassVar[str] = "receipt.set"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = CareDone
    conversation_id: Id
    read: Seq
    delivered: Seq = 0


class AgentReceipt(ClientEvent):
    """Say up to which `seq` you have seen the chat."""

    event: ClassVar[str] = "receipt.set"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = CareDone
    conversation_id: Id
    stint_id: Id
    read: Seq


class ReceiptUpdated(ServerEvent):
    """Somebody has read on, in the customer's numbers. `by` has an id only for agents; a hint, the cursor is stored."""

    event: ClassVar[str] = "receipt.updated"
    audience: ClassVar[Audience] = Audience.BOTH
    by: Literal["customer", "agent"]
    agent_id: str | None = None
    delivered: int
    read: int


# After-work, ready replies


class DispositionInfo(Wire):
    code: str
    label: str


class WrapUpOptions(CareDone):
    """What the after-work of a stint may be closed with. `required`: not without one."""

    dispositions: list[DispositionInfo]
    required: bool
    chosen: str | None = None


class WrapUpAsk(ClientEvent):
    """Ask which codes the after-work of a stint of yours may be closed with."""

    event: ClassVar[str] = "wrapup.options"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = WrapUpOptions
    stint_id: Id


class CannedInfo(Wire):
    """A reply that is ready, filled in for this chat. `missing`: variables without a value, in the text as `[name]`."""

    name: str
    shortcut: str
    text: str
    missing: list[str] = []


class CannedListed(CareDone):
    replies: list[CannedInfo]


class CannedList(ClientEvent):
    """The replies that are ready for a chat of yours, in its customer's language."""

    event: ClassVar[str] = "canned.list"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = CannedListed
    conversation_id: Id


# Transcript


class Transcript(CareDone):
    """The customer's own lines and what was said to it: `text`, or the events of `timeline.read` in `entries`.

    `upto` is the last number in it, `head` the last there is; ask again with `after` when it is less.
    """

    conversation_id: str
    head: int
    upto: int
    text: str | None = None
    entries: list[dict[str, Any]] | None = None


class TranscriptGet(ClientEvent):
    """The chat to keep: what the customer may read, as text or as JSON."""

    event: ClassVar[str] = "transcript.get"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    Reply: ClassVar[type[Wire]] = Transcript
    conversation_id: Id
    format: Literal["text", "json"] = "text"
    after: Seq = 0


CUSTOMER_CARE: tuple[type[ClientEvent], ...] = (ContactLeave, CsatGive, CustomerReceipt, TranscriptGet)
AGENT_CARE: tuple[type[ClientEvent], ...] = (ContactList, ContactFinish, AgentReceipt, WrapUpAsk, CannedList)
SUPERVISOR_CARE: tuple[type[ClientEvent], ...] = (SupervisorContactList, SupervisorContactFinish)
CARE_TOLD: tuple[type[ServerEvent], ...] = (ContactUpdated, CsatAsked, ReceiptUpdated)
