"""How the commands speak: results on stdout, everything else on stderr, one thought a line."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

import typer

BROKEN = 1
USAGE = 2


def say(text: str) -> None:
    """Print a line of the result."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """Print a result for programs: one object on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def remark(text: str) -> None:
    """Print a line that is not the result."""
    typer.secho(text, err=True, fg=typer.colors.YELLOW)


def fail(lines: str | Iterable[str], todo: str = "", code: int = USAGE) -> NoReturn:
    """Print what is wrong and what to do next, and leave with an exit status: 2 for the caller's mistakes."""
    for line in [lines] if isinstance(lines, str) else lines:
        typer.secho(line, err=True, fg=typer.colors.RED)
    if todo:
        typer.echo(todo, err=True)
    raise typer.Exit(code)


def columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows as lines with aligned columns."""
    table = list(rows)
    if not table:
        return []
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
