"""What the pages must not do: run a stranger's words, lean on the page around them, hide a refusal."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.stage import Stage, log, offered, timeline, write

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"document.title='owned'\"> <b>bold</b> [my bank](https://evil.example/x)"


async def test_words_of_a_stranger_are_words(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await write(shop, HOSTILE)
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    for page, where in ((desk, timeline(desk)), (shop, log(shop))):
        await expect(where).to_contain_text("<b>bold</b>")
        assert await where.locator("img[src=x]").count() == 0
        assert await page.title() != "owned"
    # The customer's link says where it leads; it cannot wear another name.
    link = timeline(desk).locator(".by-customer a")
    assert await link.inner_text() == await link.get_attribute("href") == "https://evil.example/x"


async def test_an_unknown_key_is_told_and_forgotten(stage: Stage) -> None:
    stage.expected = ("401",)
    page = await stage.page("/desk#key=bpa_nobody")
    await expect(page.get_by_role("alert")).to_contain_text("Not signed in.")
    await expect(page.get_by_label("Name")).to_be_visible()
    assert "bpa_nobody" not in page.url
    assert await page.evaluate("sessionStorage.length") == 0


async def test_a_lost_session_of_the_customer_gets_a_new_one(stage: Stage) -> None:
    shop = await stage.widget()
    spoil = """([key]) => {
        const session = JSON.parse(localStorage[key]);
        localStorage[key] = JSON.stringify({ ...session, token: "bpc_gone" });
    }"""
    key = await shop.evaluate("Object.keys(localStorage).find((key) => key.endsWith(':session'))")
    await shop.evaluate(spoil, [key])
    await shop.reload()
    await expect(log(shop)).to_contain_text("What is it about?")
    await write(shop, "still here")
    await expect(log(shop)).to_contain_text("I have read: still here")


async def test_a_refusal_says_what_did_not_happen_and_the_dialog_stays(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
    await desk.keyboard.press("Alt+T")
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_role("option", name=re.compile("^Billing, night")).click()
    await dialog.get_by_label("Note").fill("kept")
    await desk.keyboard.press("Control+Enter")
    refused = "Not passed: Billing, night opens tomorrow 08:00. You still hold the baton."
    await expect(dialog.get_by_role("alert")).to_contain_text(refused)
    await expect(dialog.get_by_label("Note")).to_have_value("kept")
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
