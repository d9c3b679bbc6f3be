"""Skills, the length of a queue, its overflow chain, and how many chats of a queue one agent has."""

from typing import Any

import pytest

from batonpass.app.ports import AgentRow
from batonpass.domain.agents import AgentKind, Presence
from batonpass.domain.errors import Unavailable
from batonpass.domain.handoff import Kind, Leave, State, Target, TargetType
from batonpass.domain.rules import EntryRule, QueueRules, Rules
from batonpass.domain.workflow import Condition, RouteStep, Workflow
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house, to_queue, with_bot
from tests.support.world import World, bot, queue

Store = BaseStore[Tx]


def person(name: str, capacity: int, *skills: str) -> AgentRow:
    return AgentRow(name, AgentKind.REPRESENTATIVE, name, capacity, skills)


async def shop(
    store: Store,
    people: list[AgentRow],
    members: list[tuple[Any, ...]],
    *queues: QueueRules,
    entry: tuple[EntryRule, ...] = (),
    here: tuple[str, ...] | None = None,
) -> World:
    """Bot A and these people, who are all there unless `here` says who; the first queue takes new chats."""
    rules = Rules(entry=(*entry, EntryRule(queues[0].id)), queues={q.id: q for q in queues})
    world = World(store, rules)
    await world.setup([bot("A"), *people], members)
    for name in [row.id for row in people] if here is None else here:
        await world.connect(name)
    await world.settle()
    return world


async def arrived(world: World, **variables: str) -> Talk:
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer, **variables))
    await world.settle()
    return talk


# Skills


async def test_a_queue_asks_for_skills(frozen_store: Store) -> None:
    people = [person("R1", 9, "de"), person("R2", 1, "de", "fr")]
    french = queue("q1", skills=frozenset({"fr"}))
    world = await shop(frozen_store, people, [("q1", "R1", 9), ("q1", "R2", 1)], french)
    first, second = await arrived(world), await arrived(world)
    await first.takes("R2")
    waits = await second.handoff()
    assert (waits.state, (waits.trace or {})["removed"]) == (State.QUEUED, {"skills": 1, "full": 1})
    await second.lawful()


async def test_a_request_asks_for_skills_and_is_refused_where_nobody_has_them(frozen_store: Store) -> None:
    people = [person("R1", 2), person("R2", 2, "fr"), person("R3", 9)]
    members = [("q1", "R1", 9), ("q2", "R2", 1), ("q2", "R3", 9)]
    world = await shop(frozen_store, people, members, queue("q1"), queue("q2"))
    talk = await arrived(world)
    await talk.takes("R1")
    with pytest.raises(Unavailable) as refused:
        await talk.transfers("R1", to_queue("q2"), skills=("fr", "it"))
    assert refused.value.reason == "skills"
    await talk.transfers("R1", to_queue("q2"), skills=("fr",))
    await talk.takes("R2")
    await talk.lawful()


async def test_what_the_entry_asks_for_goes_along_where_anybody_has_it(frozen_store: Store) -> None:
    """A bot takes it first; the escalation seeks who speaks French; a queue without such a person serves all the same."""
    french = EntryRule("q1", (), None, ("fr",))
    people = [person("R1", 9), person("R2", 1, "fr"), person("R3", 1)]
    members = [("q1", "A", 100), ("q1", "R1", 9), ("q1", "R2", 1), ("q2", "R3", 1)]
    world = await shop(frozen_store, people, members, queue("q1"), queue("q2"), entry=(french,))
    await world.connect("A")
    talk = await arrived(world)
    await talk.takes("R2")
    await talk.transfers("R2", to_queue("q2"))
    await talk.takes("R3")
    await talk.lawful()


# How many chats of a queue one agent has


async def test_a_member_has_so_many_chats_of_a_queue_and_no_more(frozen_store: Store) -> None:
    """R1 has three slots, and takes at most one chat of queue 2."""
    members = [("q1", "R1", 3), ("q2", "R1", 3, 1)]
    world = await shop(frozen_store, [person("R1", 3)], members, queue("q2"), queue("q1"))
    first, second = await arrived(world), await arrived(world)
    await first.takes("R1")
    waits = await second.handoff()
    assert (waits.state, (waits.trace or {})["removed"]) == (State.QUEUED, {"queue_full": 1})
    await second.lawful()
    await world.ends(first.customer, first.id)
    await world.settle()
    assert (await second.handoff()).state is State.QUEUED, "after-work counts"
    await world.finishes("R1", (await world.picture(first.id)).stints[0].id)
    await world.settle()
    await second.takes("R1")
    await second.lawful()


