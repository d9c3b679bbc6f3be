"""A real server for tests: as a process of its own that can be killed and comes back, or within the test.

`Workspace` is what both start from: a database, a configuration, a port, and a key for each agent.
"""

import asyncio
import faulthandler
import importlib
import logging
import multiprocessing
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import structlog

from batonpass import server
from batonpass.app import failpoints
from batonpass.config import Config, load_config
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.stores import Place
from tests.support.until import until

AGENTS = ("triage", "survey", "rita", "rob", "sue")
NAMES = {
    "triage": "Order bot",
    "survey": "Survey bot",
    "rita": "Rita Ray",
    "rob": "Rob Roy",
    "sue": "Sue Sun",
}

CONFIG = """
[server]
host = "127.0.0.1"
port = {port}
max_connections_per_address = {connects}

[store]
url = "{url}"

[timers]
{timers}

[routing]
failover_queue = "orders"

[[entry]]
when = {{ journey = "one-queue" }}
queue = "everything"

[[entry]]
when = {{ journey = "unanswered" }}
queue = "nobody"

[[entry]]
when = {{ journey = "night" }}
queue = "night"

[[entry]]
queue = "orders"

[queues.orders]
csat = true
reopen = 600
first_reply_then = "failover"
{life}
members = [
    {{ agent = "triage", capacity_priority = 100 }},
    {{ agent = "rita", capacity_priority = 60 }},
    {{ agent = "rob", capacity_priority = 50 }},
]

[queues.orders.hand_back]
target = "queue"
id = "survey"
{idle}

[queues.survey]
members = [{{ agent = "survey", capacity_priority = 10 }}]

[queues.everything]
members = [
    {{ agent = "triage", capacity_priority = 100 }},
    {{ agent = "rita", capacity_priority = 60 }},
    {{ agent = "rob", capacity_priority = 50 }},
    {{ agent = "survey", capacity_priority = 10 }},
]

[queues.nobody]
max_wait = 0.5
members = []

[hours.past]
timezone = "UTC"
holidays = [{{ date = 2020-01-01, open = "09:00-10:00" }}]

[queues.night]
hours = "past"
when_closed = "close"
members = [{{ agent = "nora" }}]

[agents]
nora = {{ kind = "representative" }}
triage = {{ kind = "bot", name = "Order bot" }}
survey = {{ kind = "bot", name = "Survey bot" }}
rita = {{ kind = "representative", name = "Rita Ray", capacity = 50 }}
rob = {{ kind = "representative", name = "Rob Roy", capacity = 50 }}
sue = {{ kind = "representative", name = "Sue Sun", supervisor = true }}
"""
"""Both journeys: `orders` with `survey` behind it are the two queues, `everything` is the one."""

NO_AFTERWORD = """
[summarizer]
wrap_up = false
"""

TIMERS: Mapping[str, float] = {"offer": 30, "turn": 20, "grace": 60, "wrap_up": 60, "sweep": 0.25}

COURSE = ("idle_warn", "idle_hold", "idle_close", "first_reply", "customer_grace")
"""Times of the queue `orders`, which a test may name among the timers."""


class Workspace:
    """A configuration over a fresh database, and a key for each agent."""

    def __init__(
        self,
        folder: Path,
        place: Place,
        timers: Mapping[str, float] | None = None,
        *,
        connects: int = 5_000,
        more: str = NO_AFTERWORD,
    ) -> None:
        self.place = place
        self.path = folder / "batonpass.toml"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        wanted = {**TIMERS, **(timers or {})}
        idle = wanted.pop("idle", None)  # Not a timer of the house, but of a queue's policy.
        policy = "" if idle is None else f'when = ["command", "idle"]\nidle = {float(idle)}'
        life = [f"{name} = {float(wanted.pop(name))}" for name in COURSE if name in wanted]
        lines = [f"{name} = {float(seconds)}" for name, seconds in wanted.items()]
        self.path.write_text(
            CONFIG.format(
                port=self.port,
                url=place.url,
                timers="\n".join(lines),
                connects=connects,
                idle=policy,
                life="\n".join(life),
            )
            + more
        )
        self.config: Config = load_config(self.path)
        self.keys: dict[str, str] = {}

    async def prepare(self) -> "Workspace":
        """Make the keys, before a server runs."""
        store = await self.place.open()
        try:
            await store.run(server._apply, self.config)
            self.keys = {agent: await server.add_key(store, agent) for agent in AGENTS}
        finally:
            await store.close()
        return self

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[BaseStore[Tx]]:
        """The database, when no server has it."""
        store = await self.place.open()
        try:
            yield store
        finally:
            await store.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[server.Running]:
        """The server, within this process."""
        running = await server.start_server(self.config)
        try:
            yield running
        finally:
            await running.stop()


