"""Faults of a configuration that changes while chats go on."""

from collections.abc import Callable, Sequence
from typing import Any

from batonpass.app import configuring, presence, timers
from batonpass.app.outcome import Outcome
from batonpass.app.ports import Tx
from tests.faults.catalogue import Fault
from tests.faults.plants import both, nothing, wrap
from tests.faults.scenes import Detector
from tests.support.moves_config import play_changes

MOVES = 60


def changes(seed: int) -> Detector:
    """The game of this seed under an operator who does not sit still."""
    return Detector(f"changes({seed})", lambda place: play_changes(place, seed, MOVES, passing=True))


def _unannounced(real: Callable[..., Any]) -> Callable[..., Any]:
    """A change after which nobody matches."""

    def declare(tx: Tx, agents: Sequence[Any], members: Sequence[Any]) -> Any:
        told = real(tx, agents, members)
        for queue_id in tx.waiting_queues():
            tx.take_matches(queue_id)
        return told

    return declare


FAULTS = [
    Fault(
        5,
        "a bot that gets a limit keeps its chats without slots",
        nothing(configuring, "_fit_slots"),
        changes(0),
    ),
    Fault(
        6,
        "a removed agent is never lost",
        both(*(nothing(where, "let_go") for where in (configuring, presence, timers))),
        changes(1),
    ),
    Fault(
        7,
        "a new membership is not matched",
        both(
            wrap(configuring, "declare", _unannounced),
            nothing(configuring, "wake_queues", Outcome()),
        ),
        changes(1),
    ),
]
