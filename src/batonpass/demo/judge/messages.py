"""Law 2: every message is kept once, in one order, and reaches everybody who should have it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from . import joins as joining
from .joins import FOREVER, Join
from .plan import Client, Conversation, Intent
from .record import Finding, Happening, Record, code, final, good
from .views import Entry, Sighting, Timeline, View

SEND = "message.send"
WHISPER = "whisper.send"


@dataclass(slots=True)
class Message:
    """One send: its first frame, its replies, and where it stands in the timeline once that is known."""

    client: str
    conversation: str
    client_id: str
    text: str
    stint: str | None
    said_at: float
    replies: list[Any] = field(default_factory=list)
    message_id: str | None = None
    public: int | None = None
    seq: int | None = None
    turn: int | None = None
    purpose: str = ""
    whisper: bool = False
    to: tuple[str, ...] = ()

    @property
    def acknowledged(self) -> bool:
        return any(good(reply) for reply in self.replies)

    @property
    def refused(self) -> bool:
        """Refused for good, as late or as wrong."""
        return not self.acknowledged and any(final(reply) for reply in self.replies)

    @property
    def stale(self) -> bool:
        return any(code(reply) == "stint_ended" for reply in self.replies)

    @property
    def kept(self) -> bool:
        return self.message_id is not None


@dataclass(slots=True)
class Case:
    """One conversation with all that is known of it. `clients` are those of the whole run, by name."""

    plan: Conversation
    timeline: Timeline
    views: dict[str, View]
    joins: dict[str, list[Join]]
    messages: list[Message] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    windows: list[tuple[float, float]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.plan.id

    def is_person(self, client: str) -> bool:
        """Whether this client is a representative's."""
        return client in self.clients and self.clients[client].role == "representative"

    def waits(self, client: str, seen: Sighting) -> bool:
        """Whether this client may read an entry because the conversation waits in a queue: representatives do."""
        if not self.is_person(client):
            return False
        waiting = self.timeline.waiting_at(seen.number)
        return waiting or any(begin <= seen.at <= end for begin, end in self.windows)

    def may_read(self, client: str, whisper: Message) -> bool:
        """Whether a whisper is for this client: its sender, those it names, or else all representatives."""
        if client in (whisper.client, self.plan.customer):
            return client == whisper.client
        if not whisper.to:
            return self.is_person(client)
        named = {span.agent for span in self.timeline.stints.values() if span.agent_id in whisper.to}
        return client in self.clients and self.clients[client].public_name in named

    def finding(self, figure: str, client: str, what: str) -> Finding:
        return Finding(figure, self.id, client, what)


def collect(record: Record) -> tuple[list[Message], list[Intent]]:
    """Return all sends in the order of their first frames, and the intents that never became a frame."""
    found: dict[tuple[str, str, str], Message] = {}
    for client, happenings in record.happenings.items():
        for happening in happenings:
            if happening.name in (SEND, WHISPER) and happening.kind in ("says", "answered"):
                _take(found, client, happening)
    unsent = _match(list(found.values()), record.plan.intents)
    return sorted(found.values(), key=lambda message: message.said_at), unsent


def _take(found: dict[tuple[str, str, str], Message], client: str, happening: Happening) -> None:
    asked = happening.body if happening.kind == "says" else happening.request
    key = client, asked["conversation_id"], asked["client_id"]
    if key not in found:
        text = str((asked.get("content") or {}).get("text", ""))
        found[key] = Message(*key, text, asked.get("stint_id"), happening.at)
        found[key].whisper, found[key].to = happening.name == WHISPER, tuple(asked.get("to") or ())
    if happening.kind == "answered":
        found[key].replies.append(happening.body)


