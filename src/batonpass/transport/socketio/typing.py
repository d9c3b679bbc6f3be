"""Who is writing: a hint that is never stored and expires by itself."""

from batonpass.app import views
from batonpass.app.ports import Store
from batonpass.protocol import events
from batonpass.protocol.base import AGENT, CUSTOMER, dump, wire_time
from batonpass.transport.socketio import shapes
from batonpass.transport.socketio.engine import Server

EXPIRES_MS = 6_000


class TypingHints:
    """Passes typing hints on to those who may hear them."""

    def __init__(self, server: Server, store: Store) -> None:
        self._server = server
        self._store = store

    async def customer(self, customer_id: str, conversation_id: str, *, on: bool) -> None:
        """Tell the agents in the conversation. Raises NotFound."""
        heard = await self._store.read(views.hearers, conversation_id, customer_id=customer_id)
        named = self._named(heard, conversation_id, {"type": "customer", "name": ""}, on=on)
        for agent_id in heard.agents:
            self._server.push(AGENT, f"agent:{agent_id}", *named)

    async def agent(self, agent_id: str, conversation_id: str, stint_id: str, *, on: bool) -> None:
        """Tell the customer and the other agents, if this one may speak. Raises NotFound."""
        heard = await self._store.read(views.hearers, conversation_id, agent_id=agent_id, stint_id=stint_id)
        actor = {"type": "bot" if heard.bot else "person", "name": heard.name}
        public = self._named(heard, conversation_id, actor, on=on)
        self._server.push(CUSTOMER, f"customer:{heard.customer_id}", *public)
        named = self._named(heard, conversation_id, actor | {"id": agent_id}, on=on)
        for other in heard.agents:
            self._server.push(AGENT, f"agent:{other}", *named)

    def _named(
        self, heard: views.Hearers, conversation_id: str, actor: dict[str, str], *, on: bool
    ) -> shapes.Named:
        body = {
            "event_id": f"typing:{conversation_id}:{actor.get('id', actor['type'])}:{heard.now}",
            "conversation_id": conversation_id,
            "at": wire_time(heard.now),
            "actor": actor,
            "data": dump(events.TypingUpdated(on=on, expires_ms=EXPIRES_MS)),
        }
        return events.TypingUpdated.event, body
