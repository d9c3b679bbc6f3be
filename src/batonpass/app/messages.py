"""Saying something. Law 1 and law 2 live here: dedupe first, then ONE conditional write hands out the numbers."""

from dataclasses import dataclass, replace
from typing import Any

from batonpass.app import switches
from batonpass.app.attached import referred
from batonpass.app.cases import NO_SUCH_STINT, NOT_YOURS, keep, locked, open_case, open_talk
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import holding, turns
from batonpass.domain.case import Case
from batonpass.domain.conversation import (
    Actor,
    ActorType,
    Conversation,
    Entry,
    EntryKind,
    Status,
    Stint,
    StintState,
    Turn,
    TurnKind,
    TurnState,
)
from batonpass.domain.errors import CallerError, ConversationClosed, NotFound, StintEnded
from batonpass.domain.events import Effect, EntriesWritten, TurnChanged
from batonpass.domain.forgetting import blank
from batonpass.domain.hold import HoldEnd

ALL = -1


@dataclass(frozen=True, slots=True)
class CustomerSays:
    customer_id: str
    conversation_id: str
    client_id: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AgentSays:
    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    content: dict[str, Any]
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class AgentNotes:
    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    text: str


@dataclass(frozen=True, slots=True)
class AgentWhispers:
    """Words to agents only: to those in `to`, which names agents, or to all representatives there."""

    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    content: dict[str, Any]
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfStint:
    agent_id: str
    stint_id: str
    conversation_id: str | None = None


def customer_send(tx: Tx, env: Env, said: CustomerSays) -> Outcome:
    """Store the customer's message; while a bot holds, it is or joins a turn. Replies with the entry."""
    conversation = customers_own(tx, said.conversation_id, said.customer_id)
    earlier = tx.entry_of(conversation.id, said.customer_id, said.client_id)
    if earlier is not None:
        return again(open_talk(tx, env, conversation), earlier)
    if conversation.status is Status.CLOSED:
        raise ConversationClosed("Not sent: this chat has ended. Start a new one.")
    said = replace(said, content=referred(tx, said.content, conversation.id, said.customer_id))
    case = _opened(tx, env, conversation)
    if case.holder is None:
        tx.customer_seen(said.customer_id)  # as over REST, where nobody is connected
    entry = customer_wrote(case, said)
    if case.hold is not None and env.rules.life_of(case.hold.queue_id).hold_ends_on_message:
        holding.wake(case, HoldEnd.CUSTOMER)
    return keep(tx, case, entry)


def _opened(tx: Tx, env: Env, conversation: Conversation) -> Case:
    """What a customer's message may touch: a parked conversation goes on by it."""
    on_hold = conversation.status is Status.HELD
    return open_case(tx, env, conversation) if on_hold else open_talk(tx, env, conversation)


def customer_wrote(case: Case, said: CustomerSays) -> Entry:
    """Write the customer's message; while a bot holds, it is or joins a turn."""
    actor = Actor(ActorType.CUSTOMER, said.customer_id)
    entry = case.write(
        EntryKind.MESSAGE, actor, {"content": said.content}, public=True, client_id=said.client_id
    )
    holder = case.holder
    if holder is not None and holder.bot:
        turns.customer_wrote(case, holder, entry.seq)
    return entry


def customers_own(tx: Tx, conversation_id: str, customer_id: str) -> Conversation:
    """Return the locked conversation if it is this customer's.

    Raises:
        NotFound: unknown, or somebody else's; the two look the same.
    """
    conversation = locked(tx, conversation_id)
    if conversation.customer_id != customer_id:
        raise NotFound(NOT_YOURS)
    return conversation


def agent_send(tx: Tx, env: Env, said: AgentSays) -> Outcome:
    """Store an agent's message if its stint is live and may speak; else keep it as a discarded draft and refuse."""
    conversation = locked(tx, said.conversation_id, NO_SUCH_STINT)
    stint = own_stint(tx, said.stint_id, said.agent_id, conversation.id)
    earlier = tx.entry_of(conversation.id, said.agent_id, said.client_id)
    if earlier is not None:
        return again(open_talk(tx, env, conversation), same_kind(earlier, EntryKind.MESSAGE, public=True))
    _check_client_id(said)
    said = replace(said, content=referred(tx, said.content, conversation.id, said.agent_id))
    case = open_talk(tx, env, conversation)
    turn = _turn_of(tx, case, said)
    spoken = tx.speak(conversation.id, stint.id, said.agent_id, _answers(stint, turn))
    if spoken is None:
        return _discard(tx, case, said, stint)
    case.conversation = case.loaded = spoken
    entry = _message(tx, case, said, stint)
    if turn is not None and turn.state is TurnState.OPEN:
        end_turn(tx, case, stint, turn, "replied")
    return keep(tx, case, entry)


