"""A stage for browser tests: the real server on a real SQLite, real bots, and pages in a real Chromium."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from batonpass.app import accounts
from batonpass.app.audit import By
from batonpass.client import Bot
from batonpass.config import load_config
from batonpass.server import Running, add_key, start_server
from batonpass.transport.passwords import Passwords
from tests.e2e.house import BOTS, PEOPLE, settings
from tests.e2e.wire import Ear

OURS = ("/desk", "/operator", "/api")
"""Pages of agents; every other is a customer's."""


@dataclass
class Stage:
    """One server with its bots, and the pages that were opened on it. `troubles` is what no page may say."""

    folder: Path
    browser: Browser
    offer_seconds: int = 30
    source: str = "store"
    """Who has the last word about the settings: with "file" those of a later start count."""
    origins: tuple[str, ...] = ()
    running: Running | None = None
    bots: dict[str, Bot] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    expects_outage: bool = False
    expected: tuple[str, ...] = ()
    """What the console may say in this test, in part."""
    words: dict[str, str] = field(default_factory=dict)
    ear: Ear = field(default_factory=Ear)

    @property
    def url(self) -> str:
        assert self.running is not None
        return self.running.url

    @property
    def store_file(self) -> Path:
        return self.folder / "stage.sqlite3"

    async def start(self, port: int = 0) -> None:
        """Start the server, again on the same store and port after a `stop_server`."""
        file = self.folder / "batonpass.toml"
        text = settings(self.offer_seconds, self.origins, self.source)
        for old, new in self.words.items():
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)
        self.running = await start_server(
            load_config(file), port=port, store_url=f"sqlite:///{self.store_file}"
        )
        for agent in (*BOTS, *PEOPLE):
            self.keys[agent] = self.keys.get(agent) or await add_key(self.running.store, agent)
        if not self.bots:
            self.bots = {name: make(self.url, self.keys[name]) for name, make in BOTS.items()}
            await asyncio.gather(*(bot.start() for bot in self.bots.values()))

    async def account(self, name: str, role: str = "agent", agent: str | None = None) -> str:
        """Make an account to sign in with by hand; return its password."""
        assert self.running is not None
        password = f"correct horse {name}"
        hashed = await Passwords().hash(password)
        await self.running.board.do_and_push(
            accounts.create, accounts.NewAccount(By("cli"), name, role, agent, hashed)
        )
        return password

    async def stop_server(self) -> int:
        """Stop the server only; clients wait for it. Returns its port."""
        assert self.running is not None
        port = self.running.port
        self.expects_outage = True
        await self.running.stop()
        return port

    async def again(self) -> None:
        """Start the server anew, with what has changed of the settings: `words` are replaced in their text."""
        self.source = "file"  # what the store has adopted would be older
        port = await self.stop_server()
        await self.start(port)

    async def leaks(self) -> list[str]:
        """Return what reached a customer's browser and should not have."""
        return await self.ear.leaks(self.store_file)

    async def stop(self) -> None:
        await asyncio.gather(*(bot.stop() for bot in self.bots.values()))
        assert self.running is not None
        await self.running.stop()

    async def page(self, address: str, **options: Any) -> Page:
        """Open an address in a browser of its own, with nothing remembered."""
        context: BrowserContext = await self.browser.new_context(**options)
        page = await context.new_page()
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error} {error.stack}"))
        whole = address if ":" in address else self.url + address
        if not urlsplit(whole).path.startswith(OURS):
            self.ear.listen(page)
        await page.goto(whole)
        return page

    def _heard(self, kind: str, text: str) -> None:
        if "already in CLOSING or CLOSED state" in text:
            return  # a page that leaves closes its line, and the library may still have had a word for it
        outage = self.expects_outage and any(word in text for word in ("WebSocket", "net::ERR_", "503"))
        known = any(words in text for words in self.expected)
        if kind in {"error", "warning"} and not outage and not known:
            self.troubles.append(f"{kind}: {text}")

    async def desk(self, agent: str = "rep", server: str = "", **options: Any) -> Page:
        """A desk with the representative signed in and available; `server` is another way to ours."""
        options.setdefault("viewport", {"width": 1440, "height": 900})
        page = await self.page(f"{server}/desk#key={self.keys[agent]}", **options)
        await page.get_by_label("Presence").select_option("available")
        await expect(page.get_by_text("You have no chats now")).to_be_visible()
        return page

    async def widget(self, path: str = "/", **options: Any) -> Page:
        """The sample page with the widget open and greeted."""
        options.setdefault("viewport", {"width": 1280, "height": 820})
        page = await self.page(path, **options)
        await page.get_by_role("button", name="Open chat").click()
        await expect(log(page)).to_contain_text("What is it about?")
        return page


def log(page: Page) -> Locator:
    """What the customer sees of the chat."""
    return page.get_by_role("log", name="Messages")


def timeline(page: Page) -> Locator:
    """What the desk shows of the conversation."""
    return page.get_by_role("log", name="Timeline")


async def open_widget(page: Page) -> None:
    """Open the widget, unless it is open already: an open one stays so over a reload."""
    launcher = page.get_by_role("button", name=re.compile("^Open chat"))
    await expect(launcher.or_(log(page)).first).to_be_visible()
    if await launcher.is_visible():
        await launcher.click()
    await expect(log(page)).to_be_visible()


async def write(page: Page, text: str) -> None:
    """Write as the customer, and send."""
    box = page.get_by_role("textbox", name="Write a message")
    await box.fill(text)
    await box.press("Enter")


async def reply(page: Page, text: str) -> None:
    """Write as the representative, and send."""
    box = page.locator("#composer")
    await box.fill(text)
    await box.press("Enter")


async def offered(page: Page) -> Locator:
    """Wait for the offer at the desk."""
    card = page.get_by_role("region", name="Offered to you")
    await expect(card).to_be_visible()
    return card


async def hand_back(page: Page, note: str = "") -> None:
    """Hand back to where the queue's policy says, with a note."""
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Hand back with a note").click()
    await page.get_by_role("dialog").get_by_label("Note").fill(note)
    await page.get_by_role("button", name="Pass to Next bot").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def ask(page: Page, what: str) -> Locator:
    """Open the dialog that asks for somebody: `Transfer`, or one of the menu."""
    if what != "Transfer":
        await page.get_by_role("button", name="More", exact=True).click()
        await page.get_by_role("menuitem", name=what).click()
    else:
        await page.get_by_role("button", name=what, exact=True).click()
    return page.get_by_role("dialog")


async def whom(dialog: Locator, name: str) -> None:
    """Choose who is asked."""
    await dialog.get_by_role("option", name=re.compile(re.escape(name))).first.click()