async def test_an_open_offer_counts_too_and_many_at_once_are_counted_one_by_one(frozen_store: Store) -> None:
    members = [("q1", "R1", 9, 2)]
    world = await shop(frozen_store, [person("R1", 9)], members, queue("q1"), here=())
    talks = [await arrived(world) for _ in range(4)]
    await world.connect("R1")
    await world.settle()
    states = [(await talk.handoff()).state for talk in talks]
    assert states == [State.OFFERED, State.OFFERED, State.QUEUED, State.QUEUED]
    await talks[0].lawful()


async def test_a_member_may_be_named_as_far_as_its_membership_goes(frozen_store: Store) -> None:
    members = [("q1", "R1", 3, 1), ("q1", "R2", 3)]
    world = await shop(frozen_store, [person("R1", 3), person("R2", 3)], members, queue("q1"))
    await world.choose("R2", Presence.AWAY)
    first = await arrived(world)
    await first.takes("R1")
    await world.choose("R1", Presence.AWAY)
    await world.choose("R2", Presence.AVAILABLE)
    await world.settle()
    second = await arrived(world)
    await second.takes("R2")
    await world.choose("R1", Presence.AVAILABLE)
    asked = await second.transfers("R2", agent("R1"))
    assert (asked.state, asked.fell_through) == (State.QUEUED, True)
    await second.lawful()


# How many wait


async def test_a_step_that_names_a_member_keeps_to_the_membership_of_its_own_queue(
    frozen_store: Store,
) -> None:
    people = [person("R2", 2), person("R4", 1)]
    steps = (RouteStep("q1", "R2", timeout_ms=20 * S), RouteStep("q2"))
    world = await shop(
        frozen_store,
        people,
        [("q1", "R2", 1, 1), ("q2", "R4", 1)],
        queue("q1"),
        queue("q2"),
        entry=(EntryRule("q2", (Condition("to", frozenset({"q2"})),)),),
    )
    object.__setattr__(world.env.rules, "workflows", {"vip": Workflow("vip", steps, "q1")})
    first, second = await arrived(world), await arrived(world, to="q2")
    await first.takes("R2")
    await second.takes("R4")
    asked = await second.transfers("R4", Target(TargetType.WORKFLOW, "vip"), Leave.ON_ACCEPT)
    assert (asked.queue_id, asked.state) == ("q1", State.QUEUED), "R2 has its one chat of queue 1"
    await second.lawful()


