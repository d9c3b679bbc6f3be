"""What every test of the house gets, under tests/ and under plugins/.

Hypothesis profiles, a skip with a reason for what this machine lacks, and the rule against skips.
"""

import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.support import machine

# Before the first test imports it: its assertions explain themselves, as those of tests do.
pytest.register_assert_rewrite(
    "tests.blackbox.raw", "tests.handoffs.house", "tests.hostile.stage", "tests.hostile.talk"
)
pytest_plugins = ["tests.support.skips", "tests.support.stores"]

# `make test` always tries the same examples, so that red means a change and never luck.
# Searching is for `make prove`: HYPOTHESIS_PROFILE=search.
_SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("test", deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile(
    "search", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=_SLOW
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


@pytest.fixture(autouse=True)
def _log_as_by_default() -> Iterator[None]:
    """What a test configures of the log ends with it."""
    yield
    structlog.reset_defaults()


_LACKS = {"browser": machine.lacks_browser, "node": machine.lacks_node}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, and keep browser tests on one worker (one Chromium at a time)."""
    reasons = {mark: lacks() for mark, lacks in _LACKS.items()}
    for item in items:
        for mark, reason in reasons.items():
            if reason and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))
        if item.get_closest_marker("browser") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("browser"))
