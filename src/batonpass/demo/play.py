"""What all who play share: the tap's address, the scripts, the plan, and counters for those who watch."""

from dataclasses import dataclass, field

from batonpass.client import Timing
from batonpass.client.entry import Signal
from batonpass.demo.plan_log import PlanLog
from batonpass.demo.script import Cut, Script
from batonpass.demo.tap import Tap

# Impatient clients: the demo is on one machine, and its server is down for a second at most.
TIMING = Timing(ack=8.0, connect=8.0, backoff_first=0.05, backoff_most=0.4)


@dataclass(slots=True)
class Counters:
    """How far the play is, for the view and for the kills. The judge counts for itself."""

    turns: int = 0
    turns_in_all: int = 0
    started: int = 0
    finished: int = 0
    stuck: int = 0
    nudges: int = 0
    cuts: int = 0
    kills: int = 0
    passes: int = 0
    late: int = 0
    missed: int = 0
    declined: int = 0


@dataclass(slots=True)
class Play:
    """The stage. `scripts` by key, `by_conversation` once a conversation has its id."""

    tap: Tap
    plan: PlanLog
    keys: dict[str, str]
    scripts: dict[str, Script] = field(default_factory=dict)
    by_conversation: dict[str, Script] = field(default_factory=dict)
    running: dict[str, Script] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)
    progress: Signal = field(default_factory=Signal)
    # Which agent's token holds a conversation now, as its own client knows it: for cuts.
    holders: dict[str, str] = field(default_factory=dict)
    # Who was ever in which conversation: (agent, conversation).
    took_part: set[tuple[str, str]] = field(default_factory=set)

    def said(self, script: Script, index: int, who: str) -> None:
        """A turn is stored: everybody may go on."""
        if script.said(index, who):
            self.counters.turns += 1
            self.progress.fire()

    def cut(self, cut: Cut, customer_token: str, script: Script) -> None:
        """Cut a connection as the course says."""
        token = customer_token if cut.whose == "customer" else self.holders.get(script.conversation_id)
        for conn in self.tap.connections(token) if token else []:
            if self.tap.cut(conn, cut.when, swallow=cut.swallow):
                self.counters.cuts += 1

    def private(self, words: str) -> str:
        """Return words that no customer may ever read, and tell the judge to look for them."""
        self.plan.write("private", text=words)
        return words
