"""The commands about figures, as typer reads them: `insights`, `simulate`."""

from pathlib import Path
from typing import Annotated

import typer

INSIGHTS_HELP = "Report on volumes, waits, handling, hand-offs, offers and satisfaction."


def insights(
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="WHEN", help="2026-11-20, 2026-11-20T09:30 or 7d; a day before the end."
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="WHEN", help="Up to here, without it; now.")
    ] = None,
    by: Annotated[
        str,
        typer.Option(
            metavar="WHAT", help="hour, day, week or month; queue, agent, kind; several with commas."
        ),
    ] = "",
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Whose hours and days, instead of the configuration's.")
    ] = None,
    handoffs: Annotated[
        bool, typer.Option("--handoffs", help="Hand-offs by kind, target, outcome and reason, instead.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="The configuration; batonpass.toml unless given."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="URL", help="sqlite:///PATH or postgresql://..., not the file's."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a line for each division.")] = False,
) -> None:
    """See INSIGHTS_HELP."""
    from batonpass.cli import insights as command

    command.insights(
        config, since, until, by, zone=zone, handoffs=handoffs, store=store, as_json=as_json, as_csv=as_csv
    )


SIMULATE_HELP = (
    "Play a morning at a busy desk in virtual time, on a store of its own; 1 when a law was broken."
)


def simulate(
    conversations: Annotated[int, typer.Option(min=1, max=100_000, help="How many.")] = 3_000,
    people: Annotated[int, typer.Option(min=2, max=1_000, help="How many representatives.")] = 60,
    seed: Annotated[
        int, typer.Option(help="What chance begins with: the same seed plays the same morning.")
    ] = 1,
    store: Annotated[
        str | None,
        typer.Option("--store", metavar="URL", help="An empty database, instead of a new SQLite file."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="End with one JSON object on the last line of stdout.")
    ] = False,
) -> None:
    """See SIMULATE_HELP."""
    from batonpass.cli import simulating

    simulating.simulate(conversations=conversations, people=people, seed=seed, store=store, as_json=as_json)
