"""Where a chat can go, asked before it goes: agents, queues and workflows, and why one cannot be asked now.

Reads only. A queue or a workflow is refused here where `targets.resolve` would refuse it; an agent where it could not
take the chat at once, though a pass to it may then fall through to the giver's queue (`falls_to`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from batonpass.app import routes, switches
from batonpass.app.cases import open_case
from batonpass.app.finding import is_off
from batonpass.app.folding import folded
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.targets import check_queue, resolve, stands, step_of
from batonpass.domain import passing, routing
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.conversation import Role, Stint
from batonpass.domain.errors import BatonpassError, HandoffPending, NotFound, StintEnded, Unavailable
from batonpass.domain.handoff import SHARES, Kind, Seeks
from batonpass.domain.routing import Candidate, Need
from batonpass.domain.rules import QueueRules, Trigger
from batonpass.domain.waits import LAST, WINDOW_MS, WaitRange, estimate
from batonpass.domain.workflow import Workflow

KNOWS_MS = 90 * 86_400_000
"""Who served a customer within so long knows them."""

WHY_AGENT = {
    "in_conversation": ("in_conversation", "{name} is already in this chat."),
    "closed": ("closed", "{name} is out of hours now."),
    "unreachable": ("offline", "{name} is not connected."),
    "away": ("away", "{name} is away."),
    "full": ("full", "{name} has no free slot ({used} of {capacity})."),
    "queue_full": ("full", "{name} has as many chats of your queue as one may have."),
}
"""By the reason of the routing: the code, and the sentence."""

WHY_QUEUE = {
    "closed": ("closed", "{name} is closed now."),
    "full": ("crowded", "As many wait in {name} as may."),
    "present": ("in_conversation", "All of {name} is already in this chat."),
    "skills": ("skills", "Nobody of {name} has the skills."),
    "passed_on": ("passed_on", "All of {name} has passed this chat on before."),
    "unavailable": ("away", "Nobody of {name} is there now."),
    "unknown": ("unknown", "There is no {name} any more."),
    "nobody": ("empty", "Nobody serves {name}."),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """Where could this chat of the agent's go, for a hand-off of this kind? `text` must stand in what is listed."""

    agent_id: str
    conversation_id: str
    kind: Kind = Kind.TRANSFER
    text: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Barrier:
    """Why not: a stable code, a sentence, and when that ends, in ms."""

    code: str
    message: str
    opens_at: int | None = None
    handoff_id: str | None = None


@dataclass(frozen=True, slots=True)
class ToAgent:
    agent: Agent
    queues: tuple[str, ...]
    suggested: str | None = None
    refused: Barrier | None = None


@dataclass(frozen=True, slots=True)
class ToQueue:
    rules: QueueRules
    available: int
    bots: int
    waiting: int
    wait: WaitRange | None
    closed: bool
    opens_at: int | None = None
    refused: Barrier | None = None


@dataclass(frozen=True, slots=True)
class ToWorkflow:
    workflow: Workflow
    steps: tuple[str, ...]
    refused: Barrier | None = None


@dataclass(frozen=True, slots=True)
class Destinations:
    agents: list[ToAgent]
    queues: list[ToQueue]
    workflows: list[ToWorkflow]
    previous: Agent | None
    falls_to: str | None
    offer_ms: int
    completion_ms: int
    refused: Barrier | None
    more: bool


def destinations(tx: Tx, env: Env, ask: Ask) -> Destinations:
    """Where an agent's chat can go now.

    Raises:
        NotFound: no live stint of this agent there.
    """
    giver = tx.last_stint(ask.conversation_id, ask.agent_id)
    conversation = tx.conversation(ask.conversation_id)
    if giver is None or not giver.live or conversation is None:
        raise NotFound("there is no such conversation, or it is not yours")
    look = _Look(tx, env, ask, open_case(tx, env, conversation), giver)
    agents, queues, workflows = look.to_agents(), look.to_queues(), look.to_workflows()
    most = max(len(agents), len(queues), len(workflows))
    return Destinations(
        agents[: ask.limit],
        [look.to_queue(queue) for queue in queues[: ask.limit]],
        [look.to_workflow(workflow) for workflow in workflows[: ask.limit]],
        look.previous,
        look.falls_to(),
        env.rules.offer_of(giver.queue_id),
        env.rules.completion_ms,
        look.barrier(),
        most > ask.limit,
    )