def _match(messages: list[Message], intents: list[Intent]) -> list[Intent]:
    """Give the messages their turns and purposes: by client id, or by text where the library makes the id."""
    by_id = {(m.client, m.conversation, m.client_id): m for m in messages}
    by_text: dict[tuple[str, str, str], list[Message]] = {}
    for message in messages:
        by_text.setdefault((message.client, message.conversation, message.text), []).append(message)
    unsent: list[Intent] = []
    for intent in intents:
        same = by_text.get((intent.client, intent.conversation, intent.text), [])
        if intent.client_id is None:
            found = same.pop(0) if same else None
        else:
            found = by_id.get((intent.client, intent.conversation, intent.client_id))
        if found is None:
            unsent.append(intent)
        else:
            found.turn, found.purpose = intent.turn, intent.purpose
    return unsent


def place(case: Case) -> None:
    """Find where each message stands: by its acknowledgement, else by its client id in somebody's view."""
    by_client_id = {}
    for view in case.views.values():
        for entry in view.entries.values():
            if entry.message_id and entry.data.get("client_id"):
                by_client_id[entry.stint_id, entry.data["client_id"]] = entry.message_id
    seqs = {e.message_id: e.number for e in case.timeline.entries.values() if e.message_id}
    publics = {e.message_id: e.number for e in case.timeline.public.values() if e.message_id}
    for message in case.messages:
        reply: dict[str, Any] = next((reply for reply in message.replies if good(reply)), {})
        message.message_id = reply.get("message_id") or by_client_id.get((message.stint, message.client_id))
        if message.message_id is not None:
            message.seq = reply.get("seq") or seqs.get(message.message_id)
            message.public = reply.get("public_seq") or publics.get(message.message_id)


# Lost and delivered


def lost(case: Case, audits: dict[tuple[str, str], float]) -> tuple[int, list[Finding]]:
    """Return how many (message, recipient) pairs were delivered, and a finding for each that was not."""
    findings = [
        case.finding("lost", m.client, f"never settled: {m.client_id} {m.text[:60]!r}")
        for m in case.messages
        if not m.kept and not m.refused
    ]
    findings += _unsaid_turns(case)
    delivered = 0
    for client, view in case.views.items():
        expected = [m for m in case.messages if m.kept and _expects(case, client, m)]
        texts = {e.message_id: e for e in view.entries.values() if e.message_id}
        audit = audits.get((client, case.id))
        for message in expected:
            entry = texts.get(str(message.message_id))
            if entry is not None and entry.text == message.text and _read_again(view, entry.number, audit):
                delivered += 1
            else:
                what = (
                    f"{message.client_id} of {message.client} ({message.text[:60]!r}): {_how(entry, message)}"
                )
                findings.append(case.finding("lost", client, what))
    return delivered, findings


def _how(entry: Entry | None, message: Message) -> str:
    if entry is None:
        return "never came"
    return "came with another text" if entry.text != message.text else "gone when read again"


def _read_again(view: View, number: int, audit: float | None) -> bool:
    return audit is None or view.last_seen[number] >= audit


def _unsaid_turns(case: Case) -> list[Finding]:
    said = {m.turn for m in case.messages if m.acknowledged}
    missing = [turn for turn in range(case.plan.turns) if turn not in said]
    return [
        case.finding("lost", case.plan.customer, f"turn {turn} was never acknowledged") for turn in missing
    ]


def _expects(case: Case, client: str, message: Message) -> bool:
    """Whether this client should have it: the customer always, an agent up to its last stint's end."""
    if message.whisper and not case.may_read(client, message):
        return False
    if client == case.plan.customer:
        return True
    limit = joining.must_reach(case.timeline, case.joins.get(client, []))
    if message.seq is not None:
        return message.seq <= limit
    if limit >= FOREVER:
        return True
    known = [public for seq, public in case.timeline.pairs.items() if seq <= limit]
    return message.public is not None and message.public <= max(known, default=0)


# Twice


def duplicated(case: Case) -> list[Finding]:
    """One send under two numbers, one number with two contents for one reader, and messages nobody sent."""
    findings = _two_replies(case)
    known = {m.message_id for m in case.messages if m.kept}
    for client, view in case.views.items():
        for old, new in view.rivals:
            both = f"{old.event} {old.text[:40]!r} and as {new.event} {new.text[:40]!r}"
            what = f"number {new.number} came as {both}"
            findings.append(case.finding("duplicated", client, what))
        findings += _twice_in(case, client, view)
        for message_id in view.message_ids() - known:
            findings.append(case.finding("duplicated", client, f"message {message_id} was sent by nobody"))
    return findings


