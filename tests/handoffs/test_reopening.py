"""Coming back: a closed chat that its customer's next word opens again, and the person who served last asked first."""

from typing import Any

import pytest

from batonpass.app import reopening
from batonpass.app.attachments import Upload, keep_attachment
from batonpass.app.messages import CustomerSays
from batonpass.app.reopening import WritesAgain
from batonpass.app.summaries import Silent
from batonpass.domain.agents import Presence
from batonpass.domain.conversation import Entry, Status
from batonpass.domain.errors import ConversationClosed, NotFound
from batonpass.domain.handoff import Kind, Seeks, TargetType
from batonpass.domain.life import LifeRules
from batonpass.store.engine import BaseStore
from batonpass.store.tx import Tx
from tests.handoffs.house import S, Talk, agent, held_by, house, with_bot
from tests.support.world import World, queue

Store = BaseStore[Tx]
DAY = 86_400 * S
COMES_BACK = queue("q1", life=LifeRules(reopen_ms=DAY, affinity_ms=DAY), wrap_up_ms=0)


async def writes_again(talk: Talk, text: str = "one more thing", client_id: str = "") -> Entry:
    """What the customer's door does with a message."""
    return await says_again(talk, {"type": "text", "text": text}, client_id)


async def says_again(talk: Talk, content: dict[str, Any], client_id: str = "") -> Entry:
    world = talk.world
    said = CustomerSays(talk.customer, talk.id, client_id or world.key(), content)
    done = await reopening.customer_writes(world.board, Silent(), said)
    done.push()
    await world.settle()
    entry: Entry = done.reply
    return entry


async def status(talk: Talk) -> Status:
    return (await talk.world.picture(talk.id)).conversation.status


async def resolved(world: World, agent_id: str = "R1") -> Talk:
    talk = await held_by(world, agent_id)
    await world.resolves(agent_id, (await talk.stint(agent_id)).id)
    await world.settle()
    return talk


