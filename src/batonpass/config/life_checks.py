"""What the shapes cannot say of a chat's course: the steps of its silence come in their order."""

from collections.abc import Iterator
from itertools import pairwise

from batonpass.config.problems import Path, Problem
from batonpass.config.view import View

STEPS = ("idle_warn", "idle_hold", "idle_close")


def silence(view: View) -> Iterator[Problem]:
    """A later step of silence needs a longer time than an earlier one."""
    for queue_id, queue in view.settings.queues.items():
        given = [(name, ms) for name in STEPS if (ms := getattr(queue, name)) is not None]
        for (earlier, before), (later, after) in pairwise(given):
            if after <= before:
                at: Path = ("queues", queue_id, later)
                yield view.say(at, f"{after:g}", f"more than the {before:g} seconds of {earlier}")
