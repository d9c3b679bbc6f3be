"""Pick-up by hand: a representative takes what waits, or is on hold, in its queues. The first commit wins."""

from dataclasses import dataclass, replace

from batonpass.app.cases import NOT_YOURS, keep, lock_agents, locked, open_case
from batonpass.app.matching import boundary_of
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import holding, offers, passing
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.conversation import Status, Stint
from batonpass.domain.errors import (
    CallerError,
    ConversationClosed,
    NotAllowed,
    NotFound,
    Refused,
    Unavailable,
)
from batonpass.domain.events import QueuesChanged
from batonpass.domain.handoff import Handoff, Seeks, State
from batonpass.domain.hold import HoldEnd
from batonpass.domain.routing import Decision

KEY = "by hand"
"""What the trace says a pick-up was won by."""
FLAG = "by_hand"


@dataclass(frozen=True, slots=True)
class Takes:
    """`handoff_id` names one of several that wait; without it the pass is meant, else the oldest invitation."""

    agent_id: str
    conversation_id: str
    client_id: str
    handoff_id: str | None = None


def pick_up(tx: Tx, env: Env, takes: Takes) -> Outcome:
    """Take a waiting or parked conversation, also past an own decline, and while it is offered to somebody else, who
    is told. Replies with the stint; sent again, it gets its first answer.

    Raises:
        Unavailable: no free slot, or not connected; nothing has changed.
        Refused (`already_in`, `already_taken`), ConversationClosed, NotAllowed, NotFound
    """
    conversation = locked(tx, takes.conversation_id)
    agent = tx.agents([takes.agent_id]).get(takes.agent_id)
    if agent is None or agent.bot:
        raise NotAllowed("Not taken: only representatives pick chats up.")
    again = tx.asked(conversation.id, agent.id, takes.client_id)
    if again is not None:
        return Outcome(_begun(tx, again[0], agent.id))
    case = open_case(tx, env, conversation)
    _check_open(tx, case, agent)
    agent = _locked(tx, case, agent.id)
    handoff = _woken(case, agent) if case.hold is not None else _waiting(tx, case, agent, takes.handoff_id)
    stint = _take(tx, case, handoff, agent)
    case.tell(QueuesChanged(handoff.queues))
    outcome = keep(tx, case, stint)
    tx.note_asked(conversation.id, agent.id, takes.client_id, handoff.id, already=False)
    return outcome


def _begun(tx: Tx, handoff: Handoff, agent_id: str) -> Stint:
    """The stint that a pick-up began when it was sent before."""
    stints = tx.all_stints_in(handoff.conversation_id)
    found = [s for s in stints if s.handoff_id == handoff.id and s.agent_id == agent_id]
    if not found:
        raise CallerError("client_id: you used it before, for something of another kind")
    return found[0]


def _check_open(tx: Tx, case: Case, agent: Agent) -> None:
    """Who was never in it does not learn that a closed conversation is one."""
    if agent.id in case.live_agents():
        raise Refused("Not taken: you are in this chat already.", code="already_in")
    if case.conversation.status is Status.CLOSED:
        if tx.last_stint(case.conversation.id, agent.id) is None:
            raise NotFound(NOT_YOURS)
        raise ConversationClosed("Not taken: this conversation is closed.")


def _locked(tx: Tx, case: Case, agent_id: str) -> Agent:
    """The agent as it is now, locked with those whose slots may be freed."""
    lock_agents(tx, [case], agent_id)
    agent = tx.agent(agent_id)
    if agent is None or not agent.reachable:
        raise Unavailable("Not taken: you are not connected. Nothing has changed.")
    case.agents[agent_id] = agent
    return agent


def _woken(case: Case, agent: Agent) -> Handoff:
    """The return of a parked conversation, for who held it or a colleague of its queue."""
    hold = case.hold
    assert hold is not None
    own = hold.agent_id == agent.id
    if not own and hold.queue_id not in agent.queues:
        raise NotFound(NOT_YOURS)
    return holding.wake(case, HoldEnd.RESUMED if own else HoldEnd.PICKED_UP, tell=False)


def _waiting(tx: Tx, case: Case, agent: Agent, handoff_id: str | None) -> Handoff:
    """What waits in a queue of this agent's, or names it.

    Raises:
        NotFound: nothing that is its business.
        Refused (`already_taken`): somebody was faster.
    """
    pending = [*filter(None, [case.pending_pass()]), *case.invitations()]
    found = next(
        (h for h in pending if h.state is not State.ACCEPTED and _may_take(h, agent, handoff_id)), None
    )
    if found is not None:
        return found
    raise _missed(tx, case, agent, handoff_id)


def _missed(tx: Tx, case: Case, agent: Agent, handoff_id: str | None) -> Refused | NotFound:
    """Who names a hand-off that has waited in a queue of its own hears who was faster; others hear nothing."""
    named = tx.handoff(handoff_id) if handoff_id else None
    if (
        named is None
        or named.conversation_id != case.conversation.id
        or not _may_take(named, agent, named.id)
    ):
        return NotFound(NOT_YOURS)
    receiver = tx.agents([named.receiver_agent_id or ""]).get(named.receiver_agent_id or "")
    if receiver is None:
        return Refused("This does not wait any more. Nothing changed for you.", code="already_taken")
    return Refused(f"Already taken by {receiver.name}. Nothing changed for you.", code="already_taken")


def _may_take(handoff: Handoff, agent: Agent, handoff_id: str | None) -> bool:
    named = handoff.target.id == agent.id
    return handoff_id in (None, handoff.id) and (named or not set(handoff.queues).isdisjoint(agent.queues))


def _take(tx: Tx, case: Case, handoff: Handoff, agent: Agent) -> Stint:
    """An open offer of it ends: accepted when it is the agent's own, else withdrawn."""
    boundary = boundary_of(tx, case, handoff)
    offer = case.open_offer(handoff.id)
    if offer is not None and offer.agent_id == agent.id:
        return offers.accept(case, offer, boundary)
    if offer is not None:
        offers.withdraw(case, offer, "picked_up")
    passing.drop_offers_to(case, agent.id)
    handoff = case.handoffs[handoff.id]
    if handoff.seeks is Seeks.BOT:
        handoff = replace(handoff, seeks=Seeks.REPRESENTATIVE)
    if handoff.target.id != agent.id:
        handoff = passing.fall_through(handoff)
    agent = case.agents[agent.id]
    return offers.accept_at_once(case, handoff, agent, Decision(agent, KEY, {}, {}, (FLAG,)), boundary)
