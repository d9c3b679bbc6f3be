"""One conversation in the hands of one transaction: what was loaded, and what has been decided so far.

The case holds values and collects changes; the rules are in `baton`, `passing`, `turns` and `closing`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from batonpass.domain.agents import Agent, SlotUse
from batonpass.domain.conversation import (
    SYSTEM,
    Actor,
    ActorType,
    Conversation,
    Entry,
    EntryKind,
    Role,
    Stint,
    Turn,
    TurnState,
)
from batonpass.domain.due import Due, DueKind
from batonpass.domain.events import Effect, EntriesWritten, HoldChanged, QueuesChanged, StintJoined
from batonpass.domain.handoff import Handoff, Offer, OfferState, State
from batonpass.domain.hold import Hold
from batonpass.domain.rules import Rules
from batonpass.domain.words import Words


@dataclass(slots=True)
class Case:
    """The working set. Loaded: stints not ended, hand-offs pending, offers open, turns not ended, slots used here,
    the hold it is on."""

    now: int
    new_id: Callable[[], str]
    rules: Rules
    words: Words
    conversation: Conversation
    stints: dict[str, Stint] = field(default_factory=dict)
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    turns: dict[str, Turn] = field(default_factory=dict)
    slots: dict[str, SlotUse] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    passed_on: set[tuple[str, str]] = field(default_factory=set)
    hold: Hold | None = None

    entries: list[Entry] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    dropped_due: list[tuple[DueKind, str]] = field(default_factory=list)
    idled: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    newly_passed_on: list[tuple[str, str]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    holds: dict[str, Hold] = field(default_factory=dict)
    readers: tuple[str, ...] = ()
    loaded: Conversation | None = None
    loaded_slots: dict[str, SlotUse] = field(default_factory=dict)
    loaded_handoffs: dict[str, Handoff] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loaded = self.conversation
        self.loaded_slots = dict(self.slots)
        self.loaded_handoffs = dict(self.handoffs)
        self.readers = tuple(sorted({s.agent_id for s in self.stints.values() if s.live and s.ready}))

    # What is there

    @property
    def holder(self) -> Stint | None:
        """The live holder stint, or None when nobody holds the baton."""
        return self.stints[self.conversation.holder] if self.conversation.holder else None

    def live(self) -> list[Stint]:
        """Live stints, the earliest first."""
        return sorted((s for s in self.stints.values() if s.live), key=lambda s: (s.started_at, s.id))

    def live_agents(self) -> frozenset[str]:
        return frozenset(s.agent_id for s in self.stints.values() if s.live)

    def offered_agents(self) -> frozenset[str]:
        """Whoever has an open offer of this conversation: an agent has one chance in it at a time."""
        return frozenset(o.agent_id for o in self.offers.values() if o.state is OfferState.OPEN)

    def pending_pass(self) -> Handoff | None:
        """The one pending hand-off that moves the baton, or None."""
        return next((h for h in self.handoffs.values() if h.pending and not h.shares), None)

    def invitations(self) -> list[Handoff]:
        """Pending hand-offs that let somebody in, the oldest first."""
        found = (h for h in self.handoffs.values() if h.pending and h.shares)
        return sorted(found, key=lambda h: (h.created_at, h.id))

    def stint_of(self, agent_id: str | None) -> Stint | None:
        """The live stint of an agent here, or None."""
        return next((s for s in self.stints.values() if s.live and s.agent_id == agent_id), None)

    def open_offer(self, handoff_id: str) -> Offer | None:
        return next(
            (o for o in self.offers.values() if o.handoff_id == handoff_id and o.state is OfferState.OPEN),
            None,
        )

    def turn_of(self, stint_id: str) -> Turn | None:
        """The turn of a stint that has not ended; it has one at a time (WALK rule d)."""
        return next(
            (t for t in self.turns.values() if t.stint_id == stint_id and t.state is not TurnState.ENDED),
            None,
        )

    def actor(self, agent_id: str) -> Actor:
        agent = self.agents[agent_id]
        return Actor(ActorType.BOT if agent.bot else ActorType.PERSON, agent.id, agent.name)

    # What changes

    def put(self, *values: Stint | Handoff | Offer | Turn) -> None:
        """Keep changed or new values for this transaction."""
        for value in values:
            if isinstance(value, Stint):
                self.stints[value.id] = value
            elif isinstance(value, Handoff):
                self.handoffs[value.id] = value
            elif isinstance(value, Offer):
                self.offers[value.id] = value
            else:
                self.turns[value.id] = value
            self.touched.add(value.id)

    def put_hold(self, hold: Hold) -> None:
        """Keep a hold that began or ended, and have it told."""
        self.hold = self.holds[hold.id] = hold
        self.tell(HoldChanged(hold.conversation_id, hold.id, hold.queue_id, hold.agent_id))

    def change(self, **changes: Any) -> None:
        """Change the conversation's own row."""
        self.conversation = replace(self.conversation, **changes)

    def write(
        self,
        kind: EntryKind,
        actor: Actor,
        data: dict[str, Any],
        *,
        public: bool,
        stint_id: str | None = None,
        client_id: str | None = None,
    ) -> Entry:
        """Append an entry with the next numbers: dense `seq`, and dense `public_seq` where the customer may see it."""
        conversation = self.conversation
        seq = conversation.seq + 1
        public_seq = conversation.public_seq + 1 if public else None
        self.change(seq=seq, public_seq=public_seq or conversation.public_seq)
        entry = Entry(
            conversation.id, seq, public_seq, kind, self.conversation.epoch, self.now, actor,
            self.new_id(), data, stint_id, client_id,
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def notice(self, code: str, **params: str) -> dict[str, Any]:
        """Render the customer's line for a transition, in the conversation's locale and its queue's words (law 8)."""
        queue_id = self.holder.queue_id if self.holder else self.conversation.queue_id
        return self.words.notice(code, params, self.conversation.locale, queue_id)

    def announce(self, notice: dict[str, Any]) -> None:
        """Tell the customer what no other entry carries."""
        self.write(EntryKind.NOTICE, SYSTEM, {"notice": notice}, public=True)

    def tell(self, effect: Effect) -> None:
        self.effects.append(effect)

    def schedule(self, kind: DueKind, ref: str, run_at: int) -> None:
        self.due.append(Due(kind, ref, run_at))

    def unschedule(self, kind: DueKind, ref: str) -> None:
        self.due = [d for d in self.due if (d.kind, d.ref) != (kind, ref)]
        self.dropped_due.append((kind, ref))

    def match(self, *queue_ids: str) -> None:
        """Write "match this queue" as due work, once a queue and transaction (law 7)."""
        known = {d.ref for d in self.due if d.kind is DueKind.MATCH}
        for queue_id in dict.fromkeys(queue_ids):
            if queue_id and queue_id not in known:
                self.schedule(DueKind.MATCH, queue_id, self.now)

    def finish(self) -> list[Effect]:
        """Close the books: reading limits of ended stints, and the entries told before all else."""
        for handoff in self.handoffs.values():
            # Whoever writes a waiting hand-off anew has it decided anew: the matcher notes why nobody takes it on
            # the row alone, and this write may be the older one.
            if handoff.id in self.touched and handoff.state is State.QUEUED and handoff.trace is None:
                self.match(*handoff.queues)
        head = self.conversation.seq
        for stint in list(self.stints.values()):
            if not stint.live and stint.read_to is None:
                self.put(replace(stint, read_to=head))
        effects = list(self.effects)
        effects[:0] = self._written()
        queues = {d.ref for d in self.due if d.kind is DueKind.MATCH} | self._places_freed()
        if queues:
            effects.append(QueuesChanged(tuple(sorted(queues))))
        return effects

    def _places_freed(self) -> set[str]:
        """The queues in which somebody has moved up."""
        waits = (State.QUEUED, State.OFFERED)
        before = {h.id: h.queue_id for h in self.loaded_handoffs.values() if h.state in waits}
        now = {h.id: h.queue_id for h in self.handoffs.values() if h.state in waits}
        return {queue_id for handoff_id, queue_id in before.items() if now.get(handoff_id) != queue_id}

    def _written(self) -> list[Effect]:
        """The entries and who hears them at once. Who comes in anew reads on from its join when it is ready (law 4)."""
        came = {effect.agent_id for effect in self.effects if isinstance(effect, StintJoined)}
        again = came & set(self.readers)
        joins = (n for n, e in enumerate(self.entries) if e.kind is EntryKind.ADDED and e.actor.id in again)
        cut = next(joins, len(self.entries))
        others = tuple(reader for reader in self.readers if reader not in again)
        parts = ((self.entries[:cut], self.readers), (self.entries[cut:], others))
        ours = self.conversation.id, self.conversation.customer_id
        return [EntriesWritten(*ours, tuple(entries), readers) for entries, readers in parts if entries]


def holds_for_customer(role: Role) -> bool:
    """Whether a stint of this role is told to the customer (WALK rule i)."""
    return role in (Role.HOLDER, Role.HELPER)
