"""The matcher: it answers events (law 7). One transaction takes a queue's matches and makes at most one claim."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from batonpass.app.cases import keep, locked, open_case
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Place, Tx
from batonpass.domain import passing, routing
from batonpass.domain.agents import Presence
from batonpass.domain.case import Case
from batonpass.domain.conversation import StintState
from batonpass.domain.due import Due, DueKind
from batonpass.domain.events import QueuesChanged
from batonpass.domain.handoff import Handoff, Kind, Seeks, State, TargetType
from batonpass.domain.routing import Candidate, Decision, Need

PAGE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A hand-off and who would get it now."""

    place: Place
    handoff: Handoff
    decision: Decision


def match(tx: Tx, env: Env, queue_id: str) -> Outcome:
    """Serve the first waiting hand-off that anybody can take. Replies whether there was one."""
    tx.take_matches(queue_id)
    found = find(tx, env, queue_id)
    if found is None:
        return Outcome(False)
    conversation = locked(tx, found.place.conversation_id)
    case = open_case(tx, env, conversation)
    handoff = case.handoffs.get(found.place.handoff_id)
    winner = found.decision.winner
    assert winner is not None
    fresh = tx.agent(winner.id, lock=True)
    current = handoff is not None and handoff.state is State.QUEUED and fresh is not None
    if not current or routing.removal(fresh, need_of(case, handoff)):  # type: ignore[arg-type]
        # Another transaction was faster: look again, in a transaction of its own, to keep the order of locks.
        tx.add_due([Due(DueKind.MATCH, queue_id, tx.now)])
        return Outcome(True, wake=True)
    case.agents[winner.id] = fresh  # type: ignore[assignment]
    claim(tx, case, handoff, found.decision)  # type: ignore[arg-type]
    case.match(queue_id)
    case.tell(QueuesChanged((handoff.queue_id,)))  # type: ignore[union-attr]
    return keep(tx, case, True)


def claim(tx: Tx, case: Case, handoff: Handoff, decision: Decision) -> None:
    """Give the hand-off to the winner: bots and queues that accept by themselves at once, others by an offer."""
    assert decision.winner is not None
    winner = case.agents[decision.winner.id]
    if "ladder_restarted" in decision.flags:
        handoff = replace(handoff, ladder_restarted=True)
    if winner.bot or case.rules.accepts_at_once(handoff.queue_id):
        passing.accept_at_once(case, handoff, winner, decision, boundary_of(tx, case, handoff))
    else:
        passing.make_offer(case, handoff, winner, decision)


def boundary_of(tx: Tx, case: Case, handoff: Handoff) -> int:
    """Where the receiver's stream begins (law 4): 0 at arrival; on failover before the first unanswered message."""
    if handoff.kind is Kind.ARRIVAL:
        return 0
    if handoff.kind is Kind.FAILOVER:
        unanswered = tx.customer_span(case.conversation.id, case.conversation.answered_seq)
        if unanswered is not None:
            return min(unanswered[0] - 1, handoff.boundary_seq)
    return handoff.boundary_seq


# Finding


def find(tx: Tx, env: Env, queue_id: str) -> Found | None:
    """Return the first servable hand-off over all queues of the free members, without locking anything."""
    members = tx.candidates(queue_id)
    free = [c.agent for c in members if c.agent.reachable and c.agent.presence is Presence.AVAILABLE]
    able = [a for a in free if not a.limited or a.free_slot() is not None]
    queues = sorted({queue_id, *(q for agent in able for q in agent.queues)})
    cache: dict[str, list[Candidate]] = {queue_id: members}
    seen: set[str] = set()
    for place in _places(tx, queues, {a.bot for a in able}, [a.id for a in free]):
        if place.handoff_id in seen:
            continue
        seen.add(place.handoff_id)
        handoff = tx.handoff(place.handoff_id)
        if handoff is None or handoff.state is not State.QUEUED:
            continue
        decision = decide(tx, env, handoff, _need(tx, handoff), cache)
        if decision.winner is not None:
            return Found(place, handoff, decision)
    return None


def _places(tx: Tx, queues: list[str], kinds: set[bool], members: list[str]) -> Iterator[Place]:
    """Waiting hand-offs that somebody free is sought by, in order, those whose wrap-up would yield among them."""
    yielding = tx.waiting_for_wrap_up(queues, members) if members else []
    seeks = _sought_by(kinds)
    offset = 0
    while seeks:
        page = tx.waiting(queues, seeks, PAGE, offset)
        last = page[-1].rank if len(page) == PAGE else None
        now = [p for p in yielding if last is None or p.rank <= last]
        yielding = [p for p in yielding if p not in now]
        yield from sorted([*page, *now], key=lambda place: place.rank)
        if last is None:
            return
        offset += PAGE
    yield from yielding


