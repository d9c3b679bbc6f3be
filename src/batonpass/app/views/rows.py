"""A chat as a line of a list, for one reader: what law 11 lets it see, and no words beyond that.

Rows are read together, so that a list of a hundred costs a dozen queries and not a thousand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Literal

from batonpass.app.ports import Tx
from batonpass.app.ports_rows import Pending
from batonpass.app.views.lists import NAME, HoldView
from batonpass.app.views.parts import BatonPart, parts_held, with_wait
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import ActorType, Conversation, Entry, Role, Status, Stint
from batonpass.domain.handoff import Offer, State, TargetType
from batonpass.domain.hold import Hold
from batonpass.domain.rules import Rules

LINE = 160
"""Of a message, at most so many characters."""
May = Literal["read", "pick_up", "resume"]
PARTS = 12
"""Of a baton, the last so many parts."""


class Sight(IntEnum):
    """What a reader is to a chat: never in it, in it once, one in whose queue it waits, or in it now."""

    NONE = 0
    PAST = 1
    WAITS = 2
    LIVE = 3


@dataclass(frozen=True, slots=True)
class LastLine:
    """`text` is empty where the reader may not read it."""

    entry: Entry
    yours: bool
    text: str


@dataclass(frozen=True, slots=True)
class RowPending:
    handoff: Pending
    target: str
    offer: Offer | None
    offered_to: Agent | None


@dataclass(frozen=True, slots=True)
class RowOutcome:
    reason: str
    disposition: str | None = None
    issue: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found, where, and in which entry."""

    where: str
    text: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class RowView:
    """One line. `status` and `queue` (its name) are those of the moment which the row shows."""

    conversation: Conversation
    customer: str
    queue_id: str
    queue: str
    status: Status
    baton: list[BatonPart]
    earlier: int
    holder: Agent | None
    others: list[tuple[Agent, Role]]
    now: int
    waiting_since: int | None = None
    unanswered_since: int | None = None
    last: LastLine | None = None
    pending: RowPending | None = None
    hold: HoldView | None = None
    outcome: RowOutcome | None = None
    hit: Hit | None = None
    may: tuple[May, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows a representative's lists have."""

    queue: int
    all: int
    held: int


@dataclass(slots=True)
class _Shelf:
    """What was read together."""

    names: dict[str, tuple[str, int]] = field(default_factory=dict)
    stints: dict[str, list[Stint]] = field(default_factory=dict)
    pending: dict[str, list[Pending]] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    words: dict[str, Entry] = field(default_factory=dict)
    heard: dict[str, Entry] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    issues: dict[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)


def row_views(
    tx: Tx, rules: Rules, reader: Agent, conversations: Sequence[Conversation], *, then: bool = False
) -> list[RowView]:
    """The rows of these chats for this agent; with `then`, those it has left as they were when it left."""
    if not conversations:
        return []
    shelf = _read(tx, reader, conversations)
    if then:
        shelf.given = tx.given_in(reader.id, [c.id for c in conversations])
    return [_Row(tx.now, rules, reader, shelf, c, then=then).view() for c in conversations]


def row_of(
    tx: Tx, rules: Rules, reader: Agent, conversation_id: str, *, then: bool = False
) -> RowView | None:
    """The row of one chat."""
    found = tx.conversation(conversation_id)
    return row_views(tx, rules, reader, [found], then=then)[0] if found is not None else None


def counts(tx: Tx, reader: Agent) -> Counts:
    """How many rows this representative's lists have."""
    return Counts(*tx.counts_for(reader.id, reader.queues))


def sight_of(reader: Agent, stints: Iterable[Stint], pending: Iterable[Pending], hold: Hold | None) -> Sight:
    """What a reader is to a chat, as `readable` has it."""
    mine = [s for s in stints if s.agent_id == reader.id]
    if any(s.live for s in mine):
        return Sight.LIVE
    queues = set(reader.queues)
    waits = any(not queues.isdisjoint(h.queues) for h in pending if h.state is not State.ACCEPTED)
    if not reader.bot and (waits or (hold is not None and hold.queue_id in queues)):
        return Sight.WAITS
    return Sight.PAST if mine else Sight.NONE


def _read(tx: Tx, reader: Agent, conversations: Sequence[Conversation]) -> _Shelf:
    ids = [c.id for c in conversations]
    shelf = _Shelf(
        names=tx.names_of(ids),
        stints=tx.stints_by_chat(ids),
        pending=tx.pending_by_chat(ids),
        holds=tx.holds_by_chat([c.id for c in conversations if c.status is Status.HELD]),
        words=tx.last_words(ids),
        unanswered=tx.unanswered_since([c.id for c in conversations if c.status is Status.ACTIVE]),
    )
    pending = [h for found in shelf.pending.values() for h in found]
    shelf.offers = tx.open_offers_by_handoff([h.id for h in pending])
    shelf.agents = tx.agents(_people(shelf, pending))
    parts = [s for found in shelf.stints.values() for s in found]
    ended = [s for s in parts if not s.live and not s.bot]
    shelf.codes = tx.disposition_codes([s.id for s in ended])
    mine = {s.conversation_id: s for s in parts if s.agent_id == reader.id}
    shelf.heard = tx.last_words_of([s.id for s in mine.values() if not s.live or not s.ready])
    shelf.issues = tx.issues_of([ref for s in mine.values() for ref in (s.id, s.handoff_id)])
    return shelf


def _people(shelf: _Shelf, pending: list[Pending]) -> set[str]:
    people = {s.agent_id for found in shelf.stints.values() for s in found}
    people |= {hold.agent_id for hold in shelf.holds.values()}
    people |= {h.target.id for h in pending if h.target.type is TargetType.AGENT and h.target.id}
    return people | {offer.agent_id for offer in shelf.offers.values()}


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader is to a chat, the last seq it may read there, and the customer's name as it may know it."""

    sight: Sight
    head: int
    name: str


def sights(tx: Tx, reader: Agent, conversations: Sequence[Conversation]) -> dict[str, Known]:
    """What this agent may know of each of these chats."""
    if not conversations:
        return {}
    ids = [c.id for c in conversations]
    stints, pending, holds = tx.stints_by_chat(ids), tx.pending_by_chat(ids), tx.holds_by_chat(ids)
    names, found = tx.names_of(ids), dict[str, Known]()
    for chat in conversations:
        mine = [s for s in stints.get(chat.id, []) if s.agent_id == reader.id]
        sight = sight_of(reader, mine, pending.get(chat.id, []), holds.get(chat.id))
        name = _name_of(names.get(chat.id), mine[-1] if sight is Sight.PAST else None)
        found[chat.id] = Known(sight, _head(sight, chat, mine), name)
    return found


class _Row:
    """One row being made. `then`: as it was when its reader left."""

    def __init__(
        self, now: int, rules: Rules, reader: Agent, shelf: _Shelf, conversation: Conversation, *, then: bool
    ) -> None:
        self.now, self.rules, self.reader, self.shelf, self.chat = now, rules, reader, shelf, conversation
        self.stints = shelf.stints.get(conversation.id, [])
        self.pending = shelf.pending.get(conversation.id, [])
        self.hold = shelf.holds.get(conversation.id)
        self.mine = [s for s in self.stints if s.agent_id == reader.id]
        self.sight = sight_of(reader, self.stints, self.pending, self.hold)
        self.then = then and self.sight is Sight.PAST

    def view(self) -> RowView:
        seen = self._as_it_was() if self.then else self._as_it_is()
        parts = self._baton()
        earlier = max(0, len(parts) - PARTS)
        return replace(seen, baton=parts[earlier:], earlier=earlier)

    def _bare(self, status: Status, queue_id: str) -> RowView:
        queue = self.rules.queues.get(queue_id)
        name = queue.name if queue else queue_id
        customer = self._name()
        return RowView(self.chat, customer, queue_id, name, status, [], 0, None, [], self.now)

    def _as_it_is(self) -> RowView:
        chat = self.chat
        live = [s for s in self.stints if s.live]
        people = self.shelf.agents
        holder = next((people[s.agent_id] for s in live if s.id == chat.holder), None)
        return replace(
            self._bare(chat.status, chat.queue_id),
            holder=holder,
            others=[(people[s.agent_id], s.role) for s in live if s.id != chat.holder],
            waiting_since=self._waiting_since(),
            unanswered_since=self.shelf.unanswered.get(chat.id),
            last=self._last(self.shelf.words.get(chat.id)),
            pending=self._pending(),
            hold=self._held(),
            outcome=self._end() if chat.status is Status.CLOSED else None,
            may=self._may(),
        )

    def _as_it_was(self) -> RowView:
        """Up to the end of the reader's last stint, and who took what it passed on (law 11)."""
        last = self.mine[-1]
        closed = self.chat.closed_at is not None and self.chat.closed_at <= self._until()
        status = Status.CLOSED if closed else Status.ACTIVE
        return replace(
            self._bare(status, last.queue_id),
            holder=next((p.agent for p in self._known() if p.agent and p.ended_at is None), None),
            last=self._last(self.shelf.heard.get(self.chat.id)),
            outcome=self._part(last, last.reason or ""),
            may=("read",),
        )

    # Parts of it

    def _name(self) -> str:
        return _name_of(self.shelf.names.get(self.chat.id), self.mine[-1] if self.then else None)

    def _until(self) -> int:
        return self.mine[-1].ended_at or 0

    def _baton(self) -> list[BatonPart]:
        return self._known() if self.then else with_wait(self.chat, self._held_by(self.stints))

    def _known(self) -> list[BatonPart]:
        """The parts that one who has left knows of: nothing that began after its end."""
        until, given = self._until(), self.shelf.given
        return self._held_by([s for s in self.stints if s.started_at <= until or s.handoff_id in given])

    def _held_by(self, stints: list[Stint]) -> list[BatonPart]:
        return parts_held(self.chat, stints, self.shelf.agents, self.now)

    def _waiting_since(self) -> int | None:
        if self.chat.holder is not None or self.chat.status is not Status.OPEN:
            return None
        first = next(iter(self.pending), None)
        return first.waiting_key if first is not None else self.chat.waiting_since

    def _last(self, entry: Entry | None) -> LastLine | None:
        if entry is None:
            return None
        yours = entry.actor.id == self.reader.id and entry.actor.type is not ActorType.CUSTOMER
        return LastLine(entry, yours, self._text(entry, yours=yours))

    def _text(self, entry: Entry, *, yours: bool) -> str:
        """The words of a line, where they are this reader's to read."""
        if entry.data.get("sensitive") and not yours and not self.reader.bot:
            return ""
        return line_of(entry) if entry.seq <= _head(self.sight, self.chat, self.mine) else ""

    def _pending(self) -> RowPending | None:
        first = next(iter(self.pending), None)
        if first is None:
            return None
        offer = self.shelf.offers.get(first.id)
        whom = self.shelf.agents.get(offer.agent_id) if offer else None
        return RowPending(first, self._target(first), offer, whom)

    def _target(self, pending: Pending) -> str:
        """Where it goes, by name."""
        target = pending.target
        if target.type is TargetType.AGENT and target.id in self.shelf.agents:
            return self.shelf.agents[target.id].name
        queue = self.rules.queues.get(pending.queue_id)
        return queue.name if queue else pending.queue_id

    def _held(self) -> HoldView | None:
        hold = self.hold
        if hold is None:
            return None
        return HoldView(hold, self.shelf.agents[hold.agent_id], self._name(), self.now)

    def _end(self) -> RowOutcome:
        """How the chat ended. The issue is made of its words, so it is for who was in it."""
        codes = [self.shelf.codes[s.id] for s in self.stints if s.id in self.shelf.codes]
        issue = self._part(self.mine[-1], "").issue if self.mine else None
        return RowOutcome(self.chat.close_reason or "", codes[-1] if codes else None, issue)

    def _part(self, stint: Stint, reason: str) -> RowOutcome:
        issues = self.shelf.issues
        issue = issues.get(stint.id) or issues.get(stint.handoff_id)
        return RowOutcome(reason, self.shelf.codes.get(stint.id), issue[:LINE] if issue else None)

    def _may(self) -> tuple[May, ...]:
        may: list[May] = ["read"] if self.sight is not Sight.NONE else []
        if self.reader.bot or self.sight is Sight.LIVE:
            return tuple(may)
        queues = set(self.reader.queues)
        takes = (h for h in self.pending if h.state in (State.QUEUED, State.OFFERED))
        if any(h.target.id == self.reader.id or not queues.isdisjoint(h.queues) for h in takes):
            may.append("pick_up")
        if self.hold is not None and (self.hold.agent_id == self.reader.id or self.hold.queue_id in queues):
            may.append("resume")
        return tuple(may)


def line_of(entry: Entry) -> str:
    """The words of a message in one line, cut."""
    return " ".join(words_of(entry).split())[:LINE]


def words_of(entry: Entry) -> str:
    """The words of a message: the text, of a card its title too; of a file its name."""
    content = entry.data.get("content") or {}
    return " ".join(str(content[name]) for name in ("title", "text", "name") if content.get(name))


def _head(sight: Sight, chat: Conversation, mine: list[Stint]) -> int:
    """The last seq that a reader may read, as `readable` has it."""
    if sight is Sight.WAITS:
        return chat.seq
    live = next((s for s in mine if s.live), None)
    if live is not None and live.ready:
        return chat.seq
    return max([live.boundary_seq if live else 0, *(s.read_to or 0 for s in mine)])


def _name_of(name: tuple[str, int] | None, left: Stint | None) -> str:
    """The customer's name; who has `left` knows it if it was set by then."""
    value, set_at = name or ("", 0)
    return value[:NAME] if left is None or set_at <= (left.ended_at or 0) else ""
