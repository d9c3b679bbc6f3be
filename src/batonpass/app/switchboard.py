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


class _Era:
    """The time in which transactions begin under one environment."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.running = 0
        self.over = False
        self.empty = asyncio.Event()

    def __enter__(self) -> Env:
        self.running += 1
        return self.env

    def __exit__(self, *_: object) -> None:
        self.running -= 1
        if self.over and not self.running:
            self.empty.set()


Watch = Callable[[str], Callable[[str], None]]
"""Hears that a use case begins, by its name; what it returns hears how it ended: `ok`, or the code of the refusal."""


def nobody_watches(name: str) -> Callable[[str], None]:
    """Count nothing."""
    return _nothing


def _nothing(code: str) -> None:
    pass


class Switchboard:
    """The use cases' way into the store and out to the listeners.

    `env` is what they decide by now. It is replaced while they run (`decide_by`): read it anew each time.
    """

    def __init__(self, store: Store, env: Env, publisher: Publisher | None = None) -> None:
        self.store = store
        self._era = _Era(env)
        self.publisher: Publisher = publisher or Nobody()
        self.watch: Watch = nobody_watches
        self.wake = asyncio.Event()
        self.wake_summaries = asyncio.Event()
        self.wake_webhooks = asyncio.Event()

    @property
    def env(self) -> Env:
        return self._era.env

    async def decide_by(self, env: Env) -> None:
        """Decide by this from now on. Returns when no transaction decides by what was before any more."""
        era, self._era = self._era, _Era(env)
        era.over = True
        if era.running:
            await era.empty.wait()

    async def do(self, use_case: UseCase[C], command: C) -> Done:
        """Run a use case in one transaction. Nothing is acknowledged or pushed before it is committed.

        Raises what the use case refuses. What it refuses although something was kept (a draft), is the
        `refusal` of what this returns, since its push too waits until the sender has the answer.
        """
        name = use_case.__name__
        done = self.watch(name)
        try:
            with self._era as env:
                outcome = await self.store.run(_with_failpoint, use_case, env, command)
        except BatonpassError as refusal:
            done(refusal.code)
            raise
        done("ok")
        hit(f"{name}.after_commit")
        if outcome.wake:
            self.wake.set()
        if outcome.tells:
            self.wake_summaries.set()
        if outcome.effects and self.env.rules.webhooks:
            self.wake_webhooks.set()
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
