"""Workflows: ordered steps with conditions, skills and times, a fallback; as entry and as target of a pass."""

from dataclasses import replace
from datetime import UTC

import pytest

from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Status
from batonpass.domain.due import DueKind
from batonpass.domain.errors import CallerError, Unavailable
from batonpass.domain.handoff import Kind, Leave, Seeks, State, Target, TargetType
from batonpass.domain.hours import Hours
from batonpass.domain.rules import EntryRule, Rules
from batonpass.domain.workflow import Condition, RouteStep, Workflow
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, held_by, house, with_bot
from tests.handoffs.test_hours import WEEK, clock, until_it_opens
from tests.handoffs.test_refitting import adopts
from tests.support.world import World, queue

Store = BaseStore[Tx]
VIP = Target(TargetType.WORKFLOW, "vip")
NEVER = Hours("never", UTC, ((),) * 7)


def step(queue_id: str, agent: str | None = None, **how: object) -> RouteStep:
    return RouteStep(queue_id, agent, **how)  # type: ignore[arg-type]


async def flow(
    store: Store,
    *steps: RouteStep,
    here: tuple[str, ...] = (),
    fallback: str | None = None,
    **changes: object,
) -> World:
    """The house with one workflow, which new chats enter by when they are of a VIP."""
    workflow = Workflow("vip", steps, fallback)
    vip = EntryRule(workflow.home, (Condition("plan", frozenset({"vip"})),), "vip")
    world = await house(store, *here, workflows={"vip": workflow}, failover_queue=None, **changes)  # type: ignore[arg-type]
    rules: Rules = world.env.rules
    object.__setattr__(rules, "entry", (vip, EntryRule("q1")))
    return world


async def arrived(world: World, **variables: str) -> Talk:
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer, plan="vip", **variables))
    await world.settle()
    return talk


async def path(talk: Talk) -> list[tuple[int, str]]:
    progress = (await talk.handoff()).workflow or {"path": []}
    return [(told["step"], told["outcome"]) for told in progress["path"]]


async def test_steps_are_asked_in_order_each_for_its_time(frozen_store: Store) -> None:
    steps = (step("q2", timeout_ms=30 * S, priority=7), step("q1", "R2", timeout_ms=20 * S))
    world = await flow(frozen_store, *steps, step("q3"), fallback="q1", here=("A", "R1", "R2"))
    await world.choose("R2", Presence.AWAY)
    talk = await arrived(world)
    first = await talk.handoff()
    assert (first.queue_id, first.priority, first.state) == ("q2", 7, State.QUEUED)
    await world.advance(30 * S)
    second = await talk.handoff()
    assert (second.target, second.queue_id, second.seeks) == (
        Target(TargetType.AGENT, "R2"),
        "q1",
        Seeks.REPRESENTATIVE,
    )
    assert await path(talk) == [(0, "timeout")]
    await world.advance(20 * S)
    assert await talk.holder() == "A", (
        "nobody serves queue 3, so the fallback queue takes it, whose bot is free"
    )
    assert await path(talk) == [(0, "timeout"), (1, "timeout"), (2, "nobody")]
    assert (await talk.handoff()).priority == first.priority - 7
    await talk.lawful()


async def test_a_step_of_one_agent_is_for_nobody_else_and_a_decline_ends_it(frozen_store: Store) -> None:
    world = await flow(frozen_store, step("q1", "R1", timeout_ms=60 * S), step("q2"), here=("A", "R1", "R4"))
    talk = await arrived(world)
    assert await talk.holder() is None, "bot A is a member of queue 1, and was not asked"
    await talk.leaves_it("R1")
    assert ((await talk.handoff()).queue_id, await path(talk)) == ("q2", [(0, "declined")])
    await talk.takes("R4")
    await talk.lawful()


async def test_conditions_are_asked_of_the_context(frozen_store: Store) -> None:
    german = (Condition("lang", frozenset({"de", "de-AT"})),)
    world = await flow(frozen_store, step("q2", when=german), step("q1"), here=("A", "R4"))
    talk = await arrived(world, lang="de")
    assert (await talk.handoff()).queue_id == "q2"
    other = await arrived(world, lang="fr")
    assert ((await other.handoff()).queue_id, await path(other)) == ("q1", [(0, "condition")])


