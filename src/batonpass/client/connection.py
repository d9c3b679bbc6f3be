"""A connection that comes back: acknowledged calls, resent until answered; snapshots on every return."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from batonpass.client.entry import Signal
from batonpass.client.errors import ClientError, ConnectionLost, Refused, Stopped
from batonpass.client.link import SNAPSHOT, Link
from batonpass.client.serial import Lanes
from batonpass.protocol.base import ClientEvent, Wire, dump
from batonpass.protocol.errors import CODES
from batonpass.tasks import spawn

R = TypeVar("R", bound=Wire)

log = structlog.get_logger(__name__)

_AGAIN = object()
# A link that lived this long was a good one: the next pause is short again.
GOOD_LINK_S = 1.0


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient a client is, in seconds."""

    ack: float = 10.0
    connect: float = 10.0
    backoff_first: float = 0.1
    backoff_most: float = 3.0


class Backoff:
    """Pauses that double up to a limit, each shortened by chance so that clients do not come back as one."""

    def __init__(self, first: float, most: float) -> None:
        self._first = first
        self._most = most
        self._next = first

    def reset(self) -> None:
        """Start small again."""
        self._next = self._first

    def pause(self) -> float:
        """Return the next pause in seconds."""
        pause, self._next = self._next, min(self._next * 2, self._most)
        return pause * random.uniform(0.5, 1.0)


