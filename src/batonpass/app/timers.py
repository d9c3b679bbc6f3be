"""What falls due. Each use case takes its own row under its locks: a timer whose cause is gone does nothing."""

from batonpass.app import customer_presence, going, keeping, links, opening, policy, refitting
from batonpass.app.cases import keep, lock_agents
from batonpass.app.fired import Fired, taken
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import DueItem, Tx
from batonpass.app.rescue import let_go, removed
from batonpass.domain import baton, offers, turns
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import StintState, TurnState
from batonpass.domain.due import Due, DueKind
from batonpass.domain.events import PresenceChanged
from batonpass.domain.handoff import OfferState, State, Step

LEASE_MS = 10_000
RESTING = (DueKind.MAX_WAIT, DueKind.COMPLETION, DueKind.SILENCE, DueKind.FIRST_REPLY, DueKind.IDLE)
"""Timers of what people do or leave: after a stop nobody could do it, so they leave time to come back."""


def offer_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """An offer's time is up: the agent missed it and is `away (missed)`; the hand-off goes on to the next."""
    offer = tx.offer(fired.ref)
    case = taken(tx, env, DueKind.OFFER, fired.ref, offer.conversation_id if offer else None)
    offer = case.offers.get(fired.ref) if case else None
    if case is None or offer is None or offer.state is not OfferState.OPEN:
        return Outcome()
    lock_agents(tx, [case], offer.agent_id)
    offers.expire(case, offer)
    policy.unless_somebody_can(tx, env, case, case.handoffs[offer.handoff_id])
    agent = tx.agent(offer.agent_id)
    if agent is not None and agent.presence is Presence.AVAILABLE:
        tx.set_presence(agent.id, Presence.MISSED)
        case.tell(PresenceChanged(agent.id))
    return keep(tx, case)


def turn_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A bot's turn deadline passed: the bot is lost here, and the conversation fails over."""
    turn = tx.turn(fired.ref)
    case = taken(tx, env, DueKind.TURN, fired.ref, turn.conversation_id if turn else None)
    turn = case.turns.get(fired.ref) if case else None
    if case is None or turn is None or turn.state is not TurnState.OPEN:
        return Outcome()
    going.lose(tx, env, case, case.stints[turn.stint_id], "turn_deadline", fired.summary)
    return keep(tx, case)


def burst_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """The quiet window after a customer's line closed: the bot's turn starts."""
    turn = tx.turn(fired.ref)
    case = taken(tx, env, DueKind.BURST, fired.ref, turn.conversation_id if turn else None)
    turn = case.turns.get(fired.ref) if case else None
    if case is None or turn is None or turn.state is not TurnState.GATHERING:
        return Outcome()
    turns.burst_over(case, case.stints[turn.stint_id], turn)
    return keep(tx, case)


def wrap_up_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """After-work reached its limit: the slot is free."""
    stint = tx.stint(fired.ref)
    case = taken(tx, env, DueKind.WRAP_UP, fired.ref, stint.conversation_id if stint else None)
    stint = case.stints.get(fired.ref) if case else None
    if case is None or stint is None or stint.state is not StintState.WRAP_UP:
        return Outcome()
    baton.end_wrap_up(case, stint)
    return keep(tx, case)


def grace_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """An agent stayed away for its grace time: each of its stints is lost, each in a transaction of its own."""
    agent = tx.agent(fired.ref, lock=True)
    if not tx.take_due(DueKind.GRACE, fired.ref) or agent is None or agent.reachable:
        return Outcome()
    lost = [Due(DueKind.LOST, s.id, tx.now) for s in tx.stints_of(agent.id) if s.live]
    tx.add_due(lost)
    return Outcome(wake=bool(lost))


