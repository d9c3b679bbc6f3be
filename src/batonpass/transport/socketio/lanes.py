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

    __slots__ = ("_busy", "_free", "_in_flight", "_lane_limit", "_limit", "_spawn")

    def __init__(
        self, limit: int, lane_limit: int, spawn: Callable[[Coroutine[Any, Any, None]], None]
    ) -> None:
        self._limit = limit
        self._lane_limit = lane_limit
        self._spawn = spawn
        self._busy: dict[Hashable, deque[Job]] = {}
        self._in_flight = 0
        self._free: asyncio.Event | None = None

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
        """Wait until one more job may be submitted."""
        while self._in_flight >= self._limit:
            if self._free is None:
                self._free = asyncio.Event()
            self._free.clear()
            await self._free.wait()

    async def _run(self, key: Hashable, lane: deque[Job]) -> None:
        while lane:
            await lane[0]()
            lane.popleft()
            self._in_flight -= 1
            if self._free is not None:
                self._free.set()
        del self._busy[key]
