"""The configuration in force, and the one way in which it is changed while the server runs.

Exactly one is the source (`[config] source`): the file, which is read again on demand, or the store, whose versions
are changed by administrators. What is stored is the truth: a server that finds a version it does not know takes it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from batonpass.app import configuring
from batonpass.app.audit import FILE, SIGNAL, By
from batonpass.app.configuring import Adopt, ConfigFromFile, InvalidConfig, VersionConflict, env_of
from batonpass.app.keys import ACCESS
from batonpass.app.ports import Tx
from batonpass.app.ports_administration import VersionRow
from batonpass.app.switchboard import Switchboard
from batonpass.config import (
    Change,
    Config,
    ConfigError,
    Document,
    diff,
    document_of,
    load_config,
    with_document,
)
from batonpass.config.administration import FIXED
from batonpass.config.documents import refuse_bombs
from batonpass.domain.errors import BatonpassError, NotFound
from batonpass.domain.events import AccessChanged, ConfigurationChanged

log = structlog.get_logger(__name__)

EVERY_S = 1.0
TRIES = 5
Edit = Callable[[Document], Document]
Do = Callable[[Adopt], Awaitable[Any]]


class Configuration:
    """`installed` is what the server was started with, `config` what is in force, `reread` reads the file anew."""

    def __init__(self, board: Switchboard, installed: Config) -> None:
        self._board = board
        self.reread: Callable[[], Config] = partial(load_config, Path(installed.source))
        self.installed = installed
        self.config = installed
        self._changing = asyncio.Lock()

    @property
    def from_file(self) -> bool:
        return self.installed.settings.config.source == "file"

    @property
    def number(self) -> int:
        """The version in force."""
        return self._board.env.version

    async def begin(self) -> None:
        """Take the source's configuration, before anybody is served.

        Raises:
            ConfigError: the stored version is none for this program.
            InvalidConfig: an agent would become something else.
        """
        number, document = await self._board.read(last)
        config, comment = self.installed, "the file, at the start"
        if not self.from_file and number:
            config, comment = with_document(self.installed, document, f"version {number}"), ""
            self._tell_drift(number, document)
        await self._adopt(Adopt(config, FILE, comment), self._do)

    def _tell_drift(self, number: int, document: Document) -> None:
        """The file says something else than the version in force: it is told, and never merged."""
        keys = [change.key for change in diff(document, document_of(self.installed))]
        if keys:
            log.warning("config_drift", version=number, keys=keys[:20], count=len(keys))

    async def change(
        self, edit: Edit, by: By, comment: str = "", expected: int | None = None, do: Do | None = None
    ) -> Any:
        """Make a version out of the one in force. The same document again is the same version.

        `do` runs the use case another way, and its answer is what this returns: then pushing is up to its caller.

        Raises:
            ConfigFromFile, InvalidConfig, VersionConflict (`expected` is not the last one any more), CallerError
        """
        self.refuse_file()
        number = 0
        async with self._changing:
            for _ in range(TRIES):
                number, document = await self._board.read(last)
                if expected not in (None, number):
                    raise VersionConflict(number)
                config = self.valid(edit(document))
                try:
                    return await self._adopt(Adopt(config, by, comment, number), do or self._do)
                except VersionConflict:
                    continue  # somebody beside us was faster
        raise VersionConflict(number)

    async def reload(self, file: Config, by: By, do: Do | None = None) -> tuple[Any, list[Change]]:
        """Adopt the file as it is now. Returns the answer, and the changes of the installation, which wait for a start.

        Raises:
            ConfigFromFile: the store is the source, and the file would be merged behind its back.
            InvalidConfig
        """
        if not self.from_file:
            message = 'The store is the source of the configuration: "batonpass config import" makes the file a version.'
            raise ConfigFromFile(message, code="config_from_store")
        async with self._changing:
            config = self.valid(document_of(file), file.source)
            answer = await self._adopt(Adopt(config, by, "the file, read again"), do or self._do)
        return answer, restart_only(self.installed, file)

    async def hang_up(self) -> None:
        """Read the file again because somebody has sent SIGHUP: what comes of it is in the log."""
        try:
            version, waits = await self.reload(self.reread(), SIGNAL)
        except ConfigError as error:
            log.error("config_not_reloaded", problems=list(map(str, error.problems))[:20])
        except InvalidConfig as error:
            log.error("config_not_reloaded", problems=list(map(str, error.problems))[:20])
        except BatonpassError as error:
            log.error("config_not_reloaded", code=error.code)
        else:
            log.info(
                "config_reloaded", version=version.number, needs_restart=[change.key for change in waits]
            )

    async def revert(
        self, number: int, by: By, comment: str = "", expected: int | None = None, do: Do | None = None
    ) -> Any:
        """Make an earlier version the newest one again.

        Raises:
            NotFound, and what `change` raises
        """
        found = await self._board.read(version_of, number)
        return await self.change(
            lambda _: found.document, by, comment or f"back to version {number}", expected, do
        )

    def refuse_file(self) -> None:
        """Raises ConfigFromFile when the file is the source."""
        if self.from_file:
            raise ConfigFromFile(
                f'Not changed: the file is the source. Edit {self.installed.source}, then "batonpass reload"; or set '
                'source = "store" under [config].'
            )

    def valid(self, document: Document, source: str = "the request") -> Config:
        """The configuration that this document makes of the installation. Raises InvalidConfig."""
        try:
            refuse_bombs(document, source)
            return with_document(self.installed, document, source)
        except ConfigError as error:
            raise InvalidConfig(error.problems) from None

    async def refresh(self) -> bool:
        """Take what somebody beside this server has adopted; whether there was something."""
        number = await self._board.read(_number)
        if number == self.number:
            return False
        async with self._changing:
            if not await self._take():
                return False
        number = self.number
        self._board.publisher.publish([ConfigurationChanged(number), AccessChanged()])
        return True

    async def watch(self) -> None:
        """Look for changes from beside, for ever."""
        told = 0
        access = await self._board.read(_access)
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.refresh()
                before, access = access, await self._board.read(_access)
                if before != access:
                    self._board.publisher.publish([AccessChanged()])
            except ConfigError as error:
                number = await self._board.read(_number)
                if number != told:
                    log.error(
                        "config_not_adopted", version=number, problems=list(map(str, error.problems))[:20]
                    )
                told = number
            except BatonpassError as error:
                log.warning("config_not_read", code=error.code)

    async def _do(self, change: Adopt) -> VersionRow:
        done = await self._board.do(configuring.adopt, change)
        version: VersionRow = done.reply
        await self._take(change.config)
        done.push()
        return version

    async def _adopt(self, change: Adopt, do: Do) -> Any:
        answer = await do(change)
        await self._take(change.config)
        return answer

    async def _take(self, perhaps: Config | None = None) -> bool:
        """Decide by the last version from now on; whether it is another one. `perhaps` it is this, checked already."""
        number, document = await self._board.read(last)
        if number == self.number:
            return False
        if perhaps is None or document_of(perhaps) != document:
            perhaps = with_document(self.installed, document, f"version {number}")
        self.config = perhaps
        await self._board.decide_by(env_of(perhaps, number, self._board.env))
        await self._board.do_and_push(configuring.wake_queues, None)
        return True


def restart_only(before: Config, after: Config) -> list[Change]:
    """Differences in the tables of the installation, by key: what was, what is. A secret of them is not shown."""
    fixed = [
        {name: shown[name] for name in FIXED if name in shown} for shown in (before.shown(), after.shown())
    ]
    return diff(*fixed)


def last(tx: Tx) -> tuple[int, Document]:
    """The last version's number and document; 0 and nothing when there is none."""
    number = tx.config_number()
    version = tx.config_version(number)
    return number, version.document if version else {}


def version_of(tx: Tx, number: int) -> VersionRow:
    """One version. Raises NotFound."""
    version = tx.config_version(number)
    if version is None:
        raise NotFound(f"there is no version {number} of the configuration")
    return version


def listed(version: VersionRow) -> dict[str, Any]:
    """A version for lists: all but its document."""
    by = {"role": version.role, "id": version.who}
    keys = [change["key"] for change in version.changes]
    return {"version": version.number, "at": version.at, "by": by, "comment": version.comment, "keys": keys}


def _number(tx: Tx) -> int:
    return tx.config_number()


def _access(tx: Tx) -> str | None:
    return tx.get_meta(ACCESS)
