"""Laws 7 and 12 and section 5: who could get what waits, who was asked, and whether the trace says so."""

from collections.abc import Iterator
from typing import Any

from batonpass.domain.conversation import Stint
from batonpass.domain.handoff import SHARES, Handoff
from tests.support.laws import Breach, Check, Database, Talk
from tests.support.laws_life import turns_over, waits_again_from, waits_from

NO_TRACE: dict[str, Any] = {"flags": []}


def matches_are_due(db: Database) -> Iterator[Breach]:
    """Law 7: whoever could get a waiting hand-off now, a match of a queue of either is due."""
    for talk, handoff in _queued(db):
        for agent_id in takers(db, talk, handoff):
            queues = {handoff.queue_id, handoff.failover_queue_id, *db.agents[agent_id].queues}
            if not any(q is not None and (db.has_due("match", q) or _changes(db, q)) for q in queues):
                yield Breach(7, f"{agent_id} could get {handoff.kind} {handoff.id}, and no match is due")


def _changes(db: Database, queue_id: str) -> bool:
    """Whether a queue opens or closes at this moment, and its timer is still to run."""
    at = db.due_at("hours", queue_id)
    return at is not None and at <= db.now


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
    found = {a for a in found if _suits(db, talk, handoff, a, handoff.queue_id)}
    if handoff.failover_queue_id:
        elsewhere = set(db.members.get(handoff.failover_queue_id, {}))
        elsewhere -= _ladder(db, talk, handoff, handoff.failover_queue_id)
        asked = {a for a in elsewhere if _suits(db, talk, handoff, a, handoff.failover_queue_id)}
        found |= {a for a in asked if _fits(db, talk, handoff, a, "representative")}
    named = _named(handoff)
    step = db.present.step_of(handoff)
    if step is not None and step.agent_id is not None and not handoff.fell_through:
        found = set()  # a step of a workflow that asks one agent alone
    if named and not handoff.fell_through and _fits(db, talk, handoff, named, handoff.seeks):
        own = db.agents[named].queues or (handoff.queue_id,)
        if db.agents[named].bot or not all(is_closed(db, queue) for queue in own):
            found |= {named} if has_room(db, talk, named, handoff.queue_id) else set()
    return sorted(a for a in found if db.agents[a].queues)


def _suits(db: Database, talk: Talk, handoff: Handoff, agent_id: str, queue_id: str) -> bool:
    """Whether an agent suits this queue now: its hours, its skills and how many of its chats one may have."""
    agent = db.agents[agent_id]
    skilled = agent.skills >= {*handoff.skills, *db.present.skills_of(queue_id)}
    in_hours = agent.bot or not is_closed(db, queue_id)
    return skilled and in_hours and has_room(db, talk, agent_id, queue_id)


def has_room(db: Database, talk: Talk, agent_id: str, queue_id: str) -> bool:
    """Whether a member may have one more chat of a queue; its after-work in this very chat makes room."""
    limit = db.limits.get((queue_id, agent_id))
    yields = any(t.agent_id == agent_id and t.state == "wrap_up" for t in talk.stints)
    return limit is None or yields or chats_of(db, queue_id, agent_id) < limit


def chats_of(db: Database, queue_id: str, agent_id: str) -> int:
    """How many slots an agent uses for chats that this queue gave, offers included."""
    handoffs = {h.id: h for talk in db.talks for h in talk.handoffs}
    offers = {o.id: handoffs[o.handoff_id].queue_id for talk in db.talks for o in talk.offers}
    stints = {t.id: t.queue_id for talk in db.talks for t in talk.stints}
    mine = [slot for slot in db.slots if slot.agent_id == agent_id]
    return sum(queue_id in (offers.get(u.offer_id or ""), stints.get(u.stint_id or "")) for u in mine)


def is_closed(db: Database, queue_id: str, at: int | None = None) -> bool:
    """Whether the people of a queue do not serve at a moment, by default now."""
    found = db.present.queues.get(queue_id)
    return bool(found and found.hours and not found.hours.is_open(db.now if at is None else at))


def _named(handoff: Handoff) -> str | None:
    """Whom it names: that agent is asked first, and is not bound by the ladder."""
    return handoff.target.id if handoff.target.type == "agent" else None


def _is_bound(handoff: Handoff, agent_id: str) -> bool:
    """Section 5: the ladder binds all but named agents and what returns to its giver."""
    return handoff.kind != "return" and agent_id != _named(handoff)