def stint_lost(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A stint of an unreachable agent ends as lost, unless the agent came back or has a new grace time."""
    stint = tx.stint(fired.ref)
    case = taken(tx, env, DueKind.LOST, fired.ref, stint.conversation_id if stint else None)
    # Its agent may have a new role meanwhile, for somebody else was lost in the same moment.
    stint = case.stint_of(stint.agent_id) if case and stint else None
    if case is None or stint is None:
        return Outcome()
    lock_agents(tx, [case], stint.agent_id)
    agent = tx.agent(stint.agent_id)
    if agent is None or agent.reachable or tx.has_due(DueKind.GRACE, agent.id):
        return Outcome()
    going.lose(tx, env, case, stint, "unreachable", fired.summary)
    return keep(tx, case)


def max_wait_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A hand-off waited as long as its queue allows: the final fallback (DESIGN section 4). It never vanishes."""
    handoff = tx.handoff(fired.ref)
    case = taken(tx, env, DueKind.MAX_WAIT, fired.ref, handoff.conversation_id if handoff else None)
    handoff = case.handoffs.get(fired.ref) if case else None
    if case is None or handoff is None:
        return Outcome()
    offer = case.open_offer(handoff.id)
    if offer is not None:
        # Somebody may still take it: look again when that chance is over.
        case.schedule(DueKind.MAX_WAIT, handoff.id, offer.deadline_at + 1)
    elif not opening.put_off(tx, case, handoff):
        policy.nobody_took_it(tx, env, case, handoff)
    return keep(tx, case)


def idle_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """Nobody wrote for a while in a person's stint: the policy may hand back. A word in between starts it anew."""
    stint = tx.stint(fired.ref)
    case = taken(tx, env, DueKind.IDLE, fired.ref, stint.conversation_id if stint else None)
    stint = case.stints.get(fired.ref) if case else None
    idle_ms = env.rules.idle_of(stint.queue_id) if stint else None
    if case is None or stint is None or idle_ms is None or case.conversation.holder != stint.id:
        return Outcome()
    spoken = max(stint.started_at, tx.last_word_at(case.conversation.id) or 0)
    busy = case.pending_pass() is not None or case.invitations()
    if busy or tx.now - spoken < idle_ms or not going.hand_back_idle(tx, env, case, stint, fired.summary):
        again = spoken + idle_ms
        case.schedule(DueKind.IDLE, stint.id, again if again > tx.now else tx.now + idle_ms)
    return keep(tx, case)


def completion_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """Giver and receiver of a warm transfer have talked as long as they may: the giver goes on (DESIGN section 4)."""
    handoff = tx.handoff(fired.ref)
    case = taken(tx, env, DueKind.COMPLETION, fired.ref, handoff.conversation_id if handoff else None)
    handoff = case.handoffs.get(fired.ref) if case else None
    if case is None or handoff is None or handoff.state is not State.ACCEPTED:
        return Outcome()
    policy.take_back(case, handoff, Step.RETURN, "deadline")
    return keep(tx, case)


def lease(tx: Tx, env: Env, items: list[DueItem]) -> Outcome:
    """Take these timers for a while, so that nobody else fires them. Replies those that were still there."""
    return Outcome(tx.lease_due(items, tx.now + LEASE_MS))


# Start-up


def start_up(tx: Tx, env: Env, _: None) -> Outcome:
    """Begin again after a stop or a crash: nobody is connected, and every grace, offer and turn has its full time.

    Who waited through the stop waits at least as long as agents have to come back, and whoever owed a word or an act
    has as long for it. Rules may be others than before it: see `app/refitting.py`.
    """
    tx.clear_connections(env.node)
    tx.clear_customer_connections(env.node)
    tx.clear_leases()
    tx.clear_stream_leases()
    links.make_key(tx)
    keeping.seed(tx, env)
    for kind in RESTING:
        tx.postpone_due(kind, tx.now + env.rules.grace_ms)
    # Whom a hold waits for could not write, nor be there, while nothing ran.
    tx.postpone_holds(tx.now + env.rules.grace_ms)
    connected = set(tx.connected_agents())
    rules = env.rules
    away = [agent_id for agent_id in tx.agents_at_work() if agent_id not in connected]
    due = [Due(DueKind.GRACE, a, tx.now + rules.grace_ms) for a in away if tx.enabled(a)]
    for offer in tx.open_offers():
        handoff = tx.handoff(offer.handoff_id)
        deadline = tx.now + rules.offer_of(handoff.queue_id if handoff else "")
        tx.renew_offer(offer.id, deadline)
        due.append(Due(DueKind.OFFER, offer.id, deadline))
    for turn in tx.open_turns():
        tx.renew_turn(turn.id, tx.now + rules.turn_ms)
        due.append(Due(DueKind.TURN, turn.id, tx.now + rules.turn_ms))
    due += [Due(DueKind.BURST, turn_id, tx.now + rules.burst_ms) for turn_id in tx.gathering_turns()]
    # A match of a queue that the operator has removed moves what waits there.
    due += [
        Due(DueKind.MATCH, queue_id, tx.now) for queue_id in tx.waiting_queues() if removed(env, queue_id)
    ]
    due += customer_presence.graces(tx, rules)
    refitting.refit(tx, rules)
    tx.add_due([*due, *opening.timers(tx, rules)])
    for agent_id in away:
        if not tx.enabled(agent_id):
            let_go(tx, agent_id)
    return Outcome(wake=True)
