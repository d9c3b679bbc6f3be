"""What the operator decided for when nobody else does: hand-back by itself, and what becomes of a pass nobody takes."""

from dataclasses import replace

from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.targets import could_ever, resolve
from batonpass.domain import closing, leaving, passing
from batonpass.domain.case import Case
from batonpass.domain.conversation import SYSTEM, Role, Stint
from batonpass.domain.errors import Unavailable
from batonpass.domain.events import AlertRaised
from batonpass.domain.handoff import Handoff, Kind, Seeks, Step
from batonpass.domain.passing import Request
from batonpass.domain.rules import Nobody, Trigger


def hand_back(tx: Tx, env: Env, case: Case, stint: Stint, trigger: Trigger) -> Request | None:
    """The hand-back that the policy of the stint's queue asks for at this trigger; None for none.

    Past the hop limit, and soon after the last one, there is none but an alert: two sides that both give up
    would pass it to and fro for ever (DESIGN section 4).
    """
    rules = env.rules.queues.get(stint.queue_id)
    if rules is None or trigger not in rules.hand_back.when:
        return None
    stopped = _stopped(case, rules.hand_back.cool_down_ms)
    if stopped is not None:
        case.tell(AlertRaised(stopped, case.conversation.id, (("trigger", str(trigger)),)))
        return None
    try:
        found = resolve(tx, env, case, stint, Kind.HAND_BACK, rules.hand_back.target)
    except Unavailable:
        return None
    return Request(Kind.HAND_BACK, Seeks.BOT, found.queue_id, found.target, reason=str(trigger))


def _stopped(case: Case, cool_down_ms: int) -> str | None:
    last = case.conversation.handed_back_at
    if case.conversation.hops >= case.rules.hop_limit:
        return "hop_limit"
    return "cool_down" if last is not None and case.now - last < cool_down_ms else None


def may_hand_back(tx: Tx, env: Env, stint: Stint) -> bool:
    """Whether this queue's policy may hand back what its representative resolves: then a story is worth making."""
    rules = env.rules.queues.get(stint.queue_id)
    return not stint.bot and rules is not None and Trigger.RESOLVED in rules.hand_back.when


def nobody_took_it(tx: Tx, env: Env, case: Case, handoff: Handoff) -> None:
    """A hand-off waited as long as its queue allows, or everybody has declined (DESIGN section 4). It never vanishes.

    With its giver still there it ends, and the giver goes on. Otherwise: the overflow queue; then a helper who is
    in (law 10); then for a bot that was sought a person, for a person the hand-back or the giver again where policy
    says so; at last the close.
    """
    rules = env.rules.queues.get(handoff.queue_id)
    if handoff.giver_stays:
        take_back(case, handoff, Step.RETURN if not handoff.shares else Step.FAIL, "nobody")
    elif rules is not None and rules.overflow and not handoff.overflowed:
        _overflow(case, handoff, rules.overflow)
    elif leaving.helper_takes_it(case, handoff):
        return
    elif handoff.seeks is Seeks.BOT:
        _seek_a_person(case, handoff)
    elif (request := _waited_too_long(tx, env, case, handoff)) is not None:
        passing.ask_while_waiting(case, request, handoff, case.notice("passed_back_waiting"), step=Step.FAIL)
        case.change(handed_back_at=case.now)
    elif handoff.kind is not Kind.RETURN and handoff.giver_agent_id and _returns(env, case, handoff):
        name = case.agents[handoff.giver_agent_id].name
        case.announce(case.notice("returned", giver=name))
        giver = tx.stint(handoff.giver_stint_id) if handoff.giver_stint_id else None
        leaving.return_to_giver(case, handoff, "nobody", giver.queue_id if giver else handoff.queue_id)
    else:
        passing.end_pending(case, handoff, Step.FAIL, "max_wait")
        closing.close(case, "unanswered", SYSTEM, case.notice("closed_unanswered"))


def take_back(case: Case, handoff: Handoff, step: Step, outcome: str) -> None:
    """End a pass or invitation whose giver stays; the customer who heard of a pass hears that it is off."""
    passing.end_pending(case, handoff, step, outcome)
    holder = case.holder
    if holder is not None and not handoff.shares:
        case.announce(case.notice("transfer_ended", giver=case.agents[holder.agent_id].name))


def _overflow(case: Case, handoff: Handoff, queue_id: str) -> None:
    """On to the next queue, with its place: the same hand-off, so priority and waiting time come along."""
    passing.move(case, replace(handoff, overflowed=True), queue_id)


def _seek_a_person(case: Case, handoff: Handoff) -> None:
    """No bot came: look for a person."""
    request = Request(
        Kind.FAILOVER,
        Seeks.REPRESENTATIVE,
        handoff.queue_id,
        reason="max_wait",
        note=handoff.note,
        summary=handoff.summary,
        failover_queue_id=case.rules.failover_queue,
    )
    passing.ask_while_waiting(case, request, handoff, case.notice("waiting"), step=Step.FAIL)


def _waited_too_long(tx: Tx, env: Env, case: Case, handoff: Handoff) -> Request | None:
    """The policy's hand-back of a conversation that waited too long for a person, as its last holder would ask."""
    held = [s for s in tx.all_stints_in(case.conversation.id) if s.role is Role.HOLDER]
    before = case.conversation.handed_back_at
    if before is not None and (not held or held[-1].started_at <= before):
        return None  # Nobody held since the last one: it has been tried in this wait, which must end.
    last = replace(held[-1], queue_id=handoff.queue_id) if held else None
    request = hand_back(tx, env, case, last, Trigger.QUEUE_WAIT) if last else None
    return replace(request, note=handoff.note, summary=handoff.summary) if request else None


def _returns(env: Env, case: Case, handoff: Handoff) -> bool:
    rules = env.rules.queues.get(handoff.queue_id)
    giver = case.agents.get(handoff.giver_agent_id or "")
    return rules is not None and rules.nobody is Nobody.RETURN and giver is not None and not giver.bot


def unless_somebody_can(tx: Tx, env: Env, case: Case, handoff: Handoff) -> None:
    """After a decline or a miss: when nobody is left who could ever take it, do not let its giver wait in vain."""
    if handoff.giver_stays and not could_ever(tx, case, handoff):
        nobody_took_it(tx, env, case, handoff)
