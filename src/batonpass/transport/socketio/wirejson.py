"""JSON on the wire: orjson behind the two functions of the standard library's module.

`loads` is strict, which is the point: text with a lone surrogate is refused here, at the edge, because the
stores cannot keep it. `dumps` never fails for want of a type that a server event may sensibly hold.
"""

import base64
import json
from typing import Any

import orjson

# What to tell a client whose packet was refused here.
NOT_JSON = "The packet is not JSON, or holds text that is no text (half of a surrogate pair)."


def loads(text: str | bytes, **_options: Any) -> Any:
    """Return the value of a JSON text. Raises ValueError for anything else, lone surrogates included."""
    return orjson.loads(text)


def dumps_bytes(value: Any) -> bytes:
    """Return `value` as compact UTF-8 JSON. Raises TypeError or ValueError for what has no JSON form."""
    try:
        return orjson.dumps(value, default=_plain)
    except TypeError:
        # Text with half of a surrogate pair, integers past 64 bits, keys that are no text: all rare, and
        # all of ours. The standard library writes them as ASCII escapes, which any reader takes.
        return json.dumps(value, default=_plain, separators=(",", ":"), allow_nan=False).encode()


def dumps(value: Any, **_options: Any) -> str:
    """Return `value` as compact JSON text; the options of the standard library's `dumps` are ignored."""
    return dumps_bytes(value).decode()


def _plain(value: Any) -> Any:
    """The JSON form of what JSON has no type for: bytes as base64, sets as lists, models as their fields."""
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON form")
