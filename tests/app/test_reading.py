"""What an agent reads of a conversation and how it is asked: numbers out of range, notes of a wrap-up, ids again."""

import pytest

from batonpass.app import messages, views
from batonpass.domain.conversation import Entry, Stint
from batonpass.domain.errors import CallerError
from batonpass.domain.handoff import Kind, Target, TargetType
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.support.laws import check_laws
from tests.support.world import World, bot, person, queue, rules


async def _house(store: BaseStore[Tx]) -> World:
    world = World(store, rules(queue("q1")))
    await world.setup([bot("A"), person("R")], [("q1", "A", 100), ("q1", "R", 50)])
    for agent_id in ("A", "R"):
        await world.connect(agent_id)
    await world.settle()
    return world


async def _with_a_person(world: World) -> tuple[str, str, Stint]:
    """A chat that bot A passed to R under the client id `up`: the customer, the conversation, R's stint."""
    customer = await world.customer()
    cid = await world.start(customer)
    await world.settle()
    await world.asks("A", cid, (await _holder(world, cid)).id, Kind.ESCALATION, client_id="up")
    await world.settle()
    stint = await world.accepts("R", (await world.open_offer("R")).id)
    await world.ready("R", stint.id)
    return customer, cid, stint


async def _holder(world: World, cid: str) -> Stint:
    picture = await world.picture(cid)
    return next(s for s in picture.stints if s.id == picture.conversation.holder)


async def _notes(world: World, cid: str, stint: Stint, text: str) -> Entry:
    said = messages.AgentNotes(stint.agent_id, cid, stint.id, world.key(), text)
    noted: Entry = await world.do(messages.add_note, said)
    return noted


async def _reads(world: World, cid: str) -> list[int]:
    return [e.seq for e in (await world.store.read(views.agent_page, "R", cid, 0, 200)).entries]


@pytest.mark.parametrize("after", [2**31 - 1, 2**31, 2**53])
async def test_a_page_beyond_the_head_is_empty(frozen_store: BaseStore[Tx], after: int) -> None:
    world = await _house(frozen_store)
    customer, cid, _ = await _with_a_person(world)
    assert (await world.store.read(views.agent_page, "R", cid, after, 200)).entries == []
    assert (await world.store.read(views.customer_page, customer, cid, after, 200)).entries == []


async def test_who_notes_in_its_wrap_up_reads_its_notes(frozen_store: BaseStore[Tx]) -> None:
    world = await _house(frozen_store)
    _, cid, stint = await _with_a_person(world)
    await world.resolves("R", stint.id)
    for text in ("they were content", "and will be back"):
        noted = await _notes(world, cid, stint, text)
        assert (await _reads(world, cid))[-1] == noted.seq
    assert await world.store.read(check_laws) == []


async def test_a_note_does_not_open_what_others_wrote_after_its_author_left(
    frozen_store: BaseStore[Tx],
) -> None:
    """Law 11: it reads to the end of its stint."""
    world = await _house(frozen_store)
    customer, cid, stint = await _with_a_person(world)
    await world.asks("R", cid, stint.id, Kind.HAND_BACK, target=Target(TargetType.PREVIOUS))
    before = await _reads(world, cid)
    await world.writes(customer, cid, "just between us")
    await _notes(world, cid, stint, "what did they say?")
    assert await _reads(world, cid) == before
    assert await world.store.read(check_laws) == []


async def test_a_client_id_of_a_request_of_another_kind_is_refused(frozen_store: BaseStore[Tx]) -> None:
    world = await _house(frozen_store)
    _, cid, stint = await _with_a_person(world)
    await world.asks("R", cid, stint.id, Kind.HAND_BACK, target=Target(TargetType.PREVIOUS))
    bot_again = await _holder(world, cid)
    assert bot_again.agent_id == "A"
    with pytest.raises(CallerError, match="another kind"):
        await world.asks("A", cid, bot_again.id, Kind.TRANSFER, client_id="up")
    again = await world.asks("A", cid, bot_again.id, Kind.ESCALATION, client_id="up")
    assert again.handoff.receiver_agent_id == "R"
