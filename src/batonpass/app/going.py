"""Leaving a conversation, being removed from it, and saying that it is solved (law 10)."""

from dataclasses import dataclass, replace
from typing import Any

from batonpass.app import policy
from batonpass.app.cases import keep, locked, open_case
from batonpass.app.finding import having
from batonpass.app.messages import OfStint, own_stint
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import leaving
from batonpass.domain.case import Case
from batonpass.domain.conversation import Role, Status, Stint
from batonpass.domain.errors import HandoffPending, NotFound, Refused, StintEnded
from batonpass.domain.handoff import Seeks
from batonpass.domain.leaving import Going
from batonpass.domain.rules import Trigger


@dataclass(frozen=True, slots=True)
class Leaves:
    """An agent goes. `resolved`: it says that the matter is solved. `summary` was made before (law 9)."""

    agent_id: str
    stint_id: str
    conversation_id: str
    resolved: bool = False
    summary: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Removes:
    """The holder takes somebody out of the conversation who helps, is consulted or listens."""

    agent_id: str
    stint_id: str
    conversation_id: str
    removed_stint_id: str


def leave(tx: Tx, env: Env, leaves: Leaves) -> Outcome:
    """End one's own stint. The chat goes on for whoever is left (law 10). Leaving twice changes nothing.

    Raises:
        NotFound
    """
    own_stint(tx, leaves.stint_id, leaves.agent_id, leaves.conversation_id)
    case = open_case(tx, env, locked(tx, leaves.conversation_id))
    stint = own_stint(tx, leaves.stint_id, leaves.agent_id, leaves.conversation_id)
    stint = _now(tx, case, stint)
    if not stint.live:
        return Outcome()
    trigger = Trigger.RESOLVED if leaves.resolved else None
    going = Going("left", resolved=leaves.resolved, summary=leaves.summary)
    _go(tx, env, case, stint, going, trigger)
    return keep(tx, case)


def _now(tx: Tx, case: Case, stint: Stint) -> Stint:
    """The stint, or the one that has replaced it meanwhile: who leaves means to be gone, in whatever role.

    One of the same agent that began later is another time in this chat, which nobody meant to end.
    """
    mine = [s for s in tx.all_stints_in(stint.conversation_id) if s.agent_id == stint.agent_id]
    while not stint.live and stint.reason in ("promoted", "completed", "replaced"):
        following = (s for s in mine if s.id != stint.id and s.started_at == stint.ended_at)
        later = next((s for s in following if s.epoch >= stint.epoch), None)
        if later is None:
            break
        mine.remove(stint)
        stint = later
    return case.stints.get(stint.id, stint)


def remove(tx: Tx, env: Env, removes: Removes) -> Outcome:
    """End the stint of somebody beside the holder. Removing twice changes nothing.

    Raises:
        Refused (`not_allowed`): not the holder, or of oneself.
        NotFound
    """
    stint = own_stint(tx, removes.stint_id, removes.agent_id, removes.conversation_id)
    case = open_case(tx, env, locked(tx, removes.conversation_id))
    if case.conversation.holder != stint.id:
        raise StintEnded(
            "Not removed: only the holder removes others, and you do not hold this conversation."
        )
    other = tx.stint(removes.removed_stint_id)
    if other is None or other.conversation_id != case.conversation.id:
        raise NotFound("there is no such stint in this conversation")
    if other.id == stint.id:
        raise Refused("Not removed: that is you. Leave instead.", code="not_allowed")
    other = case.stints.get(other.id, other)
    if other.live:
        leaving.go(case, other, Going("removed"))
    return keep(tx, case)


@dataclass(frozen=True, slots=True)
class Resolves(OfStint):
    """With the story for the bot that policy may hand it back to, made before (law 9)."""

    summary: dict[str, Any] | None = None


def resolve(tx: Tx, env: Env, done: OfStint) -> Outcome:
    """The holder says it is solved: hand-back where policy asks for it, else the close. Twice changes nothing.

    Raises:
        StintEnded: not the holder any more.
        HandoffPending: a pass or an invitation is on its way; agents' closes wait for it.
        Refused (`others_present`): helpers are in; leave instead, and they go on.
    """
    stint = own_stint(tx, done.stint_id, done.agent_id, done.conversation_id)
    conversation = locked(tx, stint.conversation_id)
    if conversation.status is Status.CLOSED:
        return Outcome()
    case = open_case(tx, env, conversation)
    if not stint.live and stint.reason == "resolved":
        return Outcome()
    if conversation.holder != stint.id:
        raise StintEnded("Not closed: you do not hold this conversation any more.")
    _guard_close(case)
    summary = done.summary if isinstance(done, Resolves) else None
    going = Going("resolved", resolved=True, summary=summary)
    _go(tx, env, case, case.stints[stint.id], going, Trigger.RESOLVED)
    return keep(tx, case)


def _guard_close(case: Case) -> None:
    pending = case.pending_pass() or next(iter(case.invitations()), None)
    if pending is not None:
        what = "an invitation" if pending.shares else f"another pass ({pending.kind})"
        raise HandoffPending(f"Not closed: {what} is pending. Cancel it first.", pending.id)
    helper = next((s for s in case.live() if s.role is Role.HELPER and not s.bot), None)
    if helper is not None:
        name = case.agents[helper.agent_id].name
        raise Refused(f"Not closed: {name} is still in this chat. Leave instead.", code="others_present")


def _go(tx: Tx, env: Env, case: Case, stint: Stint, going: Going, trigger: Trigger | None) -> None:
    """Let a stint go, with what the policy would do were nobody left."""
    if stint.role is Role.HOLDER and leaving.is_last(case, stint):
        going = replace(going, **_of_last(tx, env, case, stint, trigger))
    leaving.go(case, stint, going)


def _of_last(tx: Tx, env: Env, case: Case, stint: Stint, trigger: Trigger | None) -> dict[str, Any]:
    """What is asked when nobody is left: the policy, and who else serves there."""
    queues = (stint.queue_id, *filter(None, [env.rules.failover_queue]))
    found: dict[str, Any] = {"skills": having(tx, env.rules, case.conversation.skills, Seeks.ANY, *queues)}
    if stint.bot:
        return found
    people = (c.agent for c in tx.candidates(stint.queue_id) if not c.agent.bot)
    found["alone"] = all(person.id == stint.agent_id for person in people)
    if trigger is not None:
        found["hand_back"] = policy.hand_back(tx, env, case, stint, trigger)
    return found


def hand_back_idle(tx: Tx, env: Env, case: Case, stint: Stint, summary: dict[str, Any] | None) -> bool:
    """Hand an idle conversation back where policy asks for it. Returns whether it did."""
    helpers = [s for s in case.live() if s.role is Role.HELPER and not s.bot]
    request = None if helpers else policy.hand_back(tx, env, case, stint, Trigger.IDLE)
    if request is None:
        return False
    leaving.go(case, stint, Going("idle", summary=summary, hand_back=request))
    return True


def lose(tx: Tx, env: Env, case: Case, stint: Stint, reason: str, summary: dict[str, Any] | None) -> None:
    """A live stint is lost: unreachable past its grace, or a bot past its deadline."""
    _go(tx, env, case, stint, Going(reason, lost=True, summary=summary), Trigger.AGENT_LOST)
