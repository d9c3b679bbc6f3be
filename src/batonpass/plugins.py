"""Finds plugins, refuses broken ones, and runs summarizers so that none of them can hurt a hand-off.

Every plugin, the built-in ones too, comes through an entry-point group. ``load`` gives each its own ``try``:
what does not import, is not what the group asks for, or takes a name that is gone, is refused with a reason.
"""

import asyncio
import inspect
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

import structlog

from batonpass.plugin_api import (
    SUMMARIZERS,
    ImmediateSummarizer,
    SlowSummarizer,
    Summarizer,
    Summary,
    SummaryFailed,
    SummaryRequest,
    check_summary,
)
from batonpass.plugin_text import clean_text

CONNECTORS = "batonpass.connectors"
"""Entry-point group of connectors to bots that exist already."""

log = structlog.get_logger(__name__)


# --- loading --------------------------------------------------------------------------------------


Options = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin that may be used: its entry point's name, its package's name and version, the object."""

    name: str
    distribution: str
    version: str
    plugin: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """A plugin that may not, and why (one line, fit to be shown)."""

    name: str
    distribution: str
    reason: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The plugins of one group."""

    group: str
    loaded: Mapping[str, Loaded]
    refused: tuple[Refused, ...]

    def get(self, name: str) -> Any:
        """The plugin of that name. LookupError, saying what there is, when it is not loaded."""
        if name in self.loaded:
            return self.loaded[name].plugin
        for refused in self.refused:
            if refused.name == name:
                raise LookupError(f"plugin {name!r} of {self.group} was refused: {refused.reason}")
        raise LookupError(
            f"no plugin {name!r} in {self.group}; there are: {', '.join(self.loaded) or 'none'}"
        )


def load(
    group: str, found: Iterable[EntryPoint] | None = None, options: Options = MappingProxyType({})
) -> Registry:
    """Load every plugin of ``group``; ``found`` stands in for the installed entry points. Never raises.

    ``options``: by plugin, its table of the configuration; one without is not configured. A plugin that refuses
    its options is refused.
    Names are taken in order of (name, distribution), so two machines refuse the same one of two.
    """
    loaded: dict[str, Loaded] = {}
    refused: list[Refused] = []
    points = entry_points(group=group) if found is None else found
    for point in sorted(points, key=lambda point: (point.name, _distribution(point)[0])):
        outcome = _load_one(group, point, loaded, options)
        if isinstance(outcome, Loaded):
            loaded[point.name] = outcome
        else:
            refused.append(outcome)
            log.warning("plugin_refused", group=group, plugin=outcome.name, reason=outcome.reason)
    return Registry(group, MappingProxyType(loaded), tuple(refused))


def _load_one(
    group: str, point: EntryPoint, taken: Mapping[str, Loaded], options: Options
) -> Loaded | Refused:
    distribution, version = _distribution(point)
    if point.name in taken:
        reason = f"its name is taken by {taken[point.name].distribution}"
        return Refused(point.name, distribution, reason)
    try:
        plugin = point.load()()
        wrong = _WANTED.get(group, _nothing_wrong)(plugin) or _configured(plugin, options.get(point.name))
    except (Exception, SystemExit) as error:  # noqa: BLE001  a plugin's import may raise anything
        return Refused(point.name, distribution, clean_text(f"{type(error).__name__}: {error}", 300))
    if wrong:
        return Refused(point.name, distribution, wrong)
    return Loaded(point.name, distribution, version, plugin)


def _configured(plugin: Any, options: Mapping[str, Any] | None) -> str:
    """Give a plugin its options, if it takes any. Returns what is wrong with them."""
    if options is None:
        return ""  # nobody means to use it
    configure = getattr(plugin, "configure", None)
    if configure is None:
        return "it takes no options" if options else ""
    try:
        configure(options)
    except ValueError as error:
        return clean_text(f"options: {error}", 300)
    return ""


def _distribution(point: EntryPoint) -> tuple[str, str]:
    return (point.dist.name, point.dist.version) if point.dist else ("", "")


def _nothing_wrong(plugin: object) -> str:
    return ""


def _summarizer_faults(plugin: Any) -> str:
    """Why this is no summarizer, or an empty text."""
    for attribute in ("name", "version"):
        value = getattr(plugin, attribute, None)
        if not (isinstance(value, str) and 0 < len(value) <= 60 and clean_text(value) == value):
            return f"its {attribute} is not a short plain text"
    immediate = getattr(plugin, "immediate", None)
    if not isinstance(immediate, bool):
        return "it does not say whether it is immediate (True or False)"
    method = getattr(plugin, "summarize" if immediate else "summarize_later", None)
    if not callable(method):
        return f"it has no method {'summarize' if immediate else 'summarize_later'}"
    if immediate == inspect.iscoroutinefunction(method):
        return "its summarize must not be async" if immediate else "its summarize_later must be async"
    return ""


_WANTED: dict[str, Callable[[Any], str]] = {SUMMARIZERS: _summarizer_faults}


# --- running summarizers --------------------------------------------------------------------------


