"""The journeys, played by real clients that do not know when the server dies. They resend until acknowledged."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Self

from batonpass.client import (
    Bot,
    BotChat,
    CustomerClient,
    Message,
    Offer,
    RepresentativeChat,
    RepresentativeClient,
    Timing,
)
from batonpass.client.bot import _turn
from batonpass.client.entry import Entry
from batonpass.protocol.agent import TurnWorking
from batonpass.protocol.customer import Done
from tests.support.until import until

QUICK = Timing(ack=5, connect=5, backoff_first=0.01, backoff_most=0.05)
PATIENCE_S = 25.0


@dataclass(frozen=True)
class Acknowledged:
    """A send that the server said is stored: who, under which client id, what, and as which message."""

    sender: str
    client_id: str
    text: str
    message_id: str


class Cast:
    """The clients of one run, what was acknowledged to them, and what they were told."""

    def __init__(self, url: str, keys: dict[str, str]) -> None:
        self.keys = keys
        self.customer = CustomerClient(url, timing=QUICK)
        self.bots = {name: Bot(url, keys[name], timing=QUICK) for name in ("triage", "survey")}
        self.people = {name: RepresentativeClient(url, keys[name], timing=QUICK) for name in ("rita", "rob")}
        self.acknowledged: list[Acknowledged] = []
        self.context_seen: dict[str, dict[str, str]] = {}
        self.notes_seen: dict[str, str] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for bot in self.bots.values():
            await self._stack.enter_async_context(bot)
        for person in self.people.values():
            await self._stack.enter_async_context(person)
        await self._stack.enter_async_context(self.customer)
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._stack.aclose()

    async def begins(self, context: dict[str, str]) -> None:
        """The customer starts a chat and is greeted by bot A.

        The others come when it holds: after a restart whoever is back first would get a chat that seeks anybody.
        """
        others: list[Bot | RepresentativeClient] = [self.bots["survey"], *self.people.values()]
        for agent in others:
            await agent.set_presence("away")
        await self.customer.start(context, client_id="start")
        await self.hears("hello from triage")
        for agent in others[:2]:
            await agent.set_presence("available")

    # What they do; every word has a client id of its own, so that a doubled one shows

    async def says(self, text: str) -> None:
        """The customer writes."""
        sent = await self.customer.send(text, client_id=f"c-{text}")
        self.acknowledged.append(Acknowledged("customer", f"c-{text}", text, sent.message_id))

    async def answers(self, chat: RepresentativeChat, who: str, text: str) -> None:
        """A representative writes."""
        sent = await chat.send(text, client_id=f"{who}-{text}")
        self.acknowledged.append(Acknowledged(who, f"{who}-{text}", text, sent.message_id))

    async def hears(self, text: str) -> Entry:
        """The customer reads a line."""
        return await self.customer.find(lambda entry: entry.text == text, PATIENCE_S)

    async def reads(self, chat: RepresentativeChat, text: str) -> None:
        """A representative reads a line."""
        await chat.until(lambda chat: any(entry.text == text for entry in chat.entries), PATIENCE_S)

    async def offered(self, who: str) -> Offer:
        return await self.people[who].next_offer(PATIENCE_S)

    async def takes(self, who: str) -> RepresentativeChat:
        """Accept the next offer, and remember the story it came with."""
        chat = await (await self.offered(who)).accept(PATIENCE_S)
        self.context_seen[who], self.notes_seen[who] = dict(chat.context), chat.note
        return chat

    async def cut(self, who: str) -> None:
        """An agent's network fails; it comes back by itself."""
        connection = (self.bots.get(who) or self.people[who]).connection
        links = connection.links
        await connection.cut()
        await until(lambda: connection.links > links, PATIENCE_S)

    async def finishes(self, chat: RepresentativeChat) -> None:
        await chat.finish()
        await chat.until(lambda chat: chat.state == "ended", PATIENCE_S)

    async def closed(self) -> None:
        await self.customer.entries.until(lambda: self.customer.entries.closed, PATIENCE_S)


