"""Fixtures that several folders share. What holds for every test stands in the conftest.py of the root."""

from pathlib import Path
from typing import Any

import pytest

from tests.support import machine


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium to drive (`executable_path`). Its test carries the mark `browser`."""
    return machine.found_or_skip(machine.chromium(), machine.lacks_browser())


@pytest.fixture(scope="session")
def node() -> Path:
    """Node.js with the packages of tests/node. Its test carries the mark `node`."""
    return machine.found_or_skip(machine.node(), machine.lacks_node())


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium: Path) -> dict[str, Any]:
    """How pytest-playwright-asyncio starts its `browser`: ours, not one it would like to download."""
    return {"executable_path": chromium, "args": machine.CHROMIUM_FLAGS}
