"""What readers see: snapshots, packets, pages. Read-only, and the same for a first connect, a resume and a push."""

from dataclasses import dataclass, replace
from typing import Any

from batonpass.app.ports import StoredSummary, Tx
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import (
    Conversation,
    Entry,
    EntryKind,
    Role,
    Status,
    Stint,
    StintState,
    Turn,
)
from batonpass.domain.due import DueKind
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Handoff, Offer, OfferState, State
from batonpass.domain.routing import Candidate

TRANSCRIPT = 500
TAIL = 12
PAGE_BYTES = 400_000
"""A page, or a transcript in a packet, stays well below what may wait for one client (`outgoing_max_bytes`)."""
CUSTOMER_CONVERSATIONS = 5


@dataclass(frozen=True, slots=True)
class StintView:
    """`head`: the last seq its agent may read. `ends_in_ms`: how long a wrap-up may still last; `told`:
    what was done in it, or while it is live what its hand-off tells now."""

    stint: Stint
    agent: Agent
    head: int
    ends_in_ms: int | None = None
    told: StoredSummary | None = None


@dataclass(frozen=True, slots=True)
class HandoffView:
    handoff: Handoff
    giver: Agent | None
    receiver: Agent | None


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


@dataclass(frozen=True, slots=True)
class AgentSnapshot:
    agent: Agent
    stints: list[StintView]
    offers: list[OfferView]
    handoffs: list[HandoffView]
    turns: list[Turn]
    queues: list[tuple[str, int]]
    now: int


@dataclass(frozen=True, slots=True)
class CustomerConversation:
    conversation: Conversation
    holder: Agent | None
    position: int | None
    human_pending: bool


@dataclass(frozen=True, slots=True)
class Packets:
    """What a joining agent is due until it says ready (law 4)."""

    stint: StintView
    customer_id: str
    variables: dict[str, str]
    handoff: HandoffView
    transcript: list[Entry]
    truncated_before: int | None
    greeting: Turn | None
    now: int


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in order; `head` is the last number this reader may have."""

    entries: list[Entry]
    head: int


@dataclass(frozen=True, slots=True)
class Details:
    conversation: Conversation
    holder: Agent | None
    variables: dict[str, str]
    baton: list[BatonPart]
    stints: list[StintView]
    handoffs: list[HandoffView]
    head: int


def agent_snapshot(tx: Tx, agent_id: str) -> AgentSnapshot:
    """Everything an agent has now, with cursors and times."""
    agent = tx.agents([agent_id])[agent_id]
    stints = [_retold(tx, view) for s in tx.stints_of(agent_id) if (view := stint_view(tx, s.id)) is not None]
    offers = [made for o in tx.offers_of(agent_id) if (made := offer_view(tx, o.id)) is not None]
    return AgentSnapshot(
        agent,
        stints,
        offers,
        [handoff_view(tx, h) for h in _given(tx, agent_id)],
        tx.turns_of(agent_id),
        [(queue_id, tx.waiting_count(queue_id)) for queue_id in agent.queues],
        tx.now,
    )


def _retold(tx: Tx, view: StintView) -> StintView:
    """With the summary of its hand-off, if it is another than the packets had: its push may have been lost."""
    stint = view.stint
    if stint.bot or not stint.live or not stint.ready:
        return view
    handoff = tx.handoff(stint.handoff_id)
    if handoff is None or handoff.summary is None or handoff.summary_version < 2:
        return view
    now = handoff.summary
    return replace(
        view,
        told=StoredSummary(handoff.id, handoff.summary_version, stint.conversation_id, "", now, tx.now),
    )


def _given(tx: Tx, agent_id: str) -> list[Handoff]:
    """What an agent gave and is pending, what is pending where it is in, and how its last one ended (WALK rule a)."""
    last = tx.last_given_by(agent_id)
    here = [s.conversation_id for s in tx.stints_of(agent_id) if s.live]
    pending = [*tx.handoffs_given_by(agent_id), *(h for c in here for h in tx.handoffs_in(c))]
    return [*{h.id: h for h in pending}.values(), *([last] if last else [])]


def customer_snapshot(tx: Tx, customer_id: str) -> list[CustomerConversation]:
    """The customer's latest conversations, the newest first."""
    found = tx.conversations_of(customer_id, CUSTOMER_CONVERSATIONS)
    return [customer_conversation(tx, conversation) for conversation in found]


