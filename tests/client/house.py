"""A real server for the client's tests: within the test, or as a process that can be killed."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

from batonpass import server
from batonpass.config import Config, load_config
from batonpass.store.engine import open_store
from batonpass.store.tx import Tx
from tests.support.until import until

AGENTS = ("triage", "survey", "representative-1", "representative-2")

WORKSPACE = """
[store]
url = "sqlite:///{folder}/house.db"

[timers]
sweep = 1.0
wrap_up = 60.0

[routing]
failover_queue = "orders"

[[entry]]
when = {{ journey = "one-queue" }}
queue = "everything"

[[entry]]
queue = "orders"

[queues.orders]
members = [{{ agent = "triage", capacity_priority = 100 }}, {{ agent = "representative-1" }}]

[queues.orders.hand_back]
target = "queue"
id = "survey"

[queues.survey]
members = [{{ agent = "survey", capacity_priority = 10 }}]

[queues.everything]
members = [
    {{ agent = "triage", capacity_priority = 100 }},
    {{ agent = "representative-1", capacity_priority = 50 }},
    {{ agent = "representative-2", capacity_priority = 50 }},
    {{ agent = "survey", capacity_priority = 10 }},
]

[agents]
triage = {{ kind = "bot", name = "Order bot" }}
survey = {{ kind = "bot", name = "Survey bot" }}
representative-1 = {{ kind = "representative", name = "Rita", capacity = 3 }}
representative-2 = {{ kind = "representative", name = "Rob", capacity = 3 }}
"""


def workspace(folder: Path) -> Path:
    """Write the configuration of both journeys and return its path."""
    path = folder / "batonpass.toml"
    path.write_text(WORKSPACE.format(folder=folder))
    return path


async def make_keys(config: Config) -> dict[str, str]:
    """Make a key for each agent before the server runs."""
    store = await open_store(config.store_url, Tx)
    try:
        await store.run(server._apply, config)
        return {agent: await server.add_key(store, agent) for agent in AGENTS}
    finally:
        await store.close()


class House:
    """A server in this process, with a key for each agent."""

    def __init__(self, folder: Path, more: str = "") -> None:
        path = workspace(folder)
        path.write_text(path.read_text() + more)
        self.config = load_config(path)
        self.keys: dict[str, str] = {}

    async def up(self) -> "House":
        self.keys = await make_keys(self.config)
        self.running = await server.start_server(self.config, host="127.0.0.1", port=0)
        self.url = self.running.url
        return self

    async def down(self) -> None:
        await self.running.stop()


class ServerProcess:
    """A server of its own process on a fixed port, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.path = workspace(folder)
        self.config = load_config(self.path)
        self.keys: dict[str, str] = {}
        self.log = folder / "server.log"
        self.kills = 0
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    async def up(self, failpoint: str = "") -> "ServerProcess":
        if not self.keys:
            self.keys = await make_keys(self.config)
        where = ["--config", str(self.path), "--port", str(self.port)]
        # A file and no pipe: a pipe that nobody reads would stop the server once it is full.
        with self.log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *[sys.executable, "-m", "batonpass", "run", *where],
                stdout=log,
                stderr=log,
                env={**os.environ, "BATONPASS_FAILPOINT": failpoint},
            )
        await until(self._serves, 60)
        return self

    def _serves(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, self.log.read_text()
        return b"serves on" in self.log.read_bytes()

    async def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        assert self._process is not None
        self._process.kill()
        await self.died()

    async def died(self) -> None:
        """Wait for the death that a failpoint brings."""
        assert self._process is not None
        assert await self._process.wait() == -signal.SIGKILL
        self.kills += 1

    async def down(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