def back_to(tx: Tx, env: Env, agent_id: str, conversation_id: str) -> Agent | QueueRules | None:
    """Where a hand-back without a target would go now: to this bot, or to wait in this queue. None where its holder
    could not hand it back: the queue's policy does not, or no bot can take it."""
    giver, conversation = tx.last_stint(conversation_id, agent_id), tx.conversation(conversation_id)
    if giver is None or conversation is None or conversation.holder != giver.id or giver.bot:
        return None
    policy = env.rules.queues.get(giver.queue_id)
    if policy is not None and Trigger.COMMAND not in policy.hand_back.when:
        return None
    case = open_case(tx, env, conversation)
    try:
        found = resolve(tx, env, case, giver, Kind.HAND_BACK, None, lock=False)
    except BatonpassError:
        return None
    if found.decision is not None and found.decision.winner is not None:
        return found.decision.winner
    passed_on = stands(case, giver, Seeks.BOT, found.queue_id)
    skills = env.rules.skills_of(found.queue_id)
    need = Need(Seeks.BOT, skills, present=case.live_agents(), passed_on=passed_on)
    members = tx.candidates(found.queue_id)
    first = routing.decide(members, need, env.rules.strategy_of(found.queue_id)).winner
    return first or env.rules.queues.get(found.queue_id)


