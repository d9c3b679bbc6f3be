"""Cards on a terminal: `batonpass summaries show`, and the pages of the docs that show them."""

from dataclasses import replace
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from batonpass.cli import console
from batonpass.cli.summarizing import Ask, plugin_named
from batonpass.measure.card import LABEL, Row, card, lines
from batonpass.measure.definitions import DEFINITIONS
from batonpass.measure.dialogues import Dialogue, read, turn_of
from batonpass.measure.rows import row
from batonpass.measure.running import Made, Orders, run
from batonpass.plugin_api import Turn
from batonpass.plugin_text import clean_text

if TYPE_CHECKING:
    from typing import Any

WIDEST = 100
_IDS = 12  # of a file's ids are told to who asks for one that is not there


def show(
    ask: Ask,
    wanted: str,
    *,
    reason: str = "",
    note: str = "",
    transcript: bool = False,
    as_json: bool = False,
) -> None:
    """Print the card of one dialogue."""
    dialogue = _found(ask, wanted)
    dialogue = replace(dialogue, reason=reason or dialogue.reason, note=note or dialogue.note)
    made = made_of(plugin_named(ask.summarizer, ask.options), dialogue, ask.orders)
    rows = rows_of(made)
    if as_json:
        console.say_json({**row(made), "card": [{"label": one.label, "texts": one.texts} for one in rows]})
        return
    _print(rows)
    if transcript:
        console.say("")
        _print([said(turn) for turn in dialogue.turns])


def _found(ask: Ask, wanted: str) -> Dialogue:
    dialogues = {dialogue.id: dialogue for dialogue in ask.dialogues()}
    if wanted not in dialogues:
        ids = list(map(clean_text, dialogues))
        more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
        console.fail(f"{ask.name} has no dialogue {wanted!r}", f"It has: {', '.join(ids[:_IDS])}{more}.")
    return dialogues[wanted]


def made_of(plugin: "Any", dialogue: Dialogue, orders: Orders) -> Made:
    """What a summarizer makes of one dialogue."""
    found: list[Made] = []
    run(plugin, [dialogue], orders, found.append)
    return found[0]


def rows_of(made: Made) -> list[Row]:
    """The rows of a dialogue's card; turns are counted from 0, as in its file."""
    dialogue = made.dialogue
    return card(
        made.summary, reason=dialogue.reason, note=dialogue.note, turn=lambda seq: f"turn {turn_of(seq)}"
    )


def said(turn: Turn) -> Row:
    """A turn as a row."""
    who = {"representative": "person"}.get(turn.role, turn.role)
    hidden = " (sensitive)" if turn.sensitive else ""
    return Row(f"{turn_of(turn.seq)}", (f"{who}{hidden}: {clean_text(turn.text)}",))


def _print(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.text import Text

    screen = Console(highlight=False, soft_wrap=True)
    for line in lines(rows, min(screen.width, WIDEST)):
        text = Text(line)
        text.stylize("bold", 0, LABEL)
        screen.print(text)


# --- the page of the docs -------------------------------------------------------------------------


def render_summaries() -> str:
    """Return the page about summaries: the measure's definitions, and our samples with the cards `rules` makes."""
    plugin = plugin_named("rules", ())
    page = (files("batonpass.cli") / "summaries.md").read_text("utf-8")
    terms = "\n".join(f"| {term} | {text} |" for term, text in DEFINITIONS)
    samples = "\n\n".join(_sample(dialogue, plugin) for dialogue in read(None))
    return Template(page).substitute(definitions=terms, samples=samples)


def _sample(dialogue: Dialogue, plugin: "Any") -> str:
    made = made_of(plugin, dialogue, Orders())
    chat = "\n".join(lines([said(turn) for turn in dialogue.turns], WIDEST))
    drawn = "\n".join(lines(rows_of(made)))
    return f"### {dialogue.id}\n\n```text\n{chat}\n```\n\n```text\n{drawn}\n```\n\n{dialogue.remark}"
