"""A customer's client: open a chat, say things, read the one public order of what happened."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Literal

import structlog

from batonpass.client.connection import Backoff, Connection, Timing
from batonpass.client.entry import ENTRY_NAMES, Entry, Feed, Signal, as_content, read_entry
from batonpass.client.errors import Refused, Stopped
from batonpass.client.serial import Serial, job
from batonpass.client.timelines import Timelines
from batonpass.ids import new_id
from batonpass.protocol.base import CUSTOMER, ClientEvent
from batonpass.protocol.care import (
    ContactKept,
    ContactLeave,
    CsatAsked,
    CsatGive,
    CustomerReceipt,
    QuestionInfo,
    Transcript,
    TranscriptGet,
)
from batonpass.protocol.content import Content
from batonpass.protocol.customer import (
    BotRequest,
    ConversationEnd,
    ConversationStart,
    CustomerRead,
    CustomerSend,
    CustomerSent,
    CustomerTyping,
    Done,
    HandoffAsked,
    HumanRequest,
    Started,
)
from batonpass.protocol.events import (
    AgentAdded,
    AgentRemoved,
    ConversationClosed,
    CustomerSnapshot,
    QueuePosition,
)
from batonpass.protocol.shapes import AgentRef, BackTo, Wait

log = structlog.get_logger(__name__)

SESSIONS = "/api/v1/customer-sessions"


class CustomerClient:
    """A customer with one chat at a time.

    Without a token it gets an anonymous session first; keep `token` to come back as the same customer. Sends
    are resent until acknowledged, in order. `entries` grows in the order of `public_seq`, each entry once. While it
    waits, `position` is its place and `wait` a range, if one is known; `back_to` is the bot that it may go back to
    (`ask_for_bot`). `questions` are those about people's parts, by id.
    """

    def __init__(
        self, url: str, token: str | None = None, *, timing: Timing | None = None, path: str = "socket.io"
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self.customer_id: str | None = None
        self.conversation_id: str | None = None
        self.status = "none"
        self.holder: AgentRef | None = None
        self.position: int | None = None
        self.wait: Wait | None = None
        self.back_to: str | None = None
        self.questions: dict[str, QuestionInfo] = {}
        self.entries = Feed()
        self.changed = Signal()
        self._timing = timing or Timing()
        self._path = path
        self._feeds: dict[str, Feed] = {}
        self._handlers: dict[str, list[Callable[..., Any]]] = {}
        self._serial = Serial("customer")
        self._connection: Connection | None = None
        self._timelines: Timelines | None = None

    async def __aenter__(self) -> "CustomerClient":
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def __aiter__(self) -> AsyncIterator[Entry]:
        async for entry in self.entries:
            yield entry

    # ---------------------------------------------------------------------------------- coming and going

    @property
    def connection(self) -> Connection:
        """The connection under it. Raises Stopped before `connect`."""
        if self._connection is None:
            raise Stopped("the client is not connected: call connect() first")
        return self._connection

    @property
    def timelines(self) -> Timelines:
        """The streams under it. Raises Stopped before `connect`."""
        if self._timelines is None:
            raise Stopped("the client is not connected: call connect() first")
        return self._timelines

    async def connect(self) -> None:
        """Get a session if there is none, and connect. Waits for a server that is not up yet."""
        if self._connection is not None:
            return
        if self.token is None:
            self.token, self.customer_id = await new_session(self.url, self._timing)
        self._connection = Connection(
            self.url,
            CUSTOMER,
            {"token": self.token},
            on_snapshot=self._on_snapshot,
            on_event=self._on_event,
            timing=self._timing,
            path=self._path,
        )
        self._timelines = Timelines(self._connection, _read, self._deliver)
        await self._connection.start()

    async def close(self) -> None:
        """Disconnect. The chat stays open on the server."""
        if self._connection is not None:
            await self._connection.stop()
        if self._timelines is not None:
            self._timelines.close_all()
        for feed in self._feeds.values():
            feed.close()
        await self._serial.stop()

    # ---------------------------------------------------------------------------------- what a customer says

    async def start(
        self, context: Mapping[str, str] | None = None, *, locale: str = "", client_id: str | None = None
    ) -> Started:
        """Open a chat, or get the open one again. `context` is what the page knows (up to 100 variables)."""
        await self.connect()
        what = ConversationStart(client_id=client_id or new_id(), context=dict(context or {}), locale=locale)
        started = await self.connection.call(what, Started, lane="start")
        self._choose(started.conversation_id)
        # An entry may have come before the acknowledgement, and it knows better.
        if not len(self.entries):
            self.status, self.position, self.wait = started.status, started.position, started.wait
            self.back_to = _name(started.back_to)
        self._know(started.conversation_id, started.head)
        return started

    async def send(self, said: str | Content, *, client_id: str | None = None) -> CustomerSent:
        """Say something; returns when it is stored. Raises Refused (`conversation_closed`, ...)."""
        conversation_id = self._current()
        what = CustomerSend(
            conversation_id=conversation_id, client_id=client_id or new_id(), content=as_content(said)
        )
        sent = await self.connection.call(what, CustomerSent, lane=conversation_id)
        feed = self._follow(conversation_id)
        if sent.public_seq > len(feed):
            feed.open()  # what is stored behind an end has opened the chat again
        self._know(conversation_id, sent.public_seq)
        return sent

    async def ask_for_human(self, reason: str = "", *, client_id: str | None = None) -> HandoffAsked:
        """Ask for a person. Asking twice is one request (the answer is then `already`)."""
        conversation_id = self._current()
        what = HumanRequest(conversation_id=conversation_id, client_id=client_id or new_id(), reason=reason)
        return await self.connection.call(what, HandoffAsked, lane=conversation_id)

    async def ask_for_bot(self, *, client_id: str | None = None) -> HandoffAsked:
        """Go back to the bot instead of waiting. Raises Refused (`unavailable`): nobody waits, or no bot can."""
        conversation_id = self._current()
        what = BotRequest(conversation_id=conversation_id, client_id=client_id or new_id())
        return await self.connection.call(what, HandoffAsked, lane=conversation_id)

    async def end(self) -> None:
        """End the chat."""
        conversation_id = self._current()
        what = ConversationEnd(conversation_id=conversation_id)
        await self.connection.call(what, Done, lane=conversation_id)

    async def leave_contact(
        self, message: str, *, email: str = "", phone: str = "", name: str = "", client_id: str | None = None
    ) -> ContactKept:
        """Nobody is there: leave an address. The chat closes. Raises Refused (`somebody_is_here`, ...)."""
        what = ContactLeave(
            conversation_id=self._current(),
            client_id=client_id or new_id(),
            message=message,
            email=email,
            phone=phone,
            name=name,
        )
        return await self.connection.call(what, ContactKept, lane=what.conversation_id)

    async def give_score(self, question_id: str, score: int, comment: str = "") -> None:
        """Answer one of `questions`: 1 to 5, once. Raises Refused (`already_given`, `too_late`)."""
        what = CsatGive(question_id=question_id, score=score, comment=comment)
        await self.connection.call(what, Done)
        self.questions.pop(question_id, None)

    async def seen(self, read: int, delivered: int = 0) -> None:
        """Say up to which `public_seq` the chat was seen, and how far it has come."""
        what = CustomerReceipt(conversation_id=self._current(), read=read, delivered=delivered)
        await self.connection.call(what, Done)

    async def transcript(self, format: Literal["text", "json"] = "text", after: int = 0) -> Transcript:  # noqa: A002
        """The chat to keep, from a number on; what does not fit is read with `after=transcript.upto`."""
        what = TranscriptGet(conversation_id=self._current(), format=format, after=after)
        return await self.connection.call(what, Transcript)

    async def typing(self, on: bool = True) -> None:
        """Say that the customer writes. Sent once; a lost one is no loss."""
        what = CustomerTyping(conversation_id=self._current(), on=on)
        await self.connection.hint(what)

    # ------------------------------------------------------------------------------------- what it hears

    def on(self, event: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a handler of one server event, called with the envelope; `*` is every event."""

        def keep(handler: Callable[..., Any]) -> Callable[..., Any]:
            self._handlers.setdefault(event, []).append(handler)
            return handler

        return keep

    def on_entry(self, handler: Callable[[Entry], Any]) -> Callable[[Entry], Any]:
        """Decorate a handler that gets each entry once, in order."""
        self._handlers.setdefault("entry", []).append(handler)
        return handler

    async def find(self, wanted: Callable[[Entry], bool], timeout: float | None = None) -> Entry:
        """Return the first entry of the current chat that is `wanted`, waiting for it up to `timeout` s."""
        return await self.entries.find(wanted, timeout)

    def _current(self) -> str:
        if self.conversation_id is None:
            raise Refused("not_found", "no chat is open: call start() first")
        return self.conversation_id

    def _choose(self, conversation_id: str) -> None:
        if self.conversation_id != conversation_id:
            self.conversation_id = conversation_id
            self.holder = None
            self.entries = self._follow(conversation_id)
            for entry in self.entries:
                self._apply(entry)

    def _follow(self, conversation_id: str) -> Feed:
        """Every conversation the server shows us is ours: follow it from its first entry."""
        if conversation_id not in self._feeds:
            self._feeds[conversation_id] = Feed()
            self.timelines.open(conversation_id)
        return self._feeds[conversation_id]

    def _know(self, conversation_id: str, head: int) -> None:
        self._follow(conversation_id)
        self.timelines.know(conversation_id, head)

    def _on_snapshot(self, data: dict[str, Any]) -> None:
        snapshot = CustomerSnapshot.model_validate(data, extra="ignore")
        self.customer_id = snapshot.customer_id
        shown = {found.conversation_id: found for found in snapshot.conversations}
        for found in snapshot.conversations:
            # Old chats stay where they are; one that closed while we were away is read to its end.
            if found.status != "closed" or found.conversation_id in self._feeds:
                self._know(found.conversation_id, found.head)
        for conversation_id, feed in self._feeds.items():
            # One the snapshot leaves out may have closed while we were away.
            if not feed.closed and (conversation_id not in shown or self.timelines.missing(conversation_id)):
                self.timelines.catch_up(conversation_id)
        if self.conversation_id is None and self._feeds:
            self._choose(next(iter(self._feeds)))
        if current := shown.get(self.conversation_id or ""):
            self.status, self.holder, self.position = current.status, current.holder, current.position
            self.wait, self.back_to = current.wait, _name(current.back_to)
        self.questions = {asked.question_id: asked for asked in snapshot.questions}
        self.changed.fire()

    def _on_event(self, event: str, envelope: dict[str, Any]) -> None:
        if event in ENTRY_NAMES:
            entry = read_entry(event, envelope, "public_seq")
            if entry is not None:
                self._follow(entry.conversation_id)
                self.timelines.take(entry)
        elif event == QueuePosition.event and envelope.get("conversation_id") == self.conversation_id:
            told = QueuePosition.model_validate(envelope.get("data"), extra="ignore")
            self.position, self.wait, self.back_to = told.position, told.wait, _name(told.back_to)
        elif event == CsatAsked.event:
            asked = CsatAsked.model_validate(envelope.get("data"), extra="ignore").question
            self.questions[asked.question_id] = asked
        self.changed.fire()
        for name in (event, "*"):
            for handler in self._handlers.get(name, ()):
                self._serial.post("events", job(handler, envelope))

    def _deliver(self, entry: Entry) -> None:
        if entry.conversation_id == self.conversation_id:
            self._apply(entry)
        feed = self._feeds[entry.conversation_id]
        feed.add(entry)
        for handler in self._handlers.get("entry", ()):
            self._serial.post("entries", job(handler, entry))
        if entry.event == ConversationClosed.event:
            feed.close()
        else:
            feed.open()  # what follows an end has opened the chat again
        self.changed.fire()

    def _apply(self, entry: Entry) -> None:
        """Follow the baton: one public entry tells of each change of holder (law 1)."""
        if entry.event == ConversationClosed.event:
            self.status, self.holder, self.position, self.back_to = "closed", None, None, None
        elif entry.data.get("role") != "holder":
            self.status = _WAITS.get(_code_of(entry), self.status)
        elif entry.event == AgentAdded.event:
            self.holder = AgentRef.model_validate(entry.data.get("agent"), extra="ignore")
            self.status, self.position, self.back_to = "active", None, None
        elif entry.event == AgentRemoved.event:
            self.status, self.holder = _PARKED.get(_code_of(entry), "open"), None