def customer_conversation(tx: Tx, conversation: Conversation) -> CustomerConversation:
    holder = tx.stint(conversation.holder) if conversation.holder else None
    pending = next((h for h in tx.handoffs_in(conversation.id) if not h.shares), None)
    return CustomerConversation(
        conversation,
        tx.agents([holder.agent_id])[holder.agent_id] if holder else None,
        tx.position(pending.id) if pending and holder is None else None,
        pending is not None and pending.seeks == "representative",
    )


def stint_view(tx: Tx, stint_id: str) -> StintView | None:
    stint = tx.stint(stint_id)
    conversation = tx.conversation(stint.conversation_id) if stint else None
    if stint is None or conversation is None:
        return None
    agent = tx.agents([stint.agent_id])[stint.agent_id]
    joining = stint.live and not stint.ready
    now = _before(tx, stint) if joining else conversation.seq
    head = now if stint.read_to is None else stint.read_to
    told = tx.last_summary(stint.id) if stint.state is StintState.WRAP_UP else None
    return StintView(stint, agent, head, _wrap_up_left(tx, stint), told)


def _wrap_up_left(tx: Tx, stint: Stint) -> int | None:
    if stint.state is not StintState.WRAP_UP:
        return None
    at = tx.due_at(DueKind.WRAP_UP, stint.id)
    return None if at is None else max(0, at - tx.now)


