"""Replies that people have ready: which there are here, and their text for one chat."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from batonpass.domain.care import Canned
from batonpass.domain.words import DEFAULT_LOCALE

MAX_CANNED = 4_000
_PART = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_.-]{0,99})\}|[{}]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Ready:
    """A reply for one chat. `missing`: variables that this chat has no value of; they stand in the text as `[name]`."""

    name: str
    shortcut: str
    text: str
    missing: tuple[str, ...] = ()


def problem(text: str) -> str | None:
    """Say what is wrong with a text, as "found, expected"; None when it may be used."""
    if _CONTROL.search(text):
        return "has a control character, expected plain text"
    for found in _PART.finditer(text):
        if found[0] in {"{", "}"}:
            return f"has a single {found[0]!r}, expected a placeholder such as {{customer}}, or it doubled"
    return None


def ready(replies: Iterable[Canned], queue_id: str, locale: str, variables: Mapping[str, str]) -> list[Ready]:
    """Return the replies of a queue in the words of a locale, filled in, by shortcut.

    Values are filled in one pass: braces in them stay what they are.
    """
    here = (reply for reply in replies if not reply.queues or queue_id in reply.queues)
    return sorted((_fill(reply, locale, variables) for reply in here), key=lambda r: (r.shortcut, r.name))


def _fill(reply: Canned, locale: str, variables: Mapping[str, str]) -> Ready:
    missing: dict[str, None] = {}

    def value(part: re.Match[str]) -> str:
        name = part[1]
        if not name:
            return part[0][0]
        found = variables.get(name, "")
        if not found:
            missing[name] = None
        return found or f"[{name}]"

    text = next(reply.texts[key] for key in _chain(locale) if key in reply.texts)
    return Ready(reply.name, reply.shortcut, _PART.sub(value, text), tuple(missing))


def _chain(locale: str) -> Iterator[str]:
    """Yield `de-at`, `de`, the house's own locale, then the text for all."""
    parts = locale.replace("_", "-").lower().split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])
    if parts == [""]:
        yield DEFAULT_LOCALE
    yield ""
