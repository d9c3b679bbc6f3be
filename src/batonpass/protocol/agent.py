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
from batonpass.protocol.care import AGENT_CARE, SeenInfo
from batonpass.protocol.content import Content
from batonpass.protocol.customer import Done, HandoffAsked, Page
from batonpass.protocol.finding import FIND_EVENTS
from batonpass.protocol.holds import HOLD_EVENTS
from batonpass.protocol.shapes import AgentRef, BatonPart, HandoffInfo, NoteShape, StintInfo, SummaryShape


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
    sensitive: bool = False


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
    """Where to: a queue, agent or workflow by id, the agent who held before, or the next on the ladder."""

    type: Literal["agent", "queue", "workflow", "previous", "next"]
    id: Id | None = None


class Brief(Wire):
    """What a person tells the bot it hands back to: what was settled, what was promised, what not to ask again."""

    settled: NoteText = ""
    promised: NoteText = ""
    avoid: NoteText = ""


class HandoffRequest(ClientEvent):
    """Pass the baton on (`escalation` to a person, `hand_back` to a bot, `transfer`), or let somebody in beside
    you (`invitation` as a helper, `consultation` unseen by the customer).

    `leave` says when a giver goes: `now`, `on_accept` (a transfer's default), or `on_complete`, after
    `handoff.complete`. `summary_text` is your own text of the summary. `replace` calls off a pending pass.
    `skills` are asked of the receiver, unless you name it; without the field, those that the chat's entry asks for.
    """

    event: ClassVar[str] = "handoff.request"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = HandoffAsked
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    kind: Literal["escalation", "hand_back", "transfer", "invitation", "consultation"]
    target: TargetShape | None = None
    leave: Literal["now", "on_accept", "on_complete"] | None = None
    seeks: Literal["any", "bot", "representative"] | None = None
    skills: Annotated[list[Id], Field(max_length=20)] | None = None
    reason: Line = ""
    note: NoteText = ""
    summary_text: NoteText | None = None
    brief: Brief | None = None
    replace: bool = False
    context: Annotated[dict[VariableName, VariableValue], Field(max_length=MAX_VARIABLES)] = {}


class HandoffState(Done):
    handoff_id: str
    state: str


class HandoffComplete(ClientEvent):
    """Warm transfer: you have talked with the receiver, who holds from now on."""

    event: ClassVar[str] = "handoff.complete"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = HandoffState
    conversation_id: Id
    handoff_id: Id


class HandoffCancel(ClientEvent):
    """Call off a pass, an invitation or a consultation while you are still there."""

    event: ClassVar[str] = "handoff.cancel"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = HandoffState
    conversation_id: Id
    handoff_id: Id


class ConversationLeave(ClientEvent):
    """Go; the chat goes on for whoever is left. With `resolved` it closes when nobody is."""

    event: ClassVar[str] = "conversation.leave"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id
    stint_id: Id
    resolved: bool = False


class ParticipantRemove(ClientEvent):
    """The holder takes a helper, a consulted agent or an observer out."""

    event: ClassVar[str] = "participant.remove"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id
    stint_id: Id
    removed_stint_id: Id


class WhisperSend(ClientEvent):
    """Say something to agents only: to those named in `to`, else to all representatives in the conversation."""

    event: ClassVar[str] = "whisper.send"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = AgentSent
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    content: Content
    to: Annotated[list[Id], Field(max_length=20)] = []


class SummaryPreviewed(Done):
    """`later`: another one comes, as `summary.previewed`."""

    summary: SummaryShape | None = None
    later: bool = False


class SummaryPreview(ClientEvent):
    """See the summary a receiver would get now, before you ask for a hand-off. `later` asks the slow summarizer too."""

    event: ClassVar[str] = "summary.preview"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = SummaryPreviewed
    conversation_id: Id
    stint_id: Id
    kind: Literal["escalation", "hand_back", "transfer", "invitation", "consultation"] = "transfer"
    later: bool = False


