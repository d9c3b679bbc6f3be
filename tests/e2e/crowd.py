"""Many chats at one desk, made by the use cases themselves: for what must stay fluid, and for pictures of it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from batonpass.app import customers, messages
from batonpass.client import RepresentativeClient
from batonpass.server import Running
from tests.support.until import until

AGENT = "busy"
NAMES = (
    "Ada Quill", "Bruno Aldana", "Chiara Venn", "Dov Halloran", "Edda Marsh", "Femi Rask", "Gwen Ostrander",
    "Hal Bexley", "Ines Kowal", "Jory Lund", "Kaya Ferro", "Lev Amsel", "Mira Tolland", "Nils Abara", "Oona Reyes",
    "Pim Garrow", "Quentin Sole", "Rhea Winter", "Sami Noor", "Tova Birk",
)  # fmt: skip
ASKED = (
    "Where is my parcel? It should have been here on Tuesday.",
    "I got size 42 but I ordered 44.",
    "Can I still change the address of my order?",
    "The zip of the jacket broke after two days.",
    "Do you have the socks in grey as well?",
    "Thank you, I will wait for the label then.",
    "My card was charged twice, once on Monday and once today. What happens now?",
)
ANSWERED = (
    "I am looking it up, one moment please.",
    "It left our house yesterday and should be with you tomorrow.",
    "I have put a pair in 44 aside for you.",
    "Yes, that is possible until it is packed. Which address is it?",
    "You will get the label by e-mail in the next minutes.",
)


@dataclass
class Chat:
    """One chat of the crowd; `said` counts, so that each message has an id of its own."""

    customer_id: str
    id: str
    stint_id: str
    said: int = 0


@dataclass
class Crowd:
    """Chats that `busy` holds on a running server. Speak as their customers and as the agent."""

    running: Running
    chats: list[Chat] = field(default_factory=list)

    async def gather(self, count: int, key: str, variables: Iterable[dict[str, str]] = ()) -> None:
        """Open so many chats and let `busy` take them all."""
        given = list(variables)
        async with RepresentativeClient(self.running.url, key) as busy:
            await busy.available()
            opened = [
                await self._open(number, given[number] if number < len(given) else {})
                for number in range(count)
            ]
            await until(lambda: len(busy.chats) == count, 60)
            by_id = {chat.conversation_id: chat for chat in busy.chats.values()}
            self.chats = [Chat(customer, one, by_id[one].stint_id) for customer, one in opened]

    async def _open(self, number: int, variables: dict[str, str]) -> tuple[str, str]:
        customer = f"cus_crowd{number}"
        secret = hashlib.sha256(customer.encode()).hexdigest()
        await self.running.board.do_and_push(customers.new_session, customers.NewSession(customer, secret))
        known = {
            "journey": "crowd",
            "name": NAMES[number % len(NAMES)],
            "order": f"48-{2000 + number}",
        } | variables
        start = customers.StartChat(customer, "c", known)
        started = await self.running.board.do_and_push(customers.start_chat, start)
        return customer, started.conversation.id

    async def asks(self, chat: Chat, text: str) -> None:
        """The customer says something."""
        said = messages.CustomerSays(chat.customer_id, chat.id, self._id(chat), _text(text))
        await self.running.board.do_and_push(messages.customer_send, said)

    async def answers(self, chat: Chat, text: str) -> None:
        """The agent says something."""
        said = messages.AgentSays(AGENT, chat.id, chat.stint_id, self._id(chat), _text(text))
        await self.running.board.do_and_push(messages.agent_send, said)

    async def talk(self, chat: Chat, count: int, asked: Sequence[str] = ASKED) -> None:
        """So many messages, now from the one side, now from the other; the customer has the last word."""
        for number in range(count):
            if (count - number) % 2:
                await self.asks(chat, asked[number // 2 % len(asked)])
            else:
                await self.answers(chat, ANSWERED[number // 2 % len(ANSWERED)])

    def _id(self, chat: Chat) -> str:
        chat.said += 1
        return f"crowd{chat.said}"


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}
