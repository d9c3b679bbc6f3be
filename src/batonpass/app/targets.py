"""Where a request goes: which queue it waits in, whom it seeks, and whether anybody could ever take it there."""

from dataclasses import dataclass, replace

from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.domain import routing
from batonpass.domain.agents import Agent, Presence
from batonpass.domain.case import Case
from batonpass.domain.conversation import Role, Stint
from batonpass.domain.errors import CallerError, Unavailable
from batonpass.domain.handoff import Kind, Seeks, Target, TargetType
from batonpass.domain.routing import Candidate, Decision, Need
from batonpass.domain.rules import NEXT


@dataclass(frozen=True, slots=True)
class Resolved:
    """`decision` has a winner when a named agent can take it in the request's own commit."""

    target: Target
    seeks: Seeks
    queue_id: str
    decision: Decision | None = None


def resolve(tx: Tx, env: Env, case: Case, giver: Stint, kind: Kind, target: Target | None) -> Resolved:
    """Resolve a request's target; without one, an escalation goes to `next`, a hand-back where its queue says.

    Raises:
        Unavailable: refused before the giver leaves, which keeps the baton.
        CallerError: the target's shape makes no sense.
    """
    seeks = Seeks.BOT if kind is Kind.HAND_BACK else Seeks.REPRESENTATIVE
    target = target or _usual(env, giver, kind)
    if target.type is TargetType.PREVIOUS:
        target = Target(TargetType.AGENT, _previous(tx, giver, seeks))
    if target.type is TargetType.AGENT:
        return _agent(tx, case, giver, seeks, target)
    if target.type is TargetType.QUEUE and target.id is None:
        raise CallerError("target.id: a queue target names its queue")
    queue_id = target.id or giver.queue_id
    _check_queue(tx, env, case, giver, seeks, queue_id)
    return Resolved(target, seeks, queue_id)


def _usual(env: Env, giver: Stint, kind: Kind) -> Target:
    rules = env.rules.queues.get(giver.queue_id)
    return rules.hand_back.target if kind is Kind.HAND_BACK and rules else NEXT


def _previous(tx: Tx, giver: Stint, seeks: Seeks) -> str:
    """Who held before the giver, of the kind that is sought."""
    earlier = [
        s
        for s in tx.all_stints_in(giver.conversation_id)
        if s.role is Role.HOLDER and s.agent_id != giver.agent_id and s.bot is (seeks is Seeks.BOT)
    ]
    if not earlier:
        raise Unavailable("Not passed: nobody of that kind held this conversation before. You still hold it.")
    return earlier[-1].agent_id


def _agent(tx: Tx, case: Case, giver: Stint, seeks: Seeks, target: Target) -> Resolved:
    if target.id is None:
        raise CallerError("target.id: an agent target names its agent")
    # In the order of ids: the giver's slot may be freed in the same commit.
    locked = {agent_id: tx.agent(agent_id, lock=True) for agent_id in sorted({target.id, giver.agent_id})}
    agent = locked[target.id]
    if agent is None:
        raise Unavailable("Not passed: there is no such agent. You still hold the baton.")
    if agent.id in case.live_agents():
        raise Unavailable(f"Not passed: {agent.name} is already in this chat. You still hold the baton.")
    wanted = Seeks.BOT if agent.bot else Seeks.REPRESENTATIVE
    if wanted is not seeks:
        raise Unavailable(f"Not passed: {agent.name} is not a {seeks}. You still hold the baton.")
    wrapping = frozenset(s.agent_id for s in case.stints.values() if not s.live)
    decision = routing.decide([Candidate(agent, 0)], Need(seeks=seeks, yielding=wrapping))
    return Resolved(target, seeks, giver.queue_id, decision)


def _check_queue(tx: Tx, env: Env, case: Case, giver: Stint, seeks: Seeks, queue_id: str) -> None:
    """Refuse a queue that is unknown, has nobody of the kind, or whose members are all in the chat."""
    rules = env.rules.queues.get(queue_id)
    if rules is None:
        raise Unavailable(f"Not passed: there is no queue {queue_id!r}. You still hold the baton.")
    need = Need(seeks=seeks, present=case.live_agents(), passed_on=_stands(case, giver, seeks, queue_id))
    candidates = [replace(c, agent=_as_if_free(c)) for c in tx.candidates(queue_id)]
    decision = routing.decide(candidates, need)
    if decision.winner is None:
        raise Unavailable(f"Not passed: {_why(decision, rules.name, seeks)} You still hold the baton.")


def check_people(tx: Tx, case: Case, queue_id: str) -> None:
    """Refuse a customer's wish for a person where no person serves, nor in the failover queue.

    Raises:
        Unavailable: whoever holds keeps the baton.
    """
    queues = {queue_id, case.rules.failover_queue or queue_id}
    need = Need(seeks=Seeks.REPRESENTATIVE, present=case.live_agents())
    people = [_as_if_free(candidate) for queue in sorted(queues) for candidate in tx.candidates(queue)]
    if all(routing.removal(person, need) for person in people):
        raise Unavailable("No person can join this chat. You can go on here.")


def _stands(case: Case, giver: Stint, seeks: Seeks, queue_id: str) -> frozenset[str]:
    """The ladder's exclusions that no restart drops: those of bots (DESIGN section 5)."""
    if seeks is not Seeks.BOT:
        return frozenset()
    steps = case.passed_on | {(giver.queue_id, giver.agent_id)}
    return frozenset(agent_id for queue, agent_id in steps if queue == queue_id)


def _as_if_free(candidate: Candidate) -> Agent:
    """The question is who could ever take it, so nobody counts as away or full here."""
    return replace(
        candidate.agent, reachable=True, presence=Presence.AVAILABLE, used=frozenset(), capacity=None
    )


def _why(decision: Decision, queue: str, seeks: Seeks) -> str:
    if "passed_on" in decision.removed:
        return f"every {seeks} of {queue} has passed this conversation on before."
    if "in_conversation" in decision.removed:
        return f"all of {queue} is already in this chat."
    return f"{queue} has no {seeks}."
