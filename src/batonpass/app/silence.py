"""When a chat is silent: the customer is warned, then parked, then the chat is closed (FIELD 17). Or the person who
took it owes the first word.
"""

from typing import Any

from batonpass.app import going
from batonpass.app.cases import keep, lock_agents
from batonpass.app.fired import Fired, taken
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import closing, holding, silence
from batonpass.domain.agents import Presence
from batonpass.domain.case import Case
from batonpass.domain.conversation import SYSTEM, ActorType, Entry, EntryKind, Role, Stint
from batonpass.domain.due import DueKind
from batonpass.domain.events import AlertRaised, PresenceChanged
from batonpass.domain.holding import Parking
from batonpass.domain.silence import Step

WARNING = "idle_warning"
SINCE = 50


def silence_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """Look how long the customer has said nothing since the last answer, and take the step that is due.

    While the customer waits for an answer it is not the customer who is silent.
    """
    found = _holders(tx, env, DueKind.SILENCE, fired.ref)
    if found is None:
        return Outcome()
    case, stint = found
    ordered = silence.steps(env.rules.life_of(stint.queue_id), bot=stint.bot)
    if not ordered:
        return keep(tx, case)
    word = tx.last_word(case.conversation.id)
    again: int | None = tx.now + ordered[0][0]
    if word is not None and word.actor.type is not ActorType.CUSTOMER and word.at >= stint.started_at:
        again = _silent_since(tx, env, case, stint, word, ordered, fired.summary)
    if again is not None:
        case.schedule(DueKind.SILENCE, stint.id, again)
    return keep(tx, case)


def _silent_since(
    tx: Tx,
    env: Env,
    case: Case,
    stint: Stint,
    word: Entry,
    ordered: list[tuple[int, Step]],
    summary: dict[str, Any] | None,
) -> int | None:
    """Take the step that is due after this last word of an agent's; when to look again, None when it is over."""
    found = silence.look(ordered, tx.now - word.at, busy=_busy(case))
    ahead = silence.warned_ahead(ordered, found.step)
    if ahead is not None and not _warned(tx, case, word):
        # As after a stop of the server, in which nobody could write.
        case.announce(case.notice(WARNING))
        return tx.now + ahead
    if found.step is Step.CLOSE:
        closing.close(case, "idle", SYSTEM, case.notice("closed_idle"))
        return None
    if found.step is Step.HOLD:
        holding.hold(case, stint, _parking(tx, env, stint, word, summary))
        return None
    if found.step is Step.WARN and not _warned(tx, case, word):
        case.announce(case.notice(WARNING))
    return word.at + found.next_ms if found.next_ms is not None else tx.now + ordered[0][0]


def _busy(case: Case) -> bool:
    """Whether somebody else is in, or on the way: then nobody parks or closes it."""
    helped = any(s.role is Role.HELPER for s in case.live())
    return helped or case.pending_pass() is not None or bool(case.invitations())


def _parking(tx: Tx, env: Env, stint: Stint, word: Entry, summary: dict[str, Any] | None) -> Parking:
    """It closes by itself where the queue says so, else who held it is asked at the hold's limit."""
    life = env.rules.life_of(stint.queue_id)
    closes = life.idle_close_ms is not None
    until = word.at + (life.idle_close_ms or 0) if closes else tx.now + life.hold_limit_ms
    return Parking(max(until, tx.now + 1), "silent", silent=True, closes=closes, summary=summary)


def _warned(tx: Tx, case: Case, word: Entry) -> bool:
    head = case.conversation.public_seq
    since = tx.entries(case.conversation.id, word.public_seq or 0, head, SINCE, public=True)
    return any(e.kind is EntryKind.NOTICE and e.data["notice"]["code"] == WARNING for e in since)


def first_reply_over(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """A person took a chat and has said nothing to the customer: an alert, and by policy somebody else is found.

    Who is passed over so is away (missed), as after a missed offer.
    """
    found = _holders(tx, env, DueKind.FIRST_REPLY, fired.ref)
    if found is None:
        return Outcome()
    case, stint = found
    owes_ms = env.rules.life_of(stint.queue_id).first_reply_ms
    if owes_ms is None or _has_spoken(tx, stint):
        return keep(tx, case)
    if case.pending_pass() is not None:
        # Should nobody take it, the word is owed still.
        case.schedule(DueKind.FIRST_REPLY, stint.id, tx.now + owes_ms)
        return keep(tx, case)
    lock_agents(tx, [case], stint.agent_id)
    case.tell(AlertRaised("first_reply", case.conversation.id, (("agent", stint.agent_id),)))
    if not env.rules.life_of(stint.queue_id).first_reply_fails_over:
        return keep(tx, case)
    going.lose(tx, env, case, stint, "no_reply", fired.summary)
    agent = tx.agent(stint.agent_id)
    if agent is not None and agent.presence is Presence.AVAILABLE:
        tx.set_presence(agent.id, Presence.MISSED)
        case.tell(PresenceChanged(agent.id))
    return keep(tx, case)


def _has_spoken(tx: Tx, stint: Stint) -> bool:
    """Whether it has said something to the customer, as the helper it was before too."""
    before = [
        s.id
        for s in tx.all_stints_in(stint.conversation_id)
        if s.agent_id == stint.agent_id and s.reason == "promoted" and s.ended_at == stint.started_at
    ]
    return any(tx.spoke(stint.conversation_id, stint_id) for stint_id in (stint.id, *before))


def _holders(tx: Tx, env: Env, kind: DueKind, stint_id: str) -> tuple[Case, Stint] | None:
    """The case of a fired timer of a holder's stint; None when the timer or the stint is over."""
    stint = tx.stint(stint_id)
    case = taken(tx, env, kind, stint_id, stint.conversation_id if stint else None)
    stint = case.stints.get(stint_id) if case else None
    return (case, stint) if case and stint and case.conversation.holder == stint.id else None
