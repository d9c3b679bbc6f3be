"""Reads `batonpass.toml`, lays the environment and the command line over it, and checks the whole."""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from batonpass.config import checks
from batonpass.config.administration import Administration
from batonpass.config.keeping import Attachments, RetentionTable
from batonpass.config.models import Routing, Server, Settings, Store, Summarizer, Timers
from batonpass.config.problems import (
    ConfigError,
    Path,
    Problem,
    Sources,
    bare,
    one_of,
    translate,
    type_at,
)
from batonpass.config.result import Config
from batonpass.config.view import Given

DEFAULT_FILE = "batonpass.toml"
PREFIX = "BATONPASS_"
FILE_VARIABLE = "BATONPASS_CONFIG"
SECRETS_VARIABLE = "BATONPASS_SECRETS_DIR"  # the name of a variable, not a secret
_PLACE = re.compile(r"^(?P<what>.*) \(at (?P<place>line \d+, column \d+|end of document)\)$", re.S)


@dataclass(frozen=True, slots=True)
class Override:
    """A value from elsewhere than the file, which wins. `source` names it in errors, such as `--port`."""

    source: str
    path: Path
    value: Any


class FromEnvironment(BaseSettings):
    """What the environment may set: the tables of single values."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True)
    server: Server = Server()
    store: Store = Store()
    config: Administration = Administration()
    timers: Timers = Timers()
    routing: Routing = Routing()
    summarizer: Summarizer = Summarizer()
    attachments: Attachments = Attachments()
    retention: RetentionTable = RetentionTable()


def load_config(
    path: FilePath | None = None,
    env: Mapping[str, str] | None = None,
    overrides: Iterable[Override] = (),
) -> Config:
    """Return the configuration of a file, checked.

    Without `path` it is the file of `BATONPASS_CONFIG`, else `batonpass.toml` where the process runs.
    `BATONPASS_<TABLE>__<KEY>` in `env` (the process's own by default) wins over the file; a file of such a
    name in the folder `BATONPASS_SECRETS_DIR` stands for a variable; `overrides` win over all.

    Raises:
        ConfigError: it cannot be used; every problem that was seen is in it.
    """
    env = dict(os.environ if env is None else env)
    file = path or FilePath(env.get(FILE_VARIABLE) or DEFAULT_FILE)
    data = _read(file)
    settled, env_problems = _environment(env)
    settled += overrides
    sources = Sources(str(file), {override.path: override.source for override in settled})
    for override in settled:
        _put(data, override)
    return checked(data, sources, env_problems)


def checked(data: dict[str, Any], sources: Sources, problems: Iterable[Problem] = ()) -> Config:
    """Return the configuration that these tables are.

    Raises:
        ConfigError: every problem that was seen is in it, `problems` too.
    """
    settings, dropped, wrong = _validate(data, sources)
    errors, warnings = checks.run(settings, Given.of(data, dropped), sources)
    problems = [*problems, *wrong, *errors]
    if problems:
        raise ConfigError(problems)
    return Config(settings, sources.file, tuple(warnings), data)


def _read(file: FilePath) -> dict[str, Any]:
    expected = "a configuration file (give one with --config, or try --demo)"
    try:
        return {name: _plain(table) for name, table in tomllib.loads(file.read_text("utf-8-sig")).items()}
    except FileNotFoundError:
        raise ConfigError([Problem(str(file), "", "no such file", expected)]) from None
    except OSError as error:
        raise ConfigError([Problem(str(file), "", str(error.strerror).lower(), expected)]) from None
    except UnicodeDecodeError:
        raise ConfigError([Problem(str(file), "", "bytes that are no UTF-8", "TOML in UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax(file, str(error))]) from None


def _plain(value: Any) -> Any:
    """Dates and times as text: what stands in the file means the same as the JSON that changes it."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _syntax(file: FilePath, message: str) -> Problem:
    match = _PLACE.match(message)
    what, place = (match["what"], match["place"]) if match else (message, "")
    return Problem(str(file), place, f"a syntax error ({what})", "TOML")


# --- the environment --------------------------------------------------------------------------------


def _environment(env: dict[str, str]) -> tuple[list[Override], list[Problem]]:
    variables, problems = _secrets(env)
    variables |= {name: value for name, value in env.items() if name.startswith(PREFIX)}
    variables.pop(FILE_VARIABLE, None)  # it names the file, and is no table
    problems += _strangers(variables)
    source = EnvSettingsSource(FromEnvironment)
    source.env_vars = {name.lower(): value for name, value in variables.items() if value}
    try:
        tree = source()
    except SettingsError as error:
        table = re.search(r'field "(\w+)"', str(error))
        name = PREFIX + (table[1].upper() if table else "")
        return [], [*problems, Problem(name, "", "text that is no JSON", "a table in JSON")]
    return [_override(path, value, variables) for path, value in _leaves(tree)], problems


def _secrets(env: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    folder = env.get(SECRETS_VARIABLE)
    if not folder:
        return {}, []
    try:
        files = sorted(FilePath(folder).iterdir())
        return {f.name: f.read_text("utf-8").strip() for f in files if f.name.startswith(PREFIX)}, []
    except (OSError, UnicodeDecodeError):
        return {}, [Problem(SECRETS_VARIABLE, "", "a folder that cannot be read", "a folder of text files")]


def _strangers(variables: Iterable[str]) -> Iterator[Problem]:
    """A variable that looks like a setting and is none would be a setting silently lost."""
    known = {f"{PREFIX}{table.upper()}__" for table in FromEnvironment.model_fields}
    for name in sorted(variables):
        table, delimiter, _ = name.partition("__")
        if delimiter and f"{table}__".upper() not in known:
            expected = one_of(f"{prefix}..." for prefix in known)
            yield Problem(name, "", "a variable for no table of single values", expected)


def _leaves(tree: Mapping[str, Any], at: Path = ()) -> Iterator[tuple[Path, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*at, name))
        else:
            yield (*at, name), value


def _override(path: Path, value: Any, variables: Iterable[str]) -> Override:
    names = {name.upper(): name for name in variables}
    whole = PREFIX + "__".join(map(str, path)).upper()
    table = PREFIX + str(path[0]).upper()
    return Override(names.get(whole) or names.get(table) or whole, path, _typed(path, value))


def _typed(path: Path, value: Any) -> Any:
    """Read a number or a truth value from the environment's text; what is none stays text, and an error."""
    if not isinstance(value, str):
        return value
    try:
        kind, _ = bare(type_at(path))
        if kind not in {int, float, bool}:
            return value
        literal = tomllib.loads(f"value = {value}")["value"]
    except (KeyError, tomllib.TOMLDecodeError):
        return value
    return literal if isinstance(literal, int | float) else value


def _put(data: dict[str, Any], override: Override) -> None:
    *tables, last = override.path
    for name in tables:
        inner = data.setdefault(str(name), {})
        if not isinstance(inner, dict):
            return  # the file has something else there, which is an error of its own
        data = inner
    data[str(last)] = override.value


# --- validation -------------------------------------------------------------------------------------


def _validate(data: dict[str, Any], sources: Sources) -> tuple[Settings, frozenset[Path], list[Problem]]:
    """Return the settings without the values of a wrong shape, so that the rest is checked too; the places
    left out; and what was wrong with them."""
    problems: list[Problem] = []
    dropped: set[Path] = set()
    rest = deepcopy(data)
    while True:
        try:
            return Settings.model_validate(rest), frozenset(dropped), problems
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False)
        # Leaving a value out can take the table around it along, but that is no second mistake.
        problems = problems or [translate(error, sources) for error in errors]
        places = {_place(error) for error in errors}
        for place in places:
            _drop(rest, place)
        rest = _swept(rest)
        dropped |= places


def _place(error: ErrorDetails) -> Path:
    """Return what to leave out: the value, or the table that lacks one."""
    path: Path = error["loc"]
    return path[:-1] if error["type"] == "missing" or path[-1] == "[key]" else path


class _Gone:
    """Holds the place of a dropped list item until all are dropped."""


def _drop(data: Any, path: Path) -> None:
    *tables, last = path
    for part in tables:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(data, dict):
        data.pop(last, None)
    elif isinstance(data, list) and isinstance(last, int):
        data[last] = _Gone


def _swept(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _swept(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_swept(item) for item in data if item is not _Gone]
    return data
