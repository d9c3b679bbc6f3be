"""What falls due. Each use case drops its own row first: a timer whose cause is gone does nothing."""

from dataclasses import dataclass
from typing import Any

from batonpass.app.cases import keep, locked, open_case, open_talk
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import baton, closing, passing, turns
from batonpass.domain.agents import Presence
from batonpass.domain.case import Case
from batonpass.domain.conversation import SYSTEM, StintState, TurnState
from batonpass.domain.due import Due, DueKind
from batonpass.domain.events import PresenceChanged
from batonpass.domain.handoff import Handoff, Kind, OfferState, Seeks, State, Step
from batonpass.domain.passing import Request


@dataclass(frozen=True, slots=True)
class Fired:
    """A due row's subject; `summary` for those that start a hand-off, made before the transaction."""

    ref: str
    summary: dict[str, Any] | None = None


def offer_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """An offer's time is up: the agent missed it and is `away (missed)`; the hand-off goes on to the next."""
    offer = tx.offer(fired.ref)
    if offer is None:
        tx.drop_due(DueKind.OFFER, fired.ref)
        return Outcome()
    case = open_case(tx, env, locked(tx, offer.conversation_id))
    offer = case.offers.get(offer.id)
    if offer is None or offer.state is not OfferState.OPEN:
        tx.drop_due(DueKind.OFFER, fired.ref)
        return Outcome()
    if offer.deadline_at > tx.now:
        return _not_yet(tx, DueKind.OFFER, offer.id, offer.deadline_at)
    passing.expire(case, offer)
    agent = tx.agent(offer.agent_id, lock=True)
    if agent is not None and agent.presence is Presence.AVAILABLE:
        tx.set_presence(agent.id, Presence.MISSED)
        case.tell(PresenceChanged(agent.id))
    return keep(tx, case)


def turn_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A bot's turn deadline passed: the bot is lost here, and the conversation fails over."""
    turn = tx.turn(fired.ref)
    if turn is None:
        tx.drop_due(DueKind.TURN, fired.ref)
        return Outcome()
    case = open_case(tx, env, locked(tx, turn.conversation_id))
    turn = case.turns.get(turn.id)
    if turn is None or turn.state is not TurnState.OPEN:
        tx.drop_due(DueKind.TURN, fired.ref)
        return Outcome()
    if turn.deadline_at > tx.now:
        return _not_yet(tx, DueKind.TURN, turn.id, turn.deadline_at)
    _lose(case, turn.stint_id, "turn_deadline", fired.summary)
    return keep(tx, case)


def burst_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """The quiet window after a customer's line closed: the bot's turn starts."""
    tx.drop_due(DueKind.BURST, fired.ref)
    turn = tx.turn(fired.ref)
    if turn is None:
        return Outcome()
    case = open_talk(tx, env, locked(tx, turn.conversation_id))
    turn = case.turns.get(turn.id)
    if turn is not None and turn.state is TurnState.GATHERING:
        turns.burst_over(case, case.stints[turn.stint_id], turn)
    return keep(tx, case)


def wrap_up_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """After-work reached its limit: the slot is free."""
    tx.drop_due(DueKind.WRAP_UP, fired.ref)
    stint = tx.stint(fired.ref)
    if stint is None:
        return Outcome()
    case = open_case(tx, env, locked(tx, stint.conversation_id))
    stint = case.stints.get(stint.id)
    if stint is not None and stint.state is StintState.WRAP_UP:
        baton.end_wrap_up(case, stint)
    return keep(tx, case)


def grace_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """An agent stayed away for its grace time: each of its stints is lost, each in a transaction of its own."""
    tx.drop_due(DueKind.GRACE, fired.ref)
    agent = tx.agent(fired.ref, lock=True)
    if agent is None or agent.reachable:
        return Outcome()
    lost = [Due(DueKind.LOST, s.id, tx.now) for s in tx.stints_of(agent.id) if s.live]
    tx.add_due(lost)
    return Outcome(wake=bool(lost))


