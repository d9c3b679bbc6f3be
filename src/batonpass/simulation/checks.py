"""What must hold of the store when a morning is over, and while it goes on. Asked in SQL, not by the code that is judged."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from batonpass.app import matching
from batonpass.domain.handoff import ENDS
from batonpass.domain.rules import Rules
from batonpass.store import schema as s
from batonpass.store.tx import Tx


def while_it_goes_on(tx: Tx, rules: Rules) -> list[str]:
    """Breaches that no moment may show: somebody over capacity, work that nobody announced."""
    return [*_capacity(tx), *(f"law 7: {queue} was forgotten" for queue in matching.forgotten(tx, rules))]


def _capacity(tx: Tx) -> Iterator[str]:
    a, u = s.agents.c, s.slots.c
    wanted = select(u.agent_id, a.capacity, func.count()).join_from(s.slots, s.agents, a.id == u.agent_id)
    for agent_id, capacity, used in tx.connection.execute(wanted.group_by(u.agent_id, a.capacity)):
        if used > capacity:
            yield f"law 5: {agent_id} uses {used} slots of {capacity}"


def at_the_end(tx: Tx, acknowledged: Counter[tuple[str, str, str]]) -> list[str]:
    """Breaches when everybody has gone home."""
    return [*_numbers(tx), *_voices(tx), *_left(tx), *_lost(tx, acknowledged), *_silent(tx)]


def _numbers(tx: Tx) -> Iterator[str]:
    """Law 2: dense numbers for both readers."""
    e, c = s.entries.c, s.conversations.c
    wanted = (
        select(
            c.id, c.seq, c.public_seq,
            func.count(e.seq), func.max(e.seq), func.count(e.public_seq), func.max(e.public_seq),
        )
        .join_from(s.conversations, s.entries, e.conversation_id == c.id)
        .group_by(c.id, c.seq, c.public_seq)
    )  # fmt: skip
    for cid, seq, public_seq, *counted in tx.connection.execute(wanted):
        if counted != [seq, seq, public_seq, public_seq or None]:
            yield f"law 2: {cid} has numbers {counted}, and its row says {seq}, {public_seq}"


def _voices(tx: Tx) -> Iterator[str]:
    """Law 1: no public message of a stint behind its end."""
    said, gone = s.entries.alias(), s.entries.alias()
    wanted = (
        select(said.c.conversation_id, said.c.seq)
        .join_from(said, gone, (said.c.conversation_id == gone.c.conversation_id) & (said.c.stint_id == gone.c.stint_id))
        .where(said.c.kind == "message", gone.c.kind == "removed", said.c.seq > gone.c.seq)
        .where(said.c.public_seq.is_not(None))
    )  # fmt: skip
    for cid, seq in tx.connection.execute(wanted):
        yield f"law 1: {cid} has the message {seq} of a stint that had ended"


def _left(tx: Tx) -> Iterator[str]:
    """Laws 5 and 6: nothing is left over."""
    ends = [str(state) for state in ENDS]
    lasting = ["hours", "match", "retention"]
    left: dict[str, Any] = {
        "open conversations": select(func.count()).where(s.conversations.c.status != "closed"),
        "pending hand-offs": select(func.count()).where(s.handoffs.c.state.not_in(ends)),
        "open offers": select(func.count()).where(s.offers.c.state == "open"),
        "stints that go on": select(func.count()).where(s.stints.c.state != "ended"),
        "slots in use": select(func.count()).select_from(s.slots),
        "waits that go on": select(func.count()).where(s.segments.c.ended_at.is_(None)),
        "turns that go on": select(func.count()).where(s.turns.c.state != "ended"),
        "due work": select(func.count()).where(s.due.c.kind.not_in(lasting)),
    }
    for what, wanted in left.items():
        if count := int(tx.scalar(wanted)):
            yield f"law 6: {count} {what} are left"
    if found := tx.get_meta("sweep_found_work"):
        yield f"law 7: the sweep found work {found} times"


def _lost(tx: Tx, acknowledged: Counter[tuple[str, str, str]]) -> Iterator[str]:
    """Law 2: what was acknowledged is there, once."""
    e = s.entries.c
    wanted = select(e.conversation_id, e.actor_id, e.client_id).where(
        e.kind == "message", e.client_id.is_not(None)
    )
    there = Counter((cid, actor, client) for cid, actor, client in tx.connection.execute(wanted))
    told = +acknowledged
    for what, keys in (("lost", told - there), ("there twice, or told to nobody", there - told)):
        if keys:
            yield f"law 2: {sum(keys.values())} messages are {what}, such as {next(iter(keys))}"


def _silent(tx: Tx) -> Iterator[str]:
    """Law 8: the last entry of each change of holder is public; there are as many as the epoch says."""
    e, c = s.entries.c, s.conversations.c
    turning = select(e.conversation_id, e.epoch).where(
        e.public_seq.is_not(None), e.kind.in_(["added", "removed", "closed"])
    )
    told: dict[str, set[int]] = {}
    for cid, epoch in tx.connection.execute(turning):
        told.setdefault(cid, set()).add(epoch)
    for cid, epoch in tx.connection.execute(select(c.id, c.epoch)):
        if missing := set(range(1, epoch + 1)) - told.get(cid, set()):
            yield f"law 8: {cid} changed holders at {sorted(missing)}, and nobody told the customer"
