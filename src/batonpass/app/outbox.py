"""Webhooks: what a commit tells outside is written with it, and sent in order, one at a time (FIELD 18)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from batonpass.app.audit import By, audit
from batonpass.app.outcome import Env, Outcome
from batonpass.app.ports import Tx
from batonpass.app.ports_outbox import Stream
from batonpass.domain import hooks
from batonpass.domain.case import Case
from batonpass.domain.errors import NotFound, Refused
from batonpass.domain.events import AlertRaised, Effect
from batonpass.domain.hooks import Delivery, DeliveryState, Hook

PREFIX = "msg_"
LEASE_MORE_MS = 20_000
MOST_REPLAYED = 1_000
CLI = By("cli")


def enqueue(tx: Tx, case: Case, effects: Sequence[Effect]) -> None:
    """Write what each endpoint wants to hear of these effects, as rows of this transaction."""
    wanted = [hook for hook in case.rules.webhooks.values() if hook.enabled]
    conversation_id = case.conversation.id
    facts = hooks.facts(effects) if wanted else []
    for hook in sorted(wanted, key=lambda hook: hook.name):
        mine = [fact for fact in facts if fact.topic in hook.topics]
        if not mine:
            continue
        last = tx.next_numbers(Stream(hook.name, conversation_id), len(mine))
        first = last - len(mine) + 1
        tx.add_deliveries(
            [
                Delivery(
                    PREFIX + case.new_id(), hook.name, conversation_id, number, fact.topic, fact.seq, fact.ref,
                    fact.data or {}, tx.now,
                )
                for number, fact in enumerate(mine, first)
            ]
        )  # fmt: skip


# Sending


@dataclass(frozen=True, slots=True)
class Sending:
    """Take up to `limit` streams of each endpoint."""

    limits: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of an attempt. `error` is empty when the receiver took it; `gone`: it never will.

    `luck` from 0 to 1 spreads the next attempt; `wait_ms` is what the receiver asked for.
    """

    delivery: Delivery
    status: int | None = None
    error: str = ""
    gone: bool = False
    luck: float = 0.5
    wait_ms: int = 0


@dataclass(frozen=True, slots=True)
class Next:
    """The delivery that this sender goes on with, if any; and whether the last one was given up."""

    delivery: Delivery | None
    dead: bool = False


def lease_webhooks(tx: Tx, env: Env, sending: Sending) -> Outcome:
    """Take streams that are due, so that no other sends of them. Replies the next delivery of each."""
    got: list[Delivery] = []
    for endpoint, limit in sending.limits:
        hook = env.rules.webhooks.get(endpoint)
        if hook is None:
            continue
        for stream in tx.due_streams(endpoint, limit):
            if tx.lease_stream(stream, tx.now + _lease(hook)):
                found = tx.first_pending(stream)
                if found is None:
                    tx.set_stream(stream, None, None)
                else:
                    got.append(found)
    return Outcome(got)


def _lease(hook: Hook) -> int:
    return hook.timeout_ms + LEASE_MORE_MS


def settle_webhook(tx: Tx, env: Env, sent: Sent) -> Outcome:
    """Keep what came of an attempt. After a good one, and after a last one, the stream goes on; else it rests.

    A delivery that somebody else has settled meanwhile stays as it is. Replies a `Next`.
    """
    stream = Stream(sent.delivery.endpoint, sent.delivery.conversation_id)
    if not tx.lock_stream(stream):
        return Outcome(Next(None))  # its conversation is gone
    delivery = tx.delivery(sent.delivery.id)
    if delivery is None or delivery.state is not DeliveryState.PENDING:
        return Outcome(Next(None))
    hook = env.rules.webhooks.get(stream.endpoint)
    tried = replace(delivery, attempts=delivery.attempts + 1, status=sent.status, error=sent.error or None)
    if not sent.error:
        tx.put_delivery(replace(tried, state=DeliveryState.DELIVERED, ended_at=tx.now))
        return Outcome(Next(_go_on(tx, hook, stream)))
    if sent.gone or (hook is not None and tried.attempts >= hook.attempts):
        tx.put_delivery(replace(tried, state=DeliveryState.DEAD, ended_at=tx.now))
        params = (("delivery_id", delivery.id), ("endpoint", stream.endpoint))
        alert = AlertRaised("webhook_dead", stream.conversation_id, params)
        return Outcome(Next(_go_on(tx, hook, stream), dead=True), [alert])
    tx.put_delivery(tried)
    pause = hook.delay_ms(tried.attempts, sent.luck) if hook else hooks.LONGEST_DELAY_MS
    tx.set_stream(stream, tx.now + max(pause, sent.wait_ms), None)
    return Outcome(Next(None))


def _go_on(tx: Tx, hook: Hook | None, stream: Stream) -> Delivery | None:
    """The next one, with the lease renewed; without one the stream has nothing to do."""
    found = tx.first_pending(stream)
    if found is None:
        tx.set_stream(stream, None, None)
    elif hook is None or not hook.enabled:
        tx.set_stream(stream, tx.now, None)
        return None
    else:
        tx.set_stream(stream, tx.now, tx.now + _lease(hook))
    return found


# Dead letters


@dataclass(frozen=True, slots=True)
class Replay:
    """Send again: one delivery, or all dead ones of an endpoint, the oldest first."""

    delivery_id: str | None = None
    endpoint: str | None = None
    by: By = CLI


def replay_webhooks(tx: Tx, env: Env, replay: Replay) -> Outcome:
    """Put ended deliveries in front of their streams again, under the ids they had. Replies how many.

    Raises:
        NotFound: no such delivery, or endpoint.
        Refused: (`delivery_pending`) it is on its way already.
    """
    if replay.delivery_id is not None:
        found = tx.delivery(replay.delivery_id)
        if found is None:
            raise NotFound("there is no such delivery")
        if found.state is DeliveryState.PENDING:
            raise Refused("It is on its way already.", code="delivery_pending")
        ended = [found]
    elif replay.endpoint not in env.rules.webhooks:
        raise NotFound("there is no such webhook")
    else:
        ended = tx.deliveries(DeliveryState.DEAD, replay.endpoint, MOST_REPLAYED)
    streams = {Stream(d.endpoint, d.conversation_id) for d in ended}
    for stream in sorted(streams, key=lambda s: (s.endpoint, s.conversation_id)):
        tx.lock_stream(stream)
        tx.wake_stream(stream)
    # As they are under the locks: somebody else may have asked for the same.
    found_now = [now for d in ended if (now := tx.delivery(d.id)) and now.state is not DeliveryState.PENDING]
    for delivery in found_now:
        tx.put_delivery(replace(delivery, state=DeliveryState.PENDING, attempts=0, ended_at=None))
    if found_now:
        ref = replay.delivery_id or replay.endpoint or ""
        audit(tx, replay.by, "webhooks.replayed", ref, {"deliveries": len(found_now)})
    return Outcome(len(found_now))
