"""A summarizer over many dialogues: what it made of each, how long it took, and why there is nothing."""

import asyncio
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from batonpass.measure.dialogues import Dialogue, request_for
from batonpass.plugin_api import (
    MAX_CHARS,
    Maker,
    Purpose,
    Summary,
    SummaryFailed,
    SummaryRequest,
    check_summary,
)
from batonpass.plugin_text import clean_text

IMMEDIATE_MS = 50
"""The deadline an immediate summarizer is told. It is measured here, not enforced."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one dialogue: a summary that keeps the contract, or one with status `failed` and the reason.
    `ms` is the time of the summarizer's own call."""

    dialogue: Dialogue
    summary: Summary
    ms: float


@dataclass(frozen=True, slots=True)
class Orders:
    """How to run: for what purpose, how many slow calls at once, and how long one may take."""

    purpose: Purpose = "transfer"
    at_once: int = 4
    deadline_s: float = 60.0


def run(summarizer: Any, dialogues: Iterable[Dialogue], orders: Orders, made: Callable[[Made], None]) -> None:
    """Summarize every dialogue and hand each result to `made`, in the dialogues' order, as soon as may be."""
    if summarizer.immediate:
        for dialogue in dialogues:
            made(_now(summarizer, dialogue, orders))
    else:
        asyncio.run(_all_later(summarizer, dialogues, orders, made))


def _now(summarizer: Any, dialogue: Dialogue, orders: Orders) -> Made:
    request = request_for(dialogue, orders.purpose, IMMEDIATE_MS)
    begun = time.perf_counter()
    summary: object = None
    fault: str | None = None
    try:
        summary = summarizer.summarize(request)
    except Exception as error:  # noqa: BLE001  a plugin may raise anything
        fault = _fault(error)
    ms = (time.perf_counter() - begun) * 1000
    return Made(dialogue, _judged(summarizer, request, summary, fault), ms)


async def _all_later(
    summarizer: Any, dialogues: Iterable[Dialogue], orders: Orders, made: Callable[[Made], None]
) -> None:
    waiting = enumerate(dialogues)
    ready: dict[int, Made] = {}
    told = 0

    async def work(places: Iterator[tuple[int, Dialogue]]) -> None:
        nonlocal told
        for place, dialogue in places:
            ready[place] = await _later(summarizer, dialogue, orders)
            while told in ready:
                made(ready.pop(told))
                told += 1

    async with asyncio.TaskGroup() as workers:
        for _ in range(orders.at_once):
            workers.create_task(work(waiting))


async def _later(summarizer: Any, dialogue: Dialogue, orders: Orders) -> Made:
    request = request_for(dialogue, orders.purpose, round(orders.deadline_s * 1000))
    begun = time.perf_counter()
    summary: object = None
    fault: str | None = None
    try:
        async with asyncio.timeout(orders.deadline_s):
            summary = await summarizer.summarize_later(request)
    except TimeoutError:
        fault = "timeout"
    except SummaryFailed as error:
        fault = error.reason
    except Exception as error:  # noqa: BLE001  a plugin may raise anything
        fault = _fault(error)
    ms = (time.perf_counter() - begun) * 1000
    return Made(dialogue, _judged(summarizer, request, summary, fault), ms)


def _judged(summarizer: Any, request: SummaryRequest, summary: object, fault: str | None) -> Summary:
    if fault is None and (breaches := check_summary(request, summary)):
        fault = f"broke the contract: {'; '.join(breaches)}"
    if isinstance(summary, Summary) and fault is None:
        return summary
    reason = clean_text(fault or "", MAX_CHARS["status_reason"]) or "no reason was given"
    return Summary(Maker(summarizer.name, summarizer.version), "failed", reason)


def _fault(error: Exception) -> str:
    """Kind and place of an error. Its words may quote the chat, so they are left out."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"raised {type(error).__name__} in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}"