Status = Literal["open", "active", "held", "closed"]
_PARKED: dict[str, Status] = {"on_hold": "held", "on_hold_silent": "held"}
_WAITS: dict[str, Status] = {"hold_over": "open", "reopened": "open"}


def _name(bot: BackTo | None) -> str | None:
    return bot.name if bot else None


def _code_of(entry: Entry) -> str:
    """The code of the notice that an entry carries, or nothing."""
    return str((entry.data.get("notice") or {}).get("code", ""))


def _read(conversation_id: str, after: int) -> ClientEvent:
    return CustomerRead(conversation_id=conversation_id, after=after)


async def new_session(url: str, timing: Timing | None = None) -> tuple[str, str]:
    """Get an anonymous customer session: `(token, customer_id)`. Waits for a server that is not up yet.

    Raises Refused when the server answers with a client error other than 429.
    """
    import aiohttp

    timing = timing or Timing()
    backoff = Backoff(timing.backoff_first, timing.backoff_most)
    patience = aiohttp.ClientTimeout(total=timing.connect)
    async with aiohttp.ClientSession(timeout=patience) as http:
        while True:
            try:
                async with http.post(url.rstrip("/") + SESSIONS, json={}) as answer:
                    if answer.status == 201:
                        body = await answer.json()
                        return str(body["token"]), str(body["customer_id"])
                    if answer.status < 500 and answer.status != 429:
                        raise Refused(await _code(answer), f"status {answer.status}")
            except (aiohttp.ClientError, TimeoutError) as error:
                log.debug("no_session_yet", error=type(error).__name__)
            await asyncio.sleep(backoff.pause())


async def _code(answer: Any) -> str:
    try:
        body = await answer.json(content_type=None)
        return str(body.get("code", "refused"))
    except ValueError:
        return "refused"
