"""The widget on pages of others: one line, small, without a page's help; files, tabs, languages, keys, an API."""

import asyncio
import re
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import FilePayload, Page, Request, expect

from batonpass.transport.identity import sign
from tests.e2e.stage import Stage, log, offered, open_widget, reply, write

pytestmark = pytest.mark.browser

BEFORE_OPENED = 20_000
IN_ALL = 45_000


@asynccontextmanager
async def other_site(
    stage: Stage, options: str = "", lang: str = "en", body: str = "<p>A shop"
) -> AsyncIterator[str]:
    """A page of another origin, whose policy allows our scripts and connections and nothing else at all."""
    policy = (
        f"default-src 'none'; script-src {stage.url}; "
        f"connect-src {stage.url} {stage.url.replace('http', 'ws')}; require-trusted-types-for 'script'"
    )

    async def site(request: web.Request) -> web.Response:
        script = f'<script type="module" src="{stage.url}/assets/widget.js" {options}></script>'
        text = f'<!doctype html><html lang="{lang}"><title>Other</title>{script}{body}'
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/", site)
    app.router.add_get("/next", site)
    async with TestServer(app) as other:
        origin = str(other.make_url("/")).rstrip("/")
        port = await stage.stop_server()
        stage.origins = (origin,)
        await stage.start(port)
        stage.expects_outage = False
        yield origin


