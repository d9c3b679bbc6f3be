"""The matcher: it answers events (law 7). One transaction takes a queue's matches and makes some claims."""

from collections.abc import Sequence
from dataclasses import replace

from batonpass.app import rescue
from batonpass.app.cases import keep, lock_agents, locked, open_case
from batonpass.app.finding import Found, Members, decide, find, need_now, need_of
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import offers, passing, routing
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.due import Due, DueKind
from batonpass.domain.events import Effect, QueuesChanged
from batonpass.domain.handoff import Handoff, Kind, Seeks, State
from batonpass.domain.routing import Candidate, Decision, Need
from batonpass.domain.rules import Rules

CLAIMS = 16
"""At most so many claims in one transaction: enough to share its commit, few enough to let others in between."""


def match(tx: Tx, env: Env, queue_id: str) -> Outcome:
    """Serve the first waiting hand-offs that anybody can take. Replies whether there may be more.

    Locks are taken in the one order: all the conversations by id, then all the winners by id. What another
    transaction changed since the look is left, and looked at again in a transaction of its own.
    """
    tx.take_matches(queue_id)
    if rescue.removed(env, queue_id):
        return rescue.rescue(tx, env, queue_id)
    found = find(tx, env.rules, queue_id, CLAIMS)
    if not found:
        return _again(tx, queue_id, _explain_nobody(tx, env.rules, queue_id), [])
    # Of a conversation one at a time: the first may change who can take the second.
    firsts = {item.handoff.conversation_id: item for item in reversed(found)}
    cases = {cid: open_case(tx, env, locked(tx, cid)) for cid in sorted(firsts)}
    claimed = [item for item in found if firsts[item.handoff.conversation_id] is item]
    lock_agents(tx, cases.values(), *(f.winner.id for f in claimed))
    winners = {f.winner.id: tx.agent(f.winner.id) for f in claimed}
    outcomes = [_claim(tx, cases[f.handoff.conversation_id], f, winners) for f in claimed]
    made = [outcome for outcome in outcomes if outcome is not None]
    more = len(found) == CLAIMS or len(made) < len(found)
    again = {queue_id} if more else _explain_nobody(tx, env.rules, queue_id)
    return _again(tx, queue_id, again, [effect for outcome in made for effect in outcome.effects])


def _again(tx: Tx, queue_id: str, queues: set[str], effects: Sequence[Effect]) -> Outcome:
    tx.add_due([Due(DueKind.MATCH, again, tx.now) for again in sorted(queues)])
    return Outcome(queue_id in queues, [*effects], wake=bool(queues or effects))


def _explain_nobody(tx: Tx, rules: Rules, queue_id: str) -> set[str]:
    """Keep on each hand-off that nobody can take why that is so, once for each time it is queued (law 12).

    That it is still so is not written again with every match; the rest can be recomputed. Returns the queues
    to be matched again: this one, when there may be more to explain; and those of whoever can take one by now.
    """
    members = Members(tx, rules)
    waiting = tx.undecided(queue_id, CLAIMS)
    again = {queue_id} if len(waiting) == CLAIMS else set()
    for handoff_id in waiting:
        handoff = tx.handoff(handoff_id)
        decision = decide(tx, handoff, need_now(tx, handoff), members) if handoff else None
        if decision is not None and decision.winner is not None:
            # Somebody has come since the look; or a member of the failover queue ends a wrap-up for it.
            again |= set(decision.winner.queues)
            # This look found nobody all the same, and the next one may not come by here.
            decision = replace(decision, winner=None, key="nobody", flags=(*decision.flags, "asked_again"))
        if decision is not None:
            tx.note_decision(handoff_id, decision.as_trace())
    return again


