"""The end of a conversation. The customer's end always wins, and cancels what is pending (DESIGN section 4)."""

from typing import Any

from batonpass.domain import baton, holding, passing
from batonpass.domain.baton import Closing, Leaving
from batonpass.domain.case import Case
from batonpass.domain.conversation import Actor, Status
from batonpass.domain.handoff import Step
from batonpass.domain.hold import HoldEnd


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
