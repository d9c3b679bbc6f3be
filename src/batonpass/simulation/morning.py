"""Plays one morning, and says what came of it."""

import itertools
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from batonpass.app import timers
from batonpass.app.administering import Configuration
from batonpass.app.configuring import env_of
from batonpass.app.insights import Question, report
from batonpass.app.late_summaries import LateSummaries
from batonpass.app.summaries import Silent
from batonpass.app.switchboard import Switchboard
from batonpass.domain.figures import By, Report
from batonpass.simulation import checks
from batonpass.simulation.bots import Bots
from batonpass.simulation.comparing import Said, differences
from batonpass.simulation.desk import Desk
from batonpass.simulation.ledger import Ledger
from batonpass.simulation.people import People
from batonpass.simulation.plan import BOTS, MINUTE, Plan, config, names
from batonpass.store.engine import BaseStore, open_store
from batonpass.store.tx import Tx

LOOK_EVERY = 5 * MINUTE
BY = (By.HOUR, By.QUEUE, By.KIND)
Inspect = Callable[[BaseStore[Tx]], Awaitable[list[str]]]


@dataclass
class Result:
    """What came of a morning. `breaches`: broken laws; `differences`: figures of the report that are not so."""

    plan: Plan
    report: Report
    hours: Report
    breaches: list[str]
    differences: list[str]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.breaches and not self.differences


async def play(plan: Plan, url: str | None = None, inspect: Inspect | None = None) -> Result:
    """Play a morning on a store of its own, a new SQLite file unless `url` names one. `inspect` may look too."""
    with tempfile.TemporaryDirectory(prefix="batonpass-simulation-", dir=_folder()) as folder:
        store = await _open(url or f"sqlite:///{Path(folder) / 'morning.db'}", plan.begins)
        try:
            return await _Morning(plan, store, inspect).play()
        finally:
            await store.close()


def _folder() -> str | None:
    """In memory where that is to be had: nothing of this store is worth waiting for a disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a fresh folder of mkdtemp is made in it
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None


async def _open(url: str, begins: int) -> BaseStore[Tx]:
    """A store whose clock stands at the beginning, to the millisecond."""
    offset = begins - round(time.time() * 1000) - 600_000
    store = await open_store(url, Tx, frozen_clock=True, clock_offset_ms=offset)
    await store.advance(begins - await store.read(_now))
    return store


def _now(tx: Tx) -> int:
    return tx.now


class _Morning:
    def __init__(self, plan: Plan, store: BaseStore[Tx], inspect: Inspect | None) -> None:
        self.plan, self.store, self.inspect = plan, store, inspect
        self.config = config(plan)
        numbers = itertools.count(1)
        env = env_of(self.config)
        env = type(env)(
            env.rules,
            env.words,
            new_id=lambda: f"{next(numbers):032x}",
            version=env.version,
            people=env.people,
        )
        self.board = Switchboard(store, env)
        self.desk = Desk(store, self.board, plan.begins)
        self.ledger = Ledger(plan.begins, round(self.config.settings.timers.offer * 1000))
        self.people = People(self.desk, self.ledger, plan, names(plan))
        self.bots = Bots(self.desk, self.ledger, self.people, plan)
        self.late = LateSummaries(self.board, Silent(), self.bots.summarize)
        self.breaches: list[str] = []
        self.desk.listeners += [_Clock(self.ledger, self.desk), self.ledger, self.people, self.bots]
        self.desk.before_due.append(self._summaries)

    async def play(self) -> Result:
        began = time.monotonic()
        await Configuration(self.board, self.config).begin()
        await self.desk.do(timers.start_up, None)
        self._plan()
        last = self.plan.ends + 60 * MINUTE
        for at in range(self.plan.begins + LOOK_EVERY, last, LOOK_EVERY):
            await self.desk.run(at)
            await self._look()
        for chat in [chat for chat in self.ledger.chats.values() if not chat.closed]:
            await self.people.ends(chat.id)
        await self.desk.run(last + 20 * MINUTE)
        return await self._result(time.monotonic() - began)

    def _plan(self) -> None:
        """Everything whose moment is known before."""
        plan, desk, dice = self.plan, self.desk, random.Random(f"trouble {self.plan.seed}")
        for bot in BOTS:
            desk.plan(plan.begins, lambda bot=bot: self.bots.come(bot))  # type: ignore[misc]
        desk.plan(plan.death.start, lambda: self.bots.dies("bo"))
        desk.plan(plan.death.end, lambda: self.bots.come("bo"))
        for name in self.people.reps:
            early = plan.begins + int(dice.uniform(0.02, 0.12) * plan.length)
            desk.plan(early, lambda name=name: self.people.come(name))  # type: ignore[misc]
            lunch = int(dice.uniform(plan.lunch.start, plan.lunch.end - plan.pause))
            desk.plan(lunch, lambda name=name: self.people.take_a_break(name))  # type: ignore[misc]
            if dice.random() < 0.1:
                at, ms = (
                    plan.begins + int(dice.uniform(0.2, 0.5) * plan.length),
                    dice.choice([20_000, 300_000]),
                )
                desk.plan(at, lambda name=name, ms=ms: self.people.loses_connection(name, ms))  # type: ignore[misc]
        for number, at in enumerate(plan.arrivals()):
            desk.plan(at, lambda number=number: self.people.begin_chat(number))  # type: ignore[misc]

    async def _summaries(self) -> None:
        if self.board.wake_summaries.is_set():
            self.board.wake_summaries.clear()
            await self.late.drain()

    async def _look(self) -> None:
        self.breaches += await self.store.read(checks.while_it_goes_on, self.board.env.rules)
        if self.inspect is not None:
            self.breaches += await self.inspect(self.store)

    async def _result(self, seconds: float) -> Result:
        await self._look()
        self.breaches += await self.store.read(checks.at_the_end, self.ledger.acknowledged)
        if self.ledger.gaps:
            self.breaches.append(f"law 2: {self.ledger.gaps} entries were told out of order")
        rules = self.board.env.rules.insights
        answer = await self.store.read(report, rules, Question(self.plan.begins, self.desk.now + 1, BY))
        hours = await self.store.read(
            report, rules, Question(self.plan.begins, self.desk.now + 1, (By.HOUR,))
        )
        wrong = differences(answer, self.ledger.heard(), rules, self._said())
        return Result(self.plan, answer, hours, self.breaches, wrong, self._figures(answer, seconds))

    def _said(self) -> Said:
        return Said(list(self.ledger.scores.values()), list(self.ledger.codes.values()))

    def _figures(self, answer: Report, seconds: float) -> dict[str, Any]:
        steps = sum(self.desk.done.values())
        return {
            "seed": self.plan.seed,
            "people": self.plan.people,
            "morning_minutes": self.plan.length // MINUTE,
            "seconds": round(seconds, 1),
            "commands": steps,
            "refused": dict(sorted(self.desk.refused.items())),
            "messages": sum(self.ledger.acknowledged.values()),
            "late_summaries": asdict(self.bots.late),
            "alerts": dict(sorted(self.ledger.alerts.items())),
            "report": asdict(answer.total),
        }


class _Clock:
    """The first to hear: the ledger's time is that of the commit."""

    def __init__(self, ledger: Ledger, desk: Desk) -> None:
        self._ledger, self._desk = ledger, desk

    def hear(self, effects: list[Any]) -> None:
        self._ledger.now = self._desk.now
