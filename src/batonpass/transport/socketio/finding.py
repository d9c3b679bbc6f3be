"""`/agent`, what a desk asks: where a chat can go, lists, search, a customer's history."""

from batonpass.app import destinations, listing, searching
from batonpass.app.switchboard import Switchboard
from batonpass.protocol import finding as wire
from batonpass.protocol.base import ClientEvent, dump
from batonpass.transport import finding
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Handler, Reply


class FindDoor:
    """Handlers of these events. A connection's session is its agent id."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def handlers(self) -> list[tuple[type[ClientEvent], Handler]]:
        return [
            (wire.TargetList, self.targets),
            (wire.ConversationsList, self.lists),
            (wire.ConversationSearch, self.search),
            (wire.CustomerHistory, self.history),
        ]

    async def targets(self, conn: Connection, said: wire.TargetList) -> Reply:
        asked = finding.ask(conn.session, said)
        async with conn.turn():
            found = await self._board.read(destinations.destinations, self._board.env, asked)
        return Reply(dump(finding.targets(found)))

    async def lists(self, conn: Connection, said: wire.ConversationsList) -> Reply:
        asked = finding.lists(conn.session, said)
        async with conn.turn():
            found = await self._board.read(listing.rows, self._board.env, asked)
        return Reply(dump(finding.listed(said, found)))

    async def search(self, conn: Connection, said: wire.ConversationSearch) -> Reply:
        asked = finding.search(conn.session, said)
        async with conn.turn():
            found = await self._board.read(searching.search, self._board.env, asked)
        return Reply(dump(finding.found_rows(found)))

    async def history(self, conn: Connection, said: wire.CustomerHistory) -> Reply:
        asked = finding.history(conn.session, said)
        async with conn.turn():
            found = await self._board.read(listing.history, self._board.env, asked)
        return Reply(dump(finding.found_rows(found)))
