"""The course of a chat: what holds while it is on hold, and what becomes of it (DESIGN section 2, laws 5 and 6)."""

from collections.abc import Iterator

from batonpass.domain.conversation import Entry
from batonpass.domain.hold import Hold
from tests.support.laws import Breach, Check, Database, Talk


def holds(db: Database) -> Iterator[Breach]:
    """A parked conversation has one hold that is not over, with a time at which it ends; any other has none."""
    for talk in db.talks:
        open_ones = [h for h in talk.holds if h.ended_at is None]
        if len(open_ones) != (1 if talk.row.status == "held" else 0):
            yield Breach(
                6, f"{talk.id} is {talk.row.status} and has {len(open_ones)} holds that are not over"
            )
        for hold in talk.holds:
            if hold.ended_at is None and db.due_at("hold", hold.id) != hold.until_at:
                yield Breach(6, f"{talk.id}: the hold {hold.id} has no timer at its end")
            if (hold.ended_at is None) is not (hold.ended_by is None):
                yield Breach(
                    6, f"{talk.id}: the hold {hold.id} is over without a reason, or the other way round"
                )


def parked(db: Database) -> Iterator[Breach]:
    """On hold nobody is in but observers, and nobody uses a slot but for after-work."""
    for talk in db.talks:
        if talk.row.status != "held":
            continue
        inside = [(t.agent_id, str(t.role)) for t in talk.live if t.role != "observer"]
        if inside:
            yield Breach(6, f"{talk.id} is on hold, with {inside} in")
        wrapping = {t.agent_id for t in talk.stints if t.state == "wrap_up"}
        busy = [use.agent_id for use in talk.slots if use.agent_id not in wrapping]
        if busy:
            yield Breach(5, f"{talk.id} is on hold, and {busy} have slots for it")


def held_by(db: Database) -> Iterator[Breach]:
    """A hold is of a person's holder stint that ended by it, at once and without after-work."""
    for talk in db.talks:
        for hold in talk.holds:
            stint = talk.stint(hold.stint_id)
            fits = stint is not None and (stint.agent_id, stint.ended_at) == (hold.agent_id, hold.started_at)
            if stint is None or not fits or stint.bot or stint.state != "ended" or stint.reason != "held":
                yield Breach(6, f"{talk.id}: the hold {hold.id} is of no stint that was parked")
            removed = talk.entry("removed", hold.stint_id)
            if removed is None or removed.seq != hold.boundary_seq:
                yield Breach(4, f"{talk.id}: the hold {hold.id} begins after {hold.boundary_seq}")
        parked_stints = sorted(t.id for t in talk.stints if t.reason == "held" and t.role == "holder")
        if parked_stints != sorted(h.stint_id for h in talk.holds):
            yield Breach(6, f"{talk.id}: parked stints {parked_stints}, and other holds")


def returns(db: Database) -> Iterator[Breach]:
    """Law 6: a hold that is over is followed by the hand-off that goes on with it, or by the close."""
    for talk in db.talks:
        for hold in talk.holds:
            if hold.ended_at is None:
                continue
            if hold.ended_by == "closed":
                if not any(e.kind == "closed" and e.at == hold.ended_at for e in talk.entries):
                    yield Breach(6, f"{talk.id}: the hold {hold.id} ended with a close that is not there")
            elif not _returned(talk, hold):
                yield Breach(6, f"{talk.id}: nothing goes on after the hold {hold.id}")


def _returned(talk: Talk, hold: Hold) -> bool:
    return any(
        h.kind == "return" and h.created_at == hold.ended_at and h.target.id == hold.agent_id
        for h in talk.handoffs
    )


def reopenings(talk: Talk) -> list[Entry]:
    """The notices of a closed chat that was opened again."""
    return [e for e in talk.entries if _reopens(e)]


def _reopens(entry: Entry) -> bool:
    return entry.kind == "notice" and entry.data["notice"].get("code") == "reopened"


def turns_over(entry: Entry) -> bool:
    """Whether a chat ended, or began anew, with this entry: what was waited before does not count any more."""
    return entry.kind == "closed" or _reopens(entry)


def waits_again_from(entry: Entry) -> int | None:
    """When the customer waits again after such an entry."""
    return entry.at if _reopens(entry) else None


def reopened(db: Database) -> Iterator[Breach]:
    """A chat is opened again by what its customer writes, and goes on by one return."""
    for talk in db.talks:
        for entry in reopenings(talk):
            before = talk.entries[entry.seq - 2]
            if before.kind != "message" or before.actor.type != "customer" or before.at != entry.at:
                yield Breach(6, f"{talk.id}: nobody wrote what opened it again in entry {entry.seq}")
            if not any(h.reason == "reopened" and h.created_at == entry.at for h in talk.handoffs):
                yield Breach(6, f"{talk.id}: nobody is asked to go on after entry {entry.seq}")


def waits_from(talk: Talk, removed: Entry) -> int | None:
    """When the customer began to wait after a holder went: at once, or at the end of a hold, which is no waiting."""
    hold = next((h for h in talk.holds if h.stint_id == removed.stint_id), None)
    if hold is None:
        return removed.at
    return hold.ended_at if hold.ended_by != "closed" else None


def watched(db: Database) -> Iterator[Breach]:
    """Law 6: a holder whose queue says so is looked after, should its customer be silent."""
    if db.rules is None:
        return
    for talk in db.talks:
        for stint in talk.live:
            life = db.rules.life_of(stint.queue_id)
            times = [life.idle_warn_ms, life.idle_close_ms, None if stint.bot else life.idle_hold_ms]
            wanted = stint.role == "holder" and any(ms is not None for ms in times)
            if db.has_due("silence", stint.id) is not wanted:
                yield Breach(6, f"{talk.id}: stint {stint.id} is looked after: {not wanted}")


def left(db: Database) -> Iterator[Breach]:
    """Law 6: a chat whose customer has left while it waits has an end."""
    if db.rules is None:
        return
    for talk in db.talks:
        grace = db.rules.life_of(talk.row.queue_id).customer_grace_ms
        waits = talk.row.status == "open" and talk.row.customer_id in db.left
        if waits and grace is not None and not db.has_due("abandon", talk.row.customer_id):
            yield Breach(6, f"{talk.id} waits for ever for a customer who has left")


CHECKS: list[Check] = [holds, parked, held_by, returns, reopened, watched, left]
