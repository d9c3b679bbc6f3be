"""Nobody is there: the customer leaves an address, the chat ends, and people of its queue find it."""

from typing import Any

import pytest
from sqlalchemy import delete

from batonpass.app.contacts import (
    FinishContact,
    LeaveContact,
    ListContacts,
    finish_contact,
    leave_contact,
    list_contacts,
)
from batonpass.app.messages import CustomerSays
from batonpass.app.reopening import WritesAgain, may_reopen, write_again
from batonpass.domain import events as e
from batonpass.domain.care import Care, Contact
from batonpass.domain.conversation import Status
from batonpass.domain.errors import CallerError, ConversationClosed, NotAllowed, NotFound, Refused
from batonpass.domain.life import LifeRules
from batonpass.store import schema as s
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import Talk, held_by, house, with_bot
from tests.support.world import World, queue

Store = BaseStore[Tx]


async def leaves(world: World, talk: Talk, client_id: str = "k", **changes: Any) -> Contact:
    said = {"name": "Ada", "email": "ada@example.com", "message": "Call me", **changes}
    command = LeaveContact(talk.customer, talk.id, client_id, **said)
    contact: Contact = await world.do(leave_contact, command)
    return contact


async def waiting(world: World) -> Talk:
    customer = await world.customer()
    return Talk(world, customer, await world.start(customer))


async def listed(world: World, agent_id: str | None, **how: Any) -> list[str]:
    found = await world.store.read(list_contacts, ListContacts(agent_id, **how))
    return [contact.id for contact in found.contacts]


async def test_a_contact_closes_the_chat_and_is_found_by_its_queue(frozen_store: Store) -> None:
    world = await house(frozen_store)
    talk = await waiting(world)
    world.recorder.take()
    contact = await leaves(world, talk)
    told = world.recorder.take()
    picture = await world.picture(talk.id)
    assert (picture.conversation.status, picture.conversation.close_reason) == (Status.CLOSED, "contact_left")
    assert (await talk.told())[-1] == "contact_left"
    assert [(c.contact.id, c.agents) for c in told if isinstance(c, e.ContactChanged)] == [
        (contact.id, ("R1", "R2", "R3"))
    ]
    assert [a.code for a in told if isinstance(a, e.AlertRaised)] == ["contact_left"]
    assert "ada@example.com" not in str([a.params for a in told if isinstance(a, e.AlertRaised)])
    assert await listed(world, "R1") == [contact.id] == await listed(world, None)
    assert await listed(world, "R4") == [], "R4 is in another queue"
    with pytest.raises(NotAllowed):
        await listed(world, "A")
    await world.settle()
    await talk.lawful()


async def test_a_contact_sent_twice_is_one(frozen_store: Store) -> None:
    world = await house(frozen_store)
    talk = await waiting(world)
    first = await leaves(world, talk)
    assert await leaves(world, talk) == first
    with pytest.raises(ConversationClosed):
        await leaves(world, talk, "another")
    assert await listed(world, "R1") == [first.id]


async def test_a_contact_after_a_chat_that_nobody_answered(frozen_store: Store) -> None:
    """The chat is closed already: it stays as it is, and the contact is kept. One that was ended is over."""
    world = await house(frozen_store, q1=queue("q1", max_wait_ms=1_000))
    talk = await waiting(world)
    await world.advance(1_000)
    before = (await world.picture(talk.id)).conversation
    assert before.close_reason == "unanswered"
    contact = await leaves(world, talk)
    assert (await world.picture(talk.id)).conversation == before
    assert await listed(world, "R1") == [contact.id]
    ended = await waiting(world)
    await world.ends(ended.customer, ended.id)
    with pytest.raises(ConversationClosed):
        await leaves(world, ended)


