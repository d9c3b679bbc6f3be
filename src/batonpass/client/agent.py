"""What bots and representatives share: one connection, stints as chats, the joining order (law 4), resume."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import structlog

from batonpass.client.chat import Chat
from batonpass.client.connection import Connection, Timing
from batonpass.client.entry import ENTRY_NAMES, Entry, Signal, read_entry
from batonpass.client.errors import ClientError, ConnectionLost
from batonpass.client.serial import Job, Serial, job
from batonpass.client.timelines import Timelines
from batonpass.protocol.agent import AgentRead, PresenceSet, StintReady
from batonpass.protocol.base import AGENT, ClientEvent, ServerEvent
from batonpass.protocol.customer import Done, Page
from batonpass.protocol.events import (
    AgentAdded,
    AgentSnapshot,
    ConversationContext,
    ConversationGreet,
    HandoffUpdated,
    OfferEnded,
    OfferMade,
    PresenceUpdated,
    StintUpdated,
    SummaryUpdated,
    TurnEnded,
    TurnStarted,
)
from batonpass.protocol.shapes import AgentRef, HandoffInfo, OfferInfo, StintInfo, TurnInfo
from batonpass.tasks import spawn

C = TypeVar("C", bound=Chat)
E = TypeVar("E", bound=ServerEvent)

log = structlog.get_logger(__name__)

# How long a bot that joins as holder waits for the greeting packet before it says `stint.ready` without one:
# on a second join the greeting's turn may be over, and then none comes.
GREET_WAIT_S = 0.25
# How long the end of a stint waits for entries that are still missing.
END_WAIT_S = 10.0


class AgentClient(Generic[C]):
    """Base of `Bot` and `RepresentativeClient`: keeps one `Chat` for each stint."""

    def __init__(
        self,
        url: str,
        key: str,
        chat_type: Callable[[Connection, str, str, str], C],
        *,
        tab: str | None = None,
        timing: Timing | None = None,
        path: str = "socket.io",
    ) -> None:
        self.me: AgentRef | None = None
        self.presence = "away"
        self.snapshot: AgentSnapshot | None = None
        self.chats: dict[str, C] = {}
        self.changed = Signal()
        self._chat_type = chat_type
        self._by_conversation: dict[str, list[C]] = {}
        self._roles: dict[str, str] = {}
        self._early: dict[str, list[TurnInfo]] = {}
        self._readying: set[str] = set()
        self._handlers: dict[str, list[Callable[..., Any]]] = {}
        self._serial = Serial("agent")
        auth = {"token": key} if tab is None else {"token": key, "tab": tab}
        self.connection = Connection(
            url,
            AGENT,
            auth,
            on_snapshot=self._on_snapshot,
            on_event=self._on_event,
            timing=timing,
            path=path,
        )
        self.timelines = Timelines(self.connection, _read, self._deliver, self._settled)
        self._on = self._listeners()

    # ------------------------------------------------------------------------------------- coming and going

    async def connect(self) -> None:
        """Connect and wait for the snapshot, and for a server that is down. Raises Refused (`bad_token`)."""
        await self.connection.start()

    async def close(self) -> None:
        """Disconnect. Stints stay as they are; the server waits its grace time for the agent."""
        await self.connection.stop()
        await self._serial.stop()
        self.timelines.close_all()
        for chat in self.chats.values():
            chat.entries.close()

    async def set_presence(self, presence: str) -> None:
        """Set what this agent wants: `available` or `away`."""
        what = PresenceSet.model_validate({"presence": presence})
        await self.connection.call(what, Done, lane="presence")
        self.presence = presence
        self.changed.fire()

    async def chat(self, stint_id: str, timeout: float | None = None) -> C:
        """Return the chat of a stint, waiting for its packets. Raises TimeoutError after `timeout` s."""
        await self.changed.until(lambda: stint_id in self.chats, timeout)
        return self.chats[stint_id]

    def on(self, event: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a handler of one server event, called with the envelope; `*` is every event."""

        def keep(handler: Callable[..., Any]) -> Callable[..., Any]:
            self._handlers.setdefault(event, []).append(handler)
            return handler

        return keep

    # ------------------------------------------------------------------------- what a subclass may do more

    def _joined(self, chat: C) -> None:
        """A stint began, or was found again after this program started anew."""

    def _entry(self, chat: C, entry: Entry) -> None:
        """An entry of a live stint, in order, after the boundary."""

    def _ended(self, chat: C) -> None:
        """A stint is over and everything it may read was read."""

    def _turn_started(self, turn: TurnInfo) -> None:
        """A bot owes an answer."""

    def _turn_ended(self, ended: TurnEnded) -> None:
        """Nothing is owed any more for a turn."""

    def _offer_made(self, offer: OfferInfo) -> None:
        """An offer came, or is in the snapshot."""

    def _offer_ended(self, ended: OfferEnded) -> None:
        """An offer is over."""

    def _offers_now(self, offers: list[OfferInfo]) -> None:
        """The offers of a snapshot: all there are."""

    # ---------------------------------------------------------------------------------------------- resume

    def _on_snapshot(self, data: dict[str, Any]) -> None:
        snapshot = AgentSnapshot.model_validate(data, extra="ignore")
        self.snapshot, self.me, self.presence = snapshot, snapshot.agent, snapshot.presence
        shown = {stint.stint_id for stint in snapshot.stints if stint.state != "ended"}
        for chat in [chat for chat in self.chats.values() if chat.state != "ended"]:
            if chat.stint_id not in shown:
                self._over(chat, None)
                self.timelines.catch_up(chat.conversation_id)
        for stint in snapshot.stints:
            if stint.stint_id in self.chats:
                self._stint_updated(stint)
                if self.timelines.missing(stint.conversation_id):
                    self.timelines.catch_up(stint.conversation_id)
            elif stint.ready and stint.state != "ended":
                self._adopt(stint)
        self._offers_now(snapshot.offers)
        for handoff in snapshot.handoffs:
            self._handoff_told(handoff)
        self._early.clear()
        for turn in snapshot.turns:
            self._turn_known(turn)
        self.changed.fire()

    def _adopt(self, stint: StintInfo) -> None:
        """A stint this program knew before it was started anew: no packets come for it, so read its story."""
        chat = self._new_chat(stint.conversation_id, stint.stint_id, stint.role)
        chat.apply(stint)
        chat.ready = True
        self.timelines.open(stint.conversation_id)
        self.timelines.know(stint.conversation_id, stint.head)
        self.timelines.catch_up(stint.conversation_id)
        self._post(chat, lambda: self._load(chat))

    async def _load(self, chat: C) -> None:
        details = await chat.details()
        mine = [
            handoff
            for handoff in details.handoffs
            if handoff.receiver is not None and self.me is not None and handoff.receiver.id == self.me.id
        ]
        chat.handoff = mine[-1] if mine else None
        self._joined(chat)

    # ---------------------------------------------------------------------------------- the joining order

    def _on_added(self, envelope: dict[str, Any]) -> None:
        """The first packet of a join. (With a seq it is an entry, and does not come here.)"""
        data = envelope.get("data") or {}
        self._roles[str(data.get("stint_id"))] = str(data.get("role"))

    def _on_context(self, envelope: dict[str, Any]) -> None:
        context = _data(ConversationContext, envelope)
        conversation_id = str(envelope.get("conversation_id") or context.handoff.conversation_id)
        role = self._roles.pop(context.stint_id, "holder")
        chat = self.chats.get(context.stint_id)
        if chat is None:
            chat = self._new_chat(conversation_id, context.stint_id, role)
            self._fill(chat, envelope, context)
            self.timelines.open(conversation_id, context.boundary_seq)
            self._joined(chat)
            for turn in self._early.pop(context.stint_id, ()):
                self._turn_started(turn)
        bot_holds = (self.me is None or self.me.kind == "bot") and chat.role == "holder"
        self._ready_soon(chat, GREET_WAIT_S if bot_holds else 0)
        self.changed.fire()

    def _fill(self, chat: C, envelope: Mapping[str, Any], context: ConversationContext) -> None:
        chat.context = dict(context.variables)
        chat.handoff = context.handoff
        chat.handoffs[context.handoff.handoff_id] = context.handoff
        chat.epoch = envelope.get("epoch") or 0
        chat.boundary_seq = context.boundary_seq
        for item in context.transcript:
            entry = read_entry(str(item.get("event") or ""), item, "seq")
            if entry is not None:
                chat.entries.add(entry)

    def _on_greet(self, envelope: dict[str, Any]) -> None:
        greet = _data(ConversationGreet, envelope)
        self._turn_known(greet.turn)
        chat = self.chats.get(greet.stint_id)
        if chat is not None:
            self._ready_now(chat)

    def _ready_soon(self, chat: C, wait: float) -> None:
        if wait:
            asyncio.get_running_loop().call_later(wait, self._ready_now, chat)
        else:
            self._ready_now(chat)

    def _ready_now(self, chat: C) -> None:
        if not chat.ready and chat.state != "ended" and chat.stint_id not in self._readying:
            self._readying.add(chat.stint_id)
            spawn(self._say_ready(chat), name=f"client-ready:{chat.stint_id}")

    async def _say_ready(self, chat: C) -> None:
        """Have the stream begin. After a lost connection the packets come again, and this with them."""
        try:
            what = StintReady(stint_id=chat.stint_id, conversation_id=chat.conversation_id)
            page = await self.connection.call(what, Page, resend=False)
            chat.ready = True
            self.timelines.know(chat.conversation_id, page.head)
            if page.more:
                self.timelines.catch_up(chat.conversation_id)
        except ConnectionLost:
            log.debug("ready_lost", stint=chat.stint_id)
        except ClientError as error:
            log.info("ready_refused", stint=chat.stint_id, error=str(error))
        finally:
            self._readying.discard(chat.stint_id)

    def _turn_known(self, turn: TurnInfo) -> None:
        """A turn may be told of before the packets of its stint came (in the snapshot): it waits for them."""
        if turn.stint_id in self.chats:
            self._turn_started(turn)
        else:
            self._early.setdefault(turn.stint_id, []).append(turn)

    # ---------------------------------------------------------------------------------------------- events

    def _listeners(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        """What to do with each event that is no entry."""
        return {
            AgentAdded.event: self._on_added,
            ConversationContext.event: self._on_context,
            ConversationGreet.event: self._on_greet,
            TurnStarted.event: lambda env: self._turn_known(_data(TurnStarted, env).turn),
            TurnEnded.event: lambda env: self._turn_ended(_data(TurnEnded, env)),
            OfferMade.event: lambda env: self._offer_made(_data(OfferMade, env).offer),
            OfferEnded.event: lambda env: self._offer_ended(_data(OfferEnded, env)),
            StintUpdated.event: lambda env: self._stint_updated(_data(StintUpdated, env).stint),
            HandoffUpdated.event: lambda env: self._handoff_told(_data(HandoffUpdated, env).handoff),
            SummaryUpdated.event: lambda env: self._summary_told(_data(SummaryUpdated, env)),
            PresenceUpdated.event: self._on_presence,
        }

    def _on_event(self, event: str, envelope: dict[str, Any]) -> None:
        entry = read_entry(event, envelope, "seq") if event in ENTRY_NAMES else None
        if entry is not None:
            self.timelines.take(entry)
        elif (handler := self._on.get(event)) is not None:
            handler(envelope)
        self.changed.fire()
        for name in (event, "*"):
            for watcher in self._handlers.get(name, ()):
                self._serial.post("events", job(watcher, envelope))

    def _deliver(self, entry: Entry) -> None:
        # An earlier stint of the same agent (its wrap-up may last) has read all that was its own.
        for chat in self._chats_in(entry.conversation_id)[-1:]:
            chat.entries.add(entry)
            if entry.number > chat.boundary_seq:
                self._entry(chat, entry)

    def _settled(self, conversation_id: str) -> None:
        for chat in self._chats_in(conversation_id):
            chat.entries.fire()

    def _stint_updated(self, stint: StintInfo) -> None:
        chat = self.chats.get(stint.stint_id)
        if chat is None or chat.state == "ended":
            return
        # The server may have stored `stint.ready` and died before it could say so; then no packets come again.
        chat.ready = chat.ready or stint.ready
        if chat.ready:
            # Before `stint.ready` nothing is read: the stream follows the packets (law 4).
            self.timelines.know(stint.conversation_id, stint.head)
        if stint.state == "ended":
            self._over(chat, stint.reason)
        else:
            chat.apply(stint)

    def _over(self, chat: C, reason: str | None) -> None:
        chat.state = "ended"
        chat.reason = reason or chat.reason
        chat.entries.fire()
        spawn(self._close_chat(chat), name=f"client-end:{chat.stint_id}")

    async def _close_chat(self, chat: C) -> None:
        """Close a chat once what it may still read was read."""
        try:
            await chat.entries.until(lambda: chat.entries.closed or not self._owed(chat), END_WAIT_S)
        except TimeoutError:
            log.info("entries_missing_at_end", stint=chat.stint_id)
        chat.end()
        self._drop_chat(chat)
        self.changed.fire()
        self._ended(chat)

    def _owed(self, chat: C) -> bool:
        """Whether entries of this stint are still to come; a later stint in the chat takes them over."""
        later = self._chats_in(chat.conversation_id)
        return later[-1:] == [chat] and self.timelines.unsettled(chat.conversation_id)

    def _handoff_told(self, handoff: HandoffInfo) -> None:
        """A hand-off this agent gave, or of one of its chats, stands so now."""
        for chat in self._chats_in(handoff.conversation_id):
            chat.told(handoff)

    def _summary_told(self, told: SummaryUpdated) -> None:
        """Another summary; of two the higher version counts."""
        for chats in self._by_conversation.values():
            for chat in chats:
                chat.retold(told)

    def _on_presence(self, envelope: dict[str, Any]) -> None:
        updated = _data(PresenceUpdated, envelope)
        if self.me is not None and updated.agent.id == self.me.id:
            self.presence = updated.presence

    def _new_chat(self, conversation_id: str, stint_id: str, role: str) -> C:
        chat = self._chat_type(self.connection, conversation_id, stint_id, role)
        self.chats[stint_id] = chat
        self._by_conversation.setdefault(conversation_id, []).append(chat)
        return chat

    def _drop_chat(self, chat: C) -> None:
        """Forget a chat that is over; its conversation is followed while another stint there lasts."""
        if self.chats.get(chat.stint_id) is chat:
            del self.chats[chat.stint_id]
        others = self._by_conversation.get(chat.conversation_id, [])
        if chat in others:
            others.remove(chat)
        if not others:
            self._by_conversation.pop(chat.conversation_id, None)
            self.timelines.close(chat.conversation_id)

    def _chats_in(self, conversation_id: str) -> list[C]:
        return list(self._by_conversation.get(conversation_id, ()))

    def _post(self, chat: C, what: Job) -> None:
        """Run something in the chat's own order."""
        self._serial.post(chat.stint_id, what)


def _read(conversation_id: str, after: int) -> ClientEvent:
    return AgentRead(conversation_id=conversation_id, after=after)


def _data(shape: type[E], envelope: Mapping[str, Any]) -> E:
    """Read the data of an event; fields a newer server may add are left out."""
    return shape.model_validate(envelope.get("data") or {}, extra="ignore")
