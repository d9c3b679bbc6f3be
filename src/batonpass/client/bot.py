"""A bot in ten lines: handlers for the greeting and for what the customer wrote; the rest is inside."""

import asyncio
import signal
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import structlog

from batonpass.client.agent import AgentClient
from batonpass.client.chat import Chat, Leave, quiet
from batonpass.client.entry import Entry
from batonpass.client.errors import ClientError, Refused
from batonpass.client.serial import job, maybe_await, where
from batonpass.ids import new_id
from batonpass.protocol.agent import AgentSent, TargetShape, TurnDone, TurnWorking
from batonpass.protocol.customer import Done, HandoffAsked
from batonpass.protocol.shapes import TurnInfo
from batonpass.tasks import spawn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from batonpass.client.connection import Timing
    from batonpass.protocol.content import Content
    from batonpass.protocol.events import TurnEnded

log = structlog.get_logger(__name__)

# Turns remembered so that one told of twice (packet and snapshot) is handled once.
TURNS_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Message:
    """What the customer wrote in one turn: usually one message, several when they came in a burst."""

    text: str
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class Turn:
    """What the bot owes, and what it did about it so far."""

    info: TurnInfo
    replies: int = 0
    passes: int = 0
    passed: bool = False
    ended: bool = False

    def reply_id(self) -> str:
        """The client id of the next reply: the same in every run of a turn, so that it is stored once."""
        self.replies += 1
        if self.info.kind == "greet" and self.replies == 1:
            return f"greet:{self.info.stint_id}"
        return f"re:{self.info.turn_id}:{self.replies}"

    def pass_id(self) -> str:
        """The client id of the next hand-off."""
        self.passes += 1
        return f"pass:{self.info.turn_id}:{self.passes}"


@dataclass(slots=True)
class Asked:
    """A whisper that a handler works at."""

    stint_id: str
    seq: int
    answers: int = 0


# Which turn a handler works at. Tasks it starts inherit it, so that their late replies keep their turn.
_turn: ContextVar[Turn | None] = ContextVar("batonpass_turn", default=None)
_asked: ContextVar[Asked | None] = ContextVar("batonpass_asked", default=None)


class BotChat(Chat):
    """A chat as a bot has it: `context`, `summary`, `note`, `transcript`, and what a bot does."""

    async def reply(self, said: "str | Content") -> AgentSent:
        """Answer. The n-th reply of a turn is stored under `re:{turn}:{n}`: once, however often sent."""
        turn = self._current()
        return await self.send(said, client_id=turn.reply_id() if turn else new_id())

    async def escalate(
        self,
        reason: str = "",
        *,
        note: str = "",
        context: Mapping[str, str] | None = None,
        queue: str | None = None,
        leave: Leave | None = None,
    ) -> HandoffAsked:
        """Pass to a person: in this chat's queue, or in `queue`.

        The bot's part ends with it, unless `leave` says that it stays until the person is in (`on_accept`),
        or until it calls `complete` (`on_complete`).

        Raises Refused with `unavailable` when nobody could take it: the bot keeps the chat and should say so.
        """
        turn = self._current()
        asked = await self.hand_off(
            "escalation",
            target=TargetShape(type="queue", id=queue) if queue else None,
            leave=leave,
            reason=reason,
            note=note,
            context=context,
        )
        if turn is not None:
            turn.passed = leave in (None, "now")
        return asked

    def _pass_id(self) -> str:
        turn = self._current()
        return turn.pass_id() if turn else new_id()

    def _whisper_id(self) -> str:
        """The n-th answer to a whisper has the same id in every run, so that it is stored once."""
        asked = _asked.get()
        if asked is None or asked.stint_id != self.stint_id:
            return new_id()
        asked.answers += 1
        return f"wh:{asked.stint_id}:{asked.seq}:{asked.answers}"

    def _current(self) -> Turn | None:
        turn = _turn.get()
        return turn if turn is not None and turn.info.stint_id == self.stint_id else None


GreetHandler = Callable[[BotChat], Awaitable[None] | None]
MessageHandler = Callable[[BotChat, Message], Awaitable[None] | None]
WhisperHandler = Callable[[BotChat, Entry], Awaitable[None] | None]


