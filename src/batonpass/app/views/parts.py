"""Parts of what readers see: stints, hand-offs, offers, the baton, and how much fits into a page."""

from collections.abc import Mapping
from dataclasses import dataclass

from batonpass.app.ports import StoredSummary, Tx
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Conversation, Entry, EntryKind, Role, Stint, StintState
from batonpass.domain.due import DueKind
from batonpass.domain.handoff import Handoff, Offer, OfferState, State

PAGE_BYTES = 400_000
"""A page, or a transcript in a packet, stays well below what may wait for one client (`outgoing_max_bytes`)."""


TAIL = 12

TELLS_MS = 600_000
"""A slow summarizer has told its story by then, or will not."""


@dataclass(frozen=True, slots=True)
class StintView:
    """`head`: the last seq its agent may read. `ends_in_ms`: how long a wrap-up may still last; `told`:
    what was done in it, or while it is live what its hand-off tells now."""

    stint: Stint
    agent: Agent
    head: int
    ends_in_ms: int | None = None
    told: StoredSummary | None = None
    disposition: str | None = None


@dataclass(frozen=True, slots=True)
class HandoffView:
    """`offered_to` has its open offer. `ends_at`: when that ends, or the talk before a warm transfer. `tells`: a slow
    summarizer has still to tell its story."""

    handoff: Handoff
    giver: Agent | None
    receiver: Agent | None
    offered_to: Agent | None = None
    ends_at: int | None = None
    tells: bool = False
    now: int = 0


@dataclass(frozen=True, slots=True)
class BatonPart:
    """Who held, or nobody (`agent` is None), from when to when."""

    agent: Agent | None
    started_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class OfferView:
    offer: Offer
    handoff: HandoffView
    variables: dict[str, str]
    tail: list[Entry]
    baton: list[BatonPart]
    waited_ms: int
    now: int


def stint_view(tx: Tx, stint_id: str) -> StintView | None:
    stint = tx.stint(stint_id)
    conversation = tx.conversation(stint.conversation_id) if stint else None
    if stint is None or conversation is None:
        return None
    agent = tx.agents([stint.agent_id])[stint.agent_id]
    joining = stint.live and not stint.ready
    now = before_ready(tx, stint) if joining else conversation.seq
    head = now if stint.read_to is None else stint.read_to
    told = tx.last_summary(stint.id) if stint.state is StintState.WRAP_UP else None
    closed = tx.disposition(stint.id) if not stint.live and not stint.bot else None
    return StintView(
        stint, agent, head, _wrap_up_left(tx, stint), told, closed.code if closed is not None else None
    )


def before_ready(tx: Tx, joining: Stint) -> int:
    """Before it is ready a stint reads its transcript, and what earlier ones of its agent might (law 4)."""
    mine = [s for s in tx.all_stints_in(joining.conversation_id) if s.agent_id == joining.agent_id]
    return max([joining.boundary_seq, *(s.read_to or 0 for s in mine)])


def _wrap_up_left(tx: Tx, stint: Stint) -> int | None:
    if stint.state is not StintState.WRAP_UP:
        return None
    at = tx.due_at(DueKind.WRAP_UP, stint.id)
    return None if at is None else max(0, at - tx.now)


def handoff_view(tx: Tx, handoff: Handoff) -> HandoffView:
    offer = (
        tx.open_offers_by_handoff([handoff.id]).get(handoff.id) if handoff.state is State.OFFERED else None
    )
    to, by, whom = handoff.receiver_agent_id, handoff.giver_agent_id, offer.agent_id if offer else None
    agents = tx.agents({a for a in (to, by, whom) if a})
    ends_at = offer.deadline_at if offer else None
    if handoff.state is State.ACCEPTED:
        ends_at = tx.due_at(DueKind.COMPLETION, handoff.id)
    tells = tx.now - handoff.created_at < TELLS_MS and tx.has_due(DueKind.SUMMARY, handoff.id)
    return HandoffView(
        handoff, agents.get(by or ""), agents.get(to or ""), agents.get(whom or ""), ends_at, tells, tx.now
    )


def offer_view(tx: Tx, offer_id: str) -> OfferView | None:
    """An open offer with its story; None when it has ended."""
    offer = tx.offer(offer_id)
    handoff = tx.handoff(offer.handoff_id) if offer else None
    conversation = tx.conversation(offer.conversation_id) if offer else None
    if offer is None or handoff is None or conversation is None or offer.state is not OfferState.OPEN:
        return None
    return OfferView(
        offer,
        handoff_view(tx, handoff),
        tx.variables(conversation.id),
        [
            e
            for e in tx.last_entries(conversation.id, conversation.seq, TAIL)
            if e.kind is EntryKind.NOTE or e.public_seq is not None
        ],
        baton_of(tx, conversation),
        tx.now - handoff.waiting_key,
        tx.now,
    )


def baton_of(tx: Tx, conversation: Conversation) -> list[BatonPart]:
    """The baton's parts in order of time: holders, and nobody in between."""
    return baton_from(tx, conversation, tx.all_stints_in(conversation.id))


def baton_from(
    tx: Tx, conversation: Conversation, stints: list[Stint], agents: Mapping[str, Agent] | None = None
) -> list[BatonPart]:
    """The same from all of its stints, which somebody has read already, perhaps with their agents."""
    return with_wait(conversation, held(tx, conversation, stints, agents))


def with_wait(conversation: Conversation, parts: list[BatonPart]) -> list[BatonPart]:
    """These parts, and the wait that goes on after the last one while nobody holds it."""
    if conversation.holder is not None or conversation.closed_at is not None:
        return parts
    since = parts[-1].ended_at if parts else None
    return [*parts, BatonPart(None, since or conversation.created_at, None)]


def held(
    tx: Tx, conversation: Conversation, stints: list[Stint], agents: Mapping[str, Agent] | None = None
) -> list[BatonPart]:
    """The parts that these stints held, and nobody between them."""
    if agents is None:
        agents = tx.agents({s.agent_id for s in stints if s.role is Role.HOLDER})
    return parts_held(conversation, stints, agents, tx.now)


def parts_held(
    conversation: Conversation, stints: list[Stint], agents: Mapping[str, Agent], now: int
) -> list[BatonPart]:
    """The same without the store."""
    parts: list[BatonPart] = []
    at = conversation.created_at
    for stint in stints:
        if stint.role is not Role.HOLDER:
            continue
        if stint.started_at > at:
            parts.append(BatonPart(None, at, stint.started_at))
        ended = None if stint.live else stint.ended_at
        parts.append(BatonPart(agents[stint.agent_id], stint.started_at, ended))
        at = ended if ended is not None else now
    return parts


def fitting(entries: list[Entry]) -> list[Entry]:
    """Return as many of the first entries as fit a page; at least one."""
    room, kept = PAGE_BYTES, list[Entry]()
    for entry in entries:
        room -= _size(entry)
        if room < 0 and kept:
            break
        kept.append(entry)
    return kept


def _size(entry: Entry) -> int:
    """About the bytes of an entry on the wire: its envelope, and its text at four bytes a character at most."""
    return 400 + 4 * sum(len(str(value)) for value in entry.data.values())
