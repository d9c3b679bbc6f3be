"""`batonpass config`: what is wrong, and what is in force."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from batonpass.cli import console
from batonpass.config import Config, ConfigError, Override, Problem, load_config


def load(file: Path | None, overrides: Iterable[Override] = ()) -> Config:
    """Return the configuration, or leave with its errors."""
    try:
        return load_config(file, overrides=overrides)
    except ConfigError as error:
        console.fail(map(str, error.problems), _todo(error.problems))


def _todo(problems: tuple[Problem, ...]) -> str:
    missing = len(problems) == 1 and problems[0].found == "no such file"
    return "" if missing else "Every key is explained in docs/configuration.md."


def check(file: Path | None, *, as_json: bool) -> None:
    """Print errors and warnings; leave with 2 when there are errors."""
    try:
        config = load_config(file)
    except ConfigError as error:
        if as_json:
            console.say_json({"ok": False, "errors": _plain(error.problems), "warnings": []})
            raise typer.Exit(console.USAGE) from None
        console.fail(map(str, error.problems), _todo(error.problems))
    warnings = [*config.warnings, *_summarizer(config)]
    if as_json:
        console.say_json({"ok": True, "errors": [], "warnings": _plain(warnings)})
        return
    for warning in warnings:
        console.remark(f"warning: {warning}")
    queues, agents = len(config.settings.queues), len(config.settings.agents)
    console.say(f"{config.source} is good: {_count(queues, 'queue')}, {_count(agents, 'agent')}")


def _plain(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [asdict(problem) for problem in problems]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _summarizer(config: Config) -> Iterator[Problem]:
    """A summary never stops a hand-off (law 9), so a summarizer that is not there is no error."""
    from batonpass import summarizing
    from batonpass.plugin_api import SUMMARIZERS
    from batonpass.plugins import load as load_plugins

    registry = load_plugins(SUMMARIZERS, options=summarizing.options(config))
    for fault in summarizing.faults(config, registry):
        names = ", ".join(fault.names) or "none (pip install 'batonpass[default]')"
        table, _, key = fault.key.partition(".")
        found = json.dumps(getattr(config.settings.summarizer, key)) if table == "summarizer" else "a table"
        why = f" ({fault.reason})" if fault.reason else ""
        expected = "a summarizer" if table == "summarizer" else "the name of a plugin"
        yield Problem(config.source, fault.key, found + why, f"{expected} that is installed: {names}")


# --- TOML -------------------------------------------------------------------------------------------


def toml(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the lines of a table in TOML: its values first, then the tables in it."""
    inner = {key: value for key, value in table.items() if _is_table(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inner.items():
        name = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(value, list):
            for item in value:
                yield from ("", f"[[{name}]]", *toml(item, name))
        elif value:
            head = [] if all(map(_is_table, value.values())) else ["", f"[{name}]"]
            yield from (*head, *toml(value, name))


def _is_table(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, dict) for item in value)
    return isinstance(value, dict)


def _key(key: str) -> str:
    bare = key.replace("-", "").replace("_", "")
    return key if bare.isascii() and bare.isalnum() else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # JSON's numbers, lists and strings are TOML's, except for DEL, which no value of ours may hold.
    return json.dumps(value, ensure_ascii=False)
