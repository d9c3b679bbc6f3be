"""Somebody goes: by a word, by being removed, or lost. Closing is last-one-out (law 10)."""

from dataclasses import dataclass, replace
from typing import Any

from batonpass.domain import baton, closing, passing
from batonpass.domain.baton import Leaving
from batonpass.domain.case import Case
from batonpass.domain.conversation import Role, Stint
from batonpass.domain.handoff import (
    Exclusions,
    Handoff,
    Kind,
    Leave,
    Seeks,
    State,
    Step,
    Target,
    TargetType,
)
from batonpass.domain.passing import Request


@dataclass(frozen=True, slots=True)
class Going:
    """Why a stint ends. `lost`: nobody said so. `resolved`: who goes says that it is solved.

    `hand_back` is what the operator's policy would ask for, were nobody left; None where it asks for nothing.
    `alone`: no other person serves its queue, so that a failover asks the failover queue too. `skills`: what a
    failover asks of an agent.
    """

    reason: str
    lost: bool = False
    resolved: bool = False
    summary: dict[str, Any] | None = None
    hand_back: Request | None = None
    alone: bool = False
    skills: tuple[str, ...] = ()


def go(case: Case, stint: Stint, going: Going) -> None:
    """End a live stint, and decide in the same transaction who goes on."""
    if stint.role is Role.HOLDER:
        _holder_goes(case, stint, going)
    else:
        _other_goes(case, stint, going)
    _leave_requests(case, stint)


def _other_goes(case: Case, stint: Stint, going: Going) -> None:
    notice = case.notice("helper_left", agent=case.agents[stint.agent_id].name)
    reason = "lost" if going.lost else going.reason
    baton.leave_beside(case, Leaving(stint, reason, lost=going.lost), notice)
    pending = case.pending_pass()
    if pending is not None and pending.state is State.ACCEPTED and pending.id == stint.handoff_id:
        excluded = pending.excluded
        gone = frozenset({stint.agent_id})
        if going.lost:
            excluded = replace(excluded, lost=excluded.lost | gone)
        else:
            excluded = replace(excluded, declined=excluded.declined | gone)
        passing.receiver_gone(case, pending, reason, excluded)


def _holder_goes(case: Case, stint: Stint, going: Going) -> None:
    """A pending pass decides; without one the earliest helper, else the oldest invitation, else the last one out."""
    leaving = Leaving(stint, "lost" if going.lost else going.reason, lost=going.lost)
    pending, helper = case.pending_pass(), _earliest_helper(case)
    if pending is not None and pending.state is State.ACCEPTED:
        passing.complete(case, pending, lost=going.lost)
    elif pending is not None:
        passing.pass_on(case, stint)
        _go_on_as_now(case, pending, leaving, going)
    elif helper is not None:
        passing.promote(case, helper, leaving, going.summary)
    elif invited := [h for h in case.invitations() if h.kind is Kind.INVITATION]:
        _invitation_becomes_pass(case, invited[0], leaving, going)
    else:
        _last_one_out(case, leaving, going)


def is_last(case: Case, stint: Stint) -> bool:
    """Whether with this holder nobody is left: no pass and no invitation pends, and no helper is in."""
    invited = any(h.kind is Kind.INVITATION for h in case.invitations())
    return case.pending_pass() is None and _earliest_helper(case) is None and not invited


def _earliest_helper(case: Case) -> Stint | None:
    """Bots, consulted agents and observers do not count."""
    return next((s for s in case.live() if s.role is Role.HELPER and not s.bot), None)


def _go_on_as_now(case: Case, pending: Handoff, leaving: Leaving, going: Going) -> None:
    """The giver is gone before the receiver is in: the pass goes on without it, and helpers stay and speak."""
    baton.change_holder(case, _gone_notice(case, leaving.stint, going), leaving=[leaving])
    passing.wait_for(case, pending.queue_id)
    excluded = pending.excluded
    if going.lost:
        excluded = replace(excluded, lost=excluded.lost | {leaving.stint.agent_id})
    case.put(replace(pending, leave=Leave.NOW, excluded=excluded, boundary_seq=case.conversation.seq))
    passing.announce(case, pending.id)


def _invitation_becomes_pass(case: Case, invited: Handoff, leaving: Leaving, going: Going) -> None:
    """It has not been passed on by one who was lost: being lost excludes for that hand-off only (DESIGN section 5)."""
    kind = Kind.FAILOVER if going.lost else Kind.TRANSFER
    if not going.lost:
        passing.pass_on(case, leaving.stint)
    given = replace(invited, giver_stint_id=leaving.stint.id, giver_agent_id=leaving.stint.agent_id)
    case.put(replace(given, kind=kind))
    _go_on_as_now(case, case.handoffs[invited.id], leaving, going)


