"""Laws 1 and 11: one voice at a time, and nothing private in it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .joins import FOREVER, last_of, may_reach
from .messages import Case
from .record import Finding, Happening, Record
from .views import ADDED, CLOSED, MESSAGE, REMOVED, Entry

SPEAKING = {"holder", "helper"}
# All that a customer may hear.
FOR_CUSTOMERS = {
    MESSAGE, ADDED, REMOVED, CLOSED,
    "notice.posted", "session.snapshot", "typing.updated", "queue.position", "csat.asked",
    "receipt.updated",
}  # fmt: skip
# Field names that belong to agents, at any depth of an event for a customer.
AGENTS_ONLY = {
    "seq", "stint_id", "audience", "to", "note", "summary", "variables", "transcript", "boundary_seq",
    "agent_id", "turn_id", "offer_id", "why", "trace",
}  # fmt: skip


def violations(case: Case) -> list[Finding]:
    """Messages of stints that were not live, changes of holder without their one public entry."""
    silenced = dict(_by_seq(case))
    silenced |= {message_id: what for message_id, what in _by_ear(case) if message_id not in silenced}
    findings = [case.finding("voice_violations", case.plan.customer, what) for what in silenced.values()]
    findings += [
        case.finding("voice_violations", case.plan.customer, what) for what in _refused_and_kept(case)
    ]
    findings += [case.finding("voice_violations", case.plan.customer, what) for what in _changes(case)]
    unseen = [*_whispers(case), *_unseen_by_the_customer(case)]
    findings += [case.finding("voice_violations", client, what) for client, what in unseen]
    findings += _read_too_far(case)
    return findings


def _by_seq(case: Case) -> Iterator[tuple[str, str]]:
    """Every message of an agent stands between its stint's added and removed entries."""
    stints = case.timeline.stints
    for entry in case.timeline.ordered():
        if entry.event != MESSAGE or entry.by_customer or (entry.whisper and entry.stint_id is None):
            continue  # A supervisor whispers without a stint.
        span = stints.get(entry.stint_id or "")
        message_id = entry.message_id or entry.event_id
        if span is None or span.added is None:
            yield message_id, f"seq {entry.number}: a message of a stint that nobody saw begin"
        elif entry.number < span.added or (span.removed is not None and entry.number > span.removed):
            when = f"live from {span.added} to {span.removed}"
            yield message_id, f"seq {entry.number}: {span.agent} spoke outside its stint ({when})"
        elif span.role not in SPEAKING and not entry.whisper:
            yield message_id, f"seq {entry.number}: {span.agent} spoke as {span.role}"


def _by_ear(case: Case) -> Iterator[tuple[str, str]]:
    """The same from the customer's frames alone: who speaks must have come, and not have gone."""
    holder: str | None = None
    helpers: set[str] = set()
    closed = False
    for entry in _public(case):
        holds = entry.data.get("role") == "holder"
        if entry.event == ADDED and holds:
            holder = entry.agent
            # Whoever was promoted helps no more; that end is private, for only the new holder's coming is told.
            helpers.discard(holder)
        elif entry.event == ADDED:
            helpers.add(entry.agent)
        elif entry.event == REMOVED and holds:
            holder = None
        elif entry.event == REMOVED:
            helpers.discard(entry.agent)
        elif entry.event == CLOSED:
            holder, closed = None, True
            helpers.clear()
        elif entry.event == MESSAGE:
            name = str(entry.actor.get("name", ""))
            wrong = closed if entry.by_customer else name not in {holder, *helpers}
            if wrong:
                now = "the chat is closed" if closed else f"{holder or 'nobody'} holds"
                message_id = entry.message_id or entry.event_id
                yield message_id, f"public {entry.number}: {name or 'the customer'} speaks while {now}"


def _public(case: Case) -> list[Entry]:
    public = case.timeline.public
    return [public[number] for number in sorted(public)]


def _whispers(case: Case) -> Iterator[tuple[str, str]]:
    """A whisper is read by those it is for, and by nobody else."""
    whispers = {message.message_id: message for message in case.messages if message.whisper and message.kept}
    for client, view in case.views.items():
        for entry in view.entries.values():
            whisper = whispers.get(entry.message_id)
            if whisper is not None and not case.may_read(client, whisper):
                yield client, f"{entry.number}: read a whisper of {whisper.client} that is for others"
            elif entry.whisper and client == case.plan.customer:
                yield client, f"public {entry.number}: a whisper"


