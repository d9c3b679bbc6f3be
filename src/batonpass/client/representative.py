"""A representative's client: presence, offers, chats. What the desk does, for programs and tests."""

from collections.abc import Callable, Mapping
from typing import Any

from batonpass.client.agent import AgentClient
from batonpass.client.chat import Chat, Leave, with_summary
from batonpass.client.connection import Timing
from batonpass.client.entry import Entry, Signal
from batonpass.client.serial import job
from batonpass.ids import new_id
from batonpass.protocol.agent import Accepted, Brief, OfferAccept, OfferDecline, TargetShape, WrapUpFinish
from batonpass.protocol.care import (
    ContactFinish,
    ContactFinished,
    ContactInfo,
    ContactList,
    ContactsListed,
)
from batonpass.protocol.customer import Done, HandoffAsked
from batonpass.protocol.events import OfferEnded, SummaryUpdated
from batonpass.protocol.finding import (
    ConversationSearch,
    ConversationsFound,
    ConversationsList,
    ConversationsListed,
    CustomerHistory,
    PassKind,
    Scope,
    TargetList,
    TargetsListed,
)
from batonpass.protocol.holds import ConversationHold, ConversationPickUp, HoldDone, PickedUp
from batonpass.protocol.shapes import ConversationRow, HoldInfo, OfferInfo, SummaryShape


class RepresentativeChat(Chat):
    """A chat as a representative has it."""

    async def hand_back(
        self,
        note: str = "",
        *,
        reason: str = "",
        target: TargetShape | None = None,
        queue: str | None = None,
        leave: Leave | None = None,
        settled: str = "",
        promised: str = "",
        avoid: str = "",
        context: Mapping[str, str] | None = None,
    ) -> HandoffAsked:
        """Give the chat back to a bot: where the queue's policy says, or to `target`, or in `queue`.

        The bot reads as `brief` what was `settled`, what was `promised`, and what to `avoid` asking again.
        Wrap-up begins.
        """
        if queue is not None:
            target = TargetShape(type="queue", id=queue)
        said = settled or promised or avoid
        brief = Brief(settled=settled, promised=promised, avoid=avoid) if said else None
        return await self.hand_off(
            "hand_back", target=target, leave=leave, reason=reason, note=note, brief=brief, context=context
        )

    async def hold(
        self, reason: str = "", *, for_s: int | None = None, client_id: str | None = None
    ) -> HoldInfo:
        """Put the chat on hold: the slot is free. It ends after `for_s` seconds, or after the queue's longest hold."""
        what = ConversationHold(
            conversation_id=self.conversation_id,
            stint_id=self.stint_id,
            client_id=client_id or f"hold:{self.stint_id}",
            reason=reason,
            for_s=for_s,
        )
        return (await self._connection.call(what, HoldDone, lane=self.conversation_id)).hold

    async def targets(self, text: str = "", *, kind: PassKind = "transfer") -> TargetsListed:
        """Where this chat can go: agents, queues and workflows whose names hold `text`, and why one cannot be asked."""
        what = TargetList(conversation_id=self.conversation_id, kind=kind, text=text)
        return await self._connection.call(what, TargetsListed, lane=self.conversation_id)

    async def history(self) -> list[ConversationRow]:
        """The other chats of this customer, the newest first, without words unless one was in them."""
        what = CustomerHistory(conversation_id=self.conversation_id)
        return (await self._connection.call(what, ConversationsFound)).conversations

    async def finish(self, summary_text: str | None = None, *, disposition: str | None = None) -> None:
        """End the wrap-up: the slot is free. `summary_text`: your own words of what was done.

        `disposition`: the code of what it was about. Raises Refused (`disposition_required`).
        """
        what = WrapUpFinish(
            stint_id=self.stint_id,
            conversation_id=self.conversation_id,
            summary_text=summary_text,
            disposition=disposition,
        )
        await self._do(what, lane=False)


class Offer:
    """A chance to take the baton. `state`: `open`, then `accepted`, `declined`, `expired` or `withdrawn`."""

    def __init__(self, client: "RepresentativeClient", info: OfferInfo) -> None:
        self.info = info
        self.state = "open"
        self._client = client
        self._changed = Signal()

    @property
    def offer_id(self) -> str:
        """Its id."""
        return self.info.offer_id

    @property
    def conversation_id(self) -> str:
        """The conversation it is about."""
        return self.info.conversation_id

    @property
    def summary(self) -> SummaryShape | None:
        """The summary, before accepting."""
        return self.info.handoff.summary

    @property
    def note(self) -> str:
        """The giver's note, before accepting."""
        return self.info.handoff.note

    @property
    def context(self) -> dict[str, str]:
        """The conversation's variables, before accepting."""
        return dict(self.info.variables)

    async def accept(self, timeout: float | None = 60.0) -> RepresentativeChat:
        """Take it and return the chat once its packets came.

        Raises Refused (`offer_ended`), TimeoutError when no packets come within `timeout` s.
        """
        connection = self._client.connection
        accepted = await connection.call(OfferAccept(offer_id=self.offer_id), Accepted)
        return await self._client.chat(accepted.stint_id, timeout)

    async def decline(self, reason: str = "") -> None:
        """Leave it to somebody else."""
        await self._client.connection.call(OfferDecline(offer_id=self.offer_id, reason=reason), Done)

    async def ended(self, timeout: float | None = None) -> str:
        """Wait for its end and return the state. Raises TimeoutError after `timeout` s."""
        await self._changed.until(lambda: self.state != "open", timeout)
        return self.state

    def end(self, state: str) -> None:
        """Take over the end the server told of."""
        self.state = state
        self._changed.fire()


