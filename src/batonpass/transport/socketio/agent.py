"""`/agent`: bots and representatives alike, from wire to use case and back."""

import asyncio
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog

from batonpass.app import (
    answers,
    explaining,
    going,
    handoffs,
    marks,
    messages,
    notes,
    policy,
    presence,
    views,
)
from batonpass.app.late_summaries import LateSummaries, Told
from batonpass.app.messages import own_stint
from batonpass.app.ports import Tx
from batonpass.app.presence import ReadyReply
from batonpass.app.summaries import Storyteller
from batonpass.app.switchboard import Done, Switchboard
from batonpass.domain.conversation import Entry, Stint, Turn
from batonpass.domain.errors import BatonpassError, StoreUnavailable
from batonpass.domain.handoff import Handoff
from batonpass.domain.rules import Rules
from batonpass.plugin_api import Purpose, summary_to_dict
from batonpass.protocol import agent as wire
from batonpass.protocol import events, projection
from batonpass.protocol.base import AGENT, ClientEvent, dump, wire_time
from batonpass.protocol.shapes import SummaryShape
from batonpass.transport import commands, finding
from batonpass.transport.auth import Matrix, token_at, who_has
from batonpass.transport.socketio import shapes
from batonpass.transport.socketio.care import AgentCare
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.customer import asked_shape
from batonpass.transport.socketio.dispatch import Dispatcher, Handler, Limits, Reply
from batonpass.transport.socketio.finding import FindDoor
from batonpass.transport.socketio.life import LifeDoor
from batonpass.transport.socketio.packets import Frame, event_frame
from batonpass.transport.socketio.publisher import SocketPublisher
from batonpass.transport.socketio.refusal import Refusal
from batonpass.transport.socketio.typing import TypingHints

log = structlog.get_logger(__name__)

RETRY_S = 0.5


