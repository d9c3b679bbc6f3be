"""What a removed queue and a removed agent leave behind goes on elsewhere."""

from dataclasses import replace

from batonpass.app.cases import keep, locked, open_case
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import passing
from batonpass.domain.due import Due, DueKind
from batonpass.domain.events import Effect
from batonpass.domain.handoff import Seeks, State

MOVES = 50
"""At most so many in one transaction."""


def removed(env: Env, queue_id: str) -> bool:
    """Whether the operator's queues are known, and this is none of them."""
    return bool(env.rules.entry) and queue_id not in env.rules.queues


def rescue(tx: Tx, env: Env, queue_id: str) -> Outcome:
    """Move what waits in a removed queue, or for it as its failover queue. Replies whether there may be more.

    It is what a match of such a queue does: so it does not matter when something was queued there, or by whom.
    """
    places = tx.waiting([queue_id], [str(seeks) for seeks in Seeks], MOVES, 0)
    told: list[Effect] = []
    for conversation_id in sorted({place.conversation_id for place in places}):
        told += _move(tx, env, conversation_id, queue_id)
    more = len(places) == MOVES
    if more:
        tx.add_due([Due(DueKind.MATCH, queue_id, tx.now)])
    return Outcome(more, told, wake=bool(places))


def _move(tx: Tx, env: Env, conversation_id: str, queue_id: str) -> list[Effect]:
    case = open_case(tx, env, locked(tx, conversation_id))
    for handoff in [h for h in case.handoffs.values() if h.state is State.QUEUED]:
        if handoff.failover_queue_id == queue_id:
            case.put(replace(handoff, failover_queue_id=env.rules.failover_queue))
        if handoff.queue_id == queue_id:
            to = env.rules.entry_queue(tx.variables(conversation_id))
            passing.move(case, case.handoffs[handoff.id], to)
        elif handoff.failover_queue_id == queue_id:
            passing.await_match(case, case.handoffs[handoff.id])
    return keep(tx, case).effects


def let_go(tx: Tx, agent_id: str) -> None:
    """A removed agent cannot be reached and has no grace: it is lost at once wherever it is in, its offers are over."""
    tx.forget_connections(agent_id)
    for kind in (DueKind.GRACE, DueKind.LEASE):
        tx.drop_due(kind, agent_id)
    tx.add_due([Due(DueKind.LOST, stint.id, tx.now) for stint in tx.stints_of(agent_id) if stint.live])
    for offer in tx.offers_of(agent_id):
        tx.renew_offer(offer.id, tx.now)
        tx.add_due([Due(DueKind.OFFER, offer.id, tx.now)])