def talkative(cast: Cast) -> None:
    """Bots that answer every line with its text: a lost or doubled turn shows in the words."""
    triage, survey = cast.bots["triage"], cast.bots["survey"]

    async def reply(who: str, chat: BotChat, text: str) -> None:
        sent = await chat.reply(text)
        cast.acknowledged.append(Acknowledged(who, "", text, sent.message_id))

    @triage.on_greet
    async def hello(chat: BotChat) -> None:
        await reply("triage", chat, "hello from triage")

    @triage.on_message
    async def answer(chat: BotChat, message: Message) -> None:
        if message.text == "a person please":
            await chat.set_context(topic="parcel")
            await chat.escalate("asked for a person", note="careful: upset", context={"order": "20457"})
        elif message.text != "hang":
            await reply("triage", chat, f"triage heard {message.text}")

    @survey.on_greet
    async def thanks(chat: BotChat) -> None:
        cast.context_seen["survey"], cast.notes_seen["survey"] = dict(chat.context), chat.note
        await reply("survey", chat, "hello from survey")

    @survey.on_message
    async def note_down(chat: BotChat, message: Message) -> None:
        if message.text == "still not settled":
            at_work = _turn.get()
            assert at_work is not None
            await survey.connection.call(TurnWorking(turn_id=at_work.info.turn_id), Done)
            await chat.escalate("not settled", note="second try")
        elif message.text != "no need to answer":
            await reply("survey", chat, f"survey heard {message.text}")


async def two_queues(cast: Cast) -> None:
    """Bot A escalates; one representative declines, the other takes it and hands back; bot B greets."""
    await cast.begins({"name": "Vera"})
    await cast.says("where is it")
    await cast.hears("triage heard where is it")
    await cast.cut("triage")
    await cast.says("a person please")
    offer = await cast.offered("rita")
    await cast.people["rob"].available()
    await offer.decline("at lunch")
    await cast.says("anybody there")
    chat = await cast.takes("rob")
    await cast.reads(chat, "anybody there")
    await cast.cut("rob")
    await cast.answers(chat, "rob", "it left today")
    await chat.add_note("refund promised", client_id="note-1")
    await cast.says("great")
    await cast.reads(chat, "great")
    await chat.hand_back("sent today", context={"sent": "yes"})
    await cast.hears("hello from survey")
    await cast.cut("rita")
    await cast.finishes(chat)
    await cast.says("no need to answer")
    await cast.says("all good")
    await cast.hears("survey heard all good")
    await cast.customer.end()
    await cast.closed()


TWO_QUEUES_NOTICES = [
    "welcome_bot",
    "passing_to_person",
    "joined",
    "passing_to_bot",
    "passed_to_bot",
    "closed_by_customer",
]
TWO_QUEUES_SAID = [
    "hello from triage",
    "where is it",
    "triage heard where is it",
    "a person please",
    "anybody there",
    "it left today",
    "great",
    "hello from survey",
    "no need to answer",
    "all good",
    "survey heard all good",
]


async def one_queue(cast: Cast) -> None:
    """Bot A above representatives above bot B; the customer asks for a person; B passes to the other one."""
    await cast.begins({"journey": "one-queue"})
    await cast.says("where is it")
    await cast.hears("triage heard where is it")
    await cast.cut("triage")
    await cast.customer.ask_for_human("in a hurry", client_id="human")
    offer = await cast.offered("rita")
    await cast.people["rob"].available()
    await offer.decline("at lunch")
    chat = await cast.takes("rob")
    await cast.answers(chat, "rob", "I am here")
    await cast.says("thank you")
    await cast.reads(chat, "thank you")
    await cast.cut("rob")
    await chat.add_note("calm now", client_id="note-1")
    await chat.hand_back("to the survey")
    await cast.hears("hello from survey")
    await cast.finishes(chat)
    await cast.people["rob"].away()
    await cast.says("no need to answer")
    await cast.says("still not settled")
    last = await cast.takes("rita")
    await cast.answers(last, "rita", "settled now")
    await cast.cut("survey")
    await last.resolve()
    await cast.closed()
    await cast.finishes(last)


ONE_QUEUE_NOTICES = [
    "welcome_bot",
    "passing_to_person",
    "joined",
    "passing_to_bot",
    "passed_to_bot",
    "passing_to_person",
    "joined",
    "closed_resolved",
]
ONE_QUEUE_SAID = [
    "hello from triage",
    "where is it",
    "triage heard where is it",
    "I am here",
    "thank you",
    "hello from survey",
    "no need to answer",
    "still not settled",
    "settled now",
]


@dataclass(frozen=True)
class Journey:
    """How it goes, and what the customer has read at its end. `model`: with summaries by one, and of after-work."""

    play: Callable[[Cast], Awaitable[None]]
    notices: list[str]
    said: list[str]
    timers: dict[str, float] = field(default_factory=lambda: {"sweep": 0.1})
    model: bool = False


JOURNEYS = {
    "two queues": Journey(two_queues, TWO_QUEUES_NOTICES, TWO_QUEUES_SAID),
    "one queue": Journey(one_queue, ONE_QUEUE_NOTICES, ONE_QUEUE_SAID),
}
