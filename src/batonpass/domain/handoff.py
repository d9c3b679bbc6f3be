"""The hand-off and the offer: one table is the rule and the drawing in `docs/handoff.md`."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from batonpass.domain.errors import OfferEnded, TransitionRefused


class Kind(StrEnum):
    """Why the baton moves or is shared: a closed list."""

    ARRIVAL = "arrival"
    ESCALATION = "escalation"
    TRANSFER = "transfer"
    HAND_BACK = "hand_back"
    INVITATION = "invitation"
    CONSULTATION = "consultation"
    FAILOVER = "failover"
    TAKE_OVER = "take_over"
    RETURN = "return"
    PROMOTION = "promotion"


SHARES = frozenset({Kind.INVITATION, Kind.CONSULTATION})
"""Kinds that let somebody in beside the holder. All others move the baton."""


TOLD = frozenset(
    {
        *SHARES,
        Kind.ESCALATION,
        Kind.TRANSFER,
        Kind.HAND_BACK,
        Kind.FAILOVER,
        Kind.TAKE_OVER,
    }
)
"""Kinds whose receiver does not know the story yet."""


class Leave(StrEnum):
    """When the giver's stint ends: with the request, when the receiver is in, or when the giver says so.

    A kind that shares the baton has no leave: its giver stays.
    """

    NOW = "now"
    ON_ACCEPT = "on_accept"
    ON_COMPLETE = "on_complete"


class Seeks(StrEnum):
    """Which kind of agent a hand-off looks for."""

    ANY = "any"
    BOT = "bot"
    REPRESENTATIVE = "representative"


class TargetType(StrEnum):
    AGENT = "agent"
    QUEUE = "queue"
    PREVIOUS = "previous"
    NEXT = "next"
    WORKFLOW = "workflow"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a hand-off goes. `id` names the agent or queue; `NEXT` may name a queue, `PREVIOUS` nothing.

    `WORKFLOW` is asked for only: each step of it makes an agent or a queue the target.
    """

    type: TargetType
    id: str | None = None


class State(StrEnum):
    REQUESTED = "requested"
    QUEUED = "queued"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    RETURNED = "returned"


class Step(StrEnum):
    """What happens to a hand-off. `DECLINE`, `EXPIRE` and `WITHDRAW` end an offer, not the hand-off."""

    QUEUE = "queue"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    LOSE = "lose"
    COMPLETE = "complete"
    CANCEL = "cancel"
    FAIL = "fail"
    RETURN = "return"


TABLE: dict[State, dict[Step, State]] = {
    State.REQUESTED: {
        Step.QUEUE: State.QUEUED,
        Step.OFFER: State.OFFERED,
        Step.FAIL: State.FAILED,
        Step.CANCEL: State.CANCELLED,
    },
    State.QUEUED: {
        Step.OFFER: State.OFFERED,
        Step.ACCEPT: State.ACCEPTED,
        Step.CANCEL: State.CANCELLED,
        Step.FAIL: State.FAILED,
        Step.RETURN: State.RETURNED,
    },
    State.OFFERED: {
        Step.ACCEPT: State.ACCEPTED,
        Step.DECLINE: State.QUEUED,
        Step.EXPIRE: State.QUEUED,
        Step.WITHDRAW: State.QUEUED,
        Step.CANCEL: State.CANCELLED,
        Step.FAIL: State.FAILED,
        Step.RETURN: State.RETURNED,
    },
    State.ACCEPTED: {
        Step.COMPLETE: State.COMPLETED,
        Step.LOSE: State.QUEUED,
        Step.CANCEL: State.CANCELLED,
        Step.RETURN: State.RETURNED,
    },
    State.COMPLETED: {},
    State.CANCELLED: {},
    State.FAILED: {},
    State.RETURNED: {},
}
"""`TABLE[state][step]` is the next state; a missing key is a refusal. A state without steps is an end."""

ENDS = frozenset(state for state, steps in TABLE.items() if not steps)


class OfferState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


