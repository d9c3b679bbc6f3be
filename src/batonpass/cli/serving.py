"""The commands that need the server or its store: `run`, `route`, `keys create`, `demo`."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from batonpass.cli import console, settings
from batonpass.config import Config, Override

if TYPE_CHECKING:
    from batonpass.server import Companion

_MEMBER_HEAD = ("agent", "kind", "priority", "presence", "slots")


def run(file: Path | None, *, host: str | None, port: int | None, store: str | None, demo: bool) -> None:
    """Start the server, and stay until it stops."""
    if demo and file:
        console.fail("--demo and --config exclude each other", "Give one of them.")
    given = {"host": host, "port": port}
    overrides = [
        Override(f"--{name}", ("server", name), value) for name, value in given.items() if value is not None
    ]
    overrides += _store(store)
    if demo:
        with as_file(files("batonpass.demo") / "workspace.toml") as workspace:
            config = settings.load(workspace, overrides)
    else:
        config = settings.load(file, overrides)
    for warning in config.warnings:
        console.remark(f"warning: {warning}")
    from batonpass.server import serve

    with _explained(config):
        serve(config, companion=_companion() if demo else None)


def _companion() -> "Companion":
    from batonpass.demo.workspace import play

    return play


def _store(url: str | None) -> list[Override]:
    return [] if url is None else [Override("--store", ("store", "url"), url)]


@contextmanager
def _explained(config: Config) -> Iterator[None]:
    """Turn what an operator can mend into a line that says how."""
    from batonpass.domain.errors import StoreUnavailable
    from batonpass.store.engine import StoreOpenError

    try:
        _make_folder(config.store_url)
        yield
    except StoreOpenError as error:
        console.fail(f"The store cannot be opened: {error}", "It is [store] url, or --store.")
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


def _make_folder(url: str) -> None:
    """The folder of an SQLite file need not be there yet: the default's is `var`."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        Path(rest[1:]).parent.mkdir(parents=True, exist_ok=True)


def route(
    file: Path | None,
    queue: str | None,
    context: list[str],
    *,
    store: str | None,
    explain: bool,
    as_json: bool,
) -> None:
    """Ask the router, without moving anything."""
    config = settings.load(file, _store(store))
    variables = dict(_variable(text) for text in context)
    queue = config.rules().entry_queue(variables) if queue is None else queue
    if queue not in config.settings.queues:
        _unknown("queue", queue, list(config.settings.queues), config)
    from batonpass.server import explain_route

    with _explained(config):
        answer = explain_route(config, queue, variables)
    if as_json:
        console.say_json(answer)
        return
    for line in explained(answer) if explain else [_winner(answer)]:
        console.say(line)


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        console.fail(f"--context {text!r} is no NAME=VALUE", 'Write it like --context "topic=billing".')
    return name, value


def _unknown(what: str, name: str, known: list[str], config: Config) -> None:
    console.fail(f"{config.source} has no {what} {name!r}", f"It has: {', '.join(known) or 'none'}.")


def explained(answer: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a decision: `{winner, key, removed: {reason: n}, names: {reason: [...]}, flags}`,
    and of the queue's `members`."""
    yield _winner(answer)
    names = answer.get("names", {})
    for reason, count in answer.get("removed", {}).items():
        listed = ", ".join(names.get(reason, ()))
        yield f"  {reason}: {count}{f' ({listed})' if listed else ''}"
    for flag in answer.get("flags", ()):
        yield f"  {flag}"
    if members := answer.get("members"):
        yield ""
        yield from console.columns([_MEMBER_HEAD, *map(_member, members)])


def _member(member: dict[str, Any]) -> tuple[str, ...]:
    capacity = member["capacity"]
    return (
        member["name"],
        member["kind"],
        str(member["capacity_priority"]),
        member["presence"] if member["reachable"] else f"{member['presence']}, not connected",
        "no limit" if capacity is None else f"{member['slots_used']} of {capacity}",
    )


def _winner(answer: dict[str, Any]) -> str:
    winner = answer.get("winner")
    return f"{winner}, by {answer.get('key')}" if winner else "Nobody: the chat would wait."


def create_key(file: Path | None, agent: str, *, store: str | None, as_json: bool) -> None:
    """Make a key and print it, this once."""
    config = settings.load(file, _store(store))
    if agent not in config.settings.agents:
        _unknown("agent", agent, list(config.settings.agents), config)
    from batonpass.server import create_key as create

    with _explained(config):
        key = create(config, agent)
    if as_json:
        console.say_json({"agent": agent, "key": key})
        return
    console.say(key)
    console.remark(f"This is the key of {agent}. It is shown this once; only its hash is kept.")


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
