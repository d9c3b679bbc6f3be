"""The operator's rules as the core reads them: times in whole milliseconds, queues, entry, hand-back.

`config` makes them from `batonpass.toml`; whoever holds a `Rules` may trust that every name in it is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from batonpass.domain.attachments import ATTACHMENTS, AttachmentRules
from batonpass.domain.care import NO_CARE, USUAL_CARE, Canned, Care
from batonpass.domain.errors import Unavailable
from batonpass.domain.forgetting import FOR_EVER, Retention
from batonpass.domain.handoff import Handoff, Target, TargetType
from batonpass.domain.hooks import Hook
from batonpass.domain.hours import Hours
from batonpass.domain.insight_rules import INSIGHTS, InsightRules
from batonpass.domain.life import USUAL, LifeRules
from batonpass.domain.routing import CAPACITY_PRIORITY, STRATEGIES, Strategy
from batonpass.domain.widget import PLAIN, WidgetLook
from batonpass.domain.workflow import Condition, RouteStep, Workflow

OFFER_MS = 30_000
GRACE_MS = 150_000
TURN_MS = 20_000
WRAP_UP_MS = 60_000
MAX_WAIT_MS = 900_000
SWEEP_MS = 60_000
COMPLETION_MS = 600_000

NEXT = Target(TargetType.NEXT)


@dataclass(frozen=True, slots=True)
class EntryRule:
    """Sends a new conversation to a queue when all conditions hold; with none, it takes every one.

    With a `workflow`, by its steps; the queue is then the workflow's home. `skills`: what its chats ask of an agent.
    """

    queue_id: str
    when: tuple[Condition, ...] = ()
    workflow: str | None = None
    skills: tuple[str, ...] = ()

    def matches(self, variables: Mapping[str, str]) -> bool:
        return all(condition.holds(variables) for condition in self.when)


class Trigger(StrEnum):
    """What hands a conversation back to a bot."""

    COMMAND = "command"
    RESOLVED = "resolved"
    IDLE = "idle"
    AGENT_LOST = "agent_lost"
    QUEUE_WAIT = "queue_wait"
    OUT_OF_HOURS = "out_of_hours"


@dataclass(frozen=True, slots=True)
class HandBack:
    """When and where a queue hands back. `COMMAND` is an agent's own request, which may name another target.

    `idle_ms`: after so long without a word while a person holds. `QUEUE_WAIT`: when nobody took it within the
    queue's maximum wait; `OUT_OF_HOURS`: when it waits for a person and the queue is closed. `cool_down_ms`: so long
    after one that nobody asked for, there is no other.
    """

    target: Target = NEXT
    when: frozenset[Trigger] = frozenset({Trigger.COMMAND})
    idle_ms: int = 600_000
    cool_down_ms: int = 60_000


class Nobody(StrEnum):
    """What becomes of a pass whose giver has left, when nobody took it within the queue's maximum wait."""

    CLOSE = "close"
    RETURN = "return"


class WhenClosed(StrEnum):
    """What becomes of what only a representative could take while its queue is closed."""

    WAIT = "wait"
    OVERFLOW = "overflow"
    CLOSE = "close"


SWITCHES = ("transfers", "cold", "multi_participant", "notes", "automatic_summary")
"""What an operator turns off and on while the server runs; each is on by default."""


