"""`/supervisor`: from wire to use case and back."""

from functools import partial
from typing import Any

import structlog

from batonpass.app import notes, supervising
from batonpass.app import overview as reads
from batonpass.app.authority import Role
from batonpass.app.outcome import Env
from batonpass.app.ports import Tx
from batonpass.app.summaries import Storyteller
from batonpass.app.supervising import Acted
from batonpass.app.switchboard import Switchboard
from batonpass.domain.conversation import Entry
from batonpass.domain.errors import NotAllowed
from batonpass.protocol import projection
from batonpass.protocol import supervisor as wire
from batonpass.protocol.agent import NotesFound
from batonpass.protocol.base import SUPERVISOR, ClientEvent, dump, wire_time
from batonpass.transport import commands
from batonpass.transport.auth import Matrix, token_at, who_has
from batonpass.transport.socketio import overview, shapes
from batonpass.transport.socketio.care import SupervisorCare
from batonpass.transport.socketio.connection import Connection
from batonpass.transport.socketio.dispatch import Dispatcher, Handler, Limits, Reply
from batonpass.transport.socketio.refusal import Refusal
from batonpass.transport.socketio.supervisor_hints import ROOM

log = structlog.get_logger(__name__)


class SupervisorDoor:
    """Handlers of the supervisors' events. A connection's session is the supervisor's agent id; None for an admin
    who is no agent.

    Each act is in the log, with who did it and where; its reason may be personal, and stands in the timeline.
    """

    def __init__(self, board: Switchboard, storyteller: Storyteller) -> None:
        self._board = board
        self._storyteller = storyteller

    def mount(self, dispatcher: Dispatcher, limits: Limits) -> None:
        """Open the namespace."""
        door = dispatcher.namespace(SUPERVISOR, on_connect=self.connect, limits=limits, guard=Matrix())
        handlers: list[tuple[type[ClientEvent], Handler]] = [
            (wire.Monitor, self.monitor),
            (wire.TakeOver, self.take_over),
            (wire.Assign, self.assign),
            (wire.Close, self.close),
            (wire.SupervisorWhisper, self.whisper),
            (wire.SwitchSet, self.switch),
            (wire.SupervisorRead, self.read),
            (wire.SupervisorDetails, self.details),
            (wire.SupervisorNoteSearch, self.search_notes),
            (wire.DecisionExplain, self.explain),
            *SupervisorCare(self._board).handlers(),
        ]
        for model, handler in handlers:
            door.on(model.event, handler, model=model)

    async def connect(self, conn: Connection, auth: dict[str, Any] | None) -> Any:
        token = token_at(conn, auth)
        who = await self._board.read(who_has, token) if token else None
        # An admin who signed in need not be an agent: it reads, and is told so where acts are done as somebody.
        if who is None or (who.agent_id is None and who.account_id is None):
            raise Refusal("bad_token", "This agent key is missing, unknown or withdrawn.")
        if who.role not in (Role.SUPERVISOR, Role.ADMIN):
            raise Refusal("not_allowed", "This agent is no supervisor. The configuration says who is.")
        conn.who, conn.session = who, who.agent_id
        conn.enter(ROOM)
        return partial(self._welcome, conn)

    async def _welcome(self, conn: Connection) -> None:
        conn.emit(*await self._board.read(_snapshot, self._board.env, conn.session))

    async def monitor(self, conn: Connection, said: wire.Monitor) -> Reply:
        done = await self._board.do(supervising.monitor, commands.monitor(_acting(conn), said))
        return self._acted(conn, said.conversation_id, "monitor", done.reply, done.push)

    async def take_over(self, conn: Connection, said: wire.TakeOver) -> Reply:
        summary = await self._summary(conn, said)
        done = await self._board.do(supervising.take_over, commands.take_over(_acting(conn), said, summary))
        return self._acted(conn, said.conversation_id, "take_over", done.reply, done.push)

    async def assign(self, conn: Connection, said: wire.Assign) -> Reply:
        summary = await self._summary(conn, said)
        done = await self._board.do(supervising.assign, commands.assign(_acting(conn), said, summary))
        return self._acted(conn, said.conversation_id, "assign", done.reply, done.push)

    async def _summary(self, conn: Connection, said: wire.TakeOver | wire.Assign) -> dict[str, Any] | None:
        await self._board.read(reads.page, conn.session, said.conversation_id, 0, 1)
        return await self._storyteller.summary(said.conversation_id, purpose="transfer", reason=said.reason)

    def _acted(self, conn: Connection, conversation_id: str, act: str, done: Acted, push: Any) -> Reply:
        if not done.again:
            over = {"over_capacity": True} if done.over else {}
            _log(conn, act, conversation_id=conversation_id, **over)
        return Reply(overview.acted(done), push)

    async def close(self, conn: Connection, said: wire.Close) -> Reply:
        done = await self._board.do(supervising.close, commands.close(_acting(conn), said))
        if done.reply:
            _log(conn, "close", conversation_id=said.conversation_id)
        return Reply({"closed": done.reply}, done.push)

    async def whisper(self, conn: Connection, said: wire.SupervisorWhisper) -> Reply:
        done = await self._board.do(supervising.whisper, commands.supervisor_whisper(_acting(conn), said))
        entry: Entry = done.reply
        _log(conn, "whisper", conversation_id=said.conversation_id)
        ack = {"message_id": entry.id, "seq": entry.seq, "at": wire_time(entry.at)}
        return Reply(ack, done.push)

    async def switch(self, conn: Connection, said: wire.SwitchSet) -> Reply:
        done = await self._board.do(supervising.turn_switch, commands.switch(_acting(conn), said))
        _log(conn, "switch", switch=said.name, on=said.on)
        return Reply({"switches": done.reply}, done.push)

    async def read(self, conn: Connection, said: wire.SupervisorRead) -> Reply:
        async with conn.turn():
            page = await self._board.read(
                reads.page, conn.session, said.conversation_id, said.after, said.limit
            )
            for entry in page.entries:
                conn.emit(*projection.for_supervisor(entry))
        upto = page.entries[-1].seq if page.entries else min(said.after, page.head)
        return Reply({"head": page.head, "upto": upto, "more": upto < page.head})

    async def details(self, conn: Connection, said: wire.SupervisorDetails) -> Reply:
        async with conn.turn():
            found = await self._board.read(reads.details, conn.session, said.conversation_id)
        # The answer goes out before anybody else's turn begins: nothing is awaited in between.
        return Reply(shapes.details(found))

    async def search_notes(self, conn: Connection, said: wire.SupervisorNoteSearch) -> Reply:
        asked = notes.Search(said.text, None, said.conversation_id, said.limit)
        async with conn.turn():
            found = await self._board.read(notes.search, asked)
        return Reply(dump(NotesFound(notes=[shapes.note(n) for n in found.notes], more=found.more)))

    async def explain(self, conn: Connection, said: wire.DecisionExplain) -> Reply:
        found = await self._board.read(reads.explained, self._board.env, conn.session, said.conversation_id)
        return Reply(overview.explained(*found))


def _acting(conn: Connection) -> str:
    """The supervisor as an agent.

    Raises:
        NotAllowed: an admin who is none; acts are done, and told to others, as somebody.
    """
    if conn.session is None:
        raise NotAllowed("Not done: your account belongs to no representative.")
    return str(conn.session)


def _log(conn: Connection, act: str, **more: Any) -> None:
    log.info("supervisor_acted", act=act, supervisor=conn.session, **more)


def _snapshot(tx: Tx, env: Env, supervisor_id: str | None) -> shapes.Named:
    return overview.snapshot(reads.overview(tx, env, supervisor_id))
