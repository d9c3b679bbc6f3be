"""What the widget shows beside the talk: the question after a person's part, and an address when nobody is there."""

import pytest
from playwright.async_api import expect

from tests.e2e.stage import Stage, hand_back, log, offered, reply

pytestmark = pytest.mark.browser


async def test_the_customer_says_how_it_was_and_leaves_an_address(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
    await reply(desk, "Here I am.")
    await expect(log(shop)).to_contain_text("Here I am.")
    await hand_back(desk)

    # The question outlives a reload, is answered once, and the chat goes on with the bot.
    await expect(shop.get_by_text("How was your chat with Representative 4?")).to_be_visible()
    await shop.reload()
    await expect(shop.get_by_text("How was your chat with Representative 4?")).to_be_visible()
    await shop.get_by_role("radio", name="Solved", exact=True).check()
    await shop.get_by_label("Anything to add?").fill("Quick and kind")
    await shop.locator(".care").get_by_role("button", name="Send").click()
    await expect(shop.get_by_text("Thank you for your answer.")).to_be_visible()

    # Its people have gone: the survey bot's queue has none, so a wish for one is refused, and an address is taken.
    await shop.get_by_role("button", name="Talk to a person").click()
    await shop.get_by_role("button", name="Leave a message instead").click()
    await shop.get_by_label("Your message").fill("Please call me back")
    await shop.locator(".care").get_by_role("button", name="Send").click()
    assert await shop.evaluate(NEEDED) == "Enter an e-mail address or a telephone number."
    await shop.get_by_label("E-mail").fill("ada@example.com")
    await shop.locator(".care").get_by_role("button", name="Send").click()
    await expect(log(shop)).to_contain_text("We have your message and will get back to you")
    await expect(shop.get_by_role("button", name="Start a new chat")).to_be_visible()


NEEDED = """() => {
  const widget = document.querySelector("batonpass-widget").shadowRoot;
  return widget.querySelector(".care input[name=email]").validationMessage;
}"""