def _two_replies(case: Case) -> list[Finding]:
    findings = []
    for message in case.messages:
        stored = {
            (r.get("message_id"), r.get("public_seq"), r.get("seq")) for r in message.replies if good(r)
        }
        if len(stored) > 1:
            what = f"{message.client_id} was acknowledged as {sorted(map(str, stored))}"
            findings.append(case.finding("duplicated", message.client, what))
    return findings


def _twice_in(case: Case, client: str, view: View) -> list[Finding]:
    ids = Counter(e.message_id for e in view.entries.values() if e.message_id)
    sends = Counter(
        (e.actor.get("type"), e.stint_id, e.data["client_id"])
        for e in view.entries.values()
        if e.message_id and e.data.get("client_id")
    )
    twice = [f"message {key} has {n} numbers" for key, n in ids.items() if n > 1]
    twice += [f"client id {key[2]} has {n} numbers" for key, n in sends.items() if n > 1 and key[2]]
    return [case.finding("duplicated", client, what) for what in twice]


# Order


def misordered(case: Case, audits: dict[tuple[str, str], float]) -> list[Finding]:
    """Numbers that mean different things to two readers, gaps left open, orders that disagree."""
    findings = [
        case.finding(
            "misordered", client, f"seq {new.number} is {old.event} to one agent, {new.event} to another"
        )
        for client, old, new in case.timeline.rivals
    ]
    findings += _gaps(case, audits)
    findings += _crossed(case)
    findings += _out_of_turn(case)
    return findings


def _gaps(case: Case, audits: dict[tuple[str, str], float]) -> list[Finding]:
    """Numbers a reader should have and has not; those of messages count as lost already."""
    findings = []
    for client, view in case.views.items():
        customer = client == case.plan.customer
        last = _customer_head(case, view) if customer else _agent_head(case, client, view)
        kept = [m for m in case.messages if m.kept]
        # A whisper to others is a hidden entry here, which must come like any other.
        of_messages = {
            m.public if customer else m.seq for m in kept if not m.whisper or case.may_read(client, m)
        }
        audit = audits.get((client, case.id))
        for number in range(1, last + 1):
            if number in of_messages:
                continue
            if number not in view.entries:
                findings.append(case.finding("misordered", client, f"number {number} of {last} never came"))
            elif not _read_again(view, number, audit):
                findings.append(
                    case.finding("misordered", client, f"number {number} was gone when read again")
                )
    return findings


def _customer_head(case: Case, view: View) -> int:
    return max([view.head, *(m.public for m in case.messages if m.public is not None)])


def _agent_head(case: Case, client: str, view: View) -> int:
    limit = joining.must_reach(case.timeline, case.joins.get(client, []))
    return min(limit, max(case.timeline.entries, default=0)) if limit >= FOREVER else limit


def _crossed(case: Case) -> list[Finding]:
    """The agents' order and the customer's must be one: a later seq has a later public_seq."""
    findings, highest = [], 0
    for seq, public in sorted(case.timeline.pairs.items()):
        if public <= highest:
            what = f"seq {seq} is public {public}, after {highest}"
            findings.append(case.finding("misordered", case.plan.customer, what))
        highest = max(highest, public)
    return findings


def _out_of_turn(case: Case) -> list[Finding]:
    """A sender's messages stand in the order it first sent them."""
    findings = []
    last: dict[tuple[str, str | None], Message] = {}
    for message in case.messages:
        if message.public is None:
            continue
        before = last.get((message.client, message.stint))
        if before is not None and (before.public or 0) >= message.public:
            what = f"{message.client_id} was sent after {before.client_id} and stands before it"
            findings.append(case.finding("misordered", message.client, what))
        last[message.client, message.stint] = message
    return findings
