"""The customer's place in a queue, from the matcher's own order, and how long the wait may be."""

from collections.abc import Iterable
from dataclasses import dataclass

from batonpass.app.ports import Tx
from batonpass.app.ports_customer import Waiting
from batonpass.domain.handoff import Handoff, Seeks
from batonpass.domain.routing import Need, removal
from batonpass.domain.waits import LAST, WINDOW_MS, WaitRange, estimate


@dataclass(frozen=True, slots=True)
class Place:
    """`position` 1 is next. `wait` is None while there is too little to tell it from."""

    position: int
    wait: WaitRange | None = None


def place_of(tx: Tx, handoff: Handoff | None) -> Place | None:
    """The place of a pass that waits, for its customer; None for one that a bot takes at once."""
    position = tx.position(handoff.id) if handoff is not None else None
    if handoff is None or position is None or _a_bot_is_free(tx, handoff):
        return None
    return Place(position, wait_of(tx, handoff))


def _a_bot_is_free(tx: Tx, handoff: Handoff) -> bool:
    """The matcher runs in a moment; until then the place would be told for nothing."""
    if handoff.seeks is Seeks.REPRESENTATIVE:
        return False
    need = Need(handoff.seeks, excluded=handoff.excluded)
    found = (c.agent for c in tx.candidates(handoff.queue_id))
    return any(agent.bot and removal(agent, need) is None for agent in found)


def wait_of(tx: Tx, handoff: Handoff) -> WaitRange | None:
    """How long this one may wait from now on. Earlier waits count, as they do for its place."""
    waits = tx.recent_waits(handoff.queue_id, tx.now - WINDOW_MS, LAST)
    return estimate(waits, tx.now - handoff.waiting_key)


def all_places(tx: Tx, queue_ids: Iterable[str], limit: int) -> list[tuple[Waiting, Place]]:
    """Whoever waits in these queues without a holder, the first `limit` of each."""
    found: list[tuple[Waiting, Place]] = []
    for queue_id in queue_ids:
        waiting = [w for w in tx.waiting_customers(queue_id, limit) if _is_told(tx, w)]
        waits = tx.recent_waits(queue_id, tx.now - WINDOW_MS, LAST) if waiting else []
        found += [(w, Place(w.position, estimate(waits, tx.now - w.since))) for w in waiting]
    return found


def _is_told(tx: Tx, waiting: Waiting) -> bool:
    handoff = None if waiting.seeks == Seeks.REPRESENTATIVE else tx.handoff(waiting.handoff_id)
    return handoff is None or not _a_bot_is_free(tx, handoff)
