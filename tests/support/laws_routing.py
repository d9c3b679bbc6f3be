"""Laws 7 and 12 and section 5: who could get what waits, who was asked, and whether the trace says so."""

from collections.abc import Iterator
from typing import Any

from batonpass.domain.handoff import Handoff
from tests.support.laws import Breach, Check, Database, Talk

BOUND = ("queue", "next")
"""Targets that the ladder binds."""

NO_TRACE: dict[str, Any] = {"flags": []}


def matches_are_due(db: Database) -> Iterator[Breach]:
    """Law 7: whoever could get a waiting hand-off now, a match of a queue of either is due."""
    for talk, handoff in _queued(db):
        for agent_id in takers(db, talk, handoff):
            queues = {handoff.queue_id, handoff.failover_queue_id, *db.agents[agent_id].queues}
            if not any(q is not None and db.has_due("match", q) for q in queues):
                yield Breach(7, f"{agent_id} could get {handoff.kind} {handoff.id}, and no match is due")


def nobody_is_forgotten(db: Database) -> Iterator[Breach]:
    """Law 7, once all due work is done: nobody waits for whom somebody is free."""
    for talk, handoff in _queued(db):
        for agent_id in takers(db, talk, handoff):
            yield Breach(7, f"{agent_id} could get {handoff.kind} {handoff.id}, and all work is done")


def _queued(db: Database) -> list[tuple[Talk, Handoff]]:
    return [(talk, h) for talk in db.talks for h in talk.handoffs if h.state == "queued"]


def takers(db: Database, talk: Talk, handoff: Handoff) -> list[str]:
    """Who could get a waiting hand-off now, by section 5; worked out without the matcher."""
    members = set(db.members.get(handoff.queue_id, {}))
    passed_on = _ladder(db, talk, handoff, handoff.queue_id)
    people = {a for a in members if not db.agents[a].bot}
    if handoff.ladder_restarted or (handoff.seeks != "bot" and people and people <= passed_on):
        passed_on -= people
    found = {a for a in members - passed_on if _fits(db, talk, handoff, a, handoff.seeks)}
    if handoff.failover_queue_id:
        elsewhere = set(db.members.get(handoff.failover_queue_id, {}))
        elsewhere -= _ladder(db, talk, handoff, handoff.failover_queue_id)
        found |= {a for a in elsewhere if _fits(db, talk, handoff, a, "representative")}
    return sorted(found)


def _ladder(db: Database, talk: Talk, handoff: Handoff, queue_id: str) -> set[str]:
    if handoff.target.type not in BOUND:
        return set()
    return {agent for cid, queue, agent in db.passed_on if (cid, queue) == (talk.id, queue_id)}


def _fits(db: Database, talk: Talk, handoff: Handoff, agent_id: str, seeks: str) -> bool:
    agent, excluded = db.agents[agent_id], handoff.excluded
    kind = "bot" if agent.bot else "representative"
    mine = [t for t in talk.stints if t.agent_id == agent_id]
    has_slot = not agent.limited or len(agent.used) < (agent.capacity or 0)
    return (
        seeks in ("any", kind)
        and not any(t.state == "live" for t in mine)
        and agent.reachable
        and agent.presence == "available"
        and (has_slot or any(t.state == "wrap_up" for t in mine))
        and agent_id not in excluded.declined | excluded.missed | excluded.lost
    )


def exclusions(db: Database) -> Iterator[Breach]:
    """Section 5: who declined is not asked again for that hand-off; who is back has missed nothing."""
    for talk in db.talks:
        for handoff in talk.handoffs:
            declined: set[str] = set()
            asked = [o for o in talk.offers if o.handoff_id == handoff.id]
            for offer in asked:
                if offer.agent_id in declined | handoff.excluded.lost:
                    yield Breach(
                        12, f"{offer.agent_id} declined or was lost, and was offered {handoff.id} again"
                    )
                if offer.state == "declined":
                    declined.add(offer.agent_id)
            if handoff in talk.pending:
                back = [a for a in handoff.excluded.missed if db.agents[a].presence == "available"]
                if back:
                    yield Breach(7, f"{back} came back and are still left out of {handoff.id} as missed")


def ladder(db: Database) -> Iterator[Breach]:
    """Section 5: queue and `next` targets and failovers do not go to who passed the conversation on there."""
    for talk in db.talks:
        passed: set[tuple[str, str]] = set()
        for handoff in talk.handoffs:
            giver = talk.stint(handoff.giver_stint_id)
            if giver is not None and handoff.kind != "failover":
                passed.add((giver.queue_id, giver.agent_id))
            for agent_id, trace in _chosen(talk, handoff):
                if _left_out(db, handoff, agent_id, trace["flags"], passed):
                    yield Breach(12, f"{handoff.kind} {handoff.id} went to {agent_id}, who passed it on")
            if _kinds(db, talk, handoff) - {str(handoff.seeks), "any"} and handoff.seeks != "any":
                yield Breach(12, f"{handoff.kind} {handoff.id} seeks {handoff.seeks} and got another kind")
        recorded = {(queue, agent) for cid, queue, agent in db.passed_on if cid == talk.id}
        if recorded != passed:
            yield Breach(12, f"{talk.id}: passed on by {sorted(passed)}, recorded {sorted(recorded)}")


