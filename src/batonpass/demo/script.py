"""One conversation to be played: its dialogue, how far it is, and what shall happen to it on the way."""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from batonpass.client.chat import Leave
from batonpass.client.entry import Signal
from batonpass.demo.acts import ACTS, Act
from batonpass.demo.dialogues import Dialogue, Role, Turn

Journey = Literal["two queues", "one queue"]
When = Literal["now", "up", "down"]
# What a supervisor does with a conversation.
Watched = Literal["look in", "take over", "assign", "assign by force", "close"]
WATCHED: tuple[Watched, ...] = ("look in", "take over", "assign", "assign by force", "close")

# A customer's client ids for the dialogue's turns: this and the turn's index.
TURN = "turn-"
STRIDE = 7


@dataclass(frozen=True, slots=True)
class Cut:
    """A connection to be cut: whose, at once or with its next frame, and whether that frame is lost."""

    whose: Literal["customer", "holder"]
    when: When
    swallow: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What shall happen. Places are indexes of turns; None is never.

    From `escalate_at` on the bot escalates, or with `asks_for_human` the customer asks; with `interrupts` while
    the bot is about to answer. From `hand_back_at` on the representative hands back. At `hang_at` the bot that
    holds hangs; `vanishes`: the representative is cut off for longer than the grace. `late_words`: the bot goes
    on talking after its pass. `gap_words`: the customer writes while nobody holds. `misses` and `declines` are
    what the first offers meet.
    """

    journey: Journey
    escalate_at: int | None = None
    asks_for_human: bool = False
    interrupts: bool = False
    hand_back_at: int | None = None
    hang_at: int | None = None
    late_words: bool = False
    gap_words: bool = False
    vanishes: bool = False
    misses: bool = False
    declines: bool = False
    resolves: bool = False
    cuts: dict[int, Cut] = field(default_factory=dict)
    # Only in `--scenario all`: how the bot leaves, and what its holders do from which turn on.
    escalate_leave: Leave = "now"
    acts: tuple[tuple[int, Act], ...] = ()
    ends_in_flight: bool = False
    watched: Watched | None = None
    watch_at: int = 0


@dataclass(slots=True)
class Script:
    """A conversation under way. `position` is the turn to be said next; all who play it look at it."""

    key: str
    dialogue: Dialogue
    course: Course
    position: int = 0
    conversation_id: str = ""
    customer: str = ""
    held_by: list[str] = field(default_factory=list)
    last_words: str = ""
    customer_said: str | None = None
    escalated: bool = False
    handed_back: bool = False
    hung: bool = False
    missed: bool = False
    declined: bool = False
    gap_said: bool = False
    vanished: bool = False
    closed: bool = False
    acts: deque[tuple[int, Act]] = field(default_factory=deque)
    busy: int = 0
    seen_to: bool = False
    helper_leaves: bool = False
    refuse: dict[str, str] = field(default_factory=dict)
    story: list[str] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)
    speaking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.acts.extend(self.course.acts)

    def tell(self, line: str) -> None:
        """Add a line to what a person reads of this conversation."""
        self.story.append(line)

    def act_now(self) -> Act | None:
        """Take the act that whoever holds should play now; None for none."""
        if self.acts and (self.position >= self.acts[0][0] or self.done):
            return self.acts.popleft()[1]
        return None

    def watch_now(self) -> bool:
        """Whether a supervisor should act now, which is told once. Closing waits until all is said."""
        course = self.course
        wanted = course.watched is not None and self.position >= course.watch_at and not self.seen_to
        due = wanted and bool(self.conversation_id) and (self.done or course.watched != "close")
        self.seen_to = self.seen_to or due
        return due

    @property
    def turn(self) -> Turn | None:
        """What is to be said next; None when all is said."""
        turns = self.dialogue.turns
        return turns[self.position] if self.position < len(turns) else None

    @property
    def next_role(self) -> Role | None:
        """Who is to speak next; None when all is said."""
        turn = self.turn
        return turn.role if turn else None

    @property
    def holder(self) -> str:
        """The public name of who holds the baton, as the customer has it; empty for nobody."""
        return self.held_by[-1] if self.held_by else ""

    @property
    def done(self) -> bool:
        return self.turn is None

    def said(self, index: int, who: str) -> bool:
        """Turn `index` is stored; the next one is up. Returns False when that was known."""
        if index != self.position:
            return False
        self.last_words = f"{who}: {self.dialogue.turns[index].text}"
        self.position += 1
        self.changed.fire()
        return True

    def escalates_now(self) -> bool:
        """Whether the bot that is to speak should pass to a person instead."""
        at = self.course.escalate_at
        wants = at is not None and self.position >= at and not self.escalated
        return wants and not self.course.asks_for_human

    def asks_now(self) -> bool:
        """Whether the customer should ask for a person now."""
        at = self.course.escalate_at
        return at is not None and self.position >= at and not self.escalated and self.course.asks_for_human

    def hands_back_now(self) -> bool:
        """Whether the representative should hand back: it is the customer's turn, and late enough."""
        at = self.course.hand_back_at
        due = at is not None and self.position >= at and not self.handed_back
        return due and self.next_role == "customer"

    def hangs_now(self) -> bool:
        at = self.course.hang_at
        return at is not None and self.position >= at and not self.hung