def add_note(tx: Tx, env: Env, said: AgentNotes) -> Outcome:
    """Store a note for agents only, from a live stint or its wrap-up.

    One of a wrap-up belongs to what its author may read, unless others have written since: those words it may not
    (law 11).

    Raises:
        NotAllowed (`switched_off`), StintEnded, NotFound, CallerError
    """
    conversation = locked(tx, said.conversation_id, NO_SUCH_STINT)
    stint = own_stint(tx, said.stint_id, said.agent_id, conversation.id)
    earlier = tx.entry_of(conversation.id, said.agent_id, said.client_id)
    if earlier is not None:
        return again(open_talk(tx, env, conversation), same_kind(earlier, EntryKind.NOTE))
    switches.check(tx, env, "notes")
    if stint.state is StintState.ENDED:
        raise StintEnded("Not noted: your part in this conversation is over.")
    case = open_talk(tx, env, conversation)
    actor = actor_of(tx, said.agent_id)
    entry = case.write(
        EntryKind.NOTE, actor, {"text": said.text}, public=False, stint_id=stint.id, client_id=said.client_id
    )
    if stint.read_to == entry.seq - 1:
        tx.put_stint(replace(stint, read_to=entry.seq))
        case.readers = tuple(sorted({*case.readers, stint.agent_id}))
    return keep(tx, case, entry)


def whisper(tx: Tx, env: Env, said: AgentWhispers) -> Outcome:
    """Store a message to agents only, from any live stint. Who may not read it gets its place (WALK rule l).

    Raises:
        StintEnded, NotFound, CallerError (a reader who is not in the conversation)
    """
    conversation = locked(tx, said.conversation_id, NO_SUCH_STINT)
    stint = own_stint(tx, said.stint_id, said.agent_id, conversation.id)
    earlier = tx.entry_of(conversation.id, said.agent_id, said.client_id)
    if earlier is not None:
        return again(open_talk(tx, env, conversation), same_kind(earlier, EntryKind.MESSAGE))
    if not stint.live:
        raise StintEnded("Not said: your part in this conversation is over.")
    case = open_talk(tx, env, conversation)
    here = {s.agent_id for s in case.stints.values() if s.live}
    if not here.issuperset(said.to):
        raise CallerError("to: names somebody who is not in this conversation")
    content = referred(tx, said.content, conversation.id, said.agent_id)
    data = {"content": content, "to": sorted(said.to)}
    actor = actor_of(tx, said.agent_id)
    entry = case.write(
        EntryKind.MESSAGE, actor, data, public=False, stint_id=stint.id, client_id=said.client_id
    )
    return keep(tx, case, entry)


def own_stint(tx: Tx, stint_id: str, agent_id: str, conversation_id: str | None = None) -> Stint:
    """Return the stint if it is this agent's, in this conversation where one is named.

    Raises:
        NotFound
    """
    stint = tx.stint(stint_id)
    if stint is None or stint.agent_id != agent_id or conversation_id not in (None, stint.conversation_id):
        raise NotFound(NO_SUCH_STINT)
    return stint


def again(case: Case, earlier: Entry) -> Outcome:
    """A resend gets its first answer again, be it an acknowledgement or a refusal (DESIGN section 1).

    Its first pushes may have been lost with that answer, so they are sent again; clients drop what they have.
    """
    if earlier.kind is EntryKind.DRAFT:
        raise _too_late(earlier.data)
    conversation = case.conversation
    effects: list[Effect] = [
        EntriesWritten(conversation.id, conversation.customer_id, (earlier,), case.readers)
    ]
    effects += [TurnChanged(conversation.id, t.id, t.agent_id, started=True) for t in case.turns.values()]
    return Outcome(earlier, effects)


