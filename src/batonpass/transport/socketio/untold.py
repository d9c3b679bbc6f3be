"""Effects that wait for a look into the store: in order within a conversation, conversations beside each other."""

from batonpass.domain import events as e

LOOKS = 6
"""So many looks at once. On a database with several connections one alone would wait its turn behind every use
case at work, and all packets behind it."""

TOGETHER = 6
"""So many conversations share a look: more would make the first wait for the last."""


class Untold:
    """A queue per conversation (per agent, for what is of no conversation), and which of them are at work."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[e.Effect]] = {}
        self._busy: set[str] = set()
        self._looks = 0

    def add(self, effect: e.Effect) -> None:
        """Queue the effect behind those of its conversation."""
        self._waiting.setdefault(_key(effect), []).append(effect)

    def take(self) -> tuple[set[str], list[e.Effect]] | None:
        """The next keys and all that waits for them, oldest key first; None when there is nothing to begin now."""
        if self._looks >= LOOKS:
            return None
        keys = [key for key in self._waiting if key not in self._busy][:TOGETHER]
        if not keys:
            return None
        self._looks += 1
        self._busy |= set(keys)
        return set(keys), [effect for key in keys for effect in self._waiting.pop(key)]

    def done(self, keys: set[str]) -> None:
        """What was taken under these keys is told."""
        self._busy -= keys
        self._looks -= 1


def _key(effect: e.Effect) -> str:
    match effect:
        case e.HandoffChanged(handoff=handoff):
            return handoff.conversation_id
        case (
            e.StintJoined()
            | e.StintChanged()
            | e.OfferChanged()
            | e.TurnChanged()
            | e.SummaryChanged()
            | e.HoldChanged()
        ):
            return effect.conversation_id
        case e.PresenceChanged(agent_id=agent_id):
            return agent_id
        case _:
            return ""
