"""Hostile words on the operator's page: names, context, messages, notes, words, labels. Nothing runs, nothing loads."""

import json
from collections.abc import Sequence

import pytest
from playwright.async_api import expect

from batonpass.client import CustomerClient, RepresentativeClient
from tests.e2e.payloads import ALL, LONG_NAME, NAME, WIDE, look, watch
from tests.e2e.stage import Stage
from tests.e2e.test_operator import PHONE, operator

pytestmark = pytest.mark.browser

WIDTHS = ({"width": 1440, "height": 900}, {"width": 1100, "height": 700}, PHONE)
SECTIONS = ("queues/returns", "conversations", "words")
MORE = ("agents", "agents/rep", "handoffs", "handback", "insights", "contacts", "settings/queues", "access")


async def test_hostile_words_are_words_on_the_operator_s_pages(stage: Stage) -> None:
    await look_around(stage, SECTIONS, WIDTHS[1:])


@pytest.mark.prove
async def test_hostile_words_are_words_on_every_page_of_the_operator(stage: Stage) -> None:
    await look_around(stage, SECTIONS + MORE, WIDTHS)


async def look_around(stage: Stage, sections: Sequence[str], widths: Sequence[dict[str, int]]) -> None:
    stage.expected = ("401",)
    stage.words = {
        '"Order bot"': json.dumps(NAME),
        '"Representative 7"': json.dumps(LONG_NAME),
        '"Returns"': json.dumps(NAME),
        '"Billing"': json.dumps(LONG_NAME),
    }
    await stage.again()
    async with (
        RepresentativeClient(stage.url, stage.keys["colleague"]) as person,
        CustomerClient(stage.url) as customer,
    ):
        await person.available()
        await customer.start({"name": NAME, "topic": WIDE, "<b>x</b>" + "w" * 80: ALL[0]})
        for words in ALL:
            await customer.send(words)
        await customer.send("A person, please")
        offer = await person.next_offer(10)
        page = await operator(stage)
        asked = watch(page, stage.url)
        for size in widths:
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            for section in sections:
                await page.goto(f"{stage.url}/operator#/{section}")
                await expect(page.locator("#page h1")).to_be_visible()
                assert await look(page) == [], (section, size)
        await page.set_viewport_size({"width": 1440, "height": 900})
        taken = await offer.accept(10)
        await taken.add_note("<img src=x onerror=owned=1> a note [x](javascript:owned=1)")
        await page.goto(f"{stage.url}/operator#/conversations/{customer.conversation_id}")
        log = page.get_by_role("log", name="Timeline")
        await expect(log).to_contain_text("a note")
        await page.get_by_role("button", name="Why this agent?").click()
        await expect(page.locator(".verdict")).to_be_visible()
        assert await look(page) == []
        await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        await page.locator(".trace").get_by_role("button", name="Close", exact=True).click()
        assert await look(page) == []
        assert asked == []
