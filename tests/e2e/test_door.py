"""The desk's door: the first admin, name and password, what a browser remembers, and leaving."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.stage import Stage

pytestmark = pytest.mark.browser


async def sign_in(page: Page, name: str, password: str) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def test_a_new_server_is_set_up_and_people_sign_in_by_name(stage: Stage) -> None:
    assert stage.running is not None
    stage.expected = ("401",)
    page = await stage.page(f"/desk#setup={stage.running.house.set_up_code}")
    await expect(page.get_by_role("heading", name="Set up Batonpass")).to_be_visible()
    assert "setup=" not in page.url
    await page.get_by_label("Name").fill("ada")
    await page.get_by_label("New password", exact=True).fill("correct horse battery")
    await page.get_by_role("button", name="Make the account").click()
    # The first admin belongs to no representative: the desk says so, and where to go.
    await expect(page.get_by_role("heading", name="This account serves no chats")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()

    password = await stage.account("rita", agent="rep")
    await sign_in(page, "rita", "another one")
    await expect(page.get_by_role("alert")).to_contain_text("Not signed in.")
    await sign_in(page, "rita", password)
    await expect(page.get_by_text("You have no chats now")).to_be_visible()
    # What proves who it is lies in a cookie that no script reads.
    kept, cookie = await page.evaluate("[JSON.stringify([sessionStorage, localStorage]), document.cookie]")
    assert "bps_" not in kept
    assert cookie == ""
    await page.reload()
    await expect(page.get_by_text("You have no chats now")).to_be_visible()

    menu = page.get_by_role("button", name="Signed in as Representative 4")
    await menu.click()
    await page.get_by_role("menuitem", name="Change password").click()
    change = page.get_by_role("dialog", name="Change password")
    await change.get_by_label("Password now", exact=True).fill("another one")
    await change.get_by_label("New password", exact=True).fill("battery staple correct")
    await change.get_by_role("button", name="Change it").click()
    await expect(change.get_by_role("alert")).to_contain_text("Not changed.")
    await change.get_by_label("Password now", exact=True).fill(password)
    await change.get_by_role("button", name="Change it").click()
    await expect(change).to_have_count(0)
    await expect(page.get_by_text("Password changed.")).to_be_visible()
    await menu.click()
    await page.get_by_role("menuitem", name="Sign out", exact=True).click()
    await expect(page.get_by_role("heading", name="Batonpass desk")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Batonpass desk")).to_be_visible()
    await sign_in(page, "rita", "battery staple correct")
    await expect(page.get_by_text("You have no chats now")).to_be_visible()
