"""Laws 5, 6 and 10, as the rows beside the timeline show them: slots, offers, due work, turns, ends."""

from collections import Counter
from collections.abc import Iterator

from batonpass.domain.agents import SlotUse
from batonpass.domain.conversation import Stint
from tests.support.laws import Breach, Check, Database, DueRow, Talk, twice

WEIGHTY = ("holder", "helper", "consulted")
"""Roles that use a slot (law 5)."""


def statuses(db: Database) -> Iterator[Breach]:
    """Law 6: somebody holds, or exactly one pass pends, or it is over and nothing is left but after-work."""
    for talk in db.talks:
        row, passes = talk.row, talk.passes
        waits = row.waiting_since is not None
        match row.status:
            case "open":
                fits = row.holder is None and [h.leave for h in passes] == ["now"] and waits
            case "active":
                gives = {(h.leave != "now", h.giver_stint_id) for h in passes}
                fits = row.holder is not None and gives <= {(True, row.holder)} and not waits
            case "held":
                fits = row.holder is None and not talk.pending and not waits
            case _:
                fits = row.holder is None and not talk.pending and not talk.live and not waits
        if not fits:
            states = [(str(h.kind), str(h.leave), str(h.state)) for h in talk.pending]
            yield Breach(6, f"{talk.id} is {row.status}: {row.holder} holds, pending {states}")
        if row.status == "closed" and any(o.state == "open" for o in talk.offers):
            yield Breach(10, f"{talk.id} is closed, and offered")


def one_stint_each(db: Database) -> Iterator[Breach]:
    """Section 2: an agent has one live stint in a conversation, and no after-work beside one that weighs."""
    for talk in db.talks:
        for agent_id in twice([stint.agent_id for stint in talk.live]):
            yield Breach(1, f"{talk.id}: {agent_id} has two live stints")
        weighing = [t.agent_id for t in talk.stints if t.state != "ended" and t.role in WEIGHTY]
        for agent_id in twice(weighing):
            yield Breach(5, f"{talk.id}: {agent_id} has two stints that weigh")


def slots(db: Database) -> Iterator[Breach]:
    """Law 5: one slot for each stint and offer that needs one, none without its cause, none above capacity."""
    needed: Counter[tuple[str, str, str | None, str | None]] = Counter()
    for talk in db.talks:
        for stint in talk.stints:
            if stint.state != "ended" and stint.role in WEIGHTY and db.agents[stint.agent_id].limited:
                needed[stint.agent_id, talk.id, None, stint.id] += 1
        for offer in talk.offers:
            if offer.state == "open" and db.agents[offer.agent_id].limited:
                needed[offer.agent_id, talk.id, offer.id, None] += 1
    taken = Counter((u.agent_id, u.conversation_id, u.offer_id, u.stint_id) for u in db.slots)
    for cause in needed - taken:
        yield Breach(5, f"no slot for {_cause(*cause)}")
    for cause in taken - needed:
        yield Breach(5, f"a slot too many for {_cause(*cause)}")
    yield from _over_capacity(db)


def _cause(agent_id: str, conversation_id: str, offer_id: str | None, stint_id: str | None) -> str:
    return f"{agent_id} in {conversation_id}: offer {offer_id}, stint {stint_id}"


def _over_capacity(db: Database) -> Iterator[Breach]:
    """Going over is a supervisor's explicit, logged act; less capacity takes no chat away, and gives no new one."""
    forced = {talk.id for talk in db.talks if any(e.data.get("over_capacity") for e in talk.entries)}
    numbers: Counter[str] = Counter()
    new = {use.agent_id for use in db.slots if (use.agent_id, use.conversation_id) not in db.excused}
    for use in db.slots:
        numbers[use.agent_id] += use.conversation_id not in forced and use.agent_id in new
        if (use.agent_id, use.conversation_id) in db.excused:
            continue
        if not _within(db, use) and use.conversation_id not in forced:
            yield Breach(5, f"{use.agent_id} uses slot {use.slot_no} of {db.agents[use.agent_id].capacity}")
    for agent_id, used in numbers.items():
        if used > (db.agents[agent_id].capacity or 0):
            yield Breach(5, f"{agent_id} uses {used} slots of {db.agents[agent_id].capacity}")


def _within(db: Database, use: SlotUse) -> bool:
    return 1 <= use.slot_no <= (db.agents[use.agent_id].capacity or 0)


def offers(db: Database) -> Iterator[Breach]:
    """Law 6: an open offer has its deadline, and its hand-off is offered; an ended one has its end."""
    for talk in db.talks:
        states = {h.id: h.state for h in talk.handoffs}
        for offer in talk.offers:
            if offer.state == "open":
                if db.due_at("offer", offer.id) != offer.deadline_at:
                    yield Breach(6, f"offer {offer.id} to {offer.agent_id} has no timer at its deadline")
                if states.get(offer.handoff_id) != "offered":
                    yield Breach(6, f"offer {offer.id} is open, its hand-off {states.get(offer.handoff_id)}")
            elif offer.ended_at is None:
                yield Breach(6, f"offer {offer.id} is {offer.state} and has no end")


