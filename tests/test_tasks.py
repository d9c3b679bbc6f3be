"""Background tasks: named, kept, and loud when they fail."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from batonpass.tasks import spawn


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as captured:
        yield captured


async def test_a_task_has_its_name_and_result(logs: list[EventDict]) -> None:
    async def work() -> int:
        return 7

    task = spawn(work(), name="work")
    assert task.get_name() == "work"
    assert await task == 7
    assert logs == []


async def test_a_task_nobody_holds_is_not_collected() -> None:
    """The loop alone would lose it: a future that only the task's own frame refers to is a cycle."""
    finished = asyncio.Event()
    waiting: list[weakref.ref[asyncio.Future[None]]] = []
    started = asyncio.Event()

    async def work() -> None:
        future = asyncio.get_running_loop().create_future()
        waiting.append(weakref.ref(future))
        started.set()
        await future
        finished.set()

    spawn(work(), name="work")
    await started.wait()
    gc.collect()
    future = waiting[0]()
    assert future is not None, "the task was collected while it waited"
    future.set_result(None)
    await finished.wait()


async def test_a_failure_is_logged_without_its_words(logs: list[EventDict]) -> None:
    async def work() -> None:
        raise ValueError("my card is 4111 1111 1111 1111")

    task = spawn(work(), name="relay")
    await asyncio.wait([task])
    await asyncio.sleep(0)  # done callbacks run in the loop's next turn
    (line,) = logs
    assert (line["event"], line["task"], line["error"]) == ("task_failed", "relay", "ValueError")
    assert line["log_level"] == "error"
    assert line["at"][-1].startswith("work:")
    assert "4111" not in str(line)


async def test_a_cancellation_is_not_a_failure(logs: list[EventDict]) -> None:
    raised: list[dict[str, Any]] = []  # what a done callback raised ends here, and nowhere else
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: raised.append(context))
    task = spawn(asyncio.Event().wait(), name="waits")
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert logs == []
    assert raised == []


async def test_a_done_task_is_let_go() -> None:
    async def work() -> None: ...

    task = spawn(work(), name="work")
    await task
    await asyncio.sleep(0)
    gone = weakref.ref(task)
    del task
    gc.collect()
    assert gone() is None
