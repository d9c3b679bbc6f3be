"""PostgreSQL: settings, what is tried again, what is reported, and what an operator reads."""

import asyncio

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from batonpass.domain.errors import StoreUnavailable
from batonpass.store import guard
from batonpass.store.engine import StoreOpenError, open_store
from batonpass.store.pgserver import PgServer
from batonpass.store.postgres import ATTEMPTS, SETTINGS, PostgresStore
from batonpass.store.tx import Tx
from tests.store.steal import LOST, steal
from tests.support import counter
from tests.support.counter import Oops, counters, take, taken
from tests.support.stores import Place, PostgresPlaces

pytestmark = pytest.mark.postgres


@pytest.fixture
async def place(postgres_places: PostgresPlaces) -> Place:
    fresh = await postgres_places.new()
    store = await fresh.open()
    await store.run(counter.create, 3)
    await store.close()
    return fresh


def show(tx: Tx, name: str) -> str:
    found: str = tx.connection.exec_driver_sql(f"SHOW {name}").scalar_one()
    return found


def fail_with(tx: Tx, sqlstate: str) -> None:
    tx.connection.exec_driver_sql(
        f"DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '{sqlstate}'; END $$"
    )


async def test_settings_of_a_session(place: Place) -> None:
    store = await place.open()
    assert await store.run(show, "synchronous_commit") == "on"
    assert await store.run(show, "transaction_isolation") == "read committed"
    assert await store.run(show, "statement_timeout") == "15s"
    assert await store.run(show, "lock_timeout") == "5s"
    assert await store.run(show, "application_name") == SETTINGS["application_name"]
    assert await store.read(show, "transaction_isolation") == "repeatable read"
    assert await store.read(show, "transaction_read_only") == "on"
    assert await store.run(show, "transaction_read_only") == "off"
    await store.close()


async def test_the_servers_own_setting_does_not_weaken_a_commit(place: Place) -> None:
    connection = await asyncpg.connect(place.url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    await connection.close()
    store = await place.open()
    assert await store.run(show, "synchronous_commit") == "on"
    await store.close()


async def test_a_commit_that_does_not_wait_for_the_disk_has_to_be_asked_for(place: Place) -> None:
    for weak in ("off", "local", "remote_write"):
        with pytest.raises(StoreOpenError, match=f"synchronous_commit is '{weak}', must be 'on'"):
            await place.open(settings={"synchronous_commit": weak})
    store = await place.open(settings={"synchronous_commit": "off"}, durable=False)
    assert await store.run(show, "synchronous_commit") == "off"
    await store.close()


async def test_a_deadlock_is_tried_again(place: Place) -> None:
    store = await place.open(settings={"deadlock_timeout": "20ms"})
    locked: set[int] = set()
    tries: list[int] = []

    def lock_both(tx: Tx, first: int, second: int) -> None:
        tries.append(first)
        take(tx, first)
        locked.add(first)
        while locked != {0, 1}:
            # A statement, and so a turn for the other one.
            tx.connection.exec_driver_sql("SELECT 1")
        take(tx, second)

    await asyncio.gather(store.run(lock_both, 0, 1), store.run(lock_both, 1, 0))
    assert await store.read(taken, 0) == await store.read(taken, 1) == [1, 2]
    assert len(tries) > 2
    await store.close()


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "55P03"])
async def test_it_is_tried_so_often_and_then_reported(place: Place, sqlstate: str) -> None:
    store = await place.open()
    tries: list[int] = []

    def always(tx: Tx) -> None:
        tries.append(take(tx))
        fail_with(tx, sqlstate)

    with pytest.raises(StoreUnavailable, match="planted"):
        await store.run(always)
    assert tries == [1] * ATTEMPTS
    assert await store.run(take) == 1
    await store.close()


@pytest.mark.parametrize("sqlstate", ["53100", "57014", "58030", "08006"])
async def test_trouble_of_the_server_is_reported_at_once(place: Place, sqlstate: str) -> None:
    store = await place.open()
    tries: list[int] = []

    def once(tx: Tx) -> None:
        tries.append(take(tx))
        fail_with(tx, sqlstate)

    with capture_logs() as logs, pytest.raises(StoreUnavailable, match="planted") as error:
        await store.run(once)
    assert error.value.retryable
    assert "planted" not in error.value.message
    assert logs == [{"event": "store_unavailable", "log_level": "warning", "detail": "PostgreSQL: planted"}]
    assert tries == [1]
    assert await store.run(take) == 1
    await store.close()


async def test_a_lock_that_does_not_come_is_reported_and_then_forgotten(place: Place) -> None:
    store = await place.open(settings={"lock_timeout": "10ms"})
    foreign = await asyncpg.connect(place.url)
    lock = foreign.transaction()
    await lock.start()
    await foreign.execute("UPDATE test_counters SET value = 0 WHERE id = 0")
    with pytest.raises(StoreUnavailable, match="lock timeout"):
        await store.run(take)
    assert await store.run(take, 1) == 1
    await lock.rollback()
    await foreign.close()
    assert await store.run(take) == 1
    await store.close()


async def test_a_statement_that_takes_too_long_is_stopped(place: Place) -> None:
    store = await place.open(settings={"statement_timeout": "20ms"})
    with pytest.raises(StoreUnavailable, match="statement timeout"):
        await store.run(lambda tx: tx.connection.exec_driver_sql("SELECT pg_sleep(5)"))
    assert await store.run(take) == 1
    await store.close()


