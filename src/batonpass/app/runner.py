"""Runs due work: matches queue by queue, timers side by side. Nothing sleeps through a timer; it is a row."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from batonpass.app import matching, summaries, timers
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import DueItem, Tx
from batonpass.app.summaries import Silent, Storyteller
from batonpass.app.switchboard import Switchboard
from batonpass.domain.due import DueKind
from batonpass.domain.errors import BatonpassError

log = structlog.get_logger(__name__)

BATCH = 500
AT_ONCE = 32
LONGEST_WAIT_S = 1.0
RETRY_S = 0.2

FIRES: dict[DueKind, Callable[[Tx, Env, timers.Fired], Outcome]] = {
    DueKind.OFFER: timers.offer_over,
    DueKind.TURN: timers.turn_over,
    DueKind.BURST: timers.burst_over,
    DueKind.WRAP_UP: timers.wrap_up_over,
    DueKind.GRACE: timers.grace_over,
    DueKind.LOST: timers.stint_lost,
    DueKind.MAX_WAIT: timers.max_wait_over,
}


class Runner:
    """Drains due work whenever something was written, or the next timer's time has come."""

    def __init__(self, board: Switchboard, storyteller: Storyteller | None = None) -> None:
        self._board = board
        self._storyteller: Storyteller = storyteller or Silent()
        self._limit = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Run for ever. A failure is logged and tried again: the rows are still there."""
        while True:
            self._board.wake.clear()
            try:
                await self.drain()
                await self._wait()
            except BatonpassError as error:
                log.warning("due_work_failed", code=error.code)
                await asyncio.sleep(RETRY_S)

    async def drain(self) -> int:
        """Do everything that is due now, and what that makes due. Returns how much it was."""
        count = 0
        while items := await self._board.read(_due_now):
            await self._do_all(items)
            count += len(items)
        return count

    async def _wait(self) -> None:
        pause = await self._board.read(_until_next)
        seconds = LONGEST_WAIT_S if pause is None else min(pause / 1000, LONGEST_WAIT_S)
        try:
            await asyncio.wait_for(self._board.wake.wait(), seconds)
        except TimeoutError:
            return

    async def _do_all(self, items: list[DueItem]) -> None:
        queues = dict.fromkeys(item.ref for item in items if item.kind is DueKind.MATCH)
        rest = [item for item in items if item.kind is not DueKind.MATCH]
        jobs: list[Awaitable[Any]] = [self._match(queue_id) for queue_id in queues]
        jobs += [self._fire(item) for item in rest]
        results = await asyncio.gather(*jobs, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _match(self, queue_id: str) -> None:
        """Claim until nothing matches; each claim is a transaction of its own."""
        while await self._board.do_and_push(matching.match, queue_id):
            pass

    async def _fire(self, item: DueItem) -> None:
        async with self._limit:
            summary = await self._story(item)
            await self._board.do_and_push(FIRES[item.kind], timers.Fired(item.ref, summary))

    async def _story(self, item: DueItem) -> dict[str, Any] | None:
        conversation_id = await self._board.read(summaries.conversation_of_due, item.kind, item.ref)
        if conversation_id is None:
            return None
        return await self._storyteller.summary(conversation_id, purpose="transfer")


def _due_now(tx: Tx) -> list[DueItem]:
    return tx.due_now(BATCH)


def _until_next(tx: Tx) -> int | None:
    at = tx.next_due()
    return None if at is None else max(0, at - tx.now)
