"""The plugin's options, read strictly: what is not known, or not possible, is a ValueError that says so."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from re import Pattern
from typing import Any
from urllib.parse import urlsplit

from batonpass.plugin_text.bounded import bounded_pattern
from batonpass.plugin_text.placeholders import KIND_NAME

MAX_EXTRA_PATTERNS = 50


@dataclass(frozen=True, slots=True)
class Options:
    """What `configure` was given. Seconds are floats; the key is never shown."""

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    timeout: float = 20.0
    attempts: int = 3
    at_once: int = 4
    max_input_tokens: int = 6_000
    max_output_tokens: int = 600
    structured: bool = True
    temperature: float = 0.2
    redact: bool = True
    extra_patterns: tuple[tuple[str, Pattern[str]], ...] = ()
    prompts: Path | None = None
    prompt_version: str = "v1"


class _Wrong(Exception):
    """What is wrong with one option, its key left out."""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _text(value: object, most: int = 500) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most or not value.isprintable():
        raise _Wrong(f"is {_shown(value)}, expected a text of 1 to {most} characters on one line")
    return value.strip()


def _number(least: float, most: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:  # type: ignore[operator]
            raise _Wrong(f"is {_shown(value)}, expected a number from {least:g} to {most:g}")
        return float(value)  # type: ignore[arg-type]

    return read


def _count(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _Wrong(f"is {_shown(value)}, expected a whole number from {least} to {most}")
        return value

    return read


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(f"is {_shown(value)}, expected true or false")
    return value


def _structured(value: object) -> bool:
    if value not in ("auto", "never"):
        raise _Wrong(f'is {_shown(value)}, expected "auto" or "never"')
    return value == "auto"


def _url(value: object) -> str:
    url = _text(value)
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        good, parts = False, urlsplit("")
    if parts.username or parts.password:
        raise _Wrong("holds a user or password, expected them in api_key_env or api_key_file")
    if not good or parts.query or parts.fragment:
        raise _Wrong(f'is {_shown(value)}, expected an address such as "http://localhost:8080/v1"')
    return url


def _folder(value: object) -> Path:
    path = Path(_text(value)).expanduser()
    if not path.is_dir():
        raise _Wrong(f"is {_shown(value)}, and there is no such folder")
    return path


def _version(value: object) -> str:
    version = _text(value, 20)
    if not version.replace("-", "").replace("_", "").isalnum():
        raise _Wrong(f'is {_shown(value)}, expected a version such as "v1"')
    return version


def _patterns(value: object) -> tuple[tuple[str, Pattern[str]], ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_EXTRA_PATTERNS:
        raise _Wrong(f"is {_shown(value)}, expected a list of at most {MAX_EXTRA_PATTERNS} {{name, pattern}}")
    return tuple(_pattern(place, one) for place, one in enumerate(value))


def _pattern(place: int, one: object) -> tuple[str, Pattern[str]]:
    if not isinstance(one, Mapping) or set(one) != {"name", "pattern"}:
        raise _Wrong(f"has {_shown(one)} in place {place}, expected {{name, pattern}}")
    name, pattern = one["name"], one["pattern"]
    if not isinstance(name, str) or not KIND_NAME.fullmatch(name):
        raise _Wrong(f"has the name {_shown(name)} in place {place}, expected capitals such as CUSTOMER_ID")
    if not isinstance(pattern, str):
        raise _Wrong(f"has the pattern {_shown(pattern)} in place {place}, expected a text")
    try:
        return name, bounded_pattern(pattern)
    except ValueError as error:
        raise _Wrong(f"has a pattern in place {place} ({name}) that {error}") from None


_READERS: dict[str, Callable[[Any], Any]] = {
    "base_url": _url,
    "model": lambda value: _text(value, 200),
    "api_key_env": lambda value: _text(value, 200),
    "api_key_file": _text,
    "timeout": _number(0.05, 600),
    "attempts": _count(1, 10),
    "at_once": _count(1, 100),
    "max_input_tokens": _count(200, 1_000_000),
    "max_output_tokens": _count(32, 8_000),
    "structured": _structured,
    "temperature": _number(0, 2),
    "redact": _flag,
    "extra_patterns": _patterns,
    "prompts": _folder,
    "prompt_version": _version,
}
_KEYS = ("api_key_env", "api_key_file")


def read_options(given: Mapping[str, object]) -> Options:
    """The options. ValueError naming every wrong key, what was found and what was expected."""
    wrong: list[str] = []
    read: dict[str, Any] = {}
    for key, value in given.items():
        if key not in _READERS:
            wrong.append(_unknown(key))
            continue
        try:
            read[key] = _READERS[key](value)
        except _Wrong as error:
            wrong.append(f"{key} {error}")
    wrong += [f"{key} is missing" for key in ("base_url", "model") if key not in given]
    named = {key: read.pop(key) for key in _KEYS if key in read}
    try:
        read["api_key"] = _api_key(named)
    except _Wrong as error:
        wrong.append(str(error))
    if wrong:
        raise ValueError("; ".join(wrong))
    return Options(**read)


def _unknown(key: str) -> str:
    if key == "api_key":
        return "api_key must not stand in the configuration: name a variable (api_key_env) or a file (api_key_file)"
    return f"{_shown(key)} is not known, expected one of {', '.join(_READERS)}"


def _api_key(named: Mapping[str, str]) -> str:
    """The key; empty when none is named."""
    if len(named) > 1:
        raise _Wrong("api_key_env and api_key_file are both given, expected one of them")
    if "api_key_env" in named:
        key, where = os.environ.get(named["api_key_env"], ""), f"api_key_env names {named['api_key_env']}"
    elif "api_key_file" in named:
        where = f"api_key_file names {named['api_key_file']}"
        try:
            key = Path(named["api_key_file"]).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise _Wrong(f"{where}, which cannot be read ({type(error).__name__})") from None
    else:
        return ""
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable() or len(key) > 4_000:
        raise _Wrong(f"{where}, which holds no key (expected one line of ASCII)")
    return key
