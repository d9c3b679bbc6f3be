"""Law 11 at the desk: what lists, search and history show an agent is what it may read, and nothing else.

Judged against the timeline as this agent reads it, page by page, through the projection of the wire; and against the
rows of the database for which chats belong into which list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from batonpass.app import listing, searching, views
from batonpass.app.listing import History, Lists
from batonpass.app.outcome import Env
from batonpass.app.searching import Search
from batonpass.app.views import RowView
from batonpass.domain.agents import Agent
from batonpass.domain.errors import NotFound
from batonpass.domain.rules import Rules
from batonpass.domain.words import Words
from batonpass.protocol import projection
from batonpass.store.tx import Tx
from tests.support.laws import Breach, Talk, load

SCOPES = ("queue", "all", "held", "recent")


@dataclass
class Reader:
    """An agent, and the words that it reads of each chat: what was said and noted there; None where it may not."""

    agent: Agent
    lines: dict[str, list[str] | None] = field(default_factory=dict)

    def reads(self, cid: str, words: str) -> bool:
        """Whether these words, which may have been cut, stand in a line that it reads."""
        return any(words.strip("…") in line for line in self.lines[cid] or ())


def check_rows(tx: Tx, rules: Rules) -> list[Breach]:
    """Every breach in what representatives are shown now."""
    talks = {talk.id: talk for talk in load(tx, rules).talks}
    env = Env(rules, Words())
    found: set[Breach] = set()
    for agent in tx.all_agents():
        if not agent.bot:
            found |= set(_of_reader(tx, env, Reader(agent, _lines(tx, agent, talks)), talks))
    return sorted(found)


def _lines(tx: Tx, agent: Agent, talks: dict[str, Talk]) -> dict[str, list[str] | None]:
    found: dict[str, list[str] | None] = {}
    for cid in talks:
        try:
            found[cid] = [*_read(tx, agent, cid)]
        except NotFound:
            found[cid] = None
    return found


def _read(tx: Tx, agent: Agent, cid: str) -> Iterator[str]:
    after = 0
    while True:
        page = views.agent_page(tx, agent.id, cid, after, 200)
        for entry in page.entries:
            data = projection.for_agent(entry, agent.id, bot=False)[1]["data"]
            content: dict[str, Any] = data.get("content", {})
            said = " ".join(str(content[name]) for name in ("title", "text", "name") if name in content)
            yield " ".join((said or str(data.get("text", ""))).split())
            after = entry.seq
        if not page.entries:
            return


def _of_reader(tx: Tx, env: Env, reader: Reader, talks: dict[str, Talk]) -> Iterator[Breach]:
    me = reader.agent
    for scope in SCOPES:
        rows = listing.rows(tx, env, Lists(me.id, scope)).rows
        shown = [row.conversation.id for row in rows]
        wanted = {cid for cid, talk in talks.items() if _belongs(scope, me, talk)}
        if set(shown) != wanted or len(shown) != len(wanted):
            yield Breach(11, f"{me.id} has {sorted(shown)} in {scope}, not {sorted(wanted)}")
        for row in rows:
            yield from _row(reader, talks[row.conversation.id], row, scope)
            if scope == "recent":
                yield from _as_it_was(me, talks[row.conversation.id], row, scope)
    for cid, row in views.agent_snapshot(tx, env.rules, me.id).rows.items():
        yield from _row(reader, talks[cid], row, "snapshot")
        yield from _as_it_was(me, talks[cid], row, "snapshot")
    yield from _counted(tx, env, me)
    yield from _found(tx, env, reader, talks)
    for cid in talks:
        yield from _history(tx, env, reader, talks, cid)


def _belongs(scope: str, me: Agent, talk: Talk) -> bool:
    mine = [stint for stint in talk.stints if stint.agent_id == me.id]
    inside = any(stint.live for stint in mine)
    if scope == "queue":
        waits = (h for h in talk.pending if h.state in ("queued", "offered"))
        here = any({h.queue_id, h.failover_queue_id} & set(me.queues) for h in waits)
        return here and not inside
    if scope == "all":
        return talk.row.status != "closed" and (talk.row.queue_id in me.queues or inside)
    if scope == "held":
        holds = (hold for hold in talk.holds if hold.ended_at is None)
        return any(hold.agent_id == me.id or hold.queue_id in me.queues for hold in holds)
    return bool(mine) and all(stint.state == "ended" for stint in mine)


def _row(reader: Reader, talk: Talk, row: RowView, where: str) -> Iterator[Breach]:
    me = reader.agent
    reads = reader.lines[talk.id] is not None
    if row.last is not None and row.last.text and not reader.reads(talk.id, row.last.text):
        yield Breach(11, f"{me.id} is shown the last line of {talk.id} in {where}: {row.last.text!r}")
    if reads is not ("read" in row.may):
        yield Breach(11, f"{me.id} may {row.may} with {talk.id} in {where}, and reads it: {reads}")
    if row.outcome is not None and row.outcome.issue and not any(s.agent_id == me.id for s in talk.stints):
        yield Breach(11, f"{me.id} is told the issue of {talk.id} in {where}")


def _as_it_was(me: Agent, talk: Talk, row: RowView, where: str) -> Iterator[Breach]:
    """Of a chat that one has left, and that does not wait for one, nothing that came after."""
    mine = [stint for stint in talk.stints if stint.agent_id == me.id]
    if any(stint.live for stint in mine) or _waits(me, talk):
        return
    limit, until = max(stint.read_to or 0 for stint in mine), max(stint.ended_at or 0 for stint in mine)
    if row.last is not None and row.last.entry.seq > limit:
        yield Breach(11, f"{me.id} is shown when {talk.id} went on after its part, in {where}")
    if (row.waiting_since, row.unanswered_since, row.pending, row.hold, row.others) != (
        None,
        None,
        None,
        None,
        [],
    ):
        yield Breach(11, f"{me.id} is shown how {talk.id} stands after its part, in {where}")
    given = {h.id for h in talk.handoffs if h.giver_agent_id == me.id}
    for stint in talk.stints:
        known = stint.started_at <= until or stint.handoff_id in given
        held = any(part.agent and part.agent.id == stint.agent_id for part in row.baton)
        if (
            held
            and not known
            and not any(s.agent_id == stint.agent_id and s is not stint for s in talk.stints)
        ):
            yield Breach(11, f"{me.id} is shown who held {talk.id} after its part, in {where}")


def _waits(me: Agent, talk: Talk) -> bool:
    holds = (hold for hold in talk.holds if hold.ended_at is None)
    return _belongs("queue", me, talk) or any(hold.queue_id in me.queues for hold in holds)


def _counted(tx: Tx, env: Env, me: Agent) -> Iterator[Breach]:
    counts = listing.rows(tx, env, Lists(me.id, "queue")).counts
    for scope, number in (
        (("queue", counts.queue), ("all", counts.all), ("held", counts.held)) if counts else ()
    ):
        there = len(listing.rows(tx, env, Lists(me.id, scope)).rows)
        if there != number:
            yield Breach(11, f"{me.id} has {there} rows in {scope}, counted as {number}")


def _found(tx: Tx, env: Env, reader: Reader, talks: dict[str, Talk]) -> Iterator[Breach]:
    """Search for the last line of every chat, whoever may read it: it is found there by whom it may be."""
    for cid, talk in talks.items():
        said = [str(e.data["content"]["text"]) for e in talk.entries if e.kind == "message"]
        for words in {*said[-1:], *said[:1]}:
            if not words.strip():
                continue
            rows, more = searching.search(tx, env, Search(reader.agent.id, words, 50))
            hits = {row.conversation.id: row for row in rows}
            if cid in hits and not reader.reads(cid, words) and hits[cid].hit.where == "message":  # type: ignore[union-attr]
                yield Breach(11, f"{reader.agent.id} finds {words!r} in {cid}")
            if cid not in hits and not more and reader.reads(cid, " ".join(words.split())):
                yield Breach(11, f"{reader.agent.id} does not find {words!r} in {cid}")
            for row in rows:
                yield from _row(reader, talks[row.conversation.id], row, "search")


def _history(tx: Tx, env: Env, reader: Reader, talks: dict[str, Talk], cid: str) -> Iterator[Breach]:
    me, talk = reader.agent, talks[cid]
    mine = any(s.agent_id == me.id and s.state != "ended" for s in talk.stints)
    waits = _waits(me, talk)
    try:
        rows, _ = listing.history(tx, env, History(me.id, cid))
    except NotFound:
        if mine or waits:
            yield Breach(11, f"{me.id} gets no history of {cid}")
        return
    if not mine and not waits:
        yield Breach(11, f"{me.id} gets the history of {cid}")
    for row in rows:
        other = talks[row.conversation.id]
        if other.row.customer_id != talk.row.customer_id or other.id == cid:
            yield Breach(11, f"{me.id} gets {other.id} for the history of {cid}")
        yield from _row(reader, other, row, "history")
