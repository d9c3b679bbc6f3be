"""What the shapes cannot say of the widget's words: that there is such a word, and what may stand in it."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from batonpass.config.problems import Path, Problem, one_of
from batonpass.config.view import View

_PLACE = re.compile(r"\{([a-z_]+)\}")


def words(view: View) -> Iterator[Problem]:
    """A word of a name that is none, or with a placeholder that nobody fills, would be a mistake that nobody sees."""
    if not view.whole(("widget",)):
        return
    known = _known()
    for locale, table in view.settings.widget.words.items():
        for key, text in table.items():
            at: Path = ("widget", "words", locale, key)
            if key not in known:
                yield view.say(at, "an unknown word", one_of(known, key))
                continue
            strange = sorted(set(_PLACE.findall(text)) - known[key])
            if strange:
                may = ", ".join(f"{{{name}}}" for name in sorted(known[key])) or "none"
                yield view.say(at, f"text that has the unknown placeholder {{{strange[0]}}}", may)


@cache
def _known() -> dict[str, frozenset[str]]:
    """The widget's words as it brings them along, and what is filled in each."""
    found: dict[str, Any] = json.loads(files("batonpass").joinpath("web/locales/en.json").read_text("utf-8"))
    return {key: frozenset(_PLACE.findall(json.dumps(word))) for key, word in found.items()}


CHECKS = (words,)