@dataclass(frozen=True, slots=True)
class QueueRules:
    """One queue. `name` is what agents read; a higher `priority` is served first.

    `auto_accept`: a representative gets the conversation at once instead of an offer. `overflow`: the queues a
    hand-off goes on to after `max_wait_ms`, in order; `nobody`: what happens when there too nobody took it in time.
    `strategy`: who of its free members is asked. `max_length`: so many may wait, None for any number.
    `skills`: what each of its chats asks of an agent.
    `hours`: when its representatives serve, None for always. `back_to_bot`: who waits for a person may go back to
    the bot.
    """

    id: str
    name: str
    priority: int = 0
    offer_ms: int = OFFER_MS
    wrap_up_ms: int = WRAP_UP_MS
    max_wait_ms: int = MAX_WAIT_MS
    auto_accept: bool = False
    hand_back: HandBack = HandBack()
    back_to_bot: bool = True
    overflow: tuple[str, ...] = ()
    strategy: str = CAPACITY_PRIORITY.name
    max_length: int | None = None
    skills: frozenset[str] = frozenset()
    nobody: Nobody = Nobody.CLOSE
    life: LifeRules = USUAL
    hours: Hours | None = None
    when_closed: WhenClosed = WhenClosed.WAIT
    care: Care = USUAL_CARE


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything the operator decides. Fields that end in `_ms` are milliseconds.

    `turn_extensions`: how often a bot may ask for its turn deadline anew. `burst_ms`: how long a bot's turn
    gathers messages, 0 for not at all. `completion_ms`: how long giver and receiver of a warm transfer may
    talk. `later_summaries`: a slow summarizer writes a second summary of each hand-off; `wrap_up_summaries`: what
    a representative did as holder is summed up for its after-work. `hop_limit`: after so many passes of one
    conversation the failover of a lost bot seeks a representative. `entry` is asked in order; its last rule
    has no condition, so each conversation finds a queue.
    """

    offer_ms: int = OFFER_MS
    grace_ms: int = GRACE_MS
    turn_ms: int = TURN_MS
    turn_extensions: int = 6
    burst_ms: int = 0
    wrap_up_ms: int = WRAP_UP_MS
    max_wait_ms: int = MAX_WAIT_MS
    hop_limit: int = 6
    sweep_ms: int = SWEEP_MS
    completion_ms: int = COMPLETION_MS
    later_summaries: bool = False
    wrap_up_summaries: bool = False
    failover_queue: str | None = None
    switched_off: frozenset[str] = frozenset()
    entry: tuple[EntryRule, ...] = ()
    queues: Mapping[str, QueueRules] = field(default_factory=dict)
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    webhooks: Mapping[str, Hook] = field(default_factory=dict)
    insights: InsightRules = INSIGHTS
    attachments: AttachmentRules = ATTACHMENTS
    retention: Retention = FOR_EVER
    canned: Mapping[str, Canned] = field(default_factory=dict)
    widget: WidgetLook = PLAIN

    def entry_rule(self, variables: Mapping[str, str]) -> EntryRule:
        """Return the rule that a new conversation with this context enters by.

        Raises:
            Unavailable: no entry rule matches, which `config` does not let happen.
        """
        for rule in self.entry:
            if rule.matches(variables):
                return rule
        raise Unavailable("no entry rule takes this conversation")

    def entry_queue(self, variables: Mapping[str, str]) -> str:
        """Return the id of the queue a new conversation with this context enters, or that its workflow belongs to.

        Raises:
            Unavailable
        """
        return self.entry_rule(variables).queue_id

    def step_of(self, handoff: Handoff) -> RouteStep | None:
        """The step of its workflow that a hand-off is at; None without one, and past the last."""
        progress = handoff.workflow
        found = self.workflows.get(progress["name"]) if progress else None
        number: int = progress["step"] if progress else -1
        return found.steps[number] if found is not None and 0 <= number < len(found.steps) else None

    def patience(self, handoff: Handoff) -> int:
        """How long it may wait where it is: the time of its step, else of its queue."""
        step = self.step_of(handoff)
        return step.timeout_ms if step and step.timeout_ms else self.max_wait_of(handoff.queue_id)

    def strategy_of(self, queue_id: str) -> Strategy:
        """Who of a queue's free members is asked."""
        found = self.queues.get(queue_id)
        return STRATEGIES[found.strategy] if found else CAPACITY_PRIORITY

    def skills_of(self, queue_id: str) -> frozenset[str]:
        """What each chat of this queue asks of an agent."""
        found = self.queues.get(queue_id)
        return found.skills if found else frozenset()

    def known(self, queue_id: str) -> str:
        """This queue; instead of one that the operator has removed the one that takes every conversation."""
        return queue_id if queue_id in self.queues or not self.entry else self.entry[-1].queue_id

    def offer_of(self, queue_id: str) -> int:
        """How long an offer of this queue stands. A queue the operator has removed keeps the general rule."""
        found = self.queues.get(queue_id)
        return found.offer_ms if found else self.offer_ms

    def wrap_up_of(self, queue_id: str) -> int:
        """How long after-work of this queue may keep its slot; 0 for none."""
        found = self.queues.get(queue_id)
        return found.wrap_up_ms if found else self.wrap_up_ms

    def max_wait_of(self, queue_id: str) -> int:
        """How long a hand-off may wait in this queue."""
        found = self.queues.get(queue_id)
        return found.max_wait_ms if found else self.max_wait_ms

    def is_closed(self, queue_id: str, at: int) -> bool:
        """Whether its representatives do not serve at this moment, in ms. A removed queue is never closed."""
        found = self.queues.get(queue_id)
        return found is not None and found.hours is not None and not found.hours.is_open(at)

    def opens_at(self, queue_ids: Iterable[str], at: int) -> int | None:
        """When the first of these queues opens, in ms, `at` for one that is open; None when none will."""
        hours = [found.hours for q in queue_ids if (found := self.queues.get(q)) is not None]
        moments = [at if h is None else h.opens_at(at) for h in hours]
        return min((m for m in moments if m is not None), default=None)

    def local(self, queue_ids: Iterable[str], opens_at: int) -> str:
        """The moment at which one of these queues opens, as the clock there shows it, for the words of customers."""
        hours = [found.hours for q in queue_ids if (found := self.queues.get(q)) is not None]
        known = [h for h in hours if h is not None]
        return next((h.local(opens_at) for h in known if h.is_open(opens_at)), "")

    def priority_of(self, queue_id: str) -> int:
        """The priority a conversation takes from its queue."""
        found = self.queues.get(queue_id)
        return found.priority if found else 0

    def idle_of(self, queue_id: str) -> int | None:
        """After how long without a word this queue hands back from a person; None for never."""
        found = self.queues.get(queue_id)
        return found.hand_back.idle_ms if found and Trigger.IDLE in found.hand_back.when else None

    def life_of(self, queue_id: str) -> LifeRules:
        """What this queue says of a chat's course."""
        found = self.queues.get(queue_id)
        return found.life if found else USUAL

    def care_of(self, queue_id: str) -> Care:
        """What this queue asks beside the talk."""
        found = self.queues.get(queue_id)
        return found.care if found else NO_CARE

    def accepts_at_once(self, queue_id: str) -> bool:
        """Whether representatives of this queue get the conversation instead of an offer."""
        found = self.queues.get(queue_id)
        return found is not None and found.auto_accept
