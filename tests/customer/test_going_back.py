"""Back to the bot, instead of waiting for a person any longer (`bot.request`)."""

import pytest

from batonpass.app import behind, views
from batonpass.domain.agents import Presence
from batonpass.domain.errors import CallerError, ConversationClosed, NotFound, Unavailable
from batonpass.domain.handoff import Kind
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.customer.test_waiting import places
from tests.handoffs.house import Talk, house, with_bot
from tests.support.statements import statements_of
from tests.support.world import World, queue

Store = BaseStore[Tx]


async def waiting(world: World) -> Talk:
    """A chat that bot A had, and that waits for a person; R1 is asked when it is there."""
    talk = await with_bot(world)
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    return talk


async def back_to(world: World, talk: Talk) -> str | None:
    """The bot that the snapshot names; `queue.position` names the same."""
    found = await world.store.read(views.customer_snapshot, world.env.rules, talk.customer)
    place = next(view.place for view in found if view.conversation.id == talk.id)
    named = place.back_to if place else None
    told = (await places(world)).get(talk.id)
    assert (told.back_to if told else None) == named
    return named


async def test_the_wait_ends_and_the_bot_holds_in_the_same_commit(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    talk = await waiting(world)
    offer = await world.open_offer("R1")
    await talk.writes("it is order 77")
    assert await back_to(world, talk) == "A"
    before = await talk.handoff()
    asked = await world.wants_bot(talk.customer, talk.id, "b")
    assert (asked.handoff.kind, asked.handoff.state, asked.position) == (Kind.HAND_BACK, "completed", None)
    assert (await talk.holder(), await talk.slots()) == ("A", [])
    ended = await talk.handoff(before.id)
    assert (ended.state, ended.outcome) == ("cancelled", "customer_went_back")
    assert await world.store.read(_offer, offer.id) == ("withdrawn", "customer_went_back")
    assert (await talk.told())[-1] == "went_back"
    # What was said of it for a person is there for the bot, and what was written while it waited is new to it.
    assert asked.handoff.boundary_seq == before.boundary_seq
    again = await world.wants_bot(talk.customer, talk.id, "b")
    assert (again.handoff.id, again.already) == (asked.handoff.id, False)
    assert await back_to(world, talk) is None
    await world.settle()
    await world.ends(talk.customer, talk.id)
    await world.advance(120_000)
    await talk.lawful()


async def test_a_person_may_be_asked_for_again(frozen_store: Store) -> None:
    """What was waited counts for the next wait, as ever."""
    world = await house(frozen_store, "A")
    talk = await waiting(world)
    await world.advance(40_000)
    await world.wants_bot(talk.customer, talk.id)
    asked = await world.wants_human(talk.customer, talk.id)
    assert (asked.already, asked.handoff.state) == (False, "queued")
    assert asked.handoff.waiting_key == await world.now() - 40_000
    await world.connect("R1")
    await world.settle()
    assert (await talk.takes("R1")).role == "holder"


async def test_a_bot_that_holds_is_there_already_and_a_person_stays(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", "R1")
    talk = await with_bot(world)
    asked = await world.wants_bot(talk.customer, talk.id, "b")
    assert (asked.already, asked.handoff.kind) == (True, Kind.ARRIVAL)
    await world.wants_human(talk.customer, talk.id, "h")
    await world.settle()
    await talk.takes("R1")
    with pytest.raises(Unavailable, match="R1 is here"):
        await world.wants_bot(talk.customer, talk.id)
    assert await talk.holder() == "R1"
    # A retry of what was answered gets that answer, whatever is so by now; one id is one wish.
    assert (await world.wants_bot(talk.customer, talk.id, "b")).already
    with pytest.raises(CallerError):
        await world.wants_bot(talk.customer, talk.id, "h")


async def test_refused_where_the_operator_or_the_bot_says_no(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", q1=queue("q1", back_to_bot=False))
    talk = await waiting(world)
    assert await back_to(world, talk) is None
    with pytest.raises(Unavailable):
        await world.wants_bot(talk.customer, talk.id)
    assert (await talk.handoff()).state == "queued", "it waits as before"


@pytest.mark.parametrize("how", ["gone", "away", "full"])
async def test_refused_while_the_bot_cannot_take_it(frozen_store: Store, how: str) -> None:
    world = await house(frozen_store, "A")
    if how == "full":
        await world.store.run(_limit, "A", 1)
    talk = await waiting(world)
    assert await back_to(world, talk) == "A"
    if how == "gone":
        await world.disconnect("A")
    elif how == "away":
        await world.choose("A", Presence.AWAY)
    else:
        await with_bot(world)
    assert await back_to(world, talk) is None
    with pytest.raises(Unavailable):
        await world.wants_bot(talk.customer, talk.id)
    assert (await talk.handoff()).state == "queued"


async def test_nobody_goes_back_to_a_bot_that_was_lost_here(frozen_store: Store) -> None:
    world = await house(frozen_store, "A", q1=queue("q1", max_wait_ms=3_600_000))
    talk = await with_bot(world)
    await talk.writes("hang")
    await world.advance(world.env.rules.turn_ms)
    assert (await talk.told())[-1] == "lost_bot"
    assert await back_to(world, talk) is None
    with pytest.raises(Unavailable):
        await world.wants_bot(talk.customer, talk.id)


async def test_who_never_had_a_bot_or_ended_the_chat_cannot(frozen_store: Store) -> None:
    world = await house(frozen_store)
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    with pytest.raises(Unavailable):
        await world.wants_bot(talk.customer, talk.id)
    other = await world.customer()
    with pytest.raises(NotFound):
        await world.wants_bot(other, talk.id)
    await world.ends(talk.customer, talk.id)
    with pytest.raises(ConversationClosed):
        await world.wants_bot(talk.customer, talk.id)


async def test_to_and_fro_ends_at_the_hop_limit(frozen_store: Store) -> None:
    """Each round rings a representative and withdraws. A cool-down does not stop it: it is the customer's own wish."""
    world = await house(frozen_store, "A", "R1", hop_limit=2)
    talk = await waiting(world)
    for round_ in (1, 2):
        assert await back_to(world, talk) == "A", round_
        asked = await world.wants_bot(talk.customer, talk.id)
        assert asked.handoff.state == "completed"
        await world.wants_human(talk.customer, talk.id)
        await world.settle()
    assert await back_to(world, talk) is None
    with pytest.raises(Unavailable):
        await world.wants_bot(talk.customer, talk.id)


async def test_all_who_wait_are_looked_at_together(frozen_store: Store) -> None:
    world = await house(frozen_store, "A")
    talks = [await waiting(world)]
    chats = [(talks[0].id, "q1")]
    one = await statements_of(frozen_store, behind.names, world.env.rules, chats)
    talks += [await waiting(world) for _ in range(3)]
    chats = [(talk.id, "q1") for talk in talks]
    assert await statements_of(frozen_store, behind.names, world.env.rules, chats) == one
    assert await world.store.read(behind.names, world.env.rules, chats) == {talk.id: "A" for talk in talks}


def _offer(tx: Tx, offer_id: str) -> tuple[str, str | None]:
    offer = tx.offer(offer_id)
    assert offer is not None
    return str(offer.state), offer.reason


def _limit(tx: Tx, agent_id: str, capacity: int) -> None:
    from sqlalchemy import update

    from batonpass.store import schema as s

    tx.do(update(s.agents).where(s.agents.c.id == agent_id).values(capacity=capacity))
