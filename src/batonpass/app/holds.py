"""Putting a conversation on hold, and the end of its time there."""

from dataclasses import dataclass
from typing import Any

from batonpass.app.cases import keep, locked, open_case
from batonpass.app.fired import Fired
from batonpass.app.messages import own_stint
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import closing, holding
from batonpass.domain.conversation import SYSTEM
from batonpass.domain.due import DueKind
from batonpass.domain.errors import CallerError
from batonpass.domain.hold import HoldEnd
from batonpass.domain.holding import Parking


@dataclass(frozen=True, slots=True)
class Holds:
    """The holder parks its conversation, for `for_ms` or until `until_at`, else as long as its queue allows.

    `summary` was made before the transaction, for whoever goes on (law 9).
    """

    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    reason: str = ""
    for_ms: int | None = None
    until_at: int | None = None
    summary: dict[str, Any] | None = None


def put_on_hold(tx: Tx, env: Env, holds: Holds) -> Outcome:
    """Park the conversation: its slot is free, and time on hold is no waiting. Replies with the hold; twice changes
    nothing.

    Raises:
        CallerError: its time would be over already, or is longer than the queue allows.
        ConversationClosed, StintEnded, NotAllowed, HandoffPending, Refused (`others_present`), NotFound
    """
    stint = own_stint(tx, holds.stint_id, holds.agent_id, holds.conversation_id)
    case = open_case(tx, env, locked(tx, holds.conversation_id))
    earlier = tx.hold_by(stint.id, holds.client_id)
    if earlier is not None:
        return Outcome(earlier)
    holding.guard(case, stint)
    until = _until(tx, env, holds, stint.queue_id)
    parking = Parking(until, holds.reason, client_id=holds.client_id, summary=holds.summary)
    made = holding.hold(case, case.stints[stint.id], parking)
    return keep(tx, case, made)


def _until(tx: Tx, env: Env, holds: Holds, queue_id: str) -> int:
    """When the hold ends by itself: every hold does (law 6)."""
    limit = tx.now + env.rules.life_of(queue_id).hold_limit_ms
    if holds.for_ms is None and holds.until_at is None:
        return limit
    until = holds.until_at if holds.for_ms is None else tx.now + holds.for_ms
    if until is None or not tx.now < until <= limit:
        longest = env.rules.life_of(queue_id).hold_limit_ms // 1000
        raise CallerError(f"until: a hold of this queue ends in the next {longest} seconds")
    return until


def hold_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A hold has lasted as long as it may: whoever held is asked to go on; or a silent one closes."""
    hold = tx.hold(fired.ref)
    if hold is None:
        return Outcome()
    case = open_case(tx, env, locked(tx, hold.conversation_id))
    if not tx.take_due(DueKind.HOLD, hold.id) or case.hold is None or case.hold.id != hold.id:
        return Outcome()
    if hold.closes:
        closing.close(case, "idle", SYSTEM, case.notice("closed_idle"))
    else:
        holding.wake(case, HoldEnd.LIMIT)
    return keep(tx, case)