def _asked(talk: Talk, handoff: Handoff) -> list[str]:
    """Whoever was offered a hand-off, or got it."""
    offered = [o.agent_id for o in talk.offers if o.handoff_id == handoff.id]
    return offered + ([handoff.receiver_agent_id] if handoff.receiver_agent_id else [])


def _kinds(db: Database, talk: Talk, handoff: Handoff) -> set[str]:
    return {"bot" if db.agents[a].bot else "representative" for a in _asked(talk, handoff)}


def _chosen(talk: Talk, handoff: Handoff) -> list[tuple[str, dict[str, Any]]]:
    """Whoever was offered a hand-off, or got it without an offer, with the trace of that decision."""
    offered = [(o.agent_id, o.trace or NO_TRACE) for o in talk.offers if o.handoff_id == handoff.id]
    receiver = handoff.receiver_agent_id
    if receiver is not None and receiver not in [agent_id for agent_id, _ in offered]:
        offered.append((receiver, handoff.trace or NO_TRACE))
    return offered


def _left_out(
    db: Database, handoff: Handoff, agent_id: str, flags: list[str], passed: set[tuple[str, str]]
) -> bool:
    """Whether the ladder of the queue that was asked should have left this agent out."""
    elsewhere = "failover_queue" in flags
    queue_id = handoff.failover_queue_id if elsewhere else handoff.queue_id
    if handoff.target.type not in BOUND or (queue_id, agent_id) not in passed:
        return False
    restarted = handoff.ladder_restarted and not elsewhere
    return not (restarted and not db.agents[agent_id].bot)


def traces(db: Database) -> Iterator[Breach]:
    """Law 12: an offer and a completed hand-off name the winner, the key and counts with up to 20 names."""
    for talk in db.talks:
        for handoff in talk.handoffs:
            if handoff.state not in ("offered", "completed"):
                continue
            trace = handoff.trace or {}
            where = f"{handoff.kind} {handoff.id}"
            if set(trace) != {"winner", "key", "removed", "names", "flags"} or not trace["key"]:
                yield Breach(12, f"{where} has no trace")
                continue
            winner = _asked(talk, handoff)[-1]
            if trace["winner"] != db.agents[winner].name:
                yield Breach(12, f"{where} went to {winner}, its trace says {trace['winner']}")
            if {r: min(n, 20) for r, n in trace["removed"].items()} != {
                r: len(n) for r, n in trace["names"].items()
            }:
                yield Breach(12, f"{where}: names and counts of its trace differ")


def nobody_is_explained(db: Database) -> Iterator[Breach]:
    """Law 12: what waits and was looked at says why nobody gets it."""
    for _talk, handoff in _queued(db):
        if handoff.trace is None and not db.has_due("match", handoff.queue_id):
            yield Breach(12, f"{handoff.kind} {handoff.id} waits, and nothing says why")
        if handoff.trace is not None and handoff.trace["winner"] is not None:
            yield Breach(12, f"{handoff.kind} {handoff.id} waits, and its trace names a winner")


def order_of_the_queue(db: Database) -> Iterator[Breach]:
    """Section 5: waiting time travels along, as if all the times without a holder had been one."""
    for talk, handoff in _queued(db):
        since, waited = _waits(talk)
        if handoff.waiting_key != since - waited:
            key = f"{handoff.waiting_key}, not by {since} less {waited}"
            yield Breach(12, f"{handoff.kind} {handoff.id} waits by {key}")


def _waits(talk: Talk) -> tuple[int, int]:
    """Since when nobody holds, and how long nobody held before that, by the timeline."""
    since, waited = talk.row.created_at, 0
    for entry in talk.entries:
        if entry.data.get("role") != "holder":
            continue
        if entry.kind == "added":
            waited += entry.at - since
        elif entry.kind == "removed":
            since = entry.at
    return since, waited


def hops(db: Database) -> Iterator[Breach]:
    """WALK rule h: completed hand-offs, not arrivals or returns, that gave the baton to another agent."""
    for talk in db.talks:
        counted = [
            h
            for h in talk.handoffs
            if h.state == "completed"
            and h.kind not in ("arrival", "return")
            and h.receiver_agent_id != h.giver_agent_id
        ]
        if talk.row.hops != len(counted):
            yield Breach(12, f"{talk.id} counts {talk.row.hops} hops, there were {len(counted)}")


CHECKS: list[Check] = [
    matches_are_due,
    exclusions,
    ladder,
    traces,
    nobody_is_explained,
    order_of_the_queue,
    hops,
]
