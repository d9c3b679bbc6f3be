"""The second summary: made by a slow summarizer after the hand-off is stored, and put in the first one's place.

Apart from the runner of due work, and with places of its own: a model that hangs holds up no timer (law 9).
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import structlog

from batonpass import tasks
from batonpass.app import story, switches
from batonpass.app.cases import locked
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import DueItem, StoredSummary, Tx
from batonpass.app.summaries import Storyteller
from batonpass.app.switchboard import Switchboard
from batonpass.domain.conversation import Stint
from batonpass.domain.due import DueKind
from batonpass.domain.events import SummaryChanged
from batonpass.domain.handoff import Handoff, Kind, State
from batonpass.plugin_api import Maker, Purpose, Summary, SummaryRequest, summary_to_dict

log = structlog.get_logger(__name__)

DEADLINE_MS = 20_000
LEASE_MORE_MS = 30_000
STALE_MS = 600_000
"""Older than this nobody needs it any more: the agent has read the chat."""

AT_ONCE = 8
LONGEST_WAIT_S = 5.0
RETRY_S = 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """What came of asking: a summary, or the reason why there is none."""

    summary: Summary | None
    reason: str = ""


Tell = Callable[[Told, int], None]
Slow = Callable[[SummaryRequest], Awaitable[Told]]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a due row wants: the request, and whether there is a first summary yet. `upto`: what it is about ends
    there; `head`: the last entry when it was read."""

    ref: str
    conversation_id: str
    purpose: Purpose
    request: SummaryRequest
    first: bool
    upto: int
    head: int


@dataclass(frozen=True, slots=True)
class Made:
    """A summary for what `ref` names; without one, the `reason`. `last`: nothing more comes, the row is done.

    Without an `ask` nobody needs it any more.
    """

    ref: str
    ask: Ask | None
    summary: dict[str, Any] | None = None
    reason: str = ""
    last: bool = True


