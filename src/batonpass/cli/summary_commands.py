"""`batonpass summarize` and `batonpass summaries`: what they take. What they do is imported when they run."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from batonpass.measure.definitions import DEFINITIONS

summaries_app = typer.Typer(help="Measure summaries of dialogues, and look at them.", no_args_is_help=True)

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help="Dialogues, one JSON object a line. Left out: the product's own samples.",
        show_default=False,
    ),
]
Summarizer = Annotated[
    str,
    typer.Option("--summarizer", metavar="NAME", help="A summarizer plugin (`batonpass plugins list`)."),
]
PurposeOption = Annotated[
    Literal["transfer", "hand_back", "wrap_up"], typer.Option("--purpose", help="What the summary is for.")
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--options",
        metavar="FILE.toml|NAME=VALUE",
        help="Options of the plugin, repeatable: a file (the whole of it, or its table \\[plugins.NAME]), or one"
        " (VALUE as in TOML, or plain text).",
    ),
]
Concurrency = Annotated[
    int,
    typer.Option("--concurrency", min=1, max=256, help="Slow summarizers: so many dialogues at once."),
]
Deadline = Annotated[
    float,
    typer.Option(
        "--deadline",
        min=0.1,
        max=3600,
        metavar="SECONDS",
        help="Slow summarizers: what one dialogue may take.",
    ),
]
Agents = Annotated[
    Literal["bot", "representative"],
    typer.Option("--agents", help="Who a dialogue's `agent` is. Hand-offs come mostly from bots."),
]


def help_text(text: str) -> str:
    """A help page's paragraphs, each on one line; brackets are no markup of rich's."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n")).replace("[", r"\[")


_SUMMARIZE = """\
Summarize dialogues, one JSON object a line.

FILE: {"id", "turns": [{"role": customer | agent | system, "text"}]} a line; of more keys of a turn "t" (seconds)
and "sensitive" are read, of the dialogue "reason", "note" (the giver's words) and "locale".

With --json: {"id", "prose", "facts": [{"name", "value", "turn"}], "fields": {...}, "maker": {"name", "version",
"model"}, "status", "ms"} a line, in the order of FILE. `turn` is the index in `turns`, from 0. `fields` has
transfer_reason, issue, intent, next_step, steps [{"by", "text", "turn"}], outcome, sentiment, language,
status_reason, tokens_in, tokens_out; what is not known is empty. An `agent` is a bot to the summarizer, and in `by`,
unless --agents says otherwise; `system` stays system.

Every summary must keep the contract of plugins (check_summary): one that breaks it, raises or is late has status
"failed" and says why in status_reason. The command itself still succeeds."""
SUMMARIZE_HELP = help_text(_SUMMARIZE)


def summarize(
    file: File = None,
    summarizer: Summarizer = "rules",
    purpose: PurposeOption = "transfer",
    options: Options = None,
    concurrency: Concurrency = 4,
    deadline: Deadline = 60.0,
    agents: Agents = "bot",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
) -> None:
    from batonpass.cli import summarizing

    ask = summarizing.Ask(file, summarizer, purpose, options or [], concurrency, deadline, agents)
    summarizing.summarize(ask, as_json=as_json)


_SCORE = """\
Measure summaries of dialogues that carry "facts" {name: value} and "reference_summaries" [text, ...].

"""
_SCORE += "\n\n".join(f"{term}: {text}" for term, text in DEFINITIONS)


@summaries_app.command(help=help_text(_SCORE))
def score(
    file: File = None,
    summaries: Annotated[
        Path | None,
        typer.Option(metavar="OUT.jsonl", help="Measure these (made by `summarize --json`), and make none."),
    ] = None,
    summarizer: Summarizer = "rules",
    purpose: PurposeOption = "transfer",
    options: Options = None,
    concurrency: Concurrency = 4,
    deadline: Deadline = 60.0,
    agents: Agents = "bot",
    worst: Annotated[
        int, typer.Option(min=0, metavar="N", help="Also list the N dialogues that miss most facts.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
) -> None:
    from batonpass.cli import summarizing

    ask = summarizing.Ask(file, summarizer, purpose, options or [], concurrency, deadline, agents)
    summarizing.score(ask, summaries, worst=worst, as_json=as_json)


@summaries_app.command()
def show(
    wanted: Annotated[str, typer.Option("--id", metavar="ID", help="The dialogue's id.")],
    file: File = None,
    summarizer: Summarizer = "rules",
    purpose: PurposeOption = "transfer",
    options: Options = None,
    deadline: Deadline = 60.0,
    agents: Agents = "bot",
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="The giver's reason, instead of the dialogue's.")
    ] = "",
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="The giver's note, instead of the dialogue's.")
    ] = "",
    transcript: Annotated[bool, typer.Option("--transcript", help="Also print the dialogue.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object: what `summarize` prints, with the card's rows.")
    ] = False,
) -> None:
    """Show the card that an offer with this dialogue carries: what is next, what the customer wants, why it is passed
    on, what was tried, the facts with their turns (from 0). What is empty is not shown."""
    from batonpass.cli import showing
    from batonpass.cli.summarizing import Ask

    ask = Ask(file, summarizer, purpose, options or [], 1, deadline, agents)
    showing.show(ask, wanted, reason=reason, note=note, transcript=transcript, as_json=as_json)