def _claim(tx: Tx, case: Case, found: Found, winners: dict[str, Agent | None]) -> Outcome | None:
    """Claim what was found, if it is still so; None when another transaction was faster."""
    handoff, fresh = case.handoffs.get(found.handoff.id), winners[found.winner.id]
    if handoff is None or handoff.state is not State.QUEUED or fresh is None:
        return None
    need = need_of(case, handoff)
    if routing.removal(fresh, need) is not None:
        return None
    if found.limited and _queue_full(tx, handoff, fresh, need):
        return None
    case.agents[fresh.id] = fresh
    claim(tx, case, handoff, found.decision)
    winners[fresh.id] = case.agents[fresh.id]
    case.tell(QueuesChanged((handoff.queue_id,)))
    return keep(tx, case)


def _queue_full(tx: Tx, handoff: Handoff, agent: Agent, need: Need) -> bool:
    """Whether its membership allows no more chats of this queue; counted anew, under the agent's lock."""
    member = tx.candidate(handoff.queue_id, agent.id)
    return member is not None and member.queue_full and agent.id not in need.yielding


def claim(tx: Tx, case: Case, handoff: Handoff, decision: Decision) -> None:
    """Give the hand-off to the winner: bots and queues that accept by themselves at once, others by an offer."""
    assert decision.winner is not None
    winner = case.agents[decision.winner.id]
    if "ladder_restarted" in decision.flags:
        handoff = replace(handoff, ladder_restarted=True)
    if handoff.target.id != winner.id:
        handoff = passing.fall_through(handoff)
    if winner.bot or case.rules.accepts_at_once(handoff.queue_id):
        offers.accept_at_once(case, handoff, winner, decision, boundary_of(tx, case, handoff))
    else:
        offers.make(case, handoff, winner, decision)


def boundary_of(tx: Tx, case: Case, handoff: Handoff) -> int | None:
    """Where the receiver's stream begins (law 4): 0 at arrival; on failover before the first unanswered message.

    None while somebody holds: then it is the entry before the join.
    """
    if handoff.giver_stays:
        return None
    if handoff.kind is Kind.ARRIVAL:
        return 0
    if handoff.kind is Kind.FAILOVER:
        unanswered = tx.customer_span(case.conversation.id, case.conversation.answered_seq)
        if unanswered is not None:
            return min(unanswered[0] - 1, handoff.boundary_seq)
    return handoff.boundary_seq


def explain(
    tx: Tx, rules: Rules, queue_id: str, seeks: Seeks, declared: Sequence[Candidate] = ()
) -> Decision:
    """Say who would get a new chat of this queue now, and why. `declared` counts where the store knows nothing yet."""
    known = {candidate.agent.id: candidate for candidate in declared}
    known |= {candidate.agent.id: candidate for candidate in tx.candidates(queue_id)}
    need = Need(seeks=seeks, closed=rules.is_closed(queue_id, tx.now))
    return routing.decide(known.values(), need, rules.strategy_of(queue_id))


def forgotten(tx: Tx, rules: Rules) -> list[str]:
    """Queues with a possible match and no match due: work that no event announced (law 7).

    To be asked of a read snapshot: between two statements of a transaction a match may come and go.
    """
    return [
        queue_id
        for queue_id in tx.waiting_queues()
        if not tx.has_due(DueKind.MATCH, queue_id) and _is_forgotten(tx, rules, queue_id)
    ]


def _is_forgotten(tx: Tx, rules: Rules, queue_id: str) -> bool:
    return any(
        not any(tx.has_due(DueKind.MATCH, queue) for queue in {found.handoff.queue_id, *found.winner.queues})
        for found in find(tx, rules, queue_id)
    )


def sweep(tx: Tx, env: Env, queue_ids: list[str]) -> Outcome:
    """Do what was forgotten, and count it: the sweep is a safety net, and finding work is a bug."""
    tx.count_up("sweep_found_work", len(queue_ids))
    tx.add_due([Due(DueKind.MATCH, queue_id, tx.now) for queue_id in queue_ids])
    return Outcome(queue_ids, wake=True)
