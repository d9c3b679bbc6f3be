"""What the operator decided for when nobody else does: hand-back by itself, and what becomes of a pass nobody takes."""

from dataclasses import replace

from batonpass.app import lengths, routes
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.targets import could_ever, resolve
from batonpass.domain import closing, leaving, passing
from batonpass.domain.case import Case
from batonpass.domain.conversation import SYSTEM, Role, Stint
from batonpass.domain.due import DueKind
from batonpass.domain.errors import Unavailable
from batonpass.domain.events import AlertRaised
from batonpass.domain.handoff import Handoff, Kind, Seeks, Step
from batonpass.domain.passing import Request
from batonpass.domain.rules import Nobody, Trigger, WhenClosed


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
        found = resolve(tx, env, case, stint, Kind.HAND_BACK, rules.hand_back.target, lock=False)
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

    At a step of a workflow it goes on to the next. With its giver still there it ends, and the giver goes on.
    Otherwise: the overflow queue; then a helper who is in (law 10); then for a bot that was sought a person, for a
    person the hand-back or the giver again where policy says so; at last the close.
    """
    if _goes_on(tx, env, case, handoff) or _stays_with_who_is_in(tx, case, handoff, "nobody"):
        return
    if handoff.seeks is Seeks.BOT:
        _seek_a_person(case, handoff)
    elif (request := _asked_back(tx, env, case, handoff, Trigger.QUEUE_WAIT)) is not None:
        passing.ask_while_waiting(case, request, handoff, case.notice("passed_back_waiting"), step=Step.FAIL)
        case.change(handed_back_at=case.now)
    elif handoff.kind is not Kind.RETURN and handoff.giver_agent_id and _returns(env, case, handoff):
        name = case.agents[handoff.giver_agent_id].name
        case.announce(case.notice("returned", giver=name))
        giver = tx.stint(handoff.giver_stint_id) if handoff.giver_stint_id else None
        leaving.return_to_giver(case, handoff, "nobody", giver.queue_id if giver else handoff.queue_id)
    else:
        give_up(case, handoff)


def give_up(case: Case, handoff: Handoff) -> None:
    """Nobody takes it: the chat closes with words."""
    passing.end_pending(case, handoff, Step.FAIL, "max_wait")
    closing.close(case, "unanswered", SYSTEM, case.notice("closed_unanswered"))


def _goes_on(tx: Tx, env: Env, case: Case, handoff: Handoff) -> bool:
    """Whether its workflow has another step or a fallback, which may be the end of the chat."""
    step = env.rules.step_of(handoff)
    if step is None:
        return _of_its_queue(case, handoff)
    if step.agent_id is None and step.timeout_ms is None and _overflows(tx, case, handoff):
        return True
    found = routes.go_on(tx, env.rules, case, handoff, "declined" if handoff.fell_through else "timeout")
    if not isinstance(found, routes.End):
        return found is not None
    case.put(replace(handoff, workflow=found.progress))
    handoff = case.handoffs[handoff.id]
    if not found.closes:
        return False
    if not _stays_with_who_is_in(tx, case, handoff, "nobody", overflows=False):
        give_up(case, handoff)
    return True


def _of_its_queue(case: Case, handoff: Handoff) -> bool:
    """Whether the operator has removed the step that it waited at: from now on it waits as its queue's own do."""
    progress = handoff.workflow
    if progress is None or progress["step"] >= progress["of"]:
        return False
    case.put(replace(handoff, workflow=None))
    passing.await_match(case, case.handoffs[handoff.id])
    return True


def _stays_with_who_is_in(
    tx: Tx, case: Case, handoff: Handoff, outcome: str, *, overflows: bool = True
) -> bool:
    """Whether somebody goes on without it: its giver, who is still there, or a helper; or the overflow takes it."""
    if handoff.giver_stays:
        take_back(case, handoff, Step.RETURN if not handoff.shares else Step.FAIL, outcome)
        return True
    return (overflows and _overflows(tx, case, handoff)) or leaving.helper_takes_it(case, handoff)


def nobody_is_in(tx: Tx, env: Env, case: Case, handoff: Handoff, opens_at: int | None) -> None:
    """Only people could take it, and its queue is closed. As above: its giver goes on, or a helper who is in; then
    the hand-back, where policy says so; then the overflow queue, the wait for the opening, or the close.
    """
    if isinstance(routes.go_on(tx, env.rules, case, handoff, "closed"), routes.Place):
        return
    if _stays_with_who_is_in(tx, case, handoff, "closed", overflows=False):
        return
    if (request := _asked_back(tx, env, case, handoff, Trigger.OUT_OF_HOURS)) is not None:
        passing.ask_while_waiting(case, request, handoff, case.notice("passed_back_closed"), step=Step.FAIL)
        case.change(handed_back_at=case.now)
    elif goes_on_instead(tx, case, handoff):
        return
    elif opens_at is None or _when_closed(case, handoff) is WhenClosed.CLOSE:
        passing.end_pending(case, handoff, Step.FAIL, "closed")
        closing.close(case, "closed_hours", SYSTEM, case.notice("closed_hours"))
    else:
        wait_until(case, handoff, opens_at)


