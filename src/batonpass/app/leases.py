"""Agents without a socket: they are reachable as long as they say so. A lease is a connection with an end."""

import hashlib
from dataclasses import dataclass, replace

from batonpass.app import presence
from batonpass.app.fired import Fired
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.due import Due, DueKind

NODE = "lease"
"""Stands in place of a server's name: the end of a server ends no lease, and the sweep of connections leaves it."""


@dataclass(frozen=True, slots=True)
class Lease:
    agent_id: str
    for_ms: int


def sid_of(agent_id: str) -> str:
    """The connection that is a lease."""
    return f"lease:{hashlib.sha256(agent_id.encode()).hexdigest()[:32]}"


def take(tx: Tx, env: Env, lease: Lease) -> Outcome:
    """Be reachable for so long from now; the reply is the end, in ms. Taking it again moves the end."""
    outcome = presence.connect(
        tx, replace(env, node=NODE), presence.Connection(sid_of(lease.agent_id), lease.agent_id)
    )
    until = tx.now + lease.for_ms
    tx.add_due([Due(DueKind.LEASE, lease.agent_id, until)])
    return replace(outcome, reply=until, wake=True)


def give_up(tx: Tx, env: Env, agent_id: str) -> Outcome:
    """Be reachable no more but by sockets."""
    tx.drop_due(DueKind.LEASE, agent_id)
    return presence.disconnect(tx, env, presence.Gone(sid_of(agent_id)))


def over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """The lease's end has come."""
    if not tx.take_due(DueKind.LEASE, fired.ref):
        return Outcome()
    return presence.disconnect(tx, env, presence.Gone(sid_of(fired.ref)))
