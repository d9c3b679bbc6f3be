"""The verdict: what the demo prints with `--json`, and the findings behind each figure that is not 0."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

LAWS = (
    "lost",
    "duplicated",
    "misordered",
    "voice_violations",
    "joining_order_violations",
    "capacity_violations",
    "handoffs_unfinished",
)
# From this many conversations on, a run that provoked nothing of one of these proves nothing about it.
ENOUGH = 50
PROVOKED = ("reconnects", "stale_sends_refused", "gap_messages", "offers_expired")


@dataclass(slots=True)
class Verdict:
    """The figures of a run. Every field but `doubts` is one of the printed object, under the same name.

    `doubts` are reasons against the run itself: it did not do what it was asked to, or provoked too little.
    """

    conversations: int = 0
    messages_sent: int = 0
    messages_delivered: int = 0
    lost: int = 0
    duplicated: int = 0
    misordered: int = 0
    voice_violations: int = 0
    joining_order_violations: int = 0
    capacity_violations: int = 0
    handoffs: dict[str, int] = field(default_factory=dict)
    handoffs_unfinished: int = 0
    handoff_ms: dict[str, float] = field(default_factory=dict)
    summaries: int = 0
    kills: int = 0
    reconnects: int = 0
    stale_sends_refused: int = 0
    gap_messages: int = 0
    offers_expired: int = 0
    sweep_found_work: int = 0
    doubts: list[str] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        """The laws this run broke."""
        return [name for name in (*LAWS, "sweep_found_work") if getattr(self, name)]

    @property
    def ok(self) -> bool:
        return not self.broken and not self.doubts

    def as_json(self) -> dict[str, Any]:
        """Return the object of `batonpass demo --json`."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "doubts"}
        return {"ok": self.ok, **fields}


def count(verdict: Verdict, figures: Counter[str]) -> None:
    """Put the number of findings of each law into the verdict."""
    for name in LAWS:
        setattr(verdict, name, figures[name])


def doubts(verdict: Verdict, asked: int, *, crash: bool, ended: bool) -> list[str]:
    """Return why a run with no broken law is still none to rely on."""
    found = []
    if not ended:
        found.append("the run did not come to its end")
    if verdict.conversations != asked:
        found.append(f"{verdict.conversations} conversations of {asked} took place")
    if not verdict.messages_delivered:
        found.append("nothing was delivered")
    needed = [*PROVOKED, "kills"] if crash else list(PROVOKED)
    if asked >= ENOUGH:
        found += [f"{name} is 0: nothing of it was provoked" for name in needed if not getattr(verdict, name)]
    return found


def never_played(asked: int, wanted: list[str], played: set[str]) -> list[str]:
    """Return what a run of some size should have played and has not."""
    return [f"{name}: never played" for name in wanted if name not in played] if asked >= ENOUGH else []
