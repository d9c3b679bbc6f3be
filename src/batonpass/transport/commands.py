"""What somebody said, as the use case's command: the one place for both doors, so that neither forgets a field.

Each function is `command(who, said)`, or `command(who, said, summary)` where a story is told before the transaction.
"""

from typing import Any

from batonpass.app import (
    customers,
    going,
    going_back,
    handoffs,
    holds,
    marks,
    messages,
    notes,
    presence,
    supervising,
    taking,
)
from batonpass.app.answers import OfferAnswer
from batonpass.app.explaining import Question
from batonpass.app.handoffs import AskedByAgent, OfHandoff
from batonpass.app.messages import OfStint
from batonpass.app.presence import OfTurn
from batonpass.domain.agents import Presence
from batonpass.domain.handoff import Kind, Leave, Seeks, Target, TargetType
from batonpass.protocol import agent as said_by_agent
from batonpass.protocol import customer as said_by_customer
from batonpass.protocol import holds as said_of_holds
from batonpass.protocol import supervisor as said_by_supervisor
from batonpass.protocol.base import dump

Summary = dict[str, Any] | None


# Agents


def choose(me: str, s: said_by_agent.PresenceSet) -> presence.Choice:
    return presence.Choice(me, Presence(s.presence))


def accept(me: str, s: said_by_agent.OfferAccept) -> OfferAnswer:
    return OfferAnswer(me, s.offer_id)


def decline(me: str, s: said_by_agent.OfferDecline) -> OfferAnswer:
    return OfferAnswer(me, s.offer_id, s.reason)


def ready(me: str, s: said_by_agent.StintReady) -> OfStint:
    return OfStint(me, s.stint_id, s.conversation_id)


def finish(me: str, s: said_by_agent.WrapUpFinish) -> presence.Finishes:
    return presence.Finishes(me, s.stint_id, s.conversation_id, s.summary_text, s.disposition)


def of_turn(me: str, s: said_by_agent.TurnDone | said_by_agent.TurnWorking) -> OfTurn:
    return OfTurn(me, s.turn_id, s.conversation_id)


def send(me: str, s: said_by_agent.AgentSend) -> messages.AgentSays:
    return messages.AgentSays(me, s.conversation_id, s.stint_id, s.client_id, dump(s.content), s.sensitive)


def whisper(me: str, s: said_by_agent.WhisperSend) -> messages.AgentWhispers:
    return messages.AgentWhispers(
        me, s.conversation_id, s.stint_id, s.client_id, dump(s.content), tuple(s.to)
    )


def add_note(me: str, s: said_by_agent.NoteAdd) -> messages.AgentNotes:
    return messages.AgentNotes(me, s.conversation_id, s.stint_id, s.client_id, s.text)


def edit_note(me: str, s: said_by_agent.NoteEdit) -> notes.AgentEdits:
    return notes.AgentEdits(me, s.conversation_id, s.stint_id, s.client_id, s.note_id, s.text)


def search_notes(me: str, s: said_by_agent.NoteSearch) -> notes.Search:
    return notes.Search(s.text, me, s.conversation_id, s.limit)


def mark(me: str, s: said_by_agent.MessageMark) -> marks.Marks:
    return marks.Marks(me, s.conversation_id, s.stint_id, s.client_id, s.seq)


def flag(me: str, s: said_by_agent.SummaryFlag) -> marks.Flags:
    return marks.Flags(me, s.conversation_id, s.stint_id, s.client_id, s.handoff_id, s.reason)


def hand_off(me: str, s: said_by_agent.HandoffRequest, summary: Summary) -> AskedByAgent:
    return AskedByAgent(
        agent_id=me,
        conversation_id=s.conversation_id,
        stint_id=s.stint_id,
        client_id=s.client_id,
        kind=Kind(s.kind),
        target=_target(s.target),
        leave=Leave(s.leave) if s.leave else None,
        seeks=Seeks(s.seeks) if s.seeks else None,
        reason=s.reason,
        note=s.note,
        variables=s.context,
        summary=summary,
        edited=s.summary_text,
        brief=dump(s.brief) if s.brief else None,
        replace=s.replace,
        skills=None if s.skills is None else tuple(sorted(set(s.skills))),
    )


