"""The rules are others now: chats that go on are looked after as these say, and nobody waits by hours of before (law 6)."""

from batonpass.app.ports import Tx
from batonpass.domain import silence
from batonpass.domain.due import Due, DueKind
from batonpass.domain.rules import Rules


def refit(tx: Tx, rules: Rules) -> None:
    """Set the timers of silence and of the first word that live holders lack; hasten waits that are too long now.

    A timer that the rules ask for no more finds that out itself when its time comes.
    """
    tx.add_due(_of_holders(tx, rules))
    for queue_id in tx.waiting_queues():
        if queue_id in rules.queues and not rules.is_closed(queue_id, tx.now):
            _hasten(tx, rules, queue_id)


def _of_holders(tx: Tx, rules: Rules) -> list[Due]:
    lives = {queue_id: rules.life_of(queue_id) for queue_id in rules.queues}
    first = {q: s[0][0] for q, life in lives.items() if (s := silence.steps(life, bot=False))}
    bots = {q: s[0][0] for q, life in lives.items() if (s := silence.steps(life, bot=True))}
    owed = {q: life.first_reply_ms for q, life in lives.items() if life.first_reply_ms is not None}
    idle = {q: ms for q in rules.queues if (ms := rules.idle_of(q)) is not None}
    wanted = (
        (DueKind.SILENCE, first, False),
        (DueKind.SILENCE, bots, True),
        (DueKind.FIRST_REPLY, owed, False),
        (DueKind.IDLE, idle, False),
    )
    return [
        Due(kind, stint_id, tx.now + times[queue_id])
        for kind, times, bot in wanted
        if times
        for stint_id, queue_id in tx.holders_without(kind, sorted(times), bot=bot)
    ]


def _hasten(tx: Tx, rules: Rules, queue_id: str) -> None:
    """What waited for the opening waits no longer than the queue allows, should it be open already."""
    for handoff_id in tx.waiting_in(queue_id):
        handoff = tx.handoff(handoff_id)
        if handoff is not None and handoff.queue_id == queue_id:
            tx.hasten_due(DueKind.MAX_WAIT, handoff_id, tx.now + rules.patience(handoff))
