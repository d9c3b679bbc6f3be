"""Forgetting on purpose: a customer at its wish, and whatever was kept long enough. Words go; structure and figures stay."""

from dataclasses import dataclass

from batonpass.app.audit import By, audit
from batonpass.app.cases import keep, locked, open_case
from batonpass.app.fired import Fired
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.domain import baton, closing
from batonpass.domain.conversation import Actor, ActorType, Status, StintState
from batonpass.domain.due import Due, DueKind
from batonpass.domain.errors import NotFound
from batonpass.domain.events import CustomerErased, Effect

HOUSE = "house"
"""The one row of retention."""
FORGOTTEN_TO = "retention.closed"
"""Of `meta`: conversations that were closed before this time, in ms, are forgotten. Who opens again is closed later."""
EVERY_MS = 3_600_000
SOON_MS = 60_000
AGAIN_MS = 1_000
CONVERSATIONS = 10
ROWS = 200
CLI = By("cli")


@dataclass(frozen=True, slots=True)
class Erase:
    customer_id: str
    by: By = CLI


@dataclass(frozen=True, slots=True)
class Erasing:
    """How many conversations are still to be forgotten; they follow one by one."""

    customer_id: str
    conversations: int


def erase_customer(tx: Tx, env: Env, erase: Erase) -> Outcome:
    """Forget a customer: its tokens open nothing any more, at once; its chats follow as due work. Replies `Erasing`.

    Open ones are ended first, as by the customer. Asking again is the same.

    Raises:
        NotFound
    """
    if not tx.has_customer(erase.customer_id):
        raise NotFound("there is no such customer")
    tx.lock_customer(erase.customer_id)
    if tx.forgotten_at(erase.customer_id) is None:
        tx.forget_customer(erase.customer_id)
        tx.note_forgotten(erase.customer_id)
    count = tx.count_unforgotten(erase.customer_id)
    audit(tx, erase.by, "customer.erased", erase.customer_id, {"conversations": count})
    tx.add_due([Due(DueKind.ERASE, erase.customer_id, tx.now)])
    return Outcome(Erasing(erase.customer_id, count), [CustomerErased(erase.customer_id)], wake=True)


def erase_next(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """Forget the next of a customer's conversations, or end it where it is open; replies True when there is none."""
    conversation_id = tx.unforgotten_of(fired.ref)
    if conversation_id is None:
        return Outcome(tx.take_due(DueKind.ERASE, fired.ref))
    effects = [*forget(tx, env, conversation_id), CustomerErased(fired.ref)]
    tx.add_due([Due(DueKind.ERASE, fired.ref, tx.now)])
    return Outcome(effects=effects, wake=True)


def forget(tx: Tx, env: Env, conversation_id: str) -> list[Effect]:
    """Forget the words of a conversation, in one transaction; what that tells others.

    One that is open is ended. After-work of it ends too: nobody adds words any more.
    """
    conversation = locked(tx, conversation_id)
    case = open_case(tx, env, conversation)
    if conversation.status is not Status.CLOSED:
        actor = Actor(ActorType.CUSTOMER, conversation.customer_id)
        closing.close(case, "customer_ended", actor, case.notice("closed_by_customer"))
    for stint in [s for s in case.stints.values() if s.state is StintState.WRAP_UP]:
        baton.end_wrap_up(case, stint)
    effects = keep(tx, case).effects
    for handoff in tx.all_handoffs_in(conversation_id):
        tx.drop_due(DueKind.SUMMARY, handoff.id)
    for stint in tx.all_stints_in(conversation_id):
        tx.drop_due(DueKind.SUMMARY, stint.id)
    for found in tx.attachments_in(conversation_id):
        tx.drop_due(DueKind.ORPHAN, found.id)
    tx.forget_conversation(conversation_id)
    tx.note_forgotten(conversation_id)
    return effects


@dataclass(frozen=True, slots=True)
class Exported:
    """Somebody takes a conversation out of the house."""

    conversation_id: str
    by: By = CLI


def note_export(tx: Tx, env: Env, exported: Exported) -> Outcome:
    """Write into the log that a conversation is exported, before it is.

    Raises:
        NotFound
    """
    if tx.conversation(exported.conversation_id) is None:
        raise NotFound("there is no such conversation")
    audit(tx, exported.by, "conversation.exported", exported.conversation_id)
    return Outcome()


def customer_of(tx: Tx, conversation_id: str) -> str:
    """Whose conversation it is.

    Raises:
        NotFound
    """
    found = tx.conversation(conversation_id)
    if found is None:
        raise NotFound("there is no such conversation")
    return found.customer_id


def erasing(tx: Tx, customer_id: str) -> tuple[int | None, int]:
    """When a customer was erased, in ms, or None; and how many of its conversations are still to follow."""
    return tx.forgotten_at(customer_id), tx.count_unforgotten(customer_id)


# What was kept long enough


def seed(tx: Tx, env: Env, *, soon: bool = False) -> None:
    """See that retention is due within the hour, where there is any; `soon`: its rules may be new."""
    at, wanted = tx.due_at(DueKind.RETENTION, HOUSE), tx.now + (SOON_MS if soon else EVERY_MS)
    if env.rules.retention.any and (at is None or wanted < at):
        tx.add_due([Due(DueKind.RETENTION, HOUSE, wanted)])


def keep_house(tx: Tx, env: Env, fired: Fired) -> Outcome:
    """Forget a batch of what was kept long enough; soon again while there is more, else in an hour. Replies whether
    it was the last batch."""
    if not tx.take_due(DueKind.RETENTION, fired.ref):
        return Outcome()
    rules = env.rules.retention
    if not rules.any:
        return Outcome()
    effects: list[Effect] = []
    more = False
    if rules.conversations_ms is not None:
        closed = _next_closed(tx, tx.now - rules.conversations_ms)
        more |= len(closed) == CONVERSATIONS
        for conversation_id in sorted(closed):
            locked(tx, conversation_id)  # all of them, before any agent
        for conversation_id in sorted(closed):
            effects += forget(tx, env, conversation_id)
    more |= _keep_rows(tx, env)
    tx.add_due([Due(DueKind.RETENTION, HOUSE, tx.now + (AGAIN_MS if more else EVERY_MS))])
    return Outcome(not more, effects, wake=more)


def _next_closed(tx: Tx, until: int) -> list[str]:
    """The next batch. It goes on where the last one ended, so that what is forgotten already is not read again."""
    found = tx.closed_between(int(tx.get_meta(FORGOTTEN_TO) or 0), until, CONVERSATIONS)
    if found:
        tx.set_meta(FORGOTTEN_TO, str(found[-1][0]))
    return [conversation_id for _, conversation_id in found]


def _keep_rows(tx: Tx, env: Env) -> bool:
    """Rows that need no lock of a conversation; whether there are more."""
    rules = env.rules.retention
    counts = [0]
    if rules.attachments_ms is not None:
        files = tx.files_closed_before(tx.now - rules.attachments_ms, ROWS)
        tx.drop_attachments(files)
        counts.append(len(files))
    if rules.contacts_ms is not None:
        counts.append(tx.forget_contacts(tx.now - rules.contacts_ms, ROWS))
    if rules.webhooks_ms is not None:
        counts.append(tx.drop_deliveries(tx.now - rules.webhooks_ms, ROWS))
    return max(counts) == ROWS
