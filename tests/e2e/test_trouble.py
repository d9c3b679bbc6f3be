"""Lines cut and pages loaded again at random points of a chat: nothing is lost, doubled or out of order."""

import re
from dataclasses import dataclass
from random import Random

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.line import Line
from tests.e2e.stage import Stage, log, offered, open_widget, reply, timeline, write

pytestmark = pytest.mark.browser

SAID = re.compile(r"\b(?:shop|desk)-\d+\b")


@dataclass
class Side:
    """The customer or the representative: a page on a line of its own."""

    name: str
    page: Page
    line: Line

    @property
    def lines(self) -> Locator:
        return log(self.page) if self.name == "shop" else timeline(self.page)

    async def says(self, text: str) -> None:
        await (write if self.name == "shop" else reply)(self.page, text)

    async def reload(self) -> None:
        """Load the page again, with whatever waits unsent in it."""
        self.line.mend()
        await self.page.reload()
        if self.name == "shop":
            await open_widget(self.page)
        else:
            await self.page.get_by_role("button", name="You hold it").click()
            await expect(self.page.locator("#composer")).to_be_enabled()


async def play(stage: Stage, seed: int, messages: int) -> None:
    """Write back and forth; before or after each message something may go wrong."""
    assert stage.running is not None
    dice = Random(seed)
    stage.expects_outage = True
    async with Line(stage.running.port) as first, Line(stage.running.port) as second:
        shop, desk = await _begin(stage, first, second)
        said: list[str] = []
        for number in range(messages):
            side, other = (shop, desk) if dice.random() < 0.5 else (desk, shop)
            said.append(f"{side.name}-{number}")
            if dice.random() < 0.2:
                dice.choice([side, other]).line.cut()
            await side.says(said[-1])
            happens = dice.random()
            if happens < 0.15:
                side.line.cut()  # perhaps before the server has it, perhaps before it has said so
            elif happens < 0.3:
                await side.reload()
            elif happens < 0.6:
                shop.line.mend()
                desk.line.mend()
        shop.line.mend()
        desk.line.mend()
        await _agree(shop, desk, said, seed)


async def _begin(stage: Stage, first: Line, second: Line) -> tuple[Side, Side]:
    page = await stage.desk(server=first.url)
    shop = await stage.widget(f"{second.url}/")
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(page)).get_by_role("button", name="Accept").click()
    await expect(log(shop)).to_contain_text("has joined")
    return Side("shop", shop, second), Side("desk", page, first)


async def _agree(shop: Side, desk: Side, said: list[str], seed: int) -> None:
    for side in (shop, desk):
        for text in said:
            await expect(side.lines.get_by_text(text, exact=True), f"{text}, seed {seed}").to_have_count(1)
        await expect(side.page.get_by_text("Not sent yet")).to_have_count(0)
    seen = [SAID.findall(await side.lines.inner_text()) for side in (shop, desk)]
    assert seen[0] == seen[1], seed
    for name in ("shop", "desk"):
        assert [one for one in seen[0] if name in one] == [one for one in said if name in one], seed
    # The same again from what is stored.
    for side in (shop, desk):
        await side.reload()
        await expect(side.lines.get_by_text(said[-1], exact=True)).to_have_count(1)
        assert SAID.findall(await side.lines.inner_text()) == seen[0], seed


async def test_cuts_and_reloads_lose_nothing(stage: Stage) -> None:
    await play(stage, seed=1, messages=14)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(2, 32))
async def test_cuts_and_reloads_lose_nothing_many(stage: Stage, seed: int) -> None:
    await play(stage, seed, messages=40)
