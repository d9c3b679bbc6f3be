"""The command `simulate`: a morning in virtual time, as one page or one JSON object."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from batonpass.cli import console, insights

if TYPE_CHECKING:
    from batonpass.simulation.morning import Result

MOST_TOLD = 10


def simulate(*, conversations: int, people: int, seed: int, store: str | None, as_json: bool) -> None:
    """Play a morning; the exit status is the verdict: 1 when a law was broken or a figure is wrong."""
    from batonpass.simulation.morning import play
    from batonpass.simulation.plan import morning
    from batonpass.store.engine import StoreOpenError

    plan = morning(seed, conversations, people)
    try:
        result = asyncio.run(play(plan, store))
    except StoreOpenError as error:
        console.fail(f"The store cannot be opened: {error}", "It is --store; it must be empty.")
    for line in page(result):
        console.say(line)
    if as_json:
        console.say_json(
            {
                "ok": result.ok,
                "breaches": result.breaches[:MOST_TOLD],
                "differences": result.differences[:MOST_TOLD],
                "figures": result.figures,
            }
        )
    raise typer.Exit(0 if result.ok else console.BROKEN)


def page(result: "Result") -> Iterator[str]:
    """The morning on one page."""
    plan, figures = result.plan, result.figures
    late = figures["late_summaries"]
    yield f"A morning at a busy desk: {plan.conversations} conversations, {plan.people} people, two bots"
    yield (
        f"{_clock(plan.begins)} to {_clock(plan.ends)}, played in {figures['seconds']:g} s: {figures['commands']} "
        f"commands, {figures['messages']} messages, seed {plan.seed}"
    )
    yield (
        f"On purpose: Ada's model is out {_clock(plan.outage.start)} to {_clock(plan.outage.end)}, Bo is dead "
        f"{_clock(plan.death.start)} to {_clock(plan.death.end)}, lunch {_clock(plan.lunch.start)} to "
        f"{_clock(plan.lunch.end)}"
    )
    yield ""
    yield from insights.lines(result.hours)
    yield f"Late summaries  {late['made']} by the model, {late['refused']} times it did not answer"
    refused = ", ".join(f"{what} {count}" for what, count in figures["refused"].items())
    yield f"Refused         {refused or 'nothing'}"
    yield ""
    yield from _verdict("The laws held", "laws were broken", result.breaches)
    yield from _verdict(
        "The report says what was seen", "figures of the report are not what was seen", result.differences
    )


def _verdict(good: str, bad: str, found: list[str]) -> Iterator[str]:
    yield good if not found else f"{len(found)} {bad}:"
    yield from (f"  {one}" for one in found[:MOST_TOLD])


def _clock(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%H:%M")
