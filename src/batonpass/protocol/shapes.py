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

    `boundary_seq` is the end of the giver's stint, once it has ended.
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


class StintInfo(Wire):
    """One of the agent's stints with its cursor: `head` is the last seq it may read now.

    `summary`: in wrap-up what was done, once that is told; in a snapshot of a live one the newest of its hand-off.
    `disposition`: the code that its after-work was closed with.
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
