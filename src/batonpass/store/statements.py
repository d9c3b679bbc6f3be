"""Statements built once. Building one costs more than running it on SQLite, so they are kept by dialect."""

from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningUpdate

from batonpass.store import schema as s

# Both dialects' inserts know ON CONFLICT by the same words, but share no class that does.
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert(table: Table, dialect: str) -> Any:
    """An insert that knows ON CONFLICT."""
    return _INSERT[dialect](table)


@cache
def upsert(table: Table, dialect: str) -> Any:
    """Insert a row, or replace all but the key of the one there is."""
    statement = _INSERT[dialect](table)
    keys = [column.name for column in table.primary_key.columns]
    rest = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


@cache
def insert_ignore(table: Table, dialect: str) -> Any:
    """Insert a row unless there is one with its key."""
    return _INSERT[dialect](table).on_conflict_do_nothing()


@cache
def upsert_timer(dialect: str) -> Any:
    """Set a timer: one row a (kind, ref), with the newest time."""
    statement = _INSERT[dialect](s.due)
    return statement.on_conflict_do_update(
        index_elements=["kind", "ref"],
        index_where=text("kind <> 'match'"),
        set_={"run_at": statement.excluded.run_at, "lease_until": None},
    )


@cache
def put_receipt(dialect: str) -> Any:
    """Keep how far a reader has come; a cursor never goes back, whoever is faster."""
    statement = _INSERT[dialect](s.receipts)
    new, old = statement.excluded, s.receipts.c
    return statement.on_conflict_do_update(
        index_elements=["conversation_id", "reader"],
        set_={"delivered": new["delivered"], "read": new["read"], "at": new["at"]},
        where=and_(new["delivered"] >= old.delivered, new["read"] >= old.read),
    )


@cache
def speak() -> ReturningUpdate[Any]:
    """THE conditional write (law 1): numbers are handed out only if the stint is live and may speak."""
    c, t = s.conversations.c, s.stints.c
    answered = bindparam("answered", type_=Integer)
    may_speak = exists().where(
        t.id == bindparam("stint_id"),
        t.conversation_id == c.id,
        t.agent_id == bindparam("agent_id"),
        t.state == "live",
        t.role.in_(["holder", "helper"]),
    )
    return (
        update(s.conversations)
        .where(c.id == bindparam("conversation_id"), c.status != "closed", may_speak)
        .values(
            seq=c.seq + 1,
            public_seq=c.public_seq + 1,
            answered_seq=case(
                (answered < 0, c.seq), (answered > c.answered_seq, answered), else_=c.answered_seq
            ),
        )
        .returning(s.conversations)
    )


@cache
def conversation_by_id(*, lock: bool) -> Select[Any]:
    """A conversation's row, locked or not."""
    wanted = select(s.conversations).where(s.conversations.c.id == bindparam("key"))
    return wanted.with_for_update(key_share=True) if lock else wanted


@cache
def save_conversation() -> Update:
    """Every column of a conversation but its key."""
    values: dict[str, Any] = {c.name: bindparam(c.name) for c in s.conversations.columns if not c.primary_key}
    return update(s.conversations).where(s.conversations.c.id == bindparam("key")).values(values)


@cache
def advance_numbers() -> Update:
    """The two numbers of a conversation: all that a customer's message changes of it."""
    values: dict[str, Any] = {name: bindparam(name) for name in ("seq", "public_seq")}
    return update(s.conversations).where(s.conversations.c.id == bindparam("key")).values(values)


@cache
def entry_by_client() -> Select[Any]:
    """What this sender stored under this client id."""
    e = s.entries.c
    return select(s.entries).where(
        e.conversation_id == bindparam("key"),
        e.actor_id == bindparam("sender"),
        e.client_id == bindparam("client"),
    )


@cache
def open_stints() -> Select[Any]:
    """Stints of a conversation that have not ended."""
    t = s.stints.c
    return select(s.stints).where(t.conversation_id == bindparam("key"), t.state != "ended")


# What makes up an agent, for any number of them


def _ids() -> BindParameter[Any]:
    return bindparam("ids", expanding=True)


@cache
def agents_by_id() -> Select[Any]:
    """The rows of some agents."""
    return select(s.agents).where(s.agents.c.id.in_(_ids()))


@cache
def reachable_agents() -> Select[Any]:
    """Those of some agents that have a connection."""
    return select(s.connections.c.agent_id).where(s.connections.c.agent_id.in_(_ids())).distinct()


@cache
def used_slots() -> Select[Any]:
    """The slots that some agents use, over all conversations."""
    return select(s.slots.c.agent_id, s.slots.c.slot_no).where(s.slots.c.agent_id.in_(_ids()))


@cache
def queues_of_agents() -> Select[Any]:
    """The queues that some agents are members of, in order."""
    m = s.memberships.c
    return select(m.agent_id, m.queue_id).where(m.agent_id.in_(_ids())).order_by(m.queue_id)
