"""What a desk asks: where a chat can go, which chats there are, and which hold these words."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from batonpass.protocol.base import Audience, ClientEvent, Id, Line, Wire
from batonpass.protocol.shapes import AgentRef, ConversationRow, Counts, Wait

LISTED = 100
FOUND = 50
"""At most so many rows of a list, and of what was found."""

PassKind = Literal["transfer", "invitation", "consultation", "hand_back", "escalation"]
Scope = Literal["queue", "all", "held", "recent"]
RowCursor = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[A-Za-z0-9_-]+$")]


class FindDone(Wire):
    """Nothing to say but that it was looked up."""

    ok: Literal[True] = True


# Where a chat can go


class TargetRefusal(Wire):
    """Why this cannot be asked for now. `code` is one of `full`, `away`, `offline`, `closed` (until `opens_at`),
    `in_conversation`, `empty`, `skills`, `passed_on`, `crowded` (as many wait there as may), `unknown`; of the whole
    list also `switched_off`, `handoff_pending` (`handoff_id` says which), `not_holder`, `conversation_closed`.
    `message` says it in a sentence.
    """

    code: str
    message: str
    opens_at: str | None = None
    handoff_id: str | None = None


class TargetAgent(Wire):
    """An agent as somewhere to pass a chat to. `queues` are names. `suggested`: it held this chat before (`previous`),
    or served this customer in another one (`customer_knows`). Without a `capacity` it has no limit.
    """

    agent: AgentRef
    presence: Literal["available", "away", "missed"]
    reachable: bool
    slots_used: int = 0
    capacity: int | None = None
    queues: list[str] = []
    skills: list[str] = []
    suggested: Literal["previous", "customer_knows"] | None = None
    refused: TargetRefusal | None = None


class TargetQueue(Wire):
    """A queue as somewhere to pass a chat to. `available` people, and `bots`, could take one now; `waiting` are before
    it; `wait` is told where the last waits there tell."""

    queue_id: str
    name: str
    available: int = 0
    bots: int = 0
    waiting: int = 0
    wait: Wait | None = None
    open: bool = True
    opens_at: str | None = None
    refused: TargetRefusal | None = None


class TargetWorkflow(Wire):
    """A workflow as somewhere to pass a chat to: `name` is its id, `steps` are the names of whom it asks, in order."""

    name: str
    title: str
    steps: list[str] = []
    refused: TargetRefusal | None = None


class TargetsListed(FindDone):
    """Who can be asked comes first; who cannot stays listed with the reason. `previous` held before you. `falls_to`: the
    queue that an agent's refusal or silence goes on to. `offer_s`: so long an offer of your queue stands;
    `completion_s`: so long a warm transfer may take. `refused`: nothing of this kind can be asked for now.
    `more`: there are others, to be found by their names.
    """

    agents: list[TargetAgent]
    queues: list[TargetQueue]
    workflows: list[TargetWorkflow]
    previous: AgentRef | None = None
    falls_to: str | None = None
    offer_s: int = 0
    completion_s: int = 0
    refused: TargetRefusal | None = None
    more: bool = False


class TargetList(ClientEvent):
    """Ask where a chat of yours can go: agents, queues and workflows whose name, queue or skill holds `text`."""

    event: ClassVar[str] = "target.list"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = TargetsListed
    conversation_id: Id
    kind: PassKind = "transfer"
    text: Line = ""
    limit: Annotated[int, Field(ge=1, le=LISTED)] = 50


# Which chats there are


class ConversationsListed(FindDone):
    """`cursor` asks for the rows after these. `counts` come with the first page."""

    conversations: list[ConversationRow]
    cursor: str | None = None
    counts: Counts | None = None


class ConversationsList(ClientEvent):
    """Read the rows of a list: what waits in your queues (`queue`), what is not over there (`all`), what is on hold there
    or by you (`held`), or the chats you were in (`recent`). Without the words that you may not read.
    """

    event: ClassVar[str] = "conversation.list"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = ConversationsListed
    scope: Scope
    cursor: RowCursor | None = None
    limit: Annotated[int, Field(ge=1, le=LISTED)] = LISTED


class ConversationsFound(FindDone):
    """The best first: rows with what was found (`hit`). `more`: there are others, or older ones were not looked at."""

    conversations: list[ConversationRow]
    more: bool = False


class ConversationSearch(ClientEvent):
    """Find chats of yours, and those that wait in your queues, that hold all these words as far as you may read them."""

    event: ClassVar[str] = "conversation.search"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = ConversationsFound
    text: Annotated[Line, Field(min_length=1)]
    limit: Annotated[int, Field(ge=1, le=FOUND)] = 20


class CustomerHistory(ClientEvent):
    """Read the rows of the other chats of this customer, the newest first: without words, unless you were in them."""

    event: ClassVar[str] = "customer.history"
    audience: ClassVar[Audience] = Audience.AGENT
    Reply: ClassVar[type[Wire]] = ConversationsFound
    conversation_id: Id
    limit: Annotated[int, Field(ge=1, le=FOUND)] = 20


FIND_EVENTS: tuple[type[ClientEvent], ...] = (
    TargetList,
    ConversationsList,
    ConversationSearch,
    CustomerHistory,
)
