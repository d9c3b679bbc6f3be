"""What a supervisor sees, and how decisions are explained, on both stores."""

from dataclasses import replace

import pytest

from batonpass.app import explaining, overview
from batonpass.app.explaining import Declared, Explained
from batonpass.app.overview import Overview
from batonpass.app.ports import AgentRow, MemberRow, Tx
from batonpass.domain.agents import Presence
from batonpass.domain.errors import NotAllowed, NotFound
from batonpass.domain.handoff import Kind, State
from batonpass.domain.rules import Rules
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx as StoreTx
from tests.app.supervision import assigns, house, monitors, waiting, with_bot, with_person
from tests.support.world import World, person, queue, rules


async def seen(world: World) -> Overview:
    return await world.store.read(overview.overview, world.env, "M")


async def explained(world: World, cid: str) -> Explained:
    return await world.store.read(explaining.decision, world.env.rules, cid)


async def test_what_goes_on(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    held, _ = await with_person(world, "c1", "R1")
    queued = await waiting(world, "c2")
    await monitors(world, held)
    closed, _ = await with_bot(world, "c3")
    await world.ends("c3", closed)
    view = await seen(world)
    assert [c.conversation.id for c in view.conversations] == [queued, held], "who waits comes first"
    first, second = view.conversations
    assert (first.holder, [p.handoff.kind for p in first.pending]) == (None, [Kind.ESCALATION])
    assert (first.pending[0].giver, first.pending[0].offered_to) == (
        (await world.store.read(_agent, "A")),
        None,
    )
    assert second.holder is not None
    assert second.holder.id == "R1"
    assert [(agent.id, str(stint.role)) for stint, agent in second.others] == [("M", "observer")]
    (ladder,) = view.queues
    assert (ladder.waiting, [c.agent.id for c in ladder.members]) == (1, ["A", "R1", "R2", "B"])
    assert not view.more
    assert set(view.switches.values()) == {True}


async def test_an_open_offer_is_shown(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world, name="R1")
    await assigns(world, cid, "R2")
    (view,) = (await seen(world)).conversations
    (pending,) = view.pending
    assert pending.offered_to is not None
    assert pending.giver is not None
    assert (pending.offered_to.id, pending.giver.id) == ("R2", "R1")


async def test_more_than_are_listed(
    frozen_store: BaseStore[StoreTx], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "LISTED", 2)
    world = await house(frozen_store)
    for n in range(3):
        await world.start(await world.customer(f"c{n}"))
    view = await seen(world)
    assert (len(view.conversations), view.more) == (2, True)


async def test_reads_are_for_supervisors(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_bot(world)
    page = await world.store.read(overview.page, "M", cid, 0, 100)
    assert len(page.entries) == page.head == 2
    with pytest.raises(NotAllowed):
        await world.store.read(overview.page, "R1", cid, 0, 100)
    with pytest.raises(NotAllowed):
        await world.store.read(overview.details, "A", cid)
    with pytest.raises(NotAllowed):
        await world.store.read(overview.explained, world.env, "R1", cid)
    with pytest.raises(NotAllowed):
        await world.store.read(overview.overview, world.env, "R1")
    with pytest.raises(NotFound):
        await world.store.read(overview.details, "M", "0" * 32)


# Explaining


async def test_why_what_waits_waits(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    found = await explained(world, cid)
    assert found.handoff is not None
    assert (found.handoff.kind, found.hypothetical) == (Kind.ESCALATION, False)
    assert found.decision is not None
    assert found.decision.winner is None
    assert found.decision.removed == {"not_sought": 2, "away": 2}
    assert {c.agent.id: reason for c, reason in found.members} == {
        "A": "not_sought",
        "B": "not_sought",
        "R1": "away",
        "R2": "away",
    }


async def test_who_would_get_it_is_who_gets_it(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    await world.choose("R2", Presence.AVAILABLE)
    found = await explained(world, cid)
    assert found.decision is not None
    assert found.decision.winner is not None
    await world.settle()
    assert (await world.open_offer(found.decision.winner.id)).conversation_id == cid
    again = await explained(world, cid)
    assert again.decision is not None
    assert again.decision.winner is not None
    assert again.decision.winner.id == found.decision.winner.id, "its offer's slot is for this hand-off"
    assert again.handoff is not None
    assert again.handoff.state is State.OFFERED


async def test_nothing_waits(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    cid, _ = await with_person(world, name="R1")
    found = await explained(world, cid)
    assert found.hypothetical
    assert found.decision is not None
    assert found.decision.winner is not None
    assert found.decision.winner.id == "R2"
    await world.ends("c", cid)
    over = await explained(world, cid)
    assert (over.decision, over.members) == (None, ())
    assert over.handoff is not None
    assert over.handoff.kind is Kind.ESCALATION
    with pytest.raises(NotFound):
        await explained(world, "0" * 32)


def _declared(tx: Tx, cid: str, new: Rules, agents: list[AgentRow], members: list[MemberRow]) -> Explained:
    return explaining.decision(tx, new, cid, Declared(tx, new, agents, members))


async def test_with_another_configuration(frozen_store: BaseStore[StoreTx]) -> None:
    """Presence and slots are those of now; members, capacities and queues the other's."""
    world = await house(frozen_store)
    cid, _ = await with_person(world, "c1", "R1")
    other = await waiting(world, "c2")
    await world.choose("R1", Presence.AVAILABLE)
    new = rules(queue("q1"))
    agents, members = [person("R1", 5), person("R9", 5)], [MemberRow("q1", "R1", 1), MemberRow("q1", "R9", 9)]
    found = await world.store.read(_declared, other, new, agents, members)
    assert found.decision is not None
    assert found.decision.winner is not None
    assert (found.decision.winner.id, found.decision.removed) == ("R1", {"unreachable": 1})
    now = await explained(world, other)
    assert now.decision is not None
    assert now.decision.winner is None, "R1 is full"
    held = await world.store.read(_declared, cid, new, agents, members)
    assert held.hypothetical


async def test_another_configuration_without_the_queue(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    cid = await waiting(world)
    new = rules(queue("sales"))
    found = await world.store.read(_declared, cid, new, [person("M", 1)], [MemberRow("sales", "M", 1)])
    assert (found.queue_id, dict(found.decision.removed if found.decision else {})) == ("sales", {"away": 1})


async def test_an_arrival_enters_as_the_other_configuration_says(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    for agent_id in ("A", "B", "R1", "R2"):
        await world.disconnect(agent_id)
    cid = await world.start(await world.customer("c"))
    new = replace(rules(queue("vip"), queue("q1")))
    found = await world.store.read(_declared, cid, new, [person("M", 1)], [MemberRow("vip", "M", 1)])
    assert found.queue_id == "vip"


def _agent(tx: Tx, agent_id: str) -> object:
    return tx.agents([agent_id])[agent_id]


async def test_a_ladder_says_what_its_members_have_now(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    await with_person(world, "c1", "R1")
    cid, bots = await with_bot(world, "c2")
    await world.asks("A", cid, bots.id, Kind.ESCALATION, note="be kind")
    await world.settle()
    (ladder,) = (await seen(world)).queues
    loads = {load.agent_id: (load.live, load.wrap_up, load.offered) for load in ladder.loads}
    assert loads == {"R1": (1, 0, 0), "R2": (0, 0, 1)}
    offer = await world.open_offer("R2")
    assert [load.offer_until for load in ladder.loads if load.offered] == [offer.deadline_at]
    assert (ladder.waiting, ladder.waiting_since is not None, ladder.is_open) == (1, True, True)
    (waits, _) = (await seen(world)).conversations
    assert [part.agent.id if part.agent else None for part in waits.baton] == ["A", None]
    assert waits.pending[0].offered_until == offer.deadline_at


async def test_an_admin_who_is_no_agent_sees_all_of_it(frozen_store: BaseStore[StoreTx]) -> None:
    world = await house(frozen_store)
    held, _ = await with_person(world)
    view = await frozen_store.read(overview.overview, world.env, None)
    assert (view.agent, [c.conversation.id for c in view.conversations]) == (None, [held])