def _ladder(db: Database, talk: Talk, handoff: Handoff, queue_id: str) -> set[str]:
    if handoff.kind == "return":
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
        and not any(o.agent_id == agent_id and o.state == "open" for o in talk.offers)
        and agent.reachable
        and agent.presence == "available"
        and (has_slot or any(t.state == "wrap_up" for t in mine))
        and agent_id not in excluded.declined | excluded.missed | excluded.lost
    )


def exclusions(db: Database) -> Iterator[Breach]:
    """Section 5: who declined, was lost or went is not asked again for that hand-off; who is back missed nothing."""
    for talk in db.talks:
        for handoff in talk.handoffs:
            out: set[str] = set()
            offers = [o for o in talk.offers if o.handoff_id == handoff.id]
            for offer in offers if not _supervised(talk) else []:
                if offer.agent_id in out or _lost_before(talk, handoff, offer.agent_id, offer.made_at):
                    yield Breach(
                        12, f"{offer.agent_id} declined or was lost, and was offered {handoff.id} again"
                    )
                if offer.state in ("declined", "accepted"):
                    out.add(offer.agent_id)
            if handoff in talk.pending:
                back = [a for a in handoff.excluded.missed if db.agents[a].presence == "available"]
                if back:
                    yield Breach(7, f"{back} came back and are still left out of {handoff.id} as missed")


def _lost_before(talk: Talk, handoff: Handoff, agent_id: str, at: int) -> bool:
    if agent_id not in handoff.excluded.lost:
        return False
    giver = talk.stint(handoff.giver_stint_id)
    if giver is not None and giver.agent_id == agent_id and giver.reason == "lost":
        return True
    gone = [t.ended_at or 0 for t in talk.stints if t.agent_id == agent_id and t.reason == "lost"]
    return any(ended < at for ended in gone[-1:])


def _supervised(talk: Talk) -> bool:
    """Whether a supervisor acted here, whom no exclusion binds."""
    return any(entry.kind == "act" for entry in talk.entries)


def ladder(db: Database) -> Iterator[Breach]:
    """Section 5: queue and `next` targets and failovers do not go to who passed the conversation on there."""
    for talk in db.talks:
        gave = [stint for stint in talk.stints if _passed_on(talk, stint)]
        for handoff in talk.handoffs:
            chosen = _chosen(talk, handoff)
            if (
                handoff.overflowed or handoff.workflow
            ):  # who was asked before it moved was asked in another queue
                chosen = chosen[-1:] if handoff.state in ("offered", "accepted", "completed") else []
            for agent_id, at, trace in chosen:
                another = _named(handoff) is not None and agent_id != _named(handoff)
                if another and not handoff.fell_through and not _supervised(talk):
                    yield Breach(12, f"{handoff.kind} {handoff.id} names another than {agent_id}")
                before = [s for s in gave if _gave_before(s, handoff, at)]
                passed = {(s.queue_id, s.agent_id) for s in before}
                if _left_out(db, handoff, agent_id, trace["flags"], passed):
                    yield Breach(12, f"{handoff.kind} {handoff.id} went to {agent_id}, who passed it on")
            kinds = _kinds(db, talk, handoff)
            if handoff.workflow:  # each step seeks what it names
                kinds = {"bot" if db.agents[a].bot else "representative" for a, _, _ in chosen}
            if kinds - {str(handoff.seeks), "any"} and handoff.seeks != "any":
                yield Breach(12, f"{handoff.kind} {handoff.id} seeks {handoff.seeks} and got another kind")
        recorded = {(queue, agent) for cid, queue, agent in db.passed_on if cid == talk.id}
        passed = {(stint.queue_id, stint.agent_id) for stint in gave}
        if recorded != passed:
            yield Breach(12, f"{talk.id}: passed on by {sorted(passed)}, recorded {sorted(recorded)}")


def _passed_on(talk: Talk, stint: Stint) -> bool:
    """Whether a holder passed the conversation on: it went by a word, or was lost after it had asked for a pass.

    Being lost excludes for one hand-off only (section 5); WALK rule n is about a pass that was asked for.
    """
    if stint.role != "holder" or stint.state == "live" or stint.reason in ("closed", "held"):
        return False
    if stint.reason != "lost":
        return True
    given = [h for h in talk.handoffs if h.giver_stint_id == stint.id and h.kind not in SHARES]
    asked = [h for h in given if h.kind not in ("failover", "promotion", "return")]
    return any(h.leave == "now" or h.state == "completed" for h in asked)


