"""Fixtures that several folders share. What holds for every test stands in the conftest.py of the root."""

from pathlib import Path
from typing import Any

import pytest

from tests.support import machine

ON_ONE_STORE = ("handoffs", "customer")
"""Folders whose tests `make test` plays on SQLite and `make prove` on PostgreSQL too: they ask for rules, not for rows.
The walk, the journeys, the FIELD scenarios, the games and the store's own contract are played on both each time."""
ON_BOTH = ("test_journeys.py", "test_field.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        rules = item.path.parent.name in ON_ONE_STORE and item.path.name not in ON_BOTH
        if rules and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.prove)


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
