"""Section 4: what a hand-off is at each of its states, who came in by it, and what the giver may not do meanwhile."""

from collections.abc import Iterator

from batonpass.domain.conversation import Entry, Stint
from batonpass.domain.handoff import SHARES, Handoff
from batonpass.domain.rules import Rules
from tests.support.laws import Breach, Check, Database, Talk

MOST_INVITATIONS = 5
BY_ITSELF = ("resolved", "idle", "agent_lost", "queue_wait")
"""Reasons of hand-backs that nobody asked for."""
REPLACED = {"completed": "consulted", "promoted": "helper"}
"""Reasons for which a stint makes room for its agent's next one, and the role that ends so."""


def pending(db: Database) -> Iterator[Breach]:
    """Section 4: one pending pass, up to five pending invitations and consultations."""
    for talk in db.talks:
        if len(talk.passes) > 1:
            yield Breach(6, f"{talk.id} has {len(talk.passes)} pending passes")
        if len(talk.shares) > MOST_INVITATIONS:
            yield Breach(6, f"{talk.id} has {len(talk.shares)} pending invitations")


def handoffs(db: Database) -> Iterator[Breach]:
    """Law 6: every hand-off is somewhere, with the timer that ends it, or has ended in a known way."""
    for talk in db.talks:
        for handoff in talk.handoffs:
            where = f"{talk.id}: {handoff.kind} {handoff.id} is {handoff.state}"
            offers = len(talk.open_offers(handoff.id))
            if offers != (1 if handoff.state == "offered" else 0):
                yield Breach(6, f"{where} with {offers} open offers")
            if handoff in talk.pending:
                yield from _timed(db, handoff, where)
            elif handoff.ended_at is None or not handoff.outcome:
                yield Breach(6, f"{where} without time or outcome")
            yield from _came_in(talk, handoff, where)


def _timed(db: Database, handoff: Handoff, where: str) -> Iterator[Breach]:
    if (handoff.ended_at, handoff.outcome) != (None, None):
        yield Breach(6, f"{where} and has ended")
    if handoff.state == "requested":
        yield Breach(6, f"{where}, which no commit may leave")
    if handoff.state in ("queued", "offered") and not db.has_due("max_wait", handoff.id):
        yield Breach(6, f"{where} without a maximum wait")
    if handoff.state == "accepted" and not db.has_due("completion", handoff.id):
        yield Breach(6, f"{where} without a deadline to complete it")
    if handoff.state == "accepted" and handoff.leave != "on_complete":
        yield Breach(6, f"{where} and not completed, though its giver leaves {handoff.leave}")


def _came_in(talk: Talk, handoff: Handoff, where: str) -> Iterator[Breach]:
    """Who came in by a hand-off: its receiver, and before it those who were consulted and are gone."""
    stints = talk.by_handoff(handoff.id)
    got = handoff.state in ("accepted", "completed")
    if got is not (handoff.receiver_agent_id is not None) and handoff in talk.pending:
        yield Breach(6, f"{where}: received by {handoff.receiver_agent_id}")
    tried = stints[:-1] if got else stints
    if any(t.role != "consulted" or t.state != "ended" for t in tried):
        yield Breach(6, f"{where}, with stints {[(t.agent_id, str(t.role), str(t.state)) for t in tried]}")
    if not got:
        return
    last = stints[-1] if stints else None
    roles = _roles(handoff)
    if last is None or last.agent_id != handoff.receiver_agent_id or last.role not in roles:
        yield Breach(6, f"{where}: received by {handoff.receiver_agent_id}, and no {roles[0]} came in")
    elif handoff.state == "accepted" and last.state != "live":
        yield Breach(6, f"{where}, and its receiver is gone")


def _roles(handoff: Handoff) -> tuple[str, ...]:
    match handoff.kind:
        case "invitation":
            return ("helper",)
        case "consultation":
            return ("consulted", "observer")
        case _:
            return ("consulted",) if handoff.state == "accepted" else ("holder",)


def replaced(db: Database) -> Iterator[Breach]:
    """Section 2 and WALK rule o: a change of role is a new stint, which begins in the commit that ends the old."""
    for talk in db.talks:
        for stint in talk.stints:
            role = REPLACED.get(stint.reason or "")
            if role is None or stint.reason not in REPLACED:
                continue
            nxt = _next_of(talk, stint)
            if stint.role != role or stint.state != "ended":
                yield Breach(5, f"{talk.id}: {stint.role} {stint.id} was {stint.reason} and is {stint.state}")
            if nxt is None or nxt.role != "holder" or nxt.started_at != stint.ended_at:
                yield Breach(
                    4, f"{talk.id}: {stint.id} was {stint.reason}, and {stint.agent_id} does not hold"
                )


def _next_of(talk: Talk, stint: Stint) -> Stint | None:
    """The agent's next stint here, by the timeline."""
    ended = talk.entry("removed", stint.id)
    after = [e.stint_id for e in talk.entries if e.kind == "added" and ended and e.seq > ended.seq]
    return next((t for i in after if (t := talk.stint(i)) is not None and t.agent_id == stint.agent_id), None)


