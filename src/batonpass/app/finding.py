"""Who would get what: looks without locking anything. What it finds is a proposal, checked again under locks."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from batonpass.app.ports import Place, Tx
from batonpass.domain import routing
from batonpass.domain.agents import Agent, Presence
from batonpass.domain.case import Case
from batonpass.domain.conversation import StintState
from batonpass.domain.handoff import Handoff, Kind, Seeks, State, TargetType
from batonpass.domain.routing import Candidate, Decision, Need
from batonpass.domain.rules import Rules

PAGE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A hand-off and who would get it now. `limited`: the winner may have only so many chats of its queue."""

    handoff: Handoff
    decision: Decision
    winner: Agent
    limited: bool = False


class Members:
    """The members of queues as one look sees them, less the slots this look has given away already.

    `rules` say which queues are closed now.
    """

    def __init__(self, tx: Tx, rules: Rules) -> None:
        self._tx = tx
        self.rules = rules
        self._queues: dict[str, list[Candidate]] = {}
        self._given: dict[str, Agent] = {}
        self._more: Counter[tuple[str, str]] = Counter()

    def of(self, queue_id: str) -> list[Candidate]:
        if queue_id not in self._queues:
            self._queues[queue_id] = self._tx.candidates(queue_id)
        return [
            replace(c, agent=self._given[c.agent.id], here=c.here + self._more[queue_id, c.agent.id])
            if c.agent.id in self._given
            else c
            for c in self._queues[queue_id]
        ]

    def asks(self, need: Need, skills: Iterable[str], queue_id: str) -> Need:
        """A need as this queue has it: its hours and skills, and who has as many of its chats as it may."""
        return replace(
            need,
            closed=self.is_closed(queue_id),
            skills=frozenset(skills) | self.rules.skills_of(queue_id),
            queue_full=frozenset(c.agent.id for c in self.of(queue_id) if c.queue_full),
        )

    def is_limited(self, agent: Agent, queue_id: str) -> bool:
        """Whether its membership of this queue allows only so many chats of it."""
        return any(c.agent.id == agent.id and c.limit is not None for c in self.of(queue_id))

    def left_of(self, agent: Agent) -> Agent:
        """An agent, less the slots this look has given away."""
        return self._given.get(agent.id, agent)

    def is_closed(self, queue_id: str) -> bool:
        """Whether the queue's people do not serve now; its bots do."""
        return self.rules.is_closed(queue_id, self._tx.now)

    def is_off(self, agent: Agent, queue_id: str) -> bool:
        """Whether someone named is out of hours."""
        return is_off(self.rules, agent, queue_id, self._tx.now)

    def free(self, queue_id: str) -> list[Agent]:
        """Members that can be reached, take chats and are in hours, with a free slot or without."""
        agents = (c.agent for c in self.of(queue_id))
        there = [a for a in agents if a.reachable and a.presence is Presence.AVAILABLE]
        return [a for a in there if a.bot] if self.is_closed(queue_id) else there

    def give(self, agent: Agent, queue_id: str) -> None:
        """Count one slot of this agent as taken, for a chat of this queue."""
        slot = agent.free_slot()
        if slot is not None or self.rules.strategy_of(queue_id) is routing.ROUND_ROBIN:
            # A moment later for each, so that one look asks in turn as well.
            at = self._tx.now + len(self._more)
            used = agent.used if slot is None else agent.used | {slot}
            self._given[agent.id] = replace(agent, used=used, asked_at=at)
            self._more[queue_id, agent.id] += slot is not None


def having(tx: Tx, rules: Rules, skills: tuple[str, ...], seeks: Seeks, *queue_ids: str) -> tuple[str, ...]:
    """These skills, when anybody of the kind in these queues has them all, with what the queue asks; else none."""
    for queue_id in queue_ids:
        need = Need(seeks, frozenset(skills) | rules.skills_of(queue_id))
        for candidate in tx.candidates(queue_id):
            if routing.removal(routing.as_if_free(candidate.agent), need) is None:
                return skills
    return ()


def is_off(rules: Rules, agent: Agent, queue_id: str, at: int) -> bool:
    """Whether a named agent is out of hours at this moment: all its queues are closed; of none, where it waits."""
    return all(rules.is_closed(queue, at) for queue in agent.queues or (queue_id,))


def find(tx: Tx, rules: Rules, queue_id: str, most: int = 1) -> list[Found]:
    """Return up to `most` servable hand-offs, in the matcher's order, over all queues of the free members."""
    members = Members(tx, rules)
    found: list[Found] = []
    seen: set[str] = set()
    for place in _places(tx, queue_id, members):
        if place.handoff_id in seen:
            continue
        seen.add(place.handoff_id)
        handoff = tx.handoff(place.handoff_id)
        if handoff is None or handoff.state is not State.QUEUED:
            continue
        need = need_now(tx, handoff)
        decision = decide(tx, handoff, need, members)
        if decision.winner is None:
            continue
        limited = members.is_limited(decision.winner, handoff.queue_id)
        found.append(Found(handoff, decision, decision.winner, limited))
        if decision.winner.id not in need.yielding:  # else it takes over the slot of its wrap-up here
            members.give(decision.winner, handoff.queue_id)
        if len(found) == most:
            break
    return found


