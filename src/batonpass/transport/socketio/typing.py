"""Who is writing: a hint that is never stored. It expires by itself, and ends with what was written, with a leave, a
pass, and the connection that said so."""

from dataclasses import dataclass

from batonpass.app import views
from batonpass.app.ports import Store
from batonpass.domain.conversation import ActorType, EntryKind
from batonpass.domain.events import EntriesWritten
from batonpass.protocol import events
from batonpass.protocol.base import AGENT, CUSTOMER, dump, wire_time
from batonpass.transport.socketio import shapes
from batonpass.transport.socketio.engine import Server

EXPIRES_MS = 6_000

_Key = tuple[str, str | None]
"""A conversation, and the agent who writes there; None is its customer."""


@dataclass(frozen=True, slots=True)
class _Hint:
    """Who writes, by which connection, who was told, and until when it counts by the loop's clock."""

    sid: str
    heard: views.Hearers
    until: float


class TypingHints:
    """Passes typing hints on to those who may hear them, and takes them back."""

    def __init__(self, server: Server, store: Store) -> None:
        self._server = server
        self._store = store
        self._on: dict[_Key, _Hint] = {}

    async def customer(self, sid: str, customer_id: str, conversation_id: str, *, on: bool) -> None:
        """Tell the agents in the conversation. Raises NotFound."""
        heard = await self._store.read(views.hearers, conversation_id, customer_id=customer_id)
        self._set((conversation_id, None), sid, heard, on=on)

    async def agent(self, sid: str, agent_id: str, conversation_id: str, stint_id: str, *, on: bool) -> None:
        """Tell the customer and the other agents, if this one may speak. Raises NotFound."""
        heard = await self._store.read(views.hearers, conversation_id, agent_id=agent_id, stint_id=stint_id)
        self._set((conversation_id, agent_id), sid, heard, on=on)

    def note(self, written: EntriesWritten) -> None:
        """Take back the hints of those who have said it, or are gone: none outlives what it announced."""
        if not self._on:
            return
        for entry in written.entries:
            if entry.kind in (EntryKind.MESSAGE, EntryKind.REMOVED):
                by_customer = entry.actor.type is ActorType.CUSTOMER
                self._clear((written.conversation_id, None if by_customer else entry.actor.id))
            elif entry.kind is EntryKind.CLOSED:
                self._clear((written.conversation_id, None))

    def gone(self, sid: str) -> None:
        """A connection has ended: nobody writes there any more."""
        for key in [key for key, hint in self._on.items() if hint.sid == sid]:
            self._clear(key)

    def _set(self, key: _Key, sid: str, heard: views.Hearers, *, on: bool) -> None:
        now = self._server.now()
        # In the order in which they end, so that this looks at no more than have ended.
        while self._on and self._on[oldest := next(iter(self._on))].until <= now:
            del self._on[oldest]
        self._on.pop(key, None)
        if on:
            self._on[key] = _Hint(sid, heard, now + EXPIRES_MS / 1000)
        self._tell(key, heard, on=on)

    def _clear(self, key: _Key) -> None:
        hint = self._on.pop(key, None)
        if hint is not None and hint.until > self._server.now():
            self._tell(key, hint.heard, on=False)

    def _tell(self, key: _Key, heard: views.Hearers, *, on: bool) -> None:
        conversation_id, agent_id = key
        actor = {"type": "customer", "name": ""}
        if agent_id is not None:
            actor = {"type": "bot" if heard.bot else "person", "name": heard.name}
            public = self._named(heard, conversation_id, actor, on=on)
            self._server.push(CUSTOMER, f"customer:{heard.customer_id}", *public)
            actor["id"] = agent_id
        named = self._named(heard, conversation_id, actor, on=on)
        for other in heard.agents:
            self._server.push(AGENT, f"agent:{other}", *named)

    def _named(
        self, heard: views.Hearers, conversation_id: str, actor: dict[str, str], *, on: bool
    ) -> shapes.Named:
        state = "on" if on else "off"
        body = {
            "event_id": f"typing:{conversation_id}:{actor.get('id', actor['type'])}:{heard.now}:{state}",
            "conversation_id": conversation_id,
            "at": wire_time(heard.now),
            "actor": actor,
            "data": dump(events.TypingUpdated(on=on, expires_ms=EXPIRES_MS)),
        }
        return events.TypingUpdated.event, body
