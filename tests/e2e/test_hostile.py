"""Hostile words wherever somebody may write: nothing runs, nothing is loaded from elsewhere, the layout holds."""

import base64
import json
from urllib.parse import quote

import aiohttp
import pytest
from playwright.async_api import Page, expect

from batonpass.client import CustomerClient, RepresentativeChat, RepresentativeClient, card, choices
from batonpass.protocol.content import AttachmentContent
from tests.e2e.payloads import ALL, EVIL, LONG_NAME, NAME, WIDE, look, watch
from tests.e2e.stage import Stage, log, offered, reply, timeline, write

pytestmark = pytest.mark.browser

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PHONE = {"width": 390, "height": 780}
NARROW = {"width": 1100, "height": 700}


async def test_hostile_words_are_words_on_every_page(stage: Stage) -> None:
    stage.words = {
        '"Order bot"': json.dumps(NAME),
        '"Representative 7"': json.dumps(LONG_NAME),
        '"Returns"': json.dumps(NAME),
        '"Exchanged"': json.dumps(NAME),
        "Hello {customer}, this": "<img src=x onerror=owned=1> {customer} [x](javascript:owned=1)",
    }
    await stage.again()
    desk = await stage.desk()
    context = "&".join(f"{quote(name)}={quote(value)}" for name, value in _context().items())
    shop = await stage.widget(f"/?{context}")
    asked = [watch(page, stage.url) for page in (desk, shop)]
    await _customer_says_all(stage, shop)
    await shop.get_by_role("button", name="Talk to a person").click()
    card_of_offer = await offered(desk)
    assert await look(desk) == [], "the offer"
    await card_of_offer.get_by_role("button", name="Accept").click()
    await expect(desk.get_by_text("You hold the baton.")).to_be_visible()
    await reply(desk, ALL[0])
    await desk.keyboard.press("Alt+P")
    await reply(desk, "<img src=x onerror=owned=1> a private note [x](javascript:owned=1)")
    async with RepresentativeClient(stage.url, stage.keys["rep"]) as rep:
        chat = next(iter(rep.chats.values()))
        await _agent_says_all(chat)
        await expect(log(shop)).to_contain_text("the last of it")
        await expect(timeline(desk)).to_contain_text("the last of it")
    await _all_is_well(desk, shop)
    assert asked == [[], []]


def _context() -> dict[str, str]:
    return {"name": NAME, "<b>topic</b>" + "w" * 80: WIDE, "page": f"{EVIL}/<script>", "order": "W" * 300}


async def _customer_says_all(stage: Stage, shop: Page) -> None:
    """By hand what a form takes, the rest as the same customer's other device."""
    await write(shop, ALL[0])
    await write(shop, "W" * 4_000)
    token = await shop.evaluate(
        "JSON.parse(localStorage[Object.keys(localStorage).find((key) => key.endsWith(':session'))]).token"
    )
    async with CustomerClient(stage.url, token) as customer:
        await customer.start()
        for text in ALL:
            await customer.send(text)
        await customer.send(card(NAME, ALL[1], NAME, image_url=f"{EVIL}/pixel.png", link_url=f"{EVIL}/page"))
        await customer.send(choices(ALL[2], NAME, LONG_NAME))
        for name in (f"{NAME}.png", "\u202egnp.exe", LONG_NAME):
            await customer.send(await _stored(stage.url, customer, name))


async def _stored(url: str, customer: CustomerClient, name: str) -> AttachmentContent:
    """Store a picture under a hostile name."""
    place = f"{url}/api/v1/conversations/{customer.conversation_id}/attachments"
    headers = {"Authorization": f"Bearer {customer.token}", "Content-Type": "image/png"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(place, params={"name": name}, data=PIXEL) as answer,
    ):
        return AttachmentContent(**(await answer.json())["content"])


async def _agent_says_all(chat: RepresentativeChat) -> None:
    for text in ALL:
        await chat.send(text)
        await chat.add_note(text[:4_000])
    await chat.send(card(LONG_NAME, WIDE, LONG_NAME, NAME, link_url=f"{EVIL}/page"))
    await chat.send(choices(WIDE, NAME, LONG_NAME))
    await chat.send("the last of it")


async def _all_is_well(desk: Page, shop: Page) -> None:
    for size in (None, NARROW, PHONE):
        for page in (desk, shop):
            if size:
                await page.set_viewport_size(size)  # type: ignore[arg-type]
            assert await look(page) == [], size
    assert await shop.title() == "Sample Outdoor: order 48-2019"
