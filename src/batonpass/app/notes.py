"""Notes written anew, and found again. An edit is one more entry: what was there before stays in the timeline."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from batonpass.app import switches, views
from batonpass.app.cases import NO_SUCH_STINT, keep, locked, open_talk
from batonpass.app.folding import folded
from batonpass.app.messages import again, own_stint, same_kind
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.conversation import Entry, EntryKind, StintState
from batonpass.domain.errors import BatonpassError, NotAllowed, NotFound, StintEnded

CONVERSATIONS = 100
"""A search looks at so many conversations, the latest first,"""

LOOKED_AT = 1_000
"""and at so many notes."""


@dataclass(frozen=True, slots=True)
class AgentEdits:
    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    note_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Search:
    """Words that must all stand in a note, whatever their case. An `agent_id` of None is a supervisor: it reads all."""

    text: str
    agent_id: str | None = None
    conversation_id: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Note:
    """A note in its newest version. Without a `seq` it came with the hand-off `note_id`."""

    conversation_id: str
    note_id: str
    seq: int | None
    version: int
    at: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    notes: list[Note]
    more: bool


def edit_note(tx: Tx, env: Env, said: AgentEdits) -> Outcome:
    """Store another version of a note, from a live stint or its wrap-up; only its author may.

    Raises:
        NotAllowed (`switched_off`, or somebody else's), StintEnded, NotFound, CallerError
    """
    conversation = locked(tx, said.conversation_id, NO_SUCH_STINT)
    stint = own_stint(tx, said.stint_id, said.agent_id, conversation.id)
    earlier = tx.entry_of(conversation.id, said.agent_id, said.client_id)
    if earlier is not None:
        return again(open_talk(tx, env, conversation), _same_note(tx, earlier, said))
    switches.check(tx, env, "notes")
    if stint.state is StintState.ENDED:
        raise StintEnded("Not changed: your part in this conversation is over.")
    before = tx.note(conversation.id, said.note_id)
    mine = before is not None and before.actor.id == said.agent_id
    if before is None or not (mine or before.seq <= views.readable(tx, said.agent_id, conversation.id)):
        raise NotFound("there is no such note")
    if not mine:
        raise NotAllowed("Not changed: only its author edits a note. Write one of your own beside it.")
    case = open_talk(tx, env, conversation)
    data = {"text": said.text, "of": before.data.get("of", before.id), "version": version_of(before) + 1}
    entry = case.write(
        EntryKind.NOTE, before.actor, data, public=False, stint_id=stint.id, client_id=said.client_id
    )
    if stint.read_to == entry.seq - 1:
        tx.put_stint(replace(stint, read_to=entry.seq))
        case.readers = tuple(sorted({*case.readers, stint.agent_id}))
    return keep(tx, case, entry)


def _same_note(tx: Tx, earlier: Entry, said: AgentEdits) -> Entry:
    """What was stored under this client id, if it is an edit of this very note."""
    named = tx.note(said.conversation_id, said.note_id)
    of = named.data.get("of", named.id) if named is not None else said.note_id
    return same_kind(earlier, EntryKind.NOTE, of=of)


def version_of(entry: Entry) -> int:
    """1 for a note as it was first written."""
    return int(entry.data.get("version", 1))


def search(tx: Tx, asked: Search) -> Found:
    """The newest notes that hold all the words, of conversations and of hand-offs; only what the asker may read."""
    words = folded(asked.text).split()
    found: dict[str, Note] = {}
    looked = 0
    places = _places(tx, asked)
    for conversation_id in places[:CONVERSATIONS]:
        notes = list(_notes(tx, asked.agent_id, conversation_id))
        looked += len(notes)
        found |= {note.note_id: note for note in _newest(notes) if _holds(note, words)}
        if looked > LOOKED_AT:
            break
    ranked = sorted(found.values(), key=lambda note: (-note.at, note.note_id))
    more = len(ranked) > asked.limit or looked > LOOKED_AT or len(places) > CONVERSATIONS
    return Found(ranked[: asked.limit], more)


def _places(tx: Tx, asked: Search) -> list[str]:
    if asked.conversation_id is None:
        return tx.conversations_with_notes(asked.agent_id, CONVERSATIONS + 1)
    return [asked.conversation_id]


def _notes(tx: Tx, agent_id: str | None, conversation_id: str) -> Iterator[Note]:
    """All versions of all notes there that this agent may read."""
    if agent_id is None:
        conversation = tx.conversation(conversation_id)
        head = conversation.seq if conversation else 0
    else:
        try:
            head = views.readable(tx, agent_id, conversation_id)
        except BatonpassError:
            return
    yield from (_note(entry) for entry in tx.notes(conversation_id, head, LOOKED_AT))
    yield from _with_handoffs(tx, agent_id, conversation_id)


def _with_handoffs(tx: Tx, agent_id: str | None, conversation_id: str) -> Iterator[Note]:
    """The notes that came with hand-offs; who has left reads those from before."""
    handoffs = [h for h in tx.all_handoffs_in(conversation_id) if h.note]
    if not handoffs:
        return
    last = tx.last_stint(conversation_id, agent_id) if agent_id else None
    until = last.ended_at if last is not None and not last.live else None
    if agent_id is not None and last is not None and views.waits_for(tx, agent_id, conversation_id):
        until = None
    names = tx.agents({h.giver_agent_id for h in handoffs if h.giver_agent_id})
    for handoff in handoffs:
        if until is None or handoff.created_at <= until:
            giver = names.get(handoff.giver_agent_id or "")
            author = giver.name if giver else ""
            yield Note(conversation_id, handoff.id, None, 1, handoff.created_at, author, handoff.note)


def _note(entry: Entry) -> Note:
    text, note_id = str(entry.data["text"]), str(entry.data.get("of", entry.id))
    author = entry.actor.name
    return Note(entry.conversation_id, note_id, entry.seq, version_of(entry), entry.at, author, text)


def _newest(notes: Iterable[Note]) -> Iterable[Note]:
    """Of each note its last version."""
    by_version: Callable[[Note], int] = lambda note: note.version  # noqa: E731 - a key with its type
    return {note.note_id: note for note in sorted(notes, key=by_version)}.values()


def _holds(note: Note, words: list[str]) -> bool:
    text = folded(note.text)
    return all(word in text for word in words)
