"""Where chats go on: overflow, lengths and skills of queues, and `[workflows.NAME]`; made into the core's values."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from batonpass.config.base import Expected, Id, Rank, Seconds, Section, Slots, Values, VariableName
from batonpass.domain.workflow import Condition, RouteStep, Workflow


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Skills = Annotated[
    list[Id], BeforeValidator(_listed), Field(max_length=20), Expected("a skill, or a list of up to 20")
]
Overflow = Annotated[
    list[Id],
    BeforeValidator(_listed),
    Field(max_length=20),
    Expected("the id of a queue, or a list of up to 20"),
]


class RouteFields(Section):
    """Keys of a queue about who may wait in it, and where a chat goes on."""

    overflow: Overflow = Field(
        [],
        description="Queues that a conversation goes on to, in this order, when nobody took it within `max_wait`, or "
        "when this one is full.",
    )
    strategy: Literal["capacity_priority", "round_robin", "most_idle", "least_active"] = Field(
        "capacity_priority",
        description="Who of its free members is asked: by `capacity_priority`, then free capacity, then the longest idle; "
        "`round_robin`, each in turn; the `most_idle`; or the `least_active`, with the fewest chats.",
    )
    max_length: Slots | None = Field(
        None,
        description="At most so many wait here: agents' requests are refused then, and new chats go on to `overflow` "
        "or are told so. Default: any number.",
    )
    skills: Skills = Field([], description="What each chat of this queue asks of an agent; all of them.")


class Step(Section):
    """A step of a workflow: a queue, or an agent alone."""

    queue: Id | None = Field(None, description="The queue that is asked.")
    agent: Id | None = Field(
        None, description="The agent that is asked, and nobody else. It waits in a queue of theirs."
    )
    when: dict[VariableName, Values] = Field(
        {},
        description="Context variables with the value, or one of the values, each must have; else it is skipped.",
    )
    skills: Skills = Field([], description="What this step asks of an agent, beside what the queue asks.")
    timeout: Seconds | None = Field(
        None,
        description="It waits here so long, then goes on. Default: the queue's `max_wait`, then its overflow.",
    )
    priority: Rank | None = Field(None, description="Its priority while it waits here.")
    skip_when_unavailable: bool = Field(
        False, description="Goes on at once when nobody there is connected and takes chats."
    )


class Fallback(Section):
    """What happens when no step is left: one of the two."""

    queue: Id | None = Field(None, description="It waits in this queue, as any chat does.")
    close: Literal[True] | None = Field(None, description="It is closed with words.")


class WorkflowTable(Section):
    """Ordered steps. A step that could take nobody now (closed, full, nobody of the kind or the skills) is skipped."""

    steps: Annotated[list[Step], Field(min_length=1, max_length=50), Expected("a list of 1 to 50 tables")] = (
        Field(description="Asked in order.")
    )
    fallback: Fallback = Field(Fallback(), description="What happens when no step is left.")


def workflows(tables: Mapping[str, WorkflowTable], home_of: Mapping[str, str]) -> dict[str, Workflow]:
    """Make the core's workflows of tables that were checked; `home_of` has a queue for each agent."""
    return {
        name: Workflow(name, tuple(_step(step, home_of) for step in table.steps), table.fallback.queue)
        for name, table in tables.items()
    }


def _step(step: Step, home_of: Mapping[str, str]) -> RouteStep:
    return RouteStep(
        queue_id=step.queue or home_of[step.agent or ""],
        agent_id=step.agent,
        when=tuple(Condition(name, frozenset(values)) for name, values in step.when.items()),
        skills=tuple(sorted(set(step.skills))),
        timeout_ms=None if step.timeout is None else round(step.timeout * 1000),
        priority=step.priority,
        skip=step.skip_when_unavailable,
    )
