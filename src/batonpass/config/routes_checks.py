"""What the shapes of overflow and workflows cannot say: names that exist, no circles, a fallback, reachable steps."""

from collections.abc import Iterator

from batonpass.config.problems import Path, Problem, one_of, shown
from batonpass.config.routes import Step, WorkflowTable
from batonpass.config.view import View


def overflow(view: View) -> Iterator[Problem]:
    """Queues that exist, each once, and no way back to where a chat was."""
    for queue_id, queue in view.settings.queues.items():
        if not view.whole(("queues", queue_id, "overflow")):
            continue
        for place, other in enumerate(queue.overflow):
            at: Path = ("queues", queue_id, "overflow", place)
            if other == queue_id:
                yield view.say(at, "this very queue", "another one")
            elif other not in view.queues:
                yield view.say(at, shown(other), _known("a queue", view.queues, other))
            elif other in queue.overflow[:place]:
                yield view.say(at, f"{shown(other)} again", "each queue once")
            elif way := _way_back(view, other, queue_id, ()):
                circle = " to ".join((queue_id, *way))
                yield view.say(at, shown(other), f"a chain that ends, not {circle}")


def _way_back(view: View, start: str, end: str, seen: tuple[str, ...]) -> tuple[str, ...]:
    """The queues from one to another by overflow, both included; none when there is no way."""
    if start == end:
        return (end,)
    queue = view.settings.queues.get(start)
    for other in queue.overflow if queue is not None and start not in seen else ():
        if way := _way_back(view, other, end, (*seen, start)):
            return (start, *way)
    return ()


def workflows(view: View) -> Iterator[Problem]:
    """Steps that name what exists and can be reached, and a fallback."""
    for name, table in view.settings.workflows.items():
        at: Path = ("workflows", name)
        if not view.whole(at):
            continue
        for place, step in enumerate(table.steps):
            yield from _step(view, (*at, "steps", place), step)
        yield from _unreachable(view, at, table)
        yield from _fallback(view, at, table)


def _step(view: View, at: Path, step: Step) -> Iterator[Problem]:
    if (step.queue is None) is (step.agent is None):
        found = "neither" if step.queue is None else "both"
        yield view.say(at, found, "a queue or an agent")
    elif step.queue is not None and step.queue not in view.queues:
        yield view.say((*at, "queue"), shown(step.queue), _known("a queue", view.queues, step.queue))
    elif step.agent is not None and step.agent not in view.agents:
        yield view.say((*at, "agent"), shown(step.agent), _known("an agent", view.agents, step.agent))
    elif step.agent is not None and not _serves(view, step.agent):
        yield view.say((*at, "agent"), shown(step.agent), "a member of a queue")
    elif step.agent is not None and step.skills:
        yield view.say((*at, "skills"), "skills", "nothing, because the step names its agent")


def _serves(view: View, agent_id: str) -> bool:
    queues = view.settings.queues
    whole = all(view.whole(("queues", queue_id, "members")) for queue_id in queues)
    return not whole or any(m.agent == agent_id for queue in queues.values() for m in queue.members)


def _unreachable(view: View, at: Path, table: WorkflowTable) -> Iterator[Problem]:
    """After a step that always waits, without a time of its own, no other is asked but by accident."""
    for place, step in enumerate(table.steps[:-1]):
        if not step.when and step.timeout is None and not step.skip_when_unavailable:
            before = f"{at[0]}.{at[1]}.steps[{place}]"
            expected = f"a step that can be reached: {before} has no when, timeout or skip_when_unavailable"
            yield view.say((*at, "steps", place + 1), "a step", expected)
            return


def _fallback(view: View, at: Path, table: WorkflowTable) -> Iterator[Problem]:
    fallback = table.fallback
    if (fallback.queue is None) is (fallback.close is None):
        found = "nothing" if fallback.queue is None else "both"
        yield view.say((*at, "fallback"), found, 'either { queue = "ID" } or { close = true }')
    elif fallback.queue is not None and fallback.queue not in view.queues:
        where: Path = (*at, "fallback", "queue")
        yield view.say(where, shown(fallback.queue), _known("a queue", view.queues, fallback.queue))


def _known(what: str, names: frozenset[str], near: str) -> str:
    return f"the id of {what}: {one_of(names, near)}"
