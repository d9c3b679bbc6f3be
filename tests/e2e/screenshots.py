"""Draws the pages into docs/screens: `python -m tests.e2e.screenshots [FOLDER] [--all]` (`make screenshots`).

A play in the demo workspace, with its bots, and a crowd of two hundred chats beside it. Without `--all` only the
pictures of the README are kept.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright, expect

from batonpass import demo
from batonpass.client import CustomerClient
from batonpass.config import load_config
from batonpass.demo.bots import BOTS
from batonpass.server import add_key, start_server
from tests.e2e.crowd import AGENT, Crowd
from tests.e2e.stage import Stage, ask, log, offered, reply, timeline, whom, write
from tests.support import machine

DOCS = Path(__file__).parents[2] / "docs" / "screens"
WORKSPACE = Path(demo.__file__).parent / "workspace.toml"
README = ("desk-offer", "desk-transfer", "widget-bot", "operator", "desk-dark", "widget-phone-dark")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 780}
CALM: Any = {"reduced_motion": "reduce", "locale": "en-GB", "timezone_id": "Europe/Berlin"}
# A letter of common width: what this machine calls its interface font may be a wide one.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family" compare="eq" qual="any"><string>DejaVu Sans</string></test>
<edit name="family" mode="prepend_first" binding="strong"><string>Liberation Sans</string></edit></match>
<selectfont><rejectfont><pattern><patelt name="family"><string>DejaVu Sans</string></patelt></pattern>
</rejectfont></selectfont>
</fontconfig>"""


class DemoStage(Stage):
    """The demo workspace as `make run` serves it."""

    async def start(self, port: int = 0) -> None:
        self.running = await start_server(
            load_config(WORKSPACE), port=port, store_url=f"sqlite:///{self.store_file}"
        )
        for agent in self.running.config.settings.agents:
            self.keys[agent] = await add_key(self.running.store, agent)
        self.bots = {name: make(self.url, self.keys[name]) for name, make in BOTS.items()}
        await asyncio.gather(*(bot.start() for bot in self.bots.values()))


@dataclass
class Camera:
    """Takes pictures into one folder: all, or those of the README."""

    folder: Path
    everything: bool

    async def take(self, page: Page, name: str) -> None:
        if not self.everything and name not in README:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        await page.evaluate("document.fonts.ready")
        await page.screenshot(path=self.folder / f"{name}.png", animations="disabled", caret="hide")
        print(f"{self.folder / name}.png", flush=True)

    async def around(self, page: Page, name: str) -> None:
        """The same in the dark, and on a phone, light and dark."""
        await self.take(page, name)
        for size, kind in ((DESKTOP, ""), (PHONE, "-phone")):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            for scheme, tail in (("light", ""), ("dark", "-dark")):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                if kind or tail:
                    await self.take(page, f"{name}{kind}{tail}")
        await page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        await page.emulate_media(color_scheme="light")


async def play(stage: Stage, camera: Camera) -> None:
    """One chat from the first hello to the second bot, with two more waiting."""
    desk = await stage.desk("representative-1", **CALM)
    await camera.around(desk, "desk-empty")
    second = await stage.desk("representative-2", **CALM)
    shop = await stage.widget("/?name=Ada+Quill", viewport={"width": 1280, "height": 820}, **CALM)
    await write(shop, "I got size 42 but I ordered 44, order 48-2019.")
    await shop.get_by_role("button", name="Exchange it").wait_for()
    await camera.take(shop, "widget-bot")
    await second.get_by_label("Presence").select_option("away")
    await write(shop, "The label in my account gives an error. Can I talk to a person please?")
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await _talk(shop, desk)
    await _second_customer(stage, desk, camera)
    await second.get_by_label("Presence").select_option("available")
    await _transfer(desk, camera)
    await _on_phones(desk, shop, camera)
    await _operator(stage, camera)


async def _talk(shop: Page, desk: Page) -> None:
    await reply(desk, "Hello, I see it: you ordered 44 and we sent 42. Is an exchange right for you?")
    await write(shop, "Yes, an exchange, no refund.")
    await expect(timeline(desk)).to_contain_text("no refund")
    await desk.keyboard.press("Alt+P")
    await reply(desk, "Warehouse holds one pair of 44 until 18:00 today.")
    await expect(timeline(desk)).to_contain_text("Warehouse holds")
    await desk.keyboard.press("Alt+L")
    await reply(desk, "One pair in 44 is set aside for you. Shall I send a new label by e-mail?")
    await write(shop, "Yes please. Can I keep the first pair until the new one comes?")
    await expect(timeline(desk)).to_contain_text("Can I keep the first pair")


