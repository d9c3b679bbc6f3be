"""Joins the modules of the widget into one file when the server starts: no build step, and one request instead of twenty.

A page of somebody else waits for the widget, module by module, and each small file packs badly. So an entry module
is sent with all that it imports, each module as a function of its own scope, in the order of their imports. Vendored
files stay what they are: they are imported, not joined.

Only the way this house writes modules is understood; anything else is an error when the server starts, so that a
test says it: imports at the start of a line with names in braces or a default, exports of declarations, no template over
several lines, `import()` and `import.meta` in the entry only.
"""

import json
import posixpath
import re
from collections.abc import Callable

_IMPORT = re.compile(r'^import\s+(?:(?P<what>[\w\s{},$]+?)\s+from\s+)?"(?P<path>[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export\s+(?P<kind>async function|function|class|const)\s+(?P<name>[\w$]+)", re.MULTILINE
)
_OTHER = re.compile(r"^(?:export|import)\b(?!\()", re.MULTILINE)
_ENTRY_ONLY = re.compile(r"\bimport\.meta\b|\bimport\(")
# What may have a backtick in it and ends on its line: patterns, texts, templates.
_CLOSED = re.compile(r"/(?:\\.|[^/\n])+/[a-z]*|\"(?:\\.|[^\"\n])*\"|`(?:\\.|[^`\n])*`")
_NAMES = re.compile(r"^\{(?P<names>[^}]*)\}$")

Read = Callable[[str], str]
"""The text of a file by its path, with `/`; raises for one that is not there."""


def joined(entry: str, read: Read) -> str:
    """Return one module that does what the module at `entry` does.

    Raises:
        ValueError: something in it is not understood; the message says where.
    """
    return _Bundle(entry, read).text()


def bare(text: str, *, css: bool = False) -> str:
    """Return a source without its comments that fill whole lines. Lines keep their numbers, so a fault names the place."""
    lines = []
    inside = False
    for line in text.split("\n"):
        said = line.strip()
        starts = said.startswith("/*") and "*/" not in said[2:-2]
        lines.append("" if inside or starts or (said.startswith("//") and not css) else line)
        inside = (inside or starts) and not said.endswith("*/")
    return "\n".join(lines)


def _tight(text: str) -> str:
    """Without the room for eyes: what begins a line, and lines that are empty."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


class _Bundle:
    def __init__(self, entry: str, read: Read) -> None:
        self._entry, self._read = entry, read
        self._names: dict[str, str] = {}
        self._open: list[str] = []
        self._heads: list[str] = []
        self._parts: list[str] = []

    def text(self) -> str:
        self._take(self._entry)
        return "\n".join([*self._heads, *self._parts, ""])

    def _take(self, path: str) -> str:
        """Join a module once, after all that it imports. Returns the name of what it exports."""
        if path in self._names:
            return self._names[path]
        if path in self._open:
            raise ValueError(f"{path}: imports itself by way of {' > '.join(self._open)}")
        name = f"$m{len(self._names) + len(self._open)}"
        if path.startswith("vendor/"):
            relative = posixpath.relpath(path, posixpath.dirname(self._entry) or ".")
            self._heads.append(f'import * as {name} from "./{relative}";')
        else:
            self._open.append(path)
            self._parts.append(self._module(path, name))
            self._open.pop()
        self._names[path] = name
        return name

    def _module(self, path: str, name: str) -> str:
        if path.endswith((".css.js", ".json.js")):
            plain = path.removesuffix(".js")
            value = (
                bare(self._read(plain), css=True) if plain.endswith(".css") else json.loads(self._read(plain))
            )
            return f"const {name} = {{ default: {json.dumps(value, ensure_ascii=False)} }};"
        text = bare(self._read(path))
        if any("`" in _CLOSED.sub("", line) for line in text.splitlines()):
            raise ValueError(f"{path}: a template over several lines is not understood")
        if path != self._entry and _ENTRY_ONLY.search(text):
            raise ValueError(f"{path}: import() and import.meta may stand in the entry only")
        inner = _IMPORT.sub(lambda found: self._import(path, found), text)
        exported = [found["name"] for found in _EXPORT.finditer(inner)]
        inner = _EXPORT.sub(lambda found: f"{found['kind']} {found['name']}", inner)
        if (odd := _OTHER.search(inner)) is not None:
            raise ValueError(f"{path}: {inner[odd.start() :].splitlines()[0]!r} is not understood")
        inner = _tight(inner)
        body = f"const {name} = (() => {{\n{inner}\nreturn {{ {', '.join(exported)} }};\n}})();"
        if path == self._entry and exported:
            body += f"\nexport const {{ {', '.join(exported)} }} = {name};"
        return body

    def _import(self, path: str, found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), found["path"]))
        if target.startswith("..") or not found["path"].startswith("."):
            raise ValueError(f"{path}: {found['path']!r} is outside of the folder")
        name = self._take(target)
        what = (found["what"] or "").strip()
        if not what:
            return ""
        if (names := _NAMES.match(what)) is not None:
            return f"const {{{names['names'].replace(' as ', ': ')}}} = {name};"
        if not what.isidentifier():
            raise ValueError(f"{path}: import {what!r} is not understood")
        return f"const {what} = {name}.default;"