def draw(chance: Random, dialogue: Dialogue, number: int) -> Course:
    """Decide what happens to conversation `number`. The first twenty have one of everything."""
    length = len(dialogue.turns)
    some = Some(chance, number)
    passes = some.of(0.92)
    hands_back = passes and some.of(0.75)
    by_customer = some.of(0.35, 2)
    return Course(
        journey="two queues" if number % 2 == 0 else "one queue",
        escalate_at=max(1, int(length * chance.uniform(0.2, 0.45))) if passes else None,
        asks_for_human=by_customer,
        interrupts=by_customer and some.of(0.6, 2),
        hand_back_at=int(length * chance.uniform(0.5, 0.8)) if hands_back else None,
        hang_at=int(length * chance.uniform(0.0, 0.9)) if some.of(0.06, 5) else None,
        late_words=some.of(0.5, 0, 4),
        gap_words=some.of(0.4, 1, 3),
        vanishes=passes and some.of(0.02, 3),
        misses=some.of(0.06, 7),
        declines=some.of(0.15, 8),
        resolves=not hands_back and some.of(0.7),
        cuts=_cuts(chance, some, length),
    )


def _cuts(chance: Random, some: "Some", length: int) -> dict[int, Cut]:
    whens: list[When] = ["now", "up", "down"]
    cuts: dict[int, Cut] = {}
    if some.of(0.35, 6):
        cuts[chance.randrange(length)] = Cut("customer", chance.choice(whens), chance.random() < 0.6)
    if some.of(0.1, 9):
        cuts[chance.randrange(length)] = Cut("holder", chance.choice(whens), chance.random() < 0.6)
    return cuts


def draw_all(chance: Random, dialogue: Dialogue, number: int) -> Course:
    """The same for `--scenario all`: early to a person, then two acts, by turns all there are."""
    course, length = draw(chance, dialogue, number), len(dialogue.turns)
    leaves: tuple[Leave, ...] = ("now", "on_accept", "on_complete")
    # Not side by side, so that a few conversations have some of everything.
    acts = [ACTS[STRIDE * (2 * number + n) % len(ACTS)] for n in range(2)]
    places = [int(length * chance.uniform(low, low + 0.2)) for low in (0.3, 0.6)]
    return replace(
        course,
        escalate_at=max(1, int(length * chance.uniform(0.1, 0.3))),
        escalate_leave=leaves[number % 3],
        acts=tuple(zip(places, acts, strict=True)),
        hand_back_at=None if course.hand_back_at is None else int(length * 0.9),
        vanishes=False,
        ends_in_flight=number % 8 == 5,
        watched=WATCHED[number // 3 % len(WATCHED)] if number % 3 == 1 else None,
        watch_at=int(length * chance.uniform(0.2, 0.9)),
    )


@dataclass(frozen=True, slots=True)
class Some:
    """Chance with a floor: of every ten conversations the named ones always have it, in small runs too."""

    chance: Random
    number: int

    def of(self, share: float, *always: int) -> bool:
        drawn = self.chance.random() < share
        return drawn or (self.number < 20 and self.number % 10 in always)
