"""The commands that need the server or its store: `run`, `keys create`, `demo`."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from batonpass.cli import console, settings
from batonpass.config import Config, ConfigError, Override, load_config

if TYPE_CHECKING:
    from batonpass.server import Companion


def run(file: Path | None, *, host: str | None, port: int | None, store: str | None, demo: bool) -> None:
    """Start the server, and stay until it stops."""
    if demo and file:
        console.fail("--demo and --config exclude each other", "Give one of them.")
    given = {"host": host, "port": port}
    overrides = [
        Override(f"--{name}", ("server", name), value) for name, value in given.items() if value is not None
    ]
    overrides += store_override(store)
    if demo:
        with as_file(files("batonpass.demo") / "workspace.toml") as workspace:
            config = settings.load(workspace, overrides)
    else:
        config = settings.load(file, overrides)
    for warning in config.warnings:
        console.remark(f"warning: {warning}")
    from batonpass.server import serve

    with troubles_told(config):
        serve(
            config,
            companion=_companion() if demo else None,
            reread=partial(load_config, Path(config.source), None, overrides),
        )


def _companion() -> "Companion":
    from batonpass.demo.workspace import play

    return play


def store_override(url: str | None) -> list[Override]:
    return [] if url is None else [Override("--store", ("store", "url"), url)]


def in_force(config: Config) -> Config:
    """The configuration in force: what the file says, or where the store is the source its last version."""
    if config.settings.config.source == "file" or _no_file_yet(config.store_url):
        return config
    from batonpass.server import in_force as found

    with troubles_told(config):
        try:
            return found(config)
        except ConfigError as error:
            console.fail(map(str, error.problems), "The stored configuration is none for this program.")


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn a refusal into a line."""
    from batonpass.domain.errors import BatonpassError, StoreUnavailable

    try:
        yield
    except StoreUnavailable:
        raise
    except BatonpassError as error:
        console.fail(error.message)


@contextmanager
def troubles_told(config: Config) -> Iterator[None]:
    """Turn what an operator can mend into a line that says how."""
    from batonpass.app.configuring import InvalidConfig
    from batonpass.domain.errors import StoreUnavailable
    from batonpass.store.engine import StoreOpenError, StoreTaken

    try:
        _make_folder(config.store_url)
        yield
    except StoreOpenError as error:
        console.fail(f"The store cannot be opened: {error}", "It is [store] url, or --store.")
    except StoreTaken as error:
        console.fail(f"Stopped: {error}", "One database serves one server: stop the other.", console.BROKEN)
    except ConfigError as error:
        console.fail(map(str, error.problems), "The server does not start with this configuration.")
    except InvalidConfig as error:
        console.fail(map(str, error.problems), "The server does not start with this configuration.")
    except StoreUnavailable as error:
        console.fail(f"The store does not answer: {error}", "Try again.", console.BROKEN)
    except OSError as error:
        place = f"{config.server.host}:{config.server.port}"
        if error.errno == errno.EADDRINUSE:
            console.fail(
                f"{place} is taken", "Stop what listens there, or give a --port (0 takes a free one)."
            )
        if error.errno in {errno.EACCES, errno.EADDRNOTAVAIL}:
            console.fail(f"{place} cannot be listened on: {error.strerror}", "Give another --host or --port.")
        raise


def _no_file_yet(url: str) -> bool:
    """An SQLite file that the first start makes; looking at the configuration does not."""
    scheme, _, rest = url.partition("://")
    return scheme == "sqlite" and not Path(rest[1:]).exists()


def _make_folder(url: str) -> None:
    """The folder of an SQLite file need not be there yet: the default's is `var`."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        Path(rest[1:]).parent.mkdir(parents=True, exist_ok=True)


def unknown(what: str, name: str, known: list[str], config: Config) -> NoReturn:
    """Say what names there are, and leave."""
    console.fail(f"{config.source} has no {what} {name!r}", f"It has: {', '.join(known) or 'none'}.")


def demo(
    dialogues: Path | None,
    conversations: int,
    store: str,
    scenario: str,
    *,
    crash: bool,
    as_json: bool,
    seed: int,
    keep: Path | None,
) -> None:
    """Play and judge; the exit status is the verdict."""
    from batonpass.demo.command import DemoOptions, run_demo

    url = store if store.startswith(("postgresql://", "postgres://")) else None
    name = "postgres" if url else store
    if name not in {"sqlite", "postgres"}:
        console.fail(f"--store {store!r} is unknown", "Give sqlite, postgres, or a postgresql:// address.")
    if scenario not in ("journeys", "all"):
        console.fail(f"--scenario {scenario!r} is unknown", "Give journeys or all.")
    options = DemoOptions(
        dialogues,
        conversations,
        name,
        url,
        crash,
        as_json,
        seed,
        keep,
        "all" if scenario == "all" else "journeys",
    )
    raise typer.Exit(run_demo(options))
