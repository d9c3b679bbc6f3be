"""Both hand-back journeys of the seeds, and what every join brings."""

import pytest

from batonpass.app import views
from batonpass.app.summaries import ByPlugin
from batonpass.domain.agents import Presence
from batonpass.domain.handoff import Kind, State, Target, TargetType
from batonpass.plugin_api import Summary, SummaryRequest
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from batonpass.transport.socketio import shapes
from tests.handoffs.house import PEOPLE, Talk, agent, held_by, house, with_bot
from tests.support.world import World, bot, person, queue, rules

Store = BaseStore[Tx]


async def test_two_queues_bot_person_and_the_bot_of_the_other_queue(frozen_store: Store) -> None:
    world = World(frozen_store, rules(queue("q1"), queue("q2")))
    members = [("q1", "A", 100), ("q1", "R1", 50), ("q2", "B", 10)]
    await world.setup([bot("A"), person("R1"), bot("B")], members)
    for name in ("A", "R1", "B"):
        await world.connect(name)
    talk = await with_bot(world)
    await talk.asks("A", Kind.ESCALATION)
    await talk.takes("R1")
    handed = await talk.asks("R1", Kind.HAND_BACK, target=Target(TargetType.QUEUE, "q2"), note="settled")
    assert (handed.state, await talk.roles()) == (State.COMPLETED, {"B": "holder"})
    assert await talk.told() == [
        "welcome_bot",
        "passing_to_person",
        "joined",
        "passing_to_bot",
        "passed_to_bot",
    ]
    await talk.lawful()


@pytest.mark.parametrize("people", [1, 3])
async def test_one_queue_up_to_a_person_and_down_to_the_bot_below(frozen_store: Store, people: int) -> None:
    """With several people hand-back passes them by: it seeks a bot, and A has passed it on."""
    world = await house(frozen_store, "A", *PEOPLE[:people], "B")
    talk = await with_bot(world)
    await talk.asks("A", Kind.ESCALATION)
    taker = (await world.picture(talk.id)).offers[-1].agent_id
    await talk.takes(taker)
    await talk.asks(taker, Kind.HAND_BACK)
    assert await talk.roles() == {"B": "holder"}
    await talk.lawful()


async def test_one_queue_with_everybody_full_waits_for_a_person(frozen_store: Store) -> None:
    """It does not fall to bot B: an escalation seeks a person, and is matched when one is free."""
    world = await house(frozen_store, "A", "R1", "B")
    first, second = await held_by_r1(world), await held_by_r1(world)
    talk = await with_bot(world)
    asked = await talk.asks("A", Kind.ESCALATION)
    assert (asked.state, await talk.roles()) == (State.QUEUED, {})
    await world.resolves("R1", (await first.stint("R1")).id)
    stint = next(s for s in (await world.picture(first.id)).stints if s.agent_id == "R1")
    await world.finishes("R1", stint.id)
    await world.settle()
    await talk.takes("R1")
    assert await talk.roles() == {"R1": "holder"}
    assert await second.holder() == "R1"
    await talk.lawful()


async def held_by_r1(world: World) -> Talk:
    """A conversation that R1 holds; the bots stand aside until it does."""
    for name in ("A", "B"):
        await world.choose(name, Presence.AWAY)
    talk = await held_by(world, "R1")
    for name in ("A", "B"):
        await world.choose(name, Presence.AVAILABLE)
    return talk


async def test_a_join_is_added_then_context_then_for_a_bot_the_greeting(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1", "B")
    talk = await _by_r1(world)
    await talk.writes("my parcel")
    await talk.asks("R1", Kind.HAND_BACK, target=agent("B"), note="it is on its way")
    packets = await world.store.read(views.packets, (await talk.stint("B")).id)
    assert packets is not None
    named = shapes.packets(packets)
    assert [name for name, _ in named] == [
        "conversation.agent_added", "conversation.context", "conversation.greet"
    ]  # fmt: skip
    context = named[1][1]["data"]
    assert context["handoff"]["note"] == "it is on its way"
    assert context["handoff"]["kind"] == "hand_back"
    assert [entry["event"] for entry in context["transcript"]][-2:] == [
        "message.created", "conversation.agent_removed"
    ]  # fmt: skip
    assert all("seq" not in envelope for _, envelope in named)


async def _by_r1(world: World) -> Talk:
    await world.choose("B", Presence.AWAY)
    talk = await held_by(world, "R1")
    await world.choose("B", Presence.AVAILABLE)
    return talk


async def test_the_summary_reads_the_bots_turns_too(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    read: list[SummaryRequest] = []

    async def summarize(request: SummaryRequest) -> Summary | None:
        read.append(request)
        return None

    talk = await with_bot(world)
    await talk.writes("where is it?")
    stint = await talk.stint("A")
    await world.says("A", talk.id, stint.id, "It left on Monday.")
    await world.whispers("A", talk.id, stint.id, "between us")
    storyteller = ByPlugin(world.board, summarize)
    await storyteller.summary(talk.id, purpose="transfer")
    assert [(turn.role, turn.text) for turn in read[0].turns] == [
        ("bot", "Hello"), ("customer", "where is it?"), ("bot", "It left on Monday.")
    ]  # fmt: skip


async def test_every_handoff_links_its_two_sides(frozen_store: Store) -> None:
    """For reports: who gave, which stint that was, who received; bot and human time never mix."""
    world = await house(frozen_store, "A", "R1", "B")
    talk = await with_bot(world)
    await talk.asks("A", Kind.ESCALATION)
    await talk.takes("R1")
    await talk.asks("R1", Kind.HAND_BACK)
    picture = await world.picture(talk.id)
    stints = {stint.id: stint for stint in picture.stints}
    links = [
        (str(h.kind), stints[h.giver_stint_id].agent_id if h.giver_stint_id else None, h.receiver_agent_id)
        for h in picture.handoffs
    ]
    assert links == [("arrival", None, "A"), ("escalation", "A", "R1"), ("hand_back", "R1", "B")]
    assert [(s.agent_id, s.bot, s.handoff_id) for s in picture.stints] == [
        (agent_id, agent_id != "R1", h.id)
        for agent_id, h in zip(("A", "R1", "B"), picture.handoffs, strict=True)
    ]
