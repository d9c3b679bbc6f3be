"""The course of a conversation as its timeline shows it: who held when, what was waited for, and how it ended.

It knows nothing of segments and stints, which is what reports count; so it can tell whether those are right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from batonpass.domain.conversation import Entry
from batonpass.domain.handoff import Handoff

LOST = {
    "customer_ended": "abandoned",
    "abandoned": "abandoned",
    "contact_left": "contact_left",
    "unanswered": "unanswered",
}
"""What the reason of a close says of the wait that it ends."""

SHARES = ("invitation", "consultation")
AT_ONCE = ("resumed", "picked_up", "supervisor")
"""Ends of a hold with which somebody comes back in the same commit, so that nobody is waited for."""


@dataclass(frozen=True, slots=True)
class Time:
    """Somebody's time in a conversation; `length` None while it goes on."""

    agent_id: str
    role: str
    bot: bool
    length: int | None


@dataclass(slots=True)
class Course:
    """`holders`: each whether a bot, and by which kind of hand-off. `waits`: whether for a bot, how long.
    `lost`: waits that nobody ended, by what ended them; for whom they looked, how long."""

    holders: list[tuple[bool, str]] = field(default_factory=list)
    waits: list[tuple[bool, int]] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    lost: list[tuple[str, str, int]] = field(default_factory=list)
    closed_at: int | None = None
    reason: str = ""

    @property
    def handed_back(self) -> bool:
        """Whether a bot got it by a hand-back after a person had held it."""
        first = next((place for place, (bot, _) in enumerate(self.holders) if not bot), len(self.holders))
        return any(bot and kind == "hand_back" for bot, kind in self.holders[first:])


def course(created_at: int, entries: Sequence[Entry], handoffs: Sequence[Handoff]) -> Course:
    """Read one timeline from its beginning. `handoffs`: all of this conversation, as they ended or stand."""
    found, nobody_since = Course(), created_at if entries or handoffs else None
    came: dict[str | None, Entry] = {}
    for place, entry in enumerate(entries):
        role = entry.data.get("role")
        match str(entry.kind):
            case "added":
                came[entry.stint_id] = entry
                if role == "holder":
                    _somebody(found, entry, nobody_since, handoffs)
                    nobody_since = None
            case "removed":
                _over(found, came.pop(entry.stint_id), entry)
                if role == "holder":
                    leaves = _leaves_nobody(entries[place + 1 :], entry)
                    nobody_since = _waits_from(entry, handoffs) if leaves else None
            case "closed":
                found.closed_at, found.reason = entry.at, entry.data["reason"]
                if nobody_since is not None and found.reason in LOST:
                    sought = _sought(handoffs, entry.at)
                    found.lost.append((LOST[found.reason], sought, entry.at - nobody_since))
                nobody_since = None
            case "notice" if entry.data["notice"]["code"] == "reopened":
                found.closed_at, found.reason, nobody_since = None, "", entry.at
    for entry in came.values():
        found.times.append(Time(str(entry.actor.id), entry.data["role"], entry.actor.type == "bot", None))
    return found


def _somebody(found: Course, added: Entry, since: int | None, handoffs: Iterable[Handoff]) -> None:
    bot = added.actor.type == "bot"
    found.holders.append((bot, _kind_of(handoffs, added)))
    if since is not None:
        found.waits.append((bot, added.at - since))


def _over(found: Course, added: Entry, removed: Entry) -> None:
    bot = added.actor.type == "bot"
    found.times.append(Time(str(added.actor.id), added.data["role"], bot, removed.at - added.at))


def _leaves_nobody(later: Iterable[Entry], removed: Entry) -> bool:
    """Whether its commit, which has one epoch, has neither a next holder nor a close."""
    same = (e for e in later if e.epoch == removed.epoch)
    return not any((e.kind == "added" and e.data["role"] == "holder") or e.kind == "closed" for e in same)


def _waits_from(removed: Entry, handoffs: Iterable[Handoff]) -> int | None:
    """When the wait began. A hold is none; whom somebody comes back to at once has none after it either."""
    if removed.data.get("reason") != "held":
        return removed.at
    mine = (h for h in handoffs if h.kind == "return" and h.giver_stint_id == removed.stint_id)
    # Closed on hold, and opened again later: that wait begins with its own notice.
    back = next((h for h in mine if h.reason != "reopened"), None)
    return back.created_at if back is not None and back.reason not in AT_ONCE else None


def _kind_of(handoffs: Iterable[Handoff], added: Entry) -> str:
    """The kind of the pass that completed when this holder came."""
    passes = [h for h in handoffs if h.kind not in SHARES and h.state == "completed"]
    kinds = [str(h.kind) for h in passes if (h.ended_at, h.receiver_agent_id) == (added.at, added.actor.id)]
    return kinds[-1] if kinds else ""


def _sought(handoffs: Iterable[Handoff], at: int) -> str:
    """Whom the pass sought that a close ended."""
    ended = [h for h in handoffs if h.ended_at == at and h.kind not in SHARES]
    return str(max(ended, key=lambda h: (h.created_at, h.id)).seeks) if ended else ""
