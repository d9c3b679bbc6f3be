"""Silence in a chat: what the customer's leads to, step by step, and the first word that a person owes."""

from dataclasses import dataclass
from enum import StrEnum

from batonpass.domain.case import Case
from batonpass.domain.conversation import Stint
from batonpass.domain.due import DueKind
from batonpass.domain.life import LifeRules


class Step(StrEnum):
    """What becomes of a silent chat, the mildest first."""

    WARN = "warn"
    HOLD = "hold"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Look:
    """What to do now, if anything, and after how many ms of silence to look again; None for after the first step."""

    step: Step | None
    next_ms: int | None


def steps(life: LifeRules, *, bot: bool) -> list[tuple[int, Step]]:
    """The steps of a queue in order of time. A bot's chat uses no slot that a hold would free."""
    times = [(life.idle_warn_ms, Step.WARN), (life.idle_close_ms, Step.CLOSE)]
    if not bot:
        times.append((life.idle_hold_ms, Step.HOLD))
    return sorted((ms, step) for ms, step in times if ms is not None)


def look(ordered: list[tuple[int, Step]], silent_ms: int, *, busy: bool) -> Look:
    """Decide by how long the customer has said nothing. `busy`: others are in or on their way, so it goes on."""
    reached = [step for ms, step in ordered if ms <= silent_ms and not (busy and step is not Step.WARN)]
    later = [ms for ms, _ in ordered if ms > silent_ms]
    return Look(reached[-1] if reached else None, later[0] if later else None)


def warned_ahead(ordered: list[tuple[int, Step]], step: Step | None) -> int | None:
    """How long before this step the customer is warned, in ms; None where nobody is warned before it."""
    at = {known: ms for ms, known in ordered}
    if step in (None, Step.WARN) or Step.WARN not in at or at[Step.WARN] >= at[step]:
        return None
    return at[step] - at[Step.WARN]


def begin(case: Case, stint: Stint) -> None:
    """Somebody holds from now on: set the timers of silence that its queue asks for."""
    life = case.rules.life_of(stint.queue_id)
    ordered = steps(life, bot=stint.bot)
    if ordered:
        case.schedule(DueKind.SILENCE, stint.id, case.now + ordered[0][0])
    if life.first_reply_ms is not None and not stint.bot:
        case.schedule(DueKind.FIRST_REPLY, stint.id, case.now + life.first_reply_ms)


def end(case: Case, stint: Stint) -> None:
    """A holder's time is over, and its timers with it."""
    life = case.rules.life_of(stint.queue_id)
    if steps(life, bot=stint.bot):
        case.unschedule(DueKind.SILENCE, stint.id)
    if life.first_reply_ms is not None and not stint.bot:
        case.unschedule(DueKind.FIRST_REPLY, stint.id)
