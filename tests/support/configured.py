"""A world under a real configuration, which changes while it runs: two queues, a bot, three people."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batonpass.app import timers
from batonpass.app.administering import Configuration
from batonpass.app.audit import By
from batonpass.app.ports_administration import VersionRow
from batonpass.config import Config, Document, load_config
from batonpass.config.documents import merge, put
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.world import World

ADA = By("admin", "ada", "192.0.2.7")
TOML = """
[config]
source = "store"

[routing]
failover_queue = "q1"

[[entry]]
when = { to = "q2" }
queue = "q2"

[[entry]]
queue = "q1"

[queues.q1]
members = [{ agent = "A", capacity_priority = 100 }, { agent = "R1" }, { agent = "R2" }]

[queues.q2]
members = [{ agent = "R3" }]

[agents.A]
kind = "bot"

[agents.R1]
kind = "representative"
capacity = 2

[agents.R2]
kind = "representative"
capacity = 2

[agents.R3]
kind = "representative"
"""


def config_of(folder: Path, text: str = TOML, *, source: str = "store") -> Config:
    file = folder / "batonpass.toml"
    file.write_text(text.replace('source = "store"', f'source = "{source}"'))
    return load_config(file, {})


@dataclass
class Configured:
    """The world, and the one way in which its configuration is changed."""

    world: World
    configuration: Configuration

    async def merge(self, *path: str, patch: dict[str, Any], **how: Any) -> VersionRow:
        """Change some keys of a table, as `ada`."""
        made: VersionRow = await self.configuration.change(lambda doc: merge(doc, path, patch), ADA, **how)
        return made

    async def put(self, *path: str, value: Any, **how: Any) -> VersionRow:
        made: VersionRow = await self.configuration.change(lambda doc: put(doc, path, value), ADA, **how)
        return made

    async def edit(self, how: Any) -> VersionRow:
        made: VersionRow = await self.configuration.change(how, ADA)
        return made

    async def document(self) -> Document:
        number = await self.world.store.read(lambda tx: tx.config_number())
        found = await self.world.store.read(lambda tx: tx.config_version(number))
        assert found is not None
        return found.document


async def begin(store: BaseStore[Tx], config: Config) -> Configured:
    """Start up under this configuration, with nobody connected yet."""
    world = World(store, config.rules(), config.words())
    configuration = Configuration(world.board, config)
    await configuration.begin()
    await world.do(timers.start_up, None)
    return Configured(world, configuration)


async def staffed(store: BaseStore[Tx], config: Config, *here: str) -> Configured:
    """The same, with these agents connected and available."""
    found = await begin(store, config)
    for agent_id in here:
        await found.world.connect(agent_id)
    await found.world.settle()
    return found
