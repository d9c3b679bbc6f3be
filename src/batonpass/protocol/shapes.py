"""Shapes that several events share."""

from typing import Annotated, Any, Literal

from pydantic import Field

from batonpass.protocol.base import Wire


class Actor(Wire):
    """Who did it. Customers get the public name and never an id."""

    type: Literal["customer", "bot", "person", "system"]
    name: str = ""
    id: str | None = None


class AgentRef(Wire):
    """An agent by public name and kind; the id only to agents."""

    name: str
    kind: Literal["bot", "representative"]
    id: str | None = None


class Notice(Wire):
    """A line for the customer: `text` is what to show; `code` and `params` are for clients with words of their own.

    A muted notice has no text: show nothing.
    """

    code: str
    params: dict[str, str] = {}
    text: str = ""
    locale: str = "en"
    muted: bool = False


class Wait(Wire):
    """A range of seconds, whole minutes; left out while there is too little to estimate from."""

    low_s: int
    high_s: int


class BackTo(Wire):
    """The bot that the customer may go back to instead of waiting (`bot.request`), by its public name."""

    name: str


class Answer(Wire):
    """What a hand-off request meets: `offered` (named agents only), `queued`, `accepted` (a consulted bot of a warm
    transfer), `completed` or `already`. `warning`: `hop_limit`, it was passed on very often.
    """

    type: Literal["offered", "queued", "accepted", "completed", "already"]
    warning: str | None = None
    position: int | None = None
    wait: Wait | None = None
    agent: AgentRef | None = None


class BatonPart(Wire):
    """One part of the baton: a holder, or nobody (`kind` is `nobody`), and how long."""

    kind: Literal["bot", "representative", "nobody"]
    name: str = ""
    agent_id: str | None = None
    started_at: str
    ended_at: str | None = None


class FactShape(Wire):
    name: str
    value: str
    seq: int


class StepShape(Wire):
    by: str
    text: str
    seq: int


class MakerShape(Wire):
    name: str
    version: str
    model: str = ""


class SummaryShape(Wire):
    """A transfer summary, as its maker returned it; empty fields stay empty. `v` is the format's version."""

    model_config = {"extra": "ignore", "frozen": True}

    v: int = 1
    maker: MakerShape
    status: str = "ok"
    status_reason: str = ""
    transfer_reason: str = ""
    issue: str = ""
    intent: str = ""
    facts: list[FactShape] = []
    steps: list[StepShape] = []
    outcome: str = "unknown"
    sentiment: str = ""
    next_step: str = ""
    language: str = ""
    prose: str = ""
    first_seq: int = 0
    last_seq: int = 0


class BriefShape(Wire):
    """What a hand-back tells the bot: what was settled, what was promised, what not to ask again."""

    settled: str = ""
    promised: str = ""
    avoid: str = ""


class RouteStepShape(Wire):
    """What became of a step of a workflow, counted from 1."""

    step: int
    outcome: str


class WorkflowShape(Wire):
    """How far a hand-off is in its workflow: at which step, from 1, None past the last; and what became of others."""

    name: str
    step: int | None = None
    path: list[RouteStepShape] = []


class HandoffInfo(Wire):
    """A hand-off as agents see it. `summary_text` is the giver's own text of the summary, `summary` the made one.
    Of two made ones the higher `summary_version` counts; `summary_flagged`: an agent called it wrong.

    `boundary_seq` is the end of the giver's stint, once it has ended. `ends_in_ms`: what is left of the open offer, which
    `offered_to` has, or of the talk before a warm transfer is complete. `model_pending`: a slow summarizer has still to
    tell its story.
    """

    handoff_id: str
    conversation_id: str
    kind: str
    state: str
    queue: str
    seeks: str
    reason: str = ""
    note: str = ""
    giver: AgentRef | None = None
    receiver: AgentRef | None = None
    leave: str = "now"
    target: str = ""
    skills: list[str] = []
    workflow: WorkflowShape | None = None
    summary: SummaryShape | None = None
    summary_version: int = 0
    summary_flagged: bool = False
    summary_text: str | None = None
    brief: BriefShape | None = None
    boundary_seq: int = 0
    outcome: str | None = None
    offered_to: AgentRef | None = None
    ends_in_ms: int | None = None
    model_pending: bool = False


class Why(Wire):
    """The trace of a routing decision: the winner, the key it won by, removals by first reason, up to 20 names, and how
    many were left to choose from."""

    winner: str | None
    key: str
    removed: dict[str, int] = {}
    names: dict[str, list[str]] = {}
    flags: list[str] = []
    left: int | None = None


