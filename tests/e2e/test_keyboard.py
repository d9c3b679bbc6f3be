"""A whole chat by keyboard alone: nobody in it has a mouse."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.stage import Stage, log, timeline

pytestmark = pytest.mark.browser

# What has the focus, into shadow roots: its name as one would read it out, and whether the focus can be seen.
FOCUSED = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const labels = [...(at.labels ?? [])].map((label) => label.textContent).join(" ");
    const name = at.getAttribute("aria-label") ?? (labels || at.textContent || at.getAttribute("placeholder") || "");
    const shows = (one) => one && ["outlineStyle", "boxShadow"].some((what) => getComputedStyle(one)[what] !== "none");
    const around = [at, at.parentElement, at.parentElement?.parentElement, at.parentElement?.parentElement?.parentElement];
    return { name: name.trim(), seen: at === document.body || around.some(shows) };
}"""


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus; all on the way can be seen to have it."""
    passed: list[str] = []
    for _ in range(80):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(FOCUSED)
        passed.append(focused["name"][:40])
        assert focused["seen"], f"the focus cannot be seen on {focused['name']}"
        if focused["name"].startswith(name):
            return
    raise AssertionError(f"{name} is not reached: {passed}")


async def test_a_whole_chat_without_a_mouse(stage: Stage) -> None:
    viewport = {"width": 1440, "height": 900}
    desk = await stage.page(f"/desk#key={stage.keys['rep']}", viewport=viewport)
    second = await stage.page(f"/desk#key={stage.keys['colleague']}", viewport=viewport)
    for page in (desk, second):
        await tab_to(page, "Presence")
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowUp")
        await expect(page.get_by_label("Presence")).to_have_value("available")
    shop = await stage.page("/", viewport=viewport)
    await tab_to(shop, "Open chat")
    await shop.keyboard.press("Enter")
    await expect(log(shop)).to_contain_text("What is it about?")
    await shop.keyboard.type("Where is my parcel?")
    await shop.keyboard.press("Enter")
    await expect(log(shop)).to_contain_text("I have read: Where is my parcel?")
    await tab_to(shop, "Talk to a person")
    await shop.keyboard.press("Enter")

    # The first takes it, writes, keeps a note, and passes it on to a colleague by name.
    await expect(desk.get_by_role("region", name="Offered to you")).to_be_visible()
    await desk.keyboard.press("Alt+A")
    await expect(timeline(desk)).to_contain_text("Where is my parcel?")
    await desk.keyboard.press("Alt+L")
    await expect(desk.locator("#composer")).to_be_focused()
    await desk.keyboard.type("I am looking it up.")
    await desk.keyboard.press("Enter")
    await expect(log(shop)).to_contain_text("I am looking it up.")
    await desk.keyboard.press("Alt+P")
    await desk.keyboard.type("The parcel stands in the depot.")
    await desk.keyboard.press("Enter")
    await expect(timeline(desk)).to_contain_text("Private note by you. Team only.")
    await desk.keyboard.press("Alt+T")
    await expect(desk.get_by_role("option", name="Representative 7")).to_be_visible()
    await desk.keyboard.type("Representative 7")
    await expect(desk.get_by_role("dialog").get_by_role("option")).to_have_count(1)
    await desk.keyboard.press("ArrowDown")
    await desk.keyboard.press("Control+Enter")
    await expect(second.get_by_role("region", name="Offered to you")).to_be_visible()
    await second.keyboard.press("Alt+A")
    await expect(log(shop)).to_contain_text("Representative 7 has joined")
    await expect(desk.get_by_role("button", name="Finish wrap-up")).to_be_visible()
    await tab_to(desk, "Finish wrap-up")
    await desk.keyboard.press("Enter")

    # The second hands back to a bot; the customer ends the chat.
    await second.keyboard.press("Alt+B")
    await expect(log(shop)).to_contain_text("Hello, I am the survey bot.")
    await tab_to(shop, "End chat")
    await shop.keyboard.press("Enter")
    await tab_to(shop, "End chat")
    await shop.keyboard.press("Enter")
    await expect(log(shop)).to_contain_text("You ended the chat.")
    await shop.keyboard.press("Escape")
    await expect(shop.get_by_role("button", name="Open chat")).to_be_focused()
