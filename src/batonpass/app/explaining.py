"""Asked ahead, and afterwards: who could take a conversation, and why (law 12). Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from batonpass.app import views
from batonpass.app.cases import open_case
from batonpass.app.finding import Members, decide, need_now
from batonpass.app.outcome import Env
from batonpass.app.ports import AgentRow, MemberRow, Tx
from batonpass.app.targets import resolve
from batonpass.domain import routing
from batonpass.domain.agents import Agent, Presence
from batonpass.domain.conversation import Conversation, Status, Stint
from batonpass.domain.errors import NotFound, Unavailable
from batonpass.domain.handoff import Handoff, Kind, Leave, Seeks, State, Target, TargetType
from batonpass.domain.routing import Candidate, Decision, Need
from batonpass.domain.rules import NEXT, Rules


@dataclass(frozen=True, slots=True)
class Question:
    """Before an agent promises it: could somebody take this conversation there?"""

    agent_id: str
    conversation_id: str
    stint_id: str
    kind: Kind
    target: Target | None = None
    seeks: Seeks | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """`available`: somebody could take it; `free`: how many could now; `position`: its place, were it queued.

    `opens_at`: it is not, because the queue is closed until then, in ms.
    """

    available: bool
    free: int = 0
    position: int | None = None
    reason: str | None = None
    opens_at: int | None = None


def availability(tx: Tx, env: Env, question: Question) -> Availability:
    """Answer as a request would be answered now, without making it.

    Raises:
        NotFound: no live stint of this agent there.
    """
    stint = views.in_it(tx, question.agent_id, question.conversation_id, question.stint_id)
    conversation = tx.conversation(question.conversation_id)
    if conversation is None:
        raise NotFound("there is no such stint of yours")
    case = open_case(tx, env, conversation)
    try:
        found = resolve(tx, env, case, stint, question.kind, question.target, question.seeks, lock=False)
    except Unavailable as refused:
        return Availability(False, reason=refused.message, opens_at=refused.opens_at)
    if found.decision is not None and found.decision.winner is not None:
        return Availability(True, free=1)
    closed = env.rules.is_closed(found.queue_id, tx.now)
    need = Need(seeks=found.seeks, present=case.live_agents(), closed=closed)
    free = _free(tx.candidates(found.queue_id), need)
    position = None if free else tx.waiting_count(found.queue_id) + 1
    return Availability(True, free=free, position=position)


def _free(candidates: list[Candidate], need: Need) -> int:
    return sum(routing.removal(candidate.agent, need) is None for candidate in candidates)


# Who would get a conversation, and why


class Declared(Members):
    """The members that another configuration declares, with presence and slots as the store has them now."""

    def __init__(
        self, tx: Tx, rules: Rules, agents: Sequence[AgentRow], members: Sequence[MemberRow]
    ) -> None:
        super().__init__(tx, rules)
        self._rows = {row.id: row for row in agents}
        self._members = members
        self._met = tx.agents(self._rows)

    def of(self, queue_id: str) -> list[Candidate]:
        here = {c.agent.id: c.here for c in self._tx.candidates(queue_id)}
        return [
            Candidate(self._agent(m.agent_id), m.capacity_priority, m.capacity, here.get(m.agent_id, 0))
            for m in self._members
            if m.queue_id == queue_id
        ]

    def everybody(self) -> list[Agent]:
        """Every agent that is declared, as it is now."""
        return [self._agent(agent_id) for agent_id in self._rows]

    def left_of(self, agent: Agent) -> Agent:
        return self._agent(agent.id) if agent.id in self._rows else replace(agent, reachable=False)

    def _agent(self, agent_id: str) -> Agent:
        row, met = self._rows[agent_id], self._met.get(agent_id)
        queues = tuple(m.queue_id for m in self._members if m.agent_id == agent_id)
        if met is None:
            return Agent(
                row.id, row.kind, row.name, row.capacity, Presence.AWAY, reachable=False, queues=queues
            )
        return replace(
            met,
            kind=row.kind,
            name=row.name,
            capacity=row.capacity,
            queues=queues,
            skills=frozenset(row.skills),
        )


@dataclass(frozen=True, slots=True)
class Explained:
    """`handoff` is the pending one, or the last. `decision` is who would get the conversation now, and why.

    `hypothetical`: nothing waits; it is what a transfer of the holder's to `next` would meet. `removed`: why each
    member of the queue could not get it; None for who could.
    """

    conversation: Conversation
    handoff: Handoff | None
    hypothetical: bool
    queue_id: str
    decision: Decision | None = None
    members: tuple[tuple[Candidate, str | None], ...] = ()


def decision(tx: Tx, rules: Rules, conversation_id: str, declared: Declared | None = None) -> Explained:
    """Say why a conversation went where it did, and who would get it now; with `declared`, who would get it
    were these members and `rules` the configuration.

    Raises:
        NotFound
    """
    conversation = tx.conversation(conversation_id)
    if conversation is None:
        raise NotFound("there is no such conversation")
    pending = sorted(tx.handoffs_in(conversation_id), key=lambda h: (h.shares, h.created_at, h.id))
    every = tx.all_handoffs_in(conversation_id)
    handoff = pending[0] if pending else every[-1] if every else None
    waits = handoff if handoff is not None and handoff.state in (State.QUEUED, State.OFFERED) else None
    asked = waits or _transfer(tx, conversation)
    if asked is None:
        return Explained(conversation, handoff, False, conversation.queue_id)
    if declared is not None:
        asked = _under(tx, conversation, asked, rules)
    members = declared or Members(tx, rules)
    need = _without_its_offer(tx, asked, need_now(tx, asked))
    made = decide(tx, asked, need, members)
    ladder = sorted(members.of(asked.queue_id), key=lambda c: (-c.capacity_priority, c.agent.id))
    removed = tuple((c, routing.removal(c.agent, need)) for c in ladder)
    return Explained(conversation, handoff, waits is None, asked.queue_id, made, removed)


def _transfer(tx: Tx, conversation: Conversation) -> Handoff | None:
    """What the holder would ask for; None when nobody holds."""
    holder: Stint | None = tx.stint(conversation.holder) if conversation.holder else None
    if holder is None or conversation.status is Status.CLOSED:
        return None
    return Handoff(
        id="",
        conversation_id=conversation.id,
        kind=Kind.TRANSFER,
        leave=Leave.ON_ACCEPT,
        state=State.REQUESTED,
        target=NEXT,
        seeks=Seeks.REPRESENTATIVE,
        queue_id=holder.queue_id,
        created_at=tx.now,
        priority=conversation.priority,
        giver_stint_id=holder.id,
        giver_agent_id=holder.agent_id,
    )


def _under(tx: Tx, conversation: Conversation, asked: Handoff, rules: Rules) -> Handoff:
    """The hand-off as other rules would have it: an arrival, and what waits where no queue is, enters anew."""
    queue_id = asked.queue_id
    if asked.kind is Kind.ARRIVAL or queue_id not in rules.queues:
        queue_id = rules.entry_queue(tx.variables(conversation.id))
    target = asked.target
    if target.type is TargetType.QUEUE:
        target = Target(TargetType.QUEUE, queue_id)
    failover = rules.failover_queue if asked.failover_queue_id else None
    return replace(asked, queue_id=queue_id, target=target, failover_queue_id=failover)


def _without_its_offer(tx: Tx, asked: Handoff, need: Need) -> Need:
    """Whoever has the offer of it would get it: the slot that the offer uses is for this very hand-off."""
    mine = {o.agent_id for o in tx.offers_in(asked.conversation_id) if o.handoff_id == asked.id}
    live = {s.agent_id for s in tx.stints_in(asked.conversation_id) if s.live}
    return replace(need, present=need.present - (mine - live), yielding=need.yielding | mine)
