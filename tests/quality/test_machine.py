"""The programs beside Python that tests drive: they start, and they are the ones we mean."""

import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support import machine


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_chromium_opens_a_page(browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto("data:text/html,<title>baton</title>")
    assert await page.title() == "baton"
    await page.close()


@pytest.mark.node
def test_node_has_the_stock_client(node: Path) -> None:
    program = "import {io, protocol} from 'socket.io-client'; console.log(typeof io, protocol)"
    done = subprocess.run(
        [node, "--input-type=module", "-e", program],
        cwd=machine.NODE_TESTS,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["function", "5"]


def test_a_machine_without_them_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("BATONPASS_CHROMIUM", raising=False)
    assert "Chromium" in (machine.lacks_browser() or "")
    assert "Node.js" in (machine.lacks_node() or "")
