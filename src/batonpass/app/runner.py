"""Runs due work: matches queue by queue, timers side by side. A timer is a row; nothing sleeps through it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import structlog

from batonpass import tasks
from batonpass.app import (
    attachments,
    customer_presence,
    holds,
    keeping,
    leases,
    matching,
    opening,
    silence,
    summaries,
    timers,
)
from batonpass.app.fired import Fired
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import DueItem, Tx
from batonpass.app.summaries import Silent, Storyteller
from batonpass.app.switchboard import Switchboard
from batonpass.domain.due import DueKind

log = structlog.get_logger(__name__)

BATCH = 500
AT_ONCE = 32
LONGEST_WAIT_S = 1.0
SHORTEST_MS = 5
RETRY_S = 0.2

FIRES: dict[DueKind, Callable[[Tx, Env, Fired], Outcome]] = {
    DueKind.OFFER: timers.offer_over,
    DueKind.TURN: timers.turn_over,
    DueKind.BURST: timers.burst_over,
    DueKind.WRAP_UP: timers.wrap_up_over,
    DueKind.GRACE: timers.grace_over,
    DueKind.LOST: timers.stint_lost,
    DueKind.MAX_WAIT: timers.max_wait_over,
    DueKind.COMPLETION: timers.completion_over,
    DueKind.IDLE: timers.idle_over,
    DueKind.ORPHAN: attachments.orphan_over,
    DueKind.ERASE: keeping.erase_next,
    DueKind.RETENTION: keeping.keep_house,
    DueKind.LEASE: leases.over,
    DueKind.HOLD: holds.hold_over,
    DueKind.SILENCE: silence.silence_over,
    DueKind.FIRST_REPLY: silence.first_reply_over,
    DueKind.ABANDON: customer_presence.abandon_over,
    DueKind.HOURS: opening.hours_changed,
    DueKind.CLOSED: opening.waits_closed,
}
FORGETS = (DueKind.ERASE, DueKind.RETENTION)


STORIES = (DueKind.TURN, DueKind.LOST, DueKind.IDLE, DueKind.SILENCE, DueKind.FIRST_REPLY)
"""What may start a hand-off or a hold, whose next holder is told the story."""

Do = Callable[[DueItem], Coroutine[Any, Any, None]]


class Runner:
    """Starts due work whenever something was written, or the next timer's time has come.

    Each piece is a task of its own, so that a long run of claims in one queue holds up no timer. A queue is
    matched by one task at a time; it takes what is written for the queue meanwhile along.
    """

    def __init__(self, board: Switchboard, storyteller: Storyteller | None = None) -> None:
        self._board = board
        self._storyteller: Storyteller = storyteller or Silent()
        self._limit = asyncio.Semaphore(AT_ONCE)
        self._active: dict[tuple[DueKind, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Run for ever. A failure is logged and tried again: the rows are still there."""
        try:
            while True:
                self._board.wake.clear()
                try:
                    if not await self._start_due(self._safely):
                        await self._wait()
                except Exception as error:  # noqa: BLE001 - whatever it is, due work must go on
                    log.error("due_work_failed", error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
        finally:
            for task in self._active.values():
                task.cancel()

    async def drain(self) -> int:
        """Do everything that is due now, and what that makes due. Returns how much it was; raises what failed."""
        count = 0
        while started := await self._start_due(self._do):
            count += len(started)
            await asyncio.gather(*started)
        return count

    async def _start_due(self, do: Do) -> list[asyncio.Task[None]]:
        """Start what is due and not under way already. Timers are leased; a match takes its rows itself."""
        items = [i for i in await self._board.read(_due_now) if (i.kind, i.ref) not in self._active]
        timers_due = [i for i in items if i.kind is not DueKind.MATCH]
        if timers_due:
            timers_due = await self._board.do_and_push(timers.lease, timers_due)
        return [self._start(i, do) for i in items if i.kind is DueKind.MATCH or i in timers_due]

    def _start(self, item: DueItem, do: Do) -> asyncio.Task[None]:
        task = tasks.spawn(do(item), name=f"due-{item.kind}")
        self._active[item.kind, item.ref] = task
        return task

    async def _safely(self, item: DueItem) -> None:
        try:
            await self._do(item)
        except Exception as error:  # noqa: BLE001 - its row is still there, and is due again after a pause
            log.error("due_work_failed", kind=str(item.kind), error=type(error).__name__)

    async def _do(self, item: DueItem) -> None:
        failed = True
        try:
            async with self._limit:
                await (self._match(item.ref) if item.kind is DueKind.MATCH else self._fire(item))
            failed = False
        finally:
            if failed and item.kind is DueKind.MATCH:
                # A timer rests until its lease ends; a match has none.
                await asyncio.sleep(RETRY_S)
            del self._active[item.kind, item.ref]
            self._board.wake.set()

    async def _wait(self) -> None:
        pause = await self._board.read(_until_next)
        seconds = LONGEST_WAIT_S if pause is None else min(max(pause, SHORTEST_MS) / 1000, LONGEST_WAIT_S)
        # Not `wait_for`: in Python 3.11 that one swallows a cancelling that comes together with the waking.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._board.wake.wait()

    async def _match(self, queue_id: str) -> None:
        """Claim until nothing matches; each claim is a transaction of its own."""
        while await self._board.do_and_push(matching.match, queue_id):
            pass

    async def _fire(self, item: DueItem) -> None:
        summary = await self._story(item)
        done = await self._board.do_and_push(FIRES[item.kind], Fired(item.ref, summary))
        if done and item.kind in FORGETS:
            await self._board.store.tidy()

    async def _story(self, item: DueItem) -> dict[str, Any] | None:
        if item.kind not in STORIES:
            return None
        conversation_id = await self._board.read(summaries.conversation_of_due, item.kind, item.ref)
        if conversation_id is None:
            return None
        purpose = "hand_back" if item.kind is DueKind.IDLE else "transfer"
        return await self._storyteller.summary(conversation_id, purpose=purpose)


def _due_now(tx: Tx) -> list[DueItem]:
    return tx.due_now(BATCH)


def _until_next(tx: Tx) -> int | None:
    at = tx.next_due()
    return None if at is None else at - tx.now
