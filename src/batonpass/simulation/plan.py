"""What a morning is made of: how many, how long, and when what goes wrong. All chance comes from one seed."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from batonpass.config import Config
from batonpass.config.models import Settings

MINUTE = 60_000
BOTS = ("ada", "bo")
CODES = ("delivery", "refund", "other")
OPENS = round(datetime(2026, 3, 2, 8, 0, tzinfo=UTC).timestamp() * 1000)
"""A Monday, 8:00: the office opens. The bots are there half an hour before."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`, in ms."""

    start: int
    end: int

    def holds(self, at: int) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Plan:
    """One morning. Chats begin from `begins` for `length` ms, most of them in the middle.

    `outage`: the LLM that bot Ada and the late summaries ask does not answer. `death`: bot Bo's process is gone.
    `lunch`: when representatives take their breaks, each `pause` ms long.
    """

    seed: int
    conversations: int
    people: int
    begins: int
    length: int
    outage: Span
    death: Span
    lunch: Span
    pause: int

    @property
    def ends(self) -> int:
        """No chat begins from here on."""
        return self.begins + self.length

    def arrivals(self) -> list[int]:
        """When each chat begins, in order: a quiet start, a peak in the middle."""
        dice = random.Random(f"arrivals {self.seed}")
        shares = sorted(dice.triangular(0.0, 1.0, 0.45) for _ in range(self.conversations))
        return [self.begins + int(share * self.length) for share in shares]


def morning(seed: int, conversations: int, people: int) -> Plan:
    """A morning of five hours for 3,000 conversations; a shorter one for fewer, one hour at least."""
    length = max(60 * MINUTE, 300 * MINUTE * conversations // 3_000)
    begins = OPENS - min(30 * MINUTE, length // 10)

    def span(start: float, share: float) -> Span:
        return Span(begins + int(start * length), begins + int((start + share) * length))

    return Plan(
        seed=seed,
        conversations=conversations,
        people=people,
        begins=begins,
        length=length,
        outage=span(0.5, 0.05),
        death=span(0.3, 0.08),
        lunch=span(0.6, 0.35),
        pause=length // 10,
    )


def names(plan: Plan) -> list[str]:
    """The representatives; the first third of them serves billing too."""
    return [f"rep{number:02d}" for number in range(1, plan.people + 1)]


def config(plan: Plan) -> Config:
    """The desk's configuration, as an operator would write it."""
    people = names(plan)
    billing = people[: max(2, plan.people // 3)]
    week = {day: ["08:00-20:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    tables = {
        "entry": [{"when": {"topic": ["billing"]}, "queue": "billing"}, {"queue": "service"}],
        "hours": {"office": {"timezone": "UTC", **week}},
        "timers": {"offer": 20, "grace": 90, "turn": 20, "wrap_up": 45, "max_wait": 600, "completion": 180},
        "routing": {"failover_queue": "service", "hop_limit": 6},
        "insights": {"service_level": 60},
        "queues": {
            "service": {**_queue(people), "reopen": 600},
            "billing": {**_queue(billing), "overflow": "service", "max_wait": 240},
        },
        "agents": {
            **{bot: {"kind": "bot", "name": bot.title()} for bot in BOTS},
            **{
                name: {"kind": "representative", "capacity": 2 if n % 4 == 0 else 1}
                for n, name in enumerate(people)
            },
        },
    }
    return Config(Settings.model_validate(tables), "the simulation")


def _queue(people: list[str]) -> dict[str, object]:
    bots = [{"agent": "ada", "capacity_priority": 100}, {"agent": "bo", "capacity_priority": 90}]
    members = [{"agent": name, "capacity_priority": 50} for name in people]
    return {
        "members": [*bots, *members],
        "hours": "office",
        "hand_back": {"when": ["command"], "target": "next"},
        "csat": True,
        "dispositions": {code: code.title() for code in CODES},
    }
