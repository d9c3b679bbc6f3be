"""Virtual time over the real switchboard: steps of people and bots, and due work, each at its moment."""

import heapq
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from batonpass.app import matching
from batonpass.app.fired import Fired
from batonpass.app.ports import DueItem
from batonpass.app.runner import FIRES
from batonpass.app.switchboard import Switchboard, UseCase
from batonpass.domain.due import DueKind
from batonpass.domain.errors import BatonpassError, ServerError
from batonpass.domain.events import Effect
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx

Step = Callable[[], Awaitable[object]]
BATCH = 500


class Listener(Protocol):
    """Hears what a commit tells, before anything else happens."""

    def hear(self, effects: list[Effect]) -> None: ...


class Stuck(Exception):
    """Due work that never ends, or steps that do not."""


class Desk:
    """A clock that stands still while anything is done, a heap of steps to come, and one writer at a time.

    `ids` are counted, so that the same seed plays the same morning.
    """

    def __init__(self, store: BaseStore[Tx], board: Switchboard, now: int) -> None:
        self.store = store
        self.board = board
        self.now = now
        self.refused: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.listeners: list[Listener] = []
        self.before_due: list[Step] = []
        self._steps: list[tuple[int, int, Step]] = []
        self._numbers = itertools.count()
        self._next_due: int | None = now
        board.publisher = self

    def publish(self, effects: list[Effect]) -> None:
        """Tell the listeners. They only note things, and plan steps."""
        for listener in self.listeners:
            listener.hear(effects)

    def plan(self, at: int, step: Step) -> None:
        """Do a step at a moment, or at once when that is over."""
        heapq.heappush(self._steps, (max(at, self.now), next(self._numbers), step))

    def later(self, ms: float, step: Step) -> None:
        self.plan(self.now + int(ms), step)

    async def do(self, use_case: UseCase[Any], command: Any) -> Any:
        """Run a use case as a client would; None where it is refused, which is counted."""
        self.done[use_case.__name__] += 1
        try:
            return await self.board.do_and_push(use_case, command)
        except ServerError:
            raise
        except BatonpassError as refusal:
            self.refused[f"{use_case.__name__}: {refusal.code}"] += 1
            return None

    async def run(self, until: int) -> None:
        """Let time pass up to a moment, doing what is due and what was planned in order of time."""
        while True:
            await self._settle()
            moments = [
                at for at in (self._next_due, self._steps[0][0] if self._steps else None) if at is not None
            ]
            upto = min([until, *moments])
            if upto > self.now:
                await self.store.advance(upto - self.now)
                self.now = upto
            if not moments or min(moments) > until:
                return
            await self._step()

    async def _step(self) -> None:
        """Do the steps of this moment."""
        while self._steps and self._steps[0][0] <= self.now:
            await heapq.heappop(self._steps)[2]()

    async def _settle(self) -> None:
        """Do all due work of this moment, one row after the other."""
        due = self._next_due is not None and self._next_due <= self.now
        if not due and not self.board.wake.is_set():
            return
        for _ in range(BATCH):
            self.board.wake.clear()
            for step in self.before_due:
                await step()
            items = await self.store.read(_due_now)
            if not items:
                self._next_due = await self.store.read(_next_due)
                return
            for item in items:
                await self._one(item)
        raise Stuck("due work never ends")

    async def _one(self, item: DueItem) -> None:
        if item.kind is not DueKind.MATCH:
            await self.board.do_and_push(FIRES[item.kind], Fired(item.ref))
            return
        rounds = 0
        while await self.board.do_and_push(matching.match, item.ref):
            rounds += 1
            if rounds > BATCH:
                raise Stuck(f"matching {item.ref} never ends")


def _due_now(tx: Tx) -> list[DueItem]:
    return tx.due_now(BATCH)


def _next_due(tx: Tx) -> int | None:
    return tx.next_due()
