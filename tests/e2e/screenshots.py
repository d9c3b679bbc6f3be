"""Draws the pages into docs/screens: `python -m tests.e2e.screenshots [FOLDER]` (`make screenshots`).

The same stage as the tests, played to the states that a reader wants to see, light and dark, desktop and phone.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from tests.e2e.stage import Stage, log, offered, reply, timeline, write
from tests.support import machine

DOCS = Path(__file__).parents[2] / "docs" / "screens"
PHONE = {"width": 390, "height": 780}


class Camera:
    """Takes pictures into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def take(self, page: Page, name: str) -> None:
        await page.evaluate("document.fonts.ready")
        await page.screenshot(path=self.folder / f"{name}.png", animations="disabled", caret="hide")
        print(f"{self.folder / name}.png")


async def play(stage: Stage, camera: Camera) -> None:
    desk = await stage.desk(reduced_motion="reduce")
    shop = await stage.widget(reduced_motion="reduce")
    await camera.take(shop, "widget-bot")
    await write(shop, "I got size 42 but I ordered 44, order 48-2019.")
    await expect(log(shop)).to_contain_text("I have read")
    await shop.get_by_role("button", name="Talk to a person").click()
    card = await offered(desk)
    await expect(shop.get_by_text("Your place", exact=True)).to_be_visible()
    await camera.take(desk, "desk-offer")
    await camera.take(shop, "widget-waiting")
    await desk.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await camera.take(desk, "desk-phone-offer")
    await desk.set_viewport_size({"width": 1440, "height": 900})
    await card.get_by_role("button", name="Accept").click()
    await reply(desk, "Hello, I see it: you ordered 44 and we sent 42. Is an exchange right for you?")
    await desk.keyboard.press("Alt+P")
    await reply(desk, "Warehouse holds one pair of 44 until 18:00 today.")
    await expect(timeline(desk)).to_contain_text("Team only.")
    await write(shop, "Yes please. Can I keep the first pair until the new one comes?")
    await expect(timeline(desk)).to_contain_text("Waiting for your reply")
    await desk.keyboard.press("Alt+L")
    await camera.take(desk, "desk")
    await camera.take(shop, "widget-person")
    await in_the_dark(desk, shop, camera)
    await desk.keyboard.press("Alt+T")
    await desk.get_by_role("option", name="Billing bot").click()
    await desk.get_by_label("Note").last.fill("Pair of 44 reserved until 18:00.")
    await camera.take(desk, "desk-transfer")


async def in_the_dark(desk: Page, shop: Page, camera: Camera) -> None:
    for page in (desk, shop):
        await page.emulate_media(color_scheme="dark")
    await camera.take(desk, "desk-dark")
    await shop.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await camera.take(shop, "widget-phone-dark")
    await desk.emulate_media(color_scheme="light")
    await desk.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await camera.take(desk, "desk-phone")
    await desk.set_viewport_size({"width": 1440, "height": 900})


async def main(folder: Path) -> None:
    chromium = machine.chromium()
    if chromium is None:
        sys.exit(machine.lacks_browser())
    expect.set_options(timeout=20_000)
    with tempfile.TemporaryDirectory() as place:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=str(chromium), args=machine.CHROMIUM_FLAGS
            )
            stage = Stage(Path(place), browser)
            await stage.start()
            await play(stage, Camera(folder))
            await browser.close()
            await stage.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS))
