"""Where a request goes: which queue it waits in, whom it seeks, and whether anybody could ever take it there."""

from dataclasses import dataclass, replace
from typing import Any

from batonpass.app import routes
from batonpass.app.cases import as_decided, lock_agents
from batonpass.app.finding import having, is_off, need_of
from batonpass.app.lengths import has_room
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.domain import routing
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.conversation import Role, Stint
from batonpass.domain.errors import CallerError, Unavailable
from batonpass.domain.handoff import SHARES, Handoff, Kind, Seeks, Target, TargetType
from batonpass.domain.routing import Candidate, Decision, Need
from batonpass.domain.rules import NEXT
from batonpass.domain.workflow import Workflow
from batonpass.domain.workflow import begun as start


@dataclass(frozen=True, slots=True)
class Resolved:
    """`decision` has a winner when a named agent can take it in the request's own commit. `workflow`: how far it is.

    Without one, a named target has fallen through to the giver's queue.
    """

    target: Target
    seeks: Seeks
    queue_id: str
    decision: Decision | None = None
    failover_queue_id: str | None = None
    skills: tuple[str, ...] = ()
    workflow: dict[str, Any] | None = None
    priority: int | None = None

    @property
    def fell_through(self) -> bool:
        return self.decision is not None and self.decision.winner is None


def resolve(
    tx: Tx,
    env: Env,
    case: Case,
    giver: Stint,
    kind: Kind,
    target: Target | None,
    seeks: Seeks | None = None,
    *,
    skills: tuple[str, ...] | None = None,
    lock: bool = True,
) -> Resolved:
    """Resolve a request's target; without one, a hand-back goes where its queue says, the rest to `next`.

    Raises:
        Unavailable: refused before the giver leaves, which keeps the baton.
        CallerError: the target's shape makes no sense, or the kind does not seek that.
    """
    target = target or _usual(env, giver, kind)
    if target.type is TargetType.WORKFLOW:
        return _workflow(tx, env, case, giver, kind, seeks, target, lock=lock)
    seeks = _sought(kind, seeks)
    if target.type is TargetType.PREVIOUS:
        target = Target(TargetType.AGENT, _previous(tx, giver, seeks, kind))
    if target.type is TargetType.AGENT:
        return _agent(tx, env, case, giver, kind, seeks, target, lock=lock)
    if target.type is TargetType.QUEUE and target.id is None:
        raise CallerError("target.id: a queue target names its queue")
    queue_id = target.id or giver.queue_id
    asked = skills or ()
    try:
        check_queue(tx, env, case, giver, seeks, queue_id, asked)
    except Unavailable:
        if kind is not Kind.ESCALATION or target.type is not TargetType.NEXT or not env.rules.failover_queue:
            raise
        # A person is wanted, wherever one is: as when the customer asks.
        check_people(
            tx, case, queue_id, "Not passed: no person can join this chat. You still hold the baton."
        )
        failover = env.rules.failover_queue
        return Resolved(target, seeks, queue_id, failover_queue_id=failover, skills=asked)
    if skills is None and seeks is not Seeks.BOT:
        asked = having(tx, env.rules, case.conversation.skills, seeks, queue_id)
    return Resolved(target, seeks, queue_id, skills=asked)


def _workflow(
    tx: Tx, env: Env, case: Case, giver: Stint, kind: Kind, seeks: Seeks | None, target: Target, *, lock: bool
) -> Resolved:
    """The first step of a workflow that could take it; a named agent who is free comes in the request's own commit."""
    workflow = env.rules.workflows.get(target.id or "")
    if kind in SHARES:
        raise CallerError("target.type: a workflow is for what moves the baton")
    if workflow is None:
        words = f"Not passed: there is no workflow {target.id!r}. You still hold the baton."
        raise Unavailable(words, reason="unknown")
    place = step_of(tx, env, case, giver, kind, seeks, workflow)
    if isinstance(place, routes.End):
        words = f"Not passed: nobody of the workflow {workflow.id} can take it now. You still hold the baton."
        raise Unavailable(words, reason=place.reason, opens_at=place.opens_at)
    decision = None
    if place.target.type is TargetType.AGENT:
        whom = place.target.id or ""
        _, decision = _named(tx, env, case, giver, whom, place.queue_id, place.seeks, lock=lock)
    free = decision if decision is not None and decision.winner is not None else None
    return Resolved(
        place.target, place.seeks, place.queue_id, free, None, place.skills, place.progress, place.priority
    )


