"""What goes wrong on purpose while the play runs: the server is killed, agents' connections are cut."""

import asyncio
from random import Random

import structlog

from batonpass.demo.play import Counters, Play
from batonpass.demo.world import ServerProcess

log = structlog.get_logger(__name__)

KILLS = 5


def moments(chance: Random, counters: Counters) -> list[int]:
    """Return the numbers of said turns at which the server goes, in order; at least five."""
    in_all = counters.turns_in_all
    wanted = KILLS + chance.randrange(4)
    # One in each part of the play, so that they never fall on one moment.
    parts = [chance.uniform(n + 0.1, n + 0.9) / wanted for n in range(wanted)]
    return [max(1, int(0.05 * in_all + 0.85 * in_all * part)) for part in parts]


class Trouble:
    """Kills the server when seeded shares of all turns are said, and starts it again at once."""

    def __init__(self, play: Play, server: ServerProcess, chance: Random) -> None:
        self.play = play
        self.server = server
        self._chance = chance

    async def run(self) -> None:
        """Kill the server at each of its moments."""
        counters = self.play.counters
        for place in moments(self._chance, counters):
            await self.play.progress.until(lambda at=place: counters.turns >= at)  # type: ignore[misc]
            # Anywhere between two turns, not only right behind one.
            await asyncio.sleep(self._chance.uniform(0, 0.08))
            await self._kill()

    async def _kill(self) -> None:
        self.play.counters.kills += 1
        self.play.plan.write("kill", n=self.play.counters.kills)
        log.info("server_killed", n=self.play.counters.kills, turns=self.play.counters.turns)
        await self.server.kill()
        await self.server.start()
