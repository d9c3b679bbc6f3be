"""The one module that moves and shares the baton: holders, stints and slots change here and nowhere else.

A change of holder is one function, because its entries are one rule (law 1, WALK rule f): removed
entries first, the old holder's last, then the added one or the close; the last alone is public and
carries the customer's notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from batonpass.domain import silence
from batonpass.domain.agents import Agent, SlotUse
from batonpass.domain.case import Case, holds_for_customer
from batonpass.domain.conversation import SYSTEM, Actor, EntryKind, Role, Stint, StintState, TurnState
from batonpass.domain.due import DueKind
from batonpass.domain.errors import Unavailable
from batonpass.domain.events import StintChanged, StintJoined, TurnChanged
from batonpass.domain.handoff import Handoff, State


@dataclass(frozen=True, slots=True)
class Leaving:
    """A live stint that ends in this commit, as a rule into wrap-up (WALK rule m).

    `lost` ends it at once, and so does `parked`, whose agent goes on with the conversation later. `replaced` does
    too, and leaves its slot to the agent's new role (WALK rule o).
    """

    stint: Stint
    reason: str
    lost: bool = False
    replaced: bool = False
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Joining:
    """The agent who comes in, for which hand-off, as what, and where its stream begins.

    Without a `boundary_seq` that is the entry before the join: the end of a giver who leaves in this commit,
    and the rule for whoever joins beside a holder (law 4). `over`: a supervisor lets it go over capacity (law 5).
    """

    agent: Agent
    handoff: Handoff
    boundary_seq: int | None = None
    role: Role = Role.HOLDER
    over: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """The conversation ends with this commit."""

    reason: str
    actor: Actor = SYSTEM


def change_holder(
    case: Case,
    notice: dict[str, Any],
    *,
    leaving: Sequence[Leaving] = (),
    joining: Joining | None = None,
    closing: Closing | None = None,
) -> Stint | None:
    """Move the baton, to an agent or to nobody, in one commit. Returns the new holder's stint.

    Raises:
        Unavailable: the agent has no free slot; nothing may be kept of this transaction then.
    """
    case.change(epoch=case.conversation.epoch + 1, holder=None)
    ordered = sorted(leaving, key=lambda item: item.stint.role is Role.HOLDER)
    for item in ordered:
        last = item is ordered[-1] and joining is None and closing is None
        _end_live_time(case, item, notice if last else None)
    stint = _begin(case, joining, notice) if joining else None
    if closing:
        data = {"reason": closing.reason, "notice": notice}
        case.write(EntryKind.CLOSED, closing.actor, data, public=True)
    return stint


def join_beside(case: Case, joining: Joining, notice: dict[str, Any] | None) -> Stint:
    """Let an agent in beside the holder. Helpers are told to the customer, others are not (WALK rule i).

    Raises:
        Unavailable: the agent has no free slot; nothing may be kept of this transaction then.
    """
    return _begin(case, joining, notice)


def leave_beside(case: Case, leaving: Leaving, notice: dict[str, Any] | None) -> None:
    """End a live stint that does not hold the baton."""
    _end_live_time(case, leaving, notice if holds_for_customer(leaving.stint.role) else None)


def _end_live_time(case: Case, leaving: Leaving, notice: dict[str, Any] | None) -> None:
    stint = leaving.stint
    data: dict[str, Any] = {"role": stint.role, "reason": leaving.reason}
    if notice is not None:
        data["notice"] = notice
    actor = case.actor(stint.agent_id)
    case.write(EntryKind.REMOVED, actor, data, public=notice is not None, stint_id=stint.id)
    drop_turn(case, stint.id, leaving.reason)
    if not leaving.replaced:
        # Who is not in any more may take what is asked for here (law 7).
        case.match(*(q for h in case.handoffs.values() if h.state is State.QUEUED for q in h.queues))
    if stint.role is Role.HOLDER:
        silence.end(case, stint)
        if case.rules.idle_of(stint.queue_id) is not None:
            case.unschedule(DueKind.IDLE, stint.id)
    limit = _wrap_up_of(case, leaving)
    if limit > 0:
        _to_wrap_up(case, stint, leaving.reason, limit)
    else:
        _end(case, stint, leaving.reason, keep_slot=leaving.replaced)


def _wrap_up_of(case: Case, leaving: Leaving) -> int:
    """How long the after-work may last: people's holder and helper stints have some, unless lost, parked or replaced."""
    stint = leaving.stint
    if stint.bot or leaving.lost or leaving.parked or leaving.replaced or not holds_for_customer(stint.role):
        return 0
    return case.rules.wrap_up_of(stint.queue_id)


def _to_wrap_up(case: Case, stint: Stint, reason: str, limit: int) -> None:
    case.put(replace(stint, state=StintState.WRAP_UP, reason=reason, ended_at=case.now))
    case.schedule(DueKind.WRAP_UP, stint.id, case.now + limit)
    if case.rules.wrap_up_summaries and stint.role is Role.HOLDER:
        case.schedule(DueKind.SUMMARY, stint.id, case.now)
    case.tell(StintChanged(stint.conversation_id, stint.id, stint.agent_id))


