"""Asking for a hand-off, completing it, taking it back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from batonpass.app import policy, switches
from batonpass.app.cases import as_decided, keep, locked, open_case
from batonpass.app.finding import having
from batonpass.app.lengths import entrance
from batonpass.app.messages import customers_own, own_stint
from batonpass.app.outcome import Env, Outcome
from batonpass.app.places import wait_of
from batonpass.app.ports import Tx
from batonpass.app.targets import Resolved, check_people, resolve
from batonpass.domain import holding, leaving, offers, passing
from batonpass.domain.case import Case
from batonpass.domain.conversation import Status, Stint
from batonpass.domain.errors import CallerError, ConversationClosed, NotAllowed, NotFound, Refused
from batonpass.domain.handoff import (
    SHARES,
    Handoff,
    Kind,
    Leave,
    Seeks,
    State,
    Step,
    Target,
    TargetType,
)
from batonpass.domain.hold import HoldEnd
from batonpass.domain.passing import Request
from batonpass.domain.rules import Trigger
from batonpass.domain.waits import WaitRange

MAX_VARIABLES = 100
MAX_CONTEXT_BYTES = 1_000_000
NOT_YOURS = "there is no such hand-off, or it is not yours"


@dataclass(frozen=True, slots=True)
class AskedByAgent:
    """An agent passes the baton on, or shares it. `summary` was made before the transaction (law 9).

    Without a `leave`, a transfer leaves when it is accepted, an escalation and a hand-back at once. `edited` is
    the agent's own text of the summary. `replace`: a pass that is pending makes room. `skills` are asked of the receiver,
    unless it is named; None for those that the chat's entry asks for, where anybody has them.
    """

    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    kind: Kind
    target: Target | None = None
    leave: Leave | None = None
    seeks: Seeks | None = None
    reason: str = ""
    note: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    summary: dict[str, Any] | None = None
    edited: str | None = None
    brief: dict[str, str] | None = None
    replace: bool = False
    skills: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AskedByCustomer:
    """The customer asks for a person."""

    customer_id: str
    conversation_id: str
    client_id: str
    reason: str = ""
    summary: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request met: its hand-off, the place in the queue where it waits, and what to be warned of.

    `wait`: how long that may take, where the last waits there tell.
    """

    handoff: Handoff
    position: int | None
    already: bool = False
    warning: str | None = None
    wait: WaitRange | None = None


def ask(tx: Tx, env: Env, asked: AskedByAgent) -> Outcome:
    """Pass the baton on, or let somebody in beside its holder.

    Raises:
        Unavailable: nobody could ever take it there; the giver keeps the baton.
        NotAllowed (`switched_off`): the operator has turned this off.
        StintEnded, ConversationClosed, HandoffPending, NotFound, CallerError
    """
    conversation = locked(tx, asked.conversation_id)
    giver = own_stint(tx, asked.stint_id, asked.agent_id, conversation.id)
    again = tx.asked(conversation.id, asked.agent_id, asked.client_id)
    if again is not None:
        _same_kind(again[0], asked)
        return Outcome(_asked(tx, env, *again))
    _check_switches(tx, env, asked)
    case = open_case(tx, env, conversation)
    _guard(case, giver, asked)
    set_variables(tx, conversation.id, asked.variables, asked.agent_id)
    resolved = resolve(tx, env, case, giver, asked.kind, asked.target, asked.seeks, skills=asked.skills)
    handoff = _go(tx, case, giver, _request(asked, resolved), resolved)
    outcome = keep(tx, case)
    return replace(outcome, reply=_remember(tx, env, asked.agent_id, asked.client_id, handoff))


def asked_again(
    tx: Tx, env: Env, conversation_id: str, sender: str, client_id: str, kind: Kind
) -> Asked | None:
    """What this very request of a customer has met before; None for one that is new.

    Raises:
        CallerError: the client id was used for a request of another kind.
    """
    again = tx.asked(conversation_id, sender, client_id)
    if again is None:
        return None
    earlier, already = again
    if (
        not already
        and earlier.requested_by == sender
        and (earlier.kind is Kind.HAND_BACK) is not (kind is Kind.HAND_BACK)
    ):
        raise CallerError("client_id: you used it before, for a request of another kind")
    return _asked(tx, env, *again)


