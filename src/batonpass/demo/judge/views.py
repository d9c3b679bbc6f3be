"""What each client saw of each conversation, by number; and the one timeline all agents' views add up to."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .record import Happening, Record, good

MESSAGE = "message.created"
ADDED = "conversation.agent_added"
REMOVED = "conversation.agent_removed"
CLOSED = "conversation.closed"
CONTEXT = "conversation.context"
HIDDEN = "entry.hidden"
ACTED = "supervisor.acted"


@dataclass(frozen=True, slots=True)
class Entry:
    """A numbered line of a timeline, as one client got it."""

    number: int
    event: str
    event_id: str
    epoch: int
    at: str
    actor: dict[str, Any]
    data: dict[str, Any]

    @property
    def hidden(self) -> bool:
        return self.event == HIDDEN

    @property
    def message_id(self) -> str | None:
        return self.data.get("message_id") if self.event == MESSAGE else None

    @property
    def whisper(self) -> bool:
        """A message to agents only."""
        return self.event == MESSAGE and self.data.get("to") not in (None, "all")

    @property
    def text(self) -> str:
        return str((self.data.get("content") or {}).get("text", ""))

    @property
    def stint_id(self) -> str | None:
        return self.data.get("stint_id")

    @property
    def agent(self) -> str:
        """The public name of the agent who came or went."""
        return str((self.data.get("agent") or {}).get("name", ""))

    @property
    def changes_holder(self) -> bool:
        return self.event == CLOSED or (self.event in (ADDED, REMOVED) and self.data.get("role") == "holder")

    @property
    def by_customer(self) -> bool:
        return self.actor.get("type") == "customer"

    def print(self) -> str:
        """What must be the same for all readers of one audience. A client id is its sender's own."""
        data = {key: value for key, value in self.data.items() if key != "client_id"}
        facts = [self.event, self.event_id, self.epoch, self.at, self.actor, data]
        return json.dumps(facts, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry on the wire, outside a context's transcript."""

    at: float
    conn: int
    number: int


@dataclass(slots=True)
class View:
    """One client's sight of one conversation.

    `rivals` are numbers that came with two contents; `head` is the highest number the server has spoken of.
    """

    client: str
    conversation: str
    entries: dict[int, Entry] = field(default_factory=dict)
    rivals: list[tuple[Entry, Entry]] = field(default_factory=list)
    last_seen: dict[int, float] = field(default_factory=dict)
    sightings: list[Sighting] = field(default_factory=list)
    head: int = 0

    def see(self, entry: Entry, at: float) -> None:
        self.last_seen[entry.number] = at
        self.head = max(self.head, entry.number)
        known = self.entries.get(entry.number)
        if known is None or known.hidden:
            self.entries[entry.number] = entry
        elif not entry.hidden and known.print() != entry.print():
            self.rivals.append((known, entry))

    def message_ids(self) -> set[str]:
        return {entry.message_id for entry in self.entries.values() if entry.message_id}


Views = dict[tuple[str, str], View]


def entry_of(event: str, envelope: dict[str, Any], customer: bool) -> Entry | None:
    """Return the entry in an envelope, None when it carries no number for this audience."""
    number = envelope.get("public_seq" if customer else "seq")
    if not isinstance(number, int):
        return None
    return Entry(
        number,
        event,
        str(envelope.get("event_id", "")),
        envelope.get("epoch") or 0,
        str(envelope.get("at", "")),
        envelope.get("actor") or {},
        envelope.get("data") or {},
    )


def transcript(context: dict[str, Any]) -> list[Entry]:
    """Return the entries in the data of a `conversation.context`."""
    found = []
    for item in context.get("transcript", []):
        entry = entry_of(str(item.get("event", "")), item, customer=False)
        if entry is not None:
            found.append(entry)
    return found


def collect(record: Record) -> Views:
    """Gather every view from what the clients heard."""
    views: Views = {}
    for client, happenings in record.happenings.items():
        customer = record.plan.client(client).customer
        for happening in happenings:
            if happening.kind == "hears":
                _hear(views, client, happening, customer)
            elif happening.kind == "answered" and good(happening.body):
                _answer(views, client, happening)
    return views


def _view(views: Views, client: str, conversation: str) -> View:
    return views.setdefault((client, conversation), View(client, conversation))


def _hear(views: Views, client: str, happening: Happening, customer: bool) -> None:
    envelope = happening.body
    conversation = envelope.get("conversation_id")
    if not conversation:
        return
    entry = entry_of(happening.name, envelope, customer)
    if entry is not None:
        view = _view(views, client, conversation)
        view.see(entry, happening.at)
        view.sightings.append(Sighting(happening.at, happening.conn, entry.number))
    elif happening.name == CONTEXT:
        view = _view(views, client, conversation)
        for told in transcript(envelope["data"]):
            view.see(told, happening.at)


def _answer(views: Views, client: str, happening: Happening) -> None:
    """Keep the heads that replies speak of: a number that was spoken of must come."""
    if happening.name == "timeline.read":
        view = _view(views, client, happening.request["conversation_id"])
        view.head = max(view.head, happening.body.get("head", 0))


@dataclass(slots=True)
class Timeline:
    """A conversation as all its agents together saw it, and as its customer did.

    `pairs` maps a seq to its public_seq where both are known.
    """

    conversation: str
    entries: dict[int, Entry] = field(default_factory=dict)
    rivals: list[tuple[str, Entry, Entry]] = field(default_factory=list)
    public: dict[int, Entry] = field(default_factory=dict)
    pairs: dict[int, int] = field(default_factory=dict)
    stints: dict[str, "Span"] = field(default_factory=dict)

    def ordered(self) -> list[Entry]:
        return [self.entries[number] for number in sorted(self.entries)]

    def waiting_at(self, seq: int) -> bool:
        """Whether nobody held the conversation once entry `seq` was written, and it was not over."""
        changes = [e for e in self.entries.values() if e.number <= seq and e.changes_holder]
        last = max(changes, key=lambda entry: entry.number, default=None)
        return last is None or last.event == REMOVED

    def tail(self, seq: int) -> int:
        """The last seq known of the commit that wrote `seq`: its entries share one time."""
        at = self.entries[seq].at
        while seq + 1 in self.entries and self.entries[seq + 1].at == at:
            seq += 1
        return seq


@dataclass(slots=True)
class Span:
    """A stint on the timeline: the seq of its added and of its removed entry, None while unknown."""

    id: str
    agent: str
    bot: bool
    role: str
    agent_id: str = ""
    added: int | None = None
    removed: int | None = None


def merge(plan_customer: dict[str, str], views: Views) -> dict[str, Timeline]:
    """Add up the views. `plan_customer` names the customer's client of each conversation."""
    timelines = {name: Timeline(name) for name in plan_customer}
    for (client, conversation), view in views.items():
        timeline = timelines.get(conversation)
        if timeline is None:
            continue
        if plan_customer[conversation] == client:
            timeline.public = view.entries
        else:
            _add(timeline, client, view.entries.values())
    for timeline in timelines.values():
        _pair(timeline)
        _find_stints(timeline)
    return timelines


def _add(timeline: Timeline, client: str, entries: Iterable[Entry]) -> None:
    for entry in entries:
        known = timeline.entries.get(entry.number)
        if known is None or known.hidden:
            timeline.entries[entry.number] = entry
        elif not entry.hidden and known.print() != entry.print():
            timeline.rivals.append((client, known, entry))


def _pair(timeline: Timeline) -> None:
    """Find which seq is which public_seq: a message by its id, a change of holder by its epoch."""
    public = {_identity(entry): number for number, entry in timeline.public.items() if _identity(entry)}
    for seq, entry in timeline.entries.items():
        identity = _identity(entry)
        if identity in public:
            timeline.pairs[seq] = public[identity]


def _identity(entry: Entry) -> str | None:
    """What names an entry in both audiences' frames; None for one that nothing does."""
    if entry.message_id:
        return entry.message_id
    # An epoch has one public entry that changes the holder (law 1); a private removed entry has no twin there.
    return f"{entry.event} {entry.epoch}" if entry.changes_holder else None


def _find_stints(timeline: Timeline) -> None:
    for entry in timeline.ordered():
        if entry.event not in (ADDED, REMOVED) or not entry.stint_id:
            continue
        agent = entry.data.get("agent") or {}
        fresh = Span(entry.stint_id, entry.agent, agent.get("kind") == "bot", str(entry.data.get("role")))
        span = timeline.stints.setdefault(entry.stint_id, fresh)
        span.agent_id = span.agent_id or str(agent.get("id") or "")
        if entry.event == ADDED and span.added is None:
            span.added = entry.number
        elif entry.event == REMOVED and span.removed is None:
            span.removed = entry.number