def picture(width: int = 60, height: int = 40) -> bytes:
    """A PNG of one colour."""
    rows = (b"\0" + bytes((30, 90, 68)) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


class Scale:
    """Weighs what comes for a page: the bytes of the bodies as they were sent, pages of the site itself apart."""

    def __init__(self, page: Page, url: str) -> None:
        self._asked: list[Request] = []
        page.on(
            "requestfinished", lambda request: self._asked.append(request) if url in request.url else None
        )

    async def weigh(self) -> tuple[int, list[str]]:
        sizes = [(await asked.sizes())["responseBodySize"] for asked in self._asked]
        return sum(sizes), [asked.url.rpartition("/assets/")[2] for asked in self._asked]


async def test_one_line_on_a_strict_page_of_another_site(stage: Stage) -> None:
    """With its weight: what the server really sends before somebody opens it, and in all."""
    context = "data-context='{&quot;journey&quot;: &quot;nobody&quot;}'"
    async with other_site(stage, f'data-name="Other shop" data-accent="#ffcc00" {context}') as origin:
        page = await stage.page("about:blank")
        scale = Scale(page, stage.url)
        await page.goto(origin)
        await expect(page.get_by_role("button", name="Open chat")).to_be_visible()
        before, files = await scale.weigh()
        assert before < BEFORE_OPENED, files
        assert not [name for name in files if "panel" in name]

        await page.get_by_role("button", name="Open chat").click()
        await expect(log(page)).to_contain_text("What is it about?")
        whole, files = await scale.weigh()
        assert whole < IN_ALL, files
        assert len([name for name in files if name.endswith(".js")]) == 3, files
        box = await page.get_by_role("dialog", name="Chat with Other shop").bounding_box()
        assert box is not None
        assert box["width"] == 384

        # Files and the transcript need nothing more of the page either: a picture is drawn, not loaded.
        await page.locator("input[type=file]").set_input_files(
            {"name": "boots.png", "mimeType": "image/png", "buffer": picture()}
        )
        await expect(log(page).locator("canvas")).to_have_count(1)
        await expect(log(page).get_by_role("button", name="Download boots.png")).to_be_visible()
        async with page.expect_download() as saved:
            await page.get_by_role("button", name="Save transcript").click()
        text = Path(await (await saved.value).path()).read_text()  # noqa: ASYNC240
        assert "Order bot: Hello, I am the order bot." in text
        assert "You: [boots.png]" in text


async def test_files_are_sent_with_words_and_read_by_a_link(stage: Stage) -> None:
    shop = await stage.widget()
    stage.expected = ("422",)
    choose = shop.locator("input[type=file]")
    await choose.set_input_files({"name": "plan.html", "mimeType": "text/html", "buffer": b"<p>"})
    await expect(shop.get_by_text("Not sent: plan.html is of a type that is not taken here.")).to_be_visible()
    await shop.get_by_role("button", name="Remove").click()
    await choose.set_input_files({"name": "fake.png", "mimeType": "image/png", "buffer": b"no picture"})
    await expect(shop.get_by_text("Not sent: fake.png is of a type")).to_be_visible()
    large: FilePayload = {"name": "large.txt", "mimeType": "text/plain", "buffer": b"x" * 5_000_001}
    await choose.set_input_files(large)
    await expect(shop.get_by_text("large.txt is larger than 5 MB")).to_be_visible()

    # Pasted, kept, and downloaded again.
    await shop.evaluate(PASTE)
    name = log(shop).get_by_role("button", name=re.compile("Download note.txt"))
    async with shop.expect_download() as saved:
        await name.click()
    download = await saved.value
    assert download.suggested_filename == "note.txt"
    assert Path(await download.path()).read_text() == "pasted"  # noqa: ASYNC240


PASTE = """() => {
  const box = document.querySelector("batonpass-widget").shadowRoot.querySelector("textarea");
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(["pasted"], "note.txt", { type: "text/plain" }));
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true, bubbles: true }));
}"""


async def test_tabs_and_pages_are_one_chat(stage: Stage) -> None:
    desk = await stage.desk()
    shop = await stage.widget()
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("has joined")

    # The next page of the shop: open as it was, with what was half written.
    box = shop.get_by_role("textbox", name="Write a message")
    await box.fill("half a word")
    await shop.goto(f"{stage.url}/?journey=nobody")
    await expect(log(shop)).to_contain_text("has joined")
    await expect(box).to_have_value("half a word")

    # A second tab counts what comes; reading it in one clears it in both.
    await shop.get_by_role("button", name="Minimise").click()
    tab = await shop.context.new_page()
    await tab.goto(stage.url)
    await expect(tab.get_by_role("button", name="Open chat")).to_be_visible()
    await reply(desk, "Are you there?")
    for page in (shop, tab):
        await expect(page.get_by_role("button", name="Open chat, 1 unread")).to_be_visible()
    await open_widget(tab)
    await expect(log(tab)).to_contain_text("Are you there?")
    await expect(shop.get_by_role("button", name="Open chat", exact=True)).to_be_visible()

    # A new chat in one is the chat of both.
    await open_widget(shop)
    await tab.get_by_role("button", name="End chat").click()
    await tab.get_by_role("button", name="End chat").last.click()
    for page in (shop, tab):
        await expect(log(page)).to_contain_text("You ended the chat.")
    await tab.get_by_role("button", name="Start a new chat").click()
    for page in (shop, tab):
        await expect(log(page)).to_contain_text("What is it about?")
        await expect(log(page)).not_to_contain_text("You ended the chat.")


async def test_whoever_waits_sees_the_place_and_may_go_back_to_the_bot(stage: Stage) -> None:
    await stage.desk()
    shop = await stage.widget(viewport={"width": 390, "height": 780}, reduced_motion="reduce")
    await shop.get_by_role("button", name="Talk to a person").click()
    await expect(shop.get_by_text("Your place", exact=True)).to_be_visible()
    box = shop.get_by_role("textbox", name="Write a message")
    await expect(box).to_have_attribute("placeholder", "Add something for them")
    await write(shop, "order 48-2019")
    await expect(shop.get_by_text("Kept for the person who takes over")).to_be_visible()
    await shop.get_by_role("button", name="Back to Order bot").click()
    await expect(log(shop)).to_contain_text("You are back with Order bot.")
    await expect(shop.get_by_text("Your place", exact=True)).to_be_hidden()
    await expect(shop.get_by_role("button", name="Talk to a person")).to_be_visible()

    # On a phone it fills the screen, and Tab stays in it.
    panel = shop.get_by_role("dialog")
    assert await panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 780}
    await shop.get_by_role("button", name="Save transcript").focus()
    await shop.keyboard.press("Tab")
    await expect(shop.get_by_role("button", name="Talk to a person")).to_be_focused()


