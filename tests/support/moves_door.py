"""Moves of agents without a socket: they say for how long they can be reached."""

from collections.abc import Sequence
from typing import Any

from batonpass.app import leases
from tests.support.commands import Command
from tests.support.houses import NAMES

LASTING = (1_000, 20_000, 60_000, 3_600_000)


class DoorMoves:
    """A part of the game."""

    async def _send(self, command: Command | None) -> None:
        raise NotImplementedError

    async def an_agent_leases(self, name: str, how: int) -> None:
        if how % 4 == 3:
            await self._send((leases.give_up, name))
        else:
            await self._send((leases.take, leases.Lease(name, LASTING[how % len(LASTING)])))


DOOR_MOVES: dict[str, tuple[float, dict[str, Sequence[Any]]]] = {
    "an_agent_leases": (2, {"name": NAMES, "how": range(12)}),
}