def turns(db: Database) -> Iterator[Breach]:
    """Law 6: a bot that owes something has a turn, and a turn that is not over has its timer."""
    for talk in db.talks:
        for turn in talk.turns:
            stint = talk.stint(turn.stint_id)
            if turn.state == "ended":
                continue
            if stint is None or stint.state != "live" or stint.agent_id != turn.agent_id:
                yield Breach(6, f"turn {turn.id} goes on, its stint does not")
            if turn.state == "open" and db.due_at("turn", turn.id) != turn.deadline_at:
                yield Breach(6, f"turn {turn.id} has no timer at its deadline")
            if turn.state == "gathering" and not db.has_due("burst", turn.id):
                yield Breach(6, f"turn {turn.id} gathers for ever")
        for stint in talk.live:
            if stint.bot and stint.role == "holder":
                yield from _owed(talk, stint)


def _owed(talk: Talk, stint: Stint) -> Iterator[Breach]:
    """What the customer wrote and no turn of this bot has taken up needs a turn that waits for it."""
    own = [t for t in talk.turns if t.stint_id == stint.id]
    if any(t.state != "ended" for t in own):
        return
    taken_up = [t.to_seq for t in own if t.kind == "message"]
    since = max(taken_up) if taken_up else max(stint.boundary_seq, talk.row.answered_seq)
    waiting = [e.seq for e in talk.customer_wrote(since)]
    if waiting:
        yield Breach(6, f"{talk.id}: {stint.agent_id} holds, and has no turn for {waiting}")


def timers(db: Database) -> Iterator[Breach]:
    """Law 6: after-work and silence have their ends; and no timer without its cause."""
    for talk in db.talks:
        for stint in talk.stints:
            if stint.state == "wrap_up" and not db.has_due("wrap_up", stint.id):
                yield Breach(6, f"the wrap-up {stint.id} of {stint.agent_id} has no end")
            gone = stint.state == "live" and not db.agents[stint.agent_id].reachable
            mine = [t.id for t in talk.stints if t.agent_id == stint.agent_id]
            if (
                gone
                and not db.has_due("grace", stint.agent_id)
                and not any(db.has_due("lost", i) for i in mine)
            ):
                yield Breach(6, f"{stint.agent_id} is gone, and nothing ends its stint {stint.id}")
    yield from _idle(db)
    causes = {kind: set(refs) for kind, refs in _causes(db).items()}
    for row in db.due:
        if row.ref not in causes.get(row.kind, ()) and not _passing(db, row):
            yield Breach(6, f"{row.kind} {row.ref} is due without a cause")


def _idle(db: Database) -> Iterator[Breach]:
    """Silence has an end where the policy hands back for it, and there alone."""
    if db.rules is None:
        return
    for talk in db.talks:
        for stint in talk.stints:
            counts = stint.state == "live" and stint.role == "holder" and not stint.bot
            wanted = counts and db.rules.idle_of(stint.queue_id) is not None
            if db.has_due("idle", stint.id) is not wanted:
                yield Breach(6, f"{talk.id}: stint {stint.id} has an idle timer: {not wanted}")


def _causes(db: Database) -> dict[str, list[str]]:
    talks = db.talks
    return {
        "offer": [o.id for talk in talks for o in talk.offers if o.state == "open"],
        "turn": [t.id for talk in talks for t in talk.turns if t.state == "open"],
        "burst": [t.id for talk in talks for t in talk.turns if t.state == "gathering"],
        "wrap_up": [t.id for talk in talks for t in talk.stints if t.state == "wrap_up"],
        "max_wait": [h.id for talk in talks for h in talk.handoffs if h.state in ("queued", "offered")],
        "completion": [h.id for talk in talks for h in talk.handoffs if h.state == "accepted"],
        # An operator who drops the policy leaves timers behind, which do nothing when their time comes.
        "idle": [t.id for talk in talks for t in talk.stints if t.state == "live" or db.rules is None],
        # As with silence of the policy's kind: other rules leave timers behind, which do nothing.
        "silence": [t.id for talk in talks for t in talk.stints if t.state == "live" or db.rules is None],
        "first_reply": [t.id for talk in talks for t in talk.stints if t.state == "live" or db.rules is None],
        # Of a customer, whose next chat may be another one.
        "abandon": [talk.row.customer_id for talk in talks],
        "hold": [h.id for talk in talks for h in talk.holds if h.ended_at is None],
        "lease": [agent.id for agent in db.agents.values() if agent.reachable],
        "hours": [q.id for q in db.present.queues.values() if q.hours],
        "orphan": db.files,
        # Of a customer who was erased, and whose chats are still to follow.
        "erase": db.forgotten,
        "retention": ["house"],
        "grace": [agent.id for agent in db.agents.values() if not agent.reachable],
    }


def _passing(db: Database, row: DueRow) -> bool:
    """Work that is to be done at once and finds out itself whether there is anything to do."""
    if row.kind == "hours" and db.rules is None:
        return True  # of which queue, only the rules know
    return row.kind in ("match", "lost", "summary", "closed") and row.run_at <= db.now


CHECKS: list[Check] = [statuses, one_stint_each, slots, offers, turns, timers]