def of_handoff(me: str, s: said_by_agent.HandoffComplete | said_by_agent.HandoffCancel) -> OfHandoff:
    return OfHandoff(me, s.handoff_id, s.conversation_id)


def leave(me: str, s: said_by_agent.ConversationLeave, summary: Summary) -> going.Leaves:
    return going.Leaves(me, s.stint_id, s.conversation_id, s.resolved, summary)


def resolve(me: str, s: said_by_agent.ConversationResolve, summary: Summary) -> going.Resolves:
    return going.Resolves(me, s.stint_id, s.conversation_id, summary)


def remove(me: str, s: said_by_agent.ParticipantRemove) -> going.Removes:
    return going.Removes(me, s.stint_id, s.conversation_id, s.removed_stint_id)


def set_context(me: str, s: said_by_agent.ContextSet) -> presence.SetContext:
    return presence.SetContext(me, s.conversation_id, s.stint_id, dict(s.variables))


def availability(me: str, s: said_by_agent.AvailabilityAsk) -> Question:
    seeks = Seeks(s.seeks) if s.seeks else None
    return Question(me, s.conversation_id, s.stint_id, Kind(s.kind), _target(s.target), seeks)


def hold(me: str, s: said_of_holds.ConversationHold, summary: Summary) -> holds.Holds:
    for_ms = s.for_s * 1000 if s.for_s is not None else None
    until = round(s.until.timestamp() * 1000) if s.until is not None else None
    return holds.Holds(me, s.conversation_id, s.stint_id, s.client_id, s.reason, for_ms, until, summary)


def pick_up(me: str, s: said_of_holds.ConversationPickUp | said_of_holds.ConversationResume) -> taking.Takes:
    named = s.handoff_id if isinstance(s, said_of_holds.ConversationPickUp) else None
    return taking.Takes(me, s.conversation_id, s.client_id, named)


def _target(shape: said_by_agent.TargetShape | None) -> Target | None:
    return Target(TargetType(shape.type), shape.id) if shape else None


# Customers


def start(me: str, s: said_by_customer.ConversationStart) -> customers.StartChat:
    return customers.StartChat(me, s.client_id, s.context, s.locale)


def customer_send(me: str, s: said_by_customer.CustomerSend) -> messages.CustomerSays:
    return messages.CustomerSays(me, s.conversation_id, s.client_id, dump(s.content))


def human(me: str, s: said_by_customer.HumanRequest, summary: Summary) -> handoffs.AskedByCustomer:
    return handoffs.AskedByCustomer(me, s.conversation_id, s.client_id, s.reason, summary)


def bot(me: str, s: said_by_customer.BotRequest) -> going_back.AskedForBot:
    return going_back.AskedForBot(me, s.conversation_id, s.client_id)


def end(me: str, s: said_by_customer.ConversationEnd) -> customers.EndChat:
    return customers.EndChat(me, s.conversation_id)


# Supervisors


def monitor(me: str, s: said_by_supervisor.Monitor) -> supervising.Monitors:
    return supervising.Monitors(me, s.conversation_id, s.client_id, s.reason)


def take_over(me: str, s: said_by_supervisor.TakeOver, summary: Summary) -> supervising.TakesOver:
    return supervising.TakesOver(me, s.conversation_id, s.client_id, s.reason, s.force, summary)


def assign(me: str, s: said_by_supervisor.Assign, summary: Summary) -> supervising.Assigns:
    return supervising.Assigns(me, s.conversation_id, s.client_id, s.agent_id, s.reason, s.force, summary)


def close(me: str, s: said_by_supervisor.Close) -> supervising.Closes:
    return supervising.Closes(me, s.conversation_id, s.reason)


def supervisor_whisper(me: str, s: said_by_supervisor.SupervisorWhisper) -> supervising.Whispers:
    return supervising.Whispers(me, s.conversation_id, s.client_id, dump(s.content), tuple(s.to), s.reason)


def switch(me: str, s: said_by_supervisor.SwitchSet) -> supervising.Turns:
    return supervising.Turns(me, s.name, s.on, s.reason)