def note_answer(
    tx: Tx,
    env: Env,
    outcome: Outcome,
    sender: str,
    client_id: str,
    handoff: Handoff,
    *,
    already: bool = False,
) -> Outcome:
    """The outcome of a customer's request with its answer, which is kept under its client id."""
    return replace(outcome, reply=_remember(tx, env, sender, client_id, handoff, already=already))


def _same_kind(earlier: Handoff, asked: AskedByAgent) -> None:
    """A client id names one request of one kind.

    Raises:
        CallerError: it was used for another kind. An invitation may have become a pass since (law 10).
    """
    became = (Kind.TRANSFER, Kind.FAILOVER) if asked.kind is Kind.INVITATION else ()
    if earlier.kind not in (asked.kind, *became):
        raise CallerError("client_id: you used it before, for a request of another kind")


def _check_switches(tx: Tx, env: Env, asked: AskedByAgent) -> None:
    needed = ["notes"] if asked.note else []
    needed += switches.of_kind(asked.kind)
    if asked.kind is Kind.TRANSFER and leave_of(asked) is not Leave.ON_COMPLETE:
        needed.append("cold")
    switches.check(tx, env, *needed)
    rules = env.rules.queues
    if asked.kind is Kind.HAND_BACK and asked.target is None:
        stint = tx.stint(asked.stint_id)
        found = rules.get(stint.queue_id) if stint else None
        if found is not None and Trigger.COMMAND not in found.hand_back.when:
            raise NotAllowed(f"Not passed: {found.name} does not hand back by command.", code="switched_off")


def leave_of(asked: AskedByAgent) -> Leave:
    """When the giver leaves, said or by its kind.

    Raises:
        CallerError: it shares the baton, so its giver stays.
    """
    if asked.kind in SHARES and asked.leave is not None:
        raise CallerError(f"leave: with an {asked.kind} the giver stays")
    usual = Leave.ON_ACCEPT if asked.kind is Kind.TRANSFER else Leave.NOW
    return asked.leave or usual


def _guard(case: Case, giver: Stint, asked: AskedByAgent) -> None:
    if asked.kind in SHARES:
        passing.guard_sharing(case, giver)
        return
    pending = case.pending_pass()
    if asked.replace and pending is not None and case.conversation.holder == giver.id:
        passing.end_pending(case, pending, Step.CANCEL, "replaced")
    passing.guard(case, giver)


def _remember(
    tx: Tx, env: Env, sender: str, client_id: str, handoff: Handoff, *, already: bool = False
) -> Asked:
    """Keep what the request met under its client id: sent again, it gets its first answer (law 2)."""
    tx.note_asked(handoff.conversation_id, sender, client_id, handoff.id, already=already)
    return _asked(tx, env, handoff, already)


def _request(asked: AskedByAgent, resolved: Resolved) -> Request:
    return Request(
        kind=asked.kind,
        seeks=resolved.seeks,
        queue_id=resolved.queue_id,
        target=resolved.target,
        leave=leave_of(asked),
        reason=asked.reason,
        note=asked.note,
        requested_by=asked.agent_id,
        client_id=asked.client_id,
        summary=asked.summary,
        edited=asked.edited,
        brief=asked.brief,
        fell_through=resolved.fell_through,
        failover_queue_id=resolved.failover_queue_id,
        skills=resolved.skills,
        workflow=resolved.workflow,
        priority=resolved.priority,
    )


def _go(tx: Tx, case: Case, giver: Stint, request: Request, resolved: Resolved) -> Handoff:
    stays = request.kind in SHARES or request.leave is not Leave.NOW
    decision = resolved.decision
    found = tx.agent(decision.winner.id) if decision and decision.winner else None  # locked as it was decided
    agent = as_decided(case, found)
    at_once = agent is not None and (agent.bot or case.rules.accepts_at_once(request.queue_id))
    if agent is not None and decision is not None and at_once:
        return passing.pass_directly(case, request, giver, agent, decision)
    handoff = passing.ask_beside(case, request, giver) if stays else _leave(case, request, giver)
    if agent is not None and decision is not None:
        case.agents[agent.id] = agent
        offers.make(case, handoff, agent, decision)
    return case.handoffs[handoff.id]