class Connection:
    """One client's way to one namespace, over as many links as it takes.

    `on_snapshot(data)` is called first on every link, then `on_event(event, envelope)` for everything else,
    both in the order of the wire; neither may block. A refusal that will not change (`bad_token`) ends it.
    """

    def __init__(
        self,
        url: str,
        namespace: str,
        auth: Mapping[str, Any],
        *,
        on_snapshot: Callable[[dict[str, Any]], None],
        on_event: Callable[[str, dict[str, Any]], None],
        timing: Timing | None = None,
        path: str = "socket.io",
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"url: found {url!r}, expected http://... or https://...")
        self.url = url.rstrip("/")
        self.links = 0
        self.resends = 0
        self._namespace = namespace
        self._auth = auth
        self._on_snapshot = on_snapshot
        self._on_event = on_event
        self._timing = timing or Timing()
        self._path = path
        self._lanes = Lanes()
        self._signal = Signal()
        self._link: Link | None = None
        self._ended: ClientError | None = None
        self._runner: asyncio.Task[None] | None = None

    @property
    def online(self) -> bool:
        """Whether a link is up and its snapshot was applied."""
        return self._link is not None and not self._link.lost.is_set()

    @property
    def reconnects(self) -> int:
        """How often a link came up after the first."""
        return max(self.links - 1, 0)

    async def start(self) -> None:
        """Connect, trying until the server is there. Raises Refused when it will not have us."""
        if self._runner is None:
            self._runner = spawn(self._run(), name=f"client-connection{self._namespace}")
        await self._up()

    async def stop(self) -> None:
        """Say goodbye and end. Calls that still wait raise Stopped."""
        self._end(Stopped("the client was stopped"))
        link, self._link = self._link, None
        if link is not None:
            await link.close(politely=True)
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)

    async def cut(self) -> None:
        """Close the socket without a goodbye, as a bad network does. The connection comes back by itself."""
        if self._link is not None:
            await self._link.close()

    async def until_ended(self) -> None:
        """Wait until it is over. Raises Refused when the server refused it for good."""
        await self._signal.until(lambda: self._ended is not None)
        if isinstance(self._ended, Refused):
            raise self._ended

    async def call(
        self, what: ClientEvent, reply: type[R], *, lane: str | None = None, resend: bool = True
    ) -> R:
        """Say something and return the acknowledgement as `reply`.

        It is sent again, unchanged, after a lost connection, a missing acknowledgement or a retryable error.
        Calls of one `lane` go out one after another, in the order of the calls. With `resend=False` a lost
        connection raises ConnectionLost instead. Raises Refused with the server's code, Stopped after `stop`.
        """
        async with self._lanes.hold(lane):
            answer = await self._answered(what.event, dump(what), resend)
        return reply.model_validate(answer, extra="ignore")

    async def hint(self, what: ClientEvent) -> None:
        """Say something that may be lost, such as typing: once, not while offline, errors ignored."""
        if self.online:
            try:
                await self.ask_once(what.event, dump(what))
            except (ClientError, TimeoutError):
                log.debug("hint_lost", event_name=what.event)

    async def ask_once(self, event: str, payload: Any, timeout: float | None = None) -> Any:
        """Emit anything, once, and return the acknowledgement as it is: for tests, and what may be lost."""
        link = await self._up()
        return await link.ask(event, payload, self._timing.ack if timeout is None else timeout)

    async def _answered(self, event: str, payload: dict[str, Any], resend: bool) -> dict[str, Any]:
        backoff = Backoff(0.05, 2.0)
        first = True
        while True:
            link = await self._up()
            self.resends += not first
            first = False
            answer = await self._try(link, event, payload, resend)
            if isinstance(answer, Mapping) and answer.get("ok") is True:
                return dict(answer)
            if answer is not _AGAIN:
                await self._refused(answer, backoff)

    async def _try(self, link: Link, event: str, payload: dict[str, Any], resend: bool) -> Any:
        """Return the acknowledgement, or `_AGAIN` when none came."""
        try:
            return await link.ask(event, payload, self._timing.ack)
        except TimeoutError:
            log.info("no_acknowledgement", event_name=event)
        except ConnectionLost:
            if not resend:
                raise
        return _AGAIN

    async def _refused(self, answer: Any, backoff: Backoff) -> None:
        """Wait as a retryable refusal asks for. Raises any other."""
        refused = Refused.read(answer.get("error") if isinstance(answer, Mapping) else None)
        if not refused.retryable:
            raise refused
        wait = backoff.pause() if refused.retry_after_ms is None else refused.retry_after_ms / 1000
        await asyncio.sleep(wait)

    async def _up(self) -> Link:
        await self._signal.until(lambda: self.online or self._ended is not None)
        if self._ended is not None:
            raise self._ended
        assert self._link is not None
        return self._link

    def _end(self, why: ClientError) -> None:
        if self._ended is None:
            self._ended = why
            self._signal.fire()

    async def _run(self) -> None:
        backoff = Backoff(self._timing.backoff_first, self._timing.backoff_most)
        while self._ended is None:
            link = Link(self.url, self._namespace, self._auth, self._path, self._receive)
            try:
                await link.dial(self._timing.connect)
                if await self._hold(link) >= GOOD_LINK_S:
                    backoff.reset()
            except Refused as refused:
                self._weigh(refused)
            except ConnectionLost as lost:
                log.debug("not_connected", namespace=self._namespace, why=str(lost))
            except Exception as error:
                # Nothing that waiting mends; whoever waits for the connection must hear of it.
                self._end(ClientError(f"the connection failed: {type(error).__name__}"))
                raise
            finally:
                self._link = None
                await link.close()
            if self._ended is None:
                await asyncio.sleep(backoff.pause())

    async def _hold(self, link: Link) -> float:
        """Have a link serve until it is lost; return how many seconds it lived."""
        clock = asyncio.get_running_loop().time
        since = clock()
        self.links += 1
        self._link = link
        self._signal.fire()
        await link.lost.wait()
        return clock() - since

    def _weigh(self, refused: Refused) -> None:
        """End for good when the server's answer cannot change; a refusal without a known code may."""
        final = refused.code == "bad_token" or (refused.code in CODES and not refused.retryable)
        log.warning("connect_refused", namespace=self._namespace, code=refused.code, final=final)
        if final:
            self._end(refused)

    def _receive(self, event: str, envelope: dict[str, Any]) -> None:
        if self._ended is not None:
            return
        if event == SNAPSHOT:
            self._on_snapshot(envelope.get("data") or {})
        else:
            self._on_event(event, envelope)
