"""A machine plays the use cases at random on both stores; the laws are asked after every commit.

`make test` plays the same games each time; HYPOTHESIS_PROFILE=search (`make prove`) looks for new ones, and so
do dice, which make longer games. A failing game prints its moves, or its seed.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.support.game import MOVES, OF_HOURS, QUEUES, YES, Game, Move, play_dice
from tests.support.houses import CUSTOMERS, policies, usual
from tests.support.moves_hours import shifts
from tests.support.stores import Places

T = TypeVar("T")


class Machine(RuleBasedStateMachine):
    """Draws a beginning, then moves; `of` adds a rule for each move of the game."""

    places: ClassVar[Places]
    in_shifts: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.place = self.go(self.places.new())
        self.game: Game

    @staticmethod
    def of(places: Places, *, in_shifts: bool) -> type["Machine"]:
        """`in_shifts`: in the house whose queues open and close, with the moves about it."""
        rules = {name: _rule(name, move) for name, move in (MOVES | (OF_HOURS if in_shifts else {})).items()}
        return type("Game", (Machine,), {"places": places, "in_shifts": in_shifts, **rules})

    def go(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    @initialize(
        burst_ms=st.sampled_from([0, 2_000]),
        hop_limit=st.sampled_from([6, 1]),
        handing_back=st.sampled_from(YES),
        eager=st.sampled_from(YES),
        queues=st.lists(st.sampled_from(QUEUES), min_size=1, max_size=CUSTOMERS),
    )
    def begin(
        self, burst_ms: int, hop_limit: int, handing_back: bool, eager: bool, queues: Sequence[str]
    ) -> None:
        built = shifts if self.in_shifts else policies if handing_back else usual
        house = built(burst_ms=burst_ms, hop_limit=hop_limit)
        self.game = self.go(Game.begin(self.place, house, eager, queues))

    def teardown(self) -> None:
        try:
            if hasattr(self, "game"):
                self.go(self.game.ground.look())
                self.go(self.game.ground.store.close())
            self.go(self.places.drop(self.place))
        finally:
            self.loop.close()
        super().teardown()


def _rule(name: str, move: Move) -> Callable[..., None]:
    def play(self: Machine, **drawn: Any) -> None:
        self.go(self.game.play(name, **drawn))

    play.__name__ = name
    drawn: dict[str, Any] = {arg: st.sampled_from(choices) for arg, choices in move.choices.items()}
    made: Callable[..., None] = rule(**drawn)(play)  # type: ignore[no-untyped-call]
    return made


def search(places: Places, *, in_shifts: bool = False, **changes: Any) -> None:
    run_state_machine_as_test(
        Machine.of(places, in_shifts=in_shifts), settings=settings(settings(), **changes)
    )


@pytest.mark.timeout(300)
def test_games(places: Places) -> None:
    examples = 25 if places.engine == "sqlite" else 6
    search(places, max_examples=examples, stateful_step_count=40, derandomize=True, database=None)


@pytest.mark.parametrize("seed", range(3))
async def test_dice(places: Places, seed: int) -> None:
    await _dice(places, seed, moves=120)


@pytest.mark.parametrize("seed", range(3))
async def test_dice_in_any_house(places: Places, seed: int) -> None:
    await _dice(places, seed, moves=120, anywhere=True)


@pytest.mark.timeout(300)
def test_games_in_shifts(places: Places) -> None:
    examples = 3 if places.engine == "sqlite" else 1
    search(
        places,
        in_shifts=True,
        max_examples=examples,
        stateful_step_count=40,
        derandomize=True,
        database=None,
    )


@pytest.mark.prove
@pytest.mark.timeout(3_600)
def test_many_games(places: Places) -> None:
    examples = settings().max_examples
    search(
        places, max_examples=examples if places.engine == "sqlite" else examples // 10, stateful_step_count=60
    )


@pytest.mark.prove
@pytest.mark.timeout(3_600)
def test_many_games_in_shifts(places: Places) -> None:
    examples = max(10, settings().max_examples // 10)
    search(places, in_shifts=True, max_examples=examples, stateful_step_count=40)


@pytest.mark.prove
@pytest.mark.timeout(3_600)
async def test_many_dice(places: Places) -> None:
    for seed in range(1_000, 1_200 if places.engine == "sqlite" else 1_030):
        await _dice(places, seed, moves=300, anywhere=seed % 3 == 1, in_shifts=seed % 3 == 2)


async def _dice(
    places: Places, seed: int, moves: int, *, anywhere: bool = False, in_shifts: bool = False
) -> None:
    place = await places.new()
    try:
        await play_dice(place, seed, moves, anywhere=anywhere, in_shifts=in_shifts)
    except BaseException as error:
        error.add_note(f"play_dice(place, {seed=}, {moves=}, {anywhere=}, {in_shifts=})")
        raise
    finally:
        await places.drop(place)
