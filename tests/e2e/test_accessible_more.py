"""axe over the states one meets now and then, light and dark: menus, dialogs, after-work, hold, what a customer is asked."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.stage import Stage, ask, log, offered, reply, whom
from tests.e2e.test_accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.prove]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_violations_in_rarer_states(stage: Stage, node: Path, scheme: Any) -> None:
    found: dict[str, list[str]] = {}

    async def look(page: Page, state: str) -> None:
        found[state] = await violations(page, node)

    desk = await stage.desk(color_scheme=scheme, reduced_motion="reduce")
    second = await stage.desk("colleague", color_scheme=scheme, reduced_motion="reduce")
    shop = await stage.widget(color_scheme=scheme, reduced_motion="reduce")
    await shop.get_by_role("button", name="Talk to a person").click()
    await (await offered(desk)).get_by_role("button", name="Accept").click()
    await reply(desk, "Here I am.")
    await expect(log(shop)).to_contain_text("Here I am.")
    await desk.get_by_role("button", name="More", exact=True).click()
    await look(desk, "the menu")
    await desk.keyboard.press("Escape")
    await desk.keyboard.press("Alt+H")
    await expect(desk.get_by_role("dialog")).to_be_visible()
    await look(desk, "hold")
    await desk.keyboard.press("Escape")
    for what in ("Invite a colleague", "Ask for advice in private"):
        dialog = await ask(desk, what)
        await expect(dialog.get_by_role("option").first).to_be_visible()
        await look(desk, what)
        await desk.keyboard.press("Escape")
    dialog = await ask(desk, "Transfer")
    await whom(dialog, "Representative 7")
    await dialog.get_by_role("radio", name=re.compile("^When I complete")).check()
    await look(desk, "warm")
    await expect(dialog.get_by_role("button", name="Offer to Representative 7")).to_be_visible()
    await desk.keyboard.press("Control+Enter")
    await offered(second)
    await look(desk, "offered to another")
    await second.keyboard.press("Alt+A")
    await reply(second, "I am here.")
    await look(second, "consulted")
    await desk.get_by_role("button", name="Complete", exact=True).click()
    await expect(desk.get_by_role("button", name="Finish wrap-up")).to_be_visible()
    await look(desk, "wrap-up")
    await expect(second.get_by_text("You hold the baton.")).to_be_visible()
    await reply(second, "All is well.")
    await expect(log(shop)).to_contain_text("All is well.")
    await second.keyboard.press("Alt+E")
    await expect(log(shop)).to_contain_text("has marked this as solved")
    await expect(shop.get_by_text(re.compile("^How was your chat with"))).to_be_visible()
    await look(shop, "closed and asked")
    wrong = [f"{state}: {what}" for state, said in found.items() for what in said]
    assert not wrong, "\n".join(wrong)
