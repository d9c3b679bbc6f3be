"""The desk around the conversation: its lists, search, unread, drafts, keys, and what rings."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.stage import Stage, log, offered, reply, timeline, write

pytestmark = pytest.mark.browser


async def asks(stage: Stage, desk: Page, words: str) -> Page:
    """A customer who writes and wants a person, until the desk is offered the chat."""
    shop = await stage.widget()
    await write(shop, words)
    await expect(log(shop)).to_contain_text("I have read")
    await shop.get_by_role("button", name="Talk to a person").click()
    await offered(desk)
    return shop


async def test_two_chats_at_once_with_unread_drafts_and_the_longest_wait_first(stage: Stage) -> None:
    desk = await stage.desk()
    await expect(desk).to_have_title("Desk · Batonpass")
    first = await asks(stage, desk, "Where is my parcel?")
    await expect(desk).to_have_title("1 offer · Desk · Batonpass")
    await expect(desk.get_by_role("tab", name="Queue")).to_contain_text("1")
    await desk.keyboard.press("Alt+A")
    await reply(desk, "I am looking it up.")
    await desk.locator("#composer").fill("It left the")
    second = await asks(stage, desk, "Charged twice.")
    await desk.keyboard.press("Alt+A")
    # The composer has text, so the chat that was taken does not open by itself.
    await desk.get_by_role("status").get_by_role("button", name="Open").click()
    mine = desk.get_by_role("list", name="Mine").get_by_role("listitem")
    await expect(mine).to_have_count(2)
    await reply(desk, "Let me see.")

    await write(first, "Are you there?")
    # Who waits for an answer comes first, is counted until somebody looks, and keeps the draft that was begun.
    await expect(mine.first).to_contain_text("Are you there?")
    await expect(mine.first).to_contain_text("1 unread")
    await expect(mine.first).to_contain_text("Draft")
    await expect(desk).to_have_title("(1) Desk · Batonpass")
    await desk.reload()
    await expect(mine.first).to_contain_text("Draft")
    await expect(mine.first).to_contain_text("Are you there?")
    await expect(desk.get_by_role("heading", name="for your reply")).to_be_visible()
    await desk.keyboard.press("Alt+U")
    await expect(desk.locator("#composer")).to_have_value("It left the")
    await expect(timeline(desk)).to_contain_text("Waiting for your reply")
    await reply(desk, "It left the depot.")
    await expect(log(first)).to_contain_text("It left the depot.")
    await expect(log(second)).not_to_contain_text("depot")

    # The search finds what was said in any of them, and opens it.
    await desk.locator("#timeline").focus()
    await desk.keyboard.press("/")
    found = desk.get_by_role("listbox", name="Found").get_by_role("option")
    await desk.keyboard.type("charged twice")
    await expect(found).to_have_count(1)
    await desk.keyboard.press("Enter")
    await expect(timeline(desk)).to_contain_text("Charged twice.")
    await expect(found).to_have_count(0)


@pytest.mark.prove
async def test_what_others_hold_is_a_row_without_their_words_and_what_waits_can_be_picked_up(
    stage: Stage,
) -> None:
    desk = await stage.desk()
    await desk.get_by_label("Presence").select_option("away")
    shop = await stage.widget()
    await write(shop, "My secret is 4711.")
    await expect(log(shop)).to_contain_text("I have read")
    await desk.get_by_role("tab", name="All").click()
    rows = desk.get_by_role("list", name="All").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("Order bot holds it")
    assert "4711" not in await rows.first.inner_text()
    await shop.get_by_role("button", name="Talk to a person").click()
    await desk.get_by_role("tab", name="All").press("ArrowLeft")
    await expect(desk.get_by_role("tab", name="Queue")).to_have_attribute("aria-selected", "true")
    waiting = desk.get_by_role("list", name="Queue").get_by_role("listitem")
    await expect(waiting).to_contain_text("4711")
    await waiting.get_by_role("button", name="Pick up").click()
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
    await expect(timeline(desk)).to_contain_text("My secret is 4711.")
    await expect(desk.get_by_text("Nothing waits in your queues")).to_be_visible()


@pytest.mark.prove
async def test_keys_are_bound_anew_and_permission_is_asked_by_a_button_only(stage: Stage) -> None:
    desk = await stage.desk()
    await desk.keyboard.press("?")
    keys = desk.get_by_role("dialog", name="Keys")
    await keys.get_by_role("button", name="Change the key of Decline the offer").click()
    await expect(keys.get_by_text("Press keys")).to_be_visible()
    await desk.keyboard.press("Alt+a")
    await expect(keys.get_by_role("alert")).to_contain_text("Accept the offer")
    await desk.keyboard.press("Alt+d")
    await expect(keys.get_by_role("button", name="Change the key of Decline the offer")).to_contain_text(
        "Alt D"
    )
    await desk.keyboard.press("Escape")
    await expect(keys).to_have_count(0)

    await desk.context.grant_permissions(["notifications"])
    await desk.reload()
    await desk.get_by_role("button", name="Sound and notifications").click()
    switch = desk.get_by_role("menuitemcheckbox", name="Notifications of the browser")
    await expect(switch).to_have_attribute("aria-checked", "false")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    await desk.keyboard.press("Escape")
    await expect(switch).to_have_count(0)
    # Both outlive a reload: they belong to this browser.
    await desk.reload()
    await expect(desk.get_by_text("You have no chats now")).to_be_visible()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await offered(desk)
    await desk.keyboard.press("Alt+d")
    await expect(desk.get_by_role("region", name="Offered to you")).to_contain_text("Declined.")
