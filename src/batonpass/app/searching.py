"""Chats by words: of those that a representative is in, was in, or may take, as far as it may read them.

Bounded on purpose: the latest chats, of each the latest lines.
"""

from dataclasses import dataclass, field, replace

from batonpass.app import views
from batonpass.app.folding import folded
from batonpass.app.listing import person
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.domain.agents import Agent
from batonpass.domain.conversation import Conversation, Entry, EntryKind

CHATS = 200
"""A search looks at so many chats that one was in, and at as many that wait,"""

LINES = 200
"""in each at so many lines, the latest,"""

LOOKED_AT = 5_000
"""and at so many in all,"""

LETTERS = 2_000_000
"""which are no longer than this together: a customer may fill a chat with the longest lines there are."""

VALUE = 400
"""Of a variable, at most so many characters are read: a chat may have a hundred, of four thousand each."""

AROUND = 60
"""Of the text before the words, so many characters are shown."""

ID_LETTERS = 6
"""A piece of an id has at least so many characters."""


@dataclass(frozen=True, slots=True)
class Search:
    """Words that must all stand in one place, whatever their case."""

    agent_id: str
    text: str
    limit: int = 20


@dataclass(slots=True)
class _Hits:
    """What was found: the best first are those of people, then of what is known of the chat, then of its lines."""

    by_chat: dict[str, tuple[int, views.Hit]] = field(default_factory=dict)
    looked: int = 0
    letters: int = 0
    more: bool = False

    def hold(self, text: str, words: list[str]) -> bool:
        """Whether all the words stand in this text, whatever their case."""
        held = folded(text)
        self.letters += len(held)
        return all(word in held for word in words)

    @property
    def enough(self) -> bool:
        """As much has been looked at as a search may cost."""
        return self.looked >= LOOKED_AT or self.letters >= LETTERS


def search(tx: Tx, env: Env, asked: Search) -> tuple[list[views.RowView], bool]:
    """The rows of chats that hold all the words; and whether there are more, or older ones that were not looked at.

    Raises:
        NotAllowed: a bot has no lists.
    """
    reader, words = person(tx, asked.agent_id), folded(asked.text).split()
    chats, more = _chats(tx, reader)
    known = views.sights(tx, reader, chats)
    hits = _Hits(more=more)
    if words:
        _by_facts(tx, chats, known, words, hits)
        _by_lines(tx, reader, chats, known, words, hits, asked.limit)
    order = {chat.id: number for number, chat in enumerate(chats)}
    best = sorted(hits.by_chat, key=lambda cid: (hits.by_chat[cid][0], order[cid]))
    shown = [chats[order[cid]] for cid in best[: asked.limit]]
    rows = views.row_views(tx, env.rules, reader, shown, then=True)
    found = [replace(row, hit=hits.by_chat[row.conversation.id][1]) for row in rows]
    return found, hits.more or len(best) > asked.limit


def _chats(tx: Tx, reader: Agent) -> tuple[list[Conversation], bool]:
    """The chats that it is in, those that wait for it, and those that it was in, the newest first; and if there are more."""
    own = [stint.conversation_id for stint in reversed(tx.stints_of(reader.id))]
    waiting = [h.conversation_id for h in tx.waiting_for(reader.id, reader.queues, CHATS + 1)]
    held = [hold.conversation_id for hold in tx.held_after(reader.id, reader.queues, CHATS + 1)]
    past = [stint.conversation_id for stint in tx.parts_before(reader.id, CHATS + 1)]
    parts = (own, waiting, held, past)
    ids = dict.fromkeys(cid for part in parts for cid in part[:CHATS])
    found = tx.conversations_by_id(ids)
    return [found[cid] for cid in ids if cid in found], any(len(part) > CHATS for part in parts)


def _by_facts(
    tx: Tx, chats: list[Conversation], known: dict[str, views.Known], words: list[str], hits: _Hits
) -> None:
    """By id, by the customer's name, and by the variables of the chats it may act on."""
    now = [c.id for c in chats if known[c.id].sight in (views.Sight.LIVE, views.Sight.WAITS)]
    variables = tx.variables_by_chat(now, VALUE)
    for chat in chats:
        name = known[chat.id].name
        if len(words) == 1 and len(words[0]) >= ID_LETTERS and words[0] in chat.id:
            hits.by_chat[chat.id] = 0, views.Hit("id", chat.id)
        elif hits.hold(name, words):
            hits.by_chat[chat.id] = 0, views.Hit("customer", _around(name, words))
        else:
            _in_variables(chat.id, variables.get(chat.id, {}), words, hits)


def _in_variables(cid: str, variables: dict[str, str], words: list[str], hits: _Hits) -> None:
    for name, value in variables.items():
        if hits.enough:
            return
        if hits.hold(value, words):
            hits.by_chat[cid] = 1, views.Hit("context", f"{name}: {_around(value, words)}")
            return


def _by_lines(
    tx: Tx,
    reader: Agent,
    chats: list[Conversation],
    known: dict[str, views.Known],
    words: list[str],
    hits: _Hits,
    limit: int,
) -> None:
    for chat in chats:
        if chat.id in hits.by_chat:
            continue
        if hits.enough or len(hits.by_chat) > limit:
            hits.more = True
            return
        lines = tx.lines_of(chat.id, known[chat.id].head, LINES)
        hits.looked += len(lines)
        hits.more = hits.more or len(lines) == LINES
        found = next((e for e in lines if not hits.enough and hits.hold(_text(e, reader), words)), None)
        hits.more = hits.more or hits.enough
        if found is not None:
            where = "note" if found.kind is EntryKind.NOTE else "message"
            hits.by_chat[chat.id] = 2, views.Hit(where, _around(_text(found, reader), words), found.seq)


def _text(entry: Entry, reader: Agent) -> str:
    """The words of a line that this representative reads; none of a whisper to others, or of a sensitive message."""
    yours = entry.actor.id == reader.id
    if entry.kind is EntryKind.NOTE:
        return str(entry.data["text"])
    named = entry.data.get("to") or ()
    hidden = entry.public_seq is None and bool(named) and reader.id not in named
    if not yours and (hidden or entry.data.get("sensitive")):
        return ""
    return views.words_of(entry)


def _around(text: str, words: list[str]) -> str:
    """The first of the words, with what stands around it, in one line."""
    line = " ".join(text.split())
    start = max(0, folded(line).find(words[0]) - AROUND)
    return ("…" if start else "") + line[start : start + views.LINE - 1]