class Bot(AgentClient[BotChat]):
    """A bot. Handlers of one chat run one after another, those of different chats at once.

    `on_error` says what becomes of a turn whose handler raised: `leave` it to its deadline (then the chat
    fails over to the next agent, and the customer is told), or `end` it in silence. With `keep_working` a
    slow handler is announced, so that its deadline starts anew, as often as the server allows.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        on_error: Literal["leave", "end"] = "leave",
        keep_working: bool = False,
        timing: "Timing | None" = None,
        path: str = "socket.io",
    ) -> None:
        super().__init__(url, key, BotChat, timing=timing, path=path)
        self._greeter: GreetHandler | None = None
        self._answerer: MessageHandler | None = None
        self._farewell: GreetHandler | None = None
        self._adviser: WhisperHandler | None = None
        self._on_error = on_error
        self._keep_working = keep_working
        self._turns: OrderedDict[str, Turn] = OrderedDict()

    # -------------------------------------------------------------------------------------------- handlers

    def on_greet(self, handler: GreetHandler) -> GreetHandler:
        """Decorate the handler that greets: once for each chat this bot comes to hold."""
        self._greeter = handler
        return handler

    def on_message(self, handler: MessageHandler) -> MessageHandler:
        """Decorate the handler of what the customer wrote. Returning without a reply is an answer too."""
        self._answerer = handler
        return handler

    def on_whisper(self, handler: WhisperHandler) -> WhisperHandler:
        """Decorate the handler of whispers of others that this bot may read: those that name it.

        A consulted bot is asked this way, and answers with `chat.whisper`; it gets no greeting and no turns.
        """
        self._adviser = handler
        return handler

    def on_end(self, handler: GreetHandler) -> GreetHandler:
        """Decorate a handler that gets each chat when this bot's part in it is over."""
        self._farewell = handler
        return handler

    # ---------------------------------------------------------------------------------------------- running

    async def start(self) -> None:
        """Connect, and take conversations. Raises Refused when the key is unknown."""
        await self.connect()
        if self.presence != "available":
            await self.set_presence("available")

    async def stop(self) -> None:
        """Disconnect; handlers that run are cancelled."""
        await self.close()

    async def __aenter__(self) -> "Bot":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def run(self) -> None:
        """Run until SIGINT or SIGTERM. Raises Refused when the key is unknown."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        work = asyncio.current_task()
        assert work is not None
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows has none
                loop.add_signal_handler(number, work.cancel)
        try:
            await self.start()
            log.info("bot_runs", name=self.me.name if self.me else "")
            await self.connection.until_ended()
        except asyncio.CancelledError:
            log.info("bot_stops")
        finally:
            await self.stop()

    # ------------------------------------------------------------------------------------------------ turns

    def _turn_started(self, turn: TurnInfo) -> None:
        chat = self.chats.get(turn.stint_id)
        if chat is None or turn.turn_id in self._turns:
            return
        owed = self._turns[turn.turn_id] = Turn(turn)
        while len(self._turns) > TURNS_KEPT:
            self._turns.popitem(last=False)
        if turn.kind == "message" and chat.ready:
            self.timelines.know(chat.conversation_id, turn.to_seq)
        self._post(chat, lambda: self._take_turn(chat, owed))

    def _turn_ended(self, ended: "TurnEnded") -> None:
        if turn := self._turns.get(ended.turn_id):
            turn.ended = True

    def _ended(self, chat: BotChat) -> None:
        if self._farewell is not None:
            self._post(chat, job(self._farewell, chat))

    def _entry(self, chat: BotChat, entry: Entry) -> None:
        mine = self.me is not None and entry.actor_id == self.me.id
        if self._adviser is not None and entry.is_whisper and not mine:
            self._post(chat, lambda: self._advise(chat, entry))

    async def _advise(self, chat: BotChat, entry: Entry) -> None:
        assert self._adviser is not None
        if not chat.live:
            return
        mark = _asked.set(Asked(chat.stint_id, entry.number))
        try:
            await maybe_await(self._adviser(chat, entry))
        except Refused as refused:
            if not quiet(refused):
                raise
        finally:
            _asked.reset(mark)

    async def _take_turn(self, chat: BotChat, turn: Turn) -> None:
        if not await self._may_begin(chat, turn):
            return
        mark = _turn.set(turn)
        try:
            async with self._working(turn):
                await self._handle(chat, turn)
        except Exception as error:  # noqa: BLE001 - a handler is not ours: it may raise anything
            if not self._weigh_error(chat, turn, error):
                return
        finally:
            _turn.reset(mark)
        await self._done(chat, turn)

    async def _may_begin(self, chat: BotChat, turn: Turn) -> bool:
        """Wait until everything the turn is about was read; a turn of a stint that is over is none."""
        if turn.info.kind == "message":
            return await chat.reached(turn.info.to_seq)
        return chat.live

    async def _handle(self, chat: BotChat, turn: Turn) -> None:
        if turn.info.kind == "greet":
            if self._greeter is not None:
                await maybe_await(self._greeter(chat))
        elif self._answerer is not None:
            message = _message(chat, turn.info)
            if message.entries:
                await maybe_await(self._answerer(chat, message))

    def _weigh_error(self, chat: BotChat, turn: Turn, error: Exception) -> bool:
        """Log what a handler raised; return whether its turn is to be ended."""
        if quiet(error):
            log.info("turn_overtaken", stint=chat.stint_id, turn=turn.info.turn_id)
            return False
        log.error(
            "handler_failed",
            stint=chat.stint_id,
            turn=turn.info.turn_id,
            error=type(error).__name__,
            at=where(error),
        )
        return self._on_error == "end"

    async def _done(self, chat: BotChat, turn: Turn) -> None:
        if turn.ended or turn.passed or not chat.live:
            return
        try:
            what = TurnDone(turn_id=turn.info.turn_id, conversation_id=chat.conversation_id)
            await self.connection.call(what, Done, lane=chat.conversation_id)
        except Refused as refused:
            # A reply or a deadline ended it before: the same result.
            log.debug("turn_done_refused", turn=turn.info.turn_id, code=refused.code)

    @asynccontextmanager
    async def _working(self, turn: Turn) -> "AsyncIterator[None]":
        """Announce a slow handler while the body runs, when asked to."""
        if not self._keep_working:
            yield
            return
        pulse = spawn(self._pulse(turn), name=f"bot-working:{turn.info.turn_id}")
        try:
            yield
        finally:
            pulse.cancel()

    async def _pulse(self, turn: Turn) -> None:
        what = TurnWorking(turn_id=turn.info.turn_id, conversation_id=turn.info.conversation_id)
        while not turn.ended:
            await asyncio.sleep(max(turn.info.ends_in_ms, 1_000) / 2_000)
            try:
                await self.connection.call(what, Done)
            except ClientError as error:
                log.info("working_refused", turn=turn.info.turn_id, error=str(error))
                return


def _message(chat: BotChat, turn: TurnInfo) -> Message:
    entries = tuple(
        entry
        for entry in chat.entries
        if turn.from_seq <= entry.number <= turn.to_seq and entry.from_customer
    )
    return Message("\n".join(entry.text for entry in entries), entries)
