"""The operator's part of a configuration as a document: plain JSON values that are kept, compared and changed."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from batonpass.config.administration import FIXED
from batonpass.config.loader import checked
from batonpass.config.models import Settings
from batonpass.config.problems import ConfigError, Path, Problem, Sources, key, one_of, shown
from batonpass.config.result import Config

Document = dict[str, Any]
"""Tables as they were given, without defaults."""

DEEPEST = 12
MOST_VALUES = 200_000
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Change:
    """A value that two documents differ in: its key, and what it is in each; None for nothing."""

    key: str
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        return {"key": self.key, "before": self.before, "after": self.after}


def tables() -> list[str]:
    """The names of the operator's tables."""
    return [name for name in Settings.model_fields if name not in FIXED]


def document_of(config: Config) -> Document:
    """The operator's tables of a configuration."""
    return {name: deepcopy(table) for name, table in config.given.items() if name not in FIXED}


def with_document(config: Config, document: Mapping[str, Any], source: str) -> Config:
    """The same installation under other tables of the operator's; `source` names them in errors.

    Raises:
        ConfigError: they are no configuration.
    """
    refuse_bombs(document, source)
    strangers = [name for name in document if name in FIXED]
    if strangers:
        expected = (
            f"one of the operator's tables: {one_of(tables())}; this one stands in the file {config.source}"
        )
        raise ConfigError(
            Problem(source, name, "a table of the installation", expected) for name in strangers
        )
    fixed = {name: table for name, table in config.given.items() if name in FIXED}
    return checked(deepcopy(fixed | dict(document)), Sources(source, {}))


def refuse_bombs(document: Mapping[str, Any], source: str) -> None:
    """Refuse what nobody writes by hand before anything walks through it. No recursion: it may be the attack.

    Raises:
        ConfigError
    """
    left: list[tuple[Any, int]] = [(document, 0)]
    count = 0
    while left:
        value, depth = left.pop()
        count += 1
        inner = (
            [*value, *value.values()]
            if isinstance(value, Mapping)
            else value
            if isinstance(value, list)
            else []
        )
        if depth > DEEPEST or count + len(left) + len(inner) > MOST_VALUES:
            raise ConfigError([Problem(source, "", "more than a configuration can be", "a smaller document")])
        if isinstance(value, str) and (len(value) > LONGEST_TEXT or not _writable(value)):
            raise ConfigError(
                [Problem(source, "", shown(value[:20]), "shorter text, in Unicode, without NUL")]
            )
        left += [(item, depth + 1) for item in inner]


def _writable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


# --- comparing --------------------------------------------------------------------------------------


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What has changed, key by key; a list is one value."""
    return [Change(key(path), old, new) for path, old, new in _changes(before, after, ())]


def _changes(before: Any, after: Any, at: Path) -> Iterator[tuple[Path, Any, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping) and (at or before or after):
        for name in dict.fromkeys([*before, *after]):
            yield from _changes(before.get(name), after.get(name), (*at, name))
    elif before != after or isinstance(before, bool) is not isinstance(after, bool):
        yield at, before, after


# --- changing ---------------------------------------------------------------------------------------


def get(document: Mapping[str, Any], path: Path) -> Any:
    """The value at a path, or None."""
    value: Any = document
    for part in path:
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def put(document: Mapping[str, Any], path: Path, value: Any) -> Document:
    """The document with another value at a path; None removes it."""
    changed: Document = deepcopy(dict(document))
    inner: Any = changed
    for part in path[:-1]:
        found = inner.get(part)
        found = found if isinstance(found, dict) else {}
        inner[part] = found
        inner = found
    if value is None:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = deepcopy(value)
    return changed


def merge(document: Mapping[str, Any], path: Path, patch: Mapping[str, Any]) -> Document:
    """The document with a table patched as RFC 7396 has it: null removes, tables are merged, all else replaces."""
    if not path:
        return _merged(deepcopy(dict(document)), patch)
    found = get(document, path)
    return put(document, path, _merged(found if isinstance(found, Mapping) else {}, patch))


def _merged(before: Mapping[str, Any], patch: Mapping[str, Any]) -> Document:
    merged = dict(before)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            inner = merged.get(name)
            merged[name] = _merged(inner if isinstance(inner, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged


def without_agent(document: Mapping[str, Any], agent_id: str) -> Document:
    """The document without an agent, and without its memberships."""
    changed = put(document, ("agents", agent_id), None)
    for queue in changed.get("queues", {}).values():
        if isinstance(queue, dict) and isinstance(queue.get("members"), list):
            queue["members"] = [m for m in queue["members"] if not _is_of(m, agent_id)]
    return changed


def _is_of(member: Any, agent_id: str) -> bool:
    return isinstance(member, dict) and member.get("agent") == agent_id
