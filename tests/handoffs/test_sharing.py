"""Invitations, consultation and whispers: several agents in one conversation."""

import pytest

from batonpass.app import views
from batonpass.app.ports import DueItem
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import EntryKind
from batonpass.domain.errors import CallerError, HandoffPending, NotFound, Refused, StintEnded
from batonpass.domain.handoff import Kind, State
from batonpass.domain.passing import MAX_INVITATIONS
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import NEXT, S, Talk, agent, held_by, house, to_queue, with_bot

Store = BaseStore[Tx]


async def helped(talk: Talk, holder: str, helper: str) -> None:
    """A helper is in."""
    await talk.asks(holder, Kind.INVITATION, target=agent(helper))
    await talk.takes(helper)


async def test_a_helper_comes_in_speaks_and_goes(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    asked = await talk.asks("R1", Kind.INVITATION, target=agent("R2"), note="knows refunds")
    assert (asked.state, await talk.told()) == (State.OFFERED, ["joined"])
    await talk.takes("R2")
    assert await talk.roles() == {"R1": "holder", "R2": "helper"}
    assert (await talk.says("R2", "Hello, I can help")).public_seq is not None
    await talk.goes("R2")
    assert (await talk.roles(), await talk.wrapping()) == ({"R1": "holder"}, ["R2"])
    assert await talk.told() == ["joined", "helper_joined", "helper_left"]
    await talk.lawful()


async def test_a_queue_is_invited(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R4")
    talk = await held_by(world, "R1")
    await talk.asks("R1", Kind.INVITATION, target=to_queue("q2"))
    await talk.takes("R4")
    assert await talk.roles() == {"R1": "holder", "R4": "helper"}
    await talk.lawful()


async def test_who_is_in_finds_what_is_pending_there_after_a_reconnect(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R4")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    invited = await talk.asks("R1", Kind.INVITATION, target=agent("R4"))
    for agent_id, finds in (("R1", True), ("R2", True), ("R4", False)):
        snapshot = await world.store.read(views.agent_snapshot, world.env.rules, agent_id)
        pending = [view.handoff.id for view in snapshot.handoffs if view.handoff.pending]
        assert pending == ([invited.id] if finds else [])


async def test_the_holder_removes_a_helper_and_nobody_else_does(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    holder, helper = await talk.stint("R1"), await talk.stint("R2")
    with pytest.raises(StintEnded):
        await world.removes("R2", talk.id, helper.id, holder.id)
    with pytest.raises(Refused):
        await world.removes("R1", talk.id, holder.id, holder.id)
    with pytest.raises(NotFound):
        await world.removes("R1", talk.id, holder.id, "nobody")
    await world.removes("R1", talk.id, holder.id, helper.id)
    await world.removes("R1", talk.id, holder.id, helper.id)
    await world.settle()
    assert await talk.roles() == {"R1": "holder"}
    await talk.lawful()


async def test_an_invitation_declined_by_all_ends_and_nobody_waits(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R4")
    talk = await held_by(world, "R1")
    invited = await talk.asks("R1", Kind.INVITATION, target=to_queue("q2"))
    await talk.leaves_it("R4")
    found = await talk.handoff(invited.id)
    assert (found.state, found.outcome, await talk.told()) == (State.FAILED, "nobody", ["joined"])
    await talk.lawful()


async def test_five_invitations_may_pend_and_no_sixth(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1")
    talk = await held_by(world, "R1")
    pending = [await talk.asks("R1", Kind.INVITATION, target=NEXT) for _ in range(MAX_INVITATIONS)]
    assert {handoff.state for handoff in pending} == {State.QUEUED}
    with pytest.raises(HandoffPending) as refused:
        await talk.asks("R1", Kind.INVITATION, target=NEXT)
    assert refused.value.handoff_id == pending[0].id
    with pytest.raises(HandoffPending):
        await world.resolves("R1", (await talk.stint("R1")).id)
    for handoff in pending:
        await world.cancels("R1", handoff.id)
    await world.resolves("R1", (await talk.stint("R1")).id)
    await world.settle()
    await talk.lawful()


async def test_invitations_do_not_block_a_transfer(frozen_store: Store) -> None:
    """Their fate is the server's, not a browser's: an unanswered one expires by itself."""
    world = await house(frozen_store, "R1", "R2", "R4")
    talk = await held_by(world, "R1")
    await talk.asks("R1", Kind.INVITATION, target=agent("R4"))
    await talk.transfers("R1", agent("R2"))
    await talk.takes("R2")
    await world.advance(30 * S)
    assert await talk.roles() == {"R2": "holder"}
    await talk.lawful()


async def test_while_a_helper_is_in_there_is_leave_and_no_end(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    with pytest.raises(Refused, match="Leave instead") as refused:
        await world.resolves("R1", (await talk.stint("R1")).id)
    assert refused.value.code == "others_present"
    await talk.goes("R1")
    assert await talk.roles() == {"R2": "holder"}
    await talk.lawful()


async def test_to_consult_is_unseen_by_the_customer(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    before = len(await world.customer_sees(talk.customer, talk.id))
    await talk.asks("R1", Kind.CONSULTATION, target=agent("R2"))
    await talk.takes("R2")
    stint = await talk.stint("R2")
    await world.whispers("R2", talk.id, stint.id, "refund it")
    with pytest.raises(StintEnded):
        await talk.says("R2", "refund it")
    await talk.goes("R2")
    assert len(await world.customer_sees(talk.customer, talk.id)) == before
    assert await talk.slots() == ["R1"]  # who was consulted has no wrap-up
    await talk.lawful()


async def test_a_bot_is_consulted_at_once_and_greets_nobody(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "B")
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    await world.choose("B", Presence.AVAILABLE)
    asked = await talk.asks("R1", Kind.CONSULTATION, target=agent("B"))
    assert (asked.state, await talk.roles()) == (State.COMPLETED, {"R1": "holder", "B": "consulted"})
    assert [d.kind for d in (await world.store.read(_due)) if d.kind == "turn"] == []
    await talk.writes("still there?")
    assert [d.kind for d in (await world.store.read(_due)) if d.kind == "turn"] == []
    await talk.lawful()


def _due(tx: Tx) -> list[DueItem]:
    return tx.all_due()


async def test_whispers_reach_whom_they_name(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "B")
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    await world.choose("B", Presence.AVAILABLE)
    await helped(talk, "R1", "R2")
    await talk.asks("R1", Kind.CONSULTATION, target=agent("B"))
    stint = (await talk.stint("R1")).id
    to_people = await world.whispers("R1", talk.id, stint, "people only")
    to_bot = await world.whispers("R1", talk.id, stint, "what do you think?", ("B",))
    assert (to_people.public_seq, to_bot.kind) == (None, EntryKind.MESSAGE)
    with pytest.raises(CallerError):
        await world.whispers("R1", talk.id, stint, "to nobody here", ("R3",))
    await talk.lawful()


async def test_only_the_giver_and_the_holder_call_off(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2", "R4")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    invited = await talk.asks("R2", Kind.INVITATION, target=agent("R4"))
    with pytest.raises(NotFound):
        await world.cancels("R4", invited.id)
    await world.cancels("R1", invited.id)
    done = next(h for h in (await world.picture(talk.id)).handoffs if h.kind is Kind.INVITATION)
    with pytest.raises(Refused) as refused:
        await world.cancels("R1", done.id)
    assert refused.value.code == "too_late"
    await world.settle()
    await talk.lawful()


async def test_a_bot_invites_a_person_to_help(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    talk = await with_bot(world)
    await talk.asks("A", Kind.INVITATION, target=NEXT)
    await talk.takes("R1")
    assert await talk.roles() == {"A": "holder", "R1": "helper"}
    await talk.lawful()