def step_of(
    tx: Tx, env: Env, case: Case, giver: Stint, kind: Kind, seeks: Seeks | None, workflow: Workflow
) -> routes.Place | routes.End:
    """The step of a workflow that a pass would begin at; or its end, when nobody of it could take it."""
    sought = routes.Sought(kind, _sought(kind, seeks), case.live_agents(), case.passed_on | {_step(giver)})
    begun = start(workflow, sought.seeks, case.conversation.skills, case.conversation.priority)
    return routes.place(tx, env.rules, workflow, begun, sought, tx.variables(case.conversation.id))


def _step(giver: Stint) -> tuple[str, str]:
    return giver.queue_id, giver.agent_id


def _sought(kind: Kind, asked: Seeks | None) -> Seeks:
    """Whom a kind seeks: an escalation a person, a hand-back a bot, the others a person unless they say otherwise."""
    fixed = {Kind.ESCALATION: Seeks.REPRESENTATIVE, Kind.HAND_BACK: Seeks.BOT}.get(kind)
    if fixed is not None and asked not in (None, fixed):
        raise CallerError(f"seeks: {kind} seeks a {fixed}")
    return fixed or asked or Seeks.REPRESENTATIVE


def _usual(env: Env, giver: Stint, kind: Kind) -> Target:
    rules = env.rules.queues.get(giver.queue_id)
    return rules.hand_back.target if kind is Kind.HAND_BACK and rules else NEXT


def _previous(tx: Tx, giver: Stint, seeks: Seeks, kind: Kind) -> str:
    """Who held before the giver: of the kind that is sought, or for a transfer of any."""
    any_kind = kind not in (Kind.ESCALATION, Kind.HAND_BACK)
    earlier = [
        s
        for s in tx.all_stints_in(giver.conversation_id)
        if s.role is Role.HOLDER
        and s.agent_id != giver.agent_id
        and (any_kind or s.bot is (seeks is Seeks.BOT))
    ]
    if not earlier:
        raise Unavailable("Not passed: nobody of that kind held this conversation before. You still hold it.")
    return earlier[-1].agent_id


def _agent(
    tx: Tx, env: Env, case: Case, giver: Stint, kind: Kind, seeks: Seeks, target: Target, *, lock: bool
) -> Resolved:
    if target.id is None:
        raise CallerError("target.id: an agent target names its agent")
    agent, decision = _named(tx, env, case, giver, target.id, giver.queue_id, None, lock=lock)
    if agent is None:
        raise Unavailable("Not passed: there is no such agent. You still hold the baton.")
    if agent.id in case.live_agents():
        words = f"Not passed: {agent.name} is already in this chat. You still hold the baton."
        raise Unavailable(words, reason="present")
    wanted = Seeks.BOT if agent.bot else Seeks.REPRESENTATIVE
    if wanted is not seeks and kind in (Kind.ESCALATION, Kind.HAND_BACK):
        raise Unavailable(f"Not passed: {agent.name} is not a {seeks}. You still hold the baton.")
    if decision.winner is None:
        _check_fall_through(tx, env, case, giver, wanted, agent)
    return Resolved(target, wanted, giver.queue_id, decision)


def _named(
    tx: Tx,
    env: Env,
    case: Case,
    giver: Stint,
    agent_id: str,
    queue_id: str,
    seeks: Seeks | None,
    *,
    lock: bool,
) -> tuple[Agent | None, Decision]:
    """A named agent, and whether it can take it now, as a chat of this queue.

    Locked with all whose slots may be freed.
    """
    if lock:
        lock_agents(tx, [case], agent_id, giver.agent_id)
    agent = as_decided(case, tx.agent(agent_id))
    if agent is None:
        return None, routing.decide([], Need(Seeks.ANY))
    member = tx.candidate(queue_id, agent.id)
    need = Need(
        seeks=seeks or (Seeks.BOT if agent.bot else Seeks.REPRESENTATIVE),
        present=case.offered_agents() | (case.live_agents() if seeks else frozenset()),
        yielding=frozenset(s.agent_id for s in case.stints.values() if not s.live),
        closed=is_off(env.rules, agent, queue_id, tx.now),
        queue_full=frozenset({agent.id}) if member is not None and member.queue_full else frozenset(),
    )
    return agent, routing.decide([Candidate(agent, 0)], need)


def _check_fall_through(tx: Tx, env: Env, case: Case, giver: Stint, seeks: Seeks, agent: Agent) -> None:
    """The named agent cannot take it now: the giver's queue may, which this very agent may be a member of."""
    try:
        check_queue(tx, env, case, giver, seeks, giver.queue_id)
    except Unavailable as refused:
        raise Unavailable(
            f"Not passed: {agent.name} is not free, and nobody else of your queue is there. You still hold it.",
            reason=refused.reason,
            opens_at=refused.opens_at,
        ) from None