REASONS = ("declined", "missed", "lost")
"""Why a hand-off leaves agents out; the fields of `Exclusions`."""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Agents this hand-off no longer asks, by reason (DESIGN section 5)."""

    declined: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Handoff:
    """A request that the baton move or be shared.

    `waiting_key` orders the queue: the moment the present wait would have begun had all earlier waits
    been one with it, so that waiting time travels along. `boundary_seq` is the end of the giver's stint.
    `edited` is the giver's own text of the summary; the generated one stays beside it. Of generated ones the
    higher `summary_version` wins, 0 is none; `summary_flagged`: an agent called one wrong. `brief` tells the bot
    of a hand-back what was `settled`, what was `promised` and what to `avoid`. `fell_through`: a named
    agent did not take it, so the giver's queue may. `tried`: the queues it waited in
    before the overflow it waits in. `skills`: what it asks of an agent, beside its queue. `workflow`: how far it is
    in one (`workflow.Progress`).
    """

    id: str
    conversation_id: str
    kind: Kind
    leave: Leave
    state: State
    target: Target
    seeks: Seeks
    queue_id: str
    created_at: int
    priority: int = 0
    waiting_key: int = 0
    reason: str = ""
    note: str = ""
    summary: dict[str, Any] | None = None
    summary_version: int = 0
    summary_flagged: bool = False
    edited: str | None = None
    brief: dict[str, str] | None = None
    giver_stint_id: str | None = None
    giver_agent_id: str | None = None
    requested_by: str = "system"
    client_id: str | None = None
    failover_queue_id: str | None = None
    excluded: Exclusions = field(default_factory=Exclusions)
    ladder_restarted: bool = False
    fell_through: bool = False
    tried: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    workflow: dict[str, Any] | None = None
    boundary_seq: int = 0
    receiver_agent_id: str | None = None
    trace: dict[str, Any] | None = None
    ended_at: int | None = None
    outcome: str | None = None

    @property
    def pending(self) -> bool:
        return self.state not in ENDS

    @property
    def overflowed(self) -> bool:
        """Whether it waits in an overflow."""
        return bool(self.tried)

    @property
    def waits(self) -> bool:
        """Whether nobody has accepted it yet."""
        return self.state in (State.QUEUED, State.OFFERED)

    @property
    def shares(self) -> bool:
        """Whether it lets somebody in beside the holder, instead of moving the baton."""
        return self.kind in SHARES

    @property
    def giver_stays(self) -> bool:
        """Whether its giver is in until it completes."""
        return self.shares or self.leave is not Leave.NOW

    @property
    def bound(self) -> bool:
        """Whether the ladder binds it: queue and `next` targets and failovers, and a named one that fell through.

        What returns to its giver is not bound, wherever it falls (DESIGN section 5).
        """
        named = self.target.type not in (TargetType.QUEUE, TargetType.NEXT)
        return self.kind is not Kind.RETURN and (self.fell_through or not named)

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that may serve it: its own, and a failover's second one."""
        return (self.queue_id, self.failover_queue_id) if self.failover_queue_id else (self.queue_id,)


@dataclass(frozen=True, slots=True)
class Offer:
    """One agent's chance at one hand-off, with a deadline. It holds a slot while it is open."""

    id: str
    handoff_id: str
    conversation_id: str
    agent_id: str
    state: OfferState
    made_at: int
    deadline_at: int
    trace: dict[str, Any] | None = None
    ended_at: int | None = None
    reason: str | None = None


def advance(handoff: Handoff, step: Step, **changes: Any) -> Handoff:
    """Return the hand-off one step on.

    Raises:
        TransitionRefused: the table has no such step from its state.
    """
    state = TABLE[handoff.state].get(step)
    if state is None:
        raise TransitionRefused(f"a hand-off that is {handoff.state} cannot {step}")
    return replace(handoff, state=state, **changes)


def end_offer(offer: Offer, state: OfferState, now: int, reason: str | None = None) -> Offer:
    """Return the offer ended; an offer ends once.

    Raises:
        OfferEnded: it has ended before.
    """
    if offer.state is not OfferState.OPEN:
        raise OfferEnded(f"this offer was {offer.state} before")
    return replace(offer, state=state, ended_at=now, reason=reason)
