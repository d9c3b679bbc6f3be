"""What a bot owes: one turn at a time, joined by a quiet window, with a deadline from its start (WALK rule d)."""

from dataclasses import replace

from batonpass.domain.case import Case
from batonpass.domain.conversation import Stint, Turn, TurnKind, TurnState
from batonpass.domain.due import DueKind
from batonpass.domain.events import TurnChanged


def reply_turn_id(client_id: str) -> str | None:
    """Return the turn that a reply's client id `re:{turn}:{n}` names, or None."""
    parts = client_id.split(":")
    return parts[1] if len(parts) == 3 and parts[0] == "re" else None


def greet_client_id(stint_id: str) -> str:
    """Return the client id of a stint's one greeting (law 4)."""
    return f"greet:{stint_id}"


def start_greeting(case: Case, stint: Stint) -> Turn:
    """Open the turn in which a bot that took the baton greets."""
    return _open(case, stint, TurnKind.GREET, case.conversation.seq, case.conversation.seq)


def customer_wrote(case: Case, stint: Stint, seq: int) -> None:
    """The customer wrote entry `seq` while this bot holds: start a turn, widen a gathering one, or leave it for the next."""
    turn = case.turn_of(stint.id)
    if turn is None:
        _gather_or_open(case, stint, seq, seq)
    elif turn.state is TurnState.GATHERING:
        case.put(replace(turn, to_seq=seq))
        case.schedule(DueKind.BURST, turn.id, case.now + case.rules.burst_ms)


def burst_over(case: Case, stint: Stint, turn: Turn) -> None:
    """The quiet window closed: the gathered messages are one turn now."""
    case.unschedule(DueKind.BURST, turn.id)
    _start(case, stint, turn)


def end_turn(case: Case, stint: Stint, turn: Turn, reason: str, unanswered: tuple[int, int] | None) -> None:
    """End an open turn. `unanswered`: first and last seq of what the customer wrote after it, the next turn."""
    case.put(replace(turn, state=TurnState.ENDED, ended_at=case.now, reason=reason))
    case.unschedule(DueKind.TURN, turn.id)
    case.tell(TurnChanged(turn.conversation_id, turn.id, turn.agent_id, started=False))
    if unanswered is not None:
        _open(case, stint, TurnKind.MESSAGE, *unanswered)


def extend(case: Case, turn: Turn) -> bool:
    """The bot says it works: its deadline starts anew, until the longest a turn may take. Returns whether it did."""
    longest = turn.started_at + case.rules.turn_ms * (1 + case.rules.turn_extensions)
    deadline = min(case.now + case.rules.turn_ms, longest)
    if deadline <= turn.deadline_at:
        return False
    case.put(replace(turn, deadline_at=deadline))
    case.schedule(DueKind.TURN, turn.id, deadline)
    return True


def _gather_or_open(case: Case, stint: Stint, from_seq: int, to_seq: int) -> None:
    if case.rules.burst_ms <= 0:
        _open(case, stint, TurnKind.MESSAGE, from_seq, to_seq)
        return
    turn = _new(case, stint, TurnKind.MESSAGE, TurnState.GATHERING, from_seq, to_seq)
    case.put(turn)
    case.schedule(DueKind.BURST, turn.id, case.now + case.rules.burst_ms)


def _open(case: Case, stint: Stint, kind: TurnKind, from_seq: int, to_seq: int) -> Turn:
    return _start(case, stint, _new(case, stint, kind, TurnState.OPEN, from_seq, to_seq))


def _start(case: Case, stint: Stint, turn: Turn) -> Turn:
    deadline = case.now + case.rules.turn_ms
    turn = replace(turn, state=TurnState.OPEN, started_at=case.now, deadline_at=deadline)
    case.put(turn)
    case.schedule(DueKind.TURN, turn.id, deadline)
    case.tell(TurnChanged(turn.conversation_id, turn.id, stint.agent_id, started=True))
    return turn


def _new(case: Case, stint: Stint, kind: TurnKind, state: TurnState, from_seq: int, to_seq: int) -> Turn:
    return Turn(
        id=case.new_id(),
        conversation_id=case.conversation.id,
        stint_id=stint.id,
        agent_id=stint.agent_id,
        kind=kind,
        state=state,
        from_seq=from_seq,
        to_seq=to_seq,
        started_at=case.now,
        deadline_at=case.now,
    )
