"""What decent clients do, over bare WebSockets: the steps of a journey."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.blackbox import raw
from tests.blackbox.raw import RawClient


def text(words: str) -> dict[str, str]:
    """Message content."""
    return {"type": "text", "text": words}


@dataclass
class Talk:
    """One conversation: its customer, and the stints the agents had in it, the latest last."""

    customer: RawClient
    cid: str
    stints: list[str] = field(default_factory=list)
    said: int = 0

    async def says(self, words: str) -> dict[str, Any]:
        """The customer writes."""
        self.said += 1
        payload = {"conversation_id": self.cid, "client_id": f"m{self.said}", "content": text(words)}
        return await self.customer.good("message.send", payload)

    async def joins(self, agent: RawClient) -> str:
        """An agent takes its joining packets and is ready; its stint."""
        event = await agent.event(
            "conversation.context",
            lambda e: e["conversation_id"] == self.cid and e["data"]["stint_id"] not in self.stints,
        )
        stint: str = event["data"]["stint_id"]
        self.stints.append(stint)
        await agent.good("stint.ready", {"stint_id": stint})
        return stint

    def of(self, stint: str, **more: Any) -> dict[str, Any]:
        """What an agent's event about this conversation begins with."""
        return {"conversation_id": self.cid, "stint_id": stint, **more}

    async def answers(self, agent: RawClient, stint: str, words: str, client_id: str = "") -> dict[str, Any]:
        """An agent writes; `client_id` is the words unless given."""
        payload = self.of(stint, client_id=client_id or words, content=text(words))
        return await agent.good("message.send", payload)

    async def greets(self, bot: RawClient, words: str) -> str:
        """A bot joins and greets; its stint."""
        stint = await self.joins(bot)
        await self.answers(bot, stint, words, f"greet:{stint}")
        return stint

    async def turn(self, bot: RawClient, stint: str) -> str:
        """The bot's open turn."""
        event = await bot.event("turn.started", lambda e: e["data"]["turn"]["stint_id"] == stint)
        return str(event["data"]["turn"]["turn_id"])

    async def offer(self, agent: RawClient) -> str:
        """The offer of this conversation to an agent."""
        event = await agent.event("offer.made", lambda e: e["conversation_id"] == self.cid)
        return str(event["data"]["offer"]["offer_id"])

    async def takes(self, agent: RawClient) -> str:
        """An agent accepts its offer and joins; its stint."""
        await agent.good("offer.accept", {"offer_id": await self.offer(agent)})
        return await self.joins(agent)

    async def passes(self, agent: RawClient, stint: str, kind: str, **more: Any) -> dict[str, Any]:
        """An agent passes the baton on."""
        return await agent.good(
            "handoff.request", self.of(stint, client_id=f"pass-{stint}", kind=kind, **more)
        )

    async def ends(self) -> None:
        """The customer ends the chat."""
        await self.customer.good("conversation.end", {"conversation_id": self.cid})
        await self.customer.event("conversation.closed", lambda e: e["conversation_id"] == self.cid)

    async def read(self) -> list[raw.Event]:
        """All that the customer may read, dense."""
        await self.customer.good("timeline.read", {"conversation_id": self.cid, "after": 0})
        found = [e for e in self.customer.entries("public_seq") if e["conversation_id"] == self.cid]
        assert [e["public_seq"] for e in found] == list(range(1, len(found) + 1))
        return found

    async def words(self) -> list[str]:
        """The messages the customer may read."""
        return [e["data"]["content"]["text"] for e in await self.read() if e["event"] == "message.created"]


@dataclass
class Crew:
    """Connections of the agents."""

    triage: RawClient
    survey: RawClient
    rita: RawClient

    @classmethod
    @asynccontextmanager
    async def on(cls, url: str, keys: dict[str, str]) -> AsyncIterator["Crew"]:
        """Connect them; rita is available."""
        async with (
            raw.agent(url, keys["triage"]) as triage,
            raw.agent(url, keys["survey"]) as survey,
            raw.agent(url, keys["rita"]) as rita,
        ):
            await rita.good("presence.set", {"presence": "available"})
            yield cls(triage, survey, rita)


async def start(customer: RawClient, client_id: str = "start", **context: str) -> Talk:
    """Open a chat."""
    started = await customer.good("conversation.start", {"client_id": client_id, "context": context})
    return Talk(customer, started["conversation_id"])


async def with_a_person(customer: RawClient, crew: Crew, note: str = "careful") -> Talk:
    """A chat that a bot began and rita holds."""
    talk = await start(customer)
    stint = await talk.greets(crew.triage, "hello")
    await talk.says("a person please")
    await talk.turn(crew.triage, stint)
    await talk.passes(crew.triage, stint, "escalation", note=note, context={"topic": "parcel"})
    await talk.takes(crew.rita)
    return talk


async def whole_journey(url: str, crew: Crew) -> Talk:
    """Bot, person, bot, from the start to the end of a chat. Its customer is still connected."""
    client = await RawClient(url, "/customer", {"token": (await raw.session(url))["token"]}).connect()
    talk = await with_a_person(client, crew)
    await talk.answers(crew.rita, talk.stints[-1], "I am Rita")
    await talk.says("thank you")
    await talk.passes(crew.rita, talk.stints[-1], "hand_back", note="all done")
    await crew.rita.good("wrapup.finish", {"stint_id": talk.stints[-1]})
    await talk.greets(crew.survey, "how was it")
    await talk.says("fine")
    await talk.ends()
    assert await talk.words() == [
        "hello",
        "a person please",
        "I am Rita",
        "thank you",
        "how was it",
        "fine",
    ]
    return talk
