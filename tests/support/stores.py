"""A pytest plugin: a fresh, migrated database for each test, on both engines.

`store` is an open store. `place` is its database before it is opened, for tests that open it several times or
in another process. `places` makes any number of them, for one test that needs many (Hypothesis).
A test that takes one of them runs twice: as [sqlite] and as [postgres].
"""

import asyncio
import itertools
import shutil
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from batonpass.store.engine import BaseStore, open_store
from batonpass.store.pgserver import NoPostgres, PgServer
from batonpass.store.tx import Tx

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """One database, migrated and empty. `url` is what `open_store` and `batonpass run` take."""

    engine: str
    url: str

    async def open(self, **options: Any) -> BaseStore[Tx]:
        """Open it; the caller closes it. `options` are those of `open_store`."""
        return await open_store(self.url, Tx, **options)


class Places(Protocol):
    """Makes databases of one engine by copying a migrated one."""

    engine: str

    async def new(self) -> Place:
        """Return a database nobody else has."""

    async def drop(self, place: Place) -> None:
        """Remove it, and throw out whoever still uses it."""


class SqlitePlaces:
    """Copies of a file."""

    engine = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"
        run_in_thread(_migrated(f"sqlite:///{self._template}"))

    async def new(self) -> Place:
        path = self._folder / f"{next(_numbers)}.sqlite3"
        shutil.copyfile(self._template, path)
        return Place(self.engine, f"sqlite:///{path}")

    async def drop(self, place: Place) -> None:
        path = Path(place.url.removeprefix("sqlite:///"))
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink()


class PostgresPlaces:
    """Databases from a template, all on one private server."""

    engine = "postgres"

    def __init__(self, server: PgServer) -> None:
        self._server = server
        run_in_thread(self._make_template())

    async def _make_template(self) -> None:
        await _migrated(await self._server.create_database("template"))

    async def new(self) -> Place:
        url = await self._server.create_database(f"test_{next(_numbers)}", "template")
        return Place(self.engine, url)

    async def drop(self, place: Place) -> None:
        await self._server.drop_database(place.url.partition("?")[0].rpartition("/")[2])


async def _migrated(url: str) -> None:
    store = await open_store(url, Tx)
    await store.close()


def run_in_thread(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end from sync code, whatever event loop this thread has."""
    failed: list[BaseException] = []

    def target() -> None:
        try:
            asyncio.run(work)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


@pytest.fixture(scope="session")
def pg_server() -> Iterator[PgServer]:
    """A PostgreSQL server of this worker; skips with the reason where there are no binaries."""
    try:
        server = PgServer.start({"max_connections": "200"})
    except NoPostgres as error:
        pytest.skip(str(error))
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def sqlite_places(tmp_path_factory: pytest.TempPathFactory) -> SqlitePlaces:
    """See `places`; this engine alone."""
    return SqlitePlaces(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="session")
def postgres_places(pg_server: PgServer) -> PostgresPlaces:
    """See `places`; this engine alone."""
    return PostgresPlaces(pg_server)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def places(request: pytest.FixtureRequest) -> Places:
    """Makes databases; runs the test for each engine."""
    found: Places = request.getfixturevalue(f"{request.param}_places")
    return found


@pytest.fixture
async def place(places: Places) -> AsyncIterator[Place]:
    """A fresh database, not open."""
    fresh = await places.new()
    yield fresh
    await places.drop(fresh)


@pytest.fixture
async def store(place: Place) -> AsyncIterator[BaseStore[Tx]]:
    """An open store on a fresh database."""
    opened = await place.open()
    yield opened
    await opened.close()


@pytest.fixture
async def frozen_store(place: Place) -> AsyncIterator[BaseStore[Tx]]:
    """An open store whose time moves by `advance` only: virtual time."""
    opened = await place.open(frozen_clock=True)
    yield opened
    await opened.close()
