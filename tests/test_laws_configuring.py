"""The laws hold while the operator changes capacities, memberships, agents, queues and rules under running chats."""

import pytest

from tests.support.moves_config import play_changes
from tests.support.stores import Places


async def _play(places: Places, seed: int, moves: int) -> None:
    place = await places.new()
    try:
        await play_changes(place, seed, moves)
    except BaseException as error:
        error.add_note(f"play_changes(place, {seed=}, {moves=})")
        raise
    finally:
        await places.drop(place)


@pytest.mark.parametrize("seed", range(1))
async def test_the_laws_hold_while_the_configuration_changes(places: Places, seed: int) -> None:
    await _play(places, seed, 100)


@pytest.mark.prove
@pytest.mark.timeout(3_600)
async def test_the_laws_hold_through_many_changes(places: Places) -> None:
    for seed in range(1_000, 1_100 if places.engine == "sqlite" else 1_015):
        await _play(places, seed, 250)
