"""Law 4: an agent comes in by its packets, in order, and its stream begins right after the story it got."""

from collections.abc import Iterator
from math import inf

from .joins import Join, may_reach
from .messages import Case
from .record import SUPERVISOR, Finding, Happening, Record
from .views import ADDED, CLOSED, MESSAGE, REMOVED, Entry, Sighting

# An agent with a standing connection learns of its stint at once; after this long nobody is on the way.
PACKETS_MS = 3_000.0
# Kinds whose receiver begins where the giver's stint ended.
BY_GIVER = {"escalation", "hand_back", "transfer", "promotion", "return", "take_over"}


def violations(case: Case, record: Record) -> list[Finding]:
    """Every way in which a join of this conversation broke the order."""
    findings = []
    for client, joins in case.joins.items():
        for join in joins:
            findings += [case.finding("joining_order_violations", client, what) for what in _join(case, join)]
        early = _early(case, client, joins)
        findings += [case.finding("joining_order_violations", client, what) for what in early]
    on_timeline = [*_comings_and_goings(case), *_greetings(case)]
    findings += [case.finding("joining_order_violations", "", what) for what in on_timeline]
    findings += _never_told(case, record)
    return findings


def _join(case: Case, join: Join) -> Iterator[str]:
    yield from _packet_order(case, join)
    if join.boundary is not None:
        yield from _story(join)
        yield from _boundary(case, join)
        yield from _stream_start(case, join)


def _bot_holder(case: Case, join: Join) -> bool:
    span = case.timeline.stints.get(join.stint)
    return span is not None and span.bot and span.role == "holder"


def _packet_order(case: Case, join: Join) -> Iterator[str]:
    """On each connection: added, context, greet; the last for a bot's holder stint, and for no other."""
    steps = {"added": 0, "context": 1, "greet": 2}
    by_conn: dict[int, list[str]] = {}
    for packet in join.packets:
        by_conn.setdefault(packet.conn, []).append(packet.what)
    greeted = any("greet" in said for said in by_conn.values())
    for said in by_conn.values():
        packets = [what for what in said if what in steps]
        # A second round on one connection starts again from added.
        for before, after in zip(["greet", *packets], packets, strict=False):
            if after != "added" and steps[after] != steps[before] + 1:
                yield f"stint {join.stint}: {after} came after {before}"
    known = join.stint in case.timeline.stints
    if greeted and known and not _bot_holder(case, join):
        yield f"stint {join.stint}: a greet packet for somebody who does not greet"
    if join.first("ready_ok") and _bot_holder(case, join) and not greeted:
        yield f"stint {join.stint}: a bot took the baton and got no greet packet"


def _story(join: Join) -> Iterator[str]:
    """The transcript holds every entry up to the boundary, and none above it."""
    first = join.truncated_before or 1
    expected = list(range(first, (join.boundary or 0) + 1))
    if join.told != expected:
        yield f"stint {join.stint}: boundary {join.boundary}, but the transcript holds {_range(join.told)}"


def _range(numbers: list[int]) -> str:
    return f"{numbers[0]}-{numbers[-1]} ({len(numbers)} entries)" if numbers else "nothing"


def _boundary(case: Case, join: Join) -> Iterator[str]:
    """0 at arrival; the end of the giver's stint; on failover before what nobody answered; beside a holder the
    entry before the join.
    """
    span = case.timeline.stints.get(join.stint)
    if span is None or span.added is None or join.boundary is None:
        return
    if span.role != "holder":
        if join.boundary != span.added - 1:
            yield f"stint {join.stint}: {span.role} with boundary {join.boundary}, added at {span.added}"
        return
    before = [e for e in case.timeline.ordered() if e.number < span.added]
    gone = max((e.number for e in before if e.event == REMOVED and e.data.get("role") == "holder"), default=0)
    kind = join.handoff.get("kind")
    if kind == "arrival" and join.boundary != 0:
        yield f"stint {join.stint}: arrival with boundary {join.boundary}"
    elif kind in BY_GIVER and join.boundary != gone:
        yield f"stint {join.stint}: {kind} with boundary {join.boundary}, the giver left at {gone}"
    elif kind == "failover":
        waiting = _unanswered(before, gone)
        if join.boundary > gone or (waiting is not None and join.boundary >= waiting):
            yield f"stint {join.stint}: failover with boundary {join.boundary}, unanswered since {waiting}"


def _unanswered(before: list[Entry], gone: int) -> int | None:
    """The first message of the customer after the last word of any agent: surely nobody answered that."""
    waiting = None
    for entry in before:
        if entry.event == MESSAGE and entry.number < gone:
            if not entry.by_customer:
                waiting = None
            elif waiting is None:
                waiting = entry.number
    return waiting


def _stream_start(case: Case, join: Join) -> Iterator[str]:
    """On the connection of its first ready, the first new entry is the one after the boundary."""
    ready = join.first("ready")
    view = case.views.get(join.client)
    if ready is None or view is None or join.boundary is None:
        return
    for sighting in view.sightings:
        if sighting.conn == ready.conn and sighting.at >= ready.at and sighting.number > join.boundary:
            if sighting.number != join.boundary + 1 and not _entitled_before(case, join, sighting):
                yield f"stint {join.stint}: boundary {join.boundary}, the stream began at {sighting.number}"
            return


