"""Law 10: closing is last-one-out, whoever goes, and however."""

import asyncio
from dataclasses import replace

import pytest

from batonpass.app import going
from batonpass.domain.conversation import EntryKind, Status
from batonpass.domain.events import AlertRaised
from batonpass.domain.handoff import Kind, Leave, Seeks, State
from batonpass.domain.rules import EntryRule, HandBack, Trigger
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import NEXT, S, agent, held_by, house, to_queue
from tests.handoffs.test_sharing import helped
from tests.support.world import queue

Store = BaseStore[Tx]


async def test_leaving_again_does_not_end_a_later_time_in_the_chat(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    warm = await talk.transfers("R1", agent("R2"), Leave.ON_COMPLETE)
    await talk.takes("R2")
    consulted = await talk.stint("R2")
    await world.completes("R1", warm.id)
    await world.store.advance(S)
    await talk.transfers("R2", agent("R1"), Leave.NOW)
    await talk.takes("R1")
    await world.store.advance(S)
    await talk.transfers("R1", agent("R2"), Leave.NOW)
    await talk.takes("R2")
    await world.leaves("R2", talk.id, consulted.id)
    assert await talk.holder() == "R2"
    await talk.lawful()


async def test_who_leaves_from_a_queue_that_is_gone_leaves_nobody_waiting_in_vain(
    frozen_store: Store,
) -> None:
    world = await house(frozen_store, "R1", "R4")
    talk = await held_by(world, "R1")
    queues = {name: rule for name, rule in world.env.rules.queues.items() if name != "q1"}
    left = replace(world.env.rules, queues=queues, entry=(EntryRule("q2"),))
    await world.board.decide_by(replace(world.env, rules=left))
    await world.leaves("R1", talk.id, (await talk.stint("R1")).id)
    assert (await talk.handoff()).queue_id == "q2"
    await world.settle()
    await talk.takes("R4")


async def test_the_last_one_out_closes_what_is_solved(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1")
    talk = await held_by(world, "R1")
    await talk.goes("R1", resolved=True)
    assert (await world.picture(talk.id)).conversation.status is Status.CLOSED
    assert (await talk.told())[-1] == "closed_resolved"
    await talk.lawful()


async def test_what_is_not_solved_goes_back_to_the_queue_and_seeks_a_person(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1", "R2")
    await world.disconnect("A")
    talk = await held_by(world, "R1")
    await world.connect("A")
    await talk.goes("R1")
    handoff = await talk.handoff()
    assert (handoff.kind, handoff.seeks, handoff.state) == (
        Kind.FAILOVER,
        Seeks.REPRESENTATIVE,
        State.OFFERED,
    )
    assert (await talk.told())[-1] == "left"
    await talk.takes("R2")
    await talk.lawful()


@pytest.mark.parametrize("lost", [True, False])
async def test_the_earliest_helper_takes_the_baton(frozen_store: Store, lost: bool) -> None:
    world = await house(frozen_store, "R1", "R2", "R3", "R4")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    await helped(talk, "R1", "R4")
    if lost:
        await talk.is_lost("R1")
    else:
        await talk.goes("R1")
    assert await talk.roles() == {"R2": "holder", "R4": "helper"}
    handoff = await talk.handoff()
    assert (handoff.kind, handoff.state) == (Kind.PROMOTION, State.COMPLETED)
    assert await talk.slots() == (["R2", "R4"] if lost else ["R1", "R2", "R4"])
    await talk.lawful()


@pytest.mark.parametrize("lost", [True, False])
async def test_the_oldest_invitation_becomes_the_pass(frozen_store: Store, lost: bool) -> None:
    world = await house(frozen_store, "R1", "R4", grace_ms=5 * S)
    talk = await held_by(world, "R1")
    invited = await talk.asks("R1", Kind.INVITATION, target=agent("R4"))
    if lost:
        await talk.is_lost("R1")
    else:
        await talk.goes("R1")
    found = await talk.handoff(invited.id)
    assert (found.kind, found.state) == (Kind.FAILOVER if lost else Kind.TRANSFER, State.OFFERED)
    await talk.takes("R4")
    assert await talk.roles() == {"R4": "holder"}
    await talk.lawful()


@pytest.mark.parametrize("leave", [Leave.ON_ACCEPT, Leave.ON_COMPLETE])
@pytest.mark.parametrize("lost", [True, False])
async def test_a_pending_pass_goes_on_as_now(frozen_store: Store, lost: bool, leave: Leave) -> None:
    world = await house(frozen_store, "R1", "R2", "R4", grace_ms=5 * S)
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    handoff = await talk.transfers("R1", to_queue("q2"), leave)
    if lost:
        await talk.is_lost("R1")
    else:
        await talk.goes("R1")
    found = await talk.handoff(handoff.id)
    assert (found.leave, await talk.roles()) == (Leave.NOW, {"R2": "helper"})
    await talk.says("R2", "I am still here")
    await talk.takes("R4")
    assert await talk.roles() == {"R2": "helper", "R4": "holder"}
    await talk.lawful()


@pytest.mark.parametrize("lost", [True, False])
async def test_an_accepted_pass_completes_when_its_giver_goes(frozen_store: Store, lost: bool) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R2"), Leave.ON_COMPLETE)
    await talk.takes("R2")
    if lost:
        await talk.is_lost("R1")
    else:
        await talk.goes("R1")
    assert await talk.roles() == {"R2": "holder"}
    assert await talk.slots() == (["R2"] if lost else ["R1", "R2"])
    await talk.lawful()


async def test_a_lost_helper_frees_its_slot_and_the_chat_goes_on(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    await talk.is_lost("R2")
    assert (await talk.roles(), await talk.slots()) == ({"R1": "holder"}, ["R1"])
    await talk.lawful()


async def test_an_agents_invitations_outlive_it_and_its_consultations_do_not(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "R2")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    invited = await talk.asks("R2", Kind.INVITATION, target=NEXT)
    consulted = await talk.asks("R2", Kind.CONSULTATION, target=NEXT)
    await talk.goes("R2")
    assert (await talk.handoff(invited.id)).pending
    assert (await talk.handoff(consulted.id)).outcome == "asker_left"
    await talk.lawful()


async def test_two_ends_at_once_are_one(store: Store) -> None:
    world = await house(store, "R1", "R2")
    talk = await held_by(world, "R1")
    await helped(talk, "R1", "R2")
    one, two = (await talk.stint("R1")).id, (await talk.stint("R2")).id
    await asyncio.gather(
        world.do(going.leave, going.Leaves("R1", one, talk.id, True)),
        world.do(going.leave, going.Leaves("R2", two, talk.id, True)),
    )
    await world.settle()
    assert (await world.picture(talk.id)).conversation.status is Status.CLOSED
    assert [e.kind for e in await talk.entries()].count(EntryKind.CLOSED) == 1
    await talk.goes_again("R1", one)
    await talk.lawful()


@pytest.mark.parametrize("lost", [False, True])
async def test_who_was_consulted_is_asked_when_nobody_else_could_take_it(
    frozen_store: Store, lost: bool
) -> None:
    """Nobody is there to be advised any more, so the advice ends; its giver may take the chat like anybody else."""
    world = await house(frozen_store, "R1", "R2", grace_ms=5 * S, failover_queue=None)
    talk = await held_by(world, "R1")
    await talk.asks("R1", Kind.CONSULTATION, target=agent("R2"))
    await talk.takes("R2")
    await (talk.is_lost("R1") if lost else talk.goes("R1"))
    assert await talk.roles() == {}
    await talk.takes("R2")
    assert await talk.roles() == {"R2": "holder"}
    await talk.lawful()


async def test_policy_is_asked_only_when_nobody_is_left(frozen_store: Store) -> None:
    """With a helper in there is no hand-back, and so no alert that one was stopped."""
    policy = HandBack(when=frozenset({Trigger.AGENT_LOST}))
    world = await house(frozen_store, "R1", "R2", q1=queue("q1", hand_back=policy), grace_ms=S, hop_limit=1)
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R2"))
    await talk.takes("R2")
    await talk.asks("R2", Kind.INVITATION, target=agent("R1"))
    await talk.takes("R1")
    world.recorder.take()
    await talk.is_lost("R2")
    assert await talk.holder() == "R1"
    assert [e for e in world.recorder.take() if isinstance(e, AlertRaised)] == []
    await talk.lawful()