class RepresentativeClient(AgentClient[RepresentativeChat]):
    """A representative. `offers` are the open ones by id, `chats` the stints by id (wrap-up included)."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        tab: str | None = None,
        timing: Timing | None = None,
        path: str = "socket.io",
    ) -> None:
        super().__init__(url, key, RepresentativeChat, tab=tab, timing=timing, path=path)
        self.offers: dict[str, Offer] = {}

    async def __aenter__(self) -> "RepresentativeClient":
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def available(self) -> None:
        """Take new conversations. Coming back clears missed offers."""
        await self.set_presence("available")

    async def away(self) -> None:
        """Take no new conversations."""
        await self.set_presence("away")

    async def pick_up(
        self, conversation_id: str, timeout: float | None = 60.0, *, client_id: str | None = None
    ) -> RepresentativeChat:
        """Take what waits, or is on hold, in a queue of one's own, and return the chat once its packets came.

        Raises Refused (`unavailable`, `already_in`, `already_taken`, ...), TimeoutError when no packets come.
        """
        key = client_id or f"pick-up:{new_id()}"
        what = ConversationPickUp(conversation_id=conversation_id, client_id=key)
        taken = await self.connection.call(what, PickedUp)
        return await self.chat(taken.stint_id, timeout)

    async def conversations(
        self, scope: Scope, *, cursor: str | None = None, limit: int = 100
    ) -> ConversationsListed:
        """A page of a list: what waits in one's queues (`queue`), what is not over there (`all`), what is on hold there
        (`held`), or the chats one was in (`recent`). Its `cursor` asks for the page after it.
        """
        what = ConversationsList(scope=scope, cursor=cursor, limit=limit)
        return await self.connection.call(what, ConversationsListed)

    async def search(self, text: str, *, limit: int = 20) -> list[ConversationRow]:
        """Chats of one's own, and those that wait in one's queues, that hold all these words; `hit` says where."""
        what = ConversationSearch(text=text, limit=limit)
        return (await self.connection.call(what, ConversationsFound)).conversations

    async def contacts(self, *, queue_id: str | None = None, done: bool | None = False) -> list[ContactInfo]:
        """The addresses that customers have left in this agent's queues, the newest first: the first page."""
        what = ContactList(queue_id=queue_id, done=done)
        return (await self.connection.call(what, ContactsListed)).contacts

    async def finish_contact(self, contact_id: str, done: bool = True) -> ContactInfo:
        """Say that this customer has an answer."""
        what = ContactFinish(contact_id=contact_id, done=done)
        return (await self.connection.call(what, ContactFinished)).contact

    def on_offer(self, handler: Callable[[Offer], Any]) -> Callable[[Offer], Any]:
        """Decorate a handler that gets each offer once."""
        return self._keep("offer", handler)

    def on_chat(self, handler: Callable[[RepresentativeChat], Any]) -> Callable[[RepresentativeChat], Any]:
        """Decorate a handler that gets each chat when its story is here."""
        return self._keep("chat", handler)

    def on_entry(
        self, handler: Callable[[RepresentativeChat, Entry], Any]
    ) -> Callable[[RepresentativeChat, Entry], Any]:
        """Decorate a handler that gets each entry after the boundary, once, in order."""
        return self._keep("entry", handler)

    def on_end(self, handler: Callable[[RepresentativeChat], Any]) -> Callable[[RepresentativeChat], Any]:
        """Decorate a handler that gets each chat when its stint is over."""
        return self._keep("end", handler)

    async def next_offer(self, timeout: float | None = None) -> Offer:
        """Return the oldest open offer, waiting for one. Raises TimeoutError after `timeout` s."""
        await self.changed.until(lambda: bool(self.offers), timeout)
        return next(iter(self.offers.values()))

    def _keep(self, kind: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        self._handlers.setdefault(kind, []).append(handler)
        return handler

    def _joined(self, chat: RepresentativeChat) -> None:
        self._tell(chat, "chat", chat)

    def _entry(self, chat: RepresentativeChat, entry: Entry) -> None:
        self._tell(chat, "entry", chat, entry)

    def _ended(self, chat: RepresentativeChat) -> None:
        self._tell(chat, "end", chat)

    def _tell(self, chat: RepresentativeChat, kind: str, *args: Any) -> None:
        for handler in self._handlers.get(kind, ()):
            self._post(chat, job(handler, *args))

    def _offer_made(self, offer: OfferInfo) -> None:
        if offer.offer_id in self.offers:
            return
        made = self.offers[offer.offer_id] = Offer(self, offer)
        for handler in self._handlers.get("offer", ()):
            self._serial.post(f"offer:{offer.offer_id}", job(handler, made))

    def _summary_told(self, told: SummaryUpdated) -> None:
        super()._summary_told(told)
        for offer in self.offers.values():
            offer.info = offer.info.model_copy(update={"handoff": with_summary(offer.info.handoff, told)})

    def _offer_ended(self, ended: OfferEnded) -> None:
        offer = self.offers.pop(ended.offer_id, None)
        if offer is not None:
            offer.end(ended.state)

    def _offers_now(self, offers: list[OfferInfo]) -> None:
        open_now = {offer.offer_id for offer in offers}
        for gone in self.offers.keys() - open_now:
            # Its end came while we were away; which one it was, only the hand-off's record knows.
            self.offers.pop(gone).end("withdrawn")
        for offer in offers:
            if offer.offer_id in self.offers:
                self.offers[offer.offer_id].info = offer
            self._offer_made(offer)
