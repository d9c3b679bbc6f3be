"""A chat on hold and back, picked up by hand, and opened again by its customer, on both screens."""

import pytest
from playwright.async_api import expect

from tests.e2e.stage import Stage, log, offered, reply, write

pytestmark = pytest.mark.browser


async def test_hold_resume_pick_up_and_reopen(stage: Stage) -> None:
    shop = await stage.widget()
    desk = await stage.desk()
    await shop.get_by_role("button", name="Talk to a person").click()
    await offered(desk)
    await desk.keyboard.press("Alt+A")
    await reply(desk, "Let me look.")
    await desk.keyboard.press("Alt+H")
    await desk.get_by_role("dialog").get_by_label("Reason").fill("Waiting for the warehouse.")
    await desk.get_by_role("button", name="Put on hold").click()
    await expect(log(shop)).to_contain_text("Representative 4 has put this chat on hold.")
    held = desk.get_by_role("tab", name="On hold")
    await expect(held).to_contain_text("1")
    await held.click()
    await desk.get_by_role("button", name="Resume", exact=True).click()
    await expect(log(shop)).to_contain_text("Representative 4 goes on with you.")
    await expect(held).to_contain_text("0")

    await reply(desk, "Done.")
    await desk.get_by_role("button", name="Resolve").click()
    await expect(shop.get_by_placeholder("Write to open this chat again")).to_be_visible()
    await write(shop, "One more thing.")
    await expect(log(shop)).to_contain_text("The chat is open again.")
    await offered(desk)
    await desk.get_by_role("tab", name="Queue").click()
    await desk.get_by_role("button", name="Pick up").click()
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
    await reply(desk, "Of course.")
    await expect(log(shop)).to_contain_text("Of course.")
