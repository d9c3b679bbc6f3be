"""Agents are locked by id, whatever happens to how many of them: what is late is not late for each other's sake."""

import pytest

from batonpass.app import presence
from batonpass.app.outcome import Env
from batonpass.domain.agents import Presence
from batonpass.domain.handoff import Kind
from batonpass.domain.life import LifeRules
from batonpass.domain.rules import HandBack, Trigger
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, agent, held_by, house
from tests.support import ground
from tests.support.game import play_dice
from tests.support.houses import House
from tests.support.locking import watched_locks
from tests.support.stores import SqlitePlaces
from tests.support.world import queue

Store = BaseStore[Tx]
OWED = LifeRules(first_reply_ms=30 * S, first_reply_fails_over=True)


async def test_a_first_word_that_did_not_come(frozen_store: Store) -> None:
    """R2 goes, and with it R1, whom it has consulted."""
    world = await house(frozen_store, "R1", "R2", "R3", q1=queue("q1", life=OWED))
    talk = await held_by(world, "R2")
    await world.choose("R3", Presence.AWAY)
    await talk.asks("R2", Kind.CONSULTATION, target=agent("R1"))
    await talk.takes("R1")
    with watched_locks() as wrong:
        await world.advance(30 * S)
    assert (await talk.told())[-1] == "no_reply"
    assert wrong == []


async def test_who_is_lost_and_handed_back(frozen_store: Store) -> None:
    back = queue("q1", hand_back=HandBack(agent("B"), frozenset({Trigger.AGENT_LOST})))
    world = await house(frozen_store, "R1", "B", q1=back)
    talk = await held_by(world, "R1")
    with watched_locks() as wrong:
        await talk.is_lost("R1")
    assert await talk.holder() == "B"
    assert wrong == []


def _by_id(tx: Tx, env: Env, house: House) -> None:
    """The stage of the games has all agents come in one transaction, which no server does."""
    for row in sorted(house.agents, key=lambda row: row.id):
        presence.connect(tx, env, presence.Connection(f"sid-{row.id}", row.id))


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(100, 120))
async def test_whatever_is_played(
    sqlite_places: SqlitePlaces, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(ground, "_everybody_connects", _by_id)
    with watched_locks() as wrong:
        await play_dice(await sqlite_places.new(), seed, 200)
    assert wrong == []