def _leave(case: Case, request: Request, giver: Stint) -> Handoff:
    code = "passing_to_bot" if request.seeks is Seeks.BOT else "passing_to_person"
    return passing.leave_now(case, request, giver, case.notice(code, giver=case.agents[giver.agent_id].name))


def ask_for_human(tx: Tx, env: Env, asked: AskedByCustomer) -> Outcome:
    """The customer asks for a person: the bot that holds leaves now; a pending pass makes room.

    With a person holding, or one sought already, nothing changes and the answer says so.

    Raises:
        Unavailable: no person serves here, nor in the failover queue; whoever holds keeps the baton.
        ConversationClosed, NotFound
    """
    conversation = customers_own(tx, asked.conversation_id, asked.customer_id)
    again = asked_again(tx, env, conversation.id, asked.customer_id, asked.client_id, Kind.ESCALATION)
    if again is not None:
        return Outcome(again)
    if conversation.status is Status.CLOSED:
        raise ConversationClosed("This chat has ended. Start a new one.")
    case = open_case(tx, env, conversation)
    if case.hold is not None:
        holding.wake(case, HoldEnd.ASKED)
    already = _person_already(tx, case)
    if already is not None:
        if already.pending:
            _bind_to_wish(case, already)
        outcome = keep(tx, case)
        reply = _remember(tx, env, asked.customer_id, asked.client_id, already, already=True)
        return replace(outcome, reply=reply)
    check_people(tx, case, _queue_of(case))
    handoff = _escalate_for_customer(tx, case, asked)
    outcome = keep(tx, case)
    return replace(outcome, reply=_remember(tx, env, asked.customer_id, asked.client_id, handoff))


def _bind_to_wish(case: Case, pending: Handoff) -> None:
    """The customer wants what a bot has asked for: it must not go to a bot now, and the bot does not call it off.

    So the bot that holds leaves it: an accepted pass completes, any other goes on as `now`.
    """
    failover = pending.failover_queue_id or case.rules.failover_queue
    case.put(replace(pending, seeks=Seeks.REPRESENTATIVE, failover_queue_id=failover))
    if case.holder is not None and case.holder.bot:
        leaving.go(case, case.holder, leaving.Going("customer_asked"))
    bound = case.handoffs[pending.id]
    if bound.state is State.QUEUED:
        case.match(*bound.queues)  # of the failover queue nobody was asked before (law 7)


def _person_already(tx: Tx, case: Case) -> Handoff | None:
    """The hand-off by which a person holds, or is on the way."""
    holder, pending = case.holder, case.pending_pass()
    if holder is not None and not holder.bot:
        return tx.handoff(holder.handoff_id)
    if pending is None:
        return None
    receiver = tx.agent(pending.receiver_agent_id) if pending.receiver_agent_id else None
    person = pending.state is State.OFFERED or (receiver is not None and not receiver.bot)
    return pending if person or pending.seeks is Seeks.REPRESENTATIVE else None


def _escalate_for_customer(tx: Tx, case: Case, asked: AskedByCustomer) -> Handoff:
    """What waits already keeps its queue; a chat that somebody holds goes where there is room.

    Raises:
        Unavailable (`full`)
    """
    holder, pending = case.holder, case.pending_pass()
    queue_id = _queue_of(case)
    if holder is not None:
        queue_id = entrance(tx, case.rules, queue_id, Seeks.REPRESENTATIVE)
    queues = (queue_id, case.rules.failover_queue or queue_id)
    request = Request(
        kind=Kind.ESCALATION,
        seeks=Seeks.REPRESENTATIVE,
        queue_id=queue_id,
        failover_queue_id=case.rules.failover_queue,
        skills=having(tx, case.rules, case.conversation.skills, Seeks.REPRESENTATIVE, *queues),
        target=Target(TargetType.NEXT),
        reason=asked.reason or "customer_asked",
        requested_by=asked.customer_id,
        client_id=asked.client_id,
        summary=asked.summary,
    )
    if holder is not None:
        if pending is not None:
            passing.end_pending(case, pending, Step.CANCEL, "replaced")
        return _leave(case, request, holder)
    assert pending is not None, "nobody holds and nothing is queued (law 6)"
    return passing.ask_while_waiting(case, request, pending, case.notice("waiting"))


