"""Compares a report with what timelines and hand-offs show, figure by figure. It shares no code with `app.insights`."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from batonpass.domain.conversation import Entry
from batonpass.domain.figures import Facts, Report, spread
from batonpass.domain.handoff import Handoff
from batonpass.domain.insight_rules import InsightRules
from batonpass.simulation.course import Course, course


@dataclass(frozen=True, slots=True)
class Heard:
    """A conversation as somebody outside knows it: its timeline, its hand-offs, the states of its offers."""

    id: str
    customer_id: str
    created_at: int
    entries: Sequence[Entry]
    handoffs: Sequence[Handoff]
    offers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What customers answered, None where they did not; and the codes that were chosen in after-works."""

    scores: Sequence[int | None]
    codes: Sequence[str]


def differences(
    answer: Report, chats: Sequence[Heard], rules: InsightRules, told: Said | None = None
) -> list[str]:
    """Each figure of a report over everything that is not what the timelines show, or was said beside them."""
    beside = () if told is None else _said(answer, told)
    return [
        f"{name}: the report says {said}, the timelines {shown}"
        for name, said, shown in chain(pairs(answer, chats, rules), beside)
        if said != shown
    ]


def pairs(
    answer: Report, chats: Sequence[Heard], rules: InsightRules
) -> Iterator[tuple[str, object, object]]:
    """Each figure by the report and by the timelines."""
    courses = {chat.id: course(chat.created_at, chat.entries, chat.handoffs) for chat in chats}
    yield from _chats(answer, chats, courses, rules)
    yield from _waits(answer, list(courses.values()), rules)
    yield from _handling(answer, list(courses.values()))
    yield from _handoffs(answer, chats)
    yield from _divided(answer)
    parts = set(Facts.__dataclass_fields__)
    assert parts == {"chats", "waits", "stints", "handoffs", "offers", "ratings", "codes"}, (
        "compare the new part"
    )


def _said(answer: Report, told: Said) -> Iterator[tuple[str, object, object]]:
    total = answer.total
    assert total.csat is not None
    assert total.dispositions is not None
    given = [score for score in told.scores if score is not None]
    counts = {str(score): count for score, count in sorted(Counter(given).items())}
    yield "questions", (total.csat.asked, total.csat.answered), (len(told.scores), len(given))
    yield "scores", total.csat.scores, counts
    chosen = {code: count for code, count in total.dispositions.items() if code != "none"}
    yield "codes", chosen, dict(sorted(Counter(told.codes).items()))


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
    answer: Report, chats: Sequence[Heard], courses: dict[str, Course], rules: InsightRules
) -> Iterator[tuple[str, object, object]]:
    said = answer.total.chats
    assert said is not None
    closed = {cid: one for cid, one in courses.items() if one.closed_at is not None}
    people = [c for c in courses.values() if any(not bot for bot, _ in c.holders)]
    bots = [c for c in courses.values() if any(bot for bot, _ in c.holders)]
    contained = [c for c in bots if c in closed.values() and c not in people and not c.lost]
    back = [c for c in people if c.handed_back]
    begun: dict[str, list[int]] = defaultdict(list)
    for chat in chats:
        begun[chat.customer_id].append(chat.created_at)
    again = [c for c in chats if c.id in closed and _again(begun, c, closed[c.id].closed_at or 0, rules)]
    yield "started", said.started, len(chats)
    yield "closed", said.closed, len(closed)
    yield "reasons", said.by_close_reason, dict(sorted(Counter(c.reason for c in closed.values()).items()))
    yield "with bot", said.with_bot, len(bots)
    yield "with person", said.with_person, len(people)
    yield "contained", said.contained, len(contained)
    yield "handed back", said.handed_back, len(back)
    yield "re-contacts", said.recontacted, len(again)


def _again(begun: Mapping[str, Sequence[int]], chat: Heard, closed_at: int, rules: InsightRules) -> bool:
    """Whether its customer began another one soon after."""
    return any(
        at != chat.created_at and closed_at <= at <= closed_at + rules.recontact_ms
        for at in begun[chat.customer_id]
    )


def _waits(
    answer: Report, courses: list[Course], rules: InsightRules
) -> Iterator[tuple[str, object, object]]:
    said = answer.total.waits
    assert said is not None
    waits = [wait for c in courses for wait in c.waits]
    person = [length for bot, length in waits if not bot]
    lost = [(how, length) for c in courses for how, sought, length in c.lost if sought != "bot"]
    within = sum(length <= rules.service_level_ms for length in person)
    yield "waits for people", said.person, spread(person)
    yield "waits for bots", said.bot, spread([length for bot, length in waits if bot])
    yield "waits in vain", said.lost_after, spread([length for _, length in lost])
    yield "abandoned", said.abandoned, sum(how == "abandoned" for how, _ in lost)
    yield "unanswered", said.unanswered, sum(how == "unanswered" for how, _ in lost)
    yield "in time", said.within_service_level, within
    whole = len(person) + len(lost)
    yield "service level", said.service_level, round(within / whole, 4) if whole else None


def _handling(answer: Report, courses: list[Course]) -> Iterator[tuple[str, object, object]]:
    said = answer.total.handling
    assert said is not None
    times = [time for c in courses for time in c.times]
    held = [time for time in times if time.role == "holder" and time.length is not None]
    yield "handled by bots", said.bot, spread([t.length or 0 for t in held if t.bot])
    yield "handled by people", said.talking, spread([t.length or 0 for t in held if not t.bot])
    yield "live", said.live, sum(time.length is None for time in times)


def _handoffs(answer: Report, chats: Sequence[Heard]) -> Iterator[tuple[str, object, object]]:
    said = {(c.kind, c.target, c.state, c.reason): c.count for c in answer.total.handoffs or []}
    every = [h for chat in chats for h in chat.handoffs]
    shown = Counter((str(h.kind), str(h.target.type), str(h.state), h.reason) for h in every)
    yield "hand-offs", said, dict(shown)
    offers = answer.total.offers
    assert offers is not None
    states = Counter(state for chat in chats for state in chat.offers)
    there = (offers.made, offers.accepted, offers.declined, offers.missed, offers.withdrawn)
    counted = (states["accepted"], states["declined"], states["expired"], states["withdrawn"])
    yield "offers", there, (sum(states.values()), *counted)