@dataclass(slots=True)
class Breaker:
    """Open after ``most`` failures in a row: then nothing is tried for ``rest_s`` seconds, after which one
    trial decides. ``clock`` is in seconds and only ever compared with itself."""

    most: int = 5
    rest_s: float = 10.0
    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    _closed_from: float = field(default=0.0, init=False)

    def allows(self) -> bool:
        """Whether to try. A True while half open is a promise to report back: the next caller waits."""
        if self.failures < self.most:
            return True
        if self.clock() < self._closed_from:
            return False
        self._closed_from = self.clock() + self.rest_s
        return True

    def worked(self) -> None:
        self.failures = 0

    def failed(self) -> None:
        self.failures += 1
        self._closed_from = self.clock() + self.rest_s


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of asking a slow summarizer: a summary that passed the contract, or a ``reason`` in snake_case."""

    summary: Summary | None
    reason: str = ""


_LATE = "took too long"


@dataclass(slots=True)
class _Call:
    """One call: what came of it. ``finished`` is set in the caller's loop."""

    finished: asyncio.Event = field(default_factory=asyncio.Event)
    began_at: float | None = None
    summary: Summary | None = None
    fault: str = _LATE
    reason: str = "timeout"
    blamed: bool = True

    def had_a_chance(self, deadline_ms: int) -> bool:
        """Whether it came back, or had at least half of the time before nobody waited any more."""
        if self.finished.is_set() or self.summary is not None or self.fault != _LATE:
            return True
        now = asyncio.get_running_loop().time()
        return self.began_at is not None and (now - self.began_at) * 2000 >= deadline_ms


class SummaryRunner:
    """Runs summarizers for one server. What its methods return passed the contract; they
    never raise, and log why without any message text.

    The request's deadline is the only one: whoever waits sets it, and sets no timer of its own around this.
    An immediate summarizer runs in a daemon thread: a thread cannot be stopped, but one that hangs keeps
    neither the hand-off nor the server's exit waiting. At most ``at_once`` calls run at a time, and when
    ``most_threads`` have not come back nothing more is started.
    """

    def __init__(self, at_once: int = 2, most_threads: int = 8) -> None:
        self._turnstile = asyncio.Semaphore(at_once)
        self._most_threads = most_threads
        self.threads = 0  # those that have not come back, hung ones too
        self._breakers: dict[str, Breaker] = {}

    def breaker(self, name: str) -> Breaker:
        """The breaker of the summarizer of that name."""
        return self._breakers.setdefault(name, Breaker())

    async def summarize_now(self, summarizer: ImmediateSummarizer, request: SummaryRequest) -> Summary | None:
        """The immediate summary, within ``request.deadline_ms`` of the call, waiting for its turn included."""
        call = _Call()
        if not self.breaker(summarizer.name).allows():
            return _none(summarizer, "is resting after failures")
        try:
            async with asyncio.timeout(request.deadline_ms / 1000), self._turnstile:
                await self._in_thread(call, summarizer, request)
        except TimeoutError:
            pass  # the thread may still have finished while the loop was busy: then its summary counts
        if not call.had_a_chance(request.deadline_ms):
            return _none(summarizer, "got no turn")  # too much at once is not its failure
        return self._settle(summarizer, call)

    async def summarize_later(self, summarizer: SlowSummarizer, request: SummaryRequest) -> Attempt:
        """A slow summarizer's summary, within ``request.deadline_ms``."""
        call = _Call()
        if not self.breaker(summarizer.name).allows():
            _none(summarizer, "is resting after failures")
            return Attempt(None, "resting")
        try:
            async with asyncio.timeout(request.deadline_ms / 1000):
                summary = await summarizer.summarize_later(request)
                await asyncio.to_thread(_judge, call, request, summary)
        except TimeoutError:
            pass
        except SummaryFailed as failed:
            call.fault = call.reason = _snake(failed.reason)
            call.blamed = failed.blamed
        except (Exception, SystemExit) as error:  # noqa: BLE001  a plugin may raise anything
            call.fault, call.reason = _fault(error), "error"
        settled = self._settle(summarizer, call)
        return Attempt(settled, call.reason if settled is None else "")

    async def _in_thread(self, call: _Call, summarizer: ImmediateSummarizer, request: SummaryRequest) -> None:
        if self.threads >= self._most_threads:
            return
        loop = asyncio.get_running_loop()

        def work() -> None:
            try:
                _judge(call, request, summarizer.summarize(request))
            except BaseException as error:  # noqa: BLE001  SystemExit from a plugin is its failure, not ours
                call.fault = _fault(error)
            with suppress(RuntimeError):  # the loop is gone: nobody waits any more
                loop.call_soon_threadsafe(self._came_back, call)

        call.began_at = loop.time()
        self.threads += 1
        threading.Thread(target=work, name=f"summarizer-{summarizer.name}", daemon=True).start()
        await call.finished.wait()

    def _came_back(self, call: _Call) -> None:
        self.threads -= 1
        call.finished.set()

    def _settle(self, summarizer: Summarizer, call: _Call) -> Summary | None:
        if call.summary is None:
            if call.blamed:
                self.breaker(summarizer.name).failed()
            return _none(summarizer, call.fault)
        self.breaker(summarizer.name).worked()
        return call.summary


def _none(summarizer: Summarizer, reason: str) -> Summary | None:
    log.warning("no_summary", summarizer=summarizer.name, reason=reason)
    return None


def _judge(call: _Call, request: SummaryRequest, summary: object) -> None:
    """Keep the summary, or what is wrong with it."""
    breaches = check_summary(request, summary)
    if breaches:
        call.fault, call.reason = "broke the contract: " + "; ".join(breaches), "broke_contract"
    elif isinstance(summary, Summary):
        call.summary = summary


def _snake(reason: str) -> str:
    """A plugin's reason, held to its form: it is shown to agents."""
    return re.sub(r"[^a-z0-9]+", "_", reason.lower())[:60].strip("_") or "failed"


def _fault(error: BaseException) -> str:
    """Kind and place of an error. Its words may quote the chat, so they are left out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"raised {type(error).__name__}{where}"
