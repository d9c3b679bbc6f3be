"""The configuration's versions, keys of agents and the log, beside a running server or without one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from batonpass.cli import console, serving, settings
from batonpass.config import Change, Config, ConfigError, diff, document_of, with_document

if TYPE_CHECKING:
    from batonpass.app.ports import Tx
    from batonpass.app.ports_administration import AuditRow, KeyRow, VersionRow

SHOWN_KEYS = 3


def show(file: Path | None, *, store: str | None, as_json: bool) -> None:
    """Print the configuration in force."""
    shown = _in_force(file, store).shown()
    if as_json:
        console.say_json(shown)
    else:
        console.say("\n".join(settings.toml(shown)).strip())


def _in_force(file: Path | None, store: str | None) -> Config:
    return serving.in_force(_file(file, store))


def _file(file: Path | None, store: str | None) -> Config:
    return settings.load(file, serving.store_override(store))


# --- versions ---------------------------------------------------------------------------------------


def versions(file: Path | None, *, store: str | None, limit: int, as_json: bool) -> None:
    """List the versions, the newest first."""
    config = _file(file, store)
    from batonpass.app.administering import listed
    from batonpass.server import look_beside

    with serving.troubles_told(config):
        rows = look_beside(config, _newest, limit)
    if as_json:
        console.say_json({"versions": [listed(row) | {"at": _time(row.at)} for row in rows]})
        return
    if not rows:
        console.remark("There is no version yet: the first start makes one.")
    for line in console.columns(_version(row) for row in rows):
        console.say(line)


def _newest(tx: "Tx", limit: int) -> "list[VersionRow]":
    return tx.config_versions(limit=limit)


def _version(row: "VersionRow") -> tuple[str, ...]:
    keys = [str(change["key"]) for change in row.changes]
    more = f" and {len(keys) - SHOWN_KEYS} more" if len(keys) > SHOWN_KEYS else ""
    who = f"{row.role} {row.who}".strip()
    return str(row.number), _time(row.at), who, ", ".join(keys[:SHOWN_KEYS]) + more, row.comment


def compare(
    file: Path | None, version: int | None, against: int | None, *, store: str | None, as_json: bool
) -> None:
    """Print what differs between two versions."""
    config = _file(file, store)
    from batonpass.server import look_beside

    with serving.troubles_told(config):
        last = look_beside(config, _number)
        number = last if version is None else version
        other = max(number - 1, 0) if against is None else against
        after = _document(config, number, last)
        before = _document(config, other, last) if other else {}
    _say_changes(diff(before, after), {"version": number, "against": other}, as_json=as_json)


def _number(tx: "Tx") -> int:
    return tx.config_number()


def _document(config: Config, number: int, last: int) -> dict[str, Any]:
    from batonpass.server import look_beside

    found = look_beside(config, _one, number)
    if found is None:
        _no_version(number, last)
    return found.document


def _one(tx: "Tx", number: int) -> "VersionRow | None":
    return tx.config_version(number)


def _no_version(number: int, last: int) -> NoReturn:
    there = f"The last one is {last}." if last else "There is none yet: the first start makes one."
    console.fail(f"There is no version {number}", there)


def _say_changes(changes: Sequence[Change], more: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        console.say_json(more | {"changes": [change.as_json() for change in changes]})
        return
    for line in _changes(changes):
        console.say(line)


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        yield change.key
        for sign, value in (("-", change.before), ("+", change.after)):
            if value is not None:
                yield f"  {sign} {json.dumps(value, ensure_ascii=False)}"


def revert(file: Path | None, number: int, comment: str, *, store: str | None, as_json: bool) -> None:
    """Make an earlier version the newest one again."""
    config = _file(file, store)
    _needs(config, "store")
    from batonpass.server import look_beside

    with serving.troubles_told(config):
        document = _document(config, number, look_beside(config, _number))
    try:
        wanted = with_document(config, document, f"version {number}")
    except ConfigError as error:
        console.fail(map(str, error.problems), "This program reads that version differently.")
    _adopt(config, wanted, comment or f"back to version {number}", as_json=as_json)


def import_file(file: Path | None, comment: str, *, store: str | None, as_json: bool) -> None:
    """Make the file a version."""
    config = _file(file, store)
    _needs(config, "store")
    _adopt(config, config, comment or "the file, imported", as_json=as_json)


def reload(file: Path | None, *, store: str | None, as_json: bool) -> None:
    """Make the file, which is the source, the version in force."""
    config = _file(file, store)
    _needs(config, "file")
    _adopt(config, config, "the file, read again", as_json=as_json)


def _needs(config: Config, source: str) -> None:
    if config.settings.config.source == source:
        return
    if source == "store":
        console.fail(
            "The file is the source of the configuration",
            f'Edit {config.source}, then "batonpass reload"; or set source = "store" under [config].',
        )
    console.fail(
        "The store is the source of the configuration",
        '"batonpass config drift" says what the file has different, "batonpass config import" makes it a version.',
    )


def _adopt(config: Config, wanted: Config, comment: str, *, as_json: bool) -> None:
    from batonpass.app.administering import listed
    from batonpass.app.audit import By
    from batonpass.app.configuring import Adopt, InvalidConfig, adopt
    from batonpass.server import act_beside, look_beside

    with serving.troubles_told(config):
        before = look_beside(config, _number)
        try:
            row: VersionRow = act_beside(config, adopt, Adopt(wanted, By("cli"), comment))
        except InvalidConfig as error:
            console.fail(map(str, error.problems))
    if as_json:
        console.say_json(listed(row) | {"at": _time(row.at), "changed": row.number != before})
    elif row.number == before:
        console.say(f"Nothing differs from version {row.number}.")
    else:
        console.say(f"Version {row.number}: {', '.join(str(change['key']) for change in row.changes)}")


def drift(file: Path | None, *, store: str | None, check: bool, as_json: bool) -> None:
    """Print in which keys the file differs from the version in force."""
    config = _file(file, store)
    from batonpass.server import look_beside

    with serving.troubles_told(config):
        number = look_beside(config, _number)
        document = _document(config, number, number) if number else {}
    changes = diff(document, document_of(config)) if number else []
    if not changes and not as_json:
        console.remark(f"{config.source} says what version {number} says." if number else "No version yet.")
    _say_changes(changes, {"version": number, "file": config.source}, as_json=as_json)
    if changes and check:
        raise typer.Exit(console.BROKEN)


def export(file: Path | None, number: int | None, *, store: str | None, as_json: bool) -> None:
    """Print a version's document."""
    config = _file(file, store)
    from batonpass.server import look_beside

    with serving.troubles_told(config):
        last = look_beside(config, _number)
        document = _document(config, last if number is None else number, last)
    if as_json:
        console.say_json(document)
    else:
        console.say("\n".join(settings.toml(document)).strip())


