"""A report worked out from timelines and hand-offs alone, to compare with what stints and segments say.

It shares no code with `app.insights`: entries tell who held when, hand-offs what was asked for.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from batonpass.app.insights import Question, report
from batonpass.domain.conversation import Entry
from batonpass.domain.figures import By, Facts, Report, spread
from batonpass.domain.handoff import Handoff
from batonpass.domain.insight_rules import InsightRules
from batonpass.domain.rules import Rules
from batonpass.store.tx import Tx
from tests.support.laws import Database, Talk, load
from tests.support.laws_life import waits_from

LOST = {
    "customer_ended": "abandoned",
    "abandoned": "abandoned",
    "contact_left": "contact_left",
    "unanswered": "unanswered",
}
SHARES = ("invitation", "consultation")
BY = (By.HOUR, By.QUEUE, By.KIND)


@dataclass
class Course:
    """What a timeline shows of one conversation."""

    holders: list[tuple[bool, str]] = field(default_factory=list)
    waits: list[tuple[str, int]] = field(default_factory=list)
    stints: list[tuple[str, str, int | None]] = field(default_factory=list)
    lost: str | None = None
    lost_after: int = 0
    closed_at: int | None = None
    reason: str = ""


def course(talk: Talk) -> Course:
    """Read one timeline from its beginning."""
    found, began = Course(), {}
    nobody_since: int | None = talk.row.created_at
    for place, entry in enumerate(talk.entries):
        role = entry.data.get("role")
        if entry.kind == "added":
            began[entry.stint_id] = (entry, role)
        if entry.kind == "removed":
            came = began.pop(entry.stint_id)[0]
            found.stints.append((str(role), str(entry.actor.type), entry.at - came.at))
        if entry.kind == "removed" and role == "holder":
            leaves = _leaves_nobody(talk.entries[place + 1 :], entry)
            nobody_since = _waits_from(talk, entry) if leaves else None
        elif entry.kind == "added" and role == "holder":
            bot = entry.actor.type == "bot"
            found.holders.append((bot, _kind_of(talk, entry)))
            if nobody_since is not None:
                found.waits.append(("bot" if bot else "person", entry.at - nobody_since))
            nobody_since = None
        elif entry.kind == "closed":
            found.closed_at, found.reason = entry.at, entry.data["reason"]
            if nobody_since is not None and found.reason in LOST and _sought(talk, entry.at) != "bot":
                found.lost, found.lost_after = LOST[found.reason], entry.at - nobody_since
            elif nobody_since is not None and found.reason in LOST:
                found.lost = "bot"
            nobody_since = None
    found.stints += [(str(role), str(e.actor.type), None) for e, role in began.values()]
    return found


def _waits_from(talk: Talk, removed: Entry) -> int | None:
    """When the wait began: a hold is none, and whom somebody comes back to at once has none after it either."""
    hold = next((h for h in talk.holds if h.stint_id == removed.stint_id), None)
    if hold is not None and hold.ended_by in ("resumed", "picked_up", "supervisor"):
        return None
    return waits_from(talk, removed)


def _leaves_nobody(later: list[Entry], removed: Entry) -> bool:
    """Whether its commit, which has one epoch, has neither a next holder nor a close."""
    same = (e for e in later if e.epoch == removed.epoch)
    return not any((e.kind == "added" and e.data["role"] == "holder") or e.kind == "closed" for e in same)


def _kind_of(talk: Talk, added: Entry) -> str:
    """The kind of the pass that completed when this holder came."""
    passes = [h for h in talk.handoffs if h.kind not in SHARES and h.state == "completed"]
    kinds = [str(h.kind) for h in passes if h.ended_at == added.at and h.receiver_agent_id == added.actor.id]
    return kinds[-1]


def _sought(talk: Talk, at: int) -> str:
    """Whom the pass sought that the close ended."""
    ended: list[Handoff] = [h for h in talk.handoffs if h.ended_at == at and h.kind not in SHARES]
    return str(max(ended, key=lambda h: (h.created_at, h.id)).seeks)


def compared(tx: Tx, rules: Rules) -> list[str]:
    """What a report over everything says, beside what the timelines say: each figure that differs."""
    database = load(tx)
    first = min((talk.row.created_at for talk in database.talks), default=database.now)
    answer = report(tx, rules.insights, Question(first, database.now + 1, BY))
    return [
        f"{name}: the report says {said}, the timelines {shown}"
        for name, said, shown in pairs(answer, database, rules.insights)
        if said != shown
    ]


def pairs(answer: Report, db: Database, rules: InsightRules) -> Iterator[tuple[str, object, object]]:
    """Each figure by the report and by the timelines."""
    courses = {talk.id: course(talk) for talk in db.talks}
    yield from _chats(answer, db, courses, rules)
    yield from _waits(answer, list(courses.values()), rules)
    yield from _handling(answer, list(courses.values()))
    yield from _handoffs(answer, db)
    yield from _divided(answer)
    parts = Facts.__dataclass_fields__
    assert set(parts) == {"chats", "waits", "stints", "handoffs", "offers", "ratings"}, "compare the new part"


def _divided(answer: Report) -> Iterator[tuple[str, object, object]]:
    """The divisions are the whole: no row is lost, none is counted twice."""
    groups, total = answer.groups, answer.total
    assert total.waits is not None
    assert total.offers is not None
    every = [g.waits.person.count + g.waits.bot.count + g.waits.moved for g in groups if g.waits]
    yield "waits", total.waits.person.count + total.waits.bot.count + total.waits.moved, sum(every)
    yield "offers", total.offers.made, sum(g.offers.made for g in groups if g.offers)
    counted = [sum(alike.count for alike in g.handoffs or []) for g in (total, *groups)]
    yield "hand-offs", counted[0], sum(counted[1:])


def _chats(
    answer: Report, db: Database, courses: dict[str, Course], rules: InsightRules
) -> Iterator[tuple[str, object, object]]:
    said = answer.total.chats
    assert said is not None
    closed = {talk.id: courses[talk.id] for talk in db.talks if courses[talk.id].closed_at is not None}
    people = [c for c in courses.values() if any(not bot for bot, _ in c.holders)]
    bots = [c for c in courses.values() if any(bot for bot, _ in c.holders)]
    contained = [c for c in bots if c in closed.values() and c not in people and c.lost is None]
    back = [c for c in people if _came_back(c.holders)]
    again = [cid for cid in closed if _again(db, cid, closed[cid].closed_at or 0, rules)]
    yield "started", said.started, len(db.talks)
    yield "closed", said.closed, len(closed)
    yield "reasons", said.by_close_reason, dict(sorted(Counter(c.reason for c in closed.values()).items()))
    yield "with bot", said.with_bot, len(bots)
    yield "with person", said.with_person, len(people)
    yield "contained", said.contained, len(contained)
    yield "handed back", said.handed_back, len(back)
    yield "re-contacts", said.recontacted, len(again)


def _came_back(holders: list[tuple[bool, str]]) -> bool:
    person = False
    for bot, kind in holders:
        if person and bot and kind == "hand_back":
            return True
        person = person or not bot
    return False


def _again(db: Database, cid: str, closed_at: int, rules: InsightRules) -> bool:
    customer = next(talk.row.customer_id for talk in db.talks if talk.id == cid)
    others = [t.row.created_at for t in db.talks if t.row.customer_id == customer and t.id != cid]
    return any(closed_at <= at <= closed_at + rules.recontact_ms for at in others)


def _waits(
    answer: Report, courses: list[Course], rules: InsightRules
) -> Iterator[tuple[str, object, object]]:
    said = answer.total.waits
    assert said is not None
    waits = [wait for c in courses for wait in c.waits]
    person = [length for who, length in waits if who == "person"]
    lost = [c for c in courses if c.lost not in (None, "bot")]
    within = sum(length <= rules.service_level_ms for length in person)
    yield "waits for people", said.person, spread(person)
    yield "waits for bots", said.bot, spread([length for who, length in waits if who == "bot"])
    yield "waits in vain", said.lost_after, spread([c.lost_after for c in lost])
    yield "abandoned", said.abandoned, sum(c.lost == "abandoned" for c in lost)
    yield "unanswered", said.unanswered, sum(c.lost == "unanswered" for c in lost)
    yield "in time", said.within_service_level, within
    whole = len(person) + len(lost)
    yield "service level", said.service_level, round(within / whole, 4) if whole else None


def _handling(answer: Report, courses: list[Course]) -> Iterator[tuple[str, object, object]]:
    said = answer.total.handling
    assert said is not None
    stints = [stint for c in courses for stint in c.stints]
    held = {
        who: [
            length
            for role, actor, length in stints
            if role == "holder" and actor == who and length is not None
        ]
        for who in ("bot", "person")
    }
    yield "handled by bots", said.bot, spread(held["bot"])
    if not said.wrapping_up:
        yield "handled by people", said.talking, spread(held["person"])
    yield "live", said.live, sum(length is None for _, _, length in stints)


def _handoffs(answer: Report, db: Database) -> Iterator[tuple[str, object, object]]:
    said = {(c.kind, c.target, c.state, c.reason): c.count for c in answer.total.handoffs or []}
    every = [h for talk in db.talks for h in talk.handoffs]
    shown = Counter((str(h.kind), str(h.target.type), str(h.state), h.reason) for h in every)
    yield "hand-offs", said, dict(shown)
    offers = answer.total.offers
    assert offers is not None
    states = Counter(str(o.state) for talk in db.talks for o in talk.offers)
    there = (offers.made, offers.accepted, offers.declined, offers.missed, offers.withdrawn)
    counted = (states["accepted"], states["declined"], states["expired"], states["withdrawn"])
    yield "offers", there, (sum(states.values()), *counted)
