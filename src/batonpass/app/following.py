"""What follows when a person's time on a chat ends: the question to the customer, the code of the after-work."""

from batonpass.app.ports import Tx
from batonpass.domain.care import LEFT_ALONE, Disposition, Survey
from batonpass.domain.case import Case
from batonpass.domain.conversation import EntryKind, Role, Stint, StintState
from batonpass.domain.events import Effect, SurveyAsked
from batonpass.domain.handoff import Kind, State
from batonpass.domain.hold import HoldEnd


def follow_up(tx: Tx, case: Case) -> list[Effect]:
    """Write what the ends of people's stints in this case ask for. Called once a commit, when its parts are kept."""
    told = _of_holds(tx, case)
    touched = [case.stints[i] for i in case.touched if i in case.stints]
    ended = [stint for stint in touched if not stint.live and not stint.bot]
    if not ended:
        return told
    left = {e.stint_id for e in case.entries if e.kind is EntryKind.REMOVED}
    for stint in ended:
        if stint.id in left:
            told += _ask(tx, case, stint)
        if stint.state is StintState.ENDED and stint.wrapped_up_at == case.now:
            _without_a_word(tx, case, stint)
    return told


def _of_holds(tx: Tx, case: Case) -> list[Effect]:
    """A chat that closes on hold ends the part of who has parked it."""
    closed = [hold for hold in case.holds.values() if hold.ended_by == HoldEnd.CLOSED]
    stints = [stint for hold in closed if (stint := tx.stint(hold.stint_id)) is not None]
    return [effect for stint in stints for effect in _ask(tx, case, stint)]


def _ask(tx: Tx, case: Case, stint: Stint) -> list[Effect]:
    care = case.rules.care_of(stint.queue_id)
    if not care.csat or stint.role is not Role.HOLDER or not _served(case, stint):
        return []
    if not tx.spoke(case.conversation.id, stint.id):
        return []  # Nobody was served, and nobody has to be thanked for it.
    survey = Survey(
        case.new_id(),
        stint.id,
        case.conversation.id,
        case.conversation.customer_id,
        stint.agent_id,
        stint.queue_id,
        case.now,
        case.now + care.csat_window_ms,
    )
    tx.add_survey(survey)
    return [SurveyAsked(survey, case.agents[stint.agent_id].name)]


def _served(case: Case, stint: Stint) -> bool:
    """Whether its end was a close or a hand-back; one who was lost, or passed it to another person, is not asked about."""
    if stint.reason == "lost":
        return False
    if case.conversation.closed_at == case.now:
        return case.conversation.close_reason not in LEFT_ALONE
    given = (h for h in case.handoffs.values() if h.giver_stint_id == stint.id and h.kind is Kind.HAND_BACK)
    return any(h.state not in (State.CANCELLED, State.FAILED, State.RETURNED) for h in given)


def _without_a_word(tx: Tx, case: Case, stint: Stint) -> None:
    if case.rules.care_of(stint.queue_id).dispositions and tx.disposition(stint.id) is None:
        tx.put_disposition(disposition_of(stint, case.now))


def disposition_of(stint: Stint, at: int, code: str | None = None) -> Disposition:
    """What a stint was about, as a row."""
    return Disposition(stint.id, stint.conversation_id, stint.queue_id, stint.agent_id, at, code)
