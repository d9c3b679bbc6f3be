"""Who gets it: filter, then capacity priority, free capacity, longest idle, stable id (DESIGN section 5).

Every answer is a `Decision` that can be explained (law 12).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from batonpass.domain.agents import Agent, Presence
from batonpass.domain.handoff import Exclusions, Seeks

MAX_NAMES = 20
UNLIMITED = 1_000_000
"""Free capacity of a bot without a limit, for comparison only."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of a queue, as a candidate for one hand-off.

    `limit`: at most so many of its slots are for chats of this queue, None for any number; `here` are so now.
    """

    agent: Agent
    capacity_priority: int
    limit: int | None = None
    here: int = 0

    @property
    def queue_full(self) -> bool:
        return self.limit is not None and self.here >= self.limit


@dataclass(frozen=True, slots=True)
class Need:
    """What one hand-off asks of a candidate.

    `present`: agents with a live stint in the conversation, or an open offer of it. `yielding`: agents whose
    wrap-up slot in this very conversation a claim takes over (WALK rule s). `passed_on`: the ladder's exclusions.
    `closed`: the queue that is asked is closed, and its people do not serve.
    `queue_full`: who has as many chats of the queue as its membership allows.
    """

    seeks: Seeks
    skills: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    yielding: frozenset[str] = frozenset()
    excluded: Exclusions = field(default_factory=Exclusions)
    passed_on: frozenset[str] = frozenset()
    closed: bool = False
    queue_full: frozenset[str] = frozenset()


def _has_slot(agent: Agent, *, yielding: bool) -> bool:
    """Whether a claim finds a slot: a free one, or that of a wrap-up here, if without it there is room.

    Who has more than its capacity, which was lowered meanwhile, has no room by ending one (law 5).
    """
    room = yielding and agent.capacity is not None and len(agent.used) <= agent.capacity
    return room or agent.free_slot() is not None


REASONS: tuple[tuple[str, Callable[[Agent, Need], bool]], ...] = (
    ("not_sought", lambda a, n: n.seeks is not Seeks.ANY and a.bot is not (n.seeks is Seeks.BOT)),
    ("in_conversation", lambda a, n: a.id in n.present),
    ("closed", lambda a, n: n.closed and not a.bot),
    ("unreachable", lambda a, n: not a.reachable),
    ("away", lambda a, n: a.presence is not Presence.AVAILABLE),
    ("full", lambda a, n: a.limited and not _has_slot(a, yielding=a.id in n.yielding)),
    ("queue_full", lambda a, n: a.id in n.queue_full and a.id not in n.yielding),
    ("skills", lambda a, n: not n.skills <= a.skills),
    ("declined", lambda a, n: a.id in n.excluded.declined),
    ("missed", lambda a, n: a.id in n.excluded.missed),
    ("lost", lambda a, n: a.id in n.excluded.lost),
    ("passed_on", lambda a, n: a.id in n.passed_on),
)
"""Why a candidate is removed; it counts once, by the first that holds (WALK rule g)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The winner, the key it won by, and the removed by first reason with up to 20 names each. `left`: how many were
    left to choose from."""

    winner: Agent | None
    key: str
    removed: dict[str, int]
    names: dict[str, list[str]]
    flags: tuple[str, ...] = ()
    left: int = 0

    def as_trace(self) -> dict[str, object]:
        """The decision as plain values, to be stored and shown."""
        return {
            "winner": self.winner.name if self.winner else None,
            "key": self.key,
            "removed": self.removed,
            "names": self.names,
            "flags": list(self.flags),
        } | ({"left": self.left} if self.left else {})


Rank = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Strategy:
    """An order among candidates that passed the filter: smaller ranks first. `keys` name the parts of a rank."""

    name: str
    keys: tuple[str, ...]
    rank: Callable[[Candidate], Rank]


def free_capacity(agent: Agent) -> int:
    """Return the number of free slots; a bot without a limit has as good as any number."""
    return UNLIMITED if agent.capacity is None else agent.capacity - len(agent.used)


CAPACITY_PRIORITY = Strategy(
    "capacity_priority",
    ("capacity priority", "free capacity", "longest idle", "id"),
    lambda c: (-c.capacity_priority, -free_capacity(c.agent), c.agent.idle_since, c.agent.id),
)
MOST_IDLE = Strategy("most_idle", ("longest idle", "id"), lambda c: (c.agent.idle_since, c.agent.id))
LEAST_ACTIVE = Strategy(
    "least_active",
    ("least active", "longest idle", "id"),
    lambda c: (len(c.agent.used), c.agent.idle_since, c.agent.id),
)
ROUND_ROBIN = Strategy("round_robin", ("in turn", "id"), lambda c: (c.agent.asked_at, c.agent.id))
STRATEGIES = {s.name: s for s in (CAPACITY_PRIORITY, ROUND_ROBIN, MOST_IDLE, LEAST_ACTIVE)}


def as_if_free(agent: Agent) -> Agent:
    """The question is who could ever take it, so nobody counts as away or full here."""
    return replace(agent, reachable=True, presence=Presence.AVAILABLE, used=frozenset(), capacity=None)


def unhindered(candidate: Candidate) -> Candidate:
    """A candidate as if its agent were there and free."""
    return replace(candidate, agent=as_if_free(candidate.agent), limit=None)


def removal(agent: Agent, need: Need) -> str | None:
    """Return the first reason why this agent cannot be asked, or None."""
    return next((reason for reason, holds in REASONS if holds(agent, need)), None)


def decide(
    candidates: Iterable[Candidate],
    need: Need,
    strategy: Strategy = CAPACITY_PRIORITY,
    flags: Sequence[str] = (),
) -> Decision:
    """Choose among candidates. The order in which they are given does not matter."""
    passed: list[Candidate] = []
    removed: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    for candidate in sorted(candidates, key=lambda c: c.agent.id):
        reason = removal(candidate.agent, need)
        if reason is None:
            passed.append(candidate)
            continue
        removed[reason] += 1
        if len(names.setdefault(reason, [])) < MAX_NAMES:
            names[reason].append(candidate.agent.name)
    passed.sort(key=strategy.rank)
    winner = passed[0].agent if passed else None
    return Decision(winner, _winning_key(passed, strategy), dict(removed), names, tuple(flags), len(passed))


def _winning_key(ranked: Sequence[Candidate], strategy: Strategy) -> str:
    if not ranked:
        return "nobody"
    if len(ranked) == 1:
        return "only one"
    first, second = strategy.rank(ranked[0]), strategy.rank(ranked[1])
    return next(key for key, a, b in zip(strategy.keys, first, second, strict=True) if a != b)


def ladder_leaves_none(candidates: Iterable[Candidate], passed_on: frozenset[str]) -> bool:
    """Whether the ladder's exclusions alone leave no representative, though there is one (DESIGN section 5)."""
    people = [c.agent.id for c in candidates if not c.agent.bot]
    return bool(people) and all(agent_id in passed_on for agent_id in people)