def _entitled_before(case: Case, join: Join, sighting: Sighting) -> bool:
    """Whether an earlier stint of this agent lets it read the entry anyway."""
    for other in case.joins[join.client]:
        earlier = other is not join and other.packets[0].at < join.packets[0].at
        if earlier and sighting.number <= may_reach(case.timeline, other):
            return True
    return False


def _early(case: Case, client: str, joins: list[Join]) -> Iterator[str]:
    """No numbered entry before the client has said that it is ready for it."""
    view = case.views.get(client)
    if view is None:
        return
    ready = [(join, _open_from(case, join)) for join in joins]
    ends = {join.stint: may_reach(case.timeline, join) for join in joins}
    for sighting in view.sightings:
        if any(at <= sighting.at and sighting.number <= ends[join.stint] for join, at in ready):
            continue
        if case.waits(client, sighting):
            continue
        for join, at in ready:
            if at > sighting.at and join.boundary is not None and sighting.number > join.boundary:
                yield f"stint {join.stint}: entry {sighting.number} came before stint.ready"
                return


def _open_from(case: Case, join: Join) -> float:
    """From when on the agent may read the stint's entries: its ready, or the stint's end if that came first."""
    packet, span = join.first("ready"), case.timeline.stints.get(join.stint)
    said = packet.at if packet else inf
    over = _seen_at(case, span.removed) if span else None
    return said if over is None else min(said, over)


def _comings_and_goings(case: Case) -> Iterator[str]:
    """One added and at most one removed entry a stint; the old holder goes before the new one comes."""
    live: dict[str, Entry] = {}
    ended: set[str] = set()
    expected = 1
    for entry in case.timeline.ordered():
        if entry.number != expected:
            return  # A hole: what follows proves nothing, and the hole is a finding already.
        expected += 1
        stint = entry.stint_id or ""
        if entry.event == ADDED:
            yield from _coming(entry, stint, live, ended)
            live[stint] = entry
        elif entry.event == REMOVED:
            if live.pop(stint, None) is None:
                yield f"seq {entry.number}: {entry.agent} is removed and was not there"
            ended.add(stint)
        elif entry.event == CLOSED and live:
            yield f"seq {entry.number}: closed before everybody was removed"


def _coming(entry: Entry, stint: str, live: dict[str, Entry], ended: set[str]) -> Iterator[str]:
    if stint in live or stint in ended:
        yield f"seq {entry.number}: {entry.agent} is added twice for one stint"
    holders = [e.agent for e in live.values() if e.data.get("role") == "holder"]
    if entry.data.get("role") == "holder" and holders:
        yield f"seq {entry.number}: {entry.agent} takes the baton while {holders[0]} holds it"


def _greetings(case: Case) -> Iterator[str]:
    """The greeting of a stint is one message."""
    found: dict[str, set[int]] = {}
    for entry in case.timeline.ordered():
        client_id = str(entry.data.get("client_id") or "")
        if entry.event == MESSAGE and client_id.startswith("greet:"):
            found.setdefault(client_id, set()).add(entry.number)
    for client_id, numbers in found.items():
        if len(numbers) > 1:
            yield f"{client_id} stands at seqs {sorted(numbers)}"


def _never_told(case: Case, record: Record) -> list[Finding]:
    """Stints whose agent was connected all along and got no packet."""
    names = {client.public_name: name for name, client in record.plan.clients.items() if not client.customer}
    findings = []
    for span in case.timeline.stints.values():
        client = names.get(span.agent)
        joined = client and any(join.stint == span.id for join in case.joins.get(client, []))
        if client is None or joined or span.added is None:
            continue
        begin, end = _seen_at(case, span.added), _over_at(case, span.removed)
        if begin is None or end is None or end - begin <= PACKETS_MS:
            continue
        if _connected(record.of(client), begin, begin + PACKETS_MS):
            what = f"stint {span.id} of {span.agent} got no packets"
            findings.append(case.finding("joining_order_violations", client, what))
    return findings


def _seen_at(case: Case, seq: int | None) -> float | None:
    """When anybody first got this entry on the wire."""
    if seq is None:
        return None
    public = case.timeline.pairs.get(seq)
    times = [
        sighting.at
        for client, view in case.views.items()
        for sighting in view.sightings
        if sighting.number == (public if client == case.plan.customer else seq)
    ]
    return min(times, default=None)


def _over_at(case: Case, seq: int | None) -> float | None:
    """When anybody first got this entry or a later one: a private end may reach nobody but in stories."""
    if seq is None:
        return None
    later = {seq_of for seq_of in case.timeline.entries if seq_of >= seq}
    return min((at for at in (_seen_at(case, number) for number in later) if at is not None), default=None)


def _connected(happenings: list[Happening], begin: float, end: float) -> bool:
    """Whether one connection stood from `begin` to `end`: it stands once its snapshot came."""
    opened: dict[int, float] = {}
    agents = {h.conn for h in happenings if h.kind == "opened" and h.name != SUPERVISOR}
    for happening in happenings:
        if happening.kind == "hears" and happening.name == "session.snapshot" and happening.conn in agents:
            opened.setdefault(happening.conn, happening.at)
        elif happening.kind == "closed":
            since = opened.pop(happening.conn, None)
            if since is not None and since <= begin and happening.at >= end:
                return True
    return any(since <= begin for since in opened.values())