def _unseen_by_the_customer(case: Case) -> Iterator[tuple[str, str]]:
    """Consulted agents and observers come and go unseen; each helper's coming is told (rule i)."""
    helpers: Counter[str] = Counter()
    for entry in _public(case):
        role = entry.data.get("role")
        if entry.event in (ADDED, REMOVED) and role not in SPEAKING:
            yield case.plan.customer, f"public {entry.number}: {entry.agent} was told to come or go as {role}"
        elif entry.event == ADDED and role == "helper":
            helpers[entry.agent] += 1
    came = Counter(
        span.agent for span in case.timeline.stints.values() if span.role == "helper" and span.added
    )
    for agent, times in (came - helpers).items():
        yield case.plan.customer, f"{agent} came to help {times} times more than the customer was told"


def _refused_and_kept(case: Case) -> Iterator[str]:
    """A send that was refused as late is no message, now or ever."""
    said = {(e.stint_id, e.data.get("client_id")): e.number for e in case.timeline.ordered() if e.message_id}
    for message in case.messages:
        if message.stale and message.acknowledged:
            yield f"{message.client_id} of {message.client} was refused as late and acknowledged"
        elif message.stale and (message.stint, message.client_id) in said:
            seq = said[message.stint, message.client_id]
            yield f"{message.client_id} of {message.client} was refused as late and stands at seq {seq}"


def _changes(case: Case) -> Iterator[str]:
    """Each epoch begins with exactly one public entry, and that one tells who came or went."""
    epoch = 0
    entries = _public(case)
    # Holes are somebody else's finding; past one, epochs tell nothing.
    for place, entry in enumerate(entries, start=1):
        if entry.number != place:
            return
        if entry.epoch != epoch + entry.changes_holder:
            yield f"public {entry.number}: {entry.event} has epoch {entry.epoch} after {epoch}"
        epoch = max(epoch, entry.epoch)


def _read_too_far(case: Case) -> list[Finding]:
    """An agent reads a conversation up to the end of its last stint there (law 11)."""
    findings = []
    for client, view in case.views.items():
        if client == case.plan.customer:
            continue
        limit = _may_read(case, client)
        beyond = [s for s in view.sightings if s.number > limit] if limit < FOREVER else []
        beyond = [seen for seen in beyond if not case.waits(client, seen)]
        if beyond:
            what = f"read seq {beyond[0].number} after its last stint ended at {limit}"
            findings.append(case.finding("voice_violations", client, what))
    return findings


def _may_read(case: Case, client: str) -> int:
    """The end of the client's last stint, by its own packets, and by the entries for one whose packets never came."""
    ends = [may_reach(case.timeline, join) for join in case.joins.get(client, [])]
    name = case.clients[client].public_name if client in case.clients else ""
    ends += [last_of(case.timeline, span) for span in case.timeline.stints.values() if span.agent == name]
    return max(ends, default=0)


# What reaches customers


def leaks(record: Record, owner_of: dict[str, str]) -> list[Finding]:
    """Return the private things in customers' frames. `owner_of` names each conversation's customer."""
    findings = list(record.leaks)
    for client in record.customers():
        for happening in record.of(client):
            if happening.kind in ("hears", "answered"):
                findings += _leaks_in(client, happening, owner_of)
    return findings


def _leaks_in(client: str, happening: Happening, owner_of: dict[str, str]) -> Iterator[Finding]:
    body = happening.body
    conversation = (body.get("conversation_id") if isinstance(body, dict) else None) or ""
    if happening.kind == "hears" and happening.name not in FOR_CUSTOMERS:
        what = f"a customer heard {happening.name}"
        yield Finding("voice_violations", conversation, client, what)
    if conversation and owner_of.get(conversation, client) != client:
        what = f"{happening.name} of somebody else's conversation"
        yield Finding("voice_violations", conversation, client, what)
    for path in _private_fields(body):
        yield Finding("voice_violations", conversation, client, f"{happening.name} carries {path}")


def _private_fields(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _private_fields(item, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            here = f"{path}.{key}" if path else key
            # An agent's id: actors and agents are public by name only.
            if key in AGENTS_ONLY or (key == "id" and path.endswith(("actor", "agent", "holder"))):
                yield here
            elif key != "content":
                yield from _private_fields(item, here)
