"""Watches in which order transactions lock agents: by id, so that two of them never wait for each other."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from batonpass.store.tx_agents import AgentQueries


@contextmanager
def watched_locks() -> Iterator[list[tuple[list[str], str]]]:
    """What was locked out of order: the agents that a transaction had, and the one that it took then."""
    wrong: list[tuple[list[str], str]] = []
    lock_agents, mark_idle, mark_asked = (
        AgentQueries.lock_agents,
        AgentQueries.mark_idle,
        AgentQueries.mark_asked,
    )
    held: dict[int, tuple[AgentQueries, list[str]]] = {}

    def note(tx: AgentQueries, agent_ids: Iterable[str]) -> None:
        known = held.get(id(tx))
        # The transaction is kept beside its locks: another one would else come to its address.
        locks = known[1] if known is not None else held.setdefault(id(tx), (tx, []))[1]
        for agent_id in sorted(set(agent_ids) - set(locks)):
            if locks and agent_id < max(locks):
                wrong.append((list(locks), agent_id))
            locks.append(agent_id)

    def locked(tx: AgentQueries, agent_ids: Any) -> None:
        note(tx, agent_ids := list(agent_ids))
        lock_agents(tx, agent_ids)

    def idle(tx: AgentQueries, agent_ids: Any) -> None:
        note(tx, agent_ids)
        mark_idle(tx, agent_ids)

    def asked(tx: AgentQueries, agent_ids: Any) -> None:
        note(tx, agent_ids)
        mark_asked(tx, agent_ids)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AgentQueries, "lock_agents", locked)
        patch.setattr(AgentQueries, "mark_idle", idle)
        patch.setattr(AgentQueries, "mark_asked", asked)
        yield wrong
