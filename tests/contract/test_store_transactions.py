"""A call is one transaction: whole or not at all, alone, and answered after its commit."""

import asyncio
import sqlite3

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from batonpass.domain.errors import StoreUnavailable
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support import counter
from tests.support.counter import Oops, numbers, take, taken, value
from tests.support.stores import Place, run_in_thread


@pytest.fixture
async def store(store: BaseStore[Tx]) -> BaseStore[Tx]:
    """A store with three counters."""
    await store.run(counter.create, 3)
    return store


def take_twice(tx: Tx) -> None:
    """Log one number twice, which the primary key refuses."""
    number = take(tx)
    tx.connection.execute(numbers.insert().values(counter=0, number=number, at=tx.now, who=""))


async def write_elsewhere(place: Place, statement: str) -> None:
    """Commit a statement over a connection that is not the store's."""
    if place.engine == "sqlite":
        raw = sqlite3.connect(place.url.removeprefix("sqlite:///"))
        raw.execute(statement)
        raw.commit()
        raw.close()
    else:
        connection = await asyncpg.connect(place.url)
        await connection.execute(statement)
        await connection.close()


async def test_a_result_is_what_was_stored(store: BaseStore[Tx]) -> None:
    assert await store.run(take) == 1
    assert await store.run(take, 0, who="b") == 2
    assert await store.read(taken) == [1, 2]


async def test_a_refusal_leaves_nothing_and_reaches_the_caller_as_it_is(store: BaseStore[Tx]) -> None:
    with pytest.raises(Oops, match="ann gives 1 back"):
        await store.run(take, who="ann", fail=True)
    assert await store.read(taken) == []
    assert await store.read(value) == 0
    assert await store.run(take) == 1


async def test_one_failure_among_many_is_its_own(store: BaseStore[Tx]) -> None:
    calls = [store.run(take, who=str(n), fail=n % 3 == 0) for n in range(60)]
    results = await asyncio.gather(*calls, return_exceptions=True)
    failed = [n for n, result in enumerate(results) if isinstance(result, Oops)]
    assert failed == [n for n in range(60) if n % 3 == 0]
    assert sorted(result for result in results if isinstance(result, int)) == list(range(1, 41))
    assert await store.read(taken) == list(range(1, 41))


async def test_the_database_may_refuse_one_of_many(store: BaseStore[Tx]) -> None:
    results = await asyncio.gather(
        store.run(take), store.run(take_twice), store.run(take), return_exceptions=True
    )
    assert isinstance(results[1], IntegrityError)
    assert {results[0], results[2]} == {1, 2}
    assert await store.read(taken) == [1, 2]


def _say(_tx: Tx, number: int) -> int:
    return number


async def test_each_caller_gets_its_own_answer(store: BaseStore[Tx]) -> None:
    results = await asyncio.gather(*(store.run(_say, n) for n in range(100)))
    assert results == list(range(100))


async def test_concurrent_increments_are_dense(store: BaseStore[Tx]) -> None:
    async def caller(n: int) -> list[int]:
        return [await store.run(take, n % 3) for _ in range(10)]

    got = await asyncio.gather(*(caller(n) for n in range(24)))
    for which in range(3):
        mine = sorted(number for n, numbers in enumerate(got) if n % 3 == which for number in numbers)
        assert mine == list(range(1, 81))
        assert await store.read(taken, which) == mine
    assert all(numbers == sorted(numbers) for numbers in got)


async def test_a_read_refuses_to_write(store: BaseStore[Tx]) -> None:
    with pytest.raises(DBAPIError):
        await store.read(take)
    assert await store.run(take) == 1


async def test_a_read_holds_every_acknowledged_commit(store: BaseStore[Tx]) -> None:
    async def caller(which: int) -> None:
        for _ in range(20):
            number = await store.run(take, which)
            assert await store.read(value, which) >= number

    await asyncio.gather(*(caller(n % 3) for n in range(12)))


async def test_a_read_is_one_snapshot(store: BaseStore[Tx], place: Place) -> None:
    def twice(tx: Tx) -> tuple[int, int]:
        first = value(tx)
        run_in_thread(write_elsewhere(place, "UPDATE test_counters SET value = 41 WHERE id = 0"))
        return first, value(tx)

    assert await store.read(twice) == (0, 0)
    assert await store.run(take) == 42


async def test_a_cancelled_caller_takes_nobody_with_it(store: BaseStore[Tx]) -> None:
    rest = []
    for after in range(12):
        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(store.run(take, who=str(n))) for n in range(40)]
            for _ in range(after):
                # One turn of the loop: each round cancels a little further on its way.
                await asyncio.sleep(0)
            for call in calls[::2]:
                call.cancel()
        rest += [call.result() for call in calls if not call.cancelled()]
    stored = await store.read(taken)
    assert set(rest) <= set(stored)
    assert len(set(rest)) == len(rest) >= 12 * 20
    assert stored == list(range(1, len(stored) + 1))
    assert store.in_flight == 0
    assert await asyncio.gather(*(store.run(take, 1) for _ in range(50)))


async def test_a_timeout_around_a_call_is_a_timeout(store: BaseStore[Tx]) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await store.run(take)
    assert store.in_flight == 0


async def test_close_finishes_what_was_called_and_refuses_the_rest(
    store: BaseStore[Tx], place: Place
) -> None:
    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(store.run(take)) for _ in range(100)]
        await asyncio.sleep(0)
        await store.close()
        assert store.in_flight == 0
    assert sorted(call.result() for call in calls) == list(range(1, 101))
    for later in (store.run(take), store.read(taken)):
        with pytest.raises(StoreUnavailable, match="closed") as refused:
            await later
        assert refused.value.retryable
    await store.close()
    again = await place.open()
    assert await again.read(taken) == list(range(1, 101))
    await again.close()


async def test_json_and_any_text_come_back_as_they_went(store: BaseStore[Tx]) -> None:
    words = "naïve 🙂 \u2028 ' \" \\ %s :x {0}\r\n\t"
    await store.run(take, who=words)
    back = await store.read(lambda tx: tx.connection.execute(numbers.select()).one())
    assert back.who == words
