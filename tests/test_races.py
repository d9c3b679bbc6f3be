"""A bot's reply racing the pass away from it: whichever commits first, the customer is never spoken to after it.

A thousand interleavings in virtual time on each store (in `make test` a third of them). The order is decided by
who is first at the store; the test shuffles who starts, and by how many turns of the event loop the other is behind.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass

import pytest

from batonpass.app.fired import Fired
from batonpass.app.timers import turn_over
from batonpass.domain.conversation import Entry, EntryKind, Stint
from batonpass.domain.errors import StintEnded
from batonpass.domain.handoff import Kind
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.world import World, bot, person, queue, rules

BATCH = 167
PASSES = ("escalation", "human_request", "failover")


@dataclass(frozen=True)
class Race:
    """One conversation in which the bot owes an answer."""

    world: World
    customer: str
    cid: str
    stint_id: str
    turn_id: str

    async def reply(self) -> bool:
        """The bot answers; whether it was stored for the customer."""
        try:
            await self.world.says("A", self.cid, self.stint_id, "late or not", f"re:{self.turn_id}:1")
        except StintEnded:
            return False
        return True

    async def passes(self, how: str) -> None:
        if how == "escalation":
            await self.world.asks("A", self.cid, self.stint_id, Kind.ESCALATION)
        elif how == "human_request":
            await self.world.wants_human(self.customer, self.cid)
        else:
            await self.world.do(turn_over, Fired(self.turn_id))


async def test_a_reply_racing_the_pass_never_leaks(frozen_store: BaseStore[Tx]) -> None:
    await _races(frozen_store, batches=2)


@pytest.mark.prove
@pytest.mark.timeout(300)
async def test_in_a_thousand_timings_no_reply_leaks(frozen_store: BaseStore[Tx]) -> None:
    await _races(frozen_store, batches=6)


async def _races(frozen_store: BaseStore[Tx], batches: int) -> None:
    chance = random.Random(20)
    world = World(frozen_store, rules(queue("q1", max_wait_ms=10**9)))
    await world.setup([bot("A"), person("R1", 1)], [("q1", "A", 100), ("q1", "R1", 50)])
    await world.connect("A")
    orders: Counter[tuple[str, bool]] = Counter()
    for _ in range(batches):
        races = await _prepare(world)
        hows = [PASSES[number % 3] for number in range(BATCH)]
        await world.store.advance(20_000)
        stored = await asyncio.gather(
            *(_race(race, how, chance.randint(-3, 3)) for race, how in zip(races, hows, strict=True))
        )
        judged = zip(races, hows, stored, strict=True)
        await asyncio.gather(*(_judge(race, how, won) for race, how, won in judged))
        orders.update(zip(hows, stored, strict=True))
        await asyncio.gather(*(world.ends(race.customer, race.cid) for race in races))
    won = sum(count for (_, first), count in orders.items() if first)
    enough = batches * BATCH // 5
    assert won >= enough, orders
    assert batches * BATCH - won >= enough, orders
    assert len(orders) == 2 * len(PASSES), orders


async def _prepare(world: World) -> list[Race]:
    """A batch of conversations, step by step side by side: the store commits them in groups."""
    people = await asyncio.gather(*(world.customer() for _ in range(BATCH)))
    cids = await asyncio.gather(*(world.start(customer) for customer in people))
    await world.settle()
    stints = {s.conversation_id: s.id for s in await world.store.read(_stints)}
    await asyncio.gather(*(world.ready("A", stints[c]) for c in cids))
    await asyncio.gather(*(world.says("A", c, stints[c], "Hello", f"greet:{stints[c]}") for c in cids))
    chats = list(zip(people, cids, strict=True))
    await asyncio.gather(*(world.writes(customer, c, "A person, please") for customer, c in chats))
    turns = await world.store.read(_turns)
    return [Race(world, customer, c, stints[c], turns[stints[c]]) for customer, c in chats]


def _stints(tx: Tx) -> list[Stint]:
    return tx.stints_of("A")


def _turns(tx: Tx) -> dict[str, str]:
    return {turn.stint_id: turn.id for turn in tx.open_turns()}


async def _race(race: Race, how: str, lead: int) -> bool:
    """Start both; a positive lead holds the reply back, a negative one the pass."""

    async def after(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)

    async def reply() -> bool:
        await after(max(0, lead))
        return await race.reply()

    async def away() -> None:
        await after(max(0, -lead))
        await race.passes(how)

    first, second = (away(), reply()) if lead > 0 else (reply(), away())
    results = await asyncio.gather(first, second)
    return bool(results[1] if lead > 0 else results[0])


async def _judge(race: Race, how: str, won: bool) -> None:
    picture = await race.world.picture(race.cid)
    reply = [e for e in picture.entries if e.client_id == f"re:{race.turn_id}:1"]
    removed = [e for e in picture.entries if e.kind is EntryKind.REMOVED]
    seen = await race.world.customer_sees(race.customer, race.cid)
    if won:
        assert [e.kind for e in reply] == [EntryKind.MESSAGE]
        # A reply that beat the deadline ends the turn, so the bot is not lost.
        assert how == "failover" or _position(seen, reply[0]) < _position(seen, removed[0])
        assert how != "failover" or not removed
        return
    assert [(e.kind, e.public_seq) for e in reply] == [(EntryKind.DRAFT, None)]
    assert all(e.client_id != reply[0].client_id for e in seen)
    assert [e.public_seq for e in seen] == list(range(1, len(seen) + 1))


def _position(seen: list[Entry], entry: Entry) -> int:
    return next(i for i, e in enumerate(seen) if e.id == entry.id)
