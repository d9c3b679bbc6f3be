"""Who outside is told of what: the operator's webhook endpoints as the core reads them, and when to try again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from batonpass.domain.conversation import Entry, EntryKind
from batonpass.domain.events import AlertRaised, Effect, EntriesWritten, HandoffChanged, OfferChanged

FIRST_DELAY_MS = 5_000
LONGEST_DELAY_MS = 21_600_000
ATTEMPTS = 10
TIMEOUT_MS = 10_000
GROWTH = 4
JITTER = 0.2


class Topic(StrEnum):
    """What an endpoint may ask for, by the wire's names; a test compares them with the wire's classes."""

    MESSAGE = "message.created"
    ADDED = "conversation.agent_added"
    REMOVED = "conversation.agent_removed"
    NOTICE = "notice.posted"
    CLOSED = "conversation.closed"
    HANDOFF = "handoff.updated"
    OFFER = "offer.made"
    OFFER_ENDED = "offer.ended"
    ALERT = "alert.raised"


class Include(StrEnum):
    """How much an endpoint reads: that something happened, or also the words of the customer's own timeline."""

    EVENTS = "events"
    MESSAGES = "messages"


_ENTRIES = {
    EntryKind.MESSAGE: Topic.MESSAGE,
    EntryKind.ADDED: Topic.ADDED,
    EntryKind.REMOVED: Topic.REMOVED,
    EntryKind.NOTICE: Topic.NOTICE,
    EntryKind.CLOSED: Topic.CLOSED,
}
_WORDED = (Topic.MESSAGE, Topic.NOTICE)
"""Of these the public ones alone: a whisper is nobody's business outside (law 11)."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One endpoint. `secrets` say where its signing secrets are (`env:NAME`, `file:PATH`), the first signs first.

    `allow`: networks it may stand in although they are not public. After `attempts` a delivery is a dead letter.
    """

    name: str
    url: str
    topics: frozenset[Topic]
    include: Include = Include.EVENTS
    enabled: bool = True
    secrets: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    attempts: int = ATTEMPTS
    first_delay_ms: int = FIRST_DELAY_MS
    longest_delay_ms: int = LONGEST_DELAY_MS
    timeout_ms: int = TIMEOUT_MS

    def delay_ms(self, attempts: int, luck: float) -> int:
        """How long to wait after so many failed attempts; `luck` is from 0 to 1 and spreads the crowd."""
        # A bound on the power, or thirty attempts are a number of twenty digits.
        grown: int = min(self.first_delay_ms * GROWTH ** min(attempts - 1, 20), self.longest_delay_ms)
        return round(grown * (1 - JITTER + 2 * JITTER * luck))


class DeliveryState(StrEnum):
    """`DEAD`: given up, until somebody asks for it again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to tell: an entry by its `seq`, else what `ref` names. `data` holds no words and nobody's name."""

    topic: Topic
    seq: int | None = None
    ref: str | None = None
    data: dict[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A fact on its way to an endpoint. `number` is dense in its endpoint and conversation, and the order there."""

    id: str
    endpoint: str
    conversation_id: str
    number: int
    topic: Topic
    seq: int | None
    ref: str | None
    data: dict[str, str | None]
    created_at: int
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    ended_at: int | None = None
    status: int | None = None
    error: str | None = None


def facts(effects: Sequence[Effect]) -> list[Fact]:
    """What of a commit's effects may be told outside, in their order."""
    return [fact for effect in effects for fact in _facts(effect)]


def _facts(effect: Effect) -> list[Fact]:
    match effect:
        case EntriesWritten():
            return [fact for entry in effect.entries if (fact := _entry(entry)) is not None]
        case HandoffChanged(handoff):
            now = {
                "state": str(handoff.state),
                "outcome": handoff.outcome,
                "receiver_agent_id": handoff.receiver_agent_id,
                "queue_id": handoff.queue_id,
            }
            return [Fact(Topic.HANDOFF, ref=handoff.id, data=now)]
        case OfferChanged():
            topic = Topic.OFFER if effect.made else Topic.OFFER_ENDED
            return [Fact(topic, ref=effect.offer_id)]
        case AlertRaised():
            return [Fact(Topic.ALERT, ref=effect.code, data=dict(effect.params))]
    return []


def _entry(entry: Entry) -> Fact | None:
    topic = _ENTRIES.get(entry.kind)
    if topic is None or (topic in _WORDED and entry.public_seq is None):
        return None
    return Fact(topic, seq=entry.seq)
