"""A server that goes wrong as told, and the plugin that asks it."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from batonpass_summarizer_llm import LlmSummarizer

from tests.support.llm_server import LlmServer


@pytest.fixture
def model() -> Iterator[LlmServer]:
    with LlmServer() as server:
        yield server


@pytest.fixture
async def asking(model: LlmServer) -> AsyncIterator[Callable[..., LlmSummarizer]]:
    """Makes a plugin that asks ``model``; arguments are options."""
    made: list[LlmSummarizer] = []

    def make(**options: Any) -> LlmSummarizer:
        plugin = LlmSummarizer()
        plugin.configure({"base_url": model.url, "model": "small", **options})
        made.append(plugin)
        return plugin

    yield make
    for plugin in made:
        await plugin.close()
