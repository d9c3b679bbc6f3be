"""The demo's own server: a configuration, a database, keys, and a process that can be killed and started again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from batonpass.app import matching
from batonpass.app.configuring import env_of
from batonpass.config import Config, load_config
from batonpass.ids import new_id
from batonpass.server import add_key, apply_config
from batonpass.store.engine import open_store
from batonpass.store.tx import Tx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

START_SECONDS = 30.0
STOP_SECONDS = 20.0

# Fewer slots than conversations at a time would like: somebody always waits for one.
REPRESENTATIVES = 5
CAPACITY = 3
WRAP_UP_MS = 400
# Longer than the grace below, so that whoever vanishes is lost.
VANISHED_S = 4.0
# Short times, so that what must be provoked happens often. Longer than any server needs to answer.
_HEAD = f"""
[server]
max_connections_per_address = 100000

[timers]
offer = 1.0
grace = 3
turn = 4
wrap_up = {WRAP_UP_MS / 1000}
max_wait = 600
sweep = 1
# Longer than the grace: who vanishes in a warm transfer is lost before its deadline.
completion = 6

[routing]
failover_queue = "front"
hop_limit = 1000

[[entry]]
when = {{ journey = "one queue" }}
queue = "solo"

[[entry]]
queue = "front"
"""


@dataclass(frozen=True, slots=True)
class Staff:
    """An agent of the demo."""

    id: str
    kind: str
    name: str
    capacity: int | None = None


BOT_A = Staff("bot-a", "bot", "Bot A")
BOT_B = Staff("bot-b", "bot", "Bot B")
PEOPLE = [
    Staff(f"rep-{n}", "representative", f"Representative {n}", CAPACITY)
    for n in range(1, REPRESENTATIVES + 1)
]
EVERYBODY = [BOT_A, BOT_B, *PEOPLE]

Scenario = Literal["journeys", "all"]
# In `all` there are experts too, whose queue hands back by policy; and one who is never there, so that what is
# passed to these queues overflows, late or soon, or returns.
SPECIALISTS = [Staff(f"expert-{n}", "representative", f"Expert {n}", CAPACITY) for n in range(1, 4)]
TALKERS = [*PEOPLE, *SPECIALISTS]
# A supervisor serves no queue, and holds what was taken over.
CHIEF = Staff("chief", "representative", "Chief", CAPACITY)
NIGHT_OWL = Staff("night-owl", "representative", "Night owl", 1)
FRONT, AFTER, SOLO = "front", "after", "solo"
EXPERTS, NIGHT, LATE, GHOST = "experts", "night", "late", "ghost"
CARE = "care"
"""A workflow: the night owl, who is never there; then the experts."""


def people(scenario: Scenario) -> list[Staff]:
    """Return the representatives who take part."""
    return [*TALKERS, CHIEF] if scenario == "all" else PEOPLE


def configuration(scenario: Scenario = "journeys") -> str:
    """Return the demo's `batonpass.toml`: both journeys, `front` and `after`, and all in one in `solo`."""
    more = _more_queues() if scenario == "all" else iter(())
    return "\n".join([_HEAD, *_queues(), *more, *_agents(scenario)])


def _queues() -> Iterator[str]:
    people = [(person.id, 50) for person in PEOPLE]
    yield from _queue("front", [(BOT_A.id, 100), *people])
    yield '[queues.front.hand_back]\ntarget = "queue"\nid = "after"\n'
    yield from _queue("after", [(BOT_B.id, 10)])
    yield from _queue("solo", [(BOT_A.id, 100), *people, (BOT_B.id, 10)])


def _queue(name: str, members: list[tuple[str, int]]) -> Iterator[str]:
    yield f"[queues.{name}]\nmembers = ["
    yield from (f'  {{ agent = "{agent}", capacity_priority = {rank} }},' for agent, rank in members)
    yield "]\n"


def _more_queues() -> Iterator[str]:
    yield from _queue(EXPERTS, [(expert.id, 50) for expert in SPECIALISTS])
    yield f'[queues.{EXPERTS}.hand_back]\nwhen = ["command", "resolved", "idle"]\nidle = 2.5\ncool_down = 0\n'
    yield f'target = "queue"\nid = "{AFTER}"\n'
    rest = (
        (NIGHT, 1, f'overflow = "{EXPERTS}"'),
        (LATE, 6, f'overflow = "{EXPERTS}"'),
        # Long enough for a giver who has taken other chats meanwhile.
        (GHOST, 20, 'nobody = "return"'),
    )
    for name, max_wait, rule in rest:
        yield from _queue(name, [(NIGHT_OWL.id, 50)])
        yield f"max_wait = {max_wait}\n{rule}\n"
    yield f"[workflows.{CARE}]\nsteps = ["
    yield f'  {{ agent = "{NIGHT_OWL.id}", skip_when_unavailable = true }},'
    yield f'  {{ queue = "{EXPERTS}", timeout = 30 }},\n]'
    yield f'fallback = {{ queue = "{FRONT}" }}\n'


