"""Sends what waits. Apart from the runner and from the sockets, with places for each endpoint of its own: a receiver
that is slow or down delays nobody else."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from batonpass import tasks
from batonpass.app.outbox import Next, Sending, Sent, lease_webhooks, settle_webhook
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain.hooks import Delivery, Hook, Include
from batonpass.transport.webhooks.body import Body, body
from batonpass.transport.webhooks.post import Answer, Poster

log = structlog.get_logger(__name__)

PLACES = 8
"""Conversations of one endpoint that are sent at a time."""
OPENS_AFTER = 5
FIRST_REST_MS = 15_000
LONGEST_REST_MS = 300_000
LONGEST_WAIT_S = 5.0
SHORTEST_S = 0.005
RETRY_S = 0.5


@dataclass(slots=True)
class Breaker:
    """After `OPENS_AFTER` failures in a row an endpoint rests; then one attempt says whether it is back.

    Times are the store's, in ms. What waits meanwhile loses no attempt.
    """

    failures: int = 0
    rests_until: int = 0

    def places(self, now: int) -> int:
        """How many may be on their way now."""
        if self.failures < OPENS_AFTER:
            return PLACES
        return 0 if now < self.rests_until else 1

    def note(self, answer: Answer, now: int) -> None:
        if not answer.error:
            self.failures, self.rests_until = 0, 0
            return
        if now < self.rests_until:
            return  # it was on its way when the rest began
        self.failures += 1
        if self.failures >= OPENS_AFTER:
            rest = FIRST_REST_MS * 2 ** min(self.failures - OPENS_AFTER, 10)
            self.rests_until = now + min(rest, LONGEST_REST_MS)


class WebhookWorker:
    """Works off the streams that are due, for as long as it runs."""

    def __init__(self, board: Switchboard, luck: Callable[[], float] = random.random) -> None:
        self._board = board
        self._luck = luck
        self._active: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._breakers: dict[str, Breaker] = {}
        self._posters: dict[str, Poster] = {}
        self._old: list[Poster] = []

    async def run(self) -> None:
        """Run for ever. What fails is logged, and due again when its lease is over."""
        try:
            while True:
                self._board.wake_webhooks.clear()
                try:
                    if not await self._start():
                        await self._wait()
                except Exception as error:  # noqa: BLE001 - whatever it is, the next one may go well
                    log.error("webhooks_failed", error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
        finally:
            await self.close()

    async def close(self) -> None:
        """Stop sending. What was on its way is sent again later, under the same id."""
        running = list(self._active.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for poster in (*self._posters.values(), *self._old):
            await poster.close()
        self._posters.clear()
        self._old.clear()

    async def drain(self) -> int:
        """Send all that may be sent now. Returns how many streams it was."""
        count = 0
        while started := await self._start():
            count += len(started)
            await asyncio.gather(*started)
        return count

    async def _start(self) -> list[asyncio.Task[None]]:
        while self._old and not self._active:
            await self._old.pop().close()
        now = await self._board.read(_now)
        free = {name: places for name, hook in self._hooks().items() if (places := self._free(hook, now)) > 0}
        if not free or not await self._board.read(_any_due, tuple(free)):
            return []
        taken: list[Delivery] = await self._board.do_and_push(lease_webhooks, Sending(tuple(free.items())))
        return [self._spawn(delivery) for delivery in taken]

    def _hooks(self) -> dict[str, Hook]:
        """Those that may be told something, as the operator has it now."""
        return {name: hook for name, hook in self._board.env.rules.webhooks.items() if hook.enabled}

    def _free(self, hook: Hook, now: int) -> int:
        on_their_way = sum(1 for endpoint, _ in self._active if endpoint == hook.name)
        return self._breaker(hook.name).places(now) - on_their_way

    def _breaker(self, endpoint: str) -> Breaker:
        return self._breakers.setdefault(endpoint, Breaker())

    def _spawn(self, delivery: Delivery) -> asyncio.Task[None]:
        task = tasks.spawn(self._safely(delivery), name="webhook")
        self._active[delivery.endpoint, delivery.conversation_id] = task
        return task

    async def _safely(self, delivery: Delivery) -> None:
        try:
            await self._send(delivery)
        except Exception as error:  # noqa: BLE001 - its row is still there, and due again after its lease
            log.error("webhook_failed", endpoint=delivery.endpoint, error=type(error).__name__)
        finally:
            del self._active[delivery.endpoint, delivery.conversation_id]
            self._board.wake_webhooks.set()

    async def _send(self, first: Delivery) -> None:
        """One stream: the next goes only when the one before was taken, or given up."""
        delivery: Delivery | None = first
        while delivery is not None:
            hook = self._hooks().get(delivery.endpoint)
            if hook is None:
                return  # turned off meanwhile; its lease runs out
            now, told = await self._board.read(_read, delivery, hook.include)
            # What is gone has nothing to say, and holds up nothing.
            poster = self._poster(hook)
            answer = await poster.post(delivery.id, told, now) if told is not None else Answer()
            sent = Sent(delivery, answer.status, answer.error, answer.gone, self._luck(), answer.wait_ms)
            settled: Next = await self._board.do_and_push(settle_webhook, sent)
            self._breaker(hook.name).note(answer, await self._board.read(_now))
            if answer.error:
                log.warning(
                    "webhook_not_taken",
                    endpoint=hook.name,
                    delivery=delivery.id,
                    error=answer.error,
                    status=answer.status,
                    dead=settled.dead,
                )
            delivery = settled.delivery

    def _poster(self, hook: Hook) -> Poster:
        """The endpoint's connections; new ones when the operator has changed it."""
        poster = self._posters.get(hook.name)
        if poster is not None and poster.hook == hook:
            return poster
        if poster is not None:
            self._old.append(poster)  # something may still be on its way by it
        self._posters[hook.name] = Poster(hook, PLACES)
        return self._posters[hook.name]

    async def _wait(self) -> None:
        seconds = LONGEST_WAIT_S
        now = await self._board.read(_now)
        hooks = self._hooks()
        may = [name for name, hook in hooks.items() if self._free(hook, now) > 0]
        rests = [self._breaker(name).rests_until for name in hooks]
        later = [at - now for at in rests if at > now]
        if may:
            at = await self._board.read(_next_at, may)
            later += [at - now] if at is not None else []
        if later:
            seconds = min(max(min(later) / 1000, SHORTEST_S), LONGEST_WAIT_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._board.wake_webhooks.wait()


def _now(tx: Tx) -> int:
    return tx.now


def _any_due(tx: Tx, endpoints: tuple[str, ...]) -> bool:
    return any(tx.due_streams(endpoint, 1) for endpoint in endpoints)


def _next_at(tx: Tx, endpoints: list[str]) -> int | None:
    return tx.next_stream_at(endpoints)


def _read(tx: Tx, delivery: Delivery, include: Include) -> tuple[int, Body | None]:
    return tx.now, body(tx, delivery, include)
