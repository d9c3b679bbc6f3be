"""Who can be reached, who takes chats, who is ready; and what a stint's client says about it."""

from dataclasses import dataclass, replace

from batonpass.app import care, late_summaries
from batonpass.app.cases import NO_SUCH_STINT, keep, locked, open_case, open_talk
from batonpass.app.handoffs import set_variables
from batonpass.app.messages import OfStint, end_turn, own_stint
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.rescue import let_go
from batonpass.app.views import fitting
from batonpass.domain import baton, turns
from batonpass.domain.agents import Agent, Presence
from batonpass.domain.conversation import Entry, StintState, Turn, TurnKind, TurnState
from batonpass.domain.due import Due, DueKind
from batonpass.domain.errors import NotFound, StintEnded
from batonpass.domain.events import Effect, PresenceChanged, QueuesChanged

FIRST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Connection:
    sid: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class Gone:
    sid: str


@dataclass(frozen=True, slots=True)
class Choice:
    agent_id: str
    presence: Presence


def connect(tx: Tx, env: Env, connection: Connection) -> Outcome:
    """An agent's client is here. The first one makes it reachable: its grace ends, its queues are matched."""
    agent = _locked(tx, connection.agent_id)
    tx.connect(connection.sid, agent.id, env.node)
    if agent.reachable:
        return Outcome()
    tx.drop_due(DueKind.GRACE, agent.id)
    return _may_serve(tx, agent)


def disconnect(tx: Tx, env: Env, gone: Gone) -> Outcome:
    """A client of an agent went. With the last one the agent keeps its stints for a grace time (DESIGN section 5)."""
    agent_id = tx.disconnect(gone.sid)
    if agent_id is None:
        return Outcome()
    agent = _locked(tx, agent_id)
    if agent.reachable:
        return Outcome()
    if not tx.enabled(agent.id):
        let_go(tx, agent.id)
    elif tx.stints_of(agent.id):
        tx.add_due([Due(DueKind.GRACE, agent.id, tx.now + env.rules.grace_ms)])
    return Outcome(effects=[PresenceChanged(agent.id, _colleagues(tx, agent.id))], wake=True)


def choose(tx: Tx, env: Env, choice: Choice) -> Outcome:
    """The agent says whether it takes chats. Coming back clears what it missed and wakes the matcher."""
    agent = _locked(tx, choice.agent_id)
    tx.set_presence(agent.id, choice.presence)
    if choice.presence is not Presence.AVAILABLE:
        return Outcome(effects=[PresenceChanged(agent.id, _colleagues(tx, agent.id))])
    tx.clear_missed(agent.id)
    return _may_serve(tx, agent)


def queues_to_match(tx: Tx, agent: Agent) -> list[str]:
    """Where this agent may be wanted: its queues, and those in which something waits that names it."""
    return list(dict.fromkeys((*agent.queues, *tx.queues_naming(agent.id))))


def _may_serve(tx: Tx, agent: Agent) -> Outcome:
    tx.add_due([Due(DueKind.MATCH, queue_id, tx.now) for queue_id in queues_to_match(tx, agent)])
    told: list[Effect] = [PresenceChanged(agent.id, _colleagues(tx, agent.id)), QueuesChanged(agent.queues)]
    return Outcome(effects=told, wake=True)


def _locked(tx: Tx, agent_id: str) -> Agent:
    agent = tx.agent(agent_id, lock=True)
    if agent is None:
        raise NotFound("there is no such agent")
    return agent


def _colleagues(tx: Tx, agent_id: str) -> tuple[str, ...]:
    """Who shares a conversation with this agent now."""
    here = {s.conversation_id for s in tx.stints_of(agent_id) if s.live}
    others = {s.agent_id for c in sorted(here) for s in tx.stints_in(c) if s.live}
    return tuple(sorted(others - {agent_id}))


# Stints


@dataclass(frozen=True, slots=True)
class ReadyReply:
    """The stream's beginning: entries after the boundary, and the turn that waits for the stint, if any.

    Read in the very transaction that makes the stint live: whatever is pushed to it lies behind these.
    """

    entries: list[Entry]
    boundary_seq: int
    head: int
    turns: list[Turn]
    now: int


