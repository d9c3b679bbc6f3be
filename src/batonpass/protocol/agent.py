"""What an agent's client says, on `/agent`: bots and representatives alike."""

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
    NoteText,
    VariableName,
    VariableValue,
    Wire,
)
from batonpass.protocol.content import Content
from batonpass.protocol.customer import Done, HandoffAsked, Page
from batonpass.protocol.shapes import AgentRef, BatonPart, HandoffInfo, StintInfo


class PresenceSet(ClientEvent):
    """Say whether you take new conversations. Coming back clears missed offers."""

    event: ClassVar[str] = "presence.set"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    presence: Literal["available", "away"]


class Accepted(Done):
    stint_id: str
    conversation_id: str


class OfferAccept(ClientEvent):
    """Take the offer. Taking it twice is one accept; an accept wins until the expiry is stored."""

    event: ClassVar[str] = "offer.accept"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Accepted
    offer_id: Id


class OfferDecline(ClientEvent):
    """Leave the offer to somebody else."""

    event: ClassVar[str] = "offer.decline"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    offer_id: Id
    reason: Line = ""


class StintReady(ClientEvent):
    """The joining packets are here. The entries after the boundary follow, then the live stream."""

    event: ClassVar[str] = "stint.ready"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Page
    stint_id: Id
    conversation_id: Id | None = None
    """Name it to keep the order with your other events of the conversation."""


class AgentSent(Done):
    message_id: str
    seq: int
    public_seq: int | None = None
    at: str


class AgentSend(ClientEvent):
    """Say something in a stint. Stored only if the stint is live and may speak; else kept as a discarded draft."""

    event: ClassVar[str] = "message.send"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = AgentSent
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    content: Content


class NoteAdd(ClientEvent):
    """Write a note for agents only."""

    event: ClassVar[str] = "note.add"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = AgentSent
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    text: Annotated[NoteText, Field(min_length=1)]


class TurnDone(ClientEvent):
    """Nothing more to say in this turn: a silent bot is not a hung one."""

    event: ClassVar[str] = "turn.done"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    turn_id: Id
    conversation_id: Id | None = None
    """Name it to keep the order with your other events of the conversation."""


class TurnWorking(ClientEvent):
    """Still at it: the deadline starts anew, a bounded number of times."""

    event: ClassVar[str] = "turn.working"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    turn_id: Id
    conversation_id: Id | None = None
    """Name it to keep the order with your other events of the conversation."""


class TargetShape(Wire):
    """Where to: a queue or agent by id, the agent who held before, or the next on the ladder."""

    type: Literal["agent", "queue", "previous", "next"]
    id: Id | None = None


class HandoffRequest(ClientEvent):
    """Pass the baton on: `escalation` to a person, `hand_back` to a bot."""

    event: ClassVar[str] = "handoff.request"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = HandoffAsked
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    kind: Literal["escalation", "hand_back"]
    target: TargetShape | None = None
    reason: Line = ""
    note: NoteText = ""
    context: Annotated[dict[VariableName, VariableValue], Field(max_length=MAX_VARIABLES)] = {}


class ContextSet(ClientEvent):
    """Set or overwrite variables of the conversation."""

    event: ClassVar[str] = "context.set"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id
    stint_id: Id
    variables: Annotated[dict[VariableName, VariableValue], Field(max_length=MAX_VARIABLES)]


class ConversationResolve(ClientEvent):
    """The holder says it is solved: the conversation closes."""

    event: ClassVar[str] = "conversation.resolve"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id
    stint_id: Id


class WrapUpFinish(ClientEvent):
    """Done with the after-work: the slot is free."""

    event: ClassVar[str] = "wrapup.finish"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    stint_id: Id
    conversation_id: Id | None = None
    """Name it to keep the order with your other events of the conversation."""


class AgentRead(ClientEvent):
    """Ask for the entries after a number, up to the end of your last stint. Emitted in order, then acknowledged."""

    event: ClassVar[str] = "timeline.read"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Page
    conversation_id: Id
    after: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    limit: Annotated[int, Field(ge=1, le=READ_PAGE)] = READ_PAGE


class AgentTyping(ClientEvent):
    """Say that you write, or have stopped. Nothing is stored."""

    event: ClassVar[str] = "typing.set"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id
    stint_id: Id
    on: bool


class Details(Done):
    """The conversation around the timeline: variables, baton, stints, hand-offs."""

    conversation_id: str
    status: str
    customer: str
    epoch: int
    head: int
    holder: AgentRef | None = None
    variables: dict[str, str]
    baton: list[BatonPart]
    stints: list[StintInfo]
    handoffs: list[HandoffInfo]


class ConversationDetails(ClientEvent):
    """Read the conversation around the timeline."""

    event: ClassVar[str] = "conversation.details"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Details
    conversation_id: Id


AGENT_EVENTS: tuple[type[ClientEvent], ...] = (
    PresenceSet,
    OfferAccept,
    OfferDecline,
    StintReady,
    AgentSend,
    NoteAdd,
    TurnDone,
    TurnWorking,
    HandoffRequest,
    ContextSet,
    ConversationResolve,
    WrapUpFinish,
    AgentRead,
    AgentTyping,
    ConversationDetails,
)
