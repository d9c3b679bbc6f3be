"""The lists of a desk, and what else there was with a customer. Reads only."""

from dataclasses import dataclass

from batonpass.app import views
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.ports_rows import NEVER, Mark
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Conversation, StintState
from batonpass.domain.errors import NotAllowed, NotFound

NOT_YOURS = "there is no such conversation, or it is not yours"


@dataclass(frozen=True, slots=True)
class Lists:
    """Which list, and after which mark: the end of the page before."""

    agent_id: str
    scope: str
    after: Mark | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """`next` is where the list goes on; None at its end."""

    rows: list[views.RowView]
    next: Mark | None
    counts: views.Counts | None = None


@dataclass(frozen=True, slots=True)
class History:
    agent_id: str
    conversation_id: str
    limit: int = 20


def rows(tx: Tx, env: Env, asked: Lists) -> Listed:
    """A page of a list of this representative's.

    Raises:
        NotAllowed: a bot has no lists.
    """
    reader = person(tx, asked.agent_id)
    chats, after = {"queue": _queue, "all": _all, "held": _held, "recent": _recent}[asked.scope](
        tx, reader, asked
    )
    counts = views.counts(tx, reader) if asked.after is None else None
    then = asked.scope == "recent"
    return Listed(views.row_views(tx, env.rules, reader, chats, then=then), after, counts)


def history(tx: Tx, env: Env, asked: History) -> tuple[list[views.RowView], bool]:
    """The other chats of the customer of a chat that this representative is in, or that waits in a queue of its own;
    and whether there are more.

    Raises:
        NotFound, NotAllowed
    """
    reader = person(tx, asked.agent_id)
    conversation = tx.conversation(asked.conversation_id)
    if conversation is None or not _in_now(tx, reader, conversation):
        raise NotFound(NOT_YOURS)
    found = tx.conversations_of(conversation.customer_id, asked.limit + 2)
    others = [c for c in found if c.id != conversation.id]
    return views.row_views(tx, env.rules, reader, others[: asked.limit]), len(others) > asked.limit


def _in_now(tx: Tx, reader: Agent, conversation: Conversation) -> bool:
    """In it, at the after-work of it, or it waits for this one: whoever has left learns no more of the customer."""
    last = tx.last_stint(conversation.id, reader.id)
    here = last is not None and last.state is not StintState.ENDED
    return here or views.waits_for(tx, reader.id, conversation.id)


def person(tx: Tx, agent_id: str) -> Agent:
    """This representative.

    Raises:
        NotAllowed: it is none.
    """
    found = tx.agents([agent_id]).get(agent_id)
    if found is None or found.bot:
        raise NotAllowed("Only representatives have lists.")
    return found


# Each list: a page of chats, and the mark of its end where there is more

Page = tuple[list[Conversation], Mark | None]


def _queue(tx: Tx, reader: Agent, asked: Lists) -> Page:
    found = tx.waiting_for(reader.id, reader.queues, asked.limit + 1, asked.after)
    more = found[asked.limit - 1].mark if len(found) > asked.limit else None
    ids = list(dict.fromkeys(h.conversation_id for h in found[: asked.limit]))
    return _in_order(tx, ids), more


def _all(tx: Tx, reader: Agent, asked: Lists) -> Page:
    found = tx.live_for(reader.id, reader.queues, asked.limit + 1, asked.after)
    end = found[asked.limit - 1] if len(found) > asked.limit else None
    since = NEVER if end is None or end.waiting_since is None else end.waiting_since
    return found[: asked.limit], (since, end.created_at, end.id) if end else None


def _held(tx: Tx, reader: Agent, asked: Lists) -> Page:
    found = tx.held_after(reader.id, reader.queues, asked.limit + 1, asked.after)
    end = found[asked.limit - 1] if len(found) > asked.limit else None
    chats = _in_order(tx, [hold.conversation_id for hold in found[: asked.limit]])
    return chats, (0, end.started_at, end.id) if end else None


def _recent(tx: Tx, reader: Agent, asked: Lists) -> Page:
    found = tx.parts_before(reader.id, asked.limit + 1, asked.after)
    end = found[asked.limit - 1] if len(found) > asked.limit else None
    chats = _in_order(tx, [stint.conversation_id for stint in found[: asked.limit]])
    return chats, (0, end.ended_at or 0, end.id) if end else None


def _in_order(tx: Tx, ids: list[str]) -> list[Conversation]:
    found = tx.conversations_by_id(ids)
    return [found[cid] for cid in ids if cid in found]
