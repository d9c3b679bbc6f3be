"""Parking a conversation, and going on with it: what returns is an ordinary hand-off of kind return (DESIGN section 4)."""

from dataclasses import dataclass, replace
from typing import Any

from batonpass.domain import baton, passing
from batonpass.domain.baton import Leaving
from batonpass.domain.case import Case
from batonpass.domain.conversation import Role, Status, Stint
from batonpass.domain.due import DueKind
from batonpass.domain.errors import ConversationClosed, HandoffPending, NotAllowed, Refused, StintEnded
from batonpass.domain.handoff import Handoff, Kind, Seeks, Target, TargetType
from batonpass.domain.hold import Hold, HoldEnd
from batonpass.domain.passing import Request


@dataclass(frozen=True, slots=True)
class Parking:
    """How long, why, and on whose account: `silent` is the customer's. `closes`: what becomes of it at `until_at`."""

    until_at: int
    reason: str = ""
    silent: bool = False
    closes: bool = False
    client_id: str | None = None
    summary: dict[str, Any] | None = None


def guard(case: Case, stint: Stint) -> None:
    """Refuse the hold of who does not hold, of a bot, beside a pending hand-off, and while a helper is in.

    Raises:
        ConversationClosed, StintEnded, NotAllowed, HandoffPending, Refused (`others_present`)
    """
    if case.conversation.status is Status.CLOSED:
        raise ConversationClosed("Not put on hold: this conversation is closed.")
    if case.conversation.holder != stint.id:
        raise StintEnded("Not put on hold: you do not hold this conversation.")
    if stint.bot:
        raise NotAllowed("Not put on hold: only a person parks a chat.")
    pending = case.pending_pass() or next(iter(case.invitations()), None)
    if pending is not None:
        raise HandoffPending(f"Not put on hold: {pending.kind} is pending. Cancel it first.", pending.id)
    helper = next((s for s in case.live() if s.role is Role.HELPER), None)
    if helper is not None:
        name = case.agents[helper.agent_id].name
        raise Refused(f"Not put on hold: {name} is still in this chat.", code="others_present")


def hold(case: Case, stint: Stint, parking: Parking) -> Hold:
    """Park it: its holder's stint ends without after-work, and with it the consulted ones; observers stay.

    The caller has asked `guard`.
    """
    code = "on_hold_silent" if parking.silent else "on_hold"
    notice = case.notice(code, agent=case.agents[stint.agent_id].name)
    beside = [Leaving(s, "held") for s in case.live() if s.role is Role.CONSULTED]
    baton.change_holder(case, notice, leaving=[*beside, Leaving(stint, "held", parked=True)])
    case.change(status=Status.HELD, waiting_since=None)
    made = Hold(
        id=case.new_id(),
        conversation_id=case.conversation.id,
        stint_id=stint.id,
        agent_id=stint.agent_id,
        queue_id=stint.queue_id,
        started_at=case.now,
        until_at=parking.until_at,
        boundary_seq=case.conversation.seq,
        reason=parking.reason,
        silent=parking.silent,
        closes=parking.closes,
        client_id=parking.client_id,
        summary=parking.summary,
    )
    case.put_hold(made)
    case.schedule(DueKind.HOLD, made.id, made.until_at)
    return made


def end(case: Case, how: HoldEnd) -> Hold | None:
    """The hold is over; None when there was none."""
    if case.hold is None:
        return None
    over = replace(case.hold, ended_at=case.now, ended_by=str(how))
    case.put_hold(over)
    case.hold = None
    case.unschedule(DueKind.HOLD, over.id)
    return over


def wake(case: Case, how: HoldEnd, *, tell: bool = True) -> Handoff:
    """Go on with a parked conversation: who held it is asked first, then its queue. `tell`: the customer hears so."""
    over = end(case, how)
    assert over is not None, "what is woken is on hold"
    if tell:
        case.announce(case.notice("hold_over", agent=case.agents[over.agent_id].name))
    request = Request(
        Kind.RETURN,
        Seeks.REPRESENTATIVE,
        over.queue_id,
        target=Target(TargetType.AGENT, over.agent_id),
        reason=str(how),
        summary=over.summary,
    )
    back = passing.new(case, request, None)
    back = replace(back, giver_stint_id=over.stint_id, giver_agent_id=over.agent_id)
    return passing.queue(case, replace(back, boundary_seq=over.boundary_seq))