async def test_a_full_queue_refuses_agents_before_they_leave(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1", q2=queue("q2", max_length=1), failover_queue=None)
    first, second = await with_bot(world), await with_bot(world)
    await first.transfers("A", to_queue("q2"), Leave.NOW)
    with pytest.raises(Unavailable) as refused:
        await second.transfers("A", to_queue("q2"), Leave.NOW)
    assert (refused.value.reason, await second.holder()) == ("full", "A")
    await first.lawful()


async def test_ones_own_pass_makes_room_for_the_one_that_replaces_it(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", q2=queue("q2", max_length=1))
    talk = await held_by(world, "R1")
    first = await talk.transfers("R1", to_queue("q2"))
    again = await talk.transfers("R1", to_queue("q2"), replace=True)
    assert ((await talk.handoff(first.id)).state, again.state) == (State.CANCELLED, State.QUEUED)


async def test_new_chats_go_on_to_the_overflow_or_are_told(frozen_store: Store) -> None:
    people = [person("R1", 1), person("R2", 1)]
    first = queue("q1", max_length=1, overflow=("q3", "q2"))
    members = [("q1", "R1", 1), ("q2", "R2", 1)]
    world = await shop(frozen_store, people, members, first, queue("q2", max_length=1), queue("q3"), here=())
    one, two = await arrived(world), await arrived(world)
    assert [(await t.handoff()).queue_id for t in (one, two)] == ["q1", "q2"]
    with pytest.raises(Unavailable) as refused:
        await arrived(world)
    assert refused.value.reason == "full"
    await one.lawful()


async def test_a_full_queue_is_none_for_a_bot_that_is_free(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", q1=queue("q1", max_length=1), failover_queue=None)
    first = await with_bot(world)
    await first.asks("A", Kind.ESCALATION)
    second = await with_bot(world)
    assert await second.holder() == "A"
    with pytest.raises(Unavailable) as wish:
        await world.wants_human(second.customer, second.id)
    assert (wish.value.reason, await second.holder()) == ("full", "A")
    await world.wants_human(first.customer, first.id)


async def test_a_failover_waits_though_the_queue_is_full(frozen_store: Store) -> None:
    """Law 6: nobody is lost because too many wait."""
    world = await house(frozen_store, "A", q1=queue("q1", max_length=1), failover_queue=None, grace_ms=S)
    first, second = await with_bot(world), await with_bot(world)
    await first.asks("A", Kind.ESCALATION)
    await world.disconnect("A")
    await world.advance(2 * S)
    assert (await second.handoff()).kind is Kind.FAILOVER
    await second.lawful()


# Overflow


async def test_overflow_is_a_chain_whose_full_and_empty_queues_are_passed_over(frozen_store: Store) -> None:
    people = [person("R1", 1), person("R2", 1), person("R4", 1)]
    queues = (
        queue("q1", max_wait_ms=60 * S, overflow=("q3", "q2", "q4")),
        queue("q2", max_wait_ms=60 * S, max_length=1),
        queue("q3"),
        queue("q4", max_wait_ms=60 * S, overflow=("q1",)),
    )
    members = [("q1", "R1", 1), ("q2", "R2", 1), ("q4", "R4", 1)]
    world = await shop(frozen_store, people, members, *queues, here=())
    first = await arrived(world)
    await world.advance(30 * S)
    second = await arrived(world)
    await world.advance(30 * S)
    assert ((await first.handoff()).queue_id, (await first.handoff()).tried) == ("q2", ("q1",))
    await world.advance(30 * S)
    assert (await second.handoff()).queue_id == "q4"
    await world.advance(30 * S)
    assert (await first.handoff()).queue_id == "q4"
    await world.advance(60 * S)
    assert (await world.picture(first.id)).conversation.close_reason == "unanswered", "not to queue 1 again"
    await second.lawful()


async def test_the_chain_of_the_first_queue_goes_on_after_that_of_the_second(frozen_store: Store) -> None:
    people = [person(f"R{n}", 1) for n in (1, 2, 3)]
    queues = (
        queue("q1", max_wait_ms=60 * S, overflow=("q2", "q3")),
        queue("q2", max_wait_ms=60 * S),
        queue("q3", max_wait_ms=60 * S),
    )
    members = [("q1", "R1", 1), ("q2", "R2", 1), ("q3", "R3", 1)]
    world = await shop(frozen_store, people, members, *queues, here=("R3",))
    talk = await arrived(world)
    await world.advance(120 * S)
    await talk.takes("R3")
    assert (await talk.handoff()).tried == ("q1", "q2")
    await talk.lawful()


# Who of the free is asked


async def test_round_robin_asks_each_in_turn_also_in_one_look(frozen_store: Store) -> None:
    people = [person(f"R{n}", 9) for n in (1, 2, 3)]
    members = [("q1", f"R{n}", 10 - n) for n in (1, 2, 3)]
    world = await shop(frozen_store, people, members, queue("q1", strategy="round_robin"), here=("R1", "R3"))
    talks = []
    for asked in ("R1", "R3", "R1"):
        talks.append(await arrived(world))
        await talks[-1].takes(asked)
        await world.advance(S)
    assert ((await talks[2].handoff()).trace or {})["key"] == "in turn"
    await world.connect("R2")
    await world.advance(S)
    for name in ("R1", "R2", "R3"):
        await world.choose(name, Presence.AWAY)
    more = [await arrived(world) for _ in range(4)]
    for name in ("R1", "R2", "R3"):
        await world.choose(name, Presence.AVAILABLE)
    await world.settle()
    pictures = [await world.picture(talk.id) for talk in more]
    asked_now = [offer.agent_id for picture in pictures for offer in picture.offers]
    assert asked_now == ["R2", "R3", "R1", "R2"], "who was never asked comes first, then the longest ago"
    await more[0].lawful()


@pytest.mark.parametrize(
    "strategy, winner", [("most_idle", "R2"), ("least_active", "R2"), ("capacity_priority", "R1")]
)
async def test_a_queue_has_its_own_strategy(frozen_store: Store, strategy: str, winner: str) -> None:
    people = [person("R1", 9), person("R2", 3)]
    members = [("q1", "R1", 9), ("q1", "R2", 1)]
    world = await shop(frozen_store, people, members, queue("q1", strategy=strategy), here=("R1",))
    first = await arrived(world)
    await first.takes("R1")
    await world.ends(first.customer, first.id)
    await world.connect("R2")
    await world.advance(61 * S)
    second = await arrived(world)
    await second.takes(winner)
