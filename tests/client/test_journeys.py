"""Both journeys on the SDK with the sample bots, against the real server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from batonpass.client import CustomerClient, Refused, RepresentativeClient, Timing
from batonpass.demo.bots import survey_bot, triage_bot
from tests.client.house import House
from tests.support.until import until

QUICK = Timing(ack=5, backoff_first=0.02, backoff_most=0.2)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = await House(tmp_path).up()
    yield house
    await house.down()


def dense(numbers: list[int]) -> bool:
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def hears(customer: CustomerClient, text: str) -> None:
    await customer.find(lambda entry: text in entry.text, 10)


@pytest.mark.parametrize("journey", ["two-queues", "one-queue"])
async def test_customer_bot_representative_bot(house: House, journey: str) -> None:
    async with (
        triage_bot(house.url, house.keys["triage"]) as triage,
        survey_bot(house.url, house.keys["survey"]),
        RepresentativeClient(house.url, house.keys["representative-1"], timing=QUICK) as rita,
        CustomerClient(house.url, timing=QUICK) as customer,
    ):
        await rita.available()
        await customer.start({"journey": journey, "name": "Vera"})
        await hears(customer, "What is it about?")
        await customer.send("Where is my parcel 20450?")
        await until(lambda: "order" in next(iter(triage.chats.values())).context)
        offer = await rita.next_offer(10)
        assert offer.context["order"] == "20450"
        assert offer.info.handoff.reason == "order 20450 is not in the list"
        assert offer.note == "topic: parcel; order: 20450"
        assert offer.summary is not None
        assert "20450" in offer.summary.prose

        chat = await offer.accept(10)
        assert chat.note == offer.note
        assert "Where is my parcel 20450?" in [entry.text for entry in chat.transcript]
        await chat.send("It left today, sorry for the wait.")
        await hears(customer, "sorry for the wait")
        await customer.send("Great, thank you!")
        await chat.until(lambda chat: chat.transcript[-1].from_customer, 10)
        await chat.hand_back("parcel was late, sent today")
        await hears(customer, "You talked to Rita about your parcel.")
        await hears(customer, "Was it settled?")
        await chat.until(lambda chat: chat.state == "wrap_up", 10)
        await chat.finish()
        await chat.until(lambda chat: chat.state == "ended" and chat.entries.closed, 10)

        assert customer.holder is not None
        assert (customer.holder.kind, customer.holder.name) == ("bot", "Survey bot")
        await customer.send("Partly")
        await hears(customer, "how easy was it?")
        await customer.send("4")
        await hears(customer, "Thank you, that helps.")
        await customer.end()
        await customer.entries.until(lambda: customer.entries.closed, 10)

        assert customer.status == "closed"
        assert dense([entry.number for entry in customer.entries])
        assert not any("parcel was late" in entry.text for entry in customer.entries)
        assert dense([entry.number for entry in chat.transcript])


async def test_two_misunderstandings_are_a_reason_to_escalate(house: House) -> None:
    async with (
        triage_bot(house.url, house.keys["triage"]),
        RepresentativeClient(house.url, house.keys["representative-1"], timing=QUICK) as rita,
        CustomerClient(house.url, timing=QUICK) as customer,
    ):
        await rita.available()
        await customer.start()
        await hears(customer, "What is it about?")
        await customer.send("mumble")
        await hears(customer, "I did not get that")
        await customer.send("mumble mumble")
        offer = await rita.next_offer(10)
        assert offer.info.handoff.reason == "not understood twice"


async def test_the_customer_asks_for_a_person_and_the_first_offer_is_declined(house: House) -> None:
    async with (
        triage_bot(house.url, house.keys["triage"]),
        RepresentativeClient(house.url, house.keys["representative-1"], timing=QUICK) as rita,
        RepresentativeClient(house.url, house.keys["representative-2"], timing=QUICK) as rob,
        CustomerClient(house.url, timing=QUICK) as customer,
    ):
        await rita.available()
        await rob.available()
        await customer.start({"journey": "one-queue"})
        await hears(customer, "What is it about?")
        asked = await customer.ask_for_human("in a hurry")
        assert asked.answer.type == "queued"
        assert (await customer.ask_for_human()).answer.type == "already"
        await until(lambda: rita.offers or rob.offers)
        first, second = (rita, rob) if rita.offers else (rob, rita)
        offer = await first.next_offer(10)
        await offer.decline("at lunch")
        assert await offer.ended(10) == "declined"
        with pytest.raises(Refused) as caught:
            await offer.accept()
        assert caught.value.code == "offer_ended"
        chat = await (await second.next_offer(10)).accept(10)
        await chat.send("Here I am.")
        await hears(customer, "Here I am.")
        await chat.resolve()
        await until(lambda: customer.status == "closed")
        with pytest.raises(Refused) as caught:
            await customer.send("one more thing")
        assert caught.value.code == "conversation_closed"


async def test_a_bot_that_is_started_anew_goes_on_where_it_was(house: House) -> None:
    async with CustomerClient(house.url, timing=QUICK) as customer:
        first = triage_bot(house.url, house.keys["triage"])
        await first.start()
        await customer.start()
        await hears(customer, "What is it about?")
        await first.stop()
        await customer.send("mumble")
        await customer.send("it is about order 20457")
        async with triage_bot(house.url, house.keys["triage"]) as second:
            await hears(customer, "Order 20457 is on its way")
            chat = next(iter(second.chats.values()))
            assert [text for text in chat.my_texts() if "What is it about?" in text]
            said = [
                entry.text for entry in customer.entries if entry.actor_type == "bot" and entry.is_message
            ]
            assert len([text for text in said if "What is it about?" in text]) == 1


async def test_a_customer_who_comes_back_with_the_token_reads_everything_again(house: House) -> None:
    async with triage_bot(house.url, house.keys["triage"]):
        async with CustomerClient(house.url, timing=QUICK) as before:
            await before.start()
            await before.send("Where is order 20451?")
            await hears(before, "was delivered")
            token, seen = before.token, [entry.text for entry in before.entries]
        async with CustomerClient(house.url, token, timing=QUICK) as after:
            await hears(after, "was delivered")
            assert [entry.text for entry in after.entries] == seen
            again = await after.start()
            assert (again.conversation_id, again.created) == (before.conversation_id, False)
            assert after.holder is not None


async def test_a_cut_customer_misses_nothing(house: House) -> None:
    async with (
        triage_bot(house.url, house.keys["triage"]) as bot,
        CustomerClient(house.url, timing=QUICK) as customer,
    ):
        await customer.start()
        await hears(customer, "What is it about?")
        for number in range(6):
            await (customer if number % 2 else bot).connection.cut()
            await customer.send(f"Where is order 2045{number + 4}?", client_id=f"k{number}")
            await hears(customer, f"Order 2045{number + 4} is on its way")
        mine = [entry.text for entry in customer.entries if entry.from_customer]
        assert mine == [f"Where is order 2045{number + 4}?" for number in range(6)]
        assert dense([entry.number for entry in customer.entries])
        assert customer.connection.reconnects + bot.connection.reconnects >= 6


async def test_a_wrong_key_is_refused_for_good(house: House) -> None:
    bot = triage_bot(house.url, "bp_agent_wrong")
    with pytest.raises(Refused) as caught:
        await bot.start()
    assert caught.value.code == "bad_token"
    await bot.stop()
