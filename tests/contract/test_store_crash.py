"""What was acknowledged survives `kill -9` (law 2), and nothing of the killed process is in the way."""

import asyncio
import sys

from tests.support import counter
from tests.support.counter import taken, value
from tests.support.stores import Place

ACKNOWLEDGED = (1, 60, 500)


async def run_and_kill(url: str, acknowledged: int) -> list[tuple[int, int]]:
    """Run the appender until it has acknowledged so many, kill it, and return all it acknowledged."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.appender", url, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    lines = [await program.stdout.readline() for _ in range(acknowledged)]
    program.kill()
    lines += (await program.stdout.read()).splitlines()
    assert await program.wait() == -9
    pairs = [line.split() for line in lines]
    return [(int(pair[0]), int(pair[1])) for pair in pairs if len(pair) == 2]


async def test_acknowledged_writes_survive_kills(place: Place) -> None:
    store = await place.open()
    await store.run(counter.create, 4)
    await store.close()
    promised: set[tuple[int, int]] = set()
    for count in ACKNOWLEDGED:
        promised |= set(await run_and_kill(place.url, count))
        store = await place.open()
        stored = {(which, number) for which in range(4) for number in await store.read(taken, which)}
        assert promised <= stored
        for which in range(4):
            numbers = await store.read(taken, which)
            assert numbers == list(range(1, await store.read(value, which) + 1))
        await store.close()
    assert len(promised) >= sum(ACKNOWLEDGED)
