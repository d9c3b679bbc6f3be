"""Holds and waiting lists: the shapes that agents and supervisors read."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from batonpass.protocol.base import Audience, ClientEvent, ClientId, Id, Line, ServerEvent, Wire
from batonpass.protocol.shapes import AgentRef, HoldInfo

MOST_SECONDS = 31_536_000
LISTED = 100
"""At most so many lines of a list."""


class WaitingInfo(Wire):
    """A line of a queue's list: what waits there, in the matcher's order."""

    handoff_id: str
    conversation_id: str
    kind: str
    customer: str = ""
    reason: str = ""
    priority: int = 0
    waited_ms: int
    seeks: str
    offered_to: AgentRef | None = None


class HoldDone(Wire):
    ok: Literal[True] = True
    hold: HoldInfo


class ConversationHold(ClientEvent):
    """Park the conversation you hold: your slot is free, and the customer is told.

    It ends after `for_s` seconds, or at `until`, or after the queue's longest hold: then you are asked first to go on.
    It also ends by what the customer writes, unless the queue says otherwise.
    """

    event: ClassVar[str] = "conversation.hold"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = HoldDone
    conversation_id: Id
    stint_id: Id
    client_id: ClientId
    reason: Line = ""
    for_s: Annotated[int, Field(ge=1, le=MOST_SECONDS)] | None = None
    until: AwareDatetime | None = None


class PickedUp(Wire):
    ok: Literal[True] = True
    stint_id: str
    conversation_id: str


class ConversationResume(ClientEvent):
    """Go on with a conversation that is on hold. It takes a slot of yours; without a free one it stays on hold."""

    event: ClassVar[str] = "conversation.resume"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = PickedUp
    conversation_id: Id
    client_id: ClientId


class ConversationPickUp(ClientEvent):
    """Take what waits, or is on hold, in a queue of yours; also after you declined it, and while it is offered to
    somebody else. The first commit wins. Without `handoff_id` the pass is meant, else the oldest invitation.
    """

    event: ClassVar[str] = "conversation.pick_up"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = PickedUp
    conversation_id: Id
    client_id: ClientId
    handoff_id: Id | None = None


class QueueListed(Wire):
    """`more`: there are others behind these."""

    ok: Literal[True] = True
    waiting: list[WaitingInfo]
    more: bool = False


class QueueList(ClientEvent):
    """Read what waits in a queue of yours."""

    event: ClassVar[str] = "queue.list"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = QueueListed
    queue_id: Id
    limit: Annotated[int, Field(ge=1, le=LISTED)] = LISTED


class HoldStarted(ServerEvent):
    """A conversation of yours, or of a queue of yours, was put on hold."""

    event: ClassVar[str] = "hold.started"
    audience: ClassVar[Audience] = Audience.AGENT
    hold: HoldInfo


class HoldEnded(ServerEvent):
    """A hold is over: `how` is `resumed`, `picked_up`, `customer_wrote`, `customer_asked`, `hold_limit`, `supervisor`
    or `closed`.
    """

    event: ClassVar[str] = "hold.ended"
    audience: ClassVar[Audience] = Audience.AGENT
    hold_id: str
    how: str


HOLD_EVENTS: tuple[type[ClientEvent], ...] = (
    ConversationHold,
    ConversationResume,
    ConversationPickUp,
    QueueList,
)