def promotions(db: Database) -> Iterator[Breach]:
    """Law 10: the earliest representative helper is promoted, and nobody else than a helper."""
    for talk in db.talks:
        for handoff in talk.handoffs:
            if handoff.kind != "promotion":
                continue
            begun = talk.by_handoff(handoff.id)
            added = talk.entry("added", begun[0].id) if begun else None
            if added is None:
                yield Breach(10, f"{talk.id}: promotion {handoff.id} made nobody the holder")
                continue
            helped = [
                (entry.seq, t.agent_id)
                for t in talk.stints
                if t.role == "helper" and not t.bot and (entry := talk.entry("added", t.id)) is not None
                if entry.seq < added.seq and _was_in(talk, t, added)
            ]
            if not helped or min(helped)[1] != handoff.receiver_agent_id:
                yield Breach(
                    10, f"{talk.id}: {handoff.receiver_agent_id} was promoted before {sorted(helped)}"
                )


def _was_in(talk: Talk, stint: Stint, added: Entry) -> bool:
    """Whether a helper was in until the commit of the change of holder that ends with the entry `added`."""
    removed = talk.entry("removed", stint.id)
    return removed is None or removed.seq > added.seq or removed.epoch == added.epoch


def last_one_out(db: Database) -> Iterator[Breach]:
    """Law 10: with a representative helper in, a holder's going neither ends the chat nor asks anybody else."""
    for talk in db.talks:
        for entry in talk.entries:
            if entry.kind == "closed" and entry.data["reason"] in ("resolved", "unanswered"):
                helpers = _helpers_at(talk, entry.seq)
                if helpers:
                    yield Breach(10, f"{talk.id}: {entry.data['reason']} closed it, with {helpers} in")
        for handoff in talk.handoffs:
            giver = talk.stint(handoff.giver_stint_id)
            gone = talk.entry("removed", giver.id) if giver is not None else None
            asks = handoff.kind == "failover" or handoff.reason in ("resolved", "idle", "agent_lost")
            if gone is None or not asks or handoff.requested_by != "system" or gone.at != handoff.created_at:
                continue
            helpers = _helpers_at(talk, gone.seq)
            if helpers and handoff.kind in ("failover", "hand_back"):
                yield Breach(10, f"{talk.id}: {handoff.kind} {handoff.id}, with {helpers} in")


def _helpers_at(talk: Talk, seq: int) -> list[str]:
    """Representative helpers that were in up to the change of holder whose entry `seq` is."""
    found = []
    epoch = talk.entries[seq - 1].epoch
    for stint in talk.stints:
        if stint.role != "helper" or stint.bot:
            continue
        added, removed = talk.entry("added", stint.id), talk.entry("removed", stint.id)
        stays = removed is None or removed.seq > seq or (removed.epoch == epoch and stint.reason == "closed")
        if added is not None and added.seq < seq and stays:
            found.append(stint.agent_id)
    return found


def told(db: Database) -> Iterator[Breach]:
    """WALK rule j: a pass whose giver stays is told to the customer at its request."""
    for talk in db.talks:
        for handoff in talk.passes:
            notices = [
                e for e in talk.entries if e.kind == "notice" and e.at == handoff.created_at and e.public_seq
            ]
            codes = {str(e.data["notice"].get("code")) for e in notices if e.data.get("notice")}
            if handoff.leave != "now" and not codes & {"transfer_started", "transfer_started_bot"}:
                yield Breach(8, f"{talk.id}: the customer was not told of {handoff.kind} {handoff.id}")


def hand_backs(db: Database) -> Iterator[Breach]:
    """Section 4: past hop limit or within the cool-down no hand-back happens that nobody asked for."""
    if db.rules is None:
        return
    for talk in db.talks:
        last: int | None = None
        for handoff in talk.handoffs:
            if handoff.kind != "hand_back" or handoff.reason not in BY_ITSELF:
                continue
            where = f"{talk.id}: {handoff.kind} {handoff.id} ({handoff.reason})"
            hops = sum(is_hop(h) and (h.ended_at or 0) < handoff.created_at for h in talk.handoffs)
            if hops >= db.rules.hop_limit:
                yield Breach(12, f"{where} after {hops} hops")
            if last is not None and handoff.created_at - last < _cool_down(db.rules):
                yield Breach(12, f"{where} {handoff.created_at - last} ms after the last one")
            last = handoff.created_at


def _cool_down(rules: Rules) -> int:
    return min((queue.hand_back.cool_down_ms for queue in rules.queues.values()), default=0)


def is_hop(handoff: Handoff) -> bool:
    """WALK rule h: completed, not an arrival or return, and it gave the baton to another agent."""
    moved = handoff.state == "completed" and handoff.kind not in ("arrival", "return", *SHARES)
    return moved and handoff.receiver_agent_id != handoff.giver_agent_id


def hops(db: Database) -> Iterator[Breach]:
    """WALK rule h, counted anew."""
    for talk in db.talks:
        counted = sum(is_hop(handoff) for handoff in talk.handoffs)
        if talk.row.hops != counted:
            yield Breach(12, f"{talk.id} counts {talk.row.hops} hops, there were {counted}")


CHECKS: list[Check] = [pending, handoffs, replaced, promotions, last_one_out, told, hand_backs, hops]