def same_kind(earlier: Entry, kind: EntryKind, *, public: bool = False, of: str | None = None) -> Entry:
    """A client id names one thing of one kind: `public` or not, and for an edit `of` this note.

    Raises:
        CallerError: it was used for something of another kind before.
    """
    if earlier.kind is EntryKind.DRAFT and kind is EntryKind.MESSAGE and public:
        return earlier
    same = earlier.kind is kind and (earlier.public_seq is not None) is public
    if not same or earlier.data.get("of") != of:
        raise CallerError("client_id: you used it before, for something of another kind")
    return earlier


def _too_late(draft: dict[str, Any]) -> StintEnded:
    if draft.get("reason") == "may_not_speak":
        return StintEnded(
            "Not sent: only holder and helpers speak to the customer. Your text is kept as a draft."
        )
    return StintEnded("Not sent: your part in this conversation is over. Your text is kept as a draft.")


def _check_client_id(said: AgentSays) -> None:
    if said.client_id.startswith("greet:") and said.client_id != turns.greet_client_id(said.stint_id):
        raise CallerError("client_id: a greeting's is greet: and the stint it is sent in")


def _turn_of(tx: Tx, case: Case, said: AgentSays) -> Turn | None:
    """The turn a bot's message belongs to: the one its client id names, ended or not, else the open one."""
    now = case.turn_of(said.stint_id)
    if said.client_id == turns.greet_client_id(said.stint_id):
        return now if now is not None and now.kind is TurnKind.GREET else None
    named = turns.reply_turn_id(said.client_id)
    if named is None or (now is not None and now.id == named):
        return now
    earlier = tx.turn(named)
    return earlier if earlier is not None and earlier.stint_id == said.stint_id else None


def _answers(stint: Stint, turn: Turn | None) -> int:
    """Up to which seq the customer is answered by this message (WALK rule t)."""
    if not stint.bot:
        return ALL
    if turn is None or turn.state is TurnState.GATHERING or turn.kind is TurnKind.GREET:
        return 0
    return turn.to_seq


def actor_of(tx: Tx, agent_id: str) -> Actor:
    agent = tx.agents([agent_id])[agent_id]
    return Actor(ActorType.BOT if agent.bot else ActorType.PERSON, agent.id, agent.name)


def _message(tx: Tx, case: Case, said: AgentSays, stint: Stint) -> Entry:
    """The entry under the numbers that the conditional write handed out."""
    conversation = case.conversation
    entry = Entry(
        conversation.id,
        conversation.seq,
        conversation.public_seq,
        EntryKind.MESSAGE,
        conversation.epoch,
        case.now,
        actor_of(tx, said.agent_id),
        case.new_id(),
        {"content": said.content} | ({"sensitive": True} if said.sensitive else {}),
        stint.id,
        said.client_id,
    )
    case.entries.append(entry)
    return entry


def _discard(tx: Tx, case: Case, said: AgentSays, stint: Stint) -> Outcome:
    reason = "may_not_speak" if stint.live else "stint_ended"
    data = {"content": said.content, "reason": reason} | ({"sensitive": True} if said.sensitive else {})
    if tx.forgotten_at(case.conversation.id) is not None:
        # The answer of a bot that was thinking when the customer was erased: it may quote him, and nobody forgets twice.
        data = blank(EntryKind.DRAFT, data)
    case.write(
        EntryKind.DRAFT,
        actor_of(tx, said.agent_id),
        data,
        public=False,
        stint_id=stint.id,
        client_id=said.client_id,
    )
    return keep(tx, case, refusal=_too_late(data))


def end_turn(tx: Tx, case: Case, stint: Stint, turn: Turn, reason: str) -> None:
    """End an open turn and start the next one, if the customer wrote after it began (WALK rule d)."""
    since = turn.to_seq if turn.kind is TurnKind.MESSAGE else _before_greeting(case, stint)
    turns.end_turn(case, stint, turn, reason, tx.customer_span(case.conversation.id, since))


def _before_greeting(case: Case, stint: Stint) -> int:
    """A greeting answers nothing: whatever is unanswered from the boundary on is the bot's first turn."""
    return max(stint.boundary_seq, case.conversation.answered_seq)
