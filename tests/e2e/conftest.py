"""One Chromium per worker; what isolates the tests are contexts. The tests, the server and the browser share a loop.

So a coroutine fixture for these tests says `@pytest_asyncio.fixture(loop_scope="session")`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.stage import Stage

HERE = Path(__file__).parent
# A condition is waited for; a busy machine may take its time.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of this folder on the session's loop, on which the one Chromium is."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, tmp_path: Path) -> AsyncIterator[Stage]:
    """A running stage; afterwards no page has complained, and no customer's got what is private."""
    stage = Stage(tmp_path, browser)
    try:
        await stage.start()
        yield stage
        leaks = await stage.leaks()
    finally:
        for context in browser.contexts:
            await context.close()
        await stage.stop()
    assert stage.troubles == []
    assert leaks == []