class SummaryFlag(ClientEvent):
    """Call the summary of a hand-off wrong, for those who read it after you and for whoever improves it."""

    event: ClassVar[str] = "summary.flag"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = AgentSent
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    handoff_id: Id
    reason: NoteText = ""


class MessageMark(ClientEvent):
    """Mark a message as sensitive: from now on only bots and its author read it, and no summary repeats it."""

    event: ClassVar[str] = "message.mark"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = AgentSent
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    seq: Annotated[int, Field(ge=1, le=MAX_INTEGER)]


class NoteEdit(ClientEvent):
    """Write a note of yours anew. The earlier versions stay in the timeline."""

    event: ClassVar[str] = "note.edit"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = AgentSent
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    note_id: Id
    text: Annotated[NoteText, Field(min_length=1)]


class NotesFound(Done):
    """The newest first. `more`: there are others, or older ones were not looked at."""

    notes: list[NoteShape]
    more: bool = False


class NoteSearch(ClientEvent):
    """Find notes, of conversations and of hand-offs, that hold all these words; only of chats that you may read."""

    event: ClassVar[str] = "note.search"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = NotesFound
    text: Annotated[Line, Field(min_length=1)]
    conversation_id: Id | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class Availability(Done):
    """`available`: somebody could take it; `free`: how many could now; `position`: its place, were it queued.

    `opens_at`: it is not, because the queue is closed until then.
    """

    available: bool
    free: int = 0
    position: int | None = None
    reason: str | None = None
    opens_at: str | None = None


class AvailabilityAsk(ClientEvent):
    """Ask before you promise: who could take this conversation there?"""

    event: ClassVar[str] = "availability.ask"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Availability
    conversation_id: Id
    stint_id: Id
    kind: Literal["escalation", "hand_back", "transfer", "invitation", "consultation"] = "escalation"
    target: TargetShape | None = None
    seeks: Literal["any", "bot", "representative"] | None = None


class ContextSet(ClientEvent):
    """Set or overwrite variables of the conversation."""

    event: ClassVar[str] = "context.set"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id
    stint_id: Id
    variables: Annotated[dict[VariableName, VariableValue], Field(max_length=MAX_VARIABLES)]


class ConversationResolve(ClientEvent):
    """The holder says it is solved: the conversation closes, or goes to a bot where the queue's policy says so."""

    event: ClassVar[str] = "conversation.resolve"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    conversation_id: Id
    stint_id: Id


class WrapUpFinish(ClientEvent):
    """Done with the after-work: the slot is free. `summary_text`: your own text of what was done, kept beside the
    made one. `disposition`: the code of what it was about (`wrapup.options`)."""

    event: ClassVar[str] = "wrapup.finish"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = Done
    stint_id: Id
    summary_text: NoteText | None = None
    disposition: Id | None = None
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


class HandBackTo(Wire):
    """Where a hand-back without a target goes now: a bot's public name, or the queue's where it would wait for one."""

    name: str
    kind: Literal["bot", "queue"]


class Details(Done):
    """The conversation around the timeline: variables, baton, stints, hand-offs. `back_to` is for its holder, where the
    queue hands back by command and a bot can take it.
    """

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
    seen: SeenInfo = SeenInfo()
    back_to: HandBackTo | None = None


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
    NoteEdit,
    NoteSearch,
    TurnDone,
    TurnWorking,
    HandoffRequest,
    HandoffComplete,
    HandoffCancel,
    ConversationLeave,
    ParticipantRemove,
    WhisperSend,
    SummaryPreview,
    SummaryFlag,
    MessageMark,
    AvailabilityAsk,
    ContextSet,
    ConversationResolve,
    WrapUpFinish,
    AgentRead,
    AgentTyping,
    ConversationDetails,
    *HOLD_EVENTS,
    *AGENT_CARE,
    *FIND_EVENTS,
)