def _places(tx: Tx, queue_id: str, members: Members) -> Iterator[Place]:
    """Waiting hand-offs that somebody free is sought by, in order, with those that name somebody or yield a wrap-up.

    Who is free is asked anew for each page: when nobody is any more, the rest of the queue is not read.
    """
    free = members.free(queue_id)
    able = [a for a in free if _able(a)]
    queues = sorted({queue_id, *(q for agent in able for q in agent.queues)})
    yielding = tx.waiting_for_wrap_up(queues, [a.id for a in free]) if free else []
    named = [p for p in tx.waiting_for_named(queue_id, [a.id for a in free]) if p not in yielding]
    yielding = sorted([*yielding, *named], key=lambda place: place.rank)
    offset = 0
    while seeks := _sought_by(members, queues):
        page = tx.waiting(queues, seeks, PAGE, offset)
        last = page[-1].rank if len(page) == PAGE else None
        now = [p for p in yielding if last is None or p.rank <= last]
        yielding = [p for p in yielding if p not in now]
        yield from sorted([*page, *now], key=lambda place: place.rank)
        if last is None:
            return
        offset += PAGE
    yield from yielding


def _able(agent: Agent) -> bool:
    return not agent.limited or agent.free_slot() is not None


def _sought_by(members: Members, queues: list[str]) -> list[str]:
    """What a hand-off may seek to be served by somebody of these queues now."""
    bots = {agent.bot for queue_id in queues for agent in members.free(queue_id) if _able(agent)}
    if not bots:
        return []
    sought = {Seeks.BOT if bot else Seeks.REPRESENTATIVE for bot in bots}
    return sorted(str(kind) for kind in {*sought, Seeks.ANY})


# Deciding


def decide(tx: Tx, handoff: Handoff, need: Need, members: Members) -> Decision:
    """Ask whom it names; then the queue; for a failover the failover queue; then the queue without the ladder."""
    if handoff.target.type is TargetType.AGENT and not handoff.fell_through:
        whom = _named(tx, handoff, members)
        off = any(members.is_off(c.agent, handoff.queue_id) for c in whom)
        full = members.asks(need, (), handoff.queue_id).queue_full
        named = routing.decide(whom, replace(need, closed=off, queue_full=full))
        if named.winner is not None or members.rules.step_of(handoff) is not None:
            return named
        if handoff.kind is not Kind.RETURN:
            need = replace(need, passed_on=_ladder(handoff, tx.passed_on(handoff.conversation_id)))
    asked, need = members.of(handoff.queue_id), members.asks(need, handoff.skills, handoff.queue_id)
    if handoff.ladder_restarted:
        need = _for_bots_only(need, asked)
    strategy = members.rules.strategy_of(handoff.queue_id)
    decision = routing.decide(asked, need, strategy)
    if decision.winner is not None:
        return decision
    if handoff.failover_queue_id and handoff.failover_queue_id != handoff.queue_id:
        elsewhere = _ask_failover_queue(tx, handoff, need, members)
        if elsewhere.winner is not None:
            return elsewhere
    if need.seeks is not Seeks.BOT and routing.ladder_leaves_none(asked, need.passed_on):
        return routing.decide(asked, _for_bots_only(need, asked), strategy, ["ladder_restarted"])
    return decision


def _named(tx: Tx, handoff: Handoff, members: Members) -> list[Candidate]:
    """Whom a target names, less what this look has given away."""
    agent = tx.agents([handoff.target.id or ""]).get(handoff.target.id or "")
    return [Candidate(members.left_of(agent), 0)] if agent else []


def _for_bots_only(need: Need, members: list[Candidate]) -> Need:
    """The need once the ladder has restarted: its exclusions stand for bots (DESIGN section 5)."""
    bots = frozenset(c.agent.id for c in members if c.agent.bot)
    return replace(need, passed_on=need.passed_on & bots)


def _ask_failover_queue(tx: Tx, handoff: Handoff, need: Need, members: Members) -> Decision:
    queue_id = handoff.failover_queue_id or ""
    passed_on = frozenset(a for q, a in tx.passed_on(handoff.conversation_id) if q == queue_id)
    wanted = replace(need, seeks=Seeks.REPRESENTATIVE, passed_on=passed_on)
    wanted = members.asks(wanted, handoff.skills, queue_id)
    strategy = members.rules.strategy_of(queue_id)
    return routing.decide(members.of(queue_id), wanted, strategy, ["failover_queue"])


def need_now(tx: Tx, handoff: Handoff) -> Need:
    """What a hand-off asks of a candidate, as the store has it now."""
    stints = tx.stints_in(handoff.conversation_id)
    return Need(
        seeks=handoff.seeks,
        present=frozenset(s.agent_id for s in stints if s.live) | _offered(tx, handoff),
        yielding=frozenset(s.agent_id for s in stints if s.state is StintState.WRAP_UP),
        excluded=handoff.excluded,
        passed_on=_ladder(handoff, tx.passed_on(handoff.conversation_id)) if handoff.bound else frozenset(),
    )


def _offered(tx: Tx, handoff: Handoff) -> frozenset[str]:
    """Whoever has an offer of this conversation; before anybody holds, nothing else can be offered."""
    if handoff.kind is Kind.ARRIVAL:
        return frozenset()
    return frozenset(offer.agent_id for offer in tx.offers_in(handoff.conversation_id))


def need_of(case: Case, handoff: Handoff) -> Need:
    """What a hand-off of this case asks of a candidate, without the ladder, which `decide` has settled."""
    return Need(
        seeks=handoff.seeks,
        present=case.live_agents() | case.offered_agents(),
        yielding=frozenset(s.agent_id for s in case.stints.values() if s.state is StintState.WRAP_UP),
        excluded=handoff.excluded,
    )


def _ladder(handoff: Handoff, passed_on: set[tuple[str, str]]) -> frozenset[str]:
    """Who passed this conversation on, in the queue where it waits."""
    return frozenset(agent_id for queue_id, agent_id in passed_on if queue_id == handoff.queue_id)
