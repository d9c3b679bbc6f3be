"""Runs use cases: one transaction, then the acknowledgement, then the pushes; and wakes the runner of due work."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from batonpass.app.failpoints import hit
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Store, Tx
from batonpass.domain.errors import BatonpassError
from batonpass.domain.events import Effect

C = TypeVar("C")
T = TypeVar("T")
P = ParamSpec("P")

UseCase = Callable[[Tx, Env, C], Outcome]


class Publisher(Protocol):
    """Takes what a committed transaction tells. It never raises and never waits: a push is a hint (law 3)."""

    def publish(self, effects: list[Effect]) -> None: ...


class Nobody:
    """A publisher without listeners."""

    def publish(self, effects: list[Effect]) -> None:
        """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Done:
    """A committed use case. Whoever got it acknowledges `reply`, or `refusal`, then calls `push`."""

    name: str
    reply: Any
    effects: list[Effect]
    publisher: Publisher
    refusal: BatonpassError | None = None

    def push(self) -> None:
        hit(f"{self.name}.before_push")
        self.publisher.publish(self.effects)


class Switchboard:
    """The use cases' way into the store and out to the listeners."""

    def __init__(self, store: Store, env: Env, publisher: Publisher | None = None) -> None:
        self.store = store
        self.env = env
        self.publisher: Publisher = publisher or Nobody()
        self.wake = asyncio.Event()
        self.wake_summaries = asyncio.Event()

    async def do(self, use_case: UseCase[C], command: C) -> Done:
        """Run a use case in one transaction. Nothing is acknowledged or pushed before it is committed.

        Raises what the use case refuses. What it refuses although something was kept (a draft), is the
        `refusal` of what this returns, since its push too waits until the sender has the answer.
        """
        name = use_case.__name__
        outcome = await self.store.run(_with_failpoint, use_case, self.env, command)
        hit(f"{name}.after_commit")
        if outcome.wake:
            self.wake.set()
        if outcome.tells:
            self.wake_summaries.set()
        return Done(name, outcome.reply, outcome.effects, self.publisher, outcome.refusal)

    async def do_and_push(self, use_case: UseCase[C], command: C) -> Any:
        """Run a use case that nobody waits for an acknowledgement of, and push. Returns its reply, or raises."""
        done = await self.do(use_case, command)
        done.push()
        if done.refusal is not None:
            raise done.refusal
        return done.reply

    async def read(self, query: Callable[Concatenate[Tx, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """Run a read-only query."""
        return await self.store.read(query, *args, **kw)


def _with_failpoint(tx: Tx, use_case: UseCase[C], env: Env, command: C) -> Outcome:
    outcome = use_case(tx, env, command)
    hit(f"{use_case.__name__}.before_commit")
    return outcome
