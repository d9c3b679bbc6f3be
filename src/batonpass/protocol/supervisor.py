"""What supervisors say and hear, on `/supervisor`: reading, acting, and hints of what has changed."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints

from batonpass.protocol.agent import AgentSent, Details, NotesFound
from batonpass.protocol.base import (
    MAX_INTEGER,
    MAX_REASON,
    READ_PAGE,
    Audience,
    ClientEvent,
    ClientId,
    Id,
    Line,
    ServerEvent,
    Wire,
    clean,
)
from batonpass.protocol.care import SUPERVISOR_CARE
from batonpass.protocol.content import Content
from batonpass.protocol.customer import Done, Page
from batonpass.protocol.events import ENTRY_EVENTS, EntryHidden, HandoffUpdated, PresenceUpdated
from batonpass.protocol.shapes import AgentRef, BatonPart, HandoffInfo, HoldInfo, Wait, Why, WorkflowShape

Reason = Annotated[str, StringConstraints(min_length=1, max_length=MAX_REASON), AfterValidator(clean)]
Presence = Literal["available", "away", "missed"]
Status = Literal["open", "active", "held", "closed"]
Switch = Literal["transfers", "cold", "multi_participant", "notes", "automatic_summary"]


# Shapes


class MemberInfo(Wire):
    """A member of a queue. `removed`: why it could not get the conversation that was asked about.

    `live` and `wrap_up` are its chats and its after-work, of all queues; `here` its chats of this one. `offered`: open
    offers, the first of which ends at `offered_until`. `idle_since`: of people who take chats, by whom routing goes.
    """

    agent: AgentRef
    capacity_priority: int
    presence: Presence
    reachable: bool
    slots_used: int = 0
    capacity: int | None = None
    removed: str | None = None
    live: int = 0
    here: int = 0
    wrap_up: int = 0
    offered: int = 0
    offered_until: str | None = None
    idle_since: str | None = None
    skills: list[str] = []


class QueueOverview(Wire):
    """A queue: how many wait, and its ladder, the highest capacity priority first.

    `waiting_since`: since when the longest wait goes on; `wait`: how long one who came now may wait for a person.
    `changes_at`: when the queue opens or closes next, where it has opening hours.
    """

    queue_id: str
    name: str
    waiting: int
    members: list[MemberInfo]
    waiting_since: str | None = None
    wait: Wait | None = None
    open: bool = True
    changes_at: str | None = None


class PendingInfo(Wire):
    """A hand-off on its way. `offered_to` has its open offer, until `offered_until`."""

    handoff_id: str
    kind: str
    state: str
    queue: str
    seeks: str
    target: str
    workflow: WorkflowShape | None = None
    leave: str
    giver: AgentRef | None = None
    offered_to: AgentRef | None = None
    offered_until: str | None = None
    created_at: str


class ParticipantInfo(Wire):
    agent: AgentRef
    role: str
    stint_id: str


class ConversationInfo(Wire):
    """A conversation at a glance. `others` are in it beside the holder; `baton` is who held it, in order of time."""

    conversation_id: str
    status: Status
    queue: str
    customer: str
    epoch: int
    head: int
    hops: int
    started_at: str
    waiting_since: str | None = None
    holder: AgentRef | None = None
    held: HoldInfo | None = None
    others: list[ParticipantInfo]
    pending: list[PendingInfo]
    baton: list[BatonPart] = []


# Said by supervisors


class ActDone(Done):
    """`stint_id`: whoever the act brought in. `over_capacity`: above its capacity."""

    handoff_id: str
    state: str
    stint_id: str | None = None
    over_capacity: bool = False


class Monitor(ClientEvent):
    """Join as an observer, unseen by the customer and without a slot. Leave on `/agent` with `conversation.leave`."""

    event: ClassVar[str] = "conversation.monitor"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = ActDone
    conversation_id: Id
    client_id: ClientId
    reason: Reason


class TakeOver(ClientEvent):
    """Hold the conversation at once; a pending pass is called off. `force`: also when you have no free slot."""

    event: ClassVar[str] = "conversation.take_over"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = ActDone
    conversation_id: Id
    client_id: ClientId
    reason: Reason
    force: bool = False


class Assign(ClientEvent):
    """Give the conversation to an agent. A representative gets an offer; with `force` it holds at once, also away
    or over capacity. A bot, and who is in the conversation already, holds at once.
    """

    event: ClassVar[str] = "conversation.assign"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = ActDone
    conversation_id: Id
    client_id: ClientId
    agent_id: Id
    reason: Reason
    force: bool = False


class CloseDone(Done):
    """`closed`: by this act; false when it was closed before."""

    closed: bool


class Close(ClientEvent):
    """Close the conversation, whatever is pending."""

    event: ClassVar[str] = "conversation.close"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = CloseDone
    conversation_id: Id
    reason: Reason


class SupervisorWhisper(ClientEvent):
    """Say something to agents only without being in: to those in `to`, else to all representatives there."""

    event: ClassVar[str] = "whisper.send"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = AgentSent
    conversation_id: Id
    client_id: ClientId
    content: Content
    to: Annotated[list[Id], Field(max_length=20)] = []
    reason: Line = ""


class SwitchesDone(Done):
    switches: dict[str, bool]


class SwitchSet(ClientEvent):
    """Turn a switch off or on; without `on` it stands as the configuration says. It takes effect at once."""

    event: ClassVar[str] = "switch.set"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = SwitchesDone
    name: Switch
    on: bool | None = None
    reason: Reason


class SupervisorRead(ClientEvent):
    """Ask for the entries of any conversation after a number. Emitted in order, then acknowledged."""

    event: ClassVar[str] = "timeline.read"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = Page
    conversation_id: Id
    after: Annotated[int, Field(ge=0, le=MAX_INTEGER)]
    limit: Annotated[int, Field(ge=1, le=READ_PAGE)] = READ_PAGE


class SupervisorDetails(ClientEvent):
    """Read any conversation around the timeline."""

    event: ClassVar[str] = "conversation.details"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = Details
    conversation_id: Id


class SupervisorNoteSearch(ClientEvent):
    """Find notes, of conversations and of hand-offs, that hold all these words; of any conversation."""

    event: ClassVar[str] = "note.search"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = NotesFound
    text: Annotated[Line, Field(min_length=1)]
    conversation_id: Id | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 20


class Explained(Done):
    """`handoff` is the pending one, or the last, and `why` its decision. `now` is who would get the conversation
    now: by that hand-off, or, when nothing waits (`hypothetical`), were its holder to transfer it to `next`.
    Nothing stands there for a closed conversation.
    """

    conversation_id: str
    status: Status
    handoff: HandoffInfo | None = None
    why: Why | None = None
    hypothetical: bool = False
    queue: str
    now: Why | None = None
    members: list[MemberInfo] = []


class DecisionExplain(ClientEvent):
    """Ask why a conversation went where it did, and who would get it now."""

    event: ClassVar[str] = "decision.explain"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    Reply: ClassVar[type[Wire]] = Explained
    conversation_id: Id


SUPERVISOR_EVENTS: tuple[type[ClientEvent], ...] = (
    *SUPERVISOR_CARE,
    Monitor,
    TakeOver,
    Assign,
    Close,
    SupervisorWhisper,
    SwitchSet,
    SupervisorRead,
    SupervisorDetails,
    SupervisorNoteSearch,
    DecisionExplain,
)


# Said to supervisors


class SupervisorSnapshot(ServerEvent):
    """First event after connecting to `/supervisor`. `more`: there are more live conversations than are listed.
    `agent` is left out for an admin who is no agent, and who reads and does not act."""

    event: ClassVar[str] = "session.snapshot"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    agent: AgentRef | None = None
    queues: list[QueueOverview]
    conversations: list[ConversationInfo]
    more: bool
    switches: dict[str, bool]


class AlertRaised(ServerEvent):
    """Something to look at: `webhook_dead`, a webhook's delivery was given up; `hop_limit`, it was passed on very often;
    `cool_down`, it would go to and fro;
    `contact_left`, a customer left an address instead (`contact_id` in `params`, see `contact.list`)."""

    event: ClassVar[str] = "alert.raised"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    code: str
    params: dict[str, str] = {}


class QueueUpdated(ServerEvent):
    """How many wait in a queue now, and `queue`, its ladder. Once a second at most."""

    event: ClassVar[str] = "queue.updated"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    queue_id: str
    name: str
    waiting: int
    queue: QueueOverview | None = None


class ConversationUpdated(ServerEvent):
    """A conversation has changed hands, participants or state. Once a second at most."""

    event: ClassVar[str] = "conversation.updated"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    conversation: ConversationInfo


class SwitchesUpdated(ServerEvent):
    """How the switches stand now."""

    event: ClassVar[str] = "switches.updated"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    switches: dict[str, bool]


class ConfigurationUpdated(ServerEvent):
    """Another version of the configuration is in force: agents and queues as they are now follow. Queues that it does
    not have are gone."""

    event: ClassVar[str] = "config.updated"
    audience: ClassVar[Audience] = Audience.SUPERVISOR
    version: int
    queues: list[str]


TOLD_SUPERVISORS: tuple[type[ServerEvent], ...] = (
    *(event for event in ENTRY_EVENTS if event is not EntryHidden),
    SupervisorSnapshot,
    AlertRaised,
    PresenceUpdated,
    QueueUpdated,
    HandoffUpdated,
    ConversationUpdated,
    SwitchesUpdated,
    ConfigurationUpdated,
)
"""Entries only when they are asked for; the rest, but the snapshot, to all supervisors."""
