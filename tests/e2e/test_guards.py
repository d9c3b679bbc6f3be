"""What the pages must not do: run a stranger's words, lean on the page around them, hide a refusal."""

import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
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


async def test_the_widget_works_on_a_strict_page_of_another_site(stage: Stage) -> None:
    """The other site allows our script and our connections, and no style of anybody."""
    policy = (  # the stage's address stays the same over its restart below
        f"default-src 'none'; script-src {stage.url}; "
        f"connect-src {stage.url} {stage.url.replace('http', 'ws')}; require-trusted-types-for 'script'"
    )

    async def site(request: web.Request) -> web.Response:
        text = (
            f'<!doctype html><title>Other</title><script type="module" src="{stage.url}/assets/widget.js"></script>'
            '<batonpass-widget name="Other shop" accent="#ffcc00"></batonpass-widget>'
        )
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    app = web.Application()
    app.router.add_get("/", site)
    async with TestServer(app) as other:
        port = await stage.stop_server()
        stage.origins = (str(other.make_url("/")).rstrip("/"),)
        await stage.start(port)
        page = await stage.page(str(other.make_url("/")))
        await page.get_by_role("button", name="Open chat").click()
        await expect(log(page)).to_contain_text("What is it about?")
        panel = page.get_by_role("dialog", name="Chat with Other shop")
        box = await panel.bounding_box()
        assert box is not None
        assert box["width"] == 384
        await write(page, "hello")
        await expect(log(page)).to_contain_text("I have read: hello")
