"""What reports stand on: stretches of waiting and stints, worked out anew from the timeline and the hand-offs."""

from collections.abc import Iterable, Iterator

from batonpass.domain.segments import Segment
from tests.support.laws import Breach, Check, Database, Talk
from tests.support.laws_life import reopenings, turns_over, waits_again_from, waits_from

Span = tuple[int, int]


def waits(db: Database) -> Iterator[Breach]:
    """Whatever waits has one open segment, in its queue; nothing else has one."""
    for talk in db.talks:
        alone = talk.row.holder is None
        wanted = [
            (h.id, h.queue_id, alone and h.kind not in ("invitation", "consultation"))
            for h in talk.pending
            if h.state in ("queued", "offered")
        ]
        there = [(g.handoff_id, g.queue_id, g.alone) for g in talk.segments if g.ended_at is None]
        if sorted(wanted) != sorted(there):
            yield Breach(12, f"{talk.id}: waits {sorted(wanted)}, segments {sorted(there)}")


def customers_time(db: Database) -> Iterator[Breach]:
    """The customer waits while nobody holds: by the timeline, and by the segments."""
    for talk in db.talks:
        by_entries, by_segments = list(joined(unheld(talk, db.now))), list(spans(talk.segments, db.now))
        if by_entries != by_segments:
            yield Breach(12, f"{talk.id}: nobody held {by_entries}, segments say {by_segments}")


def unheld(talk: Talk, now: int) -> Iterator[Span]:
    """When nobody held and it was not over, by the timeline: from its creation, or a holder's going, to a coming."""
    since: int | None = talk.row.created_at
    for entry in talk.entries:
        role = entry.data.get("role")
        if (entry.kind == "added" and role == "holder") or entry.kind == "closed":
            if since is not None and entry.at > since:
                yield since, entry.at
            since = None
        elif turns_over(entry):
            since = waits_again_from(entry)
        elif entry.kind == "removed" and role == "holder":
            since = waits_from(talk, entry)
    if since is not None and now > since:
        yield since, now


def spans(segments: Iterable[Segment], now: int) -> Iterator[Span]:
    """When the customer waited, by the segments; what goes on from one to the next is one wait."""
    yield from joined(sorted((g.started_at, g.ended_at or now) for g in segments if g.alone))


def joined(waited: Iterable[Span]) -> Iterator[Span]:
    """Spans in order of time; where one goes on at the very moment at which another ended, they are one."""
    start, end = 0, 0
    for began, ended in waited:
        if began == end:
            end = ended
            continue
        if end > start:
            yield start, end
        start, end = began, ended
    if end > start:
        yield start, end


def chains(db: Database) -> Iterator[Breach]:
    """Segments link to what was before and after them, and what they say of it is so."""
    for talk in db.talks:
        known = {f"segment:{g.id}": g for g in talk.segments}
        for segment in talk.segments:
            where = f"{talk.id}: segment {segment.id}"
            yield from _linked(talk, segment, known, where)
            if (segment.ended_at is None) is not (segment.outcome is None):
                yield Breach(12, f"{where} ended {segment.ended_at}, {segment.outcome}")
            handoff = next(h for h in talk.handoffs if h.id == segment.handoff_id)
            first = min(
                (g for g in talk.segments if g.handoff_id == handoff.id), key=lambda g: (g.started_at, g.id)
            )
            # What a bot took at once waits only when that one is gone.
            taken = talk.stint((first.preceded_by or "").removeprefix("stint:"))
            again = taken is not None and taken.handoff_id == handoff.id
            if first.started_at != handoff.created_at and not again:
                yield Breach(
                    12, f"{where}: its hand-off began {handoff.created_at}, it waits {first.started_at}"
                )


def _linked(talk: Talk, segment: Segment, known: dict[str, Segment], where: str) -> Iterator[Breach]:
    before, after = known.get(segment.preceded_by or ""), known.get(segment.followed_by or "")
    if before is not None and (before.ended_at != segment.started_at or before.outcome == "answered"):
        yield Breach(12, f"{where} goes on from {before.outcome} {before.ended_at}")
    if after is not None and known.get(after.preceded_by or "") is not segment:
        yield Breach(12, f"{where} is followed by one that goes on from {after.preceded_by}")
    went_on = before is not None and before.alone and segment.alone
    waited = before.waited_before_ms + segment.started_at - before.started_at if before and went_on else 0
    if segment.waited_before_ms != waited:
        yield Breach(12, f"{where} had waited {waited}, and says {segment.waited_before_ms}")
    for link in (segment.preceded_by, segment.followed_by):
        if link and link not in known and talk.stint(link.removeprefix("stint:")) is None:
            yield Breach(12, f"{where} is linked to {link}, which is nowhere")
    if segment.outcome == "answered":
        stint = talk.stint((segment.followed_by or "").removeprefix("stint:"))
        if stint is None or (stint.started_at, stint.agent_id) != (segment.ended_at, segment.destination):
            yield Breach(12, f"{where} was answered by {segment.followed_by}, who did not begin then")
    if (
        segment.outcome in ("abandoned", "unanswered", "closed")
        and talk.row.status != "closed"
        and not reopenings(talk)
    ):
        yield Breach(12, f"{where} was {segment.outcome}, and it is not over")


def wrap_ups(db: Database) -> Iterator[Breach]:
    """After-work has an end where there was some: its length counts as handling."""
    for talk in db.talks:
        for stint in talk.stints:
            if stint.wrapped_up_at is not None and (
                stint.state != "ended" or stint.bot or stint.wrapped_up_at < (stint.ended_at or 0)
            ):
                yield Breach(
                    12, f"{talk.id}: stint {stint.id} is {stint.state}, wrapped up {stint.wrapped_up_at}"
                )


CHECKS: list[Check] = [waits, customers_time, chains, wrap_ups]
