"""How a fault is planted: a function wrapped, replaced or made to do nothing, for the length of one test."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from batonpass.app import answers, failpoints, matching, switchboard
from batonpass.domain import baton, passing, routing
from batonpass.domain.agents import Agent
from batonpass.domain.case import Case
from batonpass.domain.conversation import Conversation, EntryKind, Status
from batonpass.domain.due import DueKind
from batonpass.domain.handoff import Step
from batonpass.store.tx_conversations import ConversationQueries

Plant = Callable[[pytest.MonkeyPatch], None]
Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]


def wrap(where: Any, name: str, wrapped: Wrap) -> Plant:
    """Replace a function by `wrapped(function)`."""
    return lambda patch: patch.setattr(where, name, wrapped(getattr(where, name)))


def nothing(where: Any, name: str, answer: Any = None) -> Plant:
    """Make a function do nothing."""
    return lambda patch: patch.setattr(where, name, lambda *_, **__: answer)


def both(*plants: Plant) -> Plant:
    """One patch of a function that two modules name."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        for one in plants:
            one(patch)

    return plant


def without_timer(kind: DueKind) -> Plant:
    """Lose the timers of a kind as they are set."""
    return wrap(
        Case,
        "schedule",
        lambda real: lambda self, k, ref, at: None if k is kind else real(self, k, ref, at),
    )


def without_change(field: str) -> Plant:
    """Never change a field of the conversation's row."""
    return wrap(
        Case,
        "change",
        lambda real: lambda self, **c: real(self, **{k: v for k, v in c.items() if k != field}),
    )


def without_reason(reason: str) -> Plant:
    """Leave a reason out of the routing's filter."""
    kept = tuple((name, holds) for name, holds in routing.REASONS if name != reason)
    return lambda patch: patch.setattr(routing, "REASONS", kept)


def speak_without_fence(self: ConversationQueries, cid: str, *_: object) -> Conversation:
    """Numbers for whoever asks."""
    row = self.conversation(cid)
    assert row is not None
    spoken = replace(row, seq=row.seq + 1, public_seq=row.public_seq + 1)
    self.save_conversation(spoken)
    return spoken


async def publish_before_commit(self: switchboard.Switchboard, use_case: Any, command: Any) -> Any:
    """`Switchboard.do` with the push inside the transaction."""

    def inside(tx: Any) -> Any:
        outcome = use_case(tx, self.env, command)
        self.publisher.publish(outcome.effects)
        failpoints.hit(f"{use_case.__name__}.before_commit")
        return outcome

    outcome = await self.store.run(inside)
    return switchboard.Done(use_case.__name__, outcome.reply, [], self.publisher)


def private_counts_as_public(real: Callable[..., Any]) -> Callable[..., Any]:
    def write(self: Case, *args: Any, public: bool, **kw: Any) -> Any:
        entry = real(self, *args, public=public, **kw)
        self.change(public_seq=self.conversation.public_seq + (0 if public else 1))
        return entry

    return write


def kind_is_public(kind: EntryKind) -> Plant:
    """Write entries of a private kind for all to see."""

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda self, k, *args, public, **kw: real(self, k, *args, public=public or k is kind, **kw)

    return wrap(Case, "write", wrapped)


def property_is(where: Any, name: str, answer: Callable[[Any], Any]) -> Plant:
    """Replace a property."""
    return lambda patch: patch.setattr(where, name, property(answer))


def boundary(change: Callable[[Any, int], int]) -> Plant:
    """Change where streams begin, in both modules that name the function."""
    wrapped: Wrap = lambda real: lambda tx, case, handoff: change(handoff, real(tx, case, handoff))  # noqa: E731
    return both(wrap(matching, "boundary_of", wrapped), wrap(answers, "boundary_of", wrapped))


def freed_in_wrap_up(real: Callable[..., Any]) -> Callable[..., Any]:
    def to_wrap_up(case: Case, stint: Any, reason: str, limit: int) -> None:
        real(case, stint, reason, limit)
        baton.free_slot(case, stint.agent_id)

    return to_wrap_up


def closed_again(real: Callable[..., Any]) -> Callable[..., Any]:
    def close(case: Case, *args: Any) -> bool:
        if case.conversation.status is Status.CLOSED:
            case.change(status=Status.OPEN)
        return bool(real(case, *args))

    return close


def keeps_the_helper(real: Callable[..., Any]) -> Callable[..., Any]:
    """A change of holder that forgets the stint which a promotion replaces."""

    def change_holder(case: Case, notice: Any, *, leaving: Any = (), **more: Any) -> Any:
        return real(case, notice, leaving=[one for one in leaving if one.reason != "promoted"], **more)

    return change_holder


def slot_of_the_old_role(real: Callable[..., Any]) -> Callable[..., Any]:
    def take_slot(case: Case, agent: Any, **more: Any) -> None:
        mine = case.slots.get(agent.id)
        if mine is None or mine.stint_id is None or "offer_id" in more:
            real(case, agent, **more)

    return take_slot


def drops_the_pass(case: Case, pending: Any, leaving: Any, going: Any) -> None:
    """`leaving._go_on_as_now` that cancels what its giver had asked for."""
    passing.end_pending(case, pending, Step.CANCEL, "giver_lost")
    baton.change_holder(case, case.notice("waiting"), leaving=[leaving])
    passing.wait_for(case, pending.queue_id)


def moves_to_the_end(real: Callable[..., Any]) -> Callable[..., Any]:
    return lambda case, handoff, queue_id: real(case, replace(handoff, waiting_key=case.now), queue_id)


def waits_alone(real: Callable[..., Any]) -> Callable[..., Any]:
    def wait(conversation: Any, handoff: Any) -> Any:
        found = real(conversation, handoff)
        return found and (found[0], True)

    return wait


def one_slot_more(self: Agent) -> int | None:
    if self.capacity is None:
        return None
    return next((n for n in range(1, self.capacity + 2) if n not in self.used), None)


def reads_one_more(real: Callable[..., Any]) -> Callable[..., Any]:
    def finish(self: Case) -> Any:
        effects = real(self)
        for stint in list(self.stints.values()):
            if not stint.live and stint.id in self.touched:
                self.put(replace(stint, read_to=(stint.read_to or 0) + 1))
        return effects

    return finish
