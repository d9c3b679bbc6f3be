"""What the checks look at: the settings, and the names that the file gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batonpass.config.models import Settings
from batonpass.config.problems import Path, Problem, Sources


@dataclass(frozen=True, slots=True)
class Given:
    """Every name the file gives, even to what has not the right shape, and the places that have not.

    So a broken agent is one error, and not one more in each queue that has it.
    """

    queues: frozenset[str]
    agents: frozenset[str]
    hours: frozenset[str]
    workflows: frozenset[str]
    dropped: frozenset[Path]

    @classmethod
    def of(cls, data: Mapping[str, Any], dropped: frozenset[Path]) -> "Given":
        """Take the names from the file as it was read."""
        names = (_names(data.get(table)) for table in ("queues", "agents", "hours", "workflows"))
        queues, agents, hours, workflows = names
        return cls(queues, agents, hours, workflows, dropped)


@dataclass(frozen=True, slots=True)
class View:
    """What a check looks at."""

    settings: Settings
    given: Given
    sources: Sources

    @property
    def queues(self) -> frozenset[str]:
        return self.given.queues

    @property
    def agents(self) -> frozenset[str]:
        return self.given.agents

    @property
    def hours(self) -> frozenset[str]:
        return self.given.hours

    @property
    def workflows(self) -> frozenset[str]:
        return self.given.workflows

    def whole(self, path: Path) -> bool:
        """Whether nothing below this place was left out: positions and "the last" mean what they say."""
        return not any(place[: len(path)] == path for place in self.given.dropped)

    def say(self, path: Path, found: str, expected: str) -> Problem:
        return self.sources.problem(path, found, expected)


def _names(table: Any) -> frozenset[str]:
    return frozenset(table) if isinstance(table, dict) else frozenset()
