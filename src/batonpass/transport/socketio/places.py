"""Places in the queues, told to the customers who wait: on change, and to nobody more often than every few seconds."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from batonpass.app.places import Place, all_places
from batonpass.app.ports import Tx
from batonpass.app.ports_customer import Waiting
from batonpass.app.switchboard import Switchboard
from batonpass.domain.errors import BatonpassError
from batonpass.domain.rules import Rules
from batonpass.protocol.base import CUSTOMER
from batonpass.transport.socketio import shapes
from batonpass.transport.socketio.engine import Server

log = structlog.get_logger(__name__)

SHOWN = 200
"""Of a queue so many places are told; who waits behind them knows its place from its start."""
LOOK_EVERY_S = 1.0
"""Places change with every claim; the store is asked once a second at most,"""
TELL_EVERY_S = 3.0
"""a customer is told every three seconds at most,"""
AGAIN_S = 30.0
"""and the wait grows shorter by itself: it is looked at every half minute while somebody waits."""


@dataclass(frozen=True, slots=True)
class _Told:
    place: Place
    at: float


class Places:
    """Tells places. It keeps what it told of each queue, as long as somebody waits there."""

    def __init__(self, server: Server, board: Switchboard) -> None:
        self._server = server
        self._board = board
        self._stale: set[str] = set()
        self._told: dict[str, dict[str, _Told]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._looked_at = 0.0
        self._busy = False

    def changed(self, queue_ids: Iterable[str]) -> None:
        """Places in these queues may have changed."""
        self._stale |= set(queue_ids)
        self._look_in(max(0.0, self._looked_at + LOOK_EVERY_S - self._server.now()))

    def _look_in(self, seconds: float) -> None:
        """Look now or later, and not twice. Nothing sleeps here: a stop would wait for it."""
        due = self._server.now() + seconds
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
            self._timer = None
        if seconds:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._look)
        else:
            self._look()

    def _look(self) -> None:
        self._timer = None
        if self._server.eio.stopping or self._busy:
            return  # who is busy looks again after
        self._looked_at = self._server.now()
        queues, self._stale = sorted(self._stale or self._told), set()
        if queues:
            self._busy = True
            self._server.spawn(self._tell_all(queues), "places")

    async def _tell_all(self, queues: list[str]) -> None:
        try:
            found, now_ms = await self._board.read(_places, self._board.env.rules, queues)
        except BatonpassError as error:
            log.warning("push_delayed", code=error.code)
            self._stale.update(queues)
        else:
            self._tell(queues, found, now_ms)
        finally:
            self._busy = False
        if self._stale:
            self._look_in(LOOK_EVERY_S)
        elif self._told:
            self._look_in(AGAIN_S)

    def _tell(self, queues: list[str], found: list[tuple[Waiting, Place]], now_ms: int) -> None:
        now = self._server.now()
        for queue_id in queues:
            here = {w.conversation_id: (w, place) for w, place in found if w.queue_id == queue_id}
            known = self._told.get(queue_id, {})
            told = {cid: self._one(w, place, known.get(cid), now, now_ms) for cid, (w, place) in here.items()}
            self._told[queue_id] = told
            if not told:
                del self._told[queue_id]

    def _one(self, waiting: Waiting, place: Place, known: _Told | None, now: float, now_ms: int) -> _Told:
        """Tell one customer what is new; too early, the queue is looked at again."""
        if known is not None and known.place == place:
            return known
        if known is not None and now - known.at < TELL_EVERY_S:
            self._stale.add(waiting.queue_id)
            return known
        named = shapes.envelope(
            shapes.queue_position(place),
            event_id=f"position:{waiting.conversation_id}:{now_ms}",
            now=now_ms,
            conversation_id=waiting.conversation_id,
        )
        self._server.push(CUSTOMER, f"customer:{waiting.customer_id}", *named)
        return _Told(place, now)


def _places(tx: Tx, rules: Rules, queue_ids: list[str]) -> tuple[list[tuple[Waiting, Place]], int]:
    return all_places(tx, rules, queue_ids, SHOWN), tx.now
