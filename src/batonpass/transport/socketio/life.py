"""`/agent`, the course of a chat: hold, resume, pick up, and a queue's list."""

from typing import Any

from batonpass.app import holds, taking, views
from batonpass.app.ports import Tx
from batonpass.app.summaries import Storyteller
from batonpass.app.switchboard import Switchboard
from batonpass.domain import events as e
from batonpass.domain.conversation import Stint
from batonpass.domain.hold import Hold
from batonpass.protocol import holds as wire
from batonpass.protocol.base import ClientEvent, dump
from batonpass.transport import commands
from batonpass.transport.socketio import shapes
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Handler, Reply


class LifeDoor:
    """Handlers of these events. A connection's session is its agent id."""

    def __init__(self, board: Switchboard, storyteller: Storyteller) -> None:
        self._board = board
        self._storyteller = storyteller

    def handlers(self) -> list[tuple[type[ClientEvent], Handler]]:
        return [
            (wire.ConversationHold, self.hold),
            (wire.ConversationResume, self.pick_up),
            (wire.ConversationPickUp, self.pick_up),
            (wire.QueueList, self.queue),
        ]

    async def hold(self, conn: Connection, said: wire.ConversationHold) -> Reply:
        await self._board.read(views.readable, conn.session, said.conversation_id)
        summary = await self._storyteller.summary(
            said.conversation_id, purpose="transfer", reason=said.reason
        )
        done = await self._board.do(holds.put_on_hold, commands.hold(conn.session, said, summary))
        made: Hold = done.reply
        return Reply(
            {"hold": dump(shapes.hold_info(await self._board.read(views.hold_view, made)))}, done.push
        )

    async def pick_up(
        self, conn: Connection, said: wire.ConversationPickUp | wire.ConversationResume
    ) -> Reply:
        done = await self._board.do(taking.pick_up, commands.pick_up(conn.session, said))
        stint: Stint = done.reply
        return Reply({"stint_id": stint.id, "conversation_id": stint.conversation_id}, done.push)

    async def queue(self, conn: Connection, said: wire.QueueList) -> Reply:
        async with conn.turn():
            found, more = await self._board.read(views.waiting_in, conn.session, said.queue_id, said.limit)
        return Reply(dump(wire.QueueListed(waiting=[shapes.waiting_info(view) for view in found], more=more)))


def hold_changed(tx: Tx, effect: e.HoldChanged) -> list[tuple[str, shapes.Named]]:
    """Which agent hears what of a hold that began or ended."""
    hold = tx.hold(effect.hold_id)
    if hold is None:
        return []
    event: Any = (
        wire.HoldStarted(hold=shapes.hold_info(views.hold_view(tx, hold)))
        if hold.ended_by is None
        else wire.HoldEnded(hold_id=hold.id, how=hold.ended_by)
    )
    named = shapes.envelope(
        event,
        event_id=f"{hold.id}:{'started' if hold.ended_by is None else 'ended'}",
        now=tx.now,
        conversation_id=hold.conversation_id,
    )
    return [(agent_id, named) for agent_id in views.hears_of(tx, hold)]
