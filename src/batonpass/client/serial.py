"""Jobs in order per key, different keys at once: the handlers of one chat, the sends of one conversation."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog

from batonpass.tasks import spawn

Job = Callable[[], Awaitable[None]]

log = structlog.get_logger(__name__)


class Serial:
    """Runs posted jobs one after another per key. A job that raises is logged, and the next one runs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: dict[str, deque[Job]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._stopped = False

    def post(self, key: str, job: Job) -> None:
        """Add a job; it starts when the earlier ones of its key have ended. After `stop` it is dropped."""
        if self._stopped:
            return
        self._jobs.setdefault(key, deque()).append(job)
        if key not in self._workers:
            self._workers[key] = spawn(self._work(key), name=f"{self._name}:{key}")

    async def stop(self) -> None:
        """Cancel what runs and drop what waits. A job that calls this is not cancelled itself."""
        self._stopped = True
        workers = [worker for worker in self._workers.values() if worker is not asyncio.current_task()]
        self._jobs.clear()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)

    async def _work(self, key: str) -> None:
        try:
            while jobs := self._jobs.get(key):
                await self._one(key, jobs.popleft())
        finally:
            self._workers.pop(key, None)
            self._jobs.pop(key, None)

    async def _one(self, key: str, job: Job) -> None:
        try:
            await job()
        except Exception as error:  # noqa: BLE001 - a handler is not ours: it may raise anything
            log.error("handler_failed", key=key, error=type(error).__name__, at=where(error))


def where(error: BaseException) -> list[str]:
    """Return where it was raised, innermost last, without its words: they may quote a customer (law 11)."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return frames[-5:]


class Lanes:
    """First come, first served per key; a key nobody uses takes no memory."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def hold(self, key: str | None) -> AsyncIterator[None]:
        """Hold the lane of `key` for the body; None is no lane at all."""
        if key is None:
            yield
            return
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            users = self._locks[key][1] - 1
            if users:
                self._locks[key] = (lock, users)
            else:
                del self._locks[key]


def job(handler: Callable[..., Any], *args: Any) -> Job:
    """Return a call of a handler, sync or async, as something to post."""
    return lambda: maybe_await(handler(*args))


async def maybe_await(result: Any) -> None:
    """Await what a handler returned when it was a coroutine function."""
    if isinstance(result, Awaitable):
        await result
