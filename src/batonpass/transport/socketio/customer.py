"""`/customer`: from wire to use case and back."""

import asyncio
from functools import partial
from typing import Any

import structlog

from batonpass.app import customer_presence, customers, going_back, handoffs, reopening, summaries, views
from batonpass.app.handoffs import Asked
from batonpass.app.ports import Tx
from batonpass.app.summaries import Storyteller
from batonpass.app.switchboard import Switchboard
from batonpass.domain.conversation import Entry
from batonpass.domain.errors import StoreUnavailable
from batonpass.domain.rules import Rules
from batonpass.protocol import customer as wire
from batonpass.protocol import events, projection
from batonpass.protocol.base import CUSTOMER, dump, wire_time
from batonpass.protocol.shapes import Answer
from batonpass.transport import commands
from batonpass.transport.auth import Matrix, token_of, who_has
from batonpass.transport.socketio import care, shapes
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Dispatcher, Limits, Reply
from batonpass.transport.socketio.refusal import Refusal
from batonpass.transport.socketio.typing import TypingHints

log = structlog.get_logger(__name__)

RETRY_S = 0.5


class CustomerDoor:
    """Handlers of the customer's events. A connection's session is its customer id."""

    def __init__(self, board: Switchboard, storyteller: Storyteller, hints: TypingHints) -> None:
        self._board = board
        self._storyteller = storyteller
        self._hints = hints

    def mount(self, dispatcher: Dispatcher, limits: Limits) -> None:
        """Open the namespace."""
        door = dispatcher.namespace(
            CUSTOMER,
            on_connect=self.connect,
            on_disconnect=self.disconnect,
            lanes=False,
            limits=limits,
            guard=Matrix(),
        )
        door.on(wire.ConversationStart.event, self.start, model=wire.ConversationStart)
        door.on(wire.CustomerSend.event, self.send, model=wire.CustomerSend)
        door.on(wire.HumanRequest.event, self.human, model=wire.HumanRequest)
        door.on(wire.BotRequest.event, self.bot, model=wire.BotRequest)
        door.on(wire.ConversationEnd.event, self.end, model=wire.ConversationEnd)
        door.on(wire.CustomerRead.event, self.read, model=wire.CustomerRead)
        door.on(wire.CustomerTyping.event, self.typing, model=wire.CustomerTyping)
        for model, handler in care.CustomerCare(self._board).handlers():
            door.on(model.event, handler, model=model)

    async def connect(self, conn: Connection, auth: dict[str, Any] | None) -> Any:
        token = token_of(auth)
        who = await self._board.read(who_has, token) if token else None
        if who is None or who.customer_id is None:
            raise Refusal("bad_token", "This token is missing, unknown or withdrawn.")
        conn.who, conn.session = who, who.customer_id
        conn.enter(f"customer:{conn.session}")
        await self._board.do_and_push(
            customer_presence.customer_here, customer_presence.Here(conn.sid, conn.session)
        )
        return partial(self._snapshot, conn)

    async def _snapshot(self, conn: Connection) -> None:
        found = await self._board.read(snapshot_of, self._board.env.rules, conn.session)
        conn.emit(*found)

    async def disconnect(self, conn: Connection, reason: str) -> None:
        """Nobody writes there any more. Forget the connection, however long the store takes: else its customer would
        count as here.
        """
        self._hints.gone(conn.sid)
        while not conn.server.eio.stopping:
            try:
                gone = customer_presence.Gone(conn.sid)
                await self._board.do_and_push(customer_presence.customer_gone, gone)
                return
            except StoreUnavailable as error:
                log.warning("disconnect_delayed", code=error.code)
                await asyncio.sleep(RETRY_S)

    async def start(self, conn: Connection, said: wire.ConversationStart) -> Reply:
        done = await self._board.do(customers.start_chat, commands.start(conn.session, said))
        return Reply(started_shape(done.reply, self._board.env.rules), done.push)

    async def send(self, conn: Connection, said: wire.CustomerSend) -> Reply:
        command = commands.customer_send(conn.session, said)
        done = await reopening.customer_writes(self._board, self._storyteller, command)
        entry: Entry = done.reply
        ack = {"message_id": entry.id, "public_seq": entry.public_seq, "at": wire_time(entry.at)}
        return Reply(ack, done.push)

    async def human(self, conn: Connection, said: wire.HumanRequest) -> Reply:
        summary = await self._own_summary(conn, said)
        done = await self._board.do(handoffs.ask_for_human, commands.human(conn.session, said, summary))
        return Reply(asked_shape(done.reply), done.push)

    async def bot(self, conn: Connection, said: wire.BotRequest) -> Reply:
        done = await self._board.do(going_back.ask_for_bot, commands.bot(conn.session, said))
        return Reply(asked_shape(done.reply), done.push)

    async def _own_summary(self, conn: Connection, said: wire.HumanRequest) -> dict[str, Any] | None:
        """None when the wish changes nothing: a person holds or is sought, or it was sent before."""
        look = (conn.session, said.conversation_id, said.client_id)
        if not await self._board.read(summaries.customer_needs_one, *look):
            return None
        return await self._storyteller.summary(said.conversation_id, purpose="transfer", reason=said.reason)

    async def end(self, conn: Connection, said: wire.ConversationEnd) -> Reply:
        done = await self._board.do(customers.end_chat, commands.end(conn.session, said))
        return Reply({}, done.push)

    async def read(self, conn: Connection, said: wire.CustomerRead) -> Reply:
        async with conn.turn():
            page = await self._board.read(
                views.customer_page, conn.session, said.conversation_id, said.after, said.limit
            )
            for entry in page.entries:
                named = projection.for_customer(entry)
                if named is not None:
                    conn.emit(*named)
        upto = page.entries[-1].public_seq or 0 if page.entries else min(said.after, page.head)
        return Reply({"head": page.head, "upto": upto, "more": upto < page.head})

    async def typing(self, conn: Connection, said: wire.CustomerTyping) -> Reply:
        await self._hints.customer(conn.sid, conn.session, said.conversation_id, on=said.on)
        return Reply()


