"""Background tasks that have a name, stay referenced and never fail in silence.

The event loop keeps only a weak reference to a task, and a task nobody awaits hides its exception until it is
collected. `spawn` is the one way to start a task here; a lint rule bans `asyncio.create_task` elsewhere.
"""

import asyncio
import traceback
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

T = TypeVar("T")

log = structlog.get_logger(__name__)

# The strong references. A task leaves when it is done.
_running: set[asyncio.Task[Any]] = set()


def spawn(coro: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start `coro` as a task called `name` on the running loop and keep it until it ends.

    A failure is logged as `task_failed` even when somebody also awaits the task; a cancellation is none.
    Raises RuntimeError without a running loop.
    """
    task = asyncio.create_task(coro, name=name)  # noqa: TID251 - the one place that may
    _running.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        log.error("task_failed", task=task.get_name(), error=type(error).__name__, at=_where(error))


def _where(error: BaseException) -> list[str]:
    """Where it was raised, innermost last. Never its words: they may quote a customer (law 11)."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    return [f"{frame.name}:{frame.lineno}" for frame in frames]
