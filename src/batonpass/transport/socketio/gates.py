"""Holds back an agent's entries of one conversation while its stream begins there (law 4).

On a database with several connections a commit may return to us before an earlier one. So between the question
`stint.ready` and its last entry, what later commits tell this agent of this conversation waits here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Named = tuple[str, dict[str, Any]]
Push = Callable[[str, Named], None]


class Gates:
    """The gates that are shut, by agent and conversation, each with what waits behind it."""

    def __init__(self) -> None:
        self._shut: dict[tuple[str, str], int] = {}
        self._waiting: dict[tuple[str, str], list[Named]] = {}

    @contextmanager
    def shut(self, agent_id: str, conversation_id: str, push: Push) -> Iterator[None]:
        """Shut the gate for the body; then push what waited, in the order of its numbers."""
        key = agent_id, conversation_id
        self._shut[key] = self._shut.get(key, 0) + 1
        try:
            yield
        finally:
            self._shut[key] -= 1
            if not self._shut[key]:
                del self._shut[key]
                for named in sorted(self._waiting.pop(key, []), key=lambda named: int(named[1]["seq"])):
                    push(agent_id, named)

    def held(self, agent_id: str, named: Named) -> bool:
        """Keep an entry if its gate is shut. Returns whether it did."""
        key = agent_id, named[1]["conversation_id"]
        if key not in self._shut:
            return False
        self._waiting.setdefault(key, []).append(named)
        return True
