"""Asked ahead: who could take a conversation, and why (law 12). Reads only."""

from dataclasses import dataclass

from batonpass.app import views
from batonpass.app.cases import open_case
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.targets import resolve
from batonpass.domain import routing
from batonpass.domain.errors import NotFound, Unavailable
from batonpass.domain.handoff import Kind, Seeks, Target
from batonpass.domain.routing import Candidate, Need


@dataclass(frozen=True, slots=True)
class Question:
    """Before an agent promises it: could somebody take this conversation there?"""

    agent_id: str
    conversation_id: str
    stint_id: str
    kind: Kind
    target: Target | None = None
    seeks: Seeks | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """`available`: somebody could take it; `free`: how many could now; `position`: its place, were it queued."""

    available: bool
    free: int = 0
    position: int | None = None
    reason: str | None = None


def availability(tx: Tx, env: Env, question: Question) -> Availability:
    """Answer as a request would be answered now, without making it.

    Raises:
        NotFound: no live stint of this agent there.
    """
    stint = views.in_it(tx, question.agent_id, question.conversation_id, question.stint_id)
    conversation = tx.conversation(question.conversation_id)
    if conversation is None:
        raise NotFound("there is no such stint of yours")
    case = open_case(tx, env, conversation)
    try:
        found = resolve(tx, env, case, stint, question.kind, question.target, question.seeks, lock=False)
    except Unavailable as refused:
        return Availability(False, reason=refused.message)
    if found.decision is not None and found.decision.winner is not None:
        return Availability(True, free=1)
    free = _free(tx.candidates(found.queue_id), Need(seeks=found.seeks, present=case.live_agents()))
    position = None if free else tx.waiting_count(found.queue_id) + 1
    return Availability(True, free=free, position=position)


def _free(candidates: list[Candidate], need: Need) -> int:
    return sum(routing.removal(candidate.agent, need) is None for candidate in candidates)
