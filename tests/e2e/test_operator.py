"""The operator's page: sign-in, the ladder with its preview, a change that somebody overtook, the trace, acts, words."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, Route, expect

from batonpass.client import CustomerClient, RepresentativeClient
from tests.e2e.stage import Stage
from tests.e2e.test_accessible import violations
from tests.e2e.test_door import sign_in

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 780}
PAGES = ("queues/returns", "insights")
MORE = (
    "conversations",
    "words",
    "queue-new",
    "agents/rep",
    "handoffs",
    "switches",
    "access",
    "agents",
    "contacts",
    "alerts",
    "handback",
    "workflows",
    "hours",
    "settings",
    "versions/1",
    "agents/new",
)


@asynccontextmanager
async def busy(stage: Stage) -> AsyncIterator[None]:
    """Two people who take chats, a supervisor who is away, and a customer whom the bot has handed on."""
    async with AsyncExitStack() as stack:
        people = [RepresentativeClient(stage.url, stage.keys[name]) for name in ("rep", "colleague")]
        for person in people:
            await stack.enter_async_context(person)
            await person.available()
        await stack.enter_async_context(RepresentativeClient(stage.url, stage.keys["chief"]))
        customer = await stack.enter_async_context(CustomerClient(stage.url))
        await customer.start({"name": "Anna Berg"})
        await customer.send("My label is wrong. A person, please.")
        await people[0].next_offer(10)
        yield


async def operator(stage: Stage, role: str = "admin", agent: str | None = "chief", **options: Any) -> Page:
    """The page, with somebody of this role signed in by name."""
    options.setdefault("viewport", {"width": 1440, "height": 900})
    password = await stage.account("ada", role, agent)
    page = await stage.page("/operator", **options)
    # A server without an admin offers to set one up.
    if role == "admin":
        await expect(page.get_by_label("Name")).to_be_visible()
    else:
        await page.get_by_role("button", name="Sign in with an account that exists").click()
    await sign_in(page, "ada", password)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    return page


async def changed_by_somebody_else(stage: Stage) -> None:
    async with aiohttp.ClientSession(stage.url) as http:
        said = {"name": "ada", "password": "correct horse ada"}
        async with http.post("/api/v1/sessions", json=said) as answer:
            proof = {"Authorization": f"Bearer {(await answer.json())['token']}"}
        async with http.patch("/api/v1/admin/tables/timers", json={"offer": 55}, headers=proof) as answer:
            assert answer.status == 200


async def test_the_ladder_is_changed_by_keys_and_what_it_would_do_is_said_before(stage: Stage) -> None:
    stage.expected = ("412", "401")
    async with busy(stage):
        page = await operator(stage)
        await page.goto(f"{stage.url}/operator#/queues/returns")
        course = page.locator(".course")
        await expect(course).to_contain_text("Escalation Representative 4")
        await page.get_by_role("button", name="Move Representative 7").focus()
        await page.keyboard.press("Alt+ArrowUp")
        await expect(page.get_by_role("row", name="Representative 7")).to_contain_text("was 40")
        await expect(course).to_contain_text("With this order, right now:")
        await expect(course).to_contain_text("Escalation Representative 7")
        await expect(course).to_contain_text("Hand-back Survey bot in Survey")
        # Somebody else is faster: told in words, and nothing is lost.
        overtaken: list[bool] = []

        async def overtake(route: Route) -> None:
            if route.request.method == "PATCH" and not overtaken:
                overtaken.append(True)
                await changed_by_somebody_else(stage)
            await route.continue_()

        await page.route("**/admin/config", overtake)
        save = page.get_by_role("button", name="Save order")
        await save.click()
        await expect(page.get_by_role("alert")).to_contain_text("Somebody else changed the configuration")
        await expect(page.get_by_role("row", name="Representative 7")).to_contain_text("was 40")
        await save.click()
        await expect(page.get_by_text("Order saved")).to_be_visible()
        assert stage.running is not None
        await found_by_its_name(page, "surv", "Survey")
        await page.get_by_label("Add to this queue").select_option("third")
        row = page.get_by_role("row", name="Representative 12")
        await expect(row).to_contain_text("Offline")
        members = stage.running.configuration.config.settings.queues["returns"].members
        ranks = {member.agent: member.capacity_priority for member in members}
        assert ranks["colleague"] == 80
        assert ranks["rep"] == 50


async def found_by_its_name(page: Page, typed: str, title: str) -> None:
    await page.locator("body").press("/")
    await page.keyboard.type(typed)
    await expect(page.get_by_role("option").first).to_contain_text(title)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


async def test_a_decision_is_told_in_steps_and_a_supervisor_acts(stage: Stage) -> None:
    stage.expected = ("401",)
    async with busy(stage):
        page = await operator(stage, role="supervisor")
        await expect(page.get_by_role("link", name="Words")).to_have_count(0)
        row = page.get_by_role("listitem").filter(has_text="Anna Berg")
        await expect(row).to_contain_text("Offered")
        await row.get_by_role("button", name="Why").click()
        trace = page.get_by_role("complementary", name="Why this agent?")
        await expect(trace).to_contain_text("Representative 4 stands highest on the ladder.")
        await expect(trace.get_by_role("listitem")).to_have_count(5)
        await expect(trace.get_by_role("listitem").nth(1)).to_contain_text("1 bot set aside")
        await page.keyboard.press("Escape")
        await expect(trace).to_have_count(0)
        await row.get_by_role("link", name="Anna Berg").click()
        log = page.get_by_role("log", name="Timeline")
        await expect(log).to_contain_text("My label is wrong.")
        await page.get_by_role("button", name="Take over").click()
        await page.get_by_label("Reason").fill("It is urgent")
        await page.get_by_role("button", name="Take over").last.click()
        await expect(log).to_contain_text("took over, It is urgent")
        await expect(page.get_by_text("You hold it")).to_be_visible()


@pytest.mark.prove
async def test_words_are_checked_where_they_stand(stage: Stage) -> None:
    stage.expected = ("401", "422")
    page = await operator(stage)
    await page.get_by_role("link", name="Words").first.click()
    await page.get_by_role("button", name="de", exact=True).click()
    field = page.get_by_label("joined", exact=True)
    await field.fill("{nobody} ist da.")
    await expect(page.get_by_text("{nobody} is no variable here.")).to_be_visible()
    await page.get_by_role("button", name="Save words").click()
    await expect(page.get_by_text("Not saved.")).to_be_visible()
    await field.fill("{agent} ist da.")
    await page.get_by_role("button", name="Save words").click()
    await expect(page.get_by_text("Saved, and in force")).to_be_visible()
    await page.get_by_role("link", name="Versions").click()
    await expect(page.get_by_role("row", name="Words, de")).to_contain_text("in force")


async def test_who_only_serves_is_sent_to_the_desk(stage: Stage) -> None:
    page = await stage.page(f"/operator#key={stage.keys['rep']}")
    await expect(page.get_by_role("heading", name="This page is for supervisors")).to_be_visible()


@pytest.mark.node
async def test_no_violations_on_the_operator_s_pages(stage: Stage, node: Path) -> None:
    stage.expected = ("401",)
    async with busy(stage):
        await look_at(stage, node, PAGES, ("light",))


@pytest.mark.node
@pytest.mark.prove
async def test_no_violations_on_every_page_of_the_operator(stage: Stage, node: Path) -> None:
    stage.expected = ("401",)
    async with busy(stage):
        await look_at(stage, node, PAGES + MORE, ("light", "dark"))


async def look_at(stage: Stage, node: Path, pages: tuple[str, ...], schemes: tuple[Any, ...]) -> None:
    page = await operator(stage, reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for scheme in schemes:
        await page.emulate_media(color_scheme=scheme)
        for size in ({"width": 1440, "height": 900}, PHONE):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            for name in pages:
                await page.goto(f"{stage.url}/operator#/{name}")
                await expect(page.locator("#page h1")).to_be_visible()
                await expect(page.locator(".loading")).to_have_count(0)
                found[f"{name}, {scheme}, {size['width']}"] = await violations(page, node)
                wide = "document.querySelector('#page').scrollWidth - document.querySelector('#page').clientWidth"
                assert await page.evaluate(wide) <= 0, name
    wrong = [f"{state}: {what}" for state, said in found.items() for what in said]
    assert not wrong, "\n".join(wrong)
