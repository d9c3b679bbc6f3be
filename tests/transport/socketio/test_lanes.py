import asyncio
from collections.abc import Coroutine
from typing import Any

from batonpass import tasks
from batonpass.transport.socketio.lanes import Job, Lanes
from tests.support.until import until


def spawn(coro: Coroutine[Any, Any, None]) -> None:
    tasks.spawn(coro, name="lane")


def job(log: list[str], name: str, gate: asyncio.Event) -> Job:
    async def run() -> None:
        log.append(f"{name} starts")
        await gate.wait()
        log.append(f"{name} ends")

    return run


async def test_in_order_within_a_lane_and_beside_each_other_across_lanes() -> None:
    lanes, log, gates = Lanes(64, 32, spawn), list[str](), {name: asyncio.Event() for name in "abx"}
    for name, key in (("a", 1), ("b", 1), ("x", 2)):
        assert lanes.submit(key, job(log, name, gates[name]))
    gates["x"].set()
    gates["b"].set()
    await until(lambda: "x ends" in log)
    assert log == ["a starts", "x starts", "x ends"]
    gates["a"].set()
    await until(lambda: "b ends" in log)
    assert log[3:] == ["a ends", "b starts", "b ends"]


async def test_a_full_lane_refuses_and_others_do_not() -> None:
    lanes, log, gate = Lanes(64, 2, spawn), list[str](), asyncio.Event()
    taken = [lanes.submit("slow", job(log, str(number), gate)) for number in range(3)]
    assert taken == [True, True, False]
    assert lanes.submit("other", job(log, "other", gate))
    gate.set()


async def test_room_waits_for_a_place() -> None:
    lanes, log, gate = Lanes(2, 2, spawn), list[str](), asyncio.Event()
    lanes.submit(1, job(log, "a", gate))
    await lanes.room()
    lanes.submit(2, job(log, "b", gate))
    waiting = tasks.spawn(lanes.room(), name="room")
    await asyncio.sleep(0)
    assert not waiting.done()
    gate.set()
    async with asyncio.timeout(5):
        await waiting


async def test_an_idle_connection_keeps_no_lane() -> None:
    lanes, log, gate = Lanes(64, 32, spawn), list[str](), asyncio.Event()
    gate.set()
    for number in range(10):
        lanes.submit(number, job(log, str(number), gate))
    await until(lambda: not lanes._busy)
    assert lanes._in_flight == 0