def _last_one_out(case: Case, leaving: Leaving, going: Going) -> None:
    """Nobody is left and nothing pends: the policy's hand-back, else the close of what is solved, else the queue."""
    stint = leaving.stint
    if going.hand_back is not None:
        passing.pass_on(case, stint)
        handoff = passing.new(case, replace(going.hand_back, summary=going.summary), stint)
        notice = case.notice("passing_to_bot", giver=case.agents[stint.agent_id].name)
        baton.change_holder(case, notice, leaving=[leaving])
        passing.queue(case, replace(handoff, boundary_seq=case.conversation.seq))
        case.change(handed_back_at=case.now)
    elif going.resolved:
        actor = case.actor(stint.agent_id)
        closing.close(case, "resolved", actor, case.notice("closed_resolved", agent=actor.name))
    else:
        _fail_over(case, leaving, going)


def _fail_over(case: Case, leaving: Leaving, going: Going) -> None:
    """Back to the queue. Whom it seeks: a person after one who left, like the one who was lost (DESIGN section 5)."""
    rules, stint = case.rules, leaving.stint
    tired = case.conversation.hops >= rules.hop_limit
    person = tired or not stint.bot or not going.lost
    request = Request(
        Kind.FAILOVER,
        Seeks.REPRESENTATIVE if person else Seeks.ANY,
        stint.queue_id,
        reason=going.reason,
        summary=going.summary,
        failover_queue_id=rules.failover_queue if stint.bot or going.alone else None,
        excluded=Exclusions(lost=frozenset({stint.agent_id})) if going.lost else Exclusions(),
        skills=going.skills,
    )
    handoff = passing.new(case, request, stint)
    if not going.lost:
        passing.pass_on(case, stint)
    # Nobody is there to be advised: who was consulted may be asked to take it.
    consulted = [Leaving(s, "asker_left") for s in case.live() if s.role is Role.CONSULTED]
    baton.change_holder(case, _gone_notice(case, stint, going), leaving=[*consulted, leaving])
    passing.queue(case, replace(handoff, boundary_seq=case.conversation.seq))


def _gone_notice(case: Case, stint: Stint, going: Going) -> dict[str, Any]:
    name = case.agents[stint.agent_id].name
    if going.reason == "no_reply":
        return case.notice("no_reply", agent=name)
    if going.lost:
        return case.notice("lost_bot" if stint.bot else "lost_person", agent=name)
    if going.reason == "customer_asked":
        return case.notice("passing_to_person", giver=name)
    return case.notice("left", agent=name)


def _leave_requests(case: Case, stint: Stint) -> None:
    """What an agent asked for that is gone: nobody waits for the advice, and it is not invited by itself."""
    for handoff in case.invitations():
        if handoff.giver_stint_id != stint.id:
            continue
        if handoff.kind is Kind.CONSULTATION:
            passing.end_pending(case, handoff, Step.CANCEL, "asker_left")
        else:
            declined = handoff.excluded.declined | {stint.agent_id}
            case.put(replace(handoff, excluded=replace(handoff.excluded, declined=declined)))


def helper_takes_it(case: Case, handoff: Handoff) -> bool:
    """Nobody took a pass whose giver has left, and a helper is in: it holds from now on. Whether there was one."""
    helper = _earliest_helper(case)
    if helper is None:
        return False
    passing.end_pending(case, handoff, Step.FAIL, "nobody")
    passing.promote(case, helper, None, handoff.summary, handoff.boundary_seq)
    return True


def return_to_giver(case: Case, handoff: Handoff, outcome: str, queue_id: str) -> None:
    """Nobody took a pass whose giver has left: it ends `returned`, and one of kind return asks the giver (section 4).

    It waits in the giver's own queue, `queue_id`: where nobody came, nobody would.
    """
    assert handoff.giver_agent_id is not None, "only a given pass returns"
    passing.end_pending(case, handoff, Step.RETURN, outcome)
    request = Request(
        Kind.RETURN,
        Seeks.REPRESENTATIVE,
        queue_id,
        target=Target(TargetType.AGENT, handoff.giver_agent_id),
        reason=outcome,
        note=handoff.note,
        summary=handoff.summary,
        edited=handoff.edited,
    )
    back = passing.new(case, request, None)
    passing.queue(case, replace(back, boundary_seq=handoff.boundary_seq))