def _agents(scenario: Scenario) -> Iterator[str]:
    more = [*SPECIALISTS, NIGHT_OWL, CHIEF] if scenario == "all" else []
    for staff in [*EVERYBODY, *more]:
        yield f'[agents.{staff.id}]\nkind = "{staff.kind}"\nname = "{staff.name}"'
        yield f"capacity = {staff.capacity}\n" if staff.capacity else ""
        if staff is CHIEF:
            yield "supervisor = true\n"


@dataclass(slots=True)
class World:
    """The server's house: its folder, configuration and store, and a key for each agent."""

    folder: Path
    store_url: str
    config: Config
    keys: dict[str, str]
    found_before: int

    @property
    def config_file(self) -> Path:
        return self.folder / "batonpass.toml"

    async def swept(self) -> int:
        """Sweep once more, with the server stopped, and return what all sweeps of this run found."""
        store = await open_store(self.store_url, Tx)
        try:
            env = env_of(self.config)
            forgotten = await store.read(matching.forgotten, env.rules)
            if forgotten:
                await store.run(matching.sweep, env, forgotten)
            return int(await store.read(_found) or 0) - self.found_before
        finally:
            await store.close()


def _found(tx: Tx) -> str | None:
    return tx.get_meta("sweep_found_work")


async def build(folder: Path, store_url: str, scenario: Scenario = "journeys") -> World:
    """Write the configuration, make the database and the keys."""
    file = folder / "batonpass.toml"
    file.write_text(configuration(scenario), encoding="utf-8")
    config = load_config(file, env={"BATONPASS_STORE__URL": store_url})
    store = await open_store(store_url, Tx)
    try:
        await apply_config(store, config)
        keys = {staff.id: await add_key(store, staff.id) for staff in (BOT_A, BOT_B, *people(scenario))}
        found = int(await store.read(_found) or 0)
    finally:
        await store.close()
    return World(folder, store_url, config, keys, found)


@asynccontextmanager
async def database(kind: str, url: str | None, folder: Path) -> "AsyncIterator[str]":
    """Give a store's URL: a file in `folder`, a database of its own on the server at `url`, or on its own server.

    Raises NoPostgres, OSError, and asyncpg's errors when the server at `url` refuses.
    """
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'demo.db'}"
    elif url is not None:
        async with _database_on(url) as own:
            yield own
    else:
        from batonpass.store.pgserver import PgServer

        server = await asyncio.to_thread(PgServer.start, durable=True)
        try:
            yield await server.create_database("demo")
        finally:
            await asyncio.to_thread(server.stop)


@asynccontextmanager
async def _database_on(url: str) -> "AsyncIterator[str]":
    import asyncpg
    from sqlalchemy import make_url

    name = f"batonpass_demo_{new_id()[-12:]}"
    admin = url.replace("postgres://", "postgresql://", 1)
    connection = await asyncpg.connect(admin)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield make_url(admin).set(database=name).render_as_string(hide_password=False)
        finally:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


class ServerProcess:
    """`batonpass run` on one port, started as often as it takes."""

    def __init__(self, world: World, port: int) -> None:
        self._world = world
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Start it and wait until it listens. Raises RuntimeError with the end of its log."""
        words = ["run", "--config", str(self._world.config_file), "--port", str(self._port)]
        with (self._world.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - starting takes a millisecond
                [sys.executable, "-m", "batonpass", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment() | {"BATONPASS_STORE__URL": self._world.store_url},
            )
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while not await self._listens():
            late = asyncio.get_running_loop().time() > deadline
            if late or self._process.poll() is not None:
                raise RuntimeError(f"the server did not start: {self._tail()}")
            await asyncio.sleep(0.02)

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True

    async def kill(self) -> None:
        """SIGKILL: nothing is flushed, nobody is told."""
        assert self._process is not None
        self._process.kill()
        await asyncio.to_thread(self._process.wait)

    async def stop(self) -> bool:
        """Ask it to stop; False when it had to be killed, or was gone."""
        process = self._process
        if process is None or process.poll() is not None:
            return False
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            await self.kill()
            return False
        return True

    @property
    def gone(self) -> bool:
        """Whether it ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def _tail(self) -> str:
        log = self._world.folder / "server.log"
        return " / ".join(log.read_text(errors="replace").splitlines()[-8:])


def _environment() -> dict[str, str]:
    """Ours, without settings meant for another server; a fail-point is meant for this one."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BATONPASS_") or name == "BATONPASS_FAILPOINT"
    }