async def test_a_step_is_skipped_when_nobody_is_there_and_not_when_all_are_busy(frozen_store: Store) -> None:
    world = await flow(frozen_store, step("q2", skip=True), step("q1"), here=("A", "R4"))
    first = await arrived(world)
    assert (await first.handoff()).queue_id == "q2"
    await first.takes("R4")
    second = await arrived(world)
    assert ((await second.handoff()).queue_id, (await second.handoff()).state) == ("q2", State.QUEUED)
    await world.choose("R4", Presence.AWAY)
    third = await arrived(world)
    assert (await third.holder(), await path(third)) == ("A", [(0, "unavailable")])


async def test_skills_of_a_step_are_asked_there_and_not_after_it(frozen_store: Store) -> None:
    steps = (step("q1", skills=("german",), timeout_ms=10 * S), step("q2"))
    world = await flow(frozen_store, *steps, here=("A", "R1", "R4"))
    talk = await arrived(world)
    assert await path(talk) == [(0, "skills")], "nobody of queue 1 has them"
    assert (await talk.handoff()).skills == ()
    await talk.takes("R4")


async def test_a_closed_step_is_none_and_what_closes_goes_on(frozen_store: Store) -> None:
    world = await flow(frozen_store, step("q2"), step("q1"), here=("A", "R4"), q2=queue("q2", hours=NEVER))
    talk = await arrived(world)
    assert (await talk.holder(), await path(talk)) == ("A", [(0, "closed")])


async def test_without_anybody_the_fallback_closes_with_words(frozen_store: Store) -> None:
    world = await flow(frozen_store, step("q3"), step("q2", timeout_ms=10 * S))
    talk = await arrived(world)
    assert (await talk.handoff()).queue_id == "q2"
    await world.advance(10 * S)
    found = (await world.picture(talk.id)).conversation
    assert (found.status, found.close_reason) == (Status.CLOSED, "unanswered")
    await talk.lawful()
    empty = await flow_again(world)
    assert (await world.picture(empty.id)).conversation.status is Status.CLOSED
    assert (await empty.told())[-1:] == ["closed_unanswered"]
    await empty.lawful()


async def flow_again(world: World) -> Talk:
    workflow = Workflow("vip", (step("q3"),), None)
    object.__setattr__(world.env.rules, "workflows", {"vip": workflow})
    return await arrived(world)


async def test_a_step_without_a_time_overflows_before_it_goes_on(frozen_store: Store) -> None:
    first = queue("q1", overflow=("q2",), max_wait_ms=30 * S)
    steps = (step("q1", skills=(), when=(Condition("plan", frozenset({"vip"})),)), step("q3"))
    world = await flow(frozen_store, *steps, fallback="q2", q1=first, q2=queue("q2", max_wait_ms=30 * S))
    talk = await arrived(world)
    await world.advance(30 * S)
    moved = await talk.handoff()
    assert (moved.queue_id, moved.tried, await path(talk)) == ("q2", ("q1",), [])
    await world.advance(30 * S)
    assert ((await talk.handoff()).queue_id, await path(talk)) == ("q2", [(0, "timeout"), (1, "nobody")])
    await talk.lawful()


async def test_a_transfer_goes_by_a_workflow(frozen_store: Store) -> None:
    """Its giver stays until somebody is in; a named agent who is free is offered it in the request's own commit."""
    steps = (step("q2", "R4", timeout_ms=30 * S), step("q1", timeout_ms=30 * S))
    world = await flow(frozen_store, *steps, here=("R1", "R2", "R4"))
    talk = await held_by(world, "R1")
    asked = await world.asks("R1", talk.id, (await talk.stint("R1")).id, Kind.TRANSFER, target=VIP)
    assert asked.handoff.state is State.OFFERED
    await talk.leaves_it("R4")
    moved = await talk.handoff()
    assert (moved.queue_id, moved.state, moved.giver_stays) == ("q1", State.OFFERED, True)
    await talk.takes("R2")
    assert await talk.holder() == "R2"
    await talk.lawful()