async def _second_customer(stage: Stage, desk: Page, camera: Camera) -> None:
    """Somebody else rings while the chat goes on; then they are served by a click."""
    async with CustomerClient(stage.url) as customer:
        await customer.start({"name": "Bruno Aldana", "order": "48-2077", "topic": "bill"})
        await customer.find(lambda entry: "What is it about?" in entry.text, 20)
        await customer.send("I was charged twice for order 48-2077. I want one payment refunded, please.")
        await customer.ask_for_human()
        card = await offered(desk)
        await desk.locator("#composer").fill(
            "Yes, keep the first pair until Thursday. The new label is in your e-"
        )
        await camera.take(desk, "desk-offer")
        await desk.emulate_media(color_scheme="dark")
        await camera.take(desk, "desk-dark")
        await desk.emulate_media(color_scheme="light")
        await desk.set_viewport_size(PHONE)  # type: ignore[arg-type]
        await camera.take(desk, "desk-phone-offer")
        await desk.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        await card.get_by_role("button", name="Decline").click()


async def _transfer(desk: Page, camera: Camera) -> None:
    dialog = await ask(desk, "Transfer")
    await whom(dialog, "Representative 2")
    await dialog.get_by_label("Note").fill("Refund for the old label fee as well, supervisor has agreed.")
    await camera.around(desk, "desk-transfer")
    await desk.keyboard.press("Escape")


async def _on_phones(desk: Page, shop: Page, camera: Camera) -> None:
    await camera.around(desk, "desk-chat")
    await camera.around(shop, "widget-person")
    await desk.keyboard.press("Alt+B")
    await expect(log(shop)).to_contain_text("May I ask two short questions?")
    await camera.take(desk, "desk-wrap-up")
    await shop.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await shop.emulate_media(color_scheme="dark")
    await camera.take(shop, "widget-phone-dark")
    await shop.set_viewport_size({"width": 1280, "height": 820})
    await shop.emulate_media(color_scheme="light")
    await camera.take(shop, "widget-handed-back")


async def _operator(stage: Stage, camera: Camera) -> None:
    password = await stage.account("ada", "admin", "supervisor-1")
    stage.expected = ("401",)
    page = await stage.page("/operator", viewport=DESKTOP, **CALM)
    await camera.around(page, "operator-door")
    await page.get_by_label("Name").fill("ada")
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.get_by_role("link", name="Orders").click()
    await expect(page.get_by_text("right now").first).to_be_visible()
    await camera.around(page, "operator")
    for name in ("Hand-offs", "Chats", "Insights", "Words", "Agents"):
        await page.get_by_role("link", name=name).first.click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await asyncio.sleep(0.5)  # figures come from the server, and every list has a first moment
        await camera.around(page, f"operator-{name.lower()}")


async def crowd(stage: Stage, camera: Camera) -> None:
    """Two hundred chats, long names among them, and one of five hundred messages."""
    assert stage.running is not None
    many = Crowd(stage.running)
    long = {"name": "A customer with a very long display name that is cut, and goes on and on"}
    await many.gather(200, stage.keys[AGENT], [long])
    for number, chat in enumerate(many.chats):
        await many.talk(chat, 3 if number else 500)
    desk = await stage.page(f"/desk#key={stage.keys[AGENT]}", viewport=DESKTOP, **CALM)
    await desk.get_by_text("A customer with a very long").first.click()
    await expect(timeline(desk)).to_be_visible()
    await camera.around(desk, "desk-200")


@asynccontextmanager
async def on(stage: Stage) -> AsyncIterator[Stage]:
    await stage.start()
    try:
        yield stage
    finally:
        for context in stage.browser.contexts:
            await context.close()
        await stage.stop()


async def main(camera: Camera) -> None:
    chromium = machine.chromium()
    if chromium is None:
        sys.exit(machine.lacks_browser())
    expect.set_options(timeout=30_000)
    with tempfile.TemporaryDirectory() as place:
        fonts = Path(place) / "fonts.conf"
        fonts.write_text(FONTS)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=str(chromium),
                args=machine.CHROMIUM_FLAGS,
                env={"FONTCONFIG_FILE": str(fonts)},
            )
            await _all(browser, Path(place), camera)
            await browser.close()


async def _all(browser: Browser, place: Path, camera: Camera) -> None:
    async with on(DemoStage(place, browser)) as stage:
        await play(stage, camera)
    if camera.everything:
        (place / "crowd").mkdir()
        async with on(Stage(place / "crowd", browser)) as stage:
            await crowd(stage, camera)


if __name__ == "__main__":
    named = [one for one in sys.argv[1:] if not one.startswith("--")]
    asyncio.run(main(Camera(Path(named[0]) if named else DOCS, "--all" in sys.argv)))
