"""Who hears a hint now: somebody writes, a summary was made."""

from dataclasses import dataclass
from typing import Any

from batonpass.app.ports import Tx
from batonpass.domain.conversation import Role, StintState
from batonpass.domain.errors import NotFound


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
