"""The conversation at the desk: passed on, helped with, written to, closed; on two desks and the customer's page."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.stage import Stage, log, offered, reply, timeline, write

pytestmark = pytest.mark.browser


async def held(stage: Stage) -> tuple[Page, Page]:
    """A desk that holds a chat, and the customer's page."""
    desk = await stage.desk()
    shop = await stage.widget()
    await write(shop, "I got size 42 but I ordered 44, order 48-2019.")
    await expect(log(shop)).to_contain_text("I have read")
    await shop.get_by_role("button", name="Talk to a person").click()
    await offered(desk)
    await desk.keyboard.press("Alt+A")
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
    return desk, shop


def details(page: Page) -> Locator:
    return page.get_by_role("region", name="Details")


@pytest.mark.prove
async def test_warm_with_an_edited_summary_taken_back_and_then_completed(stage: Stage) -> None:
    desk, shop = await held(stage)
    other = await stage.desk("colleague")

    # The dialog: search, keys, what is edited is marked, and the foot says what will happen.
    await desk.keyboard.press("Alt+T")
    dialog = desk.get_by_role("dialog", name="Transfer")
    search = dialog.get_by_role("combobox")
    await expect(search).to_be_focused()
    await search.fill("representative 7")
    await expect(dialog.get_by_role("option")).to_have_count(1)
    await search.press("ArrowDown")
    await expect(dialog.get_by_role("option", selected=True)).to_contain_text("2 free")
    await dialog.get_by_label("Issue").fill("Got size 42, ordered 44. Label fee still open.")
    await expect(dialog.get_by_text("Edited by you")).to_be_visible()
    await dialog.get_by_label("Note").fill("Supervisor has agreed.")
    await dialog.get_by_role("radio", name="When I complete").check()
    await expect(dialog.locator("footer")).to_contain_text("Representative 7 gets an offer for 30 s.")
    await desk.keyboard.press("Control+Enter")
    await expect(dialog).to_have_count(0)

    # Whisper; the customer hears nothing; taken back; the other one is out.
    await offered(other)
    await other.keyboard.press("Alt+A")
    await expect(other.get_by_text("You are consulted: only agents hear you.")).to_be_visible()
    await expect(details(other)).to_contain_text("Label fee still open.")
    await expect(details(other)).to_contain_text("By rules, edited by Representative 4")
    await expect(details(other)).to_contain_text("Supervisor has agreed.")
    await reply(other, "I may refund it.")
    await expect(timeline(desk)).to_contain_text("Whisper from Representative 7. Agents only.")
    await desk.get_by_role("button", name="Whisper").click()
    await reply(desk, "Not yet, thank you.")
    await expect(timeline(other)).to_contain_text("Not yet, thank you.")
    await desk.get_by_role("button", name="Take back").click()
    await expect(desk.get_by_role("button", name="Complete")).to_have_count(0)
    await expect(details(desk)).not_to_contain_text("consulted")

    # Once more, and completed: the other one holds, the first one has its after-work.
    await desk.keyboard.press("Alt+T")
    await desk.get_by_role("option", name=re.compile("Representative 7")).click()
    await desk.get_by_role("radio", name="When I complete").check()
    await desk.get_by_role("button", name="Offer to Representative 7").click()
    await other.get_by_role("button", name="Accept").click()
    await desk.get_by_role("button", name="Complete").click()
    await expect(other.get_by_text("You hold the baton.")).to_be_visible()
    await reply(other, "Now I speak with you.")
    await expect(log(shop)).to_contain_text("Now I speak with you.")
    await desk.get_by_label("What was it about?").select_option("Refunded")
    await desk.get_by_role("button", name="Finish wrap-up").click()
    await expect(desk.get_by_text("Wrap-up finished")).to_be_visible()
    assert "refund" not in await log(shop).inner_text()


