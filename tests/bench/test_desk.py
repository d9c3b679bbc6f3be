"""The desk's trace, small: it runs and measures. In `make prove` at its full size, with the figures to reach."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.bench.desk import Load, measure

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_trace_measures_keys_and_heap(browser: Browser, tmp_path: Path) -> None:
    found = await measure(browser, tmp_path, Load(chats=5, history=30, events=20))
    assert 0 < found.input_p50_ms <= found.input_p95_ms
    assert found.heap_mb > 1
    assert found.memory_growth < 0.5


@pytest.mark.prove
async def test_two_hundred_chats_and_five_thousand_messages_stay_fluid(
    browser: Browser, tmp_path: Path
) -> None:
    found = await measure(browser, tmp_path, Load())
    assert found.input_p95_ms < 50
    assert found.memory_growth < 0.05
