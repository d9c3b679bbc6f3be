"""Who is in a conversation, read from its timeline; and where a hand-off may go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from batonpass.client.entry import Entry
from batonpass.protocol.agent import TargetShape
from batonpass.protocol.events import AgentAdded, AgentRemoved, ConversationClosed

HOLDER, HELPER, CONSULTED, OBSERVER = "holder", "helper", "consulted", "observer"

TO_PREVIOUS = TargetShape(type="previous")
"""Who held before the giver."""
TO_NEXT = TargetShape(type="next")
"""The next on the ladder of the giver's queue."""


def to_agent(agent_id: str) -> TargetShape:
    """Return the target that names an agent."""
    return TargetShape(type="agent", id=agent_id)


def to_queue(queue_id: str) -> TargetShape:
    """Return the target that names a queue."""
    return TargetShape(type="queue", id=queue_id)


def to_workflow(workflow_id: str) -> TargetShape:
    """The steps of a workflow, one after the other."""
    return TargetShape(type="workflow", id=workflow_id)


def to_next(queue_id: str) -> TargetShape:
    """Return the target `next` on the ladder of a queue."""
    return TargetShape(type="next", id=queue_id)


@dataclass(frozen=True, slots=True)
class Participant:
    """An agent with a live stint: `role` is `holder`, `helper`, `consulted` or `observer`."""

    stint_id: str
    agent_id: str
    name: str
    kind: str
    role: str


def participants(entries: Iterable[Entry]) -> dict[str, Participant]:
    """Return who is in after these entries, by stint, in the order they came.

    A story that was cut short does not tell of those who came before its first entry.
    """
    here: dict[str, Participant] = {}
    for entry in entries:
        stint_id = str(entry.data.get("stint_id") or "")
        if entry.event == AgentAdded.event:
            here[stint_id] = _read(stint_id, entry.data)
        elif entry.event == AgentRemoved.event:
            here.pop(stint_id, None)
        elif entry.event == ConversationClosed.event:
            here.clear()
    return here


def _read(stint_id: str, data: Mapping[str, object]) -> Participant:
    agent = data.get("agent")
    ref = agent if isinstance(agent, Mapping) else {}
    agent_id, name, kind = (str(ref.get(part) or "") for part in ("id", "name", "kind"))
    return Participant(stint_id, agent_id, name, kind, str(data.get("role") or ""))