def _end(case: Case, stint: Stint, reason: str, *, keep_slot: bool = False) -> None:
    ended_at = stint.ended_at or case.now
    case.put(replace(stint, state=StintState.ENDED, reason=reason, ended_at=ended_at))
    # An observer has no slot: what its agent uses here is the after-work of an earlier stint.
    if not keep_slot and stint.role is not Role.OBSERVER:
        free_slot(case, stint.agent_id)
    if not case.agents[stint.agent_id].limited:
        case.idled.add(stint.agent_id)  # It has no slot whose freeing would say so.
    case.tell(StintChanged(stint.conversation_id, stint.id, stint.agent_id))


def end_wrap_up(case: Case, stint: Stint) -> None:
    """End a stint's after-work and free its slot. The reason of its live time's end stays."""
    case.unschedule(DueKind.WRAP_UP, stint.id)
    _end(case, replace(stint, wrapped_up_at=case.now), stint.reason or "wrap_up")


def _begin(case: Case, joining: Joining, notice: dict[str, Any] | None) -> Stint:
    agent, handoff, role = joining.agent, joining.handoff, joining.role
    boundary = case.conversation.seq if joining.boundary_seq is None else joining.boundary_seq
    stint = Stint(
        id=case.new_id(),
        conversation_id=case.conversation.id,
        agent_id=agent.id,
        bot=agent.bot,
        role=role,
        state=StintState.LIVE,
        epoch=case.conversation.epoch,
        queue_id=handoff.queue_id,
        handoff_id=handoff.id,
        boundary_seq=boundary,
        started_at=case.now,
    )
    case.agents.setdefault(agent.id, agent)
    if role is not Role.OBSERVER:
        take_slot(case, agent, stint_id=stint.id, over=joining.over)
    case.put(stint)
    if role is Role.HOLDER:
        case.change(holder=stint.id)
    data: dict[str, Any] = {"role": role} | ({"notice": notice} if notice else {})
    public = holds_for_customer(role)
    case.write(EntryKind.ADDED, case.actor(agent.id), data, public=public, stint_id=stint.id)
    case.tell(StintJoined(stint.conversation_id, stint.id, agent.id))
    return stint


# Slots


def take_slot(
    case: Case, agent: Agent, *, offer_id: str | None = None, stint_id: str | None = None, over: bool = False
) -> None:
    """Take a slot for an offer or a stint, or the one this agent already has in this conversation (law 5).

    A claim for the same conversation takes over a wrap-up's slot and ends that wrap-up (WALK rule s). `over`:
    with none free, it is one above capacity.

    Raises:
        Unavailable: no slot is free.
    """
    if not agent.limited:
        return
    mine = case.slots.get(agent.id)
    slot_no = mine.slot_no if mine else agent.free_slot()
    if slot_no is None and over:
        slot_no = agent.slot_above()
    if slot_no is None:
        raise Unavailable(f"{agent.name} has no free slot ({len(agent.used)} of {agent.capacity})")
    use = SlotUse(agent.id, slot_no, case.conversation.id, offer_id, stint_id)
    case.slots[agent.id] = use
    case.agents[agent.id] = replace(agent, used=agent.used | {slot_no})
    _yield_wrap_up(case, agent.id)


def _yield_wrap_up(case: Case, agent_id: str) -> None:
    for stint in list(case.stints.values()):
        if stint.agent_id == agent_id and stint.state is StintState.WRAP_UP:
            case.unschedule(DueKind.WRAP_UP, stint.id)
            case.put(replace(stint, state=StintState.ENDED, wrapped_up_at=case.now))
            case.tell(StintChanged(stint.conversation_id, stint.id, agent_id))


def free_slot(case: Case, agent_id: str) -> None:
    """Free the slot this agent uses in this conversation, and wake the matcher of all its queues (law 7)."""
    use = case.slots.pop(agent_id, None)
    if use is None:
        return
    agent = case.agents[agent_id]
    case.agents[agent_id] = replace(agent, used=agent.used - {use.slot_no})
    if use.stint_id is not None:
        case.idled.add(agent_id)
    case.match(*agent.queues)


# A turn belongs to its stint, and goes with it


def drop_turn(case: Case, stint_id: str, reason: str) -> None:
    """End the stint's turn, if it has one, and its deadline with it."""
    turn = case.turn_of(stint_id)
    if turn is None:
        return
    case.put(replace(turn, state=TurnState.ENDED, ended_at=case.now, reason=reason))
    kind = DueKind.TURN if turn.state is TurnState.OPEN else DueKind.BURST
    case.unschedule(kind, turn.id)
    case.tell(TurnChanged(turn.conversation_id, turn.id, turn.agent_id, started=False))
