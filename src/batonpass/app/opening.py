"""Queues open and close: what waits for their people is matched, put off, or goes by policy (DESIGN section 4).

A queue with hours has one timer, for its next change. When it opens it is matched (law 7); when it closes each of its
hand-offs is looked at. A hand-off that comes while it is closed is looked at as well.
"""

from batonpass.app import policy
from batonpass.app.cases import keep
from batonpass.app.fired import Fired, taken
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.targets import could_ever
from batonpass.domain.case import Case
from batonpass.domain.due import Due, DueKind
from batonpass.domain.events import QueuesChanged
from batonpass.domain.handoff import Handoff
from batonpass.domain.hours import HORIZON_DAYS
from batonpass.domain.rules import Rules

LATEST_MS = HORIZON_DAYS // 2 * 86_400_000
"""Without a change within the horizon the timer looks again after so long."""


def timers(tx: Tx, rules: Rules) -> list[Due]:
    """The timers of all queues with hours, due now: for a start, and whenever the rules have changed."""
    return [
        Due(DueKind.HOURS, queue_id, tx.now)
        for queue_id in sorted(rules.queues)
        if rules.queues[queue_id].hours
    ]


def hours_changed(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A queue opens or closes, or the rules have changed: it is matched, or what waits there is looked at."""
    queue_id = fired.ref
    found = env.rules.queues.get(queue_id)
    if not tx.take_due(DueKind.HOURS, queue_id) or found is None or found.hours is None:
        return Outcome()
    later = found.hours.next_change(tx.now) or tx.now + LATEST_MS
    due = [Due(DueKind.HOURS, queue_id, later)]
    if found.hours.is_open(tx.now):
        people = {c.agent.id for c in tx.candidates(queue_id) if not c.agent.bot}
        queues = {queue_id, *(named for agent_id in people for named in tx.queues_naming(agent_id))}
        due += [Due(DueKind.MATCH, queue, tx.now) for queue in sorted(queues)]
    else:
        due += [Due(DueKind.CLOSED, handoff_id, tx.now) for handoff_id in tx.waiting_in(queue_id)]
    tx.add_due(due)
    return Outcome(effects=[QueuesChanged((queue_id,))], wake=True)


def waits_closed(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A hand-off waits in a queue that is closed: when only its people could take it, policy decides."""
    handoff = tx.handoff(fired.ref)
    case = taken(tx, env, DueKind.CLOSED, fired.ref, handoff.conversation_id if handoff else None)
    handoff = case.handoffs.get(fired.ref) if case else None
    if case is None or handoff is None or not handoff.waits or not is_shut(tx, case, handoff):
        return Outcome()
    # With an offer open somebody may still take it; when that chance is over, it is looked at again.
    if case.open_offer(handoff.id) is not None:
        return keep(tx, case)
    if _is_put_off(tx, case, handoff):
        policy.goes_on_instead(tx, case, handoff)
    else:
        policy.nobody_is_in(tx, env, case, handoff, opens_at(case, handoff))
    return keep(tx, case)


def put_off(tx: Tx, case: Case, handoff: Handoff) -> bool:
    """The longest wait does not run out while a queue is closed whose policy is to wait. Whether it is put off."""
    if not is_shut(tx, case, handoff) or handoff.giver_stays:
        return False
    at = opens_at(case, handoff)
    if at is None or not policy.waits_for_opening(case, handoff):
        return False
    policy.wait_until(case, handoff, at)
    return True


def is_shut(tx: Tx, case: Case, handoff: Handoff) -> bool:
    """Whether somebody could take it but for the hours: nobody can before a queue opens."""
    return not could_ever(tx, case, handoff) and could_ever(tx, case, handoff, in_hours=False)


def opens_at(case: Case, handoff: Handoff) -> int | None:
    """When the first of its closed queues opens, in ms; None when none will."""
    closed = [queue_id for queue_id in handoff.queues if case.rules.is_closed(queue_id, case.now)]
    return case.rules.opens_at(closed, case.now)


def _is_put_off(tx: Tx, case: Case, handoff: Handoff) -> bool:
    """Whether it waits for the opening already, as after a restart in the night."""
    at, until = opens_at(case, handoff), tx.due_at(DueKind.MAX_WAIT, handoff.id)
    return at is not None and until is not None and until > at and policy.waits_for_opening(case, handoff)