class AgentDoor:
    """Handlers of the agents' events. A connection's session is its agent id."""

    def __init__(
        self,
        board: Switchboard,
        publisher: SocketPublisher,
        storyteller: Storyteller,
        late: LateSummaries,
        hints: TypingHints,
    ) -> None:
        self._board = board
        self._publisher = publisher
        self._storyteller = storyteller
        self._late = late
        self._hints = hints

    def mount(self, dispatcher: Dispatcher, limits: Limits) -> None:
        """Open the namespace."""
        door = dispatcher.namespace(
            AGENT, on_connect=self.connect, on_disconnect=self.disconnect, limits=limits, guard=Matrix()
        )
        handlers: list[tuple[type[ClientEvent], Handler]] = [
            (wire.PresenceSet, self.presence),
            (wire.OfferAccept, self.accept),
            (wire.OfferDecline, self.decline),
            (wire.StintReady, self.ready),
            (wire.AgentSend, self.send),
            (wire.NoteAdd, self.note),
            (wire.NoteEdit, self.edit_note),
            (wire.NoteSearch, self.search_notes),
            (wire.MessageMark, self.mark),
            (wire.SummaryFlag, self.flag),
            (wire.TurnDone, self.turn_done),
            (wire.TurnWorking, self.turn_working),
            (wire.WhisperSend, self.whisper),
            (wire.HandoffRequest, self.hand_off),
            (wire.HandoffComplete, self.complete),
            (wire.HandoffCancel, self.cancel),
            (wire.ConversationLeave, self.leave),
            (wire.ParticipantRemove, self.remove),
            (wire.SummaryPreview, self.preview),
            (wire.AvailabilityAsk, self.availability),
            (wire.ContextSet, self.context),
            (wire.ConversationResolve, self.resolve),
            (wire.WrapUpFinish, self.finish),
            (wire.AgentRead, self.read),
            (wire.AgentTyping, self.typing),
            (wire.ConversationDetails, self.details),
            *LifeDoor(self._board, self._storyteller).handlers(),
            *AgentCare(self._board).handlers(),
            *FindDoor(self._board).handlers(),
        ]
        for model, handler in handlers:
            door.on(model.event, handler, model=model, key=_lane)

    async def connect(self, conn: Connection, auth: dict[str, Any] | None) -> Any:
        token = token_at(conn, auth)
        who = await self._board.read(who_has, token) if token else None
        if who is None or who.agent_id is None:
            raise Refusal("bad_token", "This agent key is missing, unknown or withdrawn.")
        conn.who, conn.session = who, who.agent_id
        conn.enter(f"agent:{conn.session}")
        done = await self._board.do(presence.connect, presence.Connection(conn.sid, conn.session))
        return partial(self._welcome, conn, done)

    async def _welcome(self, conn: Connection, done: Done) -> None:
        """The snapshot first, then the packets the agent is still due, then what its coming set off."""
        snapshot, due = await self._board.read(_snapshot, self._board.env.rules, conn.session)
        conn.emit(*snapshot)
        for stint_id in due:
            conn.later(partial(self._packets, conn, stint_id))
        done.push()

    async def _packets(self, conn: Connection, stint_id: str) -> list[Frame]:
        """A join's packets as they are now; none when it is ready, or over, or its client has gone."""
        while not conn.closed:
            try:
                found = await self._board.read(views.packets, stint_id)
            except BatonpassError as error:
                log.warning("packets_delayed", code=error.code)
                await asyncio.sleep(RETRY_S)
            else:
                return (
                    [event_frame(AGENT, name, (body,)) for name, body in shapes.packets(found)]
                    if found
                    else []
                )
        return []

    async def disconnect(self, conn: Connection, reason: str) -> None:
        """Forget the connection, however long the store takes to answer: else its agent would stay reachable."""
        self._hints.gone(conn.sid)
        while not conn.server.eio.stopping:
            try:
                await self._board.do_and_push(presence.disconnect, presence.Gone(conn.sid))
                return
            except StoreUnavailable as error:
                log.warning("disconnect_delayed", code=error.code)
                await asyncio.sleep(RETRY_S)

    async def presence(self, conn: Connection, said: wire.PresenceSet) -> Reply:
        done = await self._board.do(presence.choose, commands.choose(conn.session, said))
        return Reply({}, done.push)

    async def accept(self, conn: Connection, said: wire.OfferAccept) -> Reply:
        done = await self._board.do(answers.accept, commands.accept(conn.session, said))
        stint: Stint = done.reply
        return Reply({"stint_id": stint.id, "conversation_id": stint.conversation_id}, done.push)

    async def decline(self, conn: Connection, said: wire.OfferDecline) -> Reply:
        done = await self._board.do(answers.decline, commands.decline(conn.session, said))
        return Reply({}, done.push)

    async def ready(self, conn: Connection, said: wire.StintReady) -> Reply:
        """The stream begins: its entries go out before anything that was committed after (law 4).

        The gate holds back what later commits tell meanwhile. There is no await between the commit's return and the
        last emit: the client's turn is waited for before, and the first page always fits it.
        """
        stint = await self._board.read(own_stint, said.stint_id, conn.session, said.conversation_id)
        async with conn.turn():
            with self._publisher.beginning(conn.session, stint.conversation_id):
                done = await self._board.do(presence.ready, commands.ready(conn.session, said))
                ready: ReadyReply = done.reply
                self._emit(conn, ready.entries)
                for turn in ready.turns:
                    conn.emit(*_turn_started(turn, ready.now))
        upto = ready.entries[-1].seq if ready.entries else ready.boundary_seq
        return Reply({"head": ready.head, "upto": upto, "more": upto < ready.head}, done.push)

    def _emit(self, conn: Connection, entries: list[Entry]) -> None:
        bot = self._board.env.reads_as_bot(conn.session)
        for entry in entries:
            conn.emit(*projection.for_agent(entry, conn.session, bot=bot))

    async def send(self, conn: Connection, said: wire.AgentSend) -> Reply:
        done = await self._board.do(messages.agent_send, commands.send(conn.session, said))
        if done.refusal is not None:
            return Reply(after=done.push, refusal=done.refusal)
        return Reply(_sent(done.reply), done.push)

    async def note(self, conn: Connection, said: wire.NoteAdd) -> Reply:
        done = await self._board.do(messages.add_note, commands.add_note(conn.session, said))
        return Reply(_sent(done.reply), done.push)

    async def edit_note(self, conn: Connection, said: wire.NoteEdit) -> Reply:
        done = await self._board.do(notes.edit_note, commands.edit_note(conn.session, said))
        return Reply(_sent(done.reply), done.push)

    async def search_notes(self, conn: Connection, said: wire.NoteSearch) -> Reply:
        asked = commands.search_notes(conn.session, said)
        async with conn.turn():
            found = await self._board.read(notes.search, asked)
        return Reply(dump(wire.NotesFound(notes=[shapes.note(n) for n in found.notes], more=found.more)))

    async def mark(self, conn: Connection, said: wire.MessageMark) -> Reply:
        done = await self._board.do(marks.mark_message, commands.mark(conn.session, said))
        return Reply(_sent(done.reply), done.push)

    async def flag(self, conn: Connection, said: wire.SummaryFlag) -> Reply:
        done = await self._board.do(marks.flag_summary, commands.flag(conn.session, said))
        return Reply(_sent(done.reply), done.push)

    async def whisper(self, conn: Connection, said: wire.WhisperSend) -> Reply:
        done = await self._board.do(messages.whisper, commands.whisper(conn.session, said))
        return Reply(_sent(done.reply), done.push)

    async def turn_done(self, conn: Connection, said: wire.TurnDone) -> Reply:
        done = await self._board.do(presence.turn_done, commands.of_turn(conn.session, said))
        return Reply({}, done.push)

    async def turn_working(self, conn: Connection, said: wire.TurnWorking) -> Reply:
        done = await self._board.do(presence.turn_working, commands.of_turn(conn.session, said))
        return Reply({}, done.push)

    async def hand_off(self, conn: Connection, said: wire.HandoffRequest) -> Reply:
        await self._board.read(views.readable, conn.session, said.conversation_id)
        summary = await self._storyteller.summary(
            said.conversation_id, purpose=said.kind, reason=said.reason, note=said.note
        )
        done = await self._board.do(handoffs.ask, commands.hand_off(conn.session, said, summary))
        return Reply(asked_shape(done.reply), done.push)

    async def complete(self, conn: Connection, said: wire.HandoffComplete) -> Reply:
        done = await self._board.do(handoffs.complete, commands.of_handoff(conn.session, said))
        return Reply(_state(done.reply), done.push)

    async def cancel(self, conn: Connection, said: wire.HandoffCancel) -> Reply:
        done = await self._board.do(handoffs.cancel, commands.of_handoff(conn.session, said))
        return Reply(_state(done.reply), done.push)

    async def leave(self, conn: Connection, said: wire.ConversationLeave) -> Reply:
        await self._board.read(views.readable, conn.session, said.conversation_id)
        summary = await self._storyteller.summary(said.conversation_id, purpose="transfer", reason="left")
        done = await self._board.do(going.leave, commands.leave(conn.session, said, summary))
        return Reply({}, done.push)

    async def remove(self, conn: Connection, said: wire.ParticipantRemove) -> Reply:
        done = await self._board.do(going.remove, commands.remove(conn.session, said))
        return Reply({}, done.push)

    async def preview(self, conn: Connection, said: wire.SummaryPreview) -> Reply:
        await self._board.read(views.in_it, conn.session, said.conversation_id, said.stint_id)
        summary = await self._storyteller.summary(said.conversation_id, purpose=said.kind, asked=True)
        shown = dump(SummaryShape.model_validate(summary)) if summary else None
        return Reply({"summary": shown, "later": said.later and self._ask_slow(conn, said)})

    def _ask_slow(self, conn: Connection, said: wire.SummaryPreview) -> bool:
        """Ask the slow summarizer as well; what it says comes later. Returns whether it does."""

        def tell(told: Told, now: int) -> None:
            summary = summary_to_dict(told.summary) if told.summary else None
            named = shapes.summary_previewed(said, summary, told.reason, now)
            self._publisher.to_agent(conn.session, named)

        purpose: Purpose = "hand_back" if said.kind == "hand_back" else "transfer"
        return self._late.preview(said.stint_id, said.conversation_id, purpose, tell)

    async def availability(self, conn: Connection, said: wire.AvailabilityAsk) -> Reply:
        question = commands.availability(conn.session, said)
        found = await self._board.read(explaining.availability, self._board.env, question)
        told = asdict(found) | {"opens_at": None if found.opens_at is None else wire_time(found.opens_at)}
        return Reply({k: v for k, v in told.items() if v is not None})

    async def context(self, conn: Connection, said: wire.ContextSet) -> Reply:
        done = await self._board.do(presence.set_context, commands.set_context(conn.session, said))
        return Reply({}, done.push)

    async def resolve(self, conn: Connection, said: wire.ConversationResolve) -> Reply:
        stint = await self._board.read(own_stint, said.stint_id, conn.session, said.conversation_id)
        summary = None
        if await self._board.read(policy.may_hand_back, self._board.env, stint):
            summary = await self._storyteller.summary(stint.conversation_id, purpose="hand_back")
        done = await self._board.do(going.resolve, commands.resolve(conn.session, said, summary))
        return Reply({}, done.push)

    async def finish(self, conn: Connection, said: wire.WrapUpFinish) -> Reply:
        done = await self._board.do(presence.finish_wrap_up, commands.finish(conn.session, said))
        return Reply({}, done.push)

    async def read(self, conn: Connection, said: wire.AgentRead) -> Reply:
        async with conn.turn():
            page = await self._board.read(
                views.agent_page, conn.session, said.conversation_id, said.after, said.limit
            )
            self._emit(conn, page.entries)
        upto = page.entries[-1].seq if page.entries else min(said.after, page.head)
        return Reply({"head": page.head, "upto": upto, "more": upto < page.head})

    async def typing(self, conn: Connection, said: wire.AgentTyping) -> Reply:
        await self._hints.agent(conn.sid, conn.session, said.conversation_id, said.stint_id, on=said.on)
        return Reply()

    async def details(self, conn: Connection, said: wire.ConversationDetails) -> Reply:
        async with conn.turn():
            env = self._board.env
            found = await self._board.read(finding.details, env, conn.session, said.conversation_id)
        # The answer goes out before anybody else's turn begins: nothing is awaited in between.
        return Reply(found)