def stint_lost(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A stint of an unreachable agent ends as lost, unless the agent came back."""
    tx.drop_due(DueKind.LOST, fired.ref)
    stint = tx.stint(fired.ref)
    if stint is None or not stint.live:
        return Outcome()
    case = open_case(tx, env, locked(tx, stint.conversation_id))
    stint = case.stints.get(stint.id)
    agent = tx.agent(stint.agent_id, lock=True) if stint else None
    if stint is None or not stint.live or agent is None or agent.reachable:
        return Outcome()
    if tx.has_due(DueKind.GRACE, agent.id):
        # It was back meanwhile, or we started anew: a later grace decides.
        return Outcome()
    _lose(case, stint.id, "unreachable", fired.summary)
    return keep(tx, case)


def max_wait_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A hand-off waited as long as its queue allows: the final fallback (DESIGN section 4). It never vanishes."""
    handoff = tx.handoff(fired.ref)
    if handoff is None or not handoff.pending:
        tx.drop_due(DueKind.MAX_WAIT, fired.ref)
        return Outcome()
    case = open_case(tx, env, locked(tx, handoff.conversation_id))
    handoff = case.handoffs.get(handoff.id)
    if handoff is None:
        tx.drop_due(DueKind.MAX_WAIT, fired.ref)
        return Outcome()
    offer = case.open_offer(handoff.id)
    if handoff.state is State.OFFERED and offer is not None:
        return _not_yet(tx, DueKind.MAX_WAIT, handoff.id, offer.deadline_at + 1)
    _give_up(case, handoff, fired.summary)
    return keep(tx, case)


def _give_up(case: Case, handoff: Handoff, summary: dict[str, Any] | None) -> None:
    """No bot came: look for a person. No person came: close, with words."""
    if handoff.seeks is Seeks.BOT:
        request = Request(
            Kind.FAILOVER,
            Seeks.REPRESENTATIVE,
            handoff.queue_id,
            reason="max_wait",
            note=handoff.note,
            summary=summary or handoff.summary,
        )
        passing.ask_while_waiting(case, request, handoff, case.notice("waiting"), step=Step.FAIL)
        return
    passing.end_pending(case, handoff, Step.FAIL, "max_wait")
    closing.close(case, "unanswered", SYSTEM, case.notice("closed_unanswered"))


def _lose(case: Case, stint_id: str, reason: str, summary: dict[str, Any] | None) -> None:
    """A live holder is lost: the baton fails over (law 10)."""
    passing.lose_holder(case, case.stints[stint_id], reason, summary)


def _not_yet(tx: Tx, kind: DueKind, ref: str, run_at: int) -> Outcome:
    """The deadline moved: set the timer to where it is now."""
    tx.add_due([Due(kind, ref, run_at)])
    return Outcome(wake=True)


# Start-up


def start_up(tx: Tx, env: Env, _: None) -> Outcome:
    """Begin again after a stop or a crash: nobody is connected, and every grace, offer and turn has its full time."""
    tx.clear_connections(env.node)
    connected = set(tx.connected_agents())
    rules = env.rules
    due = [
        Due(DueKind.GRACE, agent_id, tx.now + rules.grace_ms)
        for agent_id in tx.agents_at_work()
        if agent_id not in connected
    ]
    for offer in tx.open_offers():
        handoff = tx.handoff(offer.handoff_id)
        deadline = tx.now + rules.offer_of(handoff.queue_id if handoff else "")
        tx.renew_offer(offer.id, deadline)
        due.append(Due(DueKind.OFFER, offer.id, deadline))
    for turn in tx.open_turns():
        tx.renew_turn(turn.id, tx.now + rules.turn_ms)
        due.append(Due(DueKind.TURN, turn.id, tx.now + rules.turn_ms))
    tx.add_due(due)
    return Outcome(wake=True)
