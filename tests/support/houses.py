"""The houses games are played in: the usual one, and any that dice can build."""

import random
from dataclasses import dataclass, replace
from typing import Any

from batonpass.app.ports import AgentRow, MemberRow
from batonpass.domain.care import Care
from batonpass.domain.handoff import Target, TargetType
from batonpass.domain.hooks import Hook, Topic
from batonpass.domain.life import LifeRules
from batonpass.domain.rules import (
    SWITCHES,
    EntryRule,
    HandBack,
    Nobody,
    QueueRules,
    Rules,
    Trigger,
)
from batonpass.domain.workflow import Condition
from tests.support.world import bot, person, queue

CUSTOMERS = 3
QUEUES = ("q1", "q2", "q3")
NAMES = ["A", "R1", "R2", "R3", "B", "L", "R4"]
BOTS = {"A", "B", "L"}


@dataclass(frozen=True)
class House:
    """What the operator configured: agents, (queue, agent, capacity priority[, capacity]), rules."""

    agents: tuple[AgentRow, ...]
    members: tuple[tuple[Any, ...], ...]
    rules: Rules

    @property
    def member_rows(self) -> list[MemberRow]:
        return [MemberRow(*member) for member in self.members]


def usual(*, burst_ms: int = 0, hop_limit: int = 6) -> House:
    """q1 is the ladder, bot A over representatives over bot B; q2 and q3 share a bot that takes one chat.

    q3's representatives accept at once; it hands back to the bot A. q2 has no wrap-up.
    """
    agents = (
        bot("A"),
        person("R1", 1),
        person("R2", 2),
        person("R3", 1),
        bot("B"),
        bot("L", 1),
        person("R4", 1),
    )
    ladder = (("q1", "A", 100), ("q1", "R1", 50), ("q1", "R2", 50), ("q1", "R3", 50), ("q1", "B", 10))
    others = (("q2", "L", 60), ("q2", "R4", 40), ("q3", "L", 50), ("q3", "R3", 40))
    queues = (
        queue("q1", care=ASKING),
        queue("q2", wrap_up_ms=0, max_wait_ms=300_000),
        queue("q3", auto_accept=True, hand_back=HandBack(Target(TargetType.AGENT, "A")), priority=1),
    )
    rules = replace(_rules(queues), failover_queue="q1", burst_ms=burst_ms, hop_limit=hop_limit)
    return House(agents, (*ladder, *others), rules)


def policies(*, burst_ms: int = 0, hop_limit: int = 6) -> House:
    """The usual agents, where every trigger hands back, q1 overflows into q2, and q2 asks the giver again."""
    house = usual(burst_ms=burst_ms, hop_limit=hop_limit)
    always = HandBack(when=frozenset(Trigger), idle_ms=90_000, cool_down_ms=30_000)
    queues = (
        queue("q1", life=RESTLESS, care=replace(ASKING, required=True), hand_back=always, overflow=("q2",),
              max_wait_ms=120_000),
        queue("q2", hand_back=replace(always, target=Target(TargetType.PREVIOUS)), wrap_up_ms=0,
              max_wait_ms=180_000, nobody=Nobody.RETURN),
        queue("q3", hand_back=replace(always, target=Target(TargetType.AGENT, "A")), auto_accept=True,
              priority=1, nobody=Nobody.RETURN),
    )  # fmt: skip
    told = Hook("crm", "https://crm.example", frozenset(Topic))
    rules = replace(
        house.rules, queues={q.id: q for q in queues}, completion_ms=60_000, webhooks={"crm": told}
    )
    return replace(house, rules=rules)


ASKING = Care(csat=True, csat_window_ms=600_000, dispositions={"parcel": "Parcel", "other": "Other"})
RESTLESS = LifeRules(
    hold_limit_ms=600_000,
    reopen_ms=900_000,
    affinity_ms=900_000,
    idle_warn_ms=30_000,
    idle_hold_ms=60_000,
    idle_close_ms=200_000,
    first_reply_ms=45_000,
    first_reply_fails_over=True,
    customer_grace_ms=100_000,
)
"""A queue in which nothing rests for long."""
PATIENT = LifeRules(hold_ends_on_message=False)


def any_house(dice: random.Random) -> House:
    """Any capacities, memberships and rules; a queue may have nobody of a kind, or nobody who is limited."""
    bots = [bot(name, dice.choice([None, None, 1, 2])) for name in NAMES if name in BOTS]
    people = [person(name, dice.randint(1, 3)) for name in NAMES if name not in BOTS]
    return rebuilt(House((*bots, *people), (), Rules()), dice)


def rebuilt(house: House, dice: random.Random) -> House:
    """The same agents under another configuration."""
    members = [
        (name, agent_id, dice.choice([10, 50, 50, 100]))
        for name in QUEUES
        for agent_id in dice.sample(NAMES, dice.randint(1, 6))
    ]
    rules = replace(
        _rules(tuple(_any_queue(name, dice) for name in QUEUES)),
        failover_queue=dice.choice([None, *QUEUES]),
        burst_ms=dice.choice([0, 2_000]),
        hop_limit=dice.choice([6, 1]),
        turn_ms=dice.choice([20_000, 3_000]),
        grace_ms=dice.choice([150_000, 10_000]),
        completion_ms=dice.choice([600_000, 20_000]),
        switched_off=frozenset(dice.sample(SWITCHES, dice.choice([0, 0, 0, 1]))),
    )
    return House(house.agents, tuple(members), rules)


def _any_queue(name: str, dice: random.Random) -> QueueRules:
    targets = (
        Target(TargetType.NEXT),
        Target(TargetType.AGENT, "A"),
        Target(TargetType.QUEUE, "q2"),
        Target(TargetType.PREVIOUS),
    )
    return queue(
        name,
        auto_accept=dice.random() < 0.3,
        hand_back=HandBack(
            dice.choice(targets),
            frozenset(dice.sample(list(Trigger), dice.randint(0, len(Trigger)))),
            idle_ms=dice.choice([30_000, 600_000]),
            cool_down_ms=dice.choice([0, 60_000]),
        ),
        overflow=tuple(filter(None, [dice.choice([None, None, *QUEUES])])),
        life=dice.choice([RESTLESS, PATIENT]),
        nobody=dice.choice(list(Nobody)),
        priority=dice.choice([0, 0, 1]),
        wrap_up_ms=dice.choice([0, 60_000, 60_000]),
        max_wait_ms=dice.choice([60_000, 300_000, 900_000]),
        offer_ms=dice.choice([5_000, 30_000]),
    )


def _rules(queues: tuple[QueueRules, ...]) -> Rules:
    """A chat enters the queue that its variable `to` names, else the first."""
    named = [EntryRule(q.id, (Condition("to", frozenset({q.id})),)) for q in queues[1:]]
    return Rules(entry=(*named, EntryRule(queues[0].id)), queues={q.id: q for q in queues})
