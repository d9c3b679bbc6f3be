"""A bot's reply racing the pass away from it, over real sockets: 51 races, by clients that import nothing of ours.

Whichever commits first, the customer is never spoken to after it, and a refused reply is kept as a discarded draft.
Each race steers the next one of its kind towards the order that came less often, so that both occur.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.blackbox import raw
from tests.blackbox.raw import RawClient
from tests.support.server import Workspace
from tests.support.stores import Place

PASSES = ("escalation", "human_request", "failover")
PUBLIC = {
    "message.created",
    "conversation.agent_added",
    "conversation.agent_removed",
    "notice.posted",
    "conversation.closed",
}
ROUNDS = 17
LANES = 4
TURN_S = 2.0
STEP_S = 0.002


@dataclass
class Steering:
    """How long the reply is held back against the pass, in seconds, by kind of pass; negative holds the pass back."""

    lead: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PASSES, 0.0))
    orders: Counter[tuple[str, str]] = field(default_factory=Counter)
    streaks: dict[str, tuple[str, int]] = field(default_factory=lambda: dict.fromkeys(PASSES, ("", 0)))

    def learn(self, how: str, first: str) -> None:
        """Hold the winner back a little, and twice as much each time it wins again."""
        self.orders[how, first] += 1
        last, streak = self.streaks[how]
        streak = streak + 1 if first == last else 0
        self.streaks[how] = first, streak
        step = STEP_S * 2**streak
        self.lead[how] += step if first == "reply" else -step


@dataclass
class Race:
    """One conversation in which the bot owes an answer. `talk` and `other` are two connections of the bot.

    `rita` serves the queue in which the chat waits after the pass, and so may read all of it.
    """

    how: str
    customer: RawClient
    talk: RawClient
    other: RawClient
    rita: RawClient
    cid: str
    stint_id: str
    turn: dict[str, Any]
    ends_at: float

    @property
    def text(self) -> str:
        return f"late or not {self.cid}"

    async def reply(self) -> Any:
        return await self.talk.ask(
            "message.send",
            {
                "conversation_id": self.cid,
                "stint_id": self.stint_id,
                "client_id": f"re:{self.turn['turn_id']}:1",
                "content": {"type": "text", "text": self.text},
            },
        )

    async def away(self) -> Any:
        if self.how == "escalation":
            asked = {"stint_id": self.stint_id, "client_id": "pass", "kind": "escalation"}
            return await self.other.ask("handoff.request", {"conversation_id": self.cid, **asked})
        if self.how == "human_request":
            return await self.customer.ask(
                "human.request", {"conversation_id": self.cid, "client_id": "human"}
            )
        return None  # the turn's own deadline is the pass

    async def run(self, lead: float) -> Any:
        """Let both go, and return the acknowledgement of the reply."""
        loop = asyncio.get_running_loop()
        start = self.ends_at - 0.01 if self.how == "failover" else loop.time() + 0.02

        async def at(when: float, what: Any) -> Any:
            await asyncio.sleep(when - loop.time())
            return await what()

        told, _ = await asyncio.gather(
            at(start + max(lead, 0), self.reply), at(start + max(-lead, 0), self.away)
        )
        return told

    async def seen_by_the_customer(self) -> list[raw.Event]:
        """Everything, once the pass has come: its public entry ends the bot's time."""
        if self.how == "failover":
            # Whoever won, the customer hears of it: the answer, or that the bot is gone.
            await self.customer.until(lambda: self._told() or self._removed())
        else:
            await self.customer.until(self._removed)
        await self.customer.good("timeline.read", {"conversation_id": self.cid, "after": 0})
        return self.customer.entries("public_seq")

    def _told(self) -> bool:
        return any(self.text in frame for frame in self.customer.frames)

    def _removed(self) -> bool:
        return any(e["event"] == "conversation.agent_removed" for e in self.customer.events)

    async def seen_by_a_person(self) -> list[raw.Event]:
        await self.rita.good("timeline.read", {"conversation_id": self.cid, "after": 0})
        return [e for e in self.rita.events if e.get("conversation_id") == self.cid and "seq" in e]