class _Look:
    """One look at everything that a chat can go to."""

    def __init__(self, tx: Tx, env: Env, ask: Ask, case: Case, giver: Stint) -> None:
        self.tx, self.env, self.ask, self.case, self.giver = tx, env, ask, case, giver
        self.rules = env.rules
        self.words = folded(ask.text).split()
        self.agents = {agent.id: agent for agent in tx.all_agents()}
        self.members = _members(tx, self.agents)
        self.waiting = tx.waiting_counts([*env.rules.queues])
        self.previous = self._previous()

    @property
    def seeks(self) -> Seeks:
        """Whom a queue is asked for."""
        return Seeks.BOT if self.ask.kind is Kind.HAND_BACK else Seeks.REPRESENTATIVE

    def barrier(self) -> Barrier | None:
        """Why nothing of this kind can be asked for."""
        shares = self.ask.kind in SHARES
        try:
            (passing.guard_sharing if shares else passing.guard)(self.case, self.giver)
            switches.check(self.tx, self.env, *switches.of_kind(self.ask.kind))
        except HandoffPending as refused:
            return Barrier(refused.code, refused.message, handoff_id=refused.handoff_id)
        except StintEnded as refused:
            return Barrier("not_holder", refused.message)
        except BatonpassError as refused:
            return Barrier(refused.code, refused.message)
        return None

    def falls_to(self) -> str | None:
        """The queue that a pass to an agent goes on to."""
        queue = self.rules.queues.get(self.giver.queue_id)
        return (
            queue.name if queue is not None and self._refusal(queue, Seeks.REPRESENTATIVE) is None else None
        )

    # Agents

    def to_agents(self) -> list[ToAgent]:
        """Who is suggested, who can be asked, and the others; each by free slots, then by name."""
        full = frozenset(c.agent.id for c in self.members.get(self.giver.queue_id, []) if c.queue_full)
        knows = self.tx.served_last(self.case.conversation.customer_id, self.tx.now - KNOWS_MS)
        found = [
            ToAgent(agent, queues, self._suggested(agent, knows), self._agents_barrier(agent, full))
            for agent in self.agents.values()
            if self._fits(agent)
            and self._named(agent.name, *(queues := self._queues(agent)), *sorted(agent.skills))
        ]
        return sorted(found, key=_by_use)

    def _fits(self, agent: Agent) -> bool:
        kinds = {Kind.HAND_BACK: (True,), Kind.ESCALATION: (False,)}
        return agent.id != self.ask.agent_id and agent.bot in kinds.get(self.ask.kind, (True, False))

    def _queues(self, agent: Agent) -> tuple[str, ...]:
        return tuple(self.rules.queues[q].name for q in agent.queues if q in self.rules.queues)

    def _suggested(self, agent: Agent, knows: str | None) -> str | None:
        if self.previous is not None and agent.id == self.previous.id:
            return "previous"
        return "customer_knows" if agent.id == knows else None

    def _agents_barrier(self, agent: Agent, full: frozenset[str]) -> Barrier | None:
        case, home = self.case, self.giver.queue_id
        need = Need(
            seeks=Seeks.ANY,
            present=case.offered_agents() | case.live_agents(),
            yielding=frozenset(s.agent_id for s in case.stints.values() if not s.live),
            closed=is_off(self.rules, agent, home, self.tx.now),
            queue_full=full,
        )
        reason = routing.removal(agent, need)
        if reason is None:
            return None
        code, words = WHY_AGENT[reason]
        opens_at = None
        if code == "closed":
            opens_at = self.rules.opens_at(agent.queues or (home,), self.tx.now)
        message = words.format(name=agent.name, used=len(agent.used), capacity=agent.capacity)
        return Barrier(code, message, opens_at)

    def _previous(self) -> Agent | None:
        """Who held before the giver, of the kind that is sought; as `previous` means it."""
        wanted = {Kind.HAND_BACK: True, Kind.ESCALATION: False}.get(self.ask.kind)
        held = [
            s.agent_id
            for s in self.tx.all_stints_in(self.ask.conversation_id)
            if s.role is Role.HOLDER and s.agent_id != self.giver.agent_id and wanted in (None, s.bot)
        ]
        return self.agents.get(held[-1]) if held else None

    # Queues

    def to_queues(self) -> list[QueueRules]:
        return [queue for queue in self.rules.queues.values() if self._named(queue.name, queue.id)]

    def to_queue(self, queue: QueueRules) -> ToQueue:
        members, at = self.members.get(queue.id, []), self.tx.now
        closed = self.rules.is_closed(queue.id, at)
        waits = self.tx.recent_waits(queue.id, at - WINDOW_MS, LAST) if self.seeks is not Seeks.BOT else []
        return ToQueue(
            queue,
            self._free(members, Seeks.REPRESENTATIVE, queue),
            self._free(members, Seeks.BOT, queue),
            self.waiting.get(queue.id, 0),
            estimate(waits),
            closed,
            self.rules.opens_at([queue.id], at) if closed else None,
            self._refusal(queue, self.seeks),
        )

    def _free(self, members: Iterable[Candidate], seeks: Seeks, queue: QueueRules) -> int:
        """How many of a kind could take one now."""
        full = frozenset(c.agent.id for c in members if c.queue_full)
        closed = self.rules.is_closed(queue.id, self.tx.now)
        present = self.case.live_agents() | self.case.offered_agents()
        need = Need(seeks, queue.skills, present=present, closed=closed, queue_full=full)
        return sum(routing.removal(c.agent, need) is None for c in members)

    def _refusal(self, queue: QueueRules, seeks: Seeks) -> Barrier | None:
        members = self.members.get(queue.id, [])
        try:
            check_queue(self.tx, self.env, self.case, self.giver, seeks, queue.id, members=members)
        except Unavailable as refused:
            return _barrier(refused.reason, queue.name, refused.opens_at)
        return None

    # Workflows

    def to_workflows(self) -> list[Workflow]:
        """Those that hold the words; none for what shares the baton: a workflow is for what moves it."""
        if self.ask.kind in SHARES:
            return []
        return [w for w in self.rules.workflows.values() if self._named(w.id, *self._steps(w))]

    def to_workflow(self, workflow: Workflow) -> ToWorkflow:
        place = step_of(self.tx, self.env, self.case, self.giver, self.ask.kind, None, workflow)
        refused = None
        if isinstance(place, routes.End):
            refused = _barrier(place.reason, workflow.id, place.opens_at)
        return ToWorkflow(workflow, tuple(self._steps(workflow)), refused)

    def _steps(self, workflow: Workflow) -> Iterator[str]:
        """Whom it asks, by name."""
        for step in workflow.steps:
            agent = self.agents.get(step.agent_id or "")
            yield agent.name if agent else self._queue_name(step.queue_id)
        if workflow.fallback is not None:
            yield self._queue_name(workflow.fallback)

    def _queue_name(self, queue_id: str) -> str:
        found = self.rules.queues.get(queue_id)
        return found.name if found else queue_id

    def _named(self, *texts: str) -> bool:
        """Whether the words that are asked for stand in these."""
        text = folded(" ".join(texts))
        return all(word in text for word in self.words)


def _members(tx: Tx, agents: dict[str, Agent]) -> dict[str, list[Candidate]]:
    """The members of all queues, read together; where a membership has a limit, those of its queue as they are."""
    _, rows = tx.declared()
    found: dict[str, list[Candidate]] = {}
    for row in sorted(rows, key=lambda r: (r.queue_id, r.agent_id)):
        if row.agent_id in agents:
            found.setdefault(row.queue_id, []).append(Candidate(agents[row.agent_id], row.capacity_priority))
    limited = {row.queue_id for row in rows if row.capacity is not None}
    return found | {queue_id: tx.candidates(queue_id) for queue_id in limited}


def _by_use(to: ToAgent) -> tuple[int, bool, int, str, str]:
    suggested = {"previous": 0, "customer_knows": 1}.get(to.suggested or "", 2)
    free = routing.free_capacity(to.agent)
    return suggested, to.refused is not None, -free, folded(to.agent.name), to.agent.id


def _barrier(reason: str, name: str, opens_at: int | None) -> Barrier:
    code, words = WHY_QUEUE.get(reason, WHY_QUEUE["nobody"])
    return Barrier(code, words.format(name=name), opens_at)
