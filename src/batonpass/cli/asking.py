"""The commands that ask the router without moving anything, and turn switches: `route`, `switches`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from batonpass.cli import console, serving, settings

_MEMBER_HEAD = ("agent", "kind", "priority", "presence", "slots")
_TURNS = {"on": True, "off": False, "file": None}


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
    config = serving.in_force(settings.load(file, serving.store_override(store)))
    variables = dict(_variable(text) for text in context)
    queue = config.rules().entry_queue(variables) if queue is None else queue
    if queue not in config.settings.queues:
        serving.unknown("queue", queue, list(config.settings.queues), config)
    from batonpass.server import explain_route

    with serving.troubles_told(config):
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


def explained(answer: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a decision: `{winner, key, removed: {reason: n}, names: {reason: [...]}, flags}`,
    and of the queue's `members`; `removed` of one says why it is not asked."""
    yield _winner(answer)
    names = answer.get("names", {})
    for reason, count in answer.get("removed", {}).items():
        listed = ", ".join(names.get(reason, ()))
        yield f"  {reason}: {count}{f' ({listed})' if listed else ''}"
    for flag in answer.get("flags", ()):
        yield f"  {flag}"
    if members := answer.get("members"):
        yield ""
        rows = [_MEMBER_HEAD, *map(_member, members)]
        if any("removed" in member for member in members):
            why = ["why not", *(member.get("removed", "") for member in members)]
            rows = [(*row, reason) for row, reason in zip(rows, why, strict=True)]
        yield from console.columns(rows)


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


def conversation(
    file: Path | None, conversation_id: str, other: Path | None, *, store: str | None, as_json: bool
) -> None:
    """Ask who would get this chat now, or were another file the configuration."""
    config = serving.in_force(settings.load(file, serving.store_override(store)))
    changed = settings.load(other, []) if other is not None else None
    from batonpass.domain.errors import NotFound
    from batonpass.server import explain_conversation

    with serving.troubles_told(config):
        try:
            answer = explain_conversation(config, conversation_id, changed)
        except NotFound:
            console.fail(
                f"There is no chat {conversation_id!r}", f"The store is {config.shown()['store']['url']}."
            )
    if changed is not None:
        answer["with"] = str(other)
    if as_json:
        console.say_json(answer)
        return
    for line in _told(answer):
        console.say(line)


def _told(answer: dict[str, Any]) -> Iterator[str]:
    if "key" not in answer:
        yield f"Nobody: this chat is {answer['status']}."
        return
    if answer["hypothetical"]:
        yield f"Nothing waits. Were its holder to transfer it to the next of {answer['queue']}:"
    else:
        yield f"Its {answer['handoff']} waits in {answer['queue']}:"
    yield from explained(answer)


def switches(
    file: Path | None, name: str | None, to: str | None, *, store: str | None, as_json: bool
) -> None:
    """Say how the switches stand, after turning one."""
    config = serving.in_force(settings.load(file, serving.store_override(store)))
    from batonpass.app.switches import Turn
    from batonpass.domain.rules import SWITCHES
    from batonpass.server import turn_switch

    if name is not None and name not in SWITCHES:
        serving.unknown("switch", name, list(SWITCHES), config)
    if (name is None) is not (to is None) or (to is not None and to not in _TURNS):
        console.fail(
            "A switch is turned with NAME and on, off or file", f"It is one of: {', '.join(SWITCHES)}."
        )
    turned = Turn(name, _TURNS[to]) if name is not None and to is not None else None
    with serving.troubles_told(config):
        standing = turn_switch(config, turned)
    if as_json:
        console.say_json(standing)
        return
    for line in console.columns((switch, "on" if on else "off") for switch, on in standing.items()):
        console.say(line)