def ready(tx: Tx, env: Env, of: OfStint) -> Outcome:
    """The joining packets have arrived: from now on the stint's stream is live. Saying it again repeats the answer."""
    stint = own_stint(tx, of.stint_id, of.agent_id, of.conversation_id)
    conversation = locked(tx, stint.conversation_id)
    stint = own_stint(tx, of.stint_id, of.agent_id)
    head = conversation.seq if stint.read_to is None else stint.read_to
    if not stint.ready:
        tx.put_stint(replace(stint, ready=True))
    entries = fitting(tx.entries(conversation.id, stint.boundary_seq, head, FIRST_PAGE, public=False))
    turns_open = [
        t for t in tx.turns_of(of.agent_id) if t.stint_id == stint.id and t.kind is TurnKind.MESSAGE
    ]
    return Outcome(ReadyReply(entries, stint.boundary_seq, head, turns_open, tx.now))


@dataclass(frozen=True, slots=True)
class Finishes(OfStint):
    """With the agent's own words of what was done, and the code of what it was about."""

    text: str | None = None
    disposition: str | None = None


def finish_wrap_up(tx: Tx, env: Env, of: OfStint) -> Outcome:
    """The after-work is done: the slot is free. Saying it twice changes nothing."""
    stint = own_stint(tx, of.stint_id, of.agent_id, of.conversation_id)
    case = open_case(tx, env, locked(tx, stint.conversation_id))
    stint = case.stints.get(of.stint_id, stint)
    if stint.live:
        raise StintEnded("Not finished: you are still in this conversation.", code="refused")
    if isinstance(of, Finishes) and of.text is not None:
        late_summaries.edit_told(tx, stint, of.text)  # also when its time has just run out
    care.choose(tx, env, stint, of.disposition if isinstance(of, Finishes) else None)
    if stint.state is StintState.WRAP_UP and of.stint_id in case.stints:
        baton.end_wrap_up(case, stint)
    return keep(tx, case)


# Turns


@dataclass(frozen=True, slots=True)
class OfTurn:
    agent_id: str
    turn_id: str
    conversation_id: str | None = None


def turn_done(tx: Tx, env: Env, of: OfTurn) -> Outcome:
    """The bot has nothing more to say in this turn. Late or repeated, it changes nothing."""
    turn = _own_turn(tx, of)
    case = open_talk(tx, env, locked(tx, turn.conversation_id))
    now = case.turns.get(turn.id)
    if now is not None and now.state is TurnState.OPEN:
        end_turn(tx, case, case.stints[now.stint_id], now, "done")
    return keep(tx, case)


def turn_working(tx: Tx, env: Env, of: OfTurn) -> Outcome:
    """The bot is still at it: its deadline starts anew, a bounded number of times. Replies whether it did."""
    turn = _own_turn(tx, of)
    case = open_talk(tx, env, locked(tx, turn.conversation_id))
    now = case.turns.get(turn.id)
    extended = now is not None and now.state is TurnState.OPEN and turns.extend(case, now)
    return keep(tx, case, extended)


def _own_turn(tx: Tx, of: OfTurn) -> Turn:
    turn = tx.turn(of.turn_id)
    if turn is None or turn.agent_id != of.agent_id or of.conversation_id not in (None, turn.conversation_id):
        raise NotFound("there is no such turn of yours")
    return turn


# Context


@dataclass(frozen=True, slots=True)
class SetContext:
    agent_id: str
    conversation_id: str
    stint_id: str
    variables: dict[str, str]


def set_context(tx: Tx, env: Env, change: SetContext) -> Outcome:
    """Set variables of the conversation from a live stint.

    Raises:
        StintEnded, NotAllowed (`too_many_variables`), NotFound
    """
    conversation = locked(tx, change.conversation_id, NO_SUCH_STINT)
    stint = own_stint(tx, change.stint_id, change.agent_id, conversation.id)
    if not stint.live:
        raise StintEnded("Not set: your part in this conversation is over.")
    set_variables(tx, conversation.id, change.variables, change.agent_id)
    return Outcome()