# --- keys -------------------------------------------------------------------------------------------


def create_key(file: Path | None, agent: str, label: str, *, store: str | None, as_json: bool) -> None:
    """Make a key and print it, this once."""
    config = _with_agent(file, agent, store)
    from batonpass.server import create_key as create

    with serving.troubles_told(config), _refusals():
        key = create(config, agent, label)
    _say_key(agent, key, as_json=as_json)


def rotate_key(
    file: Path | None, agent: str, label: str, overlap_s: int, *, store: str | None, as_json: bool
) -> None:
    """Make a key beside the one there is and print it, this once."""
    config = _with_agent(file, agent, store)
    from batonpass.server import create_key as create

    with serving.troubles_told(config), _refusals():
        key = create(config, agent, label, overlap_ms=overlap_s * 1000)
    _say_key(agent, key, as_json=as_json)


def _with_agent(file: Path | None, agent: str, store: str | None) -> Config:
    config = _in_force(file, store)
    if agent not in config.settings.agents:
        serving.unknown("agent", agent, list(config.settings.agents), config)
    return config


def _refusals() -> Any:
    return serving.refusals_told()


def _say_key(agent: str, key: str, *, as_json: bool) -> None:
    if as_json:
        console.say_json({"agent": agent, "key": key})
        return
    console.say(key)
    console.remark(f"This is the key of {agent}. It is shown this once; only its hash is kept.")


def list_keys(file: Path | None, agent: str | None, *, store: str | None, as_json: bool) -> None:
    """List keys, the newest first."""
    config = _file(file, store)
    from batonpass.server import look_beside

    with serving.troubles_told(config):
        now, rows = look_beside(config, _keys, agent)
    if as_json:
        console.say_json({"keys": [_key(row, now) for row in rows]})
        return
    for line in console.columns(
        (row.prefix, row.agent_id, _state(row, now), _time(row.created_at), row.label) for row in rows
    ):
        console.say(line)


def _keys(tx: "Tx", agent: str | None) -> "tuple[int, list[KeyRow]]":
    return tx.now, tx.keys_of(agent)


def _key(row: "KeyRow", now: int) -> dict[str, Any]:
    times = {"created_at": row.created_at, "expires_at": row.expires_at, "revoked_at": row.revoked_at}
    told = {name: _time(at) for name, at in times.items() if at is not None}
    return {"prefix": row.prefix, "agent": row.agent_id, "label": row.label, "good": row.good(now)} | told


def _state(row: "KeyRow", now: int) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at is None:
        return "good"
    return f"good until {_time(row.expires_at)}" if row.good(now) else "ended"


def revoke_key(file: Path | None, prefix: str, *, store: str | None, as_json: bool) -> None:
    """Take a key back."""
    config = _file(file, store)
    from batonpass.app.audit import By
    from batonpass.app.keys import Revoke, revoke_key
    from batonpass.domain.errors import NotFound
    from batonpass.server import act_beside

    with serving.troubles_told(config):
        try:
            row: KeyRow = act_beside(config, revoke_key, Revoke(prefix, By("cli")))
        except NotFound:
            console.fail(f"There is no key {prefix!r}", '"batonpass keys list" lists them.')
    if as_json:
        console.say_json(_key(row, row.revoked_at or 0))
    else:
        console.say(f"{row.prefix}, a key of {row.agent_id}, opens nothing more.")


# --- the log ----------------------------------------------------------------------------------------


def audit(
    file: Path | None, action: str, ref: str, who: str, *, store: str | None, limit: int, as_json: bool
) -> None:
    """Print lines of the log, the newest first; with `as_json` one object a line."""
    config = _file(file, store)
    from batonpass.server import look_beside

    with serving.troubles_told(config):
        rows: list[AuditRow] = look_beside(config, _lines, limit, action, ref, who)
    if as_json:
        console.say_json({"lines": [asdict(row) | {"at": _time(row.at)} for row in rows]})
        return
    for line in console.columns(
        (_time(row.at), f"{row.role} {row.who}".strip(), row.address, row.action, row.ref) for row in rows
    ):
        console.say(line)


def _lines(tx: "Tx", limit: int, action: str, ref: str, who: str) -> "list[AuditRow]":
    return tx.audit_rows(limit=limit, action=action, ref=ref, who=who)


def _time(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"
