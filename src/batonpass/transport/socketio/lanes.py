"""Events of one connection: in order within a lane, lanes beside each other, and only so many at work."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

Job = Callable[[], Coroutine[Any, Any, None]]


class Lanes:
    """Runs jobs in order of arrival per key. A lane exists, as one task, only while it has jobs.

    A job must not raise. `spawn` starts a task. At most `limit` jobs wait or run at once: `room` waits for
    a place. At most `lane_limit` of them are in one lane: `submit` refuses more, so that one slow
    conversation never takes the places of all others.
    """

    __slots__ = ("_busy", "_in_flight", "_lane_limit", "_limit", "_spawn", "_waiter")

    def __init__(
        self, limit: int, lane_limit: int, spawn: Callable[[Coroutine[Any, Any, None]], None]
    ) -> None:
        self._limit = limit
        self._lane_limit = lane_limit
        self._spawn = spawn
        self._busy: dict[Hashable, deque[Job]] = {}
        self._in_flight = 0
        self._waiter: asyncio.Future[None] | None = None

    def submit(self, key: Hashable, job: Job) -> bool:
        """Add a job to its lane; False when the lane is full."""
        lane = self._busy.get(key)
        if lane is None:
            lane = self._busy[key] = deque((job,))
            self._spawn(self._run(key, lane))
        elif len(lane) >= self._lane_limit:
            return False
        else:
            lane.append(job)
        self._in_flight += 1
        return True

    async def room(self) -> None:
        """Wait until one more job may be submitted. One caller at a time."""
        while self._in_flight >= self._limit:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    async def _run(self, key: Hashable, lane: deque[Job]) -> None:
        while lane:
            await lane[0]()
            lane.popleft()
            self._in_flight -= 1
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(None)
        del self._busy[key]
