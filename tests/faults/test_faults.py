"""Each fault is found by its detector: green without the patch, red with it."""

import re
from itertools import product

import pytest

from batonpass.domain.errors import TransitionRefused
from batonpass.domain.handoff import TABLE, State, Step
from tests.domain import test_handoff
from tests.faults import catalogue, configuring, desk, handoffs, life
from tests.faults.catalogue import Fault
from tests.faults.scenes import Detector, dice
from tests.support.stores import Place, Places, PostgresPlaces, SqlitePlaces

FAULTS = [*catalogue.FAULTS, *handoffs.FAULTS, *configuring.FAULTS, *life.FAULTS, *desk.FAULTS]
Red = (Exception, pytest.fail.Exception)
_green: set[tuple[str, str]] = set()


async def _play(detector: Detector, places: Places) -> None:
    place: Place = await places.new()
    try:
        await detector.play(place)
    finally:
        await places.drop(place)


async def _green_without(detector: Detector, places: Places) -> None:
    """Play it once without a fault; that it is green holds for all faults it detects."""
    if (detector.name, places.engine) not in _green:
        await _play(detector, places)
        _green.add((detector.name, places.engine))


async def _red_with(fault: Fault, detector: Detector, places: Places) -> BaseException:
    with pytest.MonkeyPatch.context() as patch:
        fault.plant(patch)
        with pytest.raises(Red) as red:
            await _play(detector, places)
    return red.value


def _places(fault: Fault, request: pytest.FixtureRequest) -> Places:
    found: SqlitePlaces | PostgresPlaces = request.getfixturevalue(f"{fault.engine}_places")
    return found


def _case(fault: Fault) -> object:
    marks = [pytest.mark.postgres] if fault.engine == "postgres" else []
    return pytest.param(fault, id=f"law {fault.law} {fault.name}", marks=marks)


@pytest.mark.parametrize("fault", [_case(fault) for fault in FAULTS])
async def test_its_detector_finds_it(fault: Fault, request: pytest.FixtureRequest) -> None:
    places = _places(fault, request)
    await _green_without(fault.detector, places)
    error = await _red_with(fault, fault.detector, places)
    assert re.search(fault.wanted, str(error)), f"{fault.detector.name} found something else: {error}"


def test_every_law_has_a_fault() -> None:
    assert {fault.law for fault in FAULTS} == set(range(1, 13))
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.prove
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(
    "fault", [_case(f) for f in FAULTS if f.detector.name.startswith("dice") and f.engine == "sqlite"]
)
async def test_other_seeds_find_it_too(fault: Fault, sqlite_places: SqlitePlaces) -> None:
    """A pinned seed is no accident: one of the next ones finds the fault as well."""
    for seed in range(100, 120):
        with pytest.MonkeyPatch.context() as patch:
            fault.plant(patch)
            try:
                await _play(dice(seed), sqlite_places)
            except AssertionError:
                return
    pytest.fail("no other seed finds it")


# The table of the hand-off: every pair of a state and a step, made something else


@pytest.mark.parametrize("state,step", list(product(State, Step)))
def test_a_changed_row_of_the_table_is_found(state: State, step: Step) -> None:
    """Its detector is `test_every_step_from_every_state` of that pair, and no other pair's."""
    real = TABLE[state].get(step)
    for other in [*State, None]:
        if other is real:
            continue
        with pytest.MonkeyPatch.context() as patch:
            # A changed copy of the row: taken out and put back, the key would stand last in the drawing.
            row = {key: after for key, after in TABLE[state].items() if key is not step}
            patch.setitem(TABLE, state, row if other is None else {**row, step: other})
            with pytest.raises((AssertionError, TransitionRefused, pytest.fail.Exception)):
                test_handoff.test_every_step_from_every_state(state, step)
            with pytest.raises(AssertionError):
                test_handoff.test_the_drawing_is_the_table()
        test_handoff.test_every_step_from_every_state(state, step)
