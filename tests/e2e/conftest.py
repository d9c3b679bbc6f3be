"""One Chromium per test, driven by the tests' own event loop, on which the server runs too."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.stage import FLAGS, Stage

# A condition is waited for; a busy machine may take its time.
expect.set_options(timeout=20_000)


@pytest.fixture
async def browser_of_house(chromium: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def stage(browser_of_house: Browser, tmp_path: Path) -> AsyncIterator[Stage]:
    """A running stage; afterwards no page may have said anything wrong."""
    stage = Stage(tmp_path, browser_of_house)
    await stage.start()
    yield stage
    for context in browser_of_house.contexts:
        await context.close()
    await stage.stop()
    assert stage.troubles == []
