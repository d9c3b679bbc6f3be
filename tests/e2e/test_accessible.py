"""axe over the pages in the states that matter, light and dark, desktop and phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.stage import Stage, log, offered, reply, write
from tests.support.machine import NODE_TESTS

pytestmark = [pytest.mark.browser, pytest.mark.node]

AXE = NODE_TESTS / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 780}
# Run through the debugger, which the page's policy does not bind.
RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.target.flat().join(" ")} (${node.any[0]?.message ?? ""})`).join(" | ")}`);
}"""


async def violations(page: Page, node: Path) -> list[str]:
    await page.evaluate(AXE.read_text())
    found: list[str] = await page.evaluate(RUN)
    return found


async def around_the_chats(desk: Page, node: Path) -> dict[str, list[str]]:
    """What the frame has beside the chats: the other lists, the menus, the search, the keys."""
    found: dict[str, list[str]] = {}
    for name in ("All", "On hold", "Queue", "Mine"):
        await desk.get_by_role("tab", name=name).click()
        await expect(desk.get_by_role("tabpanel", name=name)).to_be_visible()
        await expect(desk.get_by_role("status", name="Loading")).to_have_count(0)
        found[f"desk, {name}"] = await violations(desk, node)
    await desk.get_by_role("button", name="Sound and notifications").click()
    found["desk, bell"] = await violations(desk, node)
    await desk.keyboard.press("Escape")
    await desk.get_by_role("combobox", name="Search").fill("parcel")
    await expect(desk.get_by_role("listbox", name="Found").get_by_role("option")).to_have_count(1)
    found["desk, search"] = await violations(desk, node)
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("?")
    await expect(desk.get_by_role("dialog", name="Keys")).to_be_visible()
    found["desk, keys"] = await violations(desk, node)
    await desk.keyboard.press("Escape")
    return found


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.prove)])
async def test_no_violations_on_the_way_of_a_chat(stage: Stage, node: Path, scheme: Any) -> None:
    found: dict[str, list[str]] = {}
    desk = await stage.desk(color_scheme=scheme, reduced_motion="reduce")
    shop = await stage.widget(color_scheme=scheme, reduced_motion="reduce")
    found["desk, empty"] = await violations(desk, node)
    found["widget, bot"] = await violations(shop, node)
    await write(shop, "Where is my parcel 48-2019?")
    await shop.get_by_role("button", name="Talk to a person").click()
    card = await offered(desk)
    found["desk, offer"] = await violations(desk, node)
    found |= await around_the_chats(desk, node)
    found["widget, waiting"] = await violations(shop, node)
    await card.get_by_role("button", name="Accept").click()
    await reply(desk, "I am looking it up.")
    await expect(log(shop)).to_contain_text("I am looking it up.")
    await desk.keyboard.press("Alt+P")
    await reply(desk, "A private note.")
    await expect(desk.get_by_text("Private note by you")).to_be_visible()
    found["desk, chat"] = await violations(desk, node)
    found["widget, person"] = await violations(shop, node)
    await desk.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await shop.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found["desk, phone"] = await violations(desk, node)
    found["widget, phone"] = await violations(shop, node)
    await desk.get_by_role("button", name="Details").click()
    found["desk, phone, details"] = await violations(desk, node)
    await desk.get_by_role("button", name="Close details").click()
    await desk.get_by_role("button", name="Transfer").click()
    await expect(desk.get_by_role("option", name="Next bot")).to_be_visible()
    found["desk, transfer"] = await violations(desk, node)
    wrong = [f"{state}: {what}" for state, said in found.items() for what in said]
    assert not wrong, "\n".join(wrong)


async def test_no_violations_at_the_door(stage: Stage, node: Path) -> None:
    stage.expected = ("401",)
    page = await stage.page("/desk#key=bpa_nobody")
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await violations(page, node) == []
    page = await stage.page("/desk", viewport=PHONE)
    await expect(page.get_by_role("heading", name="Set up Batonpass")).to_be_visible()
    assert await violations(page, node) == []