async def test_invited_consulted_taken_out_called_off_and_refused(stage: Stage) -> None:
    desk, shop = await held(stage)
    other = await stage.desk("colleague")

    await desk.get_by_role("button", name="Invite or ask somebody").click()
    await desk.get_by_role("option", name=re.compile("Representative 7")).click()
    await desk.get_by_role("button", name="Invite Representative 7").click()
    await offered(other)
    await expect(details(desk)).to_contain_text("Representative 7invited")
    await desk.get_by_role("button", name="Call off the invitation of Representative 7").click()
    await expect(details(desk)).not_to_contain_text("invited")

    await desk.get_by_role("button", name="More").click()
    await desk.get_by_role("menuitem", name="Invite a colleague").click()
    await desk.get_by_role("option", name=re.compile("Representative 7")).click()
    await desk.keyboard.press("Control+Enter")
    await other.get_by_role("button", name="Accept").click()
    await expect(other.get_by_text("You help here. The customer sees your name.")).to_be_visible()
    await reply(other, "I know this one.")
    await expect(log(shop)).to_contain_text("I know this one.")

    # With a helper in, the holder leaves instead of closing; the sentence says why.
    await desk.keyboard.press("Alt+E")
    await expect(desk.get_by_role("alert")).to_contain_text(
        "Not closed: Representative 7 is still in this chat."
    )
    await desk.get_by_role("button", name="Take Representative 7 out").click()
    await expect(log(shop)).to_contain_text("Representative 7 has left the chat.")

    # A bot may be asked for advice, unseen by the customer.
    await desk.get_by_role("button", name="More").click()
    await desk.get_by_role("menuitem", name="Ask for advice in private").click()
    await desk.get_by_role("option", name=re.compile("Billing bot")).click()
    await desk.get_by_role("button", name="Ask Billing bot").click()
    await expect(timeline(desk)).to_contain_text("Billing bot joined, unseen by the customer")
    assert "Billing bot" not in await log(shop).inner_text()


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cf"
    "c0000003010100c9fe92ef0000000049454e44ae426082"
)


async def test_saved_replies_files_and_the_way_back_in_one_click(stage: Stage) -> None:
    desk, shop = await held(stage)

    # A stroke opens the saved replies; they are filled in; a gap is named and chosen.
    box = desk.locator("#composer")
    await box.press("/")
    await expect(desk.get_by_role("option", name=re.compile("48-2019"))).to_be_visible()
    await box.press_sequentially("lab")
    ready = desk.get_by_role("listbox", name="Saved replies").get_by_role("option")
    await expect(ready).to_have_count(1)
    await box.press("Enter")
    await expect(box).to_have_value("Your label for order 48-2019 is in your e-mail.")
    await box.press("Enter")
    await expect(log(shop)).to_contain_text("Your label for order 48-2019 is in your e-mail.")
    await box.press_sequentially("/hi")
    await expect(ready).to_have_count(1)
    await box.press("Tab")
    await expect(desk.get_by_text("No value for customer: fill it in before you send.")).to_be_visible()
    assert await desk.evaluate("getSelection().toString()") == "[customer]"

    # A draft survives a reload; files go with the message; what is no file of these types is refused.
    await box.fill("Here it is.")
    await desk.reload()
    await desk.get_by_role("button", name="You hold it").click()
    await expect(box).to_have_value("Here it is.")
    stage.expected = (*stage.expected, "422")
    files = [("label.png", "image/png", PNG), ("run.exe", "application/x-msdownload", b"MZ" + bytes(99))]
    await desk.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": kind, "buffer": data} for name, kind, data in files]  # type: ignore[arg-type]
    )
    await expect(desk.get_by_role("list", name="Files")).to_contain_text("Files of this type are not taken")
    await expect(desk.get_by_role("list", name="Files")).to_contain_text("69 bytes")
    await box.press("Enter")
    await expect(timeline(desk).get_by_role("button", name=re.compile("^label.png"))).to_be_visible()
    await expect(timeline(desk).locator(".picture img")).to_have_js_property("naturalWidth", 1)
    await expect(log(shop)).to_contain_text("label.png")

    # Back to where the policy says.
    await desk.get_by_role("button", name="Back to Survey bot").click()
    await expect(log(shop)).to_contain_text("Hello, I am the survey bot. No note.")
