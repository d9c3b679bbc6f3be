"""The commands about figures, as typer reads them: `insights`."""

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
