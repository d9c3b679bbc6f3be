"""The story for a receiver: made before the transaction, within its budget or not at all (law 9)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import structlog

from batonpass.app import switches, views
from batonpass.app.outcome import Env
from batonpass.app.ports import Store, Tx
from batonpass.domain.conversation import ActorType, Entry, EntryKind
from batonpass.domain.due import DueKind
from batonpass.domain.errors import BatonpassError
from batonpass.plugin_api import Summary, SummaryRequest, Turn, summary_to_dict

log = structlog.get_logger(__name__)

TURNS = 200
BUDGET_S = 0.05
ROLES = {
    ActorType.CUSTOMER: "customer",
    ActorType.BOT: "bot",
    ActorType.PERSON: "representative",
    ActorType.SYSTEM: "system",
}

Summarize = Callable[[SummaryRequest], Awaitable[Summary | None]]


class Storyteller(Protocol):
    """Gives a stored summary for a conversation, or None; never raises, never takes longer than its budget.

    `asked`: somebody wants to see it, which the switch of automatic summaries does not turn off.
    """

    async def summary(
        self, conversation_id: str, *, purpose: str, reason: str = "", note: str = "", asked: bool = False
    ) -> dict[str, Any] | None: ...


class Silent:
    """No summarizer is configured."""

    async def summary(
        self, conversation_id: str, *, purpose: str, reason: str = "", note: str = "", asked: bool = False
    ) -> dict[str, Any] | None:
        """Tell nothing."""
        return None


class ByPlugin:
    """Reads the story, and asks the configured summarizer plugin."""

    def __init__(self, store: Store, env: Env, summarize: Summarize) -> None:
        self._store = store
        self._env = env
        self._summarize = summarize

    async def summary(
        self, conversation_id: str, *, purpose: str, reason: str = "", note: str = "", asked: bool = False
    ) -> dict[str, Any] | None:
        """Summarize the conversation as it is now, reading it included, within the budget or not at all."""
        try:
            async with asyncio.timeout(BUDGET_S):
                return await self._made(conversation_id, purpose, reason, note, asked=asked)
        except (TimeoutError, BatonpassError) as error:
            log.info("no_summary", reason=type(error).__name__)
            return None

    async def _made(
        self, conversation_id: str, purpose: str, reason: str, note: str, *, asked: bool
    ) -> dict[str, Any] | None:
        found = await self._store.read(_story, self._env, conversation_id, asked=asked)
        if found is None:
            return None
        entries, variables, locale = found
        request = SummaryRequest(
            purpose="hand_back" if purpose == "hand_back" else "transfer",
            turns=tuple(turn for entry in entries if (turn := _turn(entry)) is not None),
            context=variables,
            reason=reason,
            note=note,
            locale=locale,
        )
        summary = await self._summarize(request)
        return summary_to_dict(summary) if summary is not None else None


def _story(
    tx: Tx, env: Env, conversation_id: str, *, asked: bool
) -> tuple[list[Entry], dict[str, str], str] | None:
    if not asked and not switches.is_on(tx, env, "automatic_summary"):
        return None
    return views.story(tx, conversation_id, TURNS)


def _turn(entry: Entry) -> Turn | None:
    if entry.kind is not EntryKind.MESSAGE or entry.public_seq is None:
        return None  # A whisper is no part of the story.
    content = entry.data["content"]
    text = str(content.get("text") or content.get("title") or content.get("name") or "")
    return Turn(
        seq=entry.seq,
        role=ROLES[entry.actor.type],  # type: ignore[arg-type]
        name=entry.actor.name,
        text=text,
        at_ms=entry.at,
    )


def conversation_of_due(tx: Tx, kind: DueKind, ref: str) -> str | None:
    """The conversation whose story a fired timer needs, or None."""
    if kind is DueKind.TURN:
        turn = tx.turn(ref)
        return turn.conversation_id if turn else None
    if kind is DueKind.LOST:
        stint = tx.stint(ref)
        return stint.conversation_id if stint else None
    return None
