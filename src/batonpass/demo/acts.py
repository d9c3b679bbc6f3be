"""What people do with a conversation beside talking, in `--scenario all`: every kind, leave, target and end."""

from dataclasses import dataclass
from typing import Literal

from batonpass.client import TO_NEXT, TO_PREVIOUS, to_workflow
from batonpass.client.chat import Kind, Leave
from batonpass.demo.world import AFTER, CARE, EXPERTS, GHOST, LATE, NIGHT
from batonpass.protocol.agent import TargetShape

Where = Literal["agent", "bot", "queue", "workflow", "previous", "next"]
Then = Literal[
    "wait", "complete", "cancel", "replace", "leave", "vanish", "remove", "helper leaves", "resolve", "idle"
]


@dataclass(frozen=True, slots=True)
class Act:
    """A holder asks for something, and then does something.

    `kind` None asks for nothing. `answer` is what the first who is asked does. `then` begins when somebody has
    come in, with `at_once` before that.
    """

    name: str
    kind: Kind | None
    where: Where = "queue"
    queue: str = EXPERTS
    leave: Leave | None = None
    answer: Literal["accept", "decline", "miss"] = "accept"
    then: Then = "wait"
    at_once: bool = False

    @property
    def warm(self) -> bool:
        """Whether its receiver comes in to talk first."""
        return self.leave == "on_complete" or self.kind in ("invitation", "consultation")

    def target(self, agent_id: str) -> TargetShape:
        """Where it goes; `agent_id` where it names an agent."""
        fixed = {"previous": TO_PREVIOUS, "next": TO_NEXT}.get(self.where)
        if fixed is not None:
            return fixed
        if self.where == "workflow":
            return to_workflow(CARE)
        if self.where == "queue":
            return TargetShape(type="queue", id=self.queue)
        return TargetShape(type="agent", id=agent_id)


_SOLVED = Act("says that it is solved", None, then="resolve")
_SILENT = Act("falls silent", None, then="idle")

# Two acts stand twice: they need the experts' queue, and a bot that has not passed the conversation on before.
ACTS: tuple[Act, ...] = (
    Act("transfers at once to the experts", "transfer", leave="now"),
    Act("transfers to a colleague and stays until they are in", "transfer", "agent"),
    Act(
        "transfers warm: talks to the colleague first",
        "transfer",
        "agent",
        leave="on_complete",
        then="complete",
    ),
    Act("transfers warm and takes it back", "transfer", leave="on_complete", then="cancel"),
    Act("transfers warm and never completes it", "transfer", leave="on_complete"),
    Act("transfers to who held before", "transfer", "previous"),
    Act("transfers to the next on the ladder", "transfer", "next"),
    _SOLVED,
    Act("transfers to a colleague, who declines", "transfer", "agent", answer="decline"),
    Act("transfers at once to a colleague, who misses it", "transfer", "agent", leave="now", answer="miss"),
    Act("transfers and calls it off", "transfer", queue=NIGHT, then="cancel", at_once=True),
    Act("transfers where nobody is there", "transfer", queue=NIGHT),
    Act("is lost while a transfer waits", "transfer", queue=LATE, then="vanish", at_once=True),
    _SILENT,
    Act("leaves while a transfer waits", "transfer", queue=NIGHT, then="leave", at_once=True),
    Act("is lost in a warm transfer", "transfer", "agent", leave="on_complete", then="vanish"),
    Act("leaves in a warm transfer", "transfer", "agent", leave="on_complete", then="leave"),
    Act("transfers at once to the night team, which is away", "transfer", queue=NIGHT, leave="now"),
    Act("transfers at once where nobody comes", "transfer", queue=GHOST, leave="now"),
    Act("transfers and then elsewhere", "transfer", queue=NIGHT, then="replace", at_once=True),
    Act("invites a colleague, who helps and leaves", "invitation", "agent", then="helper leaves"),
    Act("invites an expert and removes them", "invitation", then="remove"),
    Act("invites a colleague and leaves", "invitation", "agent", then="leave"),
    Act("invites a colleague and is lost", "invitation", "agent", then="vanish"),
    Act("invites somebody and calls it off", "invitation", queue=NIGHT, then="cancel", at_once=True),
    Act("leaves while an invitation waits", "invitation", queue=NIGHT, then="leave", at_once=True),
    Act("consults a colleague", "consultation", "agent", then="remove"),
    Act("consults a bot", "consultation", "bot", then="remove"),
    Act("consults an expert, who leaves", "consultation", then="helper leaves"),
    Act("leaves it to others", None, then="leave"),
    Act("transfers by a workflow, whose first step is away", "transfer", "workflow"),
    _SILENT,
    Act("hands back and stays until the bot is in", "hand_back", queue=AFTER, leave="on_accept"),
)

WANTED = (
    *(
        f"kind {kind}"
        for kind in (
            *("arrival", "escalation", "transfer", "hand_back", "invitation", "consultation"),
            *("failover", "promotion", "return", "take_over"),
        )
    ),
    *(f"leave {leave}" for leave in ("now", "on_accept", "on_complete")),
    *(f"target {where}" for where in ("agent", "queue", "workflow", "previous", "next")),
    *("state cancelled", "state returned", "outcome deadline", "outcome nobody", "outcome replaced"),
    *("fall-through", "overflow", "giver gone", "invitation became pass", "whisper"),
    *(f"act {act}" for act in ("monitor", "whisper", "take_over", "assign", "close")),
)
"""What a run of `--scenario all` from 50 conversations on must have played, in the judge's words."""

MANY = 150
RARE = ("hand_back by resolved", "hand_back by idle")
"""What needs some luck, and must have been played from `MANY` conversations on."""
