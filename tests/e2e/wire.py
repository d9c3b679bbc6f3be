"""What reaches the browser of a customer, read from outside the page: every frame and every answer of the API.

After each test it is held against the store: no event that is not a customer's, no number, id or field of ours, and
no word that stands only where agents read (law 11).
"""

import asyncio
import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page, Response, WebSocket

from batonpass.protocol.base import Audience
from batonpass.protocol.events import ENTRY_EVENTS, OTHER_EVENTS

PUBLIC = {
    event.event
    for event in (*ENTRY_EVENTS, *OTHER_EVENTS)
    if event.audience in {Audience.CUSTOMER, Audience.BOTH}
}
PRIVATE_FIELDS = {"seq", "stint_id", "agent_id", "note", "summary", "variables", "trace", "holder_id"}
# Engine.IO's own packets (open, ping, pong, noop), and the ways into and out of the customer's namespace.
_OF_THE_LINE = re.compile(r"[0236]|4[014]/customer")
_FRAME = re.compile(r"4[23]/customer,\d*(\[.*)", re.DOTALL)
_SHORTEST = 6

_PRIVATE_WORDS = """
    SELECT data FROM entries WHERE public_seq IS NULL
    UNION ALL SELECT json_array(note, reason, summary, edited) FROM handoffs
    UNION ALL SELECT json_array(value) FROM variables
"""


@dataclass
class Ear:
    """What the customers' pages of one test were sent. `heard` is JSON values, `strange` what is no packet of theirs."""

    heard: list[Any] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    _reading: set[asyncio.Task[None]] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        """Hear what this page gets, before it is loaded."""
        page.on("websocket", self._socket)
        page.on("response", self._response)

    async def leaks(self, file: Path) -> list[str]:
        """Return what no customer may get, by the events, the fields, and the words of the store in `file`."""
        await asyncio.gather(*self._reading)
        secret, public = _words(file)
        texts = [text for said in self.heard for text in _strings(said)]
        words = {
            word
            for word in secret
            if any(word in text for text in texts) and not any(word in of for of in public)
        }
        return [
            *self.strange,
            *(f"a private word: {word}" for word in sorted(words)),
            *(f"a private field: {key}" for key in sorted(PRIVATE_FIELDS & set(_keys(self.heard)))),
        ]

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.packet(str(frame)))

    def packet(self, frame: str) -> None:
        """Keep one Engine.IO packet."""
        found = _FRAME.fullmatch(frame)
        if found is None:
            if not _OF_THE_LINE.match(frame):
                self.strange.append(f"no packet of a customer's: {frame[:200]}")
            return
        said = json.loads(found.group(1))
        self.heard.append(said)
        if frame.startswith("42") and said[0] not in PUBLIC:
            self.strange.append(f"no event of a customer's: {said[0]}")

    def _response(self, response: Response) -> None:
        if "/api/v1/" in response.url and "json" in response.headers.get("content-type", ""):
            task = asyncio.get_running_loop().create_task(self._answer(response))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _answer(self, response: Response) -> None:
        with contextlib.suppress(Error):  # the page has gone on, and its answers with it
            self.heard.append(json.loads(await response.text()))


def _words(file: Path) -> tuple[set[str], list[str]]:
    """Return the words that only agents read, and all texts that customers may."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        secret = {
            text
            for (data,) in store.execute(_PRIVATE_WORDS)
            for text in _strings(json.loads(data))
            if len(text) >= _SHORTEST and " " in text
        }
        public = [
            text
            for (data,) in store.execute("SELECT data FROM entries WHERE public_seq IS NOT NULL")
            for text in _strings(json.loads(data))
        ]
    return secret, public


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        # What the store keeps as JSON within JSON counts by its words too.
        inner = _parsed(value)
        if inner is None:
            yield value
        else:
            yield from _strings(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _parsed(text: str) -> Any:
    if text[:1] not in {"{", "["}:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)
