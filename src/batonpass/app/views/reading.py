"""What an agent may read of a conversation, page by page (law 11)."""

from dataclasses import dataclass

from batonpass.app.ports import Tx
from batonpass.app.views.parts import before_ready, fitting
from batonpass.domain.conversation import Entry, Stint, StintState
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import State


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in order; `head` is the last number this reader may have."""

    entries: list[Entry]
    head: int


def agent_page(tx: Tx, agent_id: str, conversation_id: str, after: int, limit: int) -> Page:
    """Entries after a number, up to what this agent may read (law 11).

    Raises:
        NotFound: unknown, or no business of this agent's.
    """
    head = readable(tx, agent_id, conversation_id)
    return Page(fitting(tx.entries(conversation_id, after, head, limit, public=False)), head)


def readable(tx: Tx, agent_id: str, conversation_id: str) -> int:
    """The last seq an agent may read: all while in it or while it waits in its queues, else its last stint's end.

    Raises:
        NotFound
    """
    conversation = tx.conversation(conversation_id)
    last = tx.last_stint(conversation_id, agent_id) if conversation else None
    if conversation is not None and last is not None and last.state is StintState.LIVE:
        return conversation.seq if last.ready else before_ready(tx, last)
    if conversation is not None and waits_for(tx, agent_id, conversation_id):
        return conversation.seq
    if last is None:
        raise NotFound("there is no such conversation, or it is not yours")
    return last.read_to or 0


def waits_for(tx: Tx, agent_id: str, conversation_id: str) -> bool:
    """Whether the conversation waits, or is on hold, in a queue of this representative."""
    agent = tx.agents([agent_id]).get(agent_id)
    if agent is None or agent.bot:
        return False
    waiting = (h for h in tx.handoffs_in(conversation_id) if h.state is not State.ACCEPTED)
    if any({h.queue_id, h.failover_queue_id} & set(agent.queues) for h in waiting):
        return True
    hold = tx.hold_of(conversation_id)
    return hold is not None and hold.queue_id in agent.queues


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