async def test_a_transfer_that_no_step_takes_leaves_its_giver_with_it(frozen_store: Store) -> None:
    world = await flow(frozen_store, step("q2", timeout_ms=30 * S), here=("R1",))
    talk = await held_by(world, "R1")
    await talk.transfers("R1", VIP)
    await world.advance(30 * S)
    assert ((await talk.handoff()).state, await talk.holder()) == (State.RETURNED, "R1")
    assert (await talk.told())[-1] == "transfer_ended"
    await talk.lawful()


async def test_a_cold_transfer_that_no_step_takes_closes_by_the_fallback(frozen_store: Store) -> None:
    world = await flow(frozen_store, step("q2", timeout_ms=30 * S), here=("R1",))
    talk = await held_by(world, "R1")
    await talk.transfers("R1", VIP, Leave.NOW)
    await world.advance(30 * S)
    assert (await world.picture(talk.id)).conversation.close_reason == "unanswered"
    await talk.lawful()


async def test_a_workflow_nobody_could_take_it_by_is_refused_before_the_giver_leaves(
    frozen_store: Store,
) -> None:
    world = await flow(frozen_store, step("q3"), step("q2"), here=("A", "R1"), q2=queue("q2", hours=NEVER))
    talk = await with_bot(world)
    for target, reason in ((VIP, "closed"), (Target(TargetType.WORKFLOW, "none"), "unknown")):
        with pytest.raises(Unavailable) as refused:
            await talk.transfers("A", target, Leave.NOW)
        assert refused.value.reason == reason
    with pytest.raises(CallerError):
        await talk.asks("A", Kind.INVITATION, target=VIP)
    assert await talk.holder() == "A"


async def test_an_escalation_by_a_workflow_seeks_a_person_at_each_step(frozen_store: Store) -> None:
    steps = (step("q1", "B"), step("q1"))
    world = await flow(frozen_store, *steps, here=("A", "B", "R1"))
    talk = await with_bot(world)
    await talk.asks("A", Kind.ESCALATION, target=VIP)
    assert (await talk.handoff()).seeks is Seeks.REPRESENTATIVE
    assert await path(talk) == [(0, "nobody")]
    await talk.takes("R1")
    await talk.lawful()


async def test_a_transfer_by_a_workflow_brings_a_named_bot_in_at_once(frozen_store: Store) -> None:
    world = await flow(frozen_store, step("q1", "B"), here=("R1", "B"))
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    await world.choose("B", Presence.AVAILABLE)
    asked = await world.asks("R1", talk.id, (await talk.stint("R1")).id, Kind.TRANSFER, target=VIP)
    assert (asked.handoff.state, await talk.holder()) == (State.COMPLETED, "B")
    await world.settle()
    await talk.lawful()


async def test_a_workflow_that_is_gone_leaves_its_chats_to_their_queue(frozen_store: Store) -> None:
    world = await flow(frozen_store, step("q2", timeout_ms=30 * S), step("q1"), fallback="q1")
    talk = await arrived(world)
    object.__setattr__(world.env.rules, "workflows", {})
    await world.advance(30 * S)
    assert (await talk.handoff()).state is State.QUEUED, (
        "the step's time was for the next one, not for the end"
    )
    await world.advance(world.env.rules.max_wait_ms)
    assert (await world.picture(talk.id)).conversation.close_reason == "unanswered"
    await talk.lawful()


async def test_a_step_that_waits_for_the_opening_has_its_own_time_then(frozen_store: Store) -> None:
    """Not that of its queue: neither when a closing puts it off, nor when the hours change."""
    await clock(frozen_store, 4, 16.9)
    office = queue("q2", hours=WEEK, max_wait_ms=600 * S)
    world = await flow(frozen_store, step("q2", timeout_ms=900 * S), q2=office)
    talk = await arrived(world)
    await world.advance(600 * S)
    assert (await talk.told())[-1] == "waiting_closed"
    await until_it_opens(world)
    opened = await world.now()
    due = {ref: at for kind, ref, at in await world.due() if kind is DueKind.MAX_WAIT}
    assert due[(await talk.handoff()).id] == opened + 900 * S
    await world.advance(800 * S)
    await adopts(world, replace(office, hours=None))
    due = {ref: at for kind, ref, at in await world.due() if kind is DueKind.MAX_WAIT}
    assert due[(await talk.handoff()).id] == opened + 900 * S, "what is running is not begun again"
    await world.advance(100 * S)
    assert (await world.picture(talk.id)).conversation.close_reason == "unanswered"
