"""What a report is made of and what it says. Pure: rows in, figures out; the definitions are docs/insights.md's."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from batonpass.domain.segments import Segment


class By(StrEnum):
    """What a report may be divided by; of the first four one."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUEUE = "queue"
    AGENT = "agent"
    KIND = "kind"


TIMES = (By.HOUR, By.DAY, By.WEEK, By.MONTH)


# Rows


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation that began in the window. `holders`: each holder in order, whether a bot, and by which kind of
    hand-off. `lost`: it waited and nobody came. `again`: its customer soon came back with another."""

    id: str
    queue_id: str
    at: int
    closed: bool
    close_reason: str
    holders: tuple[tuple[bool, str], ...]
    lost: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Served:
    """A stint, and the kind of the hand-off that began it."""

    id: str
    agent_id: str
    bot: bool
    role: str
    queue_id: str
    kind: str
    started_at: int
    ended_at: int | None
    wrapped_up_at: int | None
    wrapping_up: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """A hand-off. `agent_id` is its giver; `state` what became of it, so far."""

    kind: str
    target: str
    state: str
    reason: str
    queue_id: str
    agent_id: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Chance:
    """An offer, with its hand-off's queue and kind."""

    agent_id: str
    queue_id: str
    kind: str
    state: str
    made_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Rated:
    """A question to the customer about a person's stint; `score` None while it has no answer."""

    agent_id: str
    queue_id: str
    kind: str
    at: int
    score: int | None


@dataclass(frozen=True, slots=True)
class Coded:
    """What a stint was about, by its after-work; `code` None where that ended without one."""

    agent_id: str
    queue_id: str
    kind: str
    at: int
    code: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that began in a window."""

    chats: Sequence[Chat] = ()
    waits: Sequence[Segment] = ()
    stints: Sequence[Served] = ()
    handoffs: Sequence[Passed] = ()
    offers: Sequence[Chance] = ()
    ratings: Sequence[Rated] = ()
    codes: Sequence[Coded] = ()


# Figures


@dataclass(frozen=True, slots=True)
class Spread:
    """Lengths of time, in seconds. Percentiles are the nearest rank's; None where there is nothing to count."""

    count: int
    mean_s: float | None
    p50_s: float | None
    p90_s: float | None
    max_s: float | None


@dataclass(frozen=True, slots=True)
class ChatFigures:
    """Conversations by the moment they began."""

    started: int
    closed: int
    unfinished: int
    with_bot: int
    with_person: int
    contained: int
    containment_rate: float | None
    handed_back: int
    hand_back_rate: float | None
    recontacted: int
    recontact_rate: float | None
    by_close_reason: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaitFigures:
    """Stretches of waiting by the moment they began. `person` and `bot`: how long a customer waited for who came;
    `given`: a hand-off waited while its giver was there."""

    person: Spread
    bot: Spread
    given: Spread
    lost_after: Spread
    abandoned: int
    contact_left: int
    unanswered: int
    moved: int
    waiting: int
    abandonment_rate: float | None
    within_service_level: int
    service_level: float | None


@dataclass(frozen=True, slots=True)
class HandlingFigures:
    """Stints by the moment they began, bots and people apart. `person` is talking and after-work together.

    `talking` has those in after-work too: they hold no more.
    """

    bot: Spread
    person: Spread
    talking: Spread
    after_work: Spread
    helping: Spread
    live: int
    wrapping_up: int


@dataclass(frozen=True, slots=True)
class OfferFigures:
    """Offers to representatives by the moment they were made. Rates leave out what was withdrawn or is open."""

    made: int
    accepted: int
    declined: int
    missed: int
    withdrawn: int
    accept_rate: float | None
    decline_rate: float | None
    miss_rate: float | None
    until_accepted: Spread


@dataclass(frozen=True, slots=True)
class CsatFigures:
    """What customers answered, by the stint that they were asked about."""

    asked: int
    answered: int
    answer_rate: float | None
    mean: float | None
    scores: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandoffCount:
    """Hand-offs that are alike."""

    kind: str
    target: str
    state: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one division; a part that it cannot divide is None, and so is each key it does not have."""

    time: str | None
    queue: str | None
    agent: str | None
    kind: str | None
    chats: ChatFigures | None
    waits: WaitFigures | None
    handling: HandlingFigures | None
    offers: OfferFigures | None
    csat: CsatFigures | None
    dispositions: dict[str, int] | None
    handoffs: list[HandoffCount] | None


@dataclass(frozen=True, slots=True)
class Report:
    """A window of time `[since, until)`, in RFC 3339, its whole and its divisions."""

    since: str
    until: str
    zone: str
    by: list[str]
    service_level_s: float
    total: Group
    groups: list[Group]


def spread(lengths_ms: Sequence[int]) -> Spread:
    """Say what lengths there are."""
    if not lengths_ms:
        return Spread(0, None, None, None, None)
    ordered = sorted(lengths_ms)
    mean = sum(ordered) / len(ordered)
    return Spread(
        len(ordered),
        _seconds(mean),
        _seconds(percentile(ordered, 0.5)),
        _seconds(percentile(ordered, 0.9)),
        _seconds(ordered[-1]),
    )


def percentile(ordered: Sequence[int], share: float) -> int:
    """The nearest rank: the least value that `share` of all are at or below. `ordered` is not empty."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def rate(part: int, whole: int) -> float | None:
    """A share of a whole; of nothing there is none."""
    return round(part / whole, 4) if whole else None


def _seconds(ms: float) -> float:
    return round(ms / 1000, 3)