async def test_the_next_word_opens_a_closed_chat_and_asks_who_held_it_last(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", q1=COMES_BACK)
    talk = await resolved(world)
    before = await talk.entries()
    entry = await writes_again(talk)
    back = await talk.handoff()
    assert (back.kind, back.target, back.boundary_seq) == (Kind.RETURN, agent("R1"), before[-2].seq)
    assert (entry.public_seq, await status(talk)) == ((before[-1].public_seq or 0) + 1, Status.OPEN)
    stint = await talk.takes("R1")
    assert (stint.boundary_seq, (await talk.told())[-2:]) == (before[-2].seq, ["reopened", "joined"])
    await talk.lawful()


async def test_sent_twice_the_word_that_opened_it_is_one(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", q1=COMES_BACK)
    talk = await resolved(world)
    first = await writes_again(talk, client_id="k")
    again = await writes_again(talk, client_id="k")
    await world.do(
        reopening.write_again,
        WritesAgain(CustomerSays(talk.customer, talk.id, "k", {"type": "text", "text": ""})),
    )
    assert (first.id, (await talk.told()).count("reopened")) == (again.id, 1)


async def test_a_file_opens_a_chat_again_only_when_it_is_one_of_it(frozen_store: Store) -> None:
    """Law 11: the reference is checked as in a chat that is open, and the words are those of our record."""
    world = await house(frozen_store, "R1", "R2", q1=COMES_BACK)
    talk, other = await held_by(world, "R1"), await held_by(world, "R2")
    uploads = [Upload(of.id, "a.txt", b"plain words", customer_id=of.customer) for of in (talk, other)]
    mine, theirs = [await world.do(keep_attachment, upload) for upload in uploads]
    await world.resolves("R1", (await talk.stint("R1")).id)
    for attachment_id in (theirs.id, "0" * 32):
        with pytest.raises(NotFound):
            await says_again(talk, {"type": "attachment", "attachment_id": attachment_id})
        assert await status(talk) is Status.CLOSED
    sent = await says_again(talk, {"type": "attachment", "attachment_id": mine.id})
    assert (sent.data["content"], await status(talk)) == (mine.content(), Status.OPEN)


async def test_after_its_window_a_closed_chat_stays_closed(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", q1=COMES_BACK)
    talk = await resolved(world)
    await world.advance(DAY)
    with pytest.raises(ConversationClosed):
        await writes_again(talk)
    assert await status(talk) is Status.CLOSED


async def test_without_a_window_no_chat_opens_again(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", q1=queue("q1", wrap_up_ms=0))
    talk = await resolved(world)
    with pytest.raises(ConversationClosed):
        await writes_again(talk)


async def test_who_has_another_chat_open_opens_no_old_one(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", q1=COMES_BACK)
    talk = await resolved(world)
    await world.start(talk.customer, "another")
    with pytest.raises(ConversationClosed):
        await writes_again(talk)
    assert await status(talk) is Status.CLOSED


async def test_in_after_work_for_it_the_agent_takes_it_again(store: BaseStore[Tx]) -> None:
    """FIELD 27 with a reopened chat: its wrap-up yields, though the agent is full by it."""
    rules = LifeRules(reopen_ms=DAY)
    world = await house(store, "R1", q1=queue("q1", life=rules))
    talk = await resolved(world)
    await held_by(world, "R1")
    assert await talk.wrapping() == ["R1"]
    await writes_again(talk)
    await talk.takes("R1")
    assert (await talk.slots(), await talk.wrapping()) == (["R1"], [])
    await talk.lawful()


async def test_a_chat_that_a_bot_held_last_goes_to_its_queue(store: BaseStore[Tx]) -> None:
    world = await house(store, "A", q1=COMES_BACK)
    talk = await with_bot(world)
    await world.ends(talk.customer, talk.id)
    await writes_again(talk)
    back = await talk.handoff()
    assert (back.target.type, back.seeks, await talk.holder()) == (TargetType.QUEUE, Seeks.ANY, "A")
    assert (await world.stint((await talk.stint("A")).id)).boundary_seq < (await talk.entries())[-1].seq
    await talk.lawful()


async def test_what_was_waited_before_its_end_does_not_count_again(store: BaseStore[Tx]) -> None:
    world = await house(store, q1=COMES_BACK)
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.advance(600 * S)
    await world.connect("R1")
    await world.settle()
    await talk.takes("R1")
    await world.ends(customer, talk.id)
    await writes_again(talk)
    back = await talk.handoff()
    assert back.waiting_key == back.created_at
    await talk.lawful()


async def test_a_chat_that_nobody_ever_held_opens_again_in_its_queue(store: BaseStore[Tx]) -> None:
    world = await house(store, q1=COMES_BACK)
    customer = await world.customer()
    talk = Talk(world, customer, await world.start(customer))
    await world.ends(customer, talk.id)
    await writes_again(talk)
    back = await talk.handoff()
    assert (back.target.type, back.giver_stint_id, back.boundary_seq) == (TargetType.QUEUE, None, 0)
    await talk.lawful()


async def test_a_supervisors_close_is_final(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", q1=COMES_BACK)
    talk = await resolved(world)
    await store.run(_closed_by_supervisor, talk.id)
    with pytest.raises(ConversationClosed):
        await writes_again(talk)


def _closed_by_supervisor(tx: Tx, conversation_id: str) -> None:
    from dataclasses import replace

    conversation = tx.conversation(conversation_id)
    assert conversation is not None
    tx.save_conversation(replace(conversation, close_reason="supervisor"))


async def test_a_new_chat_asks_first_who_served_the_customer_last(store: BaseStore[Tx]) -> None:
    world = await house(store, "A", "R1", "R2", q1=COMES_BACK)
    await world.choose("R1", Presence.AWAY)
    talk = await with_bot(world)
    await world.wants_human(talk.customer, talk.id)
    await world.settle()
    await talk.takes("R2")
    await world.resolves("R2", (await talk.stint("R2")).id)
    await world.choose("R1", Presence.AVAILABLE)
    again = Talk(world, talk.customer, await world.start(talk.customer, "again"))
    await world.settle()
    arrival = await again.handoff()
    assert (arrival.kind, arrival.target) == (Kind.ARRIVAL, agent("R2"))
    await again.takes("R2")
    await again.lawful()


async def test_who_served_last_and_is_not_there_is_passed_by_for_the_queue(store: BaseStore[Tx]) -> None:
    world = await house(store, "R1", "R2", q1=COMES_BACK)
    talk = await resolved(world, "R2")
    await world.connect("A")
    await world.choose("R2", Presence.AWAY)
    again = Talk(world, talk.customer, await world.start(talk.customer, "again"))
    await world.settle()
    assert await again.holder() == "A"
    await again.lawful()


async def test_who_served_last_and_declines_leaves_the_chat_to_the_queue(store: BaseStore[Tx]) -> None:
    world = await house(store, "R2", q1=COMES_BACK)
    talk = await resolved(world, "R2")
    await world.connect("A")
    again = Talk(world, talk.customer, await world.start(talk.customer, "again"))
    await world.settle()
    await again.leaves_it("R2")
    assert await again.holder() == "A"
    await again.lawful()
    await world.advance(DAY)
    late = Talk(world, talk.customer, await _after_the_end(world, again))
    await world.settle()
    assert (await late.handoff()).target.type is TargetType.QUEUE


async def _after_the_end(world: World, talk: Talk) -> str:
    await world.ends(talk.customer, talk.id)
    return await world.start(talk.customer, "much later")


async def test_who_served_last_is_asked_first_only_in_a_queue_of_theirs(frozen_store: Store) -> None:
    """R4, who came from queue 2, is no answer to what queue 1 is for."""
    world = await house(frozen_store, "R1", "R4", q1=COMES_BACK)
    talk = await held_by(world, "R1")
    await talk.transfers("R1", agent("R4"))
    await talk.takes("R4")
    await world.resolves("R4", (await talk.stint("R4")).id)
    await world.settle()
    again = Talk(world, talk.customer, await world.start(talk.customer, "again"))
    await world.settle()
    assert (await again.handoff()).target.type is TargetType.QUEUE
    assert (await world.open_offer("R1")).conversation_id == again.id
    await again.lawful()
