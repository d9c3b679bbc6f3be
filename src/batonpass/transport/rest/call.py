"""One request on its way to its handler: who asks, for what, and how to do it once."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeVar

from aiohttp import web
from pydantic import BaseModel

from batonpass.app import once
from batonpass.app.authority import Who
from batonpass.app.outcome import Env
from batonpass.app.switchboard import Done, Switchboard, UseCase
from batonpass.domain.errors import NotAllowed
from batonpass.protocol.base import dump
from batonpass.transport.rest.house import House
from batonpass.transport.rest.routes import Route
from batonpass.transport.socketio.refusal import Refusal

C = TypeVar("C")
Shape = Callable[[Any], BaseModel | Mapping[str, Any] | None]


@dataclass(slots=True)
class Answer:
    """What a handler returns when it is more than a body: `etag` is the version, `push` what comes after the answer."""

    body: BaseModel | Mapping[str, Any] | None = None
    status: int | None = None
    etag: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    push: Callable[[], None] | None = None


@dataclass(slots=True)
class Call:
    """A request that was let in. `path` holds the path's parameters, `address` where it came from."""

    request: web.Request
    route: Route
    house: House
    who: Who
    path: dict[str, str]
    address: str
    mark: once.Mark | None = None
    done: list[Done] = field(default_factory=list)
    again: bool = False
    recheck: "Callable[[Call], Awaitable[None]] | None" = None

    async def body_came(self) -> None:
        """The body is there. Where it was not when the request was let in, who asks is asked for again.

        Raises:
            Refusal: `bad_token`
        """
        if self.recheck is not None:
            await self.recheck(self)

    @property
    def board(self) -> Switchboard:
        return self.house.board

    @property
    def env(self) -> Env:
        """The rules and words in force: for this moment, never to be kept."""
        return self.house.board.env

    async def do(self, use_case: UseCase[C], command: C, shape: Shape = lambda _: None) -> Any:
        """Run a use case in one transaction and return its answer, `shape(reply)`, as plain values.

        With an `Idempotency-Key` the answer is kept in the same transaction. The pushes wait until the answer is sent.
        Raises what the use case refuses.
        """

        def plain(reply: Any) -> Any:
            shaped = shape(reply)
            return dump(shaped) if isinstance(shaped, BaseModel) else shaped

        if self.mark is None:
            done = await self.board.do(use_case, command)
            answer = None if done.refusal is not None else plain(done.reply)
        else:
            done = await self.board.do(once.once(self.mark, use_case, plain), command)
            answer = None
            if done.refusal is None:
                answer, self.again = done.reply.body, done.reply.again
        self.done.append(done)
        if done.refusal is not None:
            raise done.refusal
        return answer

    def mark_body(self, *parts: str | bytes) -> None:
        """Say what a raw body held, before `do`: another one under the same `Idempotency-Key` is another request."""
        if self.mark is None:
            return
        digest = hashlib.sha256(self.mark.digest.encode())
        for part in parts:
            data = part.encode() if isinstance(part, str) else part
            digest.update(len(data).to_bytes(8, "big") + data)
        self.mark = replace(self.mark, digest=digest.hexdigest())

    async def read(self, query: Callable[..., Any], *args: Any) -> Any:
        """Run a read-only query."""
        return await self.board.read(query, *args)

    @property
    def agent_id(self) -> str:
        """The agent who asks.

        Raises:
            NotAllowed: who asks has an account or a key, but is no agent.
        """
        if self.who.agent_id is None:
            raise NotAllowed("This account or key belongs to no agent.")
        return self.who.agent_id

    @property
    def customer_id(self) -> str:
        if self.who.customer_id is None:
            raise NotAllowed("This is for customers.")
        return self.who.customer_id

    @property
    def if_match(self) -> str | None:
        """The version that the change is meant for; None for any (`*`, or not said)."""
        said = self.request.headers.get("If-Match", "").strip()
        if said in ("", "*"):
            return None
        return said.removeprefix("W/").strip('"')

    def check_version(self, version: str) -> None:
        """Refuse a change that is meant for another version.

        Raises:
            Refusal: `precondition_failed`
        """
        if self.if_match is not None and self.if_match != version:
            changed(version)


def changed(version: str) -> NoReturn:
    """Refuse: somebody else was faster."""
    raise Refusal("precondition_failed", f"It was changed meanwhile: now it is version {version[:64]}.")
