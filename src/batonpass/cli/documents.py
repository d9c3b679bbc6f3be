"""`batonpass protocol`, `docs` and `plugins list`: what is drawn from the code, and what is installed."""

import json
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from batonpass.cli import console
from batonpass.domain.handoff import ENDS, TABLE, Kind, State

if TYPE_CHECKING:
    from batonpass.plugins import Registry

_DIFF_LINES = 20

_HANDOFF = """\
# The hand-off

<!-- Made by `batonpass docs --write`. Change TABLE in src/batonpass/domain/handoff.py instead. -->

Everything that moves or shares the baton is a hand-off, and all go through this one table. A step that is not
in it is refused with the code `bad_transition`. The kinds are {kinds}.

```mermaid
stateDiagram-v2
{drawing}
```

`decline`, `expire` and `withdraw` end an offer, not the hand-off, which asks the next agent. A bot goes from
`queued` to `accepted`. Except for a warm pass, `accept` and `complete` are one commit.

| State | Step | Next |
|---|---|---|
{rows}
"""


def render_handoff() -> str:
    """Return the page of the hand-off's states, drawn from its table."""
    kinds = ", ".join(f"`{kind}`" for kind in Kind)
    drawing = "\n".join(f"    {line}" for line in _drawing())
    rows = "\n".join(
        f"| `{state}` | `{step}` | `{after}` |"
        for state, steps in TABLE.items()
        for step, after in steps.items()
    )
    return _HANDOFF.format(kinds=kinds, drawing=drawing, rows=rows)


def _drawing() -> Iterator[str]:
    yield f"[*] --> {State.REQUESTED}"
    for state, steps in TABLE.items():
        arrows: dict[State, list[str]] = {}
        for step, after in steps.items():
            arrows.setdefault(after, []).append(step)
        for after, names in arrows.items():
            yield f"{state} --> {after}: {', '.join(names)}"
    for end in TABLE:
        if end in ENDS:
            yield f"{end} --> [*]"


def docs(folder: Path, *, check: bool, write: bool) -> None:
    """Print, write or compare the pages of the configuration, the hand-off and summaries, and of the APIs."""
    from batonpass.cli.showing import render_summaries
    from batonpass.config.reference import render_markdown
    from batonpass.protocol.asyncapi import document
    from batonpass.transport.rest.openapi import whole

    pages = {
        "configuration.md": render_markdown(),
        "handoff.md": render_handoff(),
        "summaries.md": render_summaries(),
        "openapi.json": _json(whole()),
        "asyncapi.json": _json(document()),
    }
    _deliver(
        pages, folder if check else None, folder if write else None, f"batonpass docs --write --dir {folder}"
    )


def protocol(*, check: Path | None, write: Path | None) -> None:
    """Print, write or compare the wire's page and types."""
    from batonpass.protocol.reference import render_markdown, render_typescript

    pages = {"protocol.md": render_markdown(), "protocol.d.ts": render_typescript()}
    _deliver(pages, check, write, f"batonpass protocol --write {check}")


def openapi(*, check: Path | None, write: Path | None) -> None:
    """Print, write or compare the document of REST."""
    from batonpass.transport.rest.openapi import whole

    _deliver({"openapi.json": _json(whole())}, check, write, f"batonpass openapi --write {check}")


def asyncapi(*, check: Path | None, write: Path | None) -> None:
    """Print, write or compare the document of the sockets."""
    from batonpass.protocol.asyncapi import document

    _deliver({"asyncapi.json": _json(document())}, check, write, f"batonpass asyncapi --write {check}")


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _deliver(pages: Mapping[str, str], check: Path | None, write: Path | None, mend: str) -> None:
    if check and write:
        console.fail("--check and --write exclude each other", "Give one of them.")
    if write:
        write.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (write / name).write_text(text, "utf-8")
    elif check:
        drifted = [line for name, text in pages.items() for line in _drift(check / name, text)]
        if drifted:
            console.fail(drifted, f"Run `{mend}` and commit what it writes.", console.BROKEN)
    else:
        console.say("\n".join(_printed(name, text) for name, text in pages.items()).rstrip())


def _printed(name: str, text: str) -> str:
    return text if name.endswith(".md") else f"## `{name}`\n\n```ts\n{text}```\n"


def _drift(file: Path, text: str) -> list[str]:
    """Return nothing, or what is different."""
    try:
        found = file.read_text("utf-8")
    except OSError:
        return [f"{file}: cannot be read"]
    if found == text:
        return []
    lines = unified_diff(
        found.splitlines(), text.splitlines(), "committed", "drawn from the code", lineterm="", n=0
    )
    return [f"{file}: is not what the code says", *islice(lines, _DIFF_LINES)]


def list_plugins(*, as_json: bool) -> None:
    """Print the plugins of every group."""
    import logging

    import structlog

    from batonpass import plugins
    from batonpass.plugin_api import SUMMARIZERS

    # A refused plugin is a line of the result here, not one of the log.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    rows = [row for group in (SUMMARIZERS, plugins.CONNECTORS) for row in _plugins(plugins.load(group))]
    if as_json:
        console.say_json({"plugins": rows})
    elif not rows:
        console.say("No plugins are installed. The built-in ones: pip install 'batonpass[default]'")
    else:
        keys = ("kind", "name", "distribution", "version", "state")
        for line in console.columns(tuple(row[key] for key in keys) for row in rows):
            console.say(line)


def _plugins(registry: "Registry") -> Iterator[dict[str, str]]:
    kind = registry.group.rpartition(".")[2]
    for plugin in registry.loaded.values():
        yield _row(kind, plugin.name, plugin.distribution, plugin.version, "ready")
    for refused in registry.refused:
        yield _row(kind, refused.name, refused.distribution, "", f"refused: {refused.reason}")


def _row(kind: str, name: str, distribution: str, version: str, state: str) -> dict[str, str]:
    return {"kind": kind, "name": name, "distribution": distribution, "version": version, "state": state}
