"""How many may wait in a queue, and where one goes that is too many."""

from batonpass.app.ports import Tx
from batonpass.domain import routing
from batonpass.domain.case import Case
from batonpass.domain.errors import Unavailable
from batonpass.domain.handoff import Seeks
from batonpass.domain.routing import Need
from batonpass.domain.rules import Rules


def has_room(tx: Tx, rules: Rules, queue_id: str, case: Case | None = None) -> bool:
    """Whether one more may wait there. What this case has ended waits no more."""
    found = rules.queues.get(queue_id)
    if found is None or found.max_length is None:
        return True
    ended = 0
    if case is not None:
        before = [h for h in case.loaded_handoffs.values() if h.waits and h.queue_id == queue_id]
        ended = sum(not case.handoffs[h.id].waits for h in before)
    return tx.waiting_count(queue_id) - ended < found.max_length


def chain(rules: Rules, queue_id: str, tried: tuple[str, ...] = ()) -> list[str]:
    """The queues that overflow from this one may go on to, in order: its own, then those of the queues before it."""
    before = [q for first in reversed(tried) if first in rules.queues for q in rules.queues[first].overflow]
    own = rules.queues[queue_id].overflow if queue_id in rules.queues else ()
    return [q for q in dict.fromkeys((*own, *before)) if q != queue_id and q not in tried]


def entrance(tx: Tx, rules: Rules, queue_id: str, seeks: Seeks = Seeks.ANY) -> str:
    """Where a customer waits: this queue, or when it is full the first of its overflow with room, and whom it seeks.

    A bot that is free takes a new chat without a wait, so that a full queue is none for it.

    Raises:
        Unavailable (`full`)
    """
    if has_room(tx, rules, queue_id) or (seeks is Seeks.ANY and _bot_is_free(tx, rules, queue_id)):
        return queue_id
    for other in chain(rules, queue_id):
        if has_room(tx, rules, other) and _serves(tx, rules, other, seeks):
            return other
    raise Unavailable("Too many are waiting at the moment. Please try again later.", reason="full")


def _bot_is_free(tx: Tx, rules: Rules, queue_id: str) -> bool:
    need = Need(Seeks.BOT, rules.skills_of(queue_id))
    return routing.decide(tx.candidates(queue_id), need).winner is not None


def _serves(tx: Tx, rules: Rules, queue_id: str, seeks: Seeks) -> bool:
    need = Need(seeks, rules.skills_of(queue_id), closed=rules.is_closed(queue_id, tx.now))
    return routing.decide(map(routing.unhindered, tx.candidates(queue_id)), need).winner is not None
