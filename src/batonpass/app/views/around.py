"""The conversation around its timeline, as it is now or as it was when its reader left."""

from dataclasses import dataclass, replace

from batonpass.app.ports import Tx
from batonpass.app.views.parts import (
    BatonPart,
    HandoffView,
    StintView,
    baton_of,
    handoff_view,
    held,
    stint_view,
)
from batonpass.app.views.reading import readable, waits_for
from batonpass.app.views.seen import NOTHING_SEEN, Seen, seen
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Conversation, Status, Stint
from batonpass.domain.handoff import Handoff


@dataclass(frozen=True, slots=True)
class Details:
    conversation: Conversation
    holder: Agent | None
    variables: dict[str, str]
    baton: list[BatonPart]
    stints: list[StintView]
    handoffs: list[HandoffView]
    head: int
    seen: Seen = NOTHING_SEEN


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
    found = _details(tx, conversation, stints, handoffs, baton, variables, conversation.seq)
    return replace(found, seen=seen(tx, conversation_id))


def _past(tx: Tx, conversation: Conversation, last: Stint, head: int) -> Details:
    until = last.ended_at or 0
    handoffs = [h for h in tx.all_handoffs_in(conversation.id) if h.created_at <= until]
    given = {h.id for h in handoffs if h.giver_agent_id == last.agent_id}
    stints = tx.all_stints_in(conversation.id)
    known = [s for s in stints if s.started_at <= until or s.handoff_id in given]
    own = [s for s in stints if s.agent_id == last.agent_id]
    closed = conversation.closed_at is not None and conversation.closed_at <= until
    then = replace(conversation, epoch=last.epoch, status=Status.CLOSED if closed else Status.ACTIVE)
    return replace(
        _details(tx, then, own, handoffs, held(tx, conversation, known), {}, head),
        holder=next((p.agent for p in held(tx, conversation, known) if p.agent and p.ended_at is None), None),
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
