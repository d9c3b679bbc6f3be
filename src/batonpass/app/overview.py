"""What supervisors see: all queues with their ladders, all live conversations, any timeline. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from batonpass.app import switches, views
from batonpass.app.explaining import Explained, decision
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.ports_figures import Load
from batonpass.app.supervising import NO_SUCH, check_supervisor
from batonpass.app.views import (
    BatonPart,
    Details,
    HandoffView,
    HoldView,
    Page,
    baton_from,
    fitting,
    handoff_view,
    hold_view,
)
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Conversation, Status, Stint
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Handoff, Offer
from batonpass.domain.routing import Candidate
from batonpass.domain.waits import LAST, WINDOW_MS, WaitRange, estimate

LISTED = 200
"""At most so many live conversations in a snapshot."""
PLACES = 100
"""Among the first so many of a queue the longest wait is looked for."""
NAME = 100
"""Of a customer's name, at most so many characters: it is a variable, and may be a long one."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue with its ladder, and what each member has now.

    `waiting_since`: since when the longest wait goes on, in ms. `opens_at`: it is closed, until then (None: for good).
    `wait`: how long one who came now may wait. `changes_at`: when it opens or closes next.
    """

    queue_id: str
    name: str
    waiting: int
    members: list[Candidate]
    loads: list[Load] = field(default_factory=list)
    waiting_since: int | None = None
    wait: WaitRange | None = None
    is_open: bool = True
    changes_at: int | None = None


@dataclass(frozen=True, slots=True)
class PendingView:
    """`offered_to` has the hand-off's open offer, which ends at `offered_until`, in ms."""

    handoff: Handoff
    giver: Agent | None
    offered_to: Agent | None
    offered_until: int | None = None


@dataclass(frozen=True, slots=True)
class ConversationView:
    """`stints` are the live ones, the holder's among them; `customer` is the `name` variable, or nothing."""

    conversation: Conversation
    customer: str
    stints: list[tuple[Stint, Agent]]
    pending: list[PendingView]
    held: HoldView | None = None
    baton: list[BatonPart] = field(default_factory=list)

    @property
    def holder(self) -> Agent | None:
        return next((agent for stint, agent in self.stints if stint.id == self.conversation.holder), None)

    @property
    def others(self) -> list[tuple[Stint, Agent]]:
        return [(stint, agent) for stint, agent in self.stints if stint.id != self.conversation.holder]


@dataclass(frozen=True, slots=True)
class Overview:
    """`more`: there are more live conversations than are listed. An admin may be no agent."""

    agent: Agent | None
    queues: list[QueueView]
    conversations: list[ConversationView]
    more: bool
    switches: dict[str, bool]
    now: int


def overview(tx: Tx, env: Env, supervisor_id: str | None) -> Overview:
    """Everything that goes on now. `supervisor_id` is None for admins who are no agents.

    Raises:
        NotAllowed
    """
    agent = check_supervisor(tx, supervisor_id) if supervisor_id is not None else None
    found = tx.live_conversations(LISTED + 1)
    return Overview(
        agent,
        [queue(tx, env, queue_id) for queue_id in env.rules.queues],
        _views(tx, found[:LISTED]),
        len(found) > LISTED,
        switches.standing(tx, env),
        tx.now,
    )


def queue(tx: Tx, env: Env, queue_id: str) -> QueueView:
    """A queue with its ladder. One that the operator has removed keeps its id for a name."""
    rules = env.rules.queues.get(queue_id)
    ladder = sorted(tx.candidates(queue_id), key=lambda c: (-c.capacity_priority, c.agent.id))
    hours = rules.hours if rules else None
    longest = tx.waiting_customers(queue_id, PLACES)
    return QueueView(
        queue_id,
        rules.name if rules else queue_id,
        tx.waiting_count(queue_id),
        ladder,
        tx.loads([c.agent.id for c in ladder]),
        min((w.since for w in longest), default=None),
        estimate(tx.recent_waits(queue_id, tx.now - WINDOW_MS, LAST)),
        hours is None or hours.is_open(tx.now),
        hours.next_change(tx.now) if hours is not None else None,
    )


