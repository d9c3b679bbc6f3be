"""The end of a conversation, and its new beginning. The customer's end always wins, and cancels what is pending."""

from dataclasses import replace
from typing import Any

from batonpass.domain import baton, holding, passing
from batonpass.domain.baton import Closing, Leaving
from batonpass.domain.case import Case
from batonpass.domain.conversation import Actor, Status, Stint
from batonpass.domain.handoff import Handoff, Kind, Seeks, Step, Target, TargetType
from batonpass.domain.hold import HoldEnd
from batonpass.domain.passing import Request

REOPENED = "reopened"
"""The reason of the return that opens a closed chat again."""


def close(case: Case, reason: str, actor: Actor, notice: dict[str, Any]) -> bool:
    """Close the conversation: pending hand-offs are cancelled, live stints end. False when it was closed before.

    Closing is a change of holder, to nobody (WALK rule u), also when nobody held it.
    """
    if case.conversation.status is Status.CLOSED:
        return False
    for handoff in [h for h in case.handoffs.values() if h.pending]:
        passing.end_pending(case, handoff, Step.CANCEL, reason)
    holding.end(case, HoldEnd.CLOSED)
    leaving = [Leaving(stint, "closed") for stint in case.live()]
    baton.change_holder(case, notice, leaving=leaving, closing=Closing(reason, actor))
    case.change(status=Status.CLOSED, closed_at=case.now, close_reason=reason, waiting_since=None)
    return True


def reopen(case: Case) -> None:
    """A closed conversation is open again: the same timeline, and a wait that begins anew."""
    case.change(status=Status.OPEN, closed_at=None, close_reason=None, waited_ms=0)


def return_to_last(
    case: Case, last: Stint | None, boundary_seq: int, summary: dict[str, Any] | None
) -> Handoff:
    """Ask for whoever goes on with a chat that was opened again: the person who held it last, else its queue.

    `boundary_seq`: the end of that last holder's stint.
    """
    case.announce(case.notice("reopened"))
    person = last if last is not None and not last.bot else None
    queue_id = case.rules.known(last.queue_id if last else case.conversation.queue_id)
    target = Target(TargetType.AGENT, person.agent_id) if person else Target(TargetType.QUEUE, queue_id)
    seeks = Seeks.REPRESENTATIVE if person else Seeks.ANY
    request = Request(Kind.RETURN, seeks, queue_id, target=target, reason=REOPENED, summary=summary)
    back = replace(passing.new(case, request, None), boundary_seq=boundary_seq)
    if last is not None:
        back = replace(back, giver_stint_id=last.id, giver_agent_id=last.agent_id)
    return passing.queue(case, back)
