"""What a customer who waits is told: the place from the matcher's own order, and a range for the wait."""

from batonpass.app import views
from batonpass.app.customers import StartChat, Started, start_chat
from batonpass.app.places import Place, all_places
from batonpass.app.ports_customer import Waiting
from batonpass.domain.agents import Presence
from batonpass.domain.handoff import Leave
from batonpass.domain.waits import SAMPLE, WaitRange
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import Talk, held_by, house, to_queue, with_bot
from tests.support.statements import statements_of
from tests.support.world import World, bot, person, queue, rules

Store = BaseStore[Tx]
MINUTE = 60_000


async def people_only(store: Store, *, max_wait_ms: int = 60 * MINUTE) -> World:
    """One queue, one person with one slot."""
    world = World(store, rules(queue("q1", max_wait_ms=max_wait_ms)))
    await world.setup([person("R1", 1)], [("q1", "R1", 1)])
    return world


async def started(world: World, customer: str, client_id: str = "start") -> Started:
    reply: Started = await world.do(start_chat, StartChat(customer, client_id))
    return reply


async def served(world: World, waits_ms: int, count: int = SAMPLE) -> None:
    """So many customers wait so long each, and are served one after the other."""
    for _ in range(count):
        customer = await world.customer()
        cid = await world.start(customer)
        await world.advance(waits_ms)
        await world.connect("R1")
        await world.settle()
        await world.accepts("R1", (await world.open_offer("R1")).id)
        await world.ends(customer, cid)
        await world.advance(world.env.rules.wrap_up_ms)
        await world.disconnect("R1")
        await world.settle()


async def test_field_22_no_place_no_estimate_and_no_writing_while_queued(frozen_store: Store) -> None:
    """The start, the snapshot and the answer tell the place and the range; what is written meanwhile is kept."""
    world = await people_only(frozen_store)
    assert (await started(world, await world.customer())).place == Place(1, None)
    await world.advance(60 * MINUTE)  # nobody came: closed, and no wait that counts
    await served(world, 3 * MINUTE)
    first, second = await world.customer(), await world.customer()
    a = await started(world, first)
    b = await started(world, second)
    assert (a.place, b.place) == (Place(1, WaitRange(180, 180)), Place(2, WaitRange(180, 180)))
    assert (await started(world, second)).place == b.place  # a double click is told the same
    cid = b.conversation.id
    for text in ("It is order 77", "and it is urgent"):
        await world.writes(second, cid, text)
    await world.advance(MINUTE)
    (seen,) = await world.store.read(views.customer_snapshot, world.env.rules, second)
    assert seen.place == Place(2, WaitRange(120, 120))
    asked = await world.wants_human(second, cid)
    assert (asked.position, asked.wait) == (2, WaitRange(120, 120))
    await world.ends(first, a.conversation.id)
    assert await places(world) == {cid: Place(1, WaitRange(120, 120))}
    await world.connect("R1")
    await world.settle()
    stint = await world.accepts("R1", (await world.open_offer("R1")).id)
    assert await places(world) == {}
    page = await world.store.read(views.agent_page, "R1", cid, 0, 50)
    await world.ready("R1", stint.id)
    page = await world.store.read(views.agent_page, "R1", cid, 0, 50)
    assert [e.data["content"]["text"] for e in page.entries if e.kind == "message"] == [
        "It is order 77",
        "and it is urgent",
    ]


async def places(world: World, *queues: str) -> dict[str, Place]:
    found = await world.store.read(all_places, world.env.rules, queues or ("q1",), 200)
    return {waiting.conversation_id: place for waiting, place in found}


async def test_the_place_is_that_of_the_matchers_order(frozen_store: Store) -> None:
    """Priority first, then the longest wait over all queues; whom somebody holds takes a place and is told nothing."""
    world = await house(frozen_store, "R1", "R2", "R3", q1=queue("q1", priority=5))
    held = await held_by(world, "R1")
    for name in ("R1", "R2", "R3"):
        await world.choose(name, Presence.AWAY)
    await held.transfers("R1", to_queue("q2"), Leave.ON_ACCEPT)
    gone = Talk(world, held.customer, held.id)
    waits = await world.store.read(waiting, "q2")
    assert waits == [], "the giver still holds it"
    handoff = await gone.handoff()
    assert await world.store.read(_position, handoff.id) == 1


def waiting(tx: Tx, queue_id: str) -> list[Waiting]:
    return tx.waiting_customers(queue_id, 10)


def _position(tx: Tx, handoff_id: str) -> int | None:
    return tx.position(handoff_id)


async def test_no_place_is_told_when_a_bot_is_free_at_once(frozen_store: Store) -> None:
    world = World(frozen_store, rules(queue("q1")))
    await world.setup([bot("A", 1)], [("q1", "A", 1)])
    await world.connect("A")
    first = await started(world, await world.customer())
    assert first.place is None
    assert await places(world) == {}
    await world.settle()
    second = await started(world, await world.customer())
    assert second.place == Place(1, None), "the bot has no slot left"
    assert await places(world) == {second.conversation.id: Place(1, None)}


async def test_places_are_read_together_however_many_wait(frozen_store: Store) -> None:
    """They are looked at once a second while something moves: a long queue costs no more statements than a short one."""
    world = await people_only(frozen_store)
    await started(world, await world.customer())
    one = await statements_of(frozen_store, all_places, world.env.rules, ("q1",), 200)
    for _ in range(4):
        await started(world, await world.customer())
    assert len(await places(world)) == 5
    assert await statements_of(frozen_store, all_places, world.env.rules, ("q1",), 200) == one


async def test_a_wait_counts_only_until_a_person_takes_it(frozen_store: Store) -> None:
    """Waits for bots, withdrawn and unanswered ones, and waits of two hours ago tell nothing."""
    world = await house(frozen_store, "A", "R1")
    await with_bot(world)
    customer = await world.customer()
    await world.ends(customer, await world.start(customer))
    assert await world.store.read(_waits, "q1") == []
    talk = await with_bot(world)
    await world.wants_human(talk.customer, talk.id)
    await world.advance(7_000)
    await talk.takes("R1")
    assert await world.store.read(_waits, "q1") == [7_000]
    await talk.lawful()


def _waits(tx: Tx, queue_id: str) -> list[int]:
    return tx.recent_waits(queue_id, tx.now - 7_200_000, 50)