def handoff_view(tx: Tx, handoff: Handoff) -> HandoffView:
    agents = tx.agents({a for a in (handoff.giver_agent_id, handoff.receiver_agent_id) if a})
    return HandoffView(
        handoff, agents.get(handoff.giver_agent_id or ""), agents.get(handoff.receiver_agent_id or "")
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
    parts = _held(tx, conversation, tx.all_stints_in(conversation.id))
    if conversation.holder is None and conversation.closed_at is None:
        since = parts[-1].ended_at if parts else conversation.created_at
        parts.append(BatonPart(None, since or conversation.created_at, None))
    return parts


def _held(tx: Tx, conversation: Conversation, stints: list[Stint]) -> list[BatonPart]:
    """The parts that these stints held, and nobody between them."""
    holders = [s for s in stints if s.role is Role.HOLDER]
    agents = tx.agents({s.agent_id for s in holders})
    parts: list[BatonPart] = []
    at = conversation.created_at
    for stint in holders:
        if stint.started_at > at:
            parts.append(BatonPart(None, at, stint.started_at))
        ended = None if stint.live else stint.ended_at
        parts.append(BatonPart(agents[stint.agent_id], stint.started_at, ended))
        at = ended if ended is not None else tx.now
    return parts


def packets(tx: Tx, stint_id: str) -> Packets | None:
    """The joining packets of a live stint that is not ready yet; None for any other."""
    view = stint_view(tx, stint_id)
    if view is None or not view.stint.live or view.stint.ready:
        return None
    stint = view.stint
    conversation = tx.conversation(stint.conversation_id)
    handoff = tx.handoff(stint.handoff_id)
    assert conversation is not None, "a stint has its conversation"
    assert handoff is not None, "a stint has its hand-off"
    newest_first = tx.last_entries(stint.conversation_id, stint.boundary_seq, TRANSCRIPT)[::-1]
    transcript = fitting(newest_first)[::-1]
    first = transcript[0].seq if transcript else 1
    greeting = next((t for t in tx.turns_of(stint.agent_id) if t.stint_id == stint.id), None)
    return Packets(
        view,
        conversation.customer_id,
        tx.variables(conversation.id),
        handoff_view(tx, handoff),
        transcript,
        first if first > 1 else None,
        greeting,
        tx.now,
    )


def joins_due(tx: Tx, agent_id: str) -> list[str]:
    """The stints whose joining packets an agent is still due, as after a reconnect."""
    return [s.id for s in tx.stints_of(agent_id) if s.live and not s.ready]


def customer_page(tx: Tx, customer_id: str, conversation_id: str, after: int, limit: int) -> Page:
    """Public entries after a number.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    conversation = tx.conversation(conversation_id)
    if conversation is None or conversation.customer_id != customer_id:
        raise NotFound("there is no such conversation, or it is not yours")
    head = conversation.public_seq
    return Page(fitting(tx.entries(conversation_id, after, head, limit, public=True)), head)


def agent_page(tx: Tx, agent_id: str, conversation_id: str, after: int, limit: int) -> Page:
    """Entries after a number, up to what this agent may read (law 11).

    Raises:
        NotFound: unknown, or no business of this agent's.
    """
    head = readable(tx, agent_id, conversation_id)
    return Page(fitting(tx.entries(conversation_id, after, head, limit, public=False)), head)


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


def readable(tx: Tx, agent_id: str, conversation_id: str) -> int:
    """The last seq an agent may read: all while in it or while it waits in its queues, else its last stint's end.

    Raises:
        NotFound
    """
    conversation = tx.conversation(conversation_id)
    last = tx.last_stint(conversation_id, agent_id) if conversation else None
    if conversation is not None and last is not None and last.state is StintState.LIVE:
        return conversation.seq if last.ready else _before(tx, last)
    if conversation is not None and waits_for(tx, agent_id, conversation_id):
        return conversation.seq
    if last is None:
        raise NotFound("there is no such conversation, or it is not yours")
    return last.read_to or 0


def _before(tx: Tx, joining: Stint) -> int:
    """Before it is ready a stint reads its transcript, and what earlier ones of its agent might (law 4)."""
    mine = [s for s in tx.all_stints_in(joining.conversation_id) if s.agent_id == joining.agent_id]
    return max([joining.boundary_seq, *(s.read_to or 0 for s in mine)])


def waits_for(tx: Tx, agent_id: str, conversation_id: str) -> bool:
    """Whether the conversation waits in a queue of this representative."""
    agent = tx.agents([agent_id]).get(agent_id)
    if agent is None or agent.bot:
        return False
    waiting = (h for h in tx.handoffs_in(conversation_id) if h.state is not State.ACCEPTED)
    return any({h.queue_id, h.failover_queue_id} & set(agent.queues) for h in waiting)


def details(tx: Tx, agent_id: str, conversation_id: str) -> Details:
    """The conversation around the timeline, for an agent who is in it or in whose queue it waits.

    Who was in it gets it as it was at the end of the last stint there, and who took what it passed on; no
    variables (law 11).

    Raises:
        NotFound
    """
    head = readable(tx, agent_id, conversation_id)
    conversation = tx.conversation(conversation_id)
    assert conversation is not None, "what is readable is there"
    last = tx.last_stint(conversation_id, agent_id)
    if last is not None and not last.live and not waits_for(tx, agent_id, conversation_id):
        return _past(tx, conversation, last, head)
    return whole(tx, conversation)


def whole(tx: Tx, conversation: Conversation) -> Details:
    """Everything around the timeline."""
    conversation_id = conversation.id
    stints, handoffs = tx.all_stints_in(conversation_id), tx.all_handoffs_in(conversation_id)
    baton = baton_of(tx, conversation)
    variables = tx.variables(conversation_id)
    return _details(tx, conversation, stints, handoffs, baton, variables, conversation.seq)


def _past(tx: Tx, conversation: Conversation, last: Stint, head: int) -> Details:
    until = last.ended_at or 0
    handoffs = [h for h in tx.all_handoffs_in(conversation.id) if h.created_at <= until]
    given = {h.id for h in handoffs if h.giver_agent_id == last.agent_id}
    stints = tx.all_stints_in(conversation.id)
    seen = [s for s in stints if s.started_at <= until or s.handoff_id in given]
    own = [s for s in stints if s.agent_id == last.agent_id]
    closed = conversation.closed_at is not None and conversation.closed_at <= until
    then = replace(conversation, epoch=last.epoch, status=Status.CLOSED if closed else Status.ACTIVE)
    return replace(
        _details(tx, then, own, handoffs, _held(tx, conversation, seen), {}, head),
        holder=next((p.agent for p in _held(tx, conversation, seen) if p.agent and p.ended_at is None), None),
    )


def _details(
    tx: Tx,
    conversation: Conversation,
    stints: list[Stint],
    handoffs: list[Handoff],
    baton: list[BatonPart],
    variables: dict[str, str],
    head: int,
) -> Details:
    holder = next((s for s in stints if s.id == conversation.holder), None)
    return Details(
        conversation,
        tx.agents([holder.agent_id])[holder.agent_id] if holder else None,
        variables,
        baton,
        [view for s in stints if (view := stint_view(tx, s.id)) is not None],
        [handoff_view(tx, h) for h in handoffs],
        head,
    )


def in_it(tx: Tx, agent_id: str, conversation_id: str, stint_id: str) -> Stint:
    """This agent's live stint there.

    Raises:
        NotFound
    """
    stint = tx.stint(stint_id)
    mine = stint is not None and stint.agent_id == agent_id and stint.conversation_id == conversation_id
    if stint is None or not mine or not stint.live:
        raise NotFound("there is no such stint of yours")
    return stint


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who hears that somebody writes in a conversation."""

    customer_id: str
    agents: tuple[str, ...]
    name: str
    bot: bool
    now: int


def hearers(
    tx: Tx,
    conversation_id: str,
    *,
    agent_id: str | None = None,
    stint_id: str | None = None,
    customer_id: str | None = None,
) -> Hearers:
    """Who hears a typing hint of this customer, or of this agent while this stint of it is live.

    Raises:
        NotFound
    """
    conversation = tx.conversation(conversation_id)
    live = [s for s in tx.stints_in(conversation_id) if s.live] if conversation else []
    mine = customer_id is not None and conversation is not None and conversation.customer_id == customer_id
    here = (s for s in live if s.id == stint_id and s.role in (Role.HOLDER, Role.HELPER))
    speaks = any(s.agent_id == agent_id for s in here)
    if conversation is None or not (mine or speaks):
        raise NotFound("there is no such conversation, or it is not yours")
    agent = tx.agents([agent_id])[agent_id] if agent_id else None
    others = tuple(sorted({s.agent_id for s in live if s.ready} - {agent_id or ""}))
    return Hearers(
        conversation.customer_id, others, agent.name if agent else "", bool(agent and agent.bot), tx.now
    )


@dataclass(frozen=True, slots=True)
class Told:
    """The newest summary of a hand-off or of a stint that ended, and who may read it now."""

    conversation_id: str
    handoff_id: str | None
    stint_id: str | None
    version: int
    summary: dict[str, Any]
    readers: tuple[str, ...]


def told(tx: Tx, ref: str) -> Told | None:
    """What is told of `ref`, a hand-off or a stint; of a hand-off to all agents there and to whom it is offered."""
    handoff = tx.handoff(ref)
    if handoff is None:
        stint, found = tx.stint(ref), tx.last_summary(ref)
        if stint is None or found is None:
            return None
        whose = (stint.agent_id,) if stint.state is StintState.WRAP_UP else ()
        return Told(found.conversation_id, None, ref, found.version, found.summary, whose)
    if handoff.summary is None:
        return None
    here = {s.agent_id for s in tx.stints_in(handoff.conversation_id) if s.live}
    offered = {o.agent_id for o in tx.offers_in(handoff.conversation_id) if o.handoff_id == ref}
    readers = tuple(sorted(here | offered))
    return Told(handoff.conversation_id, ref, None, handoff.summary_version, handoff.summary, readers)


def members(tx: Tx, queue_id: str) -> dict[str, Any]:
    """Names and free slots of a queue's members, for `batonpass route --explain`."""
    return {
        "queue": queue_id,
        "members": [
            member(c)
            for c in sorted(tx.candidates(queue_id), key=lambda c: (-c.capacity_priority, c.agent.id))
        ],
    }


def member(candidate: Candidate) -> dict[str, Any]:
    """A member's name and free slots."""
    agent = candidate.agent
    return {
        "agent": agent.id,
        "name": agent.name,
        "kind": str(agent.kind),
        "capacity_priority": candidate.capacity_priority,
        "presence": str(agent.presence),
        "reachable": agent.reachable,
        "slots_used": len(agent.used),
        "capacity": agent.capacity,
    }
