"""Who gets it: the filter's reasons in their order, the keys of the ranking, the ladder, and the trace."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batonpass.app.handoffs import Asked
from batonpass.domain.agents import Agent, AgentKind, Presence
from batonpass.domain.handoff import Exclusions, Kind, Seeks, State, Target, TargetType
from batonpass.domain.routing import (
    CAPACITY_PRIORITY,
    LEAST_ACTIVE,
    MAX_NAMES,
    MOST_IDLE,
    REASONS,
    STRATEGIES,
    Candidate,
    Need,
    decide,
    free_capacity,
    ladder_leaves_none,
    removal,
)
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.ledger import Ledger
from tests.support.world import World, bot, person, queue, rules

ANY = Need(Seeks.ANY)


def agent(name: str, **changes: object) -> Agent:
    """A reachable, available representative of capacity 2, or a bot where the name is one capital letter."""
    kind = AgentKind.BOT if len(name) == 1 else AgentKind.REPRESENTATIVE
    capacity = None if kind is AgentKind.BOT else 2
    made = Agent(name, kind, name, capacity, Presence.AVAILABLE, reachable=True, queues=("q1",))
    return replace(made, **changes)  # type: ignore[arg-type]


def at(priority: int, name: str, **changes: object) -> Candidate:
    return Candidate(agent(name, **changes), priority)


# Reasons


TROUBLES: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("not_sought", {}, {"seeks": Seeks.BOT}),
    ("in_conversation", {}, {"present": frozenset({"R1"})}),
    ("closed", {}, {"closed": True}),
    ("unreachable", {"reachable": False}, {}),
    ("away", {"presence": Presence.AWAY}, {}),
    ("full", {"used": frozenset({1, 2})}, {}),
    ("queue_full", {}, {"queue_full": frozenset({"R1"})}),
    ("skills", {}, {"skills": frozenset({"german"})}),
    ("declined", {}, {"declined": frozenset({"R1"})}),
    ("missed", {}, {"missed": frozenset({"R1"})}),
    ("lost", {}, {"lost": frozenset({"R1"})}),
    ("passed_on", {}, {"passed_on": frozenset({"R1"})}),
]
"""Each reason with what brings it about: changes of the agent, and of the need."""


def trouble(reasons: list[str]) -> tuple[Agent, Need]:
    """An agent R1 and a need that have all these reasons against each other."""
    of_agent: dict[str, object] = {}
    of_need: dict[str, object] = {"seeks": Seeks.ANY}
    excluded: dict[str, frozenset[str]] = {}
    for reason, changes, needs in TROUBLES:
        if reason not in reasons:
            continue
        of_agent |= changes
        for name, value in needs.items():
            if name in ("declined", "missed", "lost"):
                excluded[name] = frozenset({"R1"})
            else:
                of_need[name] = value
    return agent("R1", **of_agent), Need(**of_need, excluded=Exclusions(**excluded))  # type: ignore[arg-type]


def test_reasons_stand_in_the_order_of_the_walk() -> None:
    assert [name for name, _ in REASONS] == [name for name, _, _ in TROUBLES]


@pytest.mark.parametrize("reason", [name for name, _, _ in TROUBLES])
def test_one_reason_removes(reason: str) -> None:
    who, need = trouble([reason])
    assert removal(who, need) == reason
    decision = decide([Candidate(who, 1), at(1, "R2", skills=frozenset({"german"}))], need)
    both = reason in ("not_sought", "closed")
    assert (decision.removed[reason], decision.names[reason][0]) == (2 if both else 1, "R1")


@given(st.lists(st.sampled_from([name for name, _, _ in TROUBLES]), unique=True))
def test_a_candidate_counts_once_by_the_first_reason(reasons: list[str]) -> None:
    who, need = trouble(reasons)
    order = [name for name, _, _ in TROUBLES]
    assert removal(who, need) == (min(reasons, key=order.index) if reasons else None)


@pytest.mark.parametrize(
    "seeks,names",
    [(Seeks.ANY, {"A", "R1"}), (Seeks.BOT, {"A"}), (Seeks.REPRESENTATIVE, {"R1"})],
)
def test_a_hand_off_says_whom_it_seeks(seeks: Seeks, names: set[str]) -> None:
    assert {n for n in ("A", "R1") if removal(agent(n), Need(seeks)) is None} == names


def test_missed_is_away_until_the_agent_is_back() -> None:
    assert removal(agent("R1", presence=Presence.MISSED), ANY) == "away"


def test_a_bot_without_a_limit_is_never_full_and_one_with_a_limit_is() -> None:
    assert removal(agent("A", used=frozenset()), ANY) is None
    assert free_capacity(agent("A")) > free_capacity(agent("R1"))
    assert removal(agent("L", capacity=1, used=frozenset({1})), ANY) == "full"


def test_a_wrap_up_of_this_conversation_yields_its_slot() -> None:
    full = agent("R1", used=frozenset({1, 2}))
    assert removal(full, ANY) == "full"
    assert removal(full, replace(ANY, yielding=frozenset({"R1"}))) is None


def test_with_more_than_the_capacity_a_wrap_up_that_yields_is_no_room() -> None:
    over = agent("R1", capacity=1, used=frozenset({1, 2}))
    assert removal(over, replace(ANY, yielding=frozenset({"R1"}))) == "full"


# Ranking


RANKS: list[tuple[str, Candidate, Candidate]] = [
    ("capacity priority", at(50, "R1", idle_since=9, used=frozenset({1})), at(10, "R2")),
    ("free capacity", at(50, "R1", idle_since=9), at(50, "R2", used=frozenset({1}))),
    ("longest idle", at(50, "R2", idle_since=1), at(50, "R1", idle_since=2)),
    ("id", at(50, "R1"), at(50, "R2")),
]


@pytest.mark.parametrize("key,winner,other", RANKS, ids=[key for key, _, _ in RANKS])
def test_each_key_decides_when_those_before_are_equal(key: str, winner: Candidate, other: Candidate) -> None:
    for candidates in ([winner, other], [other, winner]):
        decision = decide(candidates, ANY)
        assert decision.winner == winner.agent
        assert decision.key == key


def test_a_bot_above_the_rest_wins_by_priority_and_free_capacity_is_no_matter() -> None:
    assert decide([at(100, "A"), at(50, "R1")], ANY).key == "capacity priority"


def test_free_slots_count_and_not_used_ones() -> None:
    busy = at(50, "R1", capacity=5, used=frozenset({1, 2}))
    idle = at(50, "R2", capacity=2)
    decision = decide([busy, idle], ANY)
    assert (decision.winner, decision.key) == (busy.agent, "free capacity")


def test_other_strategies_are_orders_beside_it() -> None:
    first, second = at(1, "R1", idle_since=5), at(99, "R2", idle_since=9, used=frozenset({1}))
    assert decide([first, second], ANY, MOST_IDLE).winner == first.agent
    assert decide([first, second], ANY, LEAST_ACTIVE).key == "least active"
    assert decide([first, second], ANY, CAPACITY_PRIORITY).winner == second.agent
    assert set(STRATEGIES) == {"round_robin", "capacity_priority", "most_idle", "least_active"}


def test_nobody_and_only_one() -> None:
    assert (decide([], ANY).winner, decide([], ANY).key) == (None, "nobody")
    only = decide([at(1, "R1"), at(2, "R2", reachable=False)], ANY)
    assert (only.winner and only.winner.id, only.key, only.removed) == ("R1", "only one", {"unreachable": 1})


def test_the_trace_counts_all_and_names_twenty() -> None:
    crowd = [at(1, f"R{n:02}", reachable=False) for n in range(30)]
    trace = decide(crowd, ANY, flags=["failover_queue"]).as_trace()
    assert trace["removed"] == {"unreachable": 30}
    assert trace["names"] == {"unreachable": [f"R{n:02}" for n in range(MAX_NAMES)]}
    assert (trace["winner"], trace["key"], trace["flags"]) == (None, "nobody", ["failover_queue"])


candidates = st.lists(
    st.builds(
        at,
        st.sampled_from([10, 50, 100]),
        st.sampled_from(["A", "B", "R1", "R2", "R3", "R4", "R5"]),
        idle_since=st.integers(0, 2),
        used=st.sampled_from([frozenset(), frozenset({1}), frozenset({1, 2})]),
        reachable=st.sampled_from([True, True, False]),
        presence=st.sampled_from([Presence.AVAILABLE, Presence.AVAILABLE, Presence.AWAY]),
    ),
    unique_by=lambda c: c.agent.id,
)
needs = st.builds(
    Need,
    seeks=st.sampled_from(list(Seeks)),
    present=st.sampled_from([frozenset(), frozenset({"R1"})]),
    yielding=st.sampled_from([frozenset(), frozenset({"R2"})]),
    passed_on=st.sampled_from([frozenset(), frozenset({"A", "R3"})]),
    excluded=st.builds(Exclusions, declined=st.sampled_from([frozenset(), frozenset({"R4"})])),
)


@given(candidates, needs, st.randoms(use_true_random=False), st.sampled_from(sorted(STRATEGIES)))
def test_the_order_of_candidates_does_not_matter(
    given_: list[Candidate], need: Need, chance: random.Random, strategy: str
) -> None:
    first = decide(given_, need, STRATEGIES[strategy])
    shuffled = list(given_)
    chance.shuffle(shuffled)
    assert decide(shuffled, need, STRATEGIES[strategy]) == first


@given(candidates, needs)
def test_the_winner_passes_the_filter_and_nobody_who_does_ranks_before_it(
    given_: list[Candidate], need: Need
) -> None:
    decision = decide(given_, need)
    able = [c for c in given_ if removal(c.agent, need) is None]
    assert sum(decision.removed.values()) == len(given_) - len(able)
    if decision.winner is None:
        assert not able
        return
    winner = next(c for c in able if c.agent == decision.winner)
    assert all(CAPACITY_PRIORITY.rank(winner) <= CAPACITY_PRIORITY.rank(c) for c in able)


# The ladder


@pytest.mark.parametrize(
    "passed_on,none_left",
    [(set(), False), ({"R1"}, False), ({"R1", "R2"}, True), ({"R1", "R2", "A"}, True), ({"A"}, False)],
)
def test_the_ladder_leaves_none_when_every_representative_passed_it_on(
    passed_on: set[str], none_left: bool
) -> None:
    queue_ = [at(100, "A"), at(50, "R1"), at(50, "R2", reachable=False)]
    assert ladder_leaves_none(queue_, frozenset(passed_on)) is none_left


def test_a_queue_without_representatives_has_no_ladder_to_restart() -> None:
    assert not ladder_leaves_none([at(1, "A")], frozenset({"A"}))


# The ladder in a chat


async def _ladder(store: BaseStore[Tx], *people: str) -> World:
    world = World(store, rules(queue("q1"), queue("q2"), failover_queue="q2"))
    members = [("q1", "A", 100), *(("q1", name, 50) for name in people), ("q1", "B", 10), ("q2", "R9", 1)]
    await world.setup([bot("A"), bot("B"), *(person(name) for name in people), person("R9")], members)
    for agent_id in ("A", "B", "R9", *people):
        await world.connect(agent_id)
    await world.settle()
    return world


async def _pass(world: World, row: Ledger, kind: Kind, target: Target | None = None) -> Asked:
    picture = await row.picture()
    holder = next(s for s in picture.stints if s.id == picture.conversation.holder)
    asked = await world.asks(holder.agent_id, row.cid, holder.id, kind, target=target)
    await world.settle()
    return asked


async def _take(world: World, row: Ledger) -> str:
    """Whoever has the offer takes it; the name."""
    [offer] = (await row.picture()).offers
    await world.accepts(offer.agent_id, offer.id)
    return offer.agent_id


async def test_down_the_ladder_with_two_people_and_back_up(frozen_store: BaseStore[Tx]) -> None:
    """A, R1, B, then R2 though R1 outranks it; then all people have passed it on, and the ladder restarts."""
    world = await _ladder(frozen_store, "R1", "R2")
    row = Ledger(world, await world.start(await world.customer()))
    await world.settle()
    held = ["A"]
    for kind in (Kind.ESCALATION, Kind.HAND_BACK, Kind.ESCALATION):
        await _pass(world, row, kind)
        held.append(await _take(world, row) if kind is Kind.ESCALATION else "B")
        await row.is_(state=("active", held[-1], 2 * len(held) - 1))
    assert held == ["A", "R1", "B", "R2"]
    picture = await row.picture()
    holder = next(s for s in picture.stints if s.id == picture.conversation.holder)
    with pytest.raises(Exception, match="every bot of q1 has passed this conversation on"):
        await world.asks("R2", row.cid, holder.id, Kind.HAND_BACK)
    await _pass(world, row, Kind.HAND_BACK, Target(TargetType.AGENT, "B"))
    await _pass(world, row, Kind.ESCALATION)
    escalation = (await row.picture()).handoffs[-1]
    assert (escalation.ladder_restarted, escalation.state) == (True, State.OFFERED)
    assert (escalation.trace or {})["flags"] == ["ladder_restarted"]


async def test_strict_rank_is_broken_by_seeks_when_all_are_full(frozen_store: BaseStore[Tx]) -> None:
    """An escalation waits for a person and does not fall to the bot below, though that one is free."""
    world = await _ladder(frozen_store, "R1")
    row = Ledger(world, await world.start(await world.customer()))
    await world.settle()
    await row.fill("R1")
    await _pass(world, row, Kind.ESCALATION)
    await row.is_(state=("open", None, 2), slots={})


async def test_a_bots_failover_asks_the_failover_queue_before_the_ladder_restarts(
    frozen_store: BaseStore[Tx],
) -> None:
    world = await _ladder(frozen_store, "R1")
    row = Ledger(world, await world.start(await world.customer()))
    await world.settle()
    await _pass(world, row, Kind.ESCALATION)
    await _take(world, row)
    await _pass(world, row, Kind.HAND_BACK)
    await world.advance(20_000)  # B does not greet; A and R1 passed it on, so q2's R9 is asked
    failover = (await row.picture()).handoffs[-1]
    assert (failover.kind, failover.failover_queue_id) == (Kind.FAILOVER, "q2")
    assert await _take(world, row) == "R9"
    assert (failover.trace or {})["flags"] == ["failover_queue"]


async def test_previous_is_not_bound_by_the_ladder(frozen_store: BaseStore[Tx]) -> None:
    world = await _ladder(frozen_store, "R1")
    row = Ledger(world, await world.start(await world.customer()))
    await world.settle()
    await _pass(world, row, Kind.ESCALATION)
    await _take(world, row)
    asked = await _pass(world, row, Kind.HAND_BACK, Target(TargetType.PREVIOUS))
    assert asked.handoff.receiver_agent_id == "A"
