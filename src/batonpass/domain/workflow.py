"""Workflows: ordered steps that a chat is routed by, each with conditions, skills and a time, and what comes after.

How far a hand-off is stands on it as plain values: `{name, step, of, path, seeks, skills, priority}`. `step`
counts from 0; after the last one it is their number, `of`. `path` tells what became of each step:
`{step, outcome}`. `seeks`, `skills` and `priority` are those of the hand-off without its step's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Progress = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """A context variable that must have one of these values."""

    name: str
    one_of: frozenset[str]

    def holds(self, variables: Mapping[str, str]) -> bool:
        return variables.get(self.name) in self.one_of


@dataclass(frozen=True, slots=True)
class RouteStep:
    """Asks a queue, or with `agent_id` that agent alone, whose `queue_id` is where it waits meanwhile.

    Without `timeout_ms` it waits as long as its queue allows. `skip`: it is passed over when nobody there is reachable
    and takes chats now.
    """

    queue_id: str
    agent_id: str | None = None
    when: tuple[Condition, ...] = ()
    skills: tuple[str, ...] = ()
    timeout_ms: int | None = None
    priority: int | None = None
    skip: bool = False

    def applies(self, variables: Mapping[str, str]) -> bool:
        return all(condition.holds(variables) for condition in self.when)


@dataclass(frozen=True, slots=True)
class Workflow:
    """`fallback` is the queue where a chat waits when no step is left; None closes it."""

    id: str
    steps: tuple[RouteStep, ...]
    fallback: str | None = None

    @property
    def home(self) -> str:
        """A queue that it belongs to, whatever the conditions say."""
        return self.fallback or self.steps[0].queue_id


def begun(workflow: Workflow, seeks: str, skills: tuple[str, ...], priority: int) -> Progress:
    """The progress before the first step."""
    more = {"of": len(workflow.steps), "seeks": seeks, "skills": list(skills), "priority": priority}
    return {"name": workflow.id, "step": -1, "path": [], **more}


def moved(progress: Progress, step: int, *outcomes: tuple[int, str]) -> Progress:
    """The progress at a step; `outcomes` say what became of others on the way: (step, outcome)."""
    told = [{"step": number, "outcome": outcome} for number, outcome in outcomes if number >= 0]
    return progress | {"step": step, "path": [*progress["path"], *told]}
