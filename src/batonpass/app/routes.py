"""Workflows: which step of one could take a conversation now, and going on to the next (DESIGN section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from batonpass.app.finding import having, is_off
from batonpass.app.lengths import has_room
from batonpass.app.ports import Tx
from batonpass.domain import passing, routing
from batonpass.domain.agents import Presence
from batonpass.domain.case import Case
from batonpass.domain.handoff import Exclusions, Handoff, Kind, Seeks, Target, TargetType
from batonpass.domain.routing import Need
from batonpass.domain.rules import Rules
from batonpass.domain.workflow import Progress, RouteStep, Workflow, moved

NOT_FREE = ("full", "queue_full")
"""Who is removed for these reasons is there all the same, and may be free soon."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: the kind of hand-off, whom it seeks, and whom it cannot go to."""

    kind: Kind
    seeks: Seeks
    present: frozenset[str] = frozenset()
    passed_on: frozenset[tuple[str, str]] | set[tuple[str, str]] = frozenset()
    excluded: Exclusions = field(default_factory=Exclusions)

    @property
    def fixed(self) -> bool:
        """Whether its kind says whom it seeks, so that no step may say otherwise."""
        return self.kind in (Kind.ESCALATION, Kind.HAND_BACK)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step of a workflow, or its fallback queue, has it wait."""

    target: Target
    seeks: Seeks
    queue_id: str
    skills: tuple[str, ...]
    priority: int
    progress: Progress


@dataclass(frozen=True, slots=True)
class End:
    """No step could take it. `closes`: its fallback says so, instead of naming a queue. `reason` is the last one."""

    progress: Progress
    closes: bool
    reason: str = "nobody"
    opens_at: int | None = None


def place(
    tx: Tx,
    rules: Rules,
    workflow: Workflow,
    progress: Progress,
    sought: Sought,
    variables: Mapping[str, str],
    outcome: str = "",
) -> Place | End:
    """The next step that could take it; then the fallback. `outcome` is what became of the present step."""
    told = [(progress["step"], outcome)] if outcome else []
    reason, shut = "nobody", list[str]()
    for number, step in enumerate(workflow.steps):
        if number <= progress["step"]:
            continue
        barrier = _barrier(tx, rules, step, sought) if step.applies(variables) else "condition"
        if barrier is None:
            return _place(tx, rules, step, sought, moved(progress, number, *told))
        told.append((number, barrier))
        if barrier != "condition":
            reason, shut = barrier, [*shut, *([step.queue_id] if barrier == "closed" else [])]
    done = moved(progress, len(workflow.steps), *told)
    if workflow.fallback is None or progress["step"] >= len(workflow.steps):
        return End(done, workflow.fallback is None, reason, rules.opens_at(shut, tx.now))
    last = RouteStep(workflow.fallback)
    barrier = _barrier(tx, rules, last, sought)
    if barrier is None:
        return _place(tx, rules, last, sought, done)
    shut += [last.queue_id] if barrier == "closed" else []
    return End(done, False, barrier, rules.opens_at(shut, tx.now))


def _place(tx: Tx, rules: Rules, step: RouteStep, sought: Sought, progress: Progress) -> Place:
    usual = having(tx, rules, tuple(progress["skills"]), sought.seeks, step.queue_id)
    skills = tuple(sorted({*usual, *step.skills}))
    priority = progress["priority"] if step.priority is None else step.priority
    if step.agent_id is None:
        target = Target(TargetType.QUEUE, step.queue_id)
        return Place(target, sought.seeks, step.queue_id, skills, priority, progress)
    agent = tx.agent(step.agent_id)
    seeks = Seeks.BOT if agent is not None and agent.bot else Seeks.REPRESENTATIVE
    return Place(Target(TargetType.AGENT, step.agent_id), seeks, step.queue_id, (), priority, progress)


def _barrier(tx: Tx, rules: Rules, step: RouteStep, sought: Sought) -> str | None:
    """Why this step cannot take it; None when it could, now or while it waits there."""
    if step.agent_id is not None:
        return _agents_barrier(tx, rules, step, sought)
    if step.queue_id not in rules.queues:
        return "unknown"
    bots = sought.seeks is Seeks.BOT
    need = Need(
        seeks=sought.seeks,
        skills=frozenset(step.skills) | rules.skills_of(step.queue_id),
        present=sought.present,
        excluded=replace(sought.excluded, missed=frozenset()),
        passed_on=frozenset(a for q, a in sought.passed_on if q == step.queue_id) if bots else frozenset(),
        closed=rules.is_closed(step.queue_id, tx.now),
    )
    members = tx.candidates(step.queue_id)
    decision = routing.decide(map(routing.unhindered, members), need)
    if decision.winner is None:
        return _reason(decision.removed)
    if not bots and not has_room(tx, rules, step.queue_id):
        return "full"
    there = any(routing.removal(c.agent, need) in (None, *NOT_FREE) for c in members)
    return "unavailable" if step.skip and not there else None


def _reason(removed: Mapping[str, int]) -> str:
    for name, reason in (("closed", "closed"), ("skills", "skills"), ("in_conversation", "present")):
        if name in removed:
            return reason
    return "nobody"


def _agents_barrier(tx: Tx, rules: Rules, step: RouteStep, sought: Sought) -> str | None:
    agent = tx.agent(step.agent_id or "")
    if agent is None or not agent.queues:
        return "unknown"
    if sought.fixed and agent.bot is not (sought.seeks is Seeks.BOT):
        return "nobody"
    if agent.id in sought.present:
        return "present"
    if agent.id in sought.excluded.declined | sought.excluded.lost:
        return "nobody"
    if not agent.bot and is_off(rules, agent, step.queue_id, tx.now):
        return "closed"
    there = agent.reachable and agent.presence is Presence.AVAILABLE
    return "unavailable" if step.skip and not there else None


def go_on(tx: Tx, rules: Rules, case: Case, handoff: Handoff, outcome: str) -> Place | End | None:
    """Let a hand-off that waits at a step go on to the next that could take it, as `outcome` says why.

    Returns where it is now; or the end, and then nothing has changed; None when it is at no step.
    """
    progress = handoff.workflow
    if progress is None or rules.step_of(handoff) is None:
        return None
    workflow = rules.workflows[progress["name"]]
    live = case.live_agents()
    sought = Sought(handoff.kind, Seeks(progress["seeks"]), live, case.passed_on, handoff.excluded)
    found = place(tx, rules, workflow, progress, sought, tx.variables(case.conversation.id), outcome)
    if isinstance(found, End):
        return found
    going = replace(
        handoff,
        target=found.target,
        seeks=found.seeks,
        skills=found.skills,
        priority=found.priority,
        workflow=found.progress,
        fell_through=False,
        ladder_restarted=False,
        tried=(),
    )
    passing.move(case, going, found.queue_id)
    return found
