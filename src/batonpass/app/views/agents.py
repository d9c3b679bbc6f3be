"""What an agent sees when it connects, and what is due to it when it joins."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from batonpass.app.ports import StoredSummary, Tx
from batonpass.app.views.lists import HoldView, held_views
from batonpass.app.views.parts import (
    HandoffView,
    OfferView,
    StintView,
    fitting,
    handoff_view,
    offer_view,
    stint_view,
)
from batonpass.app.views.rows import Counts, RowView, counts, row_views
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Entry, Turn
from batonpass.domain.handoff import Handoff
from batonpass.domain.rules import Rules

TRANSCRIPT = 500


@dataclass(frozen=True, slots=True)
class AgentSnapshot:
    """Everything an agent has now. `rows` are a representative's chats as lines of a list, `counts` of its other lists.

    `queues` are id, name, and how many wait there.
    """

    agent: Agent
    stints: list[StintView]
    offers: list[OfferView]
    handoffs: list[HandoffView]
    turns: list[Turn]
    queues: list[tuple[str, str, int]]
    held: list[HoldView]
    now: int
    rows: Mapping[str, RowView] = field(default_factory=dict)
    counts: Counts | None = None


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


def agent_snapshot(tx: Tx, rules: Rules, agent_id: str) -> AgentSnapshot:
    """Everything an agent has now, with cursors and times."""
    agent = tx.agents([agent_id])[agent_id]
    stints = [_retold(tx, view) for s in tx.stints_of(agent_id) if (view := stint_view(tx, s.id)) is not None]
    chats = [] if agent.bot else [*tx.conversations_by_id(s.stint.conversation_id for s in stints).values()]
    offers = [made for o in tx.offers_of(agent_id) if (made := offer_view(tx, o.id)) is not None]
    return AgentSnapshot(
        agent,
        stints,
        offers,
        [handoff_view(tx, h) for h in _given(tx, agent_id)],
        tx.turns_of(agent_id),
        [(q, _name(rules, q), tx.waiting_count(q)) for q in agent.queues],
        held_views(tx, agent),
        tx.now,
        {row.conversation.id: row for row in row_views(tx, rules, agent, chats, then=True)},
        None if agent.bot else counts(tx, agent),
    )


def _name(rules: Rules, queue_id: str) -> str:
    return rules.queues[queue_id].name if queue_id in rules.queues else queue_id


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
