"""Opening hours: queues open and close by their own timers, nobody is asked out of hours, and nobody waits in vain."""

from collections.abc import Iterator

from tests.support.laws import Breach, Check, Database, Talk
from tests.support.laws_routing import chats_of, is_closed


def timers(db: Database) -> Iterator[Breach]:
    """Law 7: each queue with hours has a timer, due by its next change."""
    for queue in db.present.queues.values():
        if queue.hours is None or db.rules is None:
            continue
        at, change = db.due_at("hours", queue.id), queue.hours.next_change(db.now)
        if at is None or (change is not None and at > change):
            yield Breach(7, f"{queue.id} opens or closes at {change}, and its timer runs at {at}")


def asked_in_hours(db: Database) -> Iterator[Breach]:
    """Section 4: no person is offered what none of its queues, nor that of the hand-off, is open for."""
    if db.rules is None:
        return
    for talk in db.talks:
        if any(entry.kind == "act" for entry in talk.entries):
            continue  # a supervisor is not bound
        queues = {h.id: {q for q in h.queues if q} for h in talk.handoffs}
        for offer in talk.offers:
            own = {*queues[offer.handoff_id], *db.agents[offer.agent_id].queues}
            if all(is_closed(db, queue, offer.made_at) for queue in own):
                yield Breach(12, f"{offer.agent_id} was offered {offer.handoff_id} out of hours")


def nobody_waits_in_vain(db: Database) -> Iterator[Breach]:
    """Law 6, once all due work is done: what waits for the people of closed queues outlasts the closing."""
    if db.rules is None:
        return
    for talk in db.talks:
        for handoff in talk.handoffs:
            if handoff.state != "queued" or not all(is_closed(db, q) for q in handoff.queues):
                continue
            if handoff.target.type == "agent" and not handoff.fell_through:
                continue
            members = {a for q in handoff.queues for a in db.members.get(q, {})}
            people = {a for a in members if not db.agents[a].bot}
            if handoff.seeks != "representative" or not people:
                continue
            asked = handoff.excluded.declined | handoff.excluded.lost | {s.agent_id for s in talk.live}
            if people <= asked:
                continue
            opens = db.present.opens_at(handoff.queues, db.now)
            at = db.due_at("max_wait", handoff.id)
            if opens is not None and at is not None and at <= opens:
                yield Breach(6, f"{handoff.kind} {handoff.id} ends at {at}, and its queue opens at {opens}")


def limits(db: Database) -> Iterator[Breach]:
    """Section 5: no more chats of a queue than a membership allows, but by hand, from hold or by a supervisor."""
    for (queue_id, agent_id), limit in db.limits.items() if db.rules is not None else ():
        if chats_of(db, queue_id, agent_id) <= limit:
            continue
        mine = {u.conversation_id for u in db.slots if u.agent_id == agent_id}
        talks = [talk for talk in db.talks if talk.id in mine]
        if not any(_by_hand(talk) for talk in talks):
            yield Breach(5, f"{agent_id} has more chats of {queue_id} than {limit}")


def _by_hand(talk: Talk) -> bool:
    flags = [flag for h in talk.handoffs for flag in (h.trace or {}).get("flags", ())]
    acted = any(entry.kind == "act" for entry in talk.entries)
    promoted = any(h.kind == "promotion" for h in talk.handoffs)
    return bool(talk.holds) or acted or promoted or "by_hand" in flags


def skilled(db: Database) -> Iterator[Breach]:
    """Section 5: nobody is offered what it has not the skills for, unless it is named."""
    for talk in db.talks:
        for handoff in talk.handoffs if db.rules is not None else ():
            wanted = {*handoff.skills, *db.present.skills_of(handoff.queue_id)}
            trace = handoff.trace or {"winner": None, "flags": ["nobody"]}
            offered = talk.open_offers(handoff.id)
            for offer in offered if handoff.target.type != "agent" and not trace["flags"] else ():
                if not wanted <= db.agents[offer.agent_id].skills:
                    yield Breach(12, f"{offer.agent_id} is offered {handoff.id} without its skills")


CHECKS: list[Check] = [timers, asked_in_hours, limits, skilled]
