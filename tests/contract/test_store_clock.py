"""`tx.now`: one reading for a transaction, in milliseconds, never going back, moved only by tests."""

import asyncio
import time

import pytest

from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support import counter
from tests.support.counter import now, numbers, take
from tests.support.stores import Place

HOUR = 3_600_000


def machine_now() -> int:
    """The machine's clock, in milliseconds: the same machine's as both databases'."""
    return time.time_ns() // 1_000_000


async def test_now_is_the_time_in_milliseconds(store: BaseStore[Tx]) -> None:
    for call in (store.run, store.read):
        before = machine_now()
        found = await call(now)
        assert before - 1 <= found <= machine_now() + 1


async def test_now_is_one_reading_for_a_transaction(store: BaseStore[Tx]) -> None:
    def twice(tx: Tx) -> tuple[int, int]:
        first = tx.now
        start = time.monotonic()
        while time.monotonic() < start + 0.005:
            tx.connection.exec_driver_sql("SELECT 1").scalar()
        return first, tx.now

    first, second = await store.run(twice)
    assert first == second


async def test_no_transaction_sees_less_than_an_acknowledged_one(store: BaseStore[Tx]) -> None:
    await store.run(counter.create, 8)
    latest = 0

    async def caller(which: int) -> None:
        nonlocal latest
        for n in range(20):
            known = latest
            at = await (store.read(now) if n % 4 == 3 else store.run(_take_and_tell, which))
            assert at >= known
            latest = max(latest, at)

    await asyncio.gather(*(caller(n) for n in range(8)))


def _take_and_tell(tx: Tx, which: int) -> int:
    take(tx, which)
    return tx.now


async def test_advance_moves_reads_and_writes(store: BaseStore[Tx]) -> None:
    before = await store.run(now)
    await store.advance(HOUR)
    assert HOUR <= await store.run(now) - before < HOUR + 60_000
    await store.advance(HOUR)
    assert 2 * HOUR <= await store.read(now) - before < 2 * HOUR + 60_000
    with pytest.raises(ValueError, match="cannot go back"):
        await store.advance(-1)


async def test_advance_waits_for_calls_under_way_and_holds_back_later_ones(store: BaseStore[Tx]) -> None:
    await store.run(counter.create, 1)
    before = await store.run(now)
    async with asyncio.TaskGroup() as group:
        early = [group.create_task(store.run(_take_and_tell, 0)) for _ in range(20)]
        await asyncio.sleep(0)
        assert store.in_flight == 20
        moving = group.create_task(store.advance(HOUR))
        await asyncio.sleep(0)
        late = [group.create_task(store.run(_take_and_tell, 0)) for _ in range(20)]
    assert moving.done()
    assert max(call.result() for call in early) < before + HOUR
    assert min(call.result() for call in late) >= before + HOUR
    times = await store.read(lambda tx: list(tx.connection.execute(numbers.select().order_by("number"))))
    assert [row.at >= before + HOUR for row in times] == [False] * 20 + [True] * 20


async def test_the_next_opening_can_go_on_at_the_same_time(place: Place) -> None:
    store = await place.open(clock_offset_ms=HOUR)
    await store.advance(HOUR)
    before = await store.run(now)
    await store.close()
    again = await place.open(clock_offset_ms=store.clock_offset_ms)
    assert 0 <= await again.run(now) - before < 60_000
    await again.close()


async def test_a_frozen_clock_moves_by_advance_only(place: Place) -> None:
    store = await place.open(frozen_clock=True)
    first = await store.run(now)
    start = machine_now()
    while machine_now() < start + 5:
        assert await store.read(now) == await store.run(now) == first
    await store.advance(HOUR)
    assert await store.run(now) == first + HOUR
    await store.close()
