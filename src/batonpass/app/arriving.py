"""Where a new conversation begins to wait: by its entry rule's queue, or the steps of its workflow."""

from collections.abc import Mapping

from batonpass.app import lengths, routes
from batonpass.app.finding import having
from batonpass.app.ports import Tx
from batonpass.domain.handoff import Kind, Seeks, Target, TargetType
from batonpass.domain.passing import Request
from batonpass.domain.rules import EntryRule, Rules
from batonpass.domain.workflow import Workflow, begun


def arrival(tx: Tx, rules: Rules, rule: EntryRule, variables: Mapping[str, str]) -> tuple[Request, bool]:
    """The arrival's request, and whether there is nobody for it, so that its workflow closes it at once.

    Raises:
        Unavailable (`full`): too many wait there, and in its overflow.
    """
    workflow = rules.workflows.get(rule.workflow or "")
    if workflow is not None:
        return _by_workflow(tx, rules, rule, workflow, variables)
    queue_id = lengths.entrance(tx, rules, rule.queue_id)
    return _in_queue(tx, rules, rule, queue_id), False


def _in_queue(tx: Tx, rules: Rules, rule: EntryRule, queue_id: str) -> Request:
    skills = having(tx, rules, rule.skills, Seeks.ANY, queue_id)
    return Request(Kind.ARRIVAL, Seeks.ANY, queue_id, Target(TargetType.QUEUE, queue_id), skills=skills)


def _by_workflow(
    tx: Tx, rules: Rules, rule: EntryRule, workflow: Workflow, variables: Mapping[str, str]
) -> tuple[Request, bool]:
    progress = begun(workflow, Seeks.ANY, rule.skills, rules.priority_of(workflow.home))
    found = routes.place(tx, rules, workflow, progress, routes.Sought(Kind.ARRIVAL, Seeks.ANY), variables)
    if isinstance(found, routes.Place):
        return Request(
            Kind.ARRIVAL,
            found.seeks,
            found.queue_id,
            found.target,
            skills=found.skills,
            workflow=found.progress,
            priority=found.priority,
        ), False
    queue_id = workflow.home
    if not found.closes:
        queue_id = lengths.entrance(tx, rules, workflow.home)
    target = Target(TargetType.QUEUE, queue_id)
    request = Request(Kind.ARRIVAL, Seeks.ANY, queue_id, target, workflow=found.progress)
    return request, found.closes
