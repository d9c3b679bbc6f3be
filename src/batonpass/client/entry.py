"""A line of the timeline, as a client holds it, and a list of them that can be waited on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from batonpass.protocol.content import CardContent, Choice, ChoicesContent, Content, TextContent
from batonpass.protocol.events import ENTRY_EVENTS, EntryHidden, MessageCreated

ENTRY_NAMES = frozenset(shape.event for shape in ENTRY_EVENTS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `number` is the `public_seq` for customers, `seq` for agents; `data` is as on the wire."""

    event: str
    conversation_id: str
    number: int
    epoch: int | None = None
    at: str = ""
    actor_type: str = "system"
    actor_name: str = ""
    actor_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_message(self) -> bool:
        """Whether it is somebody's message."""
        return self.event == MessageCreated.event

    @property
    def is_whisper(self) -> bool:
        """Whether it is a message to agents only."""
        return self.is_message and self.data.get("to") not in (None, "all")

    @property
    def from_customer(self) -> bool:
        """Whether it is a message of the customer."""
        return self.is_message and self.actor_type == "customer"

    @property
    def hidden(self) -> bool:
        """Whether it only holds the place of an entry this reader may not see."""
        return self.event == EntryHidden.event

    @property
    def content(self) -> Mapping[str, Any]:
        """The content of a message (`{type, text, ...}`), or an empty mapping."""
        content = self.data.get("content")
        return content if isinstance(content, Mapping) else {}

    @property
    def text(self) -> str:
        """What to show: of a message, a notice or a note. Empty when there is nothing (a muted notice)."""
        notice = self.data.get("notice")
        for source in (self.content, notice, self.data):
            if isinstance(source, Mapping) and isinstance(source.get("text"), str):
                return str(source["text"])
        return ""


def read_entry(event: str, envelope: Mapping[str, Any], numbered_by: str) -> Entry | None:
    """Return the entry in a server event, or None when it carries no number (then it is no entry)."""
    number = envelope.get(numbered_by)
    if not isinstance(number, int) or event not in ENTRY_NAMES:
        return None
    actor = envelope.get("actor") or {}
    return Entry(
        event=event,
        conversation_id=str(envelope.get("conversation_id") or ""),
        number=number,
        epoch=envelope.get("epoch"),
        at=str(envelope.get("at") or ""),
        actor_type=str(actor.get("type", "system")),
        actor_name=str(actor.get("name", "")),
        actor_id=actor.get("id"),
        data=envelope.get("data") or {},
    )


class Signal:
    """Something others wait on: they look again at each change."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def fire(self) -> None:
        """Wake all who wait now."""
        waiting, self._next = self._next, asyncio.Event()
        waiting.set()

    async def changed(self) -> None:
        """Wait for the next change."""
        await self._next.wait()

    async def until(self, holds: Callable[[], bool], timeout: float | None = None) -> None:
        """Return once `holds()` is true. Raises TimeoutError after `timeout` seconds (None: never)."""
        async with asyncio.timeout(timeout):
            while not holds():
                await self.changed()


class Feed(Signal):
    """Entries in order, growing. Iterate with `async for`; it ends when the feed is closed."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[Entry] = []
        self.closed = False

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    def add(self, entry: Entry) -> None:
        """Append one and wake the readers."""
        self._entries.append(entry)
        self.fire()

    def close(self) -> None:
        """Nothing follows: readers end after the last entry."""
        self.closed = True
        self.fire()

    def open(self) -> None:
        """More may come: what was closed goes on."""
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[Entry]:
        index = 0
        while True:
            while index < len(self._entries):
                yield self._entries[index]
                index += 1
            if self.closed:
                return
            await self.changed()

    async def find(self, wanted: Callable[[Entry], bool], timeout: float | None = None) -> Entry:
        """Return the first entry that is `wanted`, waiting for it.

        Raises TimeoutError after `timeout` s, LookupError when the feed is closed without one.
        """
        async with asyncio.timeout(timeout):
            async for entry in self:
                if wanted(entry):
                    return entry
        raise LookupError("the conversation ended without such an entry")


def as_content(said: str | Content) -> Content:
    """Return text as content; content stays as it is. Raises ValueError for empty or too long text."""
    return TextContent(text=said) if isinstance(said, str) else said


def choices(question: str, *answers: str | tuple[str, str]) -> ChoicesContent:
    """Return a question with buttons. An answer is what the button says and sends, or `(says, sends)`."""
    buttons = [Choice(label=label, value=value) for label, value in map(_pair, answers)]
    return ChoicesContent(text=question, choices=buttons)


def card(
    title: str,
    text: str,
    *answers: str | tuple[str, str],
    image_url: str | None = None,
    link_url: str | None = None,
) -> CardContent:
    """Return a card: a title, a text, and at most a picture, a link and buttons (as for `choices`)."""
    buttons = [Choice(label=label, value=value) for label, value in map(_pair, answers)]
    return CardContent(title=title, text=text, image_url=image_url, link_url=link_url, choices=buttons)


def _pair(answer: str | tuple[str, str]) -> tuple[str, str]:
    return (answer, answer) if isinstance(answer, str) else answer
