"""Every way to hand over, on the SDK against the real server: transfers, helpers, consultation, leaving."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from batonpass.client import (
    TO_PREVIOUS,
    Bot,
    BotChat,
    CustomerClient,
    Entry,
    Message,
    Refused,
    RepresentativeChat,
    RepresentativeClient,
    Timing,
    to_agent,
    to_next,
    to_queue,
)
from tests.client.house import House

QUICK = Timing(ack=5, backoff_first=0.02, backoff_most=0.2)
RITA, ROB = "representative-1", "representative-2"


@dataclass
class Scene:
    """A customer whom Rita holds; Rob and the survey bot are there."""

    customer: CustomerClient
    rita: RepresentativeClient
    rob: RepresentativeClient
    survey: Bot
    chat: RepresentativeChat
    greeted: list[str] = field(default_factory=list)
    turns: list[str] = field(default_factory=list)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    house = await House(tmp_path).up()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(house.down)
        triage, survey = (Bot(house.url, house.keys[name], timing=QUICK) for name in ("triage", "survey"))
        triage.on_message(escalate)
        greeted, turns = advises(survey)
        rita, rob = (RepresentativeClient(house.url, house.keys[name], timing=QUICK) for name in (RITA, ROB))
        customer = CustomerClient(house.url, timing=QUICK)
        for client in (triage, survey, rita, rob, customer):
            await stack.enter_async_context(client)
        await rita.available()
        await customer.start({"journey": "one-queue"})
        await customer.send("I would like to talk to a person.")
        chat = await (await rita.next_offer(10)).accept(10)
        await rob.available()
        yield Scene(customer, rita, rob, survey, chat, greeted, turns)


async def escalate(chat: BotChat, message: Message) -> None:
    await chat.escalate("as asked")


def advises(bot: Bot) -> tuple[list[str], list[str]]:
    """Have a bot answer whispers, and note its greetings and turns."""
    greeted: list[str] = []
    turns: list[str] = []

    @bot.on_whisper
    async def advise(chat: BotChat, entry: Entry) -> None:
        await chat.whisper(f"I would say yes to: {entry.text}", to=[str(entry.actor_id)])

    @bot.on_greet
    async def greet(chat: BotChat) -> None:
        greeted.append(chat.stint_id)
        await chat.reply("Hello again.")

    @bot.on_message
    def answer(chat: BotChat, message: Message) -> None:
        turns.append(message.text)

    return greeted, turns


async def heard(customer: CustomerClient, text: str) -> None:
    await customer.find(lambda entry: text in entry.text, 10)


async def told(chat: RepresentativeChat | BotChat, text: str) -> Entry:
    return await chat.entries.find(lambda entry: text in entry.text, 10)


def texts(customer: CustomerClient) -> str:
    return " ".join(entry.text for entry in customer.entries)


async def test_a_cold_transfer_brings_note_edited_summary_and_context(scene: Scene) -> None:
    preview = await scene.chat.preview()
    assert preview is not None
    assert preview.maker.name == "rules"
    asked = await scene.chat.transfer(
        to_agent(ROB),
        note="a late parcel",
        reason="parcels",
        context={"topic": "parcel"},
        summary_text="She waits for it since Monday.",
    )
    assert asked.answer.type == "offered"
    await scene.chat.until(lambda chat: [handoff.kind for handoff in chat.pending] == ["transfer"], 10)
    with pytest.raises(Refused) as caught:
        await scene.chat.transfer(to_agent(ROB))
    assert caught.value.code == "handoff_pending"
    assert scene.chat.live
    chat = await (await scene.rob.next_offer(10)).accept(10)
    assert (chat.role, chat.note, chat.context["topic"]) == ("holder", "a late parcel", "parcel")
    assert chat.handoff is not None
    assert chat.handoff.summary_text == "She waits for it since Monday."
    await scene.chat.until(lambda chat: not chat.live, 10)
    await scene.chat.until(lambda chat: chat.state_of(asked.handoff_id) == "completed", 10)
    assert "late parcel" not in texts(scene.customer)


async def test_a_warm_transfer_is_two_stints_of_one_agent(scene: Scene) -> None:
    asked = await scene.chat.transfer(to_agent(ROB), leave="on_complete")
    consulted = await (await scene.rob.next_offer(10)).accept(10)
    assert consulted.role == "consulted"
    await scene.chat.until(lambda chat: chat.state_of(asked.handoff_id) == "accepted", 10)
    await scene.chat.whisper("Can you take this one?", to=[ROB])
    await told(consulted, "Can you take this one?")
    await consulted.whisper("Gladly.")
    assert (await told(scene.chat, "Gladly.")).is_whisper
    with pytest.raises(Refused):
        await consulted.send("Hello from behind the curtain.")
    state = await scene.chat.complete(asked.handoff_id)
    assert state.state == "completed"
    await scene.rob.changed.until(lambda: any(c.role == "holder" for c in scene.rob.chats.values()), 10)
    holds = next(chat for chat in scene.rob.chats.values() if chat.role == "holder")
    assert holds.stint_id != consulted.stint_id
    await holds.send("I am Rob.")
    await heard(scene.customer, "I am Rob.")
    await told(holds, "I am Rob.")
    assert [p.name for p in holds.participants] == ["Rob"]
    assert holds.my_texts() == ["I am Rob."]
    await consulted.until(lambda chat: chat.state == "ended", 10)
    numbers = [entry.number for entry in holds.entries]
    assert numbers == list(range(1, len(numbers) + 1))
    for words in ("take this one", "Gladly", "curtain"):
        assert words not in texts(scene.customer)


async def test_a_warm_transfer_is_taken_back(scene: Scene) -> None:
    asked = await scene.chat.transfer(to_agent(ROB), leave="on_complete")
    consulted = await (await scene.rob.next_offer(10)).accept(10)
    assert (await scene.chat.cancel(asked.handoff_id)).state == "cancelled"
    await consulted.until(lambda chat: chat.state == "ended", 10)
    assert scene.chat.live
    await scene.chat.send("I go on myself.")
    await heard(scene.customer, "I go on myself.")


async def test_a_helper_speaks_and_goes_on_when_the_holder_leaves(scene: Scene) -> None:
    await scene.chat.invite(to_agent(ROB), note="please listen in")
    helper = await (await scene.rob.next_offer(10)).accept(10)
    assert (helper.role, helper.note) == ("helper", "please listen in")
    await helper.send("I can help with that.")
    await heard(scene.customer, "I can help with that.")
    await told(scene.chat, "I can help with that.")
    assert [(p.name, p.role) for p in scene.chat.participants] == [("Rita", "holder"), ("Rob", "helper")]
    await scene.chat.leave()
    await scene.rob.changed.until(lambda: any(c.role == "holder" for c in scene.rob.chats.values()), 10)
    holds = next(chat for chat in scene.rob.chats.values() if chat.role == "holder")
    assert holds.handoff is not None
    assert holds.handoff.kind == "promotion"
    await holds.send("I take it from here.")
    await heard(scene.customer, "I take it from here.")


async def test_the_holder_removes_a_helper(scene: Scene) -> None:
    await scene.chat.invite(to_agent(ROB))
    helper = await (await scene.rob.next_offer(10)).accept(10)
    await scene.chat.until(lambda chat: len(chat.participants) == 2, 10)
    await scene.chat.remove(helper.stint_id)
    await helper.until(lambda chat: not chat.live, 10)
    assert scene.chat.live
    await heard(scene.customer, "Rob has left")


async def test_a_bot_is_consulted_in_whispers_and_has_no_turns(scene: Scene) -> None:
    await scene.chat.consult(to_agent("survey"), seeks="bot")
    await scene.chat.until(lambda chat: len(chat.participants) == 2, 10)
    bot = scene.chat.participants[1]
    assert (bot.role, bot.kind, bot.agent_id) == ("consulted", "bot", "survey")
    await scene.customer.send("Is it on its way?")
    await scene.chat.whisper("Is her parcel on its way?", to=["survey"])
    answer = await told(scene.chat, "I would say yes to: Is her parcel on its way?")
    assert str(answer.data["client_id"]).startswith(f"wh:{bot.stint_id}:")
    await scene.chat.remove(bot.stint_id)
    await scene.chat.until(lambda chat: len(chat.participants) == 1, 10)
    assert (scene.greeted, scene.turns) == ([], [])
    assert "I would say yes" not in texts(scene.customer)


async def test_a_hand_back_tells_the_bot_what_was_settled(scene: Scene) -> None:
    await scene.chat.hand_back("all done", settled="sent today", promised="a mail", avoid="the number")
    await heard(scene.customer, "Hello again.")
    chat = next(iter(scene.survey.chats.values()))
    assert chat.handoff is not None
    assert chat.handoff.brief is not None
    brief = chat.handoff.brief
    assert (brief.settled, brief.promised, brief.avoid) == ("sent today", "a mail", "the number")


async def test_ask_before_you_promise(scene: Scene) -> None:
    named = await scene.chat.availability("transfer", target=to_agent(ROB))
    assert (named.available, named.free) == (True, 1)
    ladder = await scene.chat.availability("transfer", target=to_next("everything"))
    assert ladder.available
    nowhere = await scene.chat.availability("transfer", target=to_queue("nowhere"))
    assert not nowhere.available
    assert "nowhere" in (nowhere.reason or "")
    back = await scene.chat.availability("hand_back", target=TO_PREVIOUS)
    assert back.available


async def test_resolved_and_left_by_the_last_one_is_closed(scene: Scene) -> None:
    await scene.chat.leave(resolved=True)
    await scene.customer.entries.until(lambda: scene.customer.status == "closed", 10)
    await scene.chat.until(lambda chat: not chat.live, 10)


async def test_a_bot_is_talked_to_first_and_then_holds_and_greets(scene: Scene) -> None:
    asked = await scene.chat.transfer(to_agent("survey"), leave="on_complete", seeks="bot")
    assert asked.answer.type == "accepted"
    await scene.chat.until(lambda chat: len(chat.participants) == 2, 10)
    consulted = scene.chat.participants[1]
    assert consulted.role == "consulted"
    await scene.chat.whisper("Please ask how it was.", to=["survey"])
    await told(scene.chat, "I would say yes to: Please ask how it was.")
    assert scene.greeted == []
    await scene.chat.complete(asked.handoff_id)
    await heard(scene.customer, "Hello again.")
    assert len(scene.greeted) == 1
    assert scene.greeted[0] != consulted.stint_id
    await scene.customer.send("It was fine.")
    await scene.survey.changed.until(lambda: scene.turns == ["It was fine."], 10)


async def test_what_a_desk_asks(scene: Scene) -> None:
    """Where the chat can go, the lists of both, search: Rob sees that it is there, and none of its words."""
    found = await scene.chat.targets("rob")
    assert [to.agent.name for to in found.agents if to.refused is None] == ["Rob"]
    assert {to.queue_id: to.refused is None for to in (await scene.chat.targets()).queues} == {
        "orders": False,  # nobody but who is in the chat
        "survey": False,
        "everything": True,
    }
    (mine,) = (await scene.rita.conversations("all")).conversations
    (his,) = (await scene.rob.conversations("all")).conversations
    assert mine.last is not None
    assert his.last is not None
    assert (mine.last.text, his.last.text) == ("I would like to talk to a person.", "")
    assert (mine.may, his.may) == (["read"], [])
    (hit,) = await scene.rita.search("person")
    assert hit.hit is not None
    assert hit.hit.where == "message"
    assert await scene.rob.search("person") == await scene.chat.history() == []
    with pytest.raises(Refused):
        await scene.rita.conversations("queue", cursor="nonsense")