def free_port() -> int:
    """A port nobody has. Below the range the kernel gives to clients: a client that knocks at a closed port of
    that range may be connected to itself, and then the port is taken when the server comes back."""
    while True:
        port = random.randint(15_000, 32_000)
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


# As a process


_forks = multiprocessing.get_context("forkserver")
# Imported once, in the process that forks the servers, so that a server is up in no time.
_forks.set_forkserver_preload(
    [
        "tests.support.server",
        "alembic.command",
        "asyncpg",
        "batonpass.store.postgres",
        "batonpass.store.sqlite",
        "batonpass_summarizer_rules",
        "engineio.async_drivers.aiohttp",
        "mako.ext.pygmentplugin",
    ]
)


class ServerProcess:
    """The server of a workspace as a process, to be killed and started again on its port and database."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.url = workspace.url
        self.keys = workspace.keys
        self.kills = 0
        self.log = workspace.path.with_suffix(".log")
        self._process: BaseProcess | None = None

    def up(self, failpoint: str = "", *, loud: bool = False, **environ: str) -> None:
        """Start; clients may knock before it listens. `failpoint` is the place where it dies.

        `loud`: everything that anybody logs goes into the log, at any level.
        """
        told = {failpoints.ENV: failpoint, **environ}
        self._process = _forks.Process(
            target=_serve, args=(str(self.workspace.path), str(self.log), told, loud), daemon=True
        )
        self._process.start()

    @property
    def dead(self) -> bool:
        """Whether it is gone, whatever ended it."""
        return self._process is None or self._process.exitcode is not None

    async def listens(self) -> None:
        """Wait until it takes connections."""
        await until(lambda: self.dead or self._knock())
        assert not self.dead, self.log.read_text()

    def _knock(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.workspace.port)) == 0

    async def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        assert self._process is not None
        self._process.kill()
        await self.died()

    async def died(self, seconds: float = 30) -> None:
        """Wait for a death by SIGKILL: ours, or a failpoint's."""
        await until(lambda: self.dead, seconds)
        assert self._process is not None
        assert self._process.exitcode == -signal.SIGKILL, self.log.read_text()
        self.kills += 1

    async def down(self) -> None:
        """Stop it in good order. One that does not stop is asked where it stands, and killed."""
        if self._process is None or self.dead:
            return
        self._process.terminate()
        try:
            await until(lambda: self.dead, 20)
        except AssertionError:
            pid = self._process.pid
            assert pid is not None
            os.kill(pid, signal.SIGUSR1)
            await until(lambda: "Thread" in self.log.read_text())
            self._process.kill()
            raise AssertionError(f"it does not stop:\n{self.log.read_text()}") from None


def _serve(path: str, log: str, environ: dict[str, str], loud: bool) -> None:
    """The body of the process: the command `run`, its output in a file, gone when the test process is."""
    os.environ.update(environ)
    importlib.reload(failpoints)  # it reads its name once; whoever imported `hit` sees the new one
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(out, stream)
    faulthandler.register(signal.SIGUSR1, file=out)
    if loud:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)
        # One step short of everything: at DEBUG that library prints the rows it reads.
        logging.getLogger("sqlalchemy").setLevel(logging.INFO)
    server.serve(load_config(Path(path)), companion=_companion_loud if loud else _end_with_parent)


async def _companion_loud(running: server.Running) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    await _end_with_parent(running)


async def _end_with_parent(_: server.Running) -> None:
    parent: Any = multiprocessing.parent_process()
    asyncio.get_running_loop().add_reader(parent.sentinel, os._exit, 1)
