"""The customer's place in a queue, from the matcher's own order, and how long the wait may be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from batonpass.app import behind
from batonpass.app.ports import Tx
from batonpass.app.ports_customer import Waiting
from batonpass.domain.agents import Agent
from batonpass.domain.handoff import Handoff, Seeks
from batonpass.domain.routing import Need, removal
from batonpass.domain.rules import Rules
from batonpass.domain.waits import LAST, WINDOW_MS, WaitRange, estimate


@dataclass(frozen=True, slots=True)
class Place:
    """`position` 1 is next. `wait` is None while there is too little to tell it from. `back_to`: the bot that the
    customer may go back to instead."""

    position: int
    wait: WaitRange | None = None
    back_to: str | None = None


def place_of(tx: Tx, rules: Rules, handoff: Handoff | None) -> Place | None:
    """The place of a pass that waits, for its customer; None for one that a bot takes at once."""
    position = tx.position(handoff.id) if handoff is not None else None
    if handoff is None or position is None:
        return None
    if handoff.seeks is not Seeks.REPRESENTATIVE and _one_takes_it(handoff, _free_bots(tx, handoff.queue_id)):
        return None
    chat = handoff.conversation_id
    waiting = [(chat, handoff.queue_id)] if handoff.seeks is not Seeks.BOT else []
    back_to = behind.names(tx, rules, waiting).get(chat)
    return Place(position, wait_of(tx, handoff), back_to)


def _free_bots(tx: Tx, queue_id: str) -> list[Agent]:
    need = Need(Seeks.BOT)
    return [c.agent for c in tx.candidates(queue_id) if c.agent.bot and removal(c.agent, need) is None]


def _one_takes_it(handoff: Handoff, bots: list[Agent]) -> bool:
    """The matcher runs in a moment; until then the place would be told for nothing."""
    return any(removal(bot, Need(handoff.seeks, excluded=handoff.excluded)) is None for bot in bots)


def wait_of(tx: Tx, handoff: Handoff) -> WaitRange | None:
    """How long this one may wait from now on. Earlier waits count, as they do for its place."""
    waits = tx.recent_waits(handoff.queue_id, tx.now - WINDOW_MS, LAST)
    return estimate(waits, tx.now - handoff.waiting_key)


def all_places(tx: Tx, rules: Rules, queue_ids: Iterable[str], limit: int) -> list[tuple[Waiting, Place]]:
    """Whoever waits in these queues without a holder, the first `limit` of each."""
    found: list[tuple[Waiting, Place]] = []
    for queue_id in queue_ids:
        waiting = _told(tx, queue_id, tx.waiting_customers(queue_id, limit))
        waits = tx.recent_waits(queue_id, tx.now - WINDOW_MS, LAST) if waiting else []
        found += [(w, Place(w.position, estimate(waits, tx.now - w.since))) for w in waiting]
    chats = [(w.conversation_id, w.queue_id) for w, _ in found if w.seeks != Seeks.BOT]
    back_to = behind.names(tx, rules, chats)
    return [(w, replace(place, back_to=back_to.get(w.conversation_id))) for w, place in found]


def _told(tx: Tx, queue_id: str, waiting: list[Waiting]) -> list[Waiting]:
    """All but those whom a bot takes at once. With no bot free, as in a queue that is long, nothing more is read."""
    bots = _free_bots(tx, queue_id) if any(w.seeks != Seeks.REPRESENTATIVE for w in waiting) else []
    if not bots:
        return waiting
    return [w for w in waiting if w.seeks == Seeks.REPRESENTATIVE or not _taken(tx, w, bots)]


def _taken(tx: Tx, waiting: Waiting, bots: list[Agent]) -> bool:
    handoff = tx.handoff(waiting.handoff_id)
    return handoff is not None and _one_takes_it(handoff, bots)