def _sought_by(kinds: set[bool]) -> list[str]:
    if not kinds:
        return []
    sought = {Seeks.BOT if bot else Seeks.REPRESENTATIVE for bot in kinds}
    return sorted(str(kind) for kind in {*sought, Seeks.ANY})


# Deciding


def decide(
    tx: Tx, env: Env, handoff: Handoff, need: Need, cache: dict[str, list[Candidate]] | None = None
) -> Decision:
    """Ask the queue; then, for a failover, the failover queue; then the queue again without the ladder."""
    cache = {} if cache is None else cache
    members = _members(tx, handoff.queue_id, cache)
    if handoff.ladder_restarted:
        need = _for_bots_only(need, members)
    decision = routing.decide(members, need)
    if decision.winner is not None:
        return decision
    if handoff.failover_queue_id and handoff.failover_queue_id != handoff.queue_id:
        elsewhere = _ask_failover_queue(tx, handoff, need, cache)
        if elsewhere.winner is not None:
            return elsewhere
    if need.seeks is not Seeks.BOT and routing.ladder_leaves_none(members, need.passed_on):
        return routing.decide(members, _for_bots_only(need, members), flags=["ladder_restarted"])
    return decision


def _for_bots_only(need: Need, members: list[Candidate]) -> Need:
    """The need once the ladder has restarted: its exclusions stand for bots (DESIGN section 5)."""
    bots = frozenset(c.agent.id for c in members if c.agent.bot)
    return replace(need, passed_on=need.passed_on & bots)


def _ask_failover_queue(tx: Tx, handoff: Handoff, need: Need, cache: dict[str, list[Candidate]]) -> Decision:
    queue_id = handoff.failover_queue_id or ""
    passed_on = frozenset(a for q, a in tx.passed_on(handoff.conversation_id) if q == queue_id)
    wanted = replace(need, seeks=Seeks.REPRESENTATIVE, passed_on=passed_on)
    return routing.decide(_members(tx, queue_id, cache), wanted, flags=["failover_queue"])


def _members(tx: Tx, queue_id: str, cache: dict[str, list[Candidate]]) -> list[Candidate]:
    if queue_id not in cache:
        cache[queue_id] = tx.candidates(queue_id)
    return cache[queue_id]


def _need(tx: Tx, handoff: Handoff) -> Need:
    stints = tx.stints_in(handoff.conversation_id)
    return Need(
        seeks=handoff.seeks,
        present=frozenset(s.agent_id for s in stints if s.live),
        yielding=frozenset(s.agent_id for s in stints if s.state is StintState.WRAP_UP),
        excluded=handoff.excluded,
        passed_on=_ladder(handoff, tx.passed_on(handoff.conversation_id)),
    )


def need_of(case: Case, handoff: Handoff) -> Need:
    """What a hand-off of this case asks of a candidate, without the ladder, which `decide` has settled."""
    return Need(
        seeks=Seeks.ANY,
        present=case.live_agents(),
        yielding=frozenset(s.agent_id for s in case.stints.values() if s.state is StintState.WRAP_UP),
        excluded=handoff.excluded,
    )


def _ladder(handoff: Handoff, passed_on: set[tuple[str, str]]) -> frozenset[str]:
    """Queue and `next` targets and failovers are bound by the ladder; named agents and `previous` are not."""
    if handoff.target.type not in (TargetType.QUEUE, TargetType.NEXT):
        return frozenset()
    return frozenset(agent_id for queue_id, agent_id in passed_on if queue_id == handoff.queue_id)


def explain(tx: Tx, queue_id: str, seeks: Seeks) -> Decision:
    """Say who would get a new chat of this queue now, and why."""
    return routing.decide(tx.candidates(queue_id), Need(seeks=seeks))


def forgotten(tx: Tx, env: Env) -> list[str]:
    """Queues with a possible match and no match due: work that no event announced (law 7).

    To be asked of a read snapshot: between two statements of a transaction a match may come and go.
    """
    return [
        queue_id
        for queue_id in tx.waiting_queues()
        if not tx.has_due(DueKind.MATCH, queue_id) and _is_forgotten(tx, env, queue_id)
    ]


def _is_forgotten(tx: Tx, env: Env, queue_id: str) -> bool:
    found = find(tx, env, queue_id)
    if found is None:
        return False
    winner = found.decision.winner
    involved = {found.handoff.queue_id, *(winner.queues if winner else ())}
    return not any(tx.has_due(DueKind.MATCH, queue) for queue in involved)


def sweep(tx: Tx, env: Env, queue_ids: list[str]) -> Outcome:
    """Do what was forgotten, and count it: the sweep is a safety net, and finding work is a bug."""
    tx.count_up("sweep_found_work", len(queue_ids))
    tx.add_due([Due(DueKind.MATCH, queue_id, tx.now) for queue_id in queue_ids])
    return Outcome(queue_ids, wake=True)
