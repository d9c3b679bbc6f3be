"""Where a chat can go: what is listed, and that its answer is the one that a request would meet."""

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from batonpass.app import destinations, explaining
from batonpass.app.destinations import Ask, Destinations, ToAgent
from batonpass.app.explaining import Question
from batonpass.app.switches import Turn, turn
from batonpass.domain.agents import Agent, Presence
from batonpass.domain.errors import NotFound
from batonpass.domain.handoff import Kind, Leave, Target, TargetType
from batonpass.domain.hours import Hours
from batonpass.domain.rules import HandBack, QueueRules, Trigger
from batonpass.domain.workflow import RouteStep, Workflow
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import Talk, agent, held_by, house, to_queue
from tests.support.world import World, queue

NEVER_OPEN = Hours("UTC", UTC, ((),) * 7)


async def targets(talk: Talk, agent_id: str, **more: Any) -> Destinations:
    world = talk.world
    return await world.store.read(destinations.destinations, world.env, Ask(agent_id, talk.id, **more))


def refusals(found: Destinations) -> dict[str, str]:
    """Why who is listed cannot be asked, by name; empty for who can."""
    people = {to.agent.id: to.refused.code if to.refused else "" for to in found.agents}
    queues = {to.rules.id: to.refused.code if to.refused else "" for to in found.queues}
    return people | queues | {to.workflow.id: to.refused.code if to.refused else "" for to in found.workflows}


def of(found: Destinations, agent_id: str) -> ToAgent:
    return next(to for to in found.agents if to.agent.id == agent_id)


async def test_who_is_asked_first_and_who_stays_listed_with_a_reason(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", "R3", "R4", q2=replace(queue("q2"), hours=NEVER_OPEN))
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R3"), Leave.NOW)
    await talk.takes("R3")
    await held_by(world, "R2")
    await held_by(world, "R2")
    await world.choose("R1", Presence.AWAY)
    found = await targets(talk, "R3")
    assert refusals(found) == {
        "A": "offline",
        "B": "offline",
        "R1": "away",
        "R2": "full",
        "R4": "closed",
        "q1": "",
        "q2": "closed",
        "q3": "empty",
    }
    assert found.agents[0].agent.id == "R1"
    assert (found.agents[0].suggested, found.falls_to) == ("previous", "q1")
    assert found.previous is not None
    assert found.previous.id == "R1"
    full = of(found, "R2").refused
    assert full is not None
    assert full.message == "R2 has no free slot (2 of 2)."
    q1 = found.queues[0]
    assert (q1.available, q1.bots, q1.waiting, q1.closed) == (0, 0, 0, False)
    assert [to.agent.id for to in (await targets(talk, "R3", text="r2")).agents] == ["R2"]
    assert (await targets(talk, "R3", text="q3")).agents == []


async def test_the_answer_is_what_a_request_would_meet(store: BaseStore[Tx]) -> None:
    """Queues, workflows and the kinds of hand-off, in a house where some are closed, empty, crowded or all here."""
    workflows = {
        "returns": Workflow("returns", (RouteStep("q3"), RouteStep("q1")), "q1"),
        "nowhere": Workflow("nowhere", (RouteStep("q3"),)),
    }
    crowded = replace(queue("q2"), max_length=0)
    world = await house(store, "R1", "R2", "R4", "B", q2=crowded, workflows=workflows)
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    await world.choose("B", Presence.AVAILABLE)
    await talk.asks("R1", Kind.INVITATION, target=agent("R2"))
    await talk.takes("R2")
    stint = await talk.stint("R1")
    seen: set[str] = set()
    for kind in (Kind.TRANSFER, Kind.HAND_BACK, Kind.ESCALATION, Kind.INVITATION, Kind.CONSULTATION):
        found = await targets(talk, "R1", kind=kind)
        whom = {name: Target(TargetType.QUEUE, name) for name in ("q1", "q2", "q3")}
        whom |= {w.workflow.id: Target(TargetType.WORKFLOW, w.workflow.id) for w in found.workflows}
        told = refusals(found)
        for name, target in whom.items():
            question = Question("R1", talk.id, stint.id, kind, target)
            met = await world.store.read(explaining.availability, world.env, question)
            assert met.available is (told[name] == ""), (kind, name, met, told[name])
            seen.add(told[name])
        assert bool(found.workflows) is (kind not in (Kind.INVITATION, Kind.CONSULTATION))
        bots = {to.agent.id for to in found.agents if to.agent.bot}
        assert bots == (set() if kind is Kind.ESCALATION else {"A", "B"})
        assert any(not to.agent.bot for to in found.agents) is (kind is not Kind.HAND_BACK)
        assert "R1" not in told, "nobody passes a chat to itself"
    assert seen == {"", "empty", "crowded"}
    assert refusals(await targets(talk, "R1"))["R2"] == "in_conversation"


async def test_why_nothing_can_be_asked_for(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", "R3")
    talk = await held_by(world, "R1")
    await talk.asks("R1", Kind.INVITATION, target=agent("R2"))
    await talk.takes("R2")
    helper = await targets(talk, "R2")
    assert helper.refused is not None
    assert helper.refused.code == "not_holder"
    assert (await targets(talk, "R2", kind=Kind.INVITATION)).refused is None
    await world.do(turn, Turn("transfers", False))
    off = (await targets(talk, "R1")).refused
    assert off is not None
    assert off.code == "switched_off"
    await world.do(turn, Turn("transfers", None))
    pending = await talk.transfers("R1", agent("R3"), Leave.ON_ACCEPT)
    refused = (await targets(talk, "R1")).refused
    assert refused is not None
    assert (refused.code, refused.handoff_id) == ("handoff_pending", pending.id)
    for stranger in ("R3", "A"):
        with pytest.raises(NotFound):
            await targets(talk, stranger)


async def test_who_served_the_customer_before_is_suggested(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", "R3")
    before = await held_by(world, "R2")
    await world.resolves("R2", (await before.stint("R2")).id)
    for name in ("R2", "R3"):
        await world.choose(name, Presence.AWAY)
    talk = Talk(world, before.customer, await world.start(before.customer, "again"))
    await world.settle()
    await talk.takes("R1")
    found = await targets(talk, "R1")
    assert of(found, "R2").suggested == "customer_knows"
    assert found.previous is None


async def back_to(talk: Talk, agent_id: str) -> str | None:
    world = talk.world
    found: Agent | QueueRules | None = await world.store.read(
        destinations.back_to, world.env, agent_id, talk.id
    )
    return None if found is None else found.id


@pytest.mark.parametrize(
    "policy, there, expected",
    [
        (HandBack(), ("A", "B"), "B"),
        (HandBack(), (), "q1"),
        (HandBack(target=Target(TargetType.PREVIOUS)), ("A", "B"), "A"),
        (HandBack(target=agent("A")), ("A", "B"), "A"),
        (HandBack(target=to_queue("q2")), ("A", "B"), None),
        (HandBack(when=frozenset({Trigger.RESOLVED})), ("A", "B"), None),
    ],
)
async def test_where_a_hand_back_would_go(
    store: BaseStore[Tx], policy: HandBack, there: tuple[str, ...], expected: str | None
) -> None:
    world: World = await house(store, "A", "R1", q1=replace(queue("q1"), hand_back=policy))
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.settle()
    await talk.asks("A", Kind.ESCALATION)
    await world.settle()
    await talk.takes("R1")
    await world.disconnect("A")
    for name in there:
        await world.connect(name)
    assert await back_to(talk, "R1") == expected
    assert await back_to(talk, "A") is None
