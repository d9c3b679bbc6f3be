"""What the server says: the `data` of each event. The envelope around it is `Envelope`."""

from typing import Any, ClassVar, Literal

from batonpass.protocol.base import Audience, ServerEvent, Wire
from batonpass.protocol.care import CARE_TOLD, QuestionInfo, SeenInfo
from batonpass.protocol.content import Content
from batonpass.protocol.holds import HoldEnded, HoldStarted
from batonpass.protocol.shapes import (
    Actor,
    AgentRef,
    BackTo,
    Counts,
    HandoffInfo,
    HoldInfo,
    Notice,
    OfferInfo,
    StintInfo,
    SummaryShape,
    TurnInfo,
    Variables,
    Wait,
)


class Envelope(Wire):
    """Around every server event. Entries of the timeline carry `seq` (agents) or `public_seq` (customers), both dense;
    for agents what the customer reads carries both, as receipts speak in the customer's numbers."""

    event_id: str
    conversation_id: str | None = None
    seq: int | None = None
    public_seq: int | None = None
    epoch: int | None = None
    at: str
    actor: Actor | None = None
    data: dict[str, Any]


class MessageCreated(ServerEvent):
    """A message. `to` other than `all` is a whisper: no customer gets it. Of a `sensitive` one a representative
    gets no words, unless they are its own."""

    event: ClassVar[str] = "message.created"
    audience: ClassVar[Audience] = Audience.BOTH
    message_id: str
    client_id: str | None = None
    stint_id: str | None = None
    to: Literal["all", "representatives"] | list[str] | None = None
    sensitive: bool = False
    content: Content


class AgentAdded(ServerEvent):
    """An agent came in. As an entry it has a seq; without one it is the first packet of a join (law 4)."""

    event: ClassVar[str] = "conversation.agent_added"
    audience: ClassVar[Audience] = Audience.BOTH
    agent: AgentRef
    role: str
    stint_id: str | None = None
    notice: Notice | None = None


class AgentRemoved(ServerEvent):
    """An agent's live time is over."""

    event: ClassVar[str] = "conversation.agent_removed"
    audience: ClassVar[Audience] = Audience.BOTH
    agent: AgentRef
    role: str
    reason: str
    stint_id: str | None = None
    notice: Notice | None = None


class NoticePosted(ServerEvent):
    """A line for the customer that no other entry carries."""

    event: ClassVar[str] = "notice.posted"
    audience: ClassVar[Audience] = Audience.BOTH
    notice: Notice


class DraftDiscarded(ServerEvent):
    """A send of an ended stint: refused, kept for the audit, never seen by the customer (law 1)."""

    event: ClassVar[str] = "draft.discarded"
    audience: ClassVar[Audience] = Audience.AGENT
    stint_id: str
    client_id: str
    content: Content
    reason: str


class NoteAdded(ServerEvent):
    """Words for agents only. Another `version` of a note takes the place of the one before."""

    event: ClassVar[str] = "note.added"
    audience: ClassVar[Audience] = Audience.AGENT
    note_id: str
    version: int = 1
    client_id: str | None = None
    stint_id: str | None = None
    text: str


class SummaryFlagged(ServerEvent):
    """An agent called version `version` of a hand-off's summary wrong."""

    event: ClassVar[str] = "summary.flagged"
    audience: ClassVar[Audience] = Audience.AGENT
    handoff_id: str
    version: int
    reason: str = ""
    client_id: str | None = None
    stint_id: str | None = None


class MessageMarked(ServerEvent):
    """A message was marked as sensitive: representatives do not see its words any more."""

    event: ClassVar[str] = "message.marked"
    audience: ClassVar[Audience] = Audience.AGENT
    message_id: str
    marked_seq: int
    client_id: str | None = None
    stint_id: str | None = None


class SupervisorActed(ServerEvent):
    """A supervisor did something here: who is the actor, `act` says what, `reason` why.

    `over_capacity`: by this act an agent has more chats than its capacity.
    """

    event: ClassVar[str] = "supervisor.acted"
    audience: ClassVar[Audience] = Audience.AGENT
    act: Literal["monitor", "whisper", "take_over", "assign", "close"]
    reason: str
    over_capacity: Literal[True] | None = None


class ConversationClosed(ServerEvent):
    """The chat is over."""

    event: ClassVar[str] = "conversation.closed"
    audience: ClassVar[Audience] = Audience.BOTH
    reason: str
    notice: Notice | None = None


class EntryHidden(ServerEvent):
    """Holds the place of an entry this reader may not see, so that a gap is always a loss."""

    event: ClassVar[str] = "entry.hidden"
    audience: ClassVar[Audience] = Audience.AGENT
    hidden: Literal[True] = True


class ConversationContext(ServerEvent):
    """Second packet of a join: the story. `transcript` holds the entry events up to `boundary_seq`."""

    event: ClassVar[str] = "conversation.context"
    audience: ClassVar[Audience] = Audience.AGENT
    stint_id: str
    variables: Variables
    handoff: HandoffInfo
    boundary_seq: int
    transcript: list[dict[str, Any]]
    truncated_before: int | None = None


class ConversationGreet(ServerEvent):
    """Third packet, for a bot's holder stint: greet once, under the client id `greet:{stint}`."""

    event: ClassVar[str] = "conversation.greet"
    audience: ClassVar[Audience] = Audience.AGENT
    stint_id: str
    client_id: str
    turn: TurnInfo


class TurnStarted(ServerEvent):
    """A bot owes an answer to the customer's messages `from_seq` to `to_seq`."""

    event: ClassVar[str] = "turn.started"
    audience: ClassVar[Audience] = Audience.AGENT
    turn: TurnInfo


