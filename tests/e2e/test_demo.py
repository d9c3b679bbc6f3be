"""The quick start of the README, as somebody does it who never saw it: the demo workspace, three tabs of one browser."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.stage import log, open_widget, reply, timeline, write

pytestmark = pytest.mark.browser


@pytest.fixture
def printed(tmp_path: Path) -> Iterator[str]:
    """What `make run` prints, while its server runs."""
    command = [sys.executable, "-m", "batonpass", "run", "--demo", "--port", "0", "--store", "sqlite:///x.db"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield "".join(iter(server.stdout.readline, "Ctrl-C stops.\n"))
        finally:
            server.terminate()
            server.wait(30)


async def test_the_five_minutes_of_the_readme(printed: str, browser: Browser) -> None:
    shop_url, desk_url, operator_url, _second = re.findall(r"^ +(http\S+)$", printed, re.MULTILINE)
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    shop, desk, operator = [await context.new_page() for _ in range(3)]

    # 1: a bot answers, with a card.
    await shop.goto(shop_url)
    await open_widget(shop)
    await expect(log(shop)).to_contain_text("I can help with your order 48-2019. What is it about?")
    await write(shop, "I got size 42 but I ordered 44")
    await expect(log(shop)).to_contain_text("Trail boot, blue")
    await shop.get_by_role("button", name="Exchange it").click()
    await expect(log(shop)).to_contain_text("I have put the exchange down.")

    # 2: a person takes it, with the story so far.
    await desk.goto(desk_url)
    await desk.get_by_label("Presence").select_option("available")
    await shop.get_by_role("button", name="Talk to a person").click()
    card = desk.get_by_role("region", name="Offered to you")
    await expect(card).to_contain_text("48-2019")
    await card.get_by_role("button", name="Accept").click()
    await expect(timeline(desk)).to_contain_text("I got size 42 but I ordered 44")
    await reply(desk, "Hello, I have your exchange here.")
    await expect(log(shop)).to_contain_text("Hello, I have your exchange here.")

    # 3: back to the other bot, which knows what it was about.
    await desk.get_by_role("button", name="Back to Survey bot").click()
    await expect(log(shop)).to_contain_text("You talked to Representative 1 about sending something back.")
    await expect(desk.locator(".thread-head")).to_contain_text("Orders")
    await shop.get_by_role("button", name="Yes", exact=True).click()
    await expect(log(shop)).to_contain_text("how easy was it?")

    # 4: the first admin is made on the operator's page, and the figures are there.
    await operator.goto(operator_url)
    await operator.get_by_label("Name").fill("ada")
    await operator.get_by_label("New password", exact=True).fill("correct-horse-battery")
    await operator.get_by_role("button", name="Make the account").click()
    await operator.get_by_role("link", name="Insights").click()
    page = operator.get_by_role("main")
    for words in (
        "Hand-offs by kind",
        "Escalation",
        "Hand-back",
        "Order bot",
        "Survey bot",
        "Representative 1",
    ):
        await expect(page).to_contain_text(words)
    await context.close()
