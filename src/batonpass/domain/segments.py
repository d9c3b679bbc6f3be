"""Queue segments: one for each stretch that a hand-off waited in a queue. With stints, all that reports count.

They are read off a case when it is kept, from what waited before and what waits now, so that no rule of the
baton has to know them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from batonpass.domain.case import Case
from batonpass.domain.conversation import Conversation, Status, Stint
from batonpass.domain.handoff import Handoff, Kind, Seeks, State, TargetType


class Came(StrEnum):
    """What became of a stretch of waiting. `HOLDER_LEFT`: from here on the customer waits for it as well."""

    ANSWERED = "answered"
    MOVED = "moved"
    HOLDER_LEFT = "holder_left"
    REPLACED = "replaced"
    ABANDONED = "abandoned"
    CONTACT_LEFT = "contact_left"
    UNANSWERED = "unanswered"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RETURNED = "returned"
    FAILED = "failed"


CLOSES = {
    "customer_ended": Came.ABANDONED,
    "abandoned": Came.ABANDONED,
    "contact_left": Came.CONTACT_LEFT,
    "unanswered": Came.UNANSWERED,
}
"""What the reason of a close makes of the wait that it ends; any other is a close by somebody else."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of waiting of one hand-off in one queue, offers included. `ended_at` None: it waits still.

    `alone`: nobody held meanwhile, so the customer waited for it; `waited_before_ms`: how long it had waited then
    without a break. `preceded_by` and `followed_by` are `stint:ID` or `segment:ID`; None at arrival, and when the
    chat ended. `destination`: the agent who came (type `bot` or `representative`) or the next queue (`queue`).
    """

    id: str
    conversation_id: str
    handoff_id: str
    kind: Kind
    target_type: TargetType
    seeks: Seeks
    queue_id: str
    alone: bool
    started_at: int
    waited_before_ms: int = 0
    preceded_by: str | None = None
    ended_at: int | None = None
    outcome: Came | None = None
    destination_type: str | None = None
    destination: str | None = None
    followed_by: str | None = None


Wait = tuple[str, bool]
"""Where a hand-off waits, and whether the customer waits for it alone."""


def _wait(conversation: Conversation | None, handoff: Handoff) -> Wait | None:
    if conversation is None or handoff.state not in (State.QUEUED, State.OFFERED):
        return None
    return handoff.queue_id, conversation.holder is None and not handoff.shares


def changed(case: Case) -> list[str]:
    """The hand-offs that wait elsewhere than before this transaction, or begin or cease to wait."""
    was = {h.id: _wait(case.loaded, h) for h in case.loaded_handoffs.values()}
    return [h.id for h in case.handoffs.values() if _wait(case.conversation, h) != was.get(h.id)]


def changes(case: Case, waiting: Iterable[Segment]) -> list[Segment]:
    """The segments that end and begin with this transaction. `waiting`: those that were open before it."""
    handoffs = [case.handoffs[handoff_id] for handoff_id in changed(case)]
    open_ones = {segment.handoff_id: segment for segment in waiting}
    ended = [open_ones[h.id] for h in handoffs if h.id in open_ones]
    begun = [segment for h in handoffs if (segment := _begun(case, h, ended)) is not None]
    following = {segment.preceded_by: segment for segment in begun}
    return [*(_end(case, segment, following) for segment in ended), *begun]


def _begun(case: Case, handoff: Handoff, ended: list[Segment]) -> Segment | None:
    wait = _wait(case.conversation, handoff)
    if wait is None:
        return None
    queue_id, alone = wait
    before = _before(case, handoff, ended)
    went_on = isinstance(before, Segment) and before.alone and alone
    return Segment(
        id=case.new_id(),
        conversation_id=case.conversation.id,
        handoff_id=handoff.id,
        kind=handoff.kind,
        target_type=handoff.target.type,
        seeks=handoff.seeks,
        queue_id=queue_id,
        alone=alone,
        started_at=case.now,
        waited_before_ms=_length(before, case.now) if went_on and isinstance(before, Segment) else 0,
        preceded_by=_link(before) if isinstance(before, Segment) else before,
    )


def _length(segment: Segment, now: int) -> int:
    return segment.waited_before_ms + now - segment.started_at


def _link(item: Segment | Stint) -> str:
    return f"segment:{item.id}" if isinstance(item, Segment) else f"stint:{item.id}"


def _before(case: Case, handoff: Handoff, ended: list[Segment]) -> Segment | str | None:
    """What a wait goes on from: its own last stretch, that of the pass it replaces, a receiver who went, its giver."""
    own = next((segment for segment in ended if segment.handoff_id == handoff.id), None)
    if own is not None:
        return own
    made_room = (s for s in ended if not handoff.shares and not case.handoffs[s.handoff_id].pending)
    passed = next((s for s in made_room if not case.handoffs[s.handoff_id].shares), None)
    if passed is not None:
        return passed
    loaded = case.loaded_handoffs.get(handoff.id)
    if loaded is not None and loaded.state is State.ACCEPTED:
        gone = next((s for s in case.stints.values() if s.handoff_id == handoff.id), None)
        return _link(gone) if gone else None
    return f"stint:{handoff.giver_stint_id}" if handoff.giver_stint_id else None


def _end(case: Case, segment: Segment, following: Mapping[str | None, Segment]) -> Segment:
    handoff, after = case.handoffs[segment.handoff_id], following.get(_link(segment))
    segment = replace(segment, ended_at=case.now)
    if after is not None:
        return replace(
            segment,
            outcome=_went_on(segment, after),
            destination_type="queue",
            destination=after.queue_id,
            followed_by=_link(after),
        )
    received = handoff.state in (State.ACCEPTED, State.COMPLETED)
    stint = _stint_by(case, handoff) if received else case.holder
    outcome = _outcome(case, segment, handoff, stint)
    if stint is None:
        return replace(segment, outcome=outcome)
    kind = "bot" if stint.bot else "representative"
    return replace(
        segment,
        outcome=outcome,
        destination_type=kind,
        destination=stint.agent_id,
        followed_by=_link(stint),
    )


def _went_on(segment: Segment, after: Segment) -> Came:
    if after.queue_id != segment.queue_id:
        return Came.MOVED
    return Came.HOLDER_LEFT if after.handoff_id == segment.handoff_id else Came.REPLACED


def _stint_by(case: Case, handoff: Handoff) -> Stint | None:
    return next((s for s in case.live() if s.handoff_id == handoff.id), None)


def _outcome(case: Case, segment: Segment, handoff: Handoff, stint: Stint | None) -> Came:
    """Whoever waits alone is answered by anybody who holds now, also by a hand-off that came in between."""
    if case.conversation.status is Status.CLOSED:
        return CLOSES.get(case.conversation.close_reason or "", Came.CLOSED)
    if handoff.state in (State.ACCEPTED, State.COMPLETED) or (segment.alone and stint is not None):
        return Came.ANSWERED
    return Came(str(handoff.state))