async def test_a_lost_connection_is_reported_and_replaced(place: Place) -> None:
    store = await place.open(pool_size=4)

    def lose(tx: Tx) -> None:
        take(tx)
        tx.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(StoreUnavailable):
        await store.run(lose)
    assert await store.run(take) == 1
    await asyncio.gather(*(store.run(take) for _ in range(20)))
    killer = await asyncpg.connect(place.url)
    await killer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await killer.close()
    # One call finds out; the pool throws away all that are as old.
    results = await asyncio.gather(*(store.run(take) for _ in range(20)), return_exceptions=True)
    assert all(isinstance(result, int | StoreUnavailable) for result in results)
    assert await asyncio.gather(*(store.run(take, 1) for _ in range(20)))
    stored = await store.read(taken)
    assert {result for result in results if isinstance(result, int)} <= set(stored)
    assert stored == list(range(1, len(stored) + 1))
    await store.close()


async def test_more_callers_than_connections_wait_their_turn(place: Place) -> None:
    store = await place.open(pool_size=2)
    assert isinstance(store, PostgresStore)
    got = await asyncio.gather(*(store.run(take) for _ in range(60)))
    assert sorted(got) == list(range(1, 61))
    # One is the guard: this server has the database alone.
    assert "Current Checked out connections: 1" in store._engine.pool.status()
    await store.close()


async def test_what_a_use_case_raises_is_not_retried(place: Place) -> None:
    store = await place.open()
    tries: list[int] = []

    def refuse(tx: Tx) -> None:
        tries.append(take(tx))
        raise Oops

    with pytest.raises(Oops):
        await store.run(refuse)
    assert tries == [1]
    await store.close()


async def test_an_unreachable_server_is_named_without_the_password() -> None:
    urls = {
        "postgresql://bo:hunter2@127.0.0.1:1/chats": "postgresql://bo:***@127.0.0.1:1/chats",
        "postgres://bo@127.0.0.1:1/chats?password=hunter2": "postgresql://bo:***@127.0.0.1:1/chats",
    }
    for url, shown in urls.items():
        with pytest.raises(StoreOpenError) as error:
            await open_store(url, Tx)
        assert shown in str(error.value)
        assert "hunter2" not in str(error.value)
        assert "Connect call failed" in str(error.value)


async def test_a_missing_database_and_other_urls_are_named(pg_server: PgServer) -> None:
    with pytest.raises(StoreOpenError, match='database "nowhere" does not exist'):
        await open_store(pg_server.url("nowhere"), Tx)
    with pytest.raises(StoreOpenError, match="unknown store mysql"):
        await open_store("mysql://bo:hunter2@h/x", Tx)
    with pytest.raises(StoreOpenError, match="not a URL of PostgreSQL"):
        await PostgresStore.open("mysql://bo:hunter2@h/x", Tx)


async def test_a_second_server_on_the_database_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "ALONE_ATTEMPTS", 2)
    first = await place.open()
    with pytest.raises(StoreOpenError, match="in use by another server"):
        await place.open()
    beside = await place.open(beside=True)
    await beside.close()
    await first.close()
    again = await place.open()
    await again.close()


HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"


async def test_a_lost_guard_is_taken_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "ALONE_ATTEMPTS", 2)
    store = await place.open()
    foreign = await asyncpg.connect(place.url)
    for _ in range(3):
        store.shaken.clear()
        await foreign.execute(LOST)
        async with asyncio.timeout(10):
            await store.shaken.wait()
        assert await foreign.fetchval(HELD) == 1
        with pytest.raises(StoreOpenError, match="in use by another server"):
            await place.open()
    assert not store.lost.is_set()
    assert await store.run(take) == 1
    await foreign.close()
    await store.close()
    await (await place.open()).close()


async def test_a_guard_that_is_cut_off_and_lives_on_is_ended(place: Place) -> None:
    store = await place.open()
    assert isinstance(store, PostgresStore)
    cut_off = store._guard._session
    assert cut_off is not None
    store._guard._session = await store._engine.connect()
    async with asyncio.timeout(10):
        await store.shaken.wait()
    assert await store.run(take) == 1
    with pytest.raises(DBAPIError):
        await cut_off.exec_driver_sql("SELECT 1")
    await cut_off.close()
    await store.close()


async def test_a_store_that_another_server_took_serves_no_more(place: Place) -> None:
    store = await place.open()
    foreign = await steal(place)
    async with asyncio.timeout(10):
        await store.lost.wait()
    for call in (store.run, store.read):
        with pytest.raises(StoreUnavailable, match="another server"):
            await call(take)
    await store.close()
    await foreign.close()


async def test_those_that_start_together_migrate_once(pg_server: PgServer) -> None:
    url = await pg_server.create_database("together")
    stores = await asyncio.gather(*(open_store(url, Tx, pool_size=2, beside=True) for _ in range(4)))
    revisions = await stores[0].read(
        lambda tx: list(tx.connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
    )
    assert len(revisions) == 1
    for store in stores:
        await store.close()
    await pg_server.drop_database("together")


async def test_a_stopped_server_is_reported() -> None:
    server = await asyncio.to_thread(PgServer.start)
    store = await open_store(server.url(), Tx, pool_size=2)
    await store.run(lambda tx: counters.create(tx.connection))
    await asyncio.to_thread(server.stop)
    for call in (store.run, store.read):
        with pytest.raises(StoreUnavailable):
            await call(lambda tx: tx.now)
    await store.close()
