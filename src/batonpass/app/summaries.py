"""The story for a receiver: made before the transaction, within its budget or not at all (law 9)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol

import structlog

from batonpass.app import story, switches
from batonpass.app.cases import NOT_YOURS
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.switchboard import Switchboard
from batonpass.domain.conversation import Status
from batonpass.domain.due import DueKind
from batonpass.domain.errors import BatonpassError, NotFound
from batonpass.domain.handoff import Seeks, State
from batonpass.plugin_api import Purpose, Summary, SummaryRequest, summary_to_dict

log = structlog.get_logger(__name__)

BUDGET_S = 0.05
"""For reading the story and for the plugin together (law 9)."""

LEAST_MS = 5
"""With less left nothing is begun."""

PURPOSES: dict[str, Purpose] = {"hand_back": "hand_back", "wrap_up": "wrap_up"}
"""Of the kinds of hand-off, and of what is no hand-off. All others are told as a transfer."""

Summarize = Callable[[SummaryRequest], Awaitable[Summary | None]]


class Storyteller(Protocol):
    """Gives a stored summary for a conversation, or None; never raises, never takes longer than its budget.

    `upto`: only up to this entry. `asked`: somebody wants to see it, which the switch of automatic summaries
    does not turn off.
    """

    async def summary(
        self,
        conversation_id: str,
        *,
        purpose: str,
        reason: str = "",
        note: str = "",
        asked: bool = False,
        upto: int | None = None,
    ) -> dict[str, Any] | None: ...


class Silent:
    """No summarizer is configured."""

    async def summary(
        self,
        conversation_id: str,
        *,
        purpose: str,
        reason: str = "",
        note: str = "",
        asked: bool = False,
        upto: int | None = None,
    ) -> dict[str, Any] | None:
        """Tell nothing."""
        return None


class ByPlugin:
    """Reads the story, and asks the configured summarizer plugin.

    The budget is for both. Reading is timed here; what it leaves is the request's deadline, which the runner of
    plugins keeps: only who times a plugin knows that it was late, and can rest it.
    """

    def __init__(self, board: Switchboard, summarize: Summarize) -> None:
        self._board = board
        self._summarize = summarize

    async def summary(
        self,
        conversation_id: str,
        *,
        purpose: str,
        reason: str = "",
        note: str = "",
        asked: bool = False,
        upto: int | None = None,
    ) -> dict[str, Any] | None:
        """Summarize the conversation as it is now, reading it included, within the budget or not at all.

        `upto`: as it was at this entry, variables left out.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + BUDGET_S
        wanted = PURPOSES.get(purpose, "transfer")
        request = SummaryRequest(purpose=wanted, turns=(), reason=reason, note=note)
        try:
            async with asyncio.timeout_at(until):
                found = await self._board.read(
                    _story, self._board.env, conversation_id, request, asked=asked, upto=upto
                )
        except (TimeoutError, BatonpassError) as error:
            log.info("no_summary", reason=type(error).__name__)
            return None
        if found is None:
            return None
        left_ms = int((until - loop.time()) * 1000)
        if left_ms < LEAST_MS:
            log.info("no_summary", reason="reading took all the time")
            return None
        summary = await self._summarize(replace(found, deadline_ms=left_ms))
        return summary_to_dict(summary) if summary is not None else None


def _story(
    tx: Tx, env: Env, conversation_id: str, request: SummaryRequest, *, asked: bool, upto: int | None
) -> SummaryRequest | None:
    """The request with what it is about, or None when there is nothing to tell or automatic ones are off."""
    if not asked and not switches.is_on(tx, env, "automatic_summary"):
        return None
    conversation = tx.conversation(conversation_id)
    if conversation is None:
        return None
    until = conversation if upto is None else replace(conversation, seq=min(upto, conversation.seq))
    return replace(
        request,
        turns=story.turns(tx, until),
        context=story.context(tx.variables(conversation_id) if upto is None else {}),
        locale=conversation.locale,
    )


def customer_needs_one(tx: Tx, customer_id: str, conversation_id: str, client_id: str) -> bool:
    """Whether this customer's wish for a person would pass the baton, and so need a story.

    A cheap look without a lock: what it says may be outdated a moment later, which costs a summary and no more.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    conversation = tx.conversation(conversation_id)
    if conversation is None or conversation.customer_id != customer_id:
        raise NotFound(NOT_YOURS)
    if conversation.status is Status.CLOSED or tx.asked(conversation_id, customer_id, client_id) is not None:
        return False
    holder = tx.stint(conversation.holder) if conversation.holder else None
    if holder is not None and not holder.bot:
        return False
    passes = [h for h in tx.handoffs_in(conversation_id) if not h.shares]
    return not any(h.state is State.OFFERED or h.seeks is Seeks.REPRESENTATIVE for h in passes)


def conversation_of_due(tx: Tx, kind: DueKind, ref: str) -> str | None:
    """The conversation whose story a fired timer needs, or None."""
    if kind is DueKind.TURN:
        turn = tx.turn(ref)
        return turn.conversation_id if turn else None
    if kind in (DueKind.LOST, DueKind.IDLE, DueKind.SILENCE, DueKind.FIRST_REPLY):
        stint = tx.stint(ref)
        return stint.conversation_id if stint else None
    return None
