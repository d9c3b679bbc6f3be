"""Arrows between the rooms of the pages, as import-linter has them for Python: they point one way."""

import posixpath
import re

from tests.quality import source

WEB = source.SRC / "batonpass" / "web"
IMPORTS = re.compile(r"""(?:from|import|import\()\s*["'](\.[^"']+)["']""")

MAY = {
    "api": set[str](),
    "desk": set[str](),
    "widget": set[str](),
    # The operator's page has the desk's door and its small parts, and nothing of its state.
    "operator": {"desk/door.js", "desk/rows.js", "desk/ui.js", "desk/words/shared.js"},
}
"""What a room imports of other rooms. Files beside the rooms are for all; of rooms they know the widget's only."""


def strays() -> list[str]:
    """Imports against the arrows."""
    found = []
    for path in source.files(WEB, suffix=".js"):
        name = path.relative_to(WEB).as_posix()
        room = name.partition("/")[0] if "/" in name else ""
        for target in IMPORTS.findall(path.read_text()):
            to = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            there = to.partition("/")[0] if "/" in to else ""
            if there in ("", "vendor", "locales", room):
                continue
            if to not in MAY.get(room, set()) and not (name == "widget.js" and there == "widget"):
                found.append(f"{name} imports {to}")
    return found


def test_rooms_of_the_pages_import_one_way() -> None:
    assert strays() == []
