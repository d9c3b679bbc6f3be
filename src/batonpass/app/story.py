"""What a summarizer reads of a conversation: bounded, so that the largest story is as cheap as any (law 9)."""

from collections.abc import Iterator, Mapping

from batonpass.app.ports import Tx
from batonpass.domain.conversation import ActorType, Conversation, Entry, EntryKind
from batonpass.plugin_api import Role, Turn

ENTRIES = 200
"""So many of the newest entries are looked at."""

OPENING = 12
"""So many of the first: they say what it is about."""

ROOM, OPENING_ROOM = 6_000, 1_500
"""Characters of all turns together, and how much of it the opening may have. A summarizer by rules takes two to
three milliseconds for 1,000; a chat of 80 turns has about 6,000."""

PER_TURN, HEAD, TAIL = 600, 400, 190
"""Of a longer message its beginning and its end: questions stand at the end."""

LONG_ROOM = 60_000
"""The same for a summarizer that has seconds: it cuts by the budget of its model."""

CONTEXT_ROOM, PER_VARIABLE = 4_000, 500

PAGE = 40

ROLES: dict[ActorType, Role] = {
    ActorType.CUSTOMER: "customer",
    ActorType.BOT: "bot",
    ActorType.PERSON: "representative",
    ActorType.SYSTEM: "system",
}


def turns(tx: Tx, conversation: Conversation, room: int = ROOM) -> tuple[Turn, ...]:
    """The opening, and of the rest the newest turns that there is room for, in order. `room` is in characters."""
    whole = room
    room = OPENING_ROOM
    opening: list[Turn] = []
    after = 0
    for entry in tx.entries(conversation.id, 0, conversation.seq, OPENING, public=False):
        turn = _turn(entry)
        room -= len(turn.text) if turn else 0
        if room < 0 and opening:
            break
        after = entry.seq
        opening += [turn] if turn else []
    room = whole - sum(len(turn.text) for turn in opening)
    newest: list[Turn] = []
    for entry in _backwards(tx, conversation, after):
        turn = _turn(entry)
        room -= len(turn.text) if turn else 0
        if room < 0:
            break
        newest += [turn] if turn else []
    return (*opening, *reversed(newest))


def _backwards(tx: Tx, conversation: Conversation, after: int) -> Iterator[Entry]:
    """Entries behind `after` from the newest on, read page by page: most of a huge story is never read."""
    upto = conversation.seq
    left = ENTRIES
    while upto > after and left > 0:
        page = tx.last_entries(conversation.id, upto, min(PAGE, left))
        if not page:
            return
        for entry in reversed(page):
            if entry.seq <= after:
                return
            yield entry
        upto = page[0].seq - 1
        left -= len(page)


def _turn(entry: Entry) -> Turn | None:
    if entry.kind is not EntryKind.MESSAGE or entry.public_seq is None:
        return None  # A whisper is no part of the story.
    content = entry.data["content"]
    text = str(content.get("text") or content.get("title") or content.get("name") or "")
    return Turn(
        seq=entry.seq,
        role=ROLES[entry.actor.type],
        name=entry.actor.name,
        text=excerpt(text),
        at_ms=entry.at,
        sensitive=bool(entry.data.get("sensitive")),
    )


def excerpt(text: str) -> str:
    """The text, or of a long one beginning and end, cut between words and never within a number: half a card
    number would not be known for one."""
    if len(text) <= PER_TURN:
        return text
    return f"{_trimmed(text[:HEAD])}\n{_trimmed(text[-TAIL:][::-1])[::-1]}"


def _trimmed(text: str) -> str:
    """The text without its last word, which may be cut, and without numbers before that."""
    space = _last_space(text)
    if space < 0:
        return text.rstrip("0123456789.,:/- ")  # no words: a script without spaces, or a paste
    text = text[:space]
    while (space := _last_space(text)) >= 0 and any(char.isdigit() for char in text[space:]):
        text = text[:space]
    return "" if space < 0 and any(char.isdigit() for char in text) else text


def _last_space(text: str) -> int:
    """Where the last white space is that has a word behind it."""
    kept = len(text.rstrip())
    return next((place for place in range(kept - 1, -1, -1) if text[place].isspace()), -1)


def context(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables, long ones cut, as far as there is room."""
    room = CONTEXT_ROOM
    kept: dict[str, str] = {}
    for name, value in variables.items():
        room -= min(len(value), PER_VARIABLE)
        if room < 0:
            break
        kept[name] = value[:PER_VARIABLE]
    return kept
