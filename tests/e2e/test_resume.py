"""What a reload, a lost server and a closed widget must not lose."""

import pytest
from playwright.async_api import expect

from tests.e2e.stage import Stage, log, offered, reply, timeline, write

pytestmark = pytest.mark.browser


async def test_a_reload_brings_the_same_chat_back_on_both_sides(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await write(shop, "Where is my parcel?")
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await reply(desk, "I am looking it up.")
    await expect(log(shop)).to_contain_text("I am looking it up.")
    await expect(timeline(desk)).to_contain_text(", read")
    before = await log(shop).inner_text()
    lines = await timeline(desk).inner_text()

    await shop.reload()
    await expect(log(shop)).to_contain_text("I am looking it up.")
    assert await log(shop).inner_text() == before

    await desk.reload()
    await desk.get_by_role("button", name="You hold it").click()
    await expect(timeline(desk)).to_contain_text("I am looking it up.")
    assert await timeline(desk).inner_text() == lines
    await reply(desk, "Found it.")
    await expect(log(shop)).to_contain_text("Found it.")


async def test_what_is_written_while_the_server_is_away_arrives_once_and_in_order(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()

    port = await stage.stop_server()
    await expect(shop.get_by_text("Reconnecting.")).to_be_visible()
    await expect(desk.get_by_text("Reconnecting")).to_be_visible()
    for text in ("first", "second", "third"):
        await write(shop, text)
    await reply(desk, "from the desk")
    await expect(shop.get_by_text("Not sent yet")).to_have_count(3)
    await expect(desk.get_by_text("Not sent yet")).to_have_count(1)
    await expect(desk.get_by_text("1 message goes out when we are back.")).to_be_visible()

    await stage.start(port)
    await expect(shop.get_by_text("Not sent yet")).to_have_count(0)
    await expect(shop.get_by_text("Reconnecting.")).to_be_hidden()
    await expect(timeline(desk)).to_contain_text("third")
    await expect(log(shop)).to_contain_text("from the desk")
    mine = await log(shop).locator(".mine .bubble").all_inner_texts()
    assert [text.split()[-1] for text in mine] == ["first", "second", "third"]


async def test_an_unsent_message_survives_a_reload_of_the_page(stage: Stage) -> None:
    shop = await stage.widget()
    port = await stage.stop_server()
    await expect(shop.get_by_text("Reconnecting.")).to_be_visible()
    await write(shop, "written before the reload")
    await expect(shop.get_by_text("Not sent yet")).to_be_visible()
    kept = await shop.evaluate("Object.keys(localStorage).filter((key) => key.includes(':out:')).length")
    assert kept == 1
    await stage.start(port)
    await shop.reload()
    await expect(log(shop)).to_contain_text("I have read: written before the reload")
    assert await log(shop).locator(".mine").count() == 1


async def test_a_closed_widget_counts_what_comes_in(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("has joined")
    await shop.keyboard.press("Escape")
    await reply(desk, "Are you still there?")
    launcher = shop.get_by_role("button", name="Open chat, 1 unread")
    await expect(launcher).to_be_visible()
    await expect(launcher).to_be_focused()
    await launcher.click()
    await expect(log(shop)).to_contain_text("Are you still there?")
