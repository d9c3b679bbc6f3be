"""Open a case from the store, and keep what was decided on it. The first lock of every use case is here."""

from collections.abc import Iterable
from dataclasses import replace

from batonpass.app import following, outbox
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.segments import keep_segments
from batonpass.domain.agents import Agent, SlotUse
from batonpass.domain.case import Case
from batonpass.domain.conversation import Conversation, EntryKind, Status, Stint, StintState, Turn, TurnState
from batonpass.domain.due import Due, DueKind
from batonpass.domain.errors import BatonpassError, NotFound
from batonpass.domain.handoff import REASONS, Handoff, Offer, OfferState

NOT_YOURS = "there is no such conversation, or it is not yours"
NO_SUCH_STINT = "there is no such stint of yours"


def locked(tx: Tx, conversation_id: str, otherwise: str = NOT_YOURS) -> Conversation:
    """Return the conversation, held by this transaction.

    Raises:
        NotFound: with the words `otherwise`, which must be those for one that is somebody else's.
    """
    conversation = tx.conversation(conversation_id, lock=True)
    if conversation is None:
        raise NotFound(otherwise)
    return conversation


def open_case(tx: Tx, env: Env, conversation: Conversation) -> Case:
    """Load everything a hand-off may touch of a locked conversation."""
    stints = {s.id: s for s in tx.stints_in(conversation.id)}
    handoffs = {h.id: h for h in tx.handoffs_in(conversation.id)}
    offers = {o.id: o for o in tx.offers_in(conversation.id)}
    slots = {u.agent_id: u for u in tx.slots_in(conversation.id)}
    people = {s.agent_id for s in stints.values()} | {o.agent_id for o in offers.values()} | set(slots)
    people |= {h.giver_agent_id for h in handoffs.values() if h.giver_agent_id}
    hold = tx.hold_of(conversation.id) if conversation.status is Status.HELD else None
    people |= {hold.agent_id} if hold is not None else set()
    return Case(
        now=tx.now,
        new_id=env.new_id,
        rules=env.rules,
        words=env.words,
        conversation=conversation,
        stints=stints,
        handoffs=handoffs,
        offers=offers,
        turns={t.id: t for t in tx.turns_in(conversation.id)} if stints else {},
        slots=slots,
        agents=tx.agents(people),
        passed_on=tx.passed_on(conversation.id),
        hold=hold,
    )


def open_talk(tx: Tx, env: Env, conversation: Conversation) -> Case:
    """Load only what a message may touch: the stints, and the turns when a bot is in."""
    stints = {s.id: s for s in tx.stints_in(conversation.id)}
    bots = any(s.bot and s.live for s in stints.values())
    return Case(
        now=tx.now,
        new_id=env.new_id,
        rules=env.rules,
        words=env.words,
        conversation=conversation,
        stints=stints,
        turns={t.id: t for t in tx.turns_in(conversation.id)} if bots else {},
    )


def lock_agents(tx: Tx, cases: Iterable[Case], *agent_ids: str) -> None:
    """Hold these agents, and all whose part in these conversations may end: by id, as every transaction does.

    Who locks some, decides, and learns then whose part it has ended would lock those in any order.
    """
    inside = {
        a for case in cases for a in (*case.offered_agents(), *(s.agent_id for s in case.stints.values()))
    }
    tx.lock_agents({*agent_ids, *inside})


def as_decided(case: Case, agent: Agent | None) -> Agent | None:
    """The agent as the store has it, without the slot that this case has freed: a pass may be replaced by one to
    the same agent."""
    use = case.loaded_slots.get(agent.id) if agent is not None else None
    if agent is None or use is None or agent.id in case.slots:
        return agent
    return replace(agent, used=agent.used - {use.slot_no})


def keep(tx: Tx, case: Case, reply: object = None, *, refusal: BatonpassError | None = None) -> Outcome:
    """Write what the case decided: state, timeline and due work in one transaction."""
    effects = case.finish()
    if case.conversation != case.loaded:
        tx.save_conversation(case.conversation, case.loaded)
    tx.add_entries(case.entries)
    _keep_attached(tx, case)
    wanted = _keep_slots(tx, case)
    _keep_parts(tx, case)
    _keep_exclusions(tx, case)
    keep_segments(tx, case)
    for hold in case.holds.values():
        tx.put_hold(hold)
    tx.pass_on(case.conversation.id, case.newly_passed_on)
    tx.mark_idle(case.idled)
    tx.mark_asked(case.asked)
    for kind, ref in case.dropped_due:
        tx.drop_due(kind, ref)
    tx.add_due(case.due)
    effects += following.follow_up(tx, case)
    outbox.enqueue(tx, case, effects)
    tells = any(due.kind is DueKind.SUMMARY for due in case.due)
    return Outcome(reply, effects, refusal, wake=bool(case.due) or wanted, tells=tells)


def _keep_attached(tx: Tx, case: Case) -> None:
    """A file belongs to the message that has it, so who reads the message reads the file."""
    for entry in case.entries:
        content = entry.data.get("content") if entry.kind is EntryKind.MESSAGE else None
        if content is not None and content.get("type") == "attachment":
            tx.note_attached(content["attachment_id"], entry.seq)


def _keep_slots(tx: Tx, case: Case) -> bool:
    """Returns whether a match was written beside those of the case."""
    before, after = case.loaded_slots, case.slots
    gone: list[SlotUse] = [use for agent_id, use in before.items() if after.get(agent_id) != use]
    new: list[SlotUse] = [use for agent_id, use in after.items() if before.get(agent_id) != use]
    tx.free_slots(gone)
    # Something may wait for this very agent in a queue that it is no member of (law 7).
    named = {queue_id for use in gone for queue_id in tx.queues_naming(use.agent_id)}
    tx.add_due([Due(DueKind.MATCH, queue_id, case.now) for queue_id in sorted(named)])
    tx.take_slots(new)
    return bool(named)


def _keep_parts(tx: Tx, case: Case) -> None:
    """Ends are written before beginnings, or the one-live-holder index would refuse a pass in one commit."""
    parts: list[Handoff | Offer | Stint | Turn] = [
        *case.handoffs.values(),
        *case.offers.values(),
        *case.stints.values(),
        *case.turns.values(),
    ]
    for part in sorted((p for p in parts if p.id in case.touched), key=_begins_something):
        if isinstance(part, Handoff):
            tx.put_handoff(part)
        elif isinstance(part, Offer):
            tx.put_offer(part)
        elif isinstance(part, Stint):
            tx.put_stint(part)
        else:
            tx.put_turn(part)


def _keep_exclusions(tx: Tx, case: Case) -> None:
    """Only the new ones: an old "missed" may be cleared at this moment, by the agent who is back."""
    for handoff in case.handoffs.values():
        before = case.loaded_handoffs.get(handoff.id)
        for reason in REASONS:
            known: frozenset[str] = getattr(before.excluded, reason) if before else frozenset()
            tx.exclude(handoff.id, reason, getattr(handoff.excluded, reason) - known)


def _begins_something(part: Handoff | Offer | Stint | Turn) -> tuple[bool, int]:
    """Sort key: ended parts first; then by what refers to what (a turn to its stint, an offer to its hand-off)."""
    match part:
        case Handoff():
            return part.pending, 0
        case Offer():
            return part.state is OfferState.OPEN, 1
        case Stint():
            return part.state is StintState.LIVE, 2
        case Turn():
            return part.state is not TurnState.ENDED, 3