def _queue_of(case: Case) -> str:
    return case.holder.queue_id if case.holder else case.conversation.queue_id


def _asked(tx: Tx, env: Env, handoff: Handoff, already: bool = False) -> Asked:
    """A pass beyond the hop limit is done all the same, with a warning (DESIGN section 4)."""
    conversation = tx.conversation(handoff.conversation_id)
    tired = conversation is not None and conversation.hops >= env.rules.hop_limit and not handoff.shares
    position = tx.position(handoff.id)
    wait = None if position is None else wait_of(tx, handoff)
    return Asked(handoff, position, already, "hop_limit" if tired else None, wait)


def set_variables(tx: Tx, conversation_id: str, values: Mapping[str, str], by: str) -> None:
    """Merge variables into the context.

    Raises:
        NotAllowed (`too_many_variables`): a conversation has at most 100, and 1 MB of them as JSON: they have to
        fit one packet.
    """
    if not values:
        return
    merged = {**tx.variables(conversation_id), **values}
    if len(merged) > MAX_VARIABLES:
        raise NotAllowed(f"a conversation has at most {MAX_VARIABLES} variables", code="too_many_variables")
    if _json_bytes(merged) > MAX_CONTEXT_BYTES:
        raise NotAllowed("a conversation's variables take at most 1 MB", code="too_many_variables")
    tx.set_variables(conversation_id, values, by)


def _json_bytes(values: Mapping[str, str]) -> int:
    # No character takes more than six bytes: what is small for sure is not counted out.
    most = 6 * sum(len(name) + len(value) + 2 for name, value in values.items())
    return most if most <= MAX_CONTEXT_BYTES else len(json.dumps(values, ensure_ascii=False).encode())


# What becomes of it


@dataclass(frozen=True, slots=True)
class OfHandoff:
    agent_id: str
    handoff_id: str
    conversation_id: str | None = None


def complete(tx: Tx, env: Env, of: OfHandoff) -> Outcome:
    """The giver of a warm transfer hands over: the receiver, who listens already, holds. Twice changes nothing.

    Raises:
        Refused (`not_accepted`): nobody has accepted it yet, or it has ended otherwise.
        NotFound
    """
    case, handoff = _of(tx, env, of)
    if handoff.state is State.COMPLETED:
        return Outcome(handoff)
    if handoff.state is not State.ACCEPTED:
        raise Refused(f"Not completed: it is {handoff.state}.", code="not_accepted")
    if handoff.giver_agent_id != of.agent_id:
        raise NotAllowed("Not completed: only its giver completes a transfer.")
    passing.complete(case, handoff)
    return keep(tx, case, case.handoffs[handoff.id])


def cancel(tx: Tx, env: Env, of: OfHandoff) -> Outcome:
    """Call off a pass, invitation or consultation whose giver is still there, at any stage. Twice changes nothing.

    Its giver may, and whoever holds the baton.

    Raises:
        Refused (`too_late`): it has completed or ended otherwise, or its giver has left.
        NotFound
    """
    case, handoff = _of(tx, env, of)
    if handoff.state is State.CANCELLED:
        return Outcome(handoff)
    gone = case.stint_of(of.agent_id) is None
    if not handoff.pending or not handoff.giver_stays or gone:
        what = handoff.state if not handoff.pending else "waiting, and its giver has left"
        raise Refused(f"Not called off: it is {what}.", code="too_late")
    policy.take_back(case, handoff, Step.CANCEL, "cancelled")
    return keep(tx, case, case.handoffs[handoff.id])


def _of(tx: Tx, env: Env, of: OfHandoff) -> tuple[Case, Handoff]:
    """The case of a hand-off, and the hand-off as it is under the lock, for its giver or the holder."""
    found = tx.handoff(of.handoff_id)
    if found is None or of.conversation_id not in (None, found.conversation_id):
        raise NotFound(NOT_YOURS)
    case = open_case(tx, env, locked(tx, found.conversation_id, NOT_YOURS))
    handoff = case.handoffs.get(found.id) or tx.handoff(found.id) or found
    holder = case.holder
    if of.agent_id not in (handoff.giver_agent_id, holder.agent_id if holder else None):
        raise NotFound(NOT_YOURS)
    return case, handoff
