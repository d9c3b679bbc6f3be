"""Keys of agents: made, rotated with two good at once, taken back. A key's text is shown once, and only its hash kept."""

from dataclasses import dataclass

from batonpass.app import leases
from batonpass.app.audit import By, audit
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.ports_administration import KeyRow
from batonpass.domain.errors import CallerError, NotFound
from batonpass.domain.events import AccessChanged

MOST_GOOD = 20
OVERLAP_MS = 24 * 3600 * 1000
ACCESS = "access.changes"
"""A counter in `meta`: a server beside which somebody's access has changed finds it another number."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """Keep the hash of a key that was made outside: its text never comes near the store."""

    agent_id: str
    hash: str
    prefix: str
    by: By
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new key beside the newest good one, which goes out after `overlap_ms`. All older ones go out at once."""

    key: NewKey
    overlap_ms: int = OVERLAP_MS


@dataclass(frozen=True, slots=True)
class Revoke:
    """Take a key back, by its prefix."""

    prefix: str
    by: By


def create_key(tx: Tx, env: Env, new: NewKey) -> Outcome:
    """Keep another key of an agent. Replies its row.

    Raises:
        NotFound, CallerError (`too_many_keys`)
    """
    if len(tx.good_keys_of(_existing(tx, new.agent_id))) >= MOST_GOOD:
        message = f"This agent has {MOST_GOOD} good keys already: revoke one, or rotate."
        raise CallerError(message, code="too_many_keys")
    return Outcome(_add(tx, new, "keys.created"))


def rotate_key(tx: Tx, env: Env, rotation: Rotation) -> Outcome:
    """Keep a new key; the newest one before stays good for a while, and the others end. Replies the new row.

    Raises:
        NotFound
    """
    newest, *older = [*tx.good_keys_of(_existing(tx, rotation.key.agent_id)), None]
    if newest is not None:
        until = tx.now + rotation.overlap_ms
        tx.end_key(newest.prefix, expires_at=min(until, newest.expires_at or until))
    for key in older:
        if key is not None:
            tx.end_key(key.prefix, revoked_at=tx.now)
    tx.count_up(ACCESS)
    return Outcome(_add(tx, rotation.key, "keys.rotated"), [AccessChanged()])


def revoke_key(tx: Tx, env: Env, act: Revoke) -> Outcome:
    """Take a key back: it opens nothing more, and what it has opened is closed. Twice is once.

    With the last one goes the agent's lease, unless somebody has signed in: nobody is there to keep it.

    Raises:
        NotFound
    """
    found = tx.key_called(act.prefix)
    if found is None:
        raise NotFound("there is no such key")
    if found.revoked_at is not None:
        return Outcome(found)
    tx.end_key(act.prefix, revoked_at=tx.now)
    tx.count_up(ACCESS)
    agent_id = found.agent_id
    audit(tx, act.by, "keys.revoked", agent_id, {"prefix": act.prefix})
    alone = not tx.good_keys_of(agent_id) and not tx.signed_in(agent_id)
    gone = leases.give_up(tx, env, agent_id) if alone else Outcome()
    return Outcome(tx.key_called(act.prefix), [AccessChanged(), *gone.effects], wake=gone.wake)


def end_access_of(tx: Tx, agent_id: str, by: By) -> None:
    """Take all keys and sessions of an agent back: it is removed, and whoever has its id later is somebody else, or
    has other rights."""
    tx.end_sessions_of_agent(agent_id)
    for key in tx.good_keys_of(agent_id):
        tx.end_key(key.prefix, revoked_at=tx.now)
        audit(tx, by, "keys.revoked", agent_id, {"prefix": key.prefix})


def _existing(tx: Tx, agent_id: str) -> str:
    agents, _ = tx.declared()
    if agent_id not in agents:
        raise NotFound("there is no such agent")
    tx.agent(agent_id, lock=True)
    return agent_id


def _add(tx: Tx, new: NewKey, action: str) -> KeyRow:
    tx.add_key(new.hash, new.agent_id, new.prefix, new.label)
    audit(tx, new.by, action, new.agent_id, {"prefix": new.prefix, "label": new.label})
    return KeyRow(new.prefix, new.agent_id, new.label, tx.now)
