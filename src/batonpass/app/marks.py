"""What agents say about what is there: that a message is sensitive, that a summary is wrong."""

from dataclasses import dataclass

from batonpass.app import late_summaries, views
from batonpass.app.cases import NO_SUCH_STINT, keep, locked, open_talk
from batonpass.app.messages import actor_of, again, own_stint, same_kind
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain.conversation import EntryKind, StintState
from batonpass.domain.due import DueKind
from batonpass.domain.errors import NotFound, StintEnded


@dataclass(frozen=True, slots=True)
class Marks:
    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Flags:
    agent_id: str
    conversation_id: str
    stint_id: str
    client_id: str
    handoff_id: str
    reason: str


def mark_message(tx: Tx, env: Env, said: Marks) -> Outcome:
    """Mark a message as sensitive, from a live stint: representatives get its place only, no summary repeats it.

    Raises:
        StintEnded, NotFound, CallerError
    """
    conversation = locked(tx, said.conversation_id, NO_SUCH_STINT)
    stint = own_stint(tx, said.stint_id, said.agent_id, conversation.id)
    earlier = tx.entry_of(conversation.id, said.agent_id, said.client_id)
    if earlier is not None:
        return again(open_talk(tx, env, conversation), same_kind(earlier, EntryKind.MARK))
    if not stint.live:
        raise StintEnded("Not marked: your part in this conversation is over.")
    head = views.readable(tx, said.agent_id, conversation.id)
    found = tx.entries(conversation.id, said.seq - 1, min(said.seq, head), 1, public=False)
    whisper = bool(found) and found[0].public_seq is None and found[0].actor.id != said.agent_id
    if not found or found[0].kind is not EntryKind.MESSAGE or whisper:
        raise NotFound("there is no such message")
    tx.set_entry_data(conversation.id, said.seq, {**found[0].data, "sensitive": True})
    case = open_talk(tx, env, conversation)
    data = {"seq": said.seq, "message_id": found[0].id}
    actor = actor_of(tx, said.agent_id)
    entry = case.write(EntryKind.MARK, actor, data, public=False, stint_id=stint.id, client_id=said.client_id)
    for ref in _told_of(tx, conversation.id, said.seq):
        case.schedule(DueKind.SUMMARY, ref, case.now)
    return keep(tx, case, entry)


def _told_of(tx: Tx, conversation_id: str, seq: int) -> list[str]:
    """Withdraw every summary that covers this message; returns of what, so that each is told anew without it."""
    told = [(h.id, h.summary) for h in tx.all_handoffs_in(conversation_id) if h.summary is not None]
    told += [(one.ref, one.summary) for one in tx.summaries_in(conversation_id)]
    refs = sorted({ref for ref, one in told if one.get("first_seq", 0) <= seq <= one.get("last_seq", seq)})
    tx.withdraw_summaries(conversation_id, refs, late_summaries.no_summary("withdrawn"))
    return refs


def flag_summary(tx: Tx, env: Env, said: Flags) -> Outcome:
    """Call a hand-off's summary wrong, from a live stint or its wrap-up.

    Raises:
        StintEnded, NotFound, CallerError
    """
    conversation = locked(tx, said.conversation_id, NO_SUCH_STINT)
    stint = own_stint(tx, said.stint_id, said.agent_id, conversation.id)
    earlier = tx.entry_of(conversation.id, said.agent_id, said.client_id)
    if earlier is not None:
        return again(open_talk(tx, env, conversation), same_kind(earlier, EntryKind.FLAG))
    if stint.state is StintState.ENDED:
        raise StintEnded("Not flagged: your part in this conversation is over.")
    handoff = tx.handoff(said.handoff_id)
    until = tx.now if stint.live else stint.ended_at or 0
    unseen = handoff is None or handoff.conversation_id != conversation.id or handoff.created_at > until
    if handoff is None or unseen or handoff.summary is None:
        raise NotFound("there is no such summary")
    tx.flag_summary(handoff.id)
    case = open_talk(tx, env, conversation)
    data = {"handoff_id": handoff.id, "version": handoff.summary_version, "reason": said.reason}
    actor = actor_of(tx, said.agent_id)
    entry = case.write(EntryKind.FLAG, actor, data, public=False, stint_id=stint.id, client_id=said.client_id)
    return keep(tx, case, entry)