class TurnEnded(ServerEvent):
    """Nothing is owed any more for this turn."""

    event: ClassVar[str] = "turn.ended"
    audience: ClassVar[Audience] = Audience.AGENT
    turn_id: str
    stint_id: str
    reason: str


class OfferMade(ServerEvent):
    """A chance to take the baton, with the story, before accepting."""

    event: ClassVar[str] = "offer.made"
    audience: ClassVar[Audience] = Audience.AGENT
    offer: OfferInfo


class OfferEnded(ServerEvent):
    """The offer is over: accepted, declined, expired or withdrawn."""

    event: ClassVar[str] = "offer.ended"
    audience: ClassVar[Audience] = Audience.AGENT
    offer_id: str
    handoff_id: str
    state: Literal["accepted", "declined", "expired", "withdrawn"]
    reason: str | None = None


class StintUpdated(ServerEvent):
    """A stint of yours changed its state."""

    event: ClassVar[str] = "stint.updated"
    audience: ClassVar[Audience] = Audience.AGENT
    stint: StintInfo


class HandoffUpdated(ServerEvent):
    """A hand-off you gave, or of a conversation you are in, moved on."""

    event: ClassVar[str] = "handoff.updated"
    audience: ClassVar[Audience] = Audience.AGENT
    handoff: HandoffInfo


class SummaryUpdated(ServerEvent):
    """Another summary of a hand-off, or of a stint of yours that ended. The higher `version` counts."""

    event: ClassVar[str] = "summary.updated"
    audience: ClassVar[Audience] = Audience.AGENT
    handoff_id: str | None = None
    stint_id: str | None = None
    version: int
    summary: SummaryShape


class LatePreview(ServerEvent):
    """What the slow summarizer says to your `summary.preview`; without a summary, why there is none."""

    event: ClassVar[str] = "summary.previewed"
    audience: ClassVar[Audience] = Audience.AGENT
    stint_id: str
    summary: SummaryShape | None = None
    reason: str = ""


class PresenceUpdated(ServerEvent):
    """Presence of an agent: its intent, and whether it can be reached."""

    event: ClassVar[str] = "presence.updated"
    audience: ClassVar[Audience] = Audience.AGENT
    agent: AgentRef
    presence: Literal["available", "away", "missed"]
    reachable: bool
    slots_used: int = 0
    capacity: int | None = None


class TypingUpdated(ServerEvent):
    """Somebody writes. It expires by itself after `expires_ms`."""

    event: ClassVar[str] = "typing.updated"
    audience: ClassVar[Audience] = Audience.BOTH
    on: bool
    expires_ms: int


class QueuePosition(ServerEvent):
    """The customer's place, from the matcher's own order; 1 is next."""

    event: ClassVar[str] = "queue.position"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    position: int
    wait: Wait | None = None
    back_to: BackTo | None = None


class QueueInfo(Wire):
    """A queue this agent is a member of."""

    queue_id: str
    name: str
    waiting: int


class AgentSnapshot(ServerEvent):
    """First event after connecting to `/agent`: everything the agent has, with cursors and time left."""

    event: ClassVar[str] = "session.snapshot"
    audience: ClassVar[Audience] = Audience.AGENT
    agent: AgentRef
    presence: Literal["available", "away", "missed"]
    capacity: int | None = None
    slots_used: int = 0
    stints: list[StintInfo]
    offers: list[OfferInfo]
    handoffs: list[HandoffInfo]
    turns: list[TurnInfo]
    queues: list[QueueInfo]
    held: list[HoldInfo] = []
    counts: Counts | None = None


class CustomerConversation(Wire):
    """One of the customer's open conversations; `head` is its last public_seq. `contacts`: an address may be left.
    `back_to`: the bot that it may go back to while it waits for a person."""

    conversation_id: str
    status: Literal["open", "active", "held", "closed"]
    epoch: int
    head: int
    holder: AgentRef | None = None
    position: int | None = None
    wait: Wait | None = None
    back_to: BackTo | None = None
    human_pending: bool = False
    reopen_s: int = 0
    """So many seconds after its end, what the customer writes opens it again; 0 is never."""
    contacts: bool = False
    seen: SeenInfo = SeenInfo()


class CustomerSnapshot(ServerEvent):
    """First event after connecting to `/customer`. `questions`: what may still be answered (`csat.give`)."""

    event: ClassVar[str] = "session.snapshot"
    audience: ClassVar[Audience] = Audience.CUSTOMER
    customer_id: str
    conversations: list[CustomerConversation]
    questions: list[QuestionInfo] = []


ENTRY_EVENTS: tuple[type[ServerEvent], ...] = (
    MessageCreated,
    AgentAdded,
    AgentRemoved,
    NoticePosted,
    DraftDiscarded,
    NoteAdded,
    SummaryFlagged,
    MessageMarked,
    SupervisorActed,
    ConversationClosed,
    EntryHidden,
)
"""Events that are lines of the timeline and carry a number."""

OTHER_EVENTS: tuple[type[ServerEvent], ...] = (
    AgentSnapshot,
    CustomerSnapshot,
    ConversationContext,
    ConversationGreet,
    TurnStarted,
    TurnEnded,
    OfferMade,
    OfferEnded,
    StintUpdated,
    HandoffUpdated,
    SummaryUpdated,
    LatePreview,
    HoldStarted,
    HoldEnded,
    PresenceUpdated,
    TypingUpdated,
    QueuePosition,
    *CARE_TOLD,
)