def _gave_before(stint: Stint, handoff: Handoff, at: int) -> bool:
    """Whether a holder had passed it on when a hand-off was decided at `at`; at the same moment, only its giver."""
    gives = stint.id == handoff.giver_stint_id and handoff.leave == "now"
    return (stint.ended_at or 0) < at or gives


def _asked(talk: Talk, handoff: Handoff) -> list[str]:
    """Whoever was offered a hand-off, or got it."""
    offered = [o.agent_id for o in talk.offers if o.handoff_id == handoff.id]
    return offered + ([handoff.receiver_agent_id] if handoff.receiver_agent_id else [])


def _kinds(db: Database, talk: Talk, handoff: Handoff) -> set[str]:
    return {"bot" if db.agents[a].bot else "representative" for a in _asked(talk, handoff)}


def _chosen(talk: Talk, handoff: Handoff) -> list[tuple[str, int, dict[str, Any]]]:
    """Whoever was offered a hand-off, or got it without an offer, when, and the trace of that decision."""
    offered = [
        (o.agent_id, o.made_at, o.trace or NO_TRACE) for o in talk.offers if o.handoff_id == handoff.id
    ]
    receiver = handoff.receiver_agent_id
    by_hand = "by_hand" in (handoff.trace or NO_TRACE)["flags"]
    if receiver is not None and (by_hand or receiver not in [agent_id for agent_id, _, _ in offered]):
        got = [t.started_at for t in talk.by_handoff(handoff.id) if t.agent_id == receiver]
        offered.append((receiver, min(got, default=handoff.created_at), handoff.trace or NO_TRACE))
    return offered


def _left_out(
    db: Database, handoff: Handoff, agent_id: str, flags: list[str], passed: set[tuple[str, str]]
) -> bool:
    """Whether the ladder of the queue that was asked should have left this agent out."""
    if "by_hand" in flags:
        return False  # a pick-up is bound by no ladder
    elsewhere = "failover_queue" in flags
    queue_id = handoff.failover_queue_id if elsewhere else handoff.queue_id
    if not _is_bound(handoff, agent_id) or (queue_id, agent_id) not in passed:
        return False
    restarted = handoff.ladder_restarted and not elsewhere
    return not (restarted and not db.agents[agent_id].bot)


def traces(db: Database) -> Iterator[Breach]:
    """Law 12: an offer and a completed hand-off name the winner, the key and counts with up to 20 names."""
    for talk in db.talks:
        for handoff in talk.handoffs:
            if handoff.state not in ("offered", "accepted", "completed"):
                continue
            trace = handoff.trace or {}
            where = f"{handoff.kind} {handoff.id}"
            if set(trace) - {"left"} != {"winner", "key", "removed", "names", "flags"} or not trace["key"]:
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
        if handoff.trace is None and not any(db.has_due("match", queue) for queue in handoff.queues):
            yield Breach(12, f"{handoff.kind} {handoff.id} waits, and nothing says why")
        if handoff.trace is not None and handoff.trace["winner"] is not None:
            yield Breach(12, f"{handoff.kind} {handoff.id} waits, and its trace names a winner")


def order_of_the_queue(db: Database) -> Iterator[Breach]:
    """Section 5: waiting time travels along, as if all the times without a holder had been one.

    A pass that waits beside its giver keeps the place it got at its request.
    """
    for talk, handoff in _queued(db):
        waited = _waited(talk, handoff.created_at)
        if handoff.waiting_key != handoff.created_at - waited:
            key = f"{handoff.waiting_key}, not by {handoff.created_at} less {waited}"
            yield Breach(12, f"{handoff.kind} {handoff.id} waits by {key}")


def _waited(talk: Talk, until: int) -> int:
    """How long nobody had held at a time, by the timeline."""
    since: int | None = talk.row.created_at
    waited = 0
    for entry in talk.entries:
        if entry.at > until or (entry.data.get("role") != "holder" and not turns_over(entry)):
            continue
        if entry.kind == "added" and since is not None:
            waited, since = waited + entry.at - since, None
        elif turns_over(entry):
            waited, since = 0, waits_again_from(entry)
        elif entry.kind == "removed":
            since = waits_from(talk, entry)
    return waited + (until - since if since is not None else 0)


CHECKS: list[Check] = [
    matches_are_due,
    exclusions,
    ladder,
    traces,
    nobody_is_explained,
    order_of_the_queue,
]