async def test_no_contact_while_a_person_is_there(frozen_store: Store) -> None:
    world = await house(frozen_store, "R1")
    talk = await held_by(world, "R1")
    with pytest.raises(Refused) as refused:
        await leaves(world, talk)
    assert refused.value.code == "somebody_is_here"
    assert await talk.holder() == "R1"


async def test_a_contact_while_a_bot_holds_ends_its_turn_too(frozen_store: Store) -> None:
    world = await house(frozen_store, "A")
    talk = await with_bot(world)
    await talk.writes("anybody?")
    await leaves(world, talk)
    assert await talk.holder() is None
    await world.settle()
    await talk.lawful()


async def test_contacts_are_the_operators_choice_and_the_customers_own(frozen_store: Store) -> None:
    world = await house(frozen_store, q1=queue("q1", care=Care(contacts=False)))
    talk = await waiting(world)
    with pytest.raises(NotAllowed) as refused:
        await leaves(world, talk)
    assert refused.value.code == "switched_off"
    stranger = await world.customer()
    with pytest.raises(NotFound):
        await leaves(world, Talk(world, stranger, talk.id))


async def test_somebody_answers_a_contact_and_opens_it_again(frozen_store: Store) -> None:
    world = await house(frozen_store)
    contacts = [await leaves(world, await waiting(world)) for _ in range(3)]
    ids = [contact.id for contact in reversed(contacts)]

    async def finish(agent_id: str, contact_id: str, **how: Any) -> Contact:
        found: Contact = await world.do(finish_contact, FinishContact(agent_id, contact_id, **how))
        return found

    done = await finish("R1", ids[0])
    assert (done.done_by, done.done_at) == ("R1", await world.now())
    assert await finish("R2", ids[0]) == done, "twice changes nothing"
    assert await listed(world, "R1") == ids[1:]
    assert await listed(world, "R1", done=True) == ids[:1]
    assert await listed(world, "R1", done=None, limit=2) == ids[:2]
    assert await listed(world, "R1", done=None, limit=2, after=ids[1]) == ids[2:]
    assert (await finish("R2", ids[0], done=False)).done_at is None
    for agent_id, contact_id in (("R4", ids[0]), ("R1", "nothing")):
        with pytest.raises(NotFound):
            await finish(agent_id, contact_id)
    with pytest.raises(NotAllowed):
        await finish("R1", ids[0], supervisor=True)
    with pytest.raises(NotFound):
        await listed(world, "R1", queue_id="q2")
    with pytest.raises(CallerError):
        await listed(world, "R4", after=ids[0])


async def test_a_contact_from_a_queue_of_bots_is_found_by_people(frozen_store: Store) -> None:
    """By those whose part it was last, else by those of the failover queue."""
    world = await house(frozen_store, "B", failover_queue="q2")
    customer = await world.customer()
    alone = Talk(world, customer, await world.start(customer))
    await world.store.run(_nobody_in, "q1")
    contact = await leaves(world, alone)
    assert contact.queue_id == "q2"


def _nobody_in(tx: Tx, queue_id: str) -> None:
    t = s.memberships.c
    tx.do(delete(s.memberships).where(t.queue_id == queue_id, t.agent_id.like("R%")))


async def test_who_left_an_address_after_an_unanswered_chat_does_not_open_it_again(
    frozen_store: Store,
) -> None:
    """Somebody will call: the next word is a new chat's."""
    life = LifeRules(reopen_ms=3_600_000)
    world = await house(frozen_store, q1=queue("q1", max_wait_ms=1_000, life=life))
    talk = await waiting(world)
    await world.advance(1_000)
    assert await world.store.read(may_reopen, world.env, talk.customer, talk.id)
    await leaves(world, talk)
    assert not await world.store.read(may_reopen, world.env, talk.customer, talk.id)
    said = CustomerSays(talk.customer, talk.id, "again", {"type": "text", "text": "hello?"})
    with pytest.raises(ConversationClosed):
        await world.do(write_again, WritesAgain(said))
    await talk.lawful()
