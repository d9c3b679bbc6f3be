"""Moves about where a chat goes: in by a workflow, on by one, the next opening or closing, more slots for somebody.

They are played in a house of its own, where queues open and close all day, overflow in a chain, hold only so many, and
ask for skills.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any

from batonpass.app import configuring
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.handoff import Kind, Leave, Target, TargetType
from batonpass.domain.hours import Hours, Span
from batonpass.domain.rules import EntryRule, HandBack, Nobody, Trigger, WhenClosed
from batonpass.domain.workflow import Condition, RouteStep, Workflow
from tests.support.commands import Command, Commands
from tests.support.ground import Ground
from tests.support.houses import BOTS, NAMES, House, usual
from tests.support.world import queue

PEOPLE = [name for name in NAMES if name not in BOTS]
WORKFLOWS = ("vip", "short")


def every(minutes: int, open_for: int) -> Hours:
    """Open at the beginning of each so many minutes, round the clock."""
    spans = tuple(Span(start, start + open_for) for start in range(0, 1440, minutes))
    return Hours(f"{open_for} of {minutes}", UTC, (spans,) * 7)


def shifts(*, burst_ms: int = 0, hop_limit: int = 6) -> House:
    """The usual agents in shifts of minutes. q1 goes on to q2 and q3; q2 holds two and closes; R1 takes one of q1."""
    house = usual(burst_ms=burst_ms, hop_limit=hop_limit)
    back = HandBack(
        when=frozenset({Trigger.COMMAND, Trigger.OUT_OF_HOURS, Trigger.QUEUE_WAIT}), cool_down_ms=0
    )
    queues = (
        queue("q1", hours=every(15, 10), hand_back=back, overflow=("q2", "q3"), max_wait_ms=120_000),
        queue("q2", hours=every(30, 25), when_closed=WhenClosed.CLOSE, max_length=2, wrap_up_ms=0,
              overflow=("q3",), max_wait_ms=180_000, nobody=Nobody.RETURN, strategy="round_robin"),
        queue("q3", hours=every(60, 30), when_closed=WhenClosed.OVERFLOW, overflow=("q1",), auto_accept=True,
              skills=frozenset({"gold"}), priority=1),
    )  # fmt: skip
    skilled = {"R3": ("gold",), "L": ("gold",), "R2": ("gold", "fr"), "A": ("fr",)}
    agents = tuple(replace(row, skills=skilled.get(row.id, ())) for row in house.agents)
    limits = {("q1", "R1"): 1, ("q1", "R2"): 1, ("q2", "L"): 1}
    members = tuple((*member[:3], limits.get(member[:2])) for member in house.members)
    rules = replace(
        house.rules, queues={q.id: q for q in queues}, workflows=_workflows(), entry=_entry(house)
    )
    return House(agents, members, rules)


def _workflows() -> dict[str, Workflow]:
    busy = (Condition("to", frozenset({"vip"})),)
    vip = (
        RouteStep("q1", "R2", timeout_ms=20_000),
        RouteStep("q2", skip=True, when=busy, timeout_ms=60_000, priority=3),
        RouteStep("q1", skills=("fr",), timeout_ms=60_000),
        RouteStep("q3", "L", skip=True),
        RouteStep("q3"),
    )
    short = (RouteStep("q2", "R4", timeout_ms=30_000), RouteStep("q1", timeout_ms=90_000))
    return {"vip": Workflow("vip", vip, "q1"), "short": Workflow("short", short, None)}


def _entry(house: House) -> tuple[EntryRule, ...]:
    flows = [
        EntryRule(w.home, (Condition("to", frozenset({name})),), name, ("fr",) if name == "vip" else ())
        for name, w in _workflows().items()
    ]
    return (*flows, *house.rules.entry)


class HoursCommands(Commands):
    """What could be sent of this sort."""

    def passes_by(self, n: int, workflow: str, kind: Kind, leave: Leave | None, how: int) -> Command | None:
        return self.asks(n, kind, Target(TargetType.WORKFLOW, workflow), how, leave=leave)


class HoursMoves:
    """A part of the game."""

    ground: Ground

    async def _send(self, command: Command | None) -> None:
        raise NotImplementedError

    async def a_chat_of_a_workflow(self, n: int, workflow: str) -> None:
        await self._send(HoursCommands(self.ground).starts(n, workflow))

    async def a_pass_by_a_workflow(
        self, n: int, workflow: str, kind: Kind, leave: Leave | None, how: int
    ) -> None:
        await self._send(HoursCommands(self.ground).passes_by(n, workflow, kind, leave, how))

    async def a_queue_opens_or_closes(self, n: int) -> None:
        """Until the next change of some queue, or a moment before it."""
        ends = sorted(d.run_at for d in self.ground.seen.due if d.kind == "hours")
        if ends:
            at = ends[n % len(ends)]
            await self.ground.advance(max(0, at - self.ground.seen.now - n % 2))

    async def more_slots(self, name: str, capacity: int) -> None:
        """The operator gives somebody more slots."""
        house = self.ground.house
        agents = tuple(
            replace(row, capacity=max(capacity, row.capacity or 1)) if row.id == name else row
            for row in house.agents
        )
        self.ground.house = replace(house, agents=agents)
        await self.ground.do(_apply, self.ground.house)


def _apply(tx: Tx, env: Env, house: House) -> Outcome:
    tx.apply_config(house.agents, house.member_rows)
    return configuring.wake_queues(tx, env, None)


PASSED = [Kind.ESCALATION, Kind.TRANSFER, Kind.TRANSFER, Kind.HAND_BACK]
HOURS_MOVES: dict[str, tuple[float, dict[str, Sequence[Any]]]] = {
    "a_chat_of_a_workflow": (4, {"n": range(12), "workflow": WORKFLOWS}),
    "a_pass_by_a_workflow": (
        4,
        {
            "n": range(12),
            "workflow": [*WORKFLOWS, *WORKFLOWS, "none"],
            "kind": PASSED,
            "leave": [None, Leave.NOW, Leave.ON_ACCEPT, Leave.ON_COMPLETE],
            "how": range(12),
        },
    ),
    "a_queue_opens_or_closes": (4, {"n": range(12)}),
    "more_slots": (1, {"name": PEOPLE, "capacity": [1, 2, 3]}),
}