def _lane(_conn: Connection, payload: dict[str, Any]) -> str | None:
    """Events about one conversation keep their order; one slow conversation holds up no other (DESIGN section 8).

    What names only a stint, a turn or an offer is in order by that.
    """
    for name in ("conversation_id", "stint_id", "turn_id", "offer_id"):
        found = payload.get(name)
        if isinstance(found, str):
            return found
    return None


def _state(handoff: Handoff) -> dict[str, Any]:
    return {"handoff_id": handoff.id, "state": str(handoff.state)}


def _sent(entry: Entry) -> dict[str, Any]:
    ack = {"message_id": entry.id, "seq": entry.seq, "at": wire_time(entry.at)}
    return ack if entry.public_seq is None else ack | {"public_seq": entry.public_seq}


def _snapshot(tx: Tx, rules: Rules, agent_id: str) -> tuple[shapes.Named, list[str]]:
    """The snapshot, and the joins that are not ready: their packets are due."""
    return shapes.agent_snapshot(views.agent_snapshot(tx, rules, agent_id)), views.joins_due(tx, agent_id)


def _turn_started(turn: Turn, now: int) -> shapes.Named:
    return shapes.envelope(
        events.TurnStarted(turn=shapes.turn_info(turn, now)),
        event_id=f"{turn.id}:started",
        now=now,
        conversation_id=turn.conversation_id,
    )