@dataclass
class Agents:
    """Two connections of the bot, one of a representative."""

    talk: RawClient
    other: RawClient
    rita: RawClient


async def begin(how: str, agents: Agents, customer: RawClient) -> Race:
    """A chat up to the customer's first message."""
    talk = agents.talk
    started = await customer.good("conversation.start", {"client_id": "start"})
    cid = started["conversation_id"]
    context = await talk.event("conversation.context", lambda e: e["conversation_id"] == cid)
    stint_id = context["data"]["stint_id"]
    await talk.good("stint.ready", {"stint_id": stint_id})
    words = {"content": {"type": "text", "text": "hello"}}
    greeting = {"conversation_id": cid, "stint_id": stint_id, "client_id": f"greet:{stint_id}", **words}
    await talk.good("message.send", greeting)
    await customer.good("message.send", {"conversation_id": cid, "client_id": "m1", **words})
    turn = await talk.event(
        "turn.started", lambda e: e["conversation_id"] == cid and e["data"]["turn"]["kind"] == "message"
    )
    ends_at = asyncio.get_running_loop().time() + turn["data"]["turn"]["ends_in_ms"] / 1000
    return Race(how, customer, talk, agents.other, agents.rita, cid, stint_id, turn["data"]["turn"], ends_at)


async def judge(race: Race, told: Any) -> str:
    """Nothing leaked, whichever came first; returns which."""
    seen = await race.seen_by_the_customer()
    assert [e["public_seq"] for e in seen] == list(range(1, len(seen) + 1))
    assert {e["event"] for e in seen} <= PUBLIC
    shown = [e["public_seq"] for e in seen if race.text in str(e["data"])]
    if told["ok"]:
        over = [e["public_seq"] for e in seen if e["event"] == "conversation.agent_removed"]
        assert shown == [told["public_seq"]]
        assert all(told["public_seq"] < seq for seq in over)
        return "reply"
    assert told["error"]["code"] == "stint_ended"
    assert shown == []
    assert not any(race.text in frame for frame in race.customer.frames)
    (draft,) = [e for e in await race.seen_by_a_person() if e["event"] == "draft.discarded"]
    assert draft["data"]["client_id"] == f"re:{race.turn['turn_id']}:1"
    assert draft["data"]["content"] == {"type": "text", "text": race.text}
    return "pass"


async def race_and_judge(url: str, how: str, agents: Agents, steer: Steering) -> None:
    async with raw.customer(url) as customer:
        race = await begin(how, agents, customer)
        first = await judge(race, await race.run(steer.lead[how]))
        steer.learn(how, first)
        await customer.good("conversation.end", {"conversation_id": race.cid})


@pytest.mark.timeout(180)
async def test_a_reply_racing_the_pass_never_leaks(place: Place, tmp_path: Path) -> None:
    workspace = await Workspace(tmp_path, place, {"turn": TURN_S}).prepare()
    steer, keys = Steering(), workspace.keys
    async with (
        workspace.running() as running,
        raw.agent(running.url, keys["triage"], "talk") as talk,
        raw.agent(running.url, keys["triage"], "other") as other,
        raw.agent(running.url, keys["rita"]) as rita,
    ):
        await rita.good("presence.set", {"presence": "away"})
        agents = Agents(talk, other, rita)

        async def lane(hows: list[str]) -> None:
            for how in hows:
                await race_and_judge(running.url, how, agents, steer)

        hows = [how for _ in range(ROUNDS) for how in PASSES]
        async with asyncio.TaskGroup() as lanes:
            for start in range(LANES):
                lanes.create_task(lane(hows[start::LANES]))
    assert sum(steer.orders.values()) == ROUNDS * len(PASSES)
    assert all(steer.orders[how, first] >= 3 for how in PASSES for first in ("reply", "pass")), steer.orders
