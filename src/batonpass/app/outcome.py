"""What every use case works with, and what it returns."""

from collections.abc import Callable
from dataclasses import dataclass, field

from batonpass.domain.errors import BatonpassError
from batonpass.domain.events import Effect
from batonpass.domain.rules import Rules
from batonpass.domain.words import Words
from batonpass.ids import new_id


@dataclass(frozen=True, slots=True)
class Env:
    """What is the same for every transaction: the operator's rules and words, where ids come from, this node.

    It is replaced as a whole when a new version of the configuration is adopted, so nobody keeps it, or a part of
    it, for longer than one transaction: `Switchboard.env` is read anew. `version` 0 is a configuration that no
    store has numbered. `people` are the representatives of this version.
    """

    rules: Rules
    words: Words
    new_id: Callable[[], str] = new_id
    node: str = "one"
    version: int = 0
    people: frozenset[str] = frozenset()

    def reads_as_bot(self, agent_id: str) -> bool:
        """Whether an agent sees what a bot sees, which is less: so does one this version does not know."""
        return agent_id not in self.people


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reply to the caller, and what to tell the others once it is committed.

    `wake`: there is due work; `tells`: there is a summary to be written. `refusal`: what the caller is refused
    although something was kept, as a discarded draft is.
    """

    reply: object = None
    effects: list[Effect] = field(default_factory=list)
    refusal: BatonpassError | None = None
    wake: bool = False
    tells: bool = False