@pytest.mark.prove
@pytest.mark.parametrize("locale", ["de", "ar"])
async def test_the_words_and_the_side_are_those_of_the_language(stage: Stage, locale: str) -> None:
    """On a page with an element of its own, which has the options then."""
    element = '<batonpass-widget name="A shop" theme="dark"></batonpass-widget>'
    async with other_site(stage, "data-name=Unused", lang=locale, body=element) as origin:
        page = await stage.page(origin, viewport={"width": 1280, "height": 820})
        words = {
            "de": ("Chat öffnen", "Sie sprechen mit Order bot.", "Nachricht schreiben"),
            "ar": ("فتح المحادثة", "أنت تتحدث مع Order bot.", "اكتب رسالة"),
        }[locale]
        await page.get_by_role("button", name=words[0]).click()
        panel = page.get_by_role("dialog")
        await expect(panel).to_contain_text(words[1])
        await expect(page.get_by_role("textbox", name=words[2])).to_be_focused()
        box = await panel.bounding_box()
        assert box is not None
        assert (box["x"] < 100) == (locale == "ar")
        assert await page.locator("batonpass-widget").count() == 1
        assert await page.get_by_role("heading", name="A shop").count() == 1
        assert await panel.get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")


@pytest.mark.prove
async def test_a_page_may_drive_it_and_hears_of_it(stage: Stage) -> None:
    """By keys alone for the customer, by `window.Batonpass` for the page; and without websockets."""
    page = await stage.page("about:blank", viewport={"width": 1280, "height": 820})
    await page.add_init_script(HEAR)
    await page.goto(stage.url)
    await page.evaluate("Batonpass.setContext({ plan: 7 }); Batonpass.open()")
    await expect(log(page)).to_contain_text("What is it about?")
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(log(page)).to_contain_text("I have read: hello")

    # The menu by keys; Escape closes one layer at a time.
    more = page.get_by_role("button", name="More")
    await more.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Save transcript")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("End this chat?")).to_be_visible()
    await expect(page.get_by_role("button", name="End chat").last).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("End this chat?")).to_be_hidden()
    await page.keyboard.press("Escape")
    launcher = page.get_by_role("button", name="Open chat")
    await expect(launcher).to_be_focused()
    heard: list[dict[str, Any]] = await page.evaluate("window.heard")
    names = [one["name"] for one in heard]
    assert names[:1] == ["ready"]
    assert {"open", "started", "holder", "message", "close"} <= set(names)
    said = [one["detail"] for one in heard if one["name"] == "message"]
    assert said[-1]["name"] == "Order bot"
    assert said[-1]["content"]["text"] == "I have read: **hello**"
    assert await page.evaluate("window.wires") == ["polling"]
    faults = [one for one in stage.troubles if "a fault of the page" in one or "is not a function" in one]
    assert len(faults) == 2, "the page's own faults are reported as its own"
    for one in faults:
        stage.troubles.remove(one)


# Before the widget is there: no websockets on this page, and a list of what is to be called.
HEAR = """
delete window.WebSocket;
window.heard = [];
window.wires = [];
// Two faults of the page's come first: they are its own, and take nothing else along.
window.Batonpass = [() => { throw new Error("a fault of the page") }, "no function", (api) => {
  for (const name of ["ready", "open", "close", "started", "message", "holder", "unread", "ended", "error"])
    api.on(name, (detail) => window.heard.push({ name, detail }));
}];
const before = window.fetch;
window.fetch = (url, ...rest) => {
  const wire = new URL(url, location.href).searchParams.get("transport");
  if (wire && !window.wires.includes(wire)) window.wires.push(wire);
  return before(url, ...rest);
};
"""


@pytest.mark.prove
async def test_two_devices_of_one_customer_are_one_chat(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who a site has signed for is the same everywhere; signed out, nothing of it is left in the browser."""
    secret = "a secret of the shop, long enough to sign with"
    monkeypatch.setenv("STAGE_IDENTITY_SECRET", secret)
    token = sign("shop", "ada", secret, datetime.now(UTC) + timedelta(hours=1))
    one, two = await asyncio.gather(*(stage.page("/") for _ in range(2)))
    for page in (one, two):
        await page.evaluate("(token) => Batonpass.identify(token)", token)
        await page.evaluate("Batonpass.open()")
        await expect(log(page)).to_contain_text("What is it about?")
    await write(one, "from my telephone")
    await expect(log(two)).to_contain_text("I have read: from my telephone")
    await two.evaluate("Batonpass.identify(null)")
    await expect(log(two)).not_to_contain_text("from my telephone")
    await expect(log(two)).to_contain_text("What is it about?")
    assert "ada" not in await two.evaluate("JSON.stringify(localStorage)")