def check_queue(
    tx: Tx,
    env: Env,
    case: Case,
    giver: Stint,
    seeks: Seeks,
    queue_id: str,
    skills: tuple[str, ...] = (),
    members: list[Candidate] | None = None,
) -> None:
    """Refuse a queue that is unknown, has nobody of the kind, is closed or full, or whose members are all here.

    `members` are the queue's, when they are known.

    Raises:
        Unavailable
    """
    rules = env.rules.queues.get(queue_id)
    if rules is None:
        words = f"Not passed: there is no queue {queue_id!r}. You still hold the baton."
        raise Unavailable(words, reason="unknown")
    passed_on, closed = stands(case, giver, seeks, queue_id), env.rules.is_closed(queue_id, tx.now)
    wanted = frozenset(skills) | rules.skills
    need = Need(seeks, wanted, present=case.live_agents(), passed_on=passed_on, closed=closed)
    members = tx.candidates(queue_id) if members is None else members
    decision = routing.decide(map(routing.unhindered, members), need)
    if decision.winner is None:
        why, reason = _why(decision, rules.name, seeks)
        opens_at = env.rules.opens_at([queue_id], tx.now) if reason == "closed" else None
        words = f"Not passed: {why} You still hold the baton."
        raise Unavailable(words, reason=reason, opens_at=opens_at)
    if seeks is not Seeks.BOT and not has_room(tx, env.rules, queue_id, case):
        words = f"Not passed: too many wait in {rules.name} already. You still hold the baton."
        raise Unavailable(words, reason="full")


def could_ever(tx: Tx, case: Case, handoff: Handoff, *, in_hours: bool = True) -> bool:
    """Whether anybody of its queues could take this hand-off some time, were all members there and free.

    `in_hours`: before one of its queues opens or closes; without it, the hours do not count.
    """
    need, rules = need_of(case, handoff), case.rules
    present = need.present - case.offered_agents()
    need = replace(need, present=present, excluded=replace(need.excluded, missed=frozenset()))
    named = handoff.target.type is TargetType.AGENT and not handoff.fell_through
    if named and (agent := tx.agent(handoff.target.id or "")) is not None:
        off = in_hours and is_off(rules, agent, handoff.queue_id, tx.now)
        if routing.removal(routing.as_if_free(agent), replace(need, closed=off)) is None:
            return True
    if named and rules.step_of(handoff) is not None:
        return False
    for queue_id in filter(None, handoff.queues):
        skills = frozenset(handoff.skills) | rules.skills_of(queue_id)
        closed = in_hours and rules.is_closed(queue_id, tx.now)
        asked = replace(need, skills=skills, closed=closed)
        if routing.decide(map(routing.unhindered, tx.candidates(queue_id)), asked).winner is not None:
            return True
    return False


def check_people(
    tx: Tx, case: Case, queue_id: str, words: str = "No person can join this chat. You can go on here."
) -> None:
    """Refuse the wish for a person where no person serves, nor in the failover queue.

    Raises:
        Unavailable: whoever holds keeps the baton.
    """
    queues = sorted({queue_id, case.rules.failover_queue or queue_id})
    closed = False
    for queue in queues:
        need = Need(Seeks.REPRESENTATIVE, case.rules.skills_of(queue), present=case.live_agents())
        people = [routing.as_if_free(candidate.agent) for candidate in tx.candidates(queue)]
        there = any(routing.removal(person, need) is None for person in people)
        if there and not case.rules.is_closed(queue, tx.now):
            return
        closed = closed or there
    if not closed:
        raise Unavailable(words)
    opens_at = case.rules.opens_at(queues, tx.now)
    raise Unavailable(words, reason="closed", opens_at=opens_at)


def stands(case: Case, giver: Stint, seeks: Seeks, queue_id: str) -> frozenset[str]:
    """The ladder's exclusions that no restart drops: those of bots (DESIGN section 5)."""
    if seeks is not Seeks.BOT:
        return frozenset()
    steps = case.passed_on | {(giver.queue_id, giver.agent_id)}
    return frozenset(agent_id for queue, agent_id in steps if queue == queue_id)


def _why(decision: Decision, queue: str, seeks: Seeks) -> tuple[str, str]:
    """Why nobody could: in words, and as a reason of `Unavailable`."""
    if "closed" in decision.removed:
        return f"{queue} is closed now.", "closed"
    if "passed_on" in decision.removed:
        return f"every {seeks} of {queue} has passed this conversation on before.", "passed_on"
    if "skills" in decision.removed:
        return f"nobody of {queue} has the skills.", "skills"
    if "in_conversation" in decision.removed:
        return f"all of {queue} is already in this chat.", "present"
    return f"{queue} has no {seeks}.", "nobody"
