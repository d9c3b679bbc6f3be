"""Takes the configured summarizers out of the installed plugins: the one at once, and the slow one after it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from batonpass import plugins
from batonpass.app.late_summaries import Slow, Told
from batonpass.app.summaries import ByPlugin, Silent, Storyteller
from batonpass.app.switchboard import Switchboard
from batonpass.config import Config
from batonpass.plugin_api import SUMMARIZERS, Summarizer, Summary, SummaryRequest

CLOSE_S = 2.0
"""A plugin has so long for its last words."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Summarizers:
    """Who tells: `storyteller` within the hand-off's budget, `slow` (or None) after it, both through `runner`.
    `close` lets go of both."""

    storyteller: Storyteller
    slow: Slow | None
    close: Callable[[], Awaitable[None]]
    runner: plugins.SummaryRunner


def summarizers(config: Config, board: Switchboard) -> Summarizers:
    """The configured ones; what cannot be used is left out with a warning: a broken plugin never stops the server."""
    registry = plugins.load(SUMMARIZERS, options=options(config))
    for fault in faults(config, registry):
        log.warning("no_summarizer", setting=fault.key, reason=fault.reason or "not installed")
    runner = plugins.SummaryRunner()
    now = _usable(registry, config.settings.summarizer.name, immediate=True)
    later = _usable(registry, config.settings.summarizer.later, immediate=False)
    storyteller = Silent() if now is None else ByPlugin(board, _at_once(runner, now))
    slow = None if later is None else _slowly(runner, later)
    return Summarizers(storyteller, slow, _closer(now, later), runner)


def options(config: Config) -> dict[str, Any]:
    """By plugin that is used or has a table, its options."""
    used = (config.settings.summarizer.name, config.settings.summarizer.later)
    return {**{name: {} for name in used if name}, **config.settings.plugins}


@dataclass(frozen=True, slots=True)
class Fault:
    """A setting that cannot be had: its key, what is wrong (or nothing: there is none of that name), what there is."""

    key: str
    reason: str
    names: tuple[str, ...]


def faults(config: Config, registry: plugins.Registry) -> Iterator[Fault]:
    """What is wrong with the choice of summarizers, and tables of options that are nobody's."""
    refused = {one.name: one.reason for one in registry.refused}
    for key, immediate in (("name", True), ("later", False)):
        chosen = getattr(config.settings.summarizer, key)
        fitting = tuple(n for n, one in registry.loaded.items() if one.plugin.immediate is immediate)
        if chosen is None or chosen in fitting:
            continue
        kind = "slow, it belongs under `later`" if immediate else "immediate, it belongs under `name`"
        reason = kind if chosen in registry.loaded else refused.get(chosen, "")
        yield Fault(f"summarizer.{key}", reason, fitting)
    for name in config.settings.plugins:
        if name not in registry.loaded and name not in refused:
            yield Fault(f"plugins.{name}", "", tuple(registry.loaded))


def _usable(registry: plugins.Registry, name: str | None, *, immediate: bool) -> Any:
    loaded = registry.loaded.get(name) if name else None
    fits = loaded is not None and loaded.plugin.immediate is immediate
    return loaded.plugin if loaded is not None and fits else None


def _at_once(
    runner: plugins.SummaryRunner, summarizer: Any
) -> Callable[[SummaryRequest], Awaitable[Summary | None]]:
    async def summarize(request: SummaryRequest) -> Summary | None:
        return await runner.summarize_now(summarizer, request)

    return summarize


def _slowly(runner: plugins.SummaryRunner, summarizer: Any) -> Slow:
    async def summarize(request: SummaryRequest) -> Told:
        attempt = await runner.summarize_later(summarizer, request)
        return Told(attempt.summary, attempt.reason)

    return summarize


def _closer(*chosen: Summarizer | None) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        for closing in (getattr(summarizer, "close", None) for summarizer in chosen):
            if closing is None:
                continue
            try:
                async with asyncio.timeout(CLOSE_S):
                    await closing()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's last words stop no stop
                log.warning("plugin_did_not_close", error=type(error).__name__)

    return close