def goes_on_instead(tx: Tx, case: Case, handoff: Handoff) -> bool:
    """On to the overflow, where the queue's policy is that: also of what waits for the opening already."""
    return _when_closed(case, handoff) is WhenClosed.OVERFLOW and _overflows(tx, case, handoff)


def wait_until(case: Case, handoff: Handoff, opens_at: int) -> None:
    """It waits for the opening, and its longest wait begins then. The customer hears when that is."""
    case.schedule(DueKind.MAX_WAIT, handoff.id, opens_at + case.rules.patience(handoff))
    case.announce(case.notice("waiting_closed", opens=case.rules.local(handoff.queues, opens_at)))


def waits_for_opening(case: Case, handoff: Handoff) -> bool:
    """Whether a hand-off whose queue is closed waits there, instead of going on or being closed."""
    return _when_closed(case, handoff) is not WhenClosed.CLOSE


def _when_closed(case: Case, handoff: Handoff) -> WhenClosed:
    found = case.rules.queues.get(handoff.queue_id)
    return found.when_closed if found else WhenClosed.WAIT


def take_back(case: Case, handoff: Handoff, step: Step, outcome: str) -> None:
    """End a pass or invitation whose giver stays; the customer who heard of a pass hears that it is off."""
    passing.end_pending(case, handoff, step, outcome)
    holder = case.holder
    if holder is not None and not handoff.shares:
        case.announce(case.notice("transfer_ended", giver=case.agents[holder.agent_id].name))


def _overflows(tx: Tx, case: Case, handoff: Handoff) -> bool:
    """On to the next queue, with its place: the same hand-off, so priority and waiting time come along.

    Returns whether there is one with room, in which somebody could take it before it closes.
    """
    tried = (*handoff.tried, handoff.queue_id)
    for queue_id in lengths.chain(case.rules, handoff.queue_id, handoff.tried):
        there = replace(handoff, queue_id=queue_id, failover_queue_id=None)
        if lengths.has_room(tx, case.rules, queue_id) and could_ever(tx, case, there):
            passing.move(case, replace(handoff, tried=tried), queue_id)
            return True
    return False


def _seek_a_person(case: Case, handoff: Handoff) -> None:
    """No bot came: look for a person. It stays its giver's, with what the giver has said, and may return to it."""
    request = Request(
        Kind.FAILOVER,
        Seeks.REPRESENTATIVE,
        handoff.queue_id,
        reason="max_wait",
        note=handoff.note,
        summary=handoff.summary,
        failover_queue_id=case.rules.failover_queue,
        skills=handoff.skills,
        brief=handoff.brief,
    )
    sought = passing.ask_while_waiting(case, request, handoff, case.notice("waiting"), step=Step.FAIL)
    given = replace(sought, giver_stint_id=handoff.giver_stint_id, giver_agent_id=handoff.giver_agent_id)
    case.put(given)


def _asked_back(tx: Tx, env: Env, case: Case, handoff: Handoff, trigger: Trigger) -> Request | None:
    """The policy's hand-back of a conversation that waits for a person in vain, as its last holder would ask."""
    held = [s for s in tx.all_stints_in(case.conversation.id) if s.role is Role.HOLDER]
    before = case.conversation.handed_back_at
    if before is not None and (not held or held[-1].started_at <= before):
        return None  # Nobody held since the last one: it has been tried in this wait, which must end.
    last = replace(held[-1], queue_id=handoff.queue_id) if held else None
    request = hand_back(tx, env, case, last, trigger) if last else None
    return replace(request, note=handoff.note, summary=handoff.summary) if request else None


def _returns(env: Env, case: Case, handoff: Handoff) -> bool:
    rules = env.rules.queues.get(handoff.queue_id)
    giver = case.agents.get(handoff.giver_agent_id or "")
    return rules is not None and rules.nobody is Nobody.RETURN and giver is not None and not giver.bot


def unless_somebody_can(tx: Tx, env: Env, case: Case, handoff: Handoff) -> None:
    """After a decline or a miss: when nobody is left who could ever take it, do not let its giver wait in vain.

    A step of a workflow that asks one agent is over as well.
    """
    step = env.rules.step_of(handoff)
    refused = step is not None and step.agent_id is not None and handoff.fell_through
    if refused or (handoff.giver_stays and not could_ever(tx, case, handoff)):
        nobody_took_it(tx, env, case, handoff)
