"""Keys of agents, on both stores: two are good at once, and one that is taken back opens nothing more."""

import pytest

from batonpass.app import keys, leases
from batonpass.app.audit import By
from batonpass.app.keys import NewKey, Revoke, Rotation
from batonpass.app.ports_door import AccountRow, SessionRow
from batonpass.domain import events as e
from batonpass.domain.errors import CallerError, NotFound
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.world import World, person, queue, rules

ADA = By("admin", "account:ada")
HOUR = 3_600_000


async def house(store: BaseStore[Tx]) -> World:
    world = World(store, rules(queue("q1")))
    await world.setup([person("R1"), person("R2")], [("q1", "R1", 1)])
    return world


def new(name: str, agent_id: str = "R1") -> NewKey:
    return NewKey(agent_id, f"hash-{name}", f"bpa_{name}", ADA)


def _whose(tx: Tx, name: str) -> str | None:
    return tx.agent_by_key(f"hash-{name}")


async def opens(world: World, *names: str) -> list[str]:
    """Which of these keys are good now."""
    found = [await world.store.read(_whose, name) for name in names]
    return [name for name, agent_id in zip(names, found, strict=True) if agent_id is not None]


async def test_field_25_a_rotation_leaves_two_good_at_once_and_then_one(frozen_store: BaseStore[Tx]) -> None:
    """FIELD 25."""
    world = await house(frozen_store)
    for name in ("one", "two"):
        await world.do(keys.create_key, new(name))
        await world.store.advance(1_000)
    assert await opens(world, "one", "two") == ["one", "two"]
    await world.do(keys.rotate_key, Rotation(new("three"), HOUR))
    assert await opens(world, "one", "two", "three") == ["two", "three"]
    assert e.AccessChanged() in world.recorder.take()
    await world.store.advance(HOUR)
    assert await opens(world, "one", "two", "three") == ["three"]


async def test_a_second_rotation_never_prolongs_a_key_that_was_to_end(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    await world.do(keys.create_key, new("one"))
    await world.do(keys.rotate_key, Rotation(new("two"), HOUR))
    await world.do(keys.revoke_key, Revoke("bpa_two", ADA))
    await world.do(keys.rotate_key, Rotation(new("three"), 10 * HOUR))
    await world.store.advance(HOUR)
    assert await opens(world, "one", "two", "three") == ["three"]


def _reachable(tx: Tx) -> bool:
    return tx.agents(["R1"])["R1"].reachable


def _sign_in(tx: Tx) -> None:
    tx.add_account(AccountRow("a1", "rita", "agent", "R1", "", True, tx.now))
    tx.add_session(SessionRow("h", "s1", "a1", "", "", tx.now, tx.now + HOUR))


@pytest.mark.parametrize("signed_in", [False, True])
async def test_a_lease_ends_with_the_last_key_unless_somebody_signed_in(
    frozen_store: BaseStore[Tx], signed_in: bool
) -> None:
    """Else an agent whom nobody can be is offered chats for up to an hour."""
    world = await house(frozen_store)
    for name in ("one", "two"):
        await world.do(keys.create_key, new(name))
    await world.do(leases.take, leases.Lease("R1", HOUR))
    if signed_in:
        await frozen_store.run(_sign_in)
    await world.do(keys.revoke_key, Revoke("bpa_one", ADA))
    assert await frozen_store.read(_reachable)
    await world.do(keys.revoke_key, Revoke("bpa_two", ADA))
    assert await frozen_store.read(_reachable) is signed_in


async def test_a_key_taken_back_opens_nothing_and_twice_is_once(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    await world.do(keys.create_key, new("one"))
    world.recorder.take()
    first = await world.do(keys.revoke_key, Revoke("bpa_one", ADA))
    assert world.recorder.take() == [e.AccessChanged()]
    assert await opens(world, "one") == []
    await world.store.advance(HOUR)
    assert await world.do(keys.revoke_key, Revoke("bpa_one", ADA)) == first
    lines = await world.store.read(lambda tx: tx.audit_rows(limit=9, action="keys."))
    assert [(line.action, line.ref, line.details["prefix"]) for line in lines] == [
        ("keys.revoked", "R1", "bpa_one"),
        ("keys.created", "R1", "bpa_one"),
    ]


async def test_keys_are_for_agents_there_are_and_not_without_end(frozen_store: BaseStore[Tx]) -> None:
    world = await house(frozen_store)
    with pytest.raises(NotFound):
        await world.do(keys.create_key, new("x", "nobody"))
    with pytest.raises(NotFound):
        await world.do(keys.revoke_key, Revoke("bpa_nobody", ADA))
    for number in range(keys.MOST_GOOD):
        await world.do(keys.create_key, new(str(number)))
    with pytest.raises(CallerError) as refusal:
        await world.do(keys.create_key, new("more"))
    assert refusal.value.code == "too_many_keys"
    await world.do(keys.rotate_key, Rotation(new("more")))
    assert len(await opens(world, "more", *map(str, range(keys.MOST_GOOD)))) == 2