class LateSummaries:
    """Works off the due summaries, `AT_ONCE` at a time, for as long as it runs.

    `slow` may be None: then only what nobody summed up before, the time of a representative who held, is told
    by rules.
    """

    def __init__(
        self,
        board: Switchboard,
        storyteller: Storyteller,
        slow: Slow | None,
        *,
        deadline_ms: int = DEADLINE_MS,
    ) -> None:
        self._board = board
        self._storyteller = storyteller
        self._slow = slow
        self._deadline_ms = deadline_ms
        self._active: dict[str, asyncio.Task[None]] = {}
        self._previews: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Run for ever. What fails is logged, and due again when its lease is over."""
        try:
            while True:
                self._board.wake_summaries.clear()
                try:
                    if not await self._start():
                        await self._wait()
                except Exception as error:  # noqa: BLE001 - whatever it is, the next one may go well
                    log.error("summary_failed", error=type(error).__name__)
                    await asyncio.sleep(RETRY_S)
        finally:
            for task in (*self._active.values(), *self._previews.values()):
                task.cancel()

    async def drain(self) -> int:
        """Do all that is due now. Returns how much it was."""
        count = 0
        while started := await self._start():
            count += len(started)
            await asyncio.gather(*started)
        return count

    async def _start(self) -> list[asyncio.Task[None]]:
        free = AT_ONCE - len(self._active)
        if free <= 0:
            return []
        items = await self._board.read(_due_now, free)
        items = [item for item in items if item.ref not in self._active]
        if items:
            leases = Leases(items, self._deadline_ms + LEASE_MORE_MS)
            items = await self._board.do_and_push(lease_summaries, leases)
        return [self._spawn(item) for item in items]

    def _spawn(self, item: DueItem) -> asyncio.Task[None]:
        task = tasks.spawn(self._safely(item), name="summary")
        self._active[item.ref] = task
        return task

    async def _safely(self, item: DueItem) -> None:
        try:
            await self._tell(item.ref)
        except Exception as error:  # noqa: BLE001 - its row is still there, and due again after its lease
            log.error("summary_failed", error=type(error).__name__)
        finally:
            del self._active[item.ref]
            self._board.wake_summaries.set()

    async def _tell(self, ref: str) -> None:
        ask = await self._board.read(ask_of, self._board.env, ref)
        if ask is None:
            await self._board.do_and_push(keep_summary, Made(ref, None))
            return
        if ask.first:
            first = await self._storyteller.summary(
                ask.conversation_id, purpose=ask.purpose, asked=True, upto=ask.upto
            )
            await self._board.do_and_push(keep_summary, Made(ref, ask, first, last=self._slow is None))
            if self._slow is None:
                return
        told = await self._asked(ask.request)
        made = summary_to_dict(told.summary) if told.summary is not None else None
        await self._board.do_and_push(keep_summary, Made(ref, ask, made, told.reason))

    async def _asked(self, request: SummaryRequest) -> Told:
        if self._slow is None:
            return Told(None, "no_summarizer")
        return await self._slow(replace(request, deadline_ms=self._deadline_ms))

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT_S):
                await self._board.wake_summaries.wait()

    # Before a hand-off: somebody wants to see what the slow summarizer would say

    def preview(self, key: str, conversation_id: str, purpose: Purpose, tell: Tell) -> bool:
        """Ask now, and `tell` when it comes. One at a time for each `key`; False when there is none to ask."""
        if self._slow is None or key in self._previews or len(self._previews) >= AT_ONCE:
            return False
        job = self._preview(key, conversation_id, purpose, tell)
        self._previews[key] = tasks.spawn(job, name="summary-preview")
        return True

    async def _preview(self, key: str, conversation_id: str, purpose: Purpose, tell: Tell) -> None:
        told, now = Told(None, "failed"), 0
        try:
            request, now = await self._board.read(_request_now, conversation_id, purpose)
            told = await self._asked(request) if request is not None else Told(None, "nothing_to_tell")
            now = await self._board.read(_now)
        except Exception as error:  # noqa: BLE001 - whoever waits is told so
            log.error("summary_failed", error=type(error).__name__)
        finally:
            del self._previews[key]
            tell(told, now)


# Reading


def _due_now(tx: Tx, limit: int) -> list[DueItem]:
    return tx.due_now(limit, summaries=True)


def ask_of(tx: Tx, env: Env, ref: str) -> Ask | None:
    """What this row wants told; None when nobody needs it any more, or automatic summaries are off."""
    if not switches.is_on(tx, env, "automatic_summary"):
        return None
    handoff = tx.handoff(ref)
    if handoff is not None:
        return _of_handoff(tx, handoff)
    stint = tx.stint(ref)
    if stint is None or tx.now - (stint.ended_at or tx.now) > STALE_MS:
        return None
    # Its agent reads no further than the end of its stint, and neither does what is told of it (law 11).
    upto, until = stint.read_to or 0, stint.ended_at or tx.now
    asked = SummaryRequest("wrap_up", (), reason=stint.reason or "")
    request = _request(tx, stint.conversation_id, asked, upto, until)
    found = tx.last_summary(ref)
    first = found is None or found.summary.get("status") == "failed"
    return _ask(tx, ref, stint.conversation_id, request, first=first, upto=upto)


def _ask(
    tx: Tx, ref: str, conversation_id: str, request: SummaryRequest | None, *, first: bool, upto: int
) -> Ask | None:
    conversation = tx.conversation(conversation_id)
    if request is None or conversation is None:
        return None
    return Ask(ref, conversation_id, request.purpose, request, first, upto, conversation.seq)


def _of_handoff(tx: Tx, handoff: Handoff) -> Ask | None:
    over = handoff.state in (State.CANCELLED, State.FAILED, State.RETURNED)
    if over or tx.now - handoff.created_at > STALE_MS:
        return None
    purpose: Purpose = "hand_back" if handoff.kind is Kind.HAND_BACK else "transfer"
    asked = SummaryRequest(purpose, (), reason=handoff.reason, note=handoff.note)
    # The story up to the request, whoever reads it later: a helper may have left by then (law 11).
    # A failover's boundary leaves out what nobody has answered.
    boundary = 0 if handoff.kind is Kind.FAILOVER else handoff.boundary_seq
    upto = boundary or tx.last_seq_at(handoff.conversation_id, handoff.created_at)
    request = _request(tx, handoff.conversation_id, asked, upto, handoff.created_at)
    first = handoff.summary is None
    return _ask(tx, handoff.id, handoff.conversation_id, request, first=first, upto=upto)


def _request_now(tx: Tx, conversation_id: str, purpose: Purpose) -> tuple[SummaryRequest | None, int]:
    return _request(tx, conversation_id, SummaryRequest(purpose, ())), tx.now


def _now(tx: Tx) -> int:
    return tx.now


def _request(
    tx: Tx,
    conversation_id: str,
    asked: SummaryRequest,
    upto: int | None = None,
    until: int | None = None,
) -> SummaryRequest | None:
    conversation = tx.conversation(conversation_id)
    if conversation is None:
        return None
    then = conversation if upto is None else replace(conversation, seq=min(upto, conversation.seq))
    return replace(
        asked,
        turns=story.turns(tx, then, room=story.LONG_ROOM),
        context=story.context(tx.variables(conversation_id, until)),
        locale=conversation.locale,
    )


# Writing


@dataclass(frozen=True, slots=True)
class Leases:
    items: list[DueItem]
    length_ms: int


def lease_summaries(tx: Tx, env: Env, leases: Leases) -> Outcome:
    """Take these rows for as long as the summarizer may take, so that nobody else asks for the same."""
    return Outcome(tx.lease_due(leases.items, tx.now + leases.length_ms))


def keep_summary(tx: Tx, env: Env, made: Made) -> Outcome:
    """Store a summary as the next version; without one the earlier stays, marked `fallback` with the reason."""
    ask = made.ask
    if ask is None:
        tx.take_due(DueKind.SUMMARY, made.ref)
        return Outcome()
    locked(tx, ask.conversation_id)
    if tx.marked_after(ask.conversation_id, ask.head):
        # It may repeat what was marked as sensitive meanwhile: its row is due again.
        return Outcome(tells=True)
    mine = tx.take_due(DueKind.SUMMARY, ask.ref) if made.last else tx.has_due(DueKind.SUMMARY, ask.ref)
    if not mine:
        return Outcome()  # somebody else did it while this one took too long
    before = _newest(tx, ask)
    text = made.summary or _marked(before, made.reason)
    if text is None:
        return Outcome()
    handoff = tx.handoff(ask.ref)
    version = 1 + max(before.version if before else 0, handoff.summary_version if handoff else 0)
    edited = before.edited if before else None
    tx.add_summary(StoredSummary(ask.ref, version, ask.conversation_id, ask.purpose, text, tx.now, edited))
    tx.set_handoff_summary(ask.ref, version, text)
    return Outcome(effects=[SummaryChanged(ask.conversation_id, ask.ref)])


def edit_told(tx: Tx, stint: Stint, text: str) -> None:
    """Keep a representative's own text of what it did, beside the made one or until there is one."""
    found = tx.last_summary(stint.id)
    if found is not None:
        tx.edit_summary(stint.id, found.version, text)
        return
    nothing = no_summary("not_made_yet")
    tx.add_summary(StoredSummary(stint.id, 1, stint.conversation_id, "wrap_up", nothing, tx.now, text))


def no_summary(reason: str) -> dict[str, Any]:
    """What stands where there is none, beside an agent's own text."""
    return summary_to_dict(Summary(Maker("none", "0"), "failed", reason))


def _newest(tx: Tx, ask: Ask) -> StoredSummary | None:
    """The version there is. A hand-off's first stands on its own row only: here it becomes one of them."""
    found = tx.last_summary(ask.ref)
    handoff = tx.handoff(ask.ref) if found is None else None
    if handoff is None or handoff.summary is None:
        return found
    version = handoff.summary_version
    first = StoredSummary(
        ask.ref, version, ask.conversation_id, ask.purpose, handoff.summary, handoff.created_at
    )
    tx.add_summary(first)
    return first


def _marked(before: StoredSummary | None, reason: str) -> dict[str, Any] | None:
    if before is None or not reason or before.summary.get("status") != "ok":
        return None
    return {**before.summary, "status": "fallback", "status_reason": reason}
