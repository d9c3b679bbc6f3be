"""What supervisors do: join unseen, whisper, take over, assign, close, turn switches. Each names its reason."""

import json
from dataclasses import dataclass, replace
from typing import Any

from batonpass.app import switches
from batonpass.app.attached import referred
from batonpass.app.audit import By, audit
from batonpass.app.cases import keep, lock_agents, locked, open_case
from batonpass.app.matching import boundary_of
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import holding, routing, supervising
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.conversation import Conversation, EntryKind, Status
from batonpass.domain.errors import (
    CallerError,
    ConversationClosed,
    NotAllowed,
    NotFound,
    Refused,
    Unavailable,
)
from batonpass.domain.events import EntriesWritten
from batonpass.domain.handoff import Exclusions, Handoff, Kind, Leave, Seeks, Target, TargetType
from batonpass.domain.hold import HoldEnd
from batonpass.domain.passing import Request
from batonpass.domain.routing import Decision, Need
from batonpass.domain.supervising import Act

NO_SUCH = "there is no such conversation"


@dataclass(frozen=True, slots=True)
class Monitors:
    supervisor_id: str
    conversation_id: str
    client_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakesOver:
    """`force`: also over capacity. `summary` was made before the transaction (law 9)."""

    supervisor_id: str
    conversation_id: str
    client_id: str
    reason: str
    force: bool = False
    summary: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Assigns:
    """`force`: at once instead of by an offer, also over capacity."""

    supervisor_id: str
    conversation_id: str
    client_id: str
    agent_id: str
    reason: str
    force: bool = False
    summary: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Closes:
    supervisor_id: str
    conversation_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Whispers:
    """Words to agents only, without a stint: to those in `to`, or to all representatives there."""

    supervisor_id: str
    conversation_id: str
    client_id: str
    content: dict[str, Any]
    to: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Turns:
    """`on` None leaves the switch to the file again."""

    supervisor_id: str
    name: str
    on: bool | None
    reason: str


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of an act: its hand-off, and the stint it began, if it did. `again`: it was sent before."""

    handoff: Handoff
    stint_id: str | None = None
    over: bool = False
    again: bool = False


def check_supervisor(tx: Tx, agent_id: str) -> Agent:
    """Return the supervisor.

    Raises:
        NotAllowed: this agent is none, or is none any more.
    """
    agent = tx.agents([agent_id]).get(agent_id)
    if agent is None or not (agent.supervisor or tx.supervises(agent_id)):
        raise NotAllowed("Not done: only supervisors may.")
    return agent


def monitor(tx: Tx, env: Env, act: Monitors) -> Outcome:
    """Join as an observer; who is in already stays what it is. Leaving is `going.leave`.

    Raises:
        Unavailable: the supervisor's desk is not connected, so nothing would come of it.
        Refused, ConversationClosed, NotFound, NotAllowed
    """
    case, supervisor, earlier = _begin(tx, env, act, Act.MONITOR)
    if earlier is not None:
        return Outcome(earlier)
    own = case.stint_of(supervisor.id)
    handoff = tx.handoff(own.handoff_id) if own else None
    if own is not None and handoff is not None:
        return Outcome(Acted(handoff, own.id, again=True))
    agent = _locked(tx, case, supervisor.id)
    _check_desk(agent)
    _note(tx, case, Act.MONITOR, agent, act.reason)
    request = Request(
        Kind.CONSULTATION, Seeks.REPRESENTATIVE, _queue_of(case), Target(TargetType.AGENT, agent.id),
        requested_by=agent.id, client_id=act.client_id,
    )  # fmt: skip
    stint = supervising.monitor(case, request, agent)
    return _done(tx, case, act.supervisor_id, act.client_id, case.handoffs[stint.handoff_id], over=False)


def take_over(tx: Tx, env: Env, act: TakesOver) -> Outcome:
    """Hold the conversation at once, whoever holds it or waits for it. Who holds it already changes nothing.

    Raises:
        Unavailable: no slot is free and `force` is not said, or the supervisor's desk is not connected.
        ConversationClosed, NotFound, NotAllowed
    """
    case, supervisor, earlier = _begin(tx, env, act, Act.TAKE_OVER)
    if earlier is not None:
        return Outcome(earlier)
    holder = case.holder
    handoff = tx.handoff(holder.handoff_id) if holder and holder.agent_id == supervisor.id else None
    if holder is not None and handoff is not None:
        return Outcome(Acted(handoff, holder.id, again=True))
    agent = _locked(tx, case, supervisor.id)
    _check_desk(agent)
    over = _check_slot(case, agent, force=act.force)
    _wake(case)
    _note(tx, case, Act.TAKE_OVER, agent, act.reason, over=over)
    request = _request(case, Kind.TAKE_OVER, agent, act)
    handoff = supervising.take_over(case, request, agent, over=over)
    return _done(tx, case, act.supervisor_id, act.client_id, handoff, over=over)


def assign(tx: Tx, env: Env, act: Assigns) -> Outcome:
    """Give the conversation to a named agent: a representative gets an offer, or with `force` the baton.

    A bot, and who is in the conversation already, has it at once. The ladder binds none of it.

    Raises:
        Unavailable: the agent cannot take it (now), and nothing has changed.
        Refused: it holds it already.
        ConversationClosed, NotFound, NotAllowed
    """
    case, supervisor, earlier = _begin(tx, env, act, Act.ASSIGN)
    if earlier is not None:
        return Outcome(earlier)
    agent = _locked(tx, case, act.agent_id)
    _wake(case)
    pending = case.pending_pass()
    at_once = act.force or agent.bot or case.stint_of(agent.id) is not None
    if pending is not None and not at_once and _is_offered(case, pending, agent):
        return Outcome(Acted(pending, again=True))
    over, made = _check_assigned(case, agent, at_once=at_once, force=act.force)
    _note(tx, case, Act.ASSIGN, supervisor, act.reason, over=over)
    boundary = boundary_of(tx, case, pending) if pending is not None and case.holder is None else None
    request = _request(case, _kind_of(case), agent, act)
    handoff = supervising.assign(case, request, agent, made, at_once=at_once, boundary_seq=boundary)
    return _done(tx, case, act.supervisor_id, act.client_id, handoff, over=over)


def close(tx: Tx, env: Env, act: Closes) -> Outcome:
    """Close the conversation, whatever is pending. Replies whether it was open; twice changes nothing.

    Raises:
        NotFound, NotAllowed
    """
    supervisor = check_supervisor(tx, act.supervisor_id)
    conversation = locked(tx, act.conversation_id, NO_SUCH)
    if conversation.status is Status.CLOSED:
        return Outcome(False)
    case = open_case(tx, env, conversation)
    _note(tx, case, Act.CLOSE, supervisor, act.reason)
    supervising.close(case)
    return keep(tx, case, True)


def whisper(tx: Tx, env: Env, said: Whispers) -> Outcome:
    """Store a message to agents only, from outside the conversation. Replies with the entry.

    Raises:
        CallerError: a reader who is not in the conversation, or the client id names something else.
        ConversationClosed, NotFound, NotAllowed
    """
    supervisor = check_supervisor(tx, said.supervisor_id)
    conversation = locked(tx, said.conversation_id, NO_SUCH)
    case = open_case(tx, env, conversation)
    earlier = tx.entry_of(conversation.id, supervisor.id, said.client_id)
    if earlier is not None:
        if earlier.kind is not EntryKind.MESSAGE or earlier.public_seq is not None:
            raise CallerError("client_id: you used it before, for something of another kind")
        told = EntriesWritten(conversation.id, conversation.customer_id, (earlier,), case.readers)
        return Outcome(earlier, [told])
    _check_open(conversation)
    if not case.live_agents().issuperset(said.to):
        raise CallerError("to: names somebody who is not in this conversation")
    _note(tx, case, Act.WHISPER, supervisor, said.reason)
    content = referred(tx, said.content, conversation.id, supervisor.id)
    data = {"content": content, "to": sorted(said.to)}
    actor = case.actor(supervisor.id)
    entry = case.write(EntryKind.MESSAGE, actor, data, public=False, client_id=said.client_id)
    return keep(tx, case, entry)


def turn_switch(tx: Tx, env: Env, act: Turns) -> Outcome:
    """Turn a switch of the operator's, and keep who did it last and why. Replies how all of them stand.

    Raises:
        NotAllowed, CallerError
    """
    check_supervisor(tx, act.supervisor_id)
    turned = switches.turn(tx, env, switches.Turn(act.name, act.on, _by(act.supervisor_id)))
    said = {"by": act.supervisor_id, "at": tx.now, "on": act.on, "reason": act.reason}
    tx.set_meta(f"switch.{act.name}.act", json.dumps(said))
    return turned


# What these have in common


def _by(supervisor_id: str) -> By:
    return By("supervisor", f"agent:{supervisor_id}")


def _note(tx: Tx, case: Case, what: Act, agent: Agent, reason: str, *, over: bool = False) -> None:
    """An act is in the timeline, with its reason, and without it in the log of who did what."""
    supervising.log(case, what, agent, reason, over=over)
    details = {"over_capacity": True} if over else {}
    audit(tx, _by(agent.id), f"supervisor.{what}", case.conversation.id, details)


def _door(supervisor_id: str) -> str:
    """Under which sender acts are remembered: what the same agent asks at its desk has client ids of its own."""
    return f"{supervisor_id}@supervisor"


def _begin(
    tx: Tx, env: Env, act: Monitors | TakesOver | Assigns, what: Act
) -> tuple[Case, Agent, Acted | None]:
    """The case, who acts, and what this very act met when it was sent before (law 2)."""
    supervisor = check_supervisor(tx, act.supervisor_id)
    conversation = locked(tx, act.conversation_id, NO_SUCH)
    again = tx.asked(conversation.id, _door(supervisor.id), act.client_id)
    case = open_case(tx, env, conversation)
    if again is None:
        _check_open(conversation)
        return case, supervisor, None
    handoff = again[0]
    _check_same(handoff, what)
    over = "over_capacity" in (handoff.trace or {}).get("flags", ())
    return case, supervisor, Acted(handoff, _stint_of(tx, handoff), over=over, again=True)


def _check_same(handoff: Handoff, what: Act) -> None:
    """A client id names one act of one kind, or a supervisor would believe what did not happen.

    Raises:
        CallerError
    """
    watched, taken = handoff.kind is Kind.CONSULTATION, handoff.kind is Kind.TAKE_OVER
    if watched is not (what is Act.MONITOR) or (taken and what is not Act.TAKE_OVER):
        raise CallerError("client_id: you used it before, for something of another kind")


def _check_open(conversation: Conversation) -> None:
    if conversation.status is Status.CLOSED:
        raise ConversationClosed("Not done: this conversation is closed.")


def _wake(case: Case) -> None:
    """Who is given a parked conversation takes its return over: the customer hears of the new holder alone."""
    if case.hold is not None:
        holding.wake(case, HoldEnd.SUPERVISOR, tell=False)


def _stint_of(tx: Tx, handoff: Handoff) -> str | None:
    """The last stint that a hand-off began."""
    found = [s.id for s in tx.all_stints_in(handoff.conversation_id) if s.handoff_id == handoff.id]
    return found[-1] if found else None


def _done(tx: Tx, case: Case, sender: str, client_id: str, handoff: Handoff, *, over: bool) -> Outcome:
    outcome = keep(tx, case)
    tx.note_asked(handoff.conversation_id, _door(sender), client_id, handoff.id, already=False)
    stint = next((s for s in case.live() if s.handoff_id == handoff.id), None)
    return replace(outcome, reply=Acted(handoff, stint.id if stint else None, over=over))


def _locked(tx: Tx, case: Case, agent_id: str) -> Agent:
    """The agent as it is now; locked with all whose slots may be freed."""
    lock_agents(tx, [case], agent_id)
    agent = tx.agent(agent_id)
    if agent is None:
        raise NotFound("there is no such agent")
    return agent


def _check_desk(supervisor: Agent) -> None:
    """Whoever is in a conversation hears it on `/agent`: without a connection there it would be lost soon (law 6)."""
    if not supervisor.reachable:
        raise Unavailable("Not done: you are not connected as an agent. Nothing has changed.")


def _check_slot(case: Case, agent: Agent, *, force: bool) -> bool:
    """Whether it goes over capacity.

    Raises:
        Unavailable: it does, and nobody said so.
    """
    over = supervising.goes_over(case, agent)
    if over and not force:
        used = f"{len(agent.used)} of {agent.capacity}"
        raise Unavailable(f"Not done: {agent.name} has no free slot ({used}). Say force to go over capacity.")
    return over


def _is_offered(case: Case, handoff: Handoff, agent: Agent) -> bool:
    offer = case.open_offer(handoff.id)
    return offer is not None and offer.agent_id == agent.id


def _check_assigned(case: Case, agent: Agent, *, at_once: bool, force: bool) -> tuple[bool, Decision]:
    holder, pending = case.holder, case.pending_pass()
    if holder is not None and holder.agent_id == agent.id:
        raise Refused(f"Not assigned: {agent.name} holds this conversation already.")
    if at_once:
        if not agent.reachable:
            raise Unavailable(f"Not assigned: {agent.name} is not connected. Nothing has changed.")
        over = _check_slot(case, agent, force=force)
        return over, supervising.decision(agent, over=over)
    need = Need(
        seeks=Seeks.REPRESENTATIVE,
        # The slot it has here, by after-work or an offer, yields.
        yielding=frozenset(case.slots),
        excluded=pending.excluded if pending is not None else Exclusions(),
    )
    reason = routing.removal(agent, need)
    if reason is not None:
        raise Unavailable(f"Not assigned: {agent.name} cannot take it now ({reason}). Nothing has changed.")
    return False, supervising.decision(agent)


def _queue_of(case: Case) -> str:
    return case.holder.queue_id if case.holder else case.conversation.queue_id


def _request(case: Case, kind: Kind, agent: Agent, act: TakesOver | Assigns) -> Request:
    pending = case.pending_pass() if case.holder is None else None
    return Request(
        kind=kind,
        seeks=Seeks.BOT if agent.bot else Seeks.REPRESENTATIVE,
        queue_id=pending.queue_id if pending is not None else _queue_of(case),
        target=Target(TargetType.AGENT, agent.id),
        leave=Leave.ON_ACCEPT if case.holder is not None and kind is Kind.TRANSFER else Leave.NOW,
        reason=act.reason,
        requested_by=act.supervisor_id,
        client_id=act.client_id,
        summary=act.summary,
    )


def _kind_of(case: Case) -> Kind:
    """An assigned arrival or failover stays one: its receiver's stream begins where that one's would (law 4)."""
    pending = case.pending_pass()
    stays = case.holder is None and pending is not None and pending.kind in (Kind.ARRIVAL, Kind.FAILOVER)
    return pending.kind if stays and pending is not None else Kind.TRANSFER
