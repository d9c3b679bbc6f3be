"""The two-queue journey by hand, in a real Chromium: widget, bot, person, bot."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.stage import Stage, hand_back, log, offered, reply, timeline, write

pytestmark = pytest.mark.browser


async def test_customer_bot_person_and_the_next_bot(stage: Stage) -> None:
    desk = await stage.desk()
    assert "key" not in desk.url, "the key does not stay in the address"
    shop = await stage.widget()
    await write(shop, "I got size 42 but I ordered 44, order 48-2019.")
    await expect(log(shop)).to_contain_text("I have read: I got size 42")
    await expect(shop.get_by_role("img", name=re.compile("^Order bot for"))).to_be_visible()

    # "Human please": the customer is told, waits, and the offer rings with the story.
    await shop.get_by_role("button", name="Talk to a person").click()
    await expect(log(shop)).to_contain_text("Order bot is passing you to a person.")
    await expect(shop.get_by_text("Waiting for a person")).to_be_visible()
    card = await offered(desk)
    await expect(card).to_contain_text("Escalation")
    await expect(card).to_contain_text("order 48-2019")
    await expect(card).to_contain_text("Why you:")
    await expect(card.get_by_role("img", name=re.compile("offered to You"))).to_be_visible()

    # Accepted by key: the story so far stands in the timeline, and the customer hears who it is.
    await desk.keyboard.press("Alt+A")
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
    await expect(timeline(desk)).to_contain_text("I got size 42 but I ordered 44")
    await expect(timeline(desk)).to_contain_text(re.compile("You took the baton"))
    await expect(desk.get_by_role("region", name="Details")).to_contain_text("By rules")
    await expect(log(shop)).to_contain_text("Representative 4 has joined and has read the chat so far.")
    await expect(shop.get_by_role("img", name=re.compile("Representative 4 for"))).to_be_visible()

    # Both write; a private note stays private.
    await reply(desk, "One pair in **44** is set aside for you.")
    await expect(log(shop).get_by_text("44", exact=True)).to_be_visible()
    await desk.keyboard.press("Alt+P")
    await reply(desk, "Warehouse holds it until 18:00.")
    await expect(timeline(desk)).to_contain_text("Private note by you. Team only.")
    await write(shop, "Can I keep the first pair until then?")
    await expect(timeline(desk)).to_contain_text("Can I keep the first pair until then?")
    await expect(timeline(desk)).to_contain_text("Waiting for your reply")

    # Back to a bot with a note: the operator's policy says which queue.
    await hand_back(desk, "Ask how it went.")
    await expect(log(shop)).to_contain_text("Hello, I am the survey bot. I have a note.")
    await expect(log(shop)).to_contain_text("Representative 4 has passed you to Survey bot.")
    await expect(desk.get_by_label("Mine").get_by_text("Wrap-up", exact=True)).to_be_visible()
    await expect(desk.get_by_role("img", name=re.compile("Survey bot for")).first).to_be_visible()
    await desk.get_by_role("button", name="Finish wrap-up").click()
    await expect(desk.get_by_text("You have no chats now")).to_be_visible()

    said = await log(shop).inner_text()
    assert "Warehouse" not in said
    assert "Ask how it went" not in said
    assert not re.search(r"\b(agent|baton)\b", said, re.IGNORECASE)


async def test_who_is_handed_back_to_a_bot_that_is_not_there_waits_for_no_person(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await expect(shop.get_by_text("Waiting for a person")).to_be_visible()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("Representative 4 has joined")
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
    await stage.bots["survey-bot"].stop()
    await hand_back(desk)
    await expect(log(shop)).to_contain_text("Representative 4 is passing you to a bot.")
    await expect(shop.get_by_text("Waiting", exact=True)).to_be_visible()
    await expect(shop.get_by_text("Waiting for a person")).to_have_count(0)

    # The same from what the server keeps.
    await shop.reload()
    await expect(shop.get_by_text("Waiting", exact=True)).to_be_visible()


@pytest.mark.prove
async def test_a_pressed_choice_is_a_message_and_the_bot_escalates_with_its_note(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="A person", exact=True).click()
    await expect(shop.get_by_role("button", name="A return")).to_have_count(0)
    card = await offered(desk)
    await expect(card).to_contain_text("Order bot: Two labels failed already.")
    await card.get_by_role("button", name="Accept").click()
    details = desk.get_by_role("region", name="Details")
    await expect(details).to_contain_text("Note from Order bot")
    await expect(details).to_contain_text("Two labels failed already.")


async def test_a_declined_offer_says_so_and_the_customer_keeps_waiting(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await offered(desk)
    await desk.keyboard.press("Alt+Shift+A")
    await expect(desk.get_by_text("Declined. It goes to the next on the ladder.").first).to_be_visible()
    await expect(desk.get_by_role("button", name="Accept")).to_have_count(0)
    await expect(shop.get_by_text("Waiting for a person")).to_be_visible()
    await expect(shop.get_by_text("Your place", exact=True)).to_be_visible()


async def test_the_customer_ends_the_chat_and_starts_another(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("Representative 4 has joined")
    await shop.get_by_role("button", name="End chat").click()
    await shop.get_by_role("button", name="Keep chatting").click()
    await shop.get_by_role("button", name="End chat").click()
    await shop.get_by_role("button", name="End chat").click()
    await expect(log(shop)).to_contain_text("You ended the chat.")
    await expect(timeline(desk)).to_contain_text("Closed. The customer ended it.")
    await expect(desk.get_by_label("Mine").get_by_text("Wrap-up", exact=True)).to_be_visible()
    await shop.get_by_role("button", name="Start a new chat").click()
    await expect(log(shop)).to_contain_text("What is it about?")
    await expect(log(shop)).not_to_contain_text("You ended the chat.")


@pytest.mark.prove
async def test_resolving_closes_the_chat_for_both(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await desk.get_by_role("button", name="Resolve").click()
    await expect(log(shop)).to_contain_text("Representative 4 has marked this as solved.")
    await expect(timeline(desk)).to_contain_text("Closed. It was resolved.")
    await expect(shop.get_by_placeholder("Write to open this chat again")).to_be_visible()


async def test_a_missed_offer_sets_away_and_coming_back_brings_it_again(stage: Stage) -> None:
    port = await stage.stop_server()
    stage.offer_seconds, stage.source = 2, "file"
    await stage.start(port)
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await offered(desk)
    await expect(desk.get_by_label("Presence")).to_have_value("missed")
    await expect(desk.get_by_text("This offer ended: the time was over.").first).to_be_visible()
    await expect(shop.get_by_text("Waiting for a person")).to_be_visible()
    await desk.get_by_label("Presence").select_option("available")
    await desk.get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("Representative 4 has joined")