def started_shape(started: customers.Started, rules: Rules) -> dict[str, Any]:
    """A start's acknowledgement."""
    conversation = started.conversation
    reply = wire.Started(
        conversation_id=conversation.id,
        created=started.created,
        status=conversation.status.value,
        head=conversation.public_seq,
        position=started.place.position if started.place else None,
        wait=shapes.wait(started.place.wait) if started.place else None,
        back_to=shapes.back_to(started.place),
        contacts=rules.care_of(conversation.queue_id).contacts,
        reopen_s=rules.life_of(conversation.queue_id).reopen_ms // 1000,
    )
    return dump(reply)


_ANSWERS = ("queued", "offered", "accepted", "completed")


def asked_shape(asked: Asked) -> dict[str, Any]:
    """A hand-off request's acknowledgement."""
    state = str(asked.handoff.state)
    kind = "already" if asked.already else state if state in _ANSWERS else "queued"
    answer = Answer(type=kind, position=asked.position, warning=asked.warning, wait=shapes.wait(asked.wait))
    return {"handoff_id": asked.handoff.id, "answer": dump(answer)}


def snapshot_of(tx: Tx, rules: Rules, customer_id: str) -> shapes.Named:
    """The customer's latest chats."""
    found = [
        shapes.customer_conversation(view, rules) for view in views.customer_snapshot(tx, rules, customer_id)
    ]
    snapshot = events.CustomerSnapshot(
        customer_id=customer_id, conversations=found, questions=care.open_surveys(tx, customer_id)
    )
    return shapes.envelope(snapshot, event_id=f"snapshot:{customer_id}:{tx.now}", now=tx.now)