class NoteShape(Wire):
    """A note that was found. Without a `seq` it came with the hand-off `note_id`."""

    conversation_id: str
    note_id: str
    seq: int | None = None
    version: int = 1
    at: str
    author: str = ""
    text: str


class HoldInfo(Wire):
    """A parked conversation: who held it, since when, and when its hold ends by itself.

    `silent`: the customer's silence parked it. `closes`: at its end the chat is closed instead of going on.
    """

    hold_id: str
    conversation_id: str
    agent: AgentRef
    queue: str
    customer: str = ""
    reason: str = ""
    silent: bool = False
    closes: bool = False
    started_at: str
    until: str
    ends_in_ms: int


class Counts(Wire):
    """How many rows a representative's lists have: what waits in its queues, what is not over there, what is on hold."""

    queue: int = 0
    all: int = 0
    held: int = 0


class RowLine(Wire):
    """The last line of a chat that its customer reads. Without a `text` this reader may not read it."""

    at: str
    by: Literal["customer", "bot", "person", "you"]
    name: str = ""
    text: str = ""
    kind: Literal["text", "choices", "card", "attachment"] = "text"


class RowOther(Wire):
    """Somebody beside the holder."""

    agent: AgentRef
    role: str


class RowHandoff(Wire):
    """The hand-off that is pending. `target` is a name: an agent's, a queue's. `ends_in_ms`: of its open offer."""

    handoff_id: str
    kind: str
    state: str
    target: str = ""
    offered_to: AgentRef | None = None
    ends_in_ms: int | None = None


class RowOutcome(Wire):
    """What came of it: why it ended, or your part in it; the code that the after-work was closed with, and the issue."""

    reason: str
    disposition: str | None = None
    summary_issue: str | None = None


class RowHit(Wire):
    """What was found in a chat: where, and the words around it; of a line its `seq`."""

    where: Literal["customer", "context", "message", "note", "id"]
    text: str
    seq: int | None = None


class ConversationRow(Wire):
    """A chat as a line of a list. `customer` is its name, `queue` the queue's; of the baton the last parts, after
    `earlier` others. `waiting_since`: nobody holds it, and all its waiting counts; `unanswered_since`: the customer
    wrote, and has no answer. `may`: what this reader can do now. Of a chat that it has left, `recent` shows the state
    at that moment.
    """

    conversation_id: str
    customer: str = ""
    queue: str
    queue_id: str
    state: Literal["open", "active", "held", "closed"]
    baton: list[BatonPart]
    earlier: int = 0
    holder: AgentRef | None = None
    others: list[RowOther] = []
    started_at: str
    waiting_since: str | None = None
    unanswered_since: str | None = None
    last: RowLine | None = None
    handoff: RowHandoff | None = None
    hold: HoldInfo | None = None
    outcome: RowOutcome | None = None
    hit: RowHit | None = None
    may: list[Literal["read", "pick_up", "resume"]] = []


class StintInfo(Wire):
    """One of the agent's stints with its cursor: `head` is the last seq it may read now.

    `summary`: in wrap-up what was done, once that is told; in a snapshot of a live one the newest of its hand-off.
    `disposition`: the code that its after-work was closed with. `row`: the chat as a line of a representative's list.
    """

    stint_id: str
    conversation_id: str
    agent: AgentRef
    role: str
    state: str
    epoch: int
    boundary_seq: int
    ready: bool
    head: int
    started_at: str
    ends_in_ms: int | None = None
    reason: str | None = None
    handoff_id: str | None = None
    summary: SummaryShape | None = None
    summary_version: int = 0
    disposition: str | None = None
    row: ConversationRow | None = None


class TurnInfo(Wire):
    """What a bot owes now, and until when."""

    turn_id: str
    stint_id: str
    conversation_id: str
    kind: Literal["greet", "message"]
    from_seq: int
    to_seq: int
    deadline_at: str
    ends_in_ms: int


class OfferInfo(Wire):
    """An offer with the story: what a representative sees before accepting.

    Variables, texts of the hand-off and the transcript's tail as far as they fit; who accepts gets all of them.
    """

    offer_id: str
    handoff: HandoffInfo
    conversation_id: str
    customer: str
    variables: dict[str, str]
    transcript_tail: list[dict[str, Any]]
    baton: list[BatonPart]
    why: Why | None
    waited_ms: int
    deadline_at: str
    ends_in_ms: int


Variables = Annotated[dict[str, str], Field(max_length=100)]