def conversations(tx: Tx, ids: Iterable[str]) -> list[ConversationView]:
    """These conversations as they are now."""
    wanted = list(ids)
    found = tx.conversations_by_id(wanted)
    return _views(tx, [found[conversation_id] for conversation_id in wanted if conversation_id in found])


def handoffs(tx: Tx, ids: Iterable[str]) -> list[HandoffView]:
    """These hand-offs as they are now."""
    found = (tx.handoff(handoff_id) for handoff_id in ids)
    return [handoff_view(tx, handoff) for handoff in found if handoff is not None]


def _views(tx: Tx, conversations: list[Conversation]) -> list[ConversationView]:
    """These conversations, read together."""
    ids = [conversation.id for conversation in conversations]
    stints, names = tx.stints_by_chat(ids), tx.names_of(ids)
    pending = {cid: tx.handoffs_in(cid) for cid in tx.pending_by_chat(ids)}
    offers = tx.open_offers_by_handoff([h.id for found in pending.values() for h in found])
    agents = tx.agents(
        {s.agent_id for found in stints.values() for s in found}
        | {h.giver_agent_id for found in pending.values() for h in found if h.giver_agent_id}
        | {offer.agent_id for offer in offers.values()}
    )
    holds = tx.holds_by_chat([c.id for c in conversations if c.status is Status.HELD])
    return [
        ConversationView(
            conversation,
            names.get(conversation.id, ("", 0))[0][:NAME],
            [(s, agents[s.agent_id]) for s in stints.get(conversation.id, []) if s.live],
            [
                PendingView(h, agents.get(h.giver_agent_id or ""), *_offer(offers.get(h.id), agents))
                for h in pending.get(conversation.id, [])
            ],
            hold_view(tx, holds[conversation.id]) if conversation.id in holds else None,
            baton_from(tx, conversation, stints.get(conversation.id, []), agents),
        )
        for conversation in conversations
    ]


def _offer(offer: Offer | None, agents: dict[str, Agent]) -> tuple[Agent | None, int | None]:
    """Who has the open offer, and until when."""
    return (agents[offer.agent_id], offer.deadline_at) if offer is not None else (None, None)


# Reading any conversation


def page(tx: Tx, supervisor_id: str | None, conversation_id: str, after: int, limit: int) -> Page:
    """Entries of any conversation after a number.

    Raises:
        NotFound, NotAllowed
    """
    conversation = _readable(tx, supervisor_id, conversation_id)
    head = conversation.seq
    return Page(fitting(tx.entries(conversation_id, after, head, limit, public=False)), head)


def details(tx: Tx, supervisor_id: str | None, conversation_id: str) -> Details:
    """Any conversation around the timeline.

    Raises:
        NotFound, NotAllowed
    """
    return views.whole(tx, _readable(tx, supervisor_id, conversation_id))


def explained(
    tx: Tx, env: Env, supervisor_id: str | None, conversation_id: str
) -> tuple[Explained, HandoffView | None]:
    """Why a conversation went where it did, and who would get it now.

    Raises:
        NotFound, NotAllowed
    """
    _readable(tx, supervisor_id, conversation_id)
    found = decision(tx, env.rules, conversation_id)
    return found, handoff_view(tx, found.handoff) if found.handoff else None


def _readable(tx: Tx, supervisor_id: str | None, conversation_id: str) -> Conversation:
    """`supervisor_id` is None for admins who are no agents: the door has looked at their role."""
    if supervisor_id is not None:
        check_supervisor(tx, supervisor_id)
    conversation = tx.conversation(conversation_id)
    if conversation is None:
        raise NotFound(NO_SUCH)
    return conversation
