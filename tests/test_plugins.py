"""The loader refuses what is broken and says why; the runner never lets a summarizer hurt its caller."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

import pytest
import structlog.testing

from batonpass.plugin_api import SUMMARIZERS, Maker, Summary, SummaryFailed, SummaryRequest
from batonpass.plugins import CONNECTORS, Attempt, Breaker, Registry, SummaryRunner, load
from batonpass.tasks import spawn
from batonpass.testing import request
from tests.support.until import until

GOOD = """
from batonpass.plugin_api import Maker, Summary

class Good:
    name, version, immediate = "good", "1", True
    def summarize(self, request):
        return Summary(Maker("good", "1"), "too_short", "nothing to say")
"""


# --- loading --------------------------------------------------------------------------------------


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Installer":
    monkeypatch.syspath_prepend(str(tmp_path))
    return Installer(tmp_path)


@dataclass
class Installer:
    """Puts real distributions, each with one module, into a folder that is on the import path."""

    folder: Path
    count: int = 0

    def __call__(self, name: str, source: str, target: str, group: str = SUMMARIZERS) -> None:
        self.count += 1
        module = f"plugin_{self.folder.name.replace('-', '_')}_{self.count}"
        (self.folder / f"{module}.py").write_text(source)
        info = self.folder / f"dist_{self.count}-1.{self.count}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: dist-{self.count}\nVersion: 1.{self.count}\n"
        )
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {module}:{target}\n")

    def load(self, group: str = SUMMARIZERS) -> Registry:
        found = distributions(path=[str(self.folder)])
        return load(group, [point for dist in found for point in dist.entry_points if point.group == group])


def test_the_built_in_rules_come_through_the_same_door() -> None:
    registry = load(SUMMARIZERS)
    assert registry.loaded["rules"].distribution == "batonpass-summarizer-rules"
    assert registry.get("rules").immediate is True
    assert registry.refused == ()


def test_a_good_plugin_is_loaded_with_its_distribution(install: Installer) -> None:
    install("good", GOOD, "Good")
    registry = install.load()
    assert registry.get("good").summarize(None).status == "too_short"
    loaded = registry.loaded["good"]
    assert (loaded.name, loaded.distribution, loaded.version) == ("good", "dist-1", "1.1")


@pytest.mark.parametrize(
    "source,target,reason",
    [
        ("import a_module_that_is_not_there", "Good", "ModuleNotFoundError: No module named"),
        ("def broken(:", "Good", "SyntaxError"),
        ("raise RuntimeError('no licence')", "Good", "RuntimeError: no licence"),
        ("import sys; sys.exit(3)", "Good", "SystemExit: 3"),
        (GOOD, "Missing", "AttributeError"),
        (GOOD.replace("class Good:", "class Good:\n    def __init__(self, key): ..."), "Good", "TypeError"),
        (GOOD.replace('name, version, immediate = "good", "1", True', "pass"), "Good", "its name is not"),
        (GOOD.replace('"1", True', '"", True'), "Good", "its version is not"),
        (GOOD.replace('"1", True', '"1", "yes"'), "Good", "whether it is immediate"),
        (GOOD.replace("def summarize(", "def summarise("), "Good", "it has no method summarize"),
        (GOOD.replace("def summarize(", "async def summarize("), "Good", "must not be async"),
        (GOOD.replace('"1", True', '"1", False'), "Good", "it has no method summarize_later"),
        (
            GOOD.replace('"1", True', '"1", False').replace("def summarize(", "def summarize_later("),
            "Good",
            "its summarize_later must be async",
        ),
    ],
)
def test_a_broken_plugin_is_refused_and_the_others_load(
    install: Installer, source: str, target: str, reason: str
) -> None:
    install("broken", source, target)
    install("good", GOOD, "Good")
    registry = install.load()
    assert list(registry.loaded) == ["good"]
    (refused,) = registry.refused
    assert (refused.name, refused.distribution) == ("broken", "dist-1")
    assert reason in refused.reason
    assert "\n" not in refused.reason
    with pytest.raises(LookupError, match="was refused"):
        registry.get("broken")


def test_of_two_with_one_name_the_first_by_distribution_wins(install: Installer) -> None:
    install("good", GOOD, "Good")
    install("good", GOOD, "Good")
    registry = install.load()
    assert registry.loaded["good"].distribution == "dist-1"
    assert [refused.reason for refused in registry.refused] == ["its name is taken by dist-1"]


def test_an_unknown_name_says_what_there_is(install: Installer) -> None:
    install("good", GOOD, "Good")
    with pytest.raises(LookupError, match=r"no plugin 'better' in batonpass\.summarizers; there are: good"):
        install.load().get("better")


def test_a_group_has_only_its_own_plugins(install: Installer) -> None:
    install("good", GOOD, "Good")
    install("bridge", "class Bridge: pass", "Bridge", CONNECTORS)
    assert list(install.load(CONNECTORS).loaded) == ["bridge"]
    assert list(install.load().loaded) == ["good"]


def test_an_entry_point_that_is_no_reference_is_refused() -> None:
    registry = load(SUMMARIZERS, [EntryPoint("odd", "not a reference", SUMMARIZERS)])
    assert [refused.name for refused in registry.refused] == ["odd"]


# --- running --------------------------------------------------------------------------------------

REQUEST = request(deadline_ms=30_000)
SUMMARY = Summary(
    Maker("made", "1"), issue="A late parcel.", first_seq=REQUEST.turns[0].seq, last_seq=REQUEST.turns[-1].seq
)


@dataclass
class Made:
    """A summarizer that does as it is told."""

    result: object = SUMMARY
    name: str = "made"
    version: str = "1"
    immediate: bool = True
    calls: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    holds: bool = False

    def summarize(self, request: SummaryRequest) -> Summary:
        self.calls += 1
        if self.holds:
            self.gate.wait(60)
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result  # type: ignore[return-value]  # some of them are wrong on purpose

    async def summarize_later(self, request: SummaryRequest) -> Summary:
        self.calls += 1
        if self.holds:
            await asyncio.Event().wait()
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result  # type: ignore[return-value]


@pytest.fixture
def held() -> Iterator[Made]:
    """One that hangs until the test is over."""
    made = Made(holds=True)
    yield made
    made.gate.set()


async def test_a_good_summary_comes_through() -> None:
    assert await SummaryRunner().summarize_now(Made(), REQUEST) == SUMMARY
    assert await SummaryRunner().summarize_later(Made(immediate=False), REQUEST) == Attempt(SUMMARY)


FAULTS = [
    (ValueError("Sam lives at 12 Mill Lane"), "raised ValueError in test_plugins.py:"),
    (SystemExit(1), "raised SystemExit"),
    (None, "broke the contract: returned NoneType, not a Summary"),
    ({"issue": "x"}, "broke the contract: returned dict"),
    (replace(SUMMARY, issue="<b>x</b>"), "broke the contract: a text holds"),
]


@pytest.mark.parametrize("result,reason", FAULTS)
async def test_a_fault_is_none_and_logged_without_words(result: object, reason: str) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await SummaryRunner().summarize_now(Made(result), REQUEST) is None
    assert [(line["event"], line["summarizer"]) for line in logs] == [("no_summary", "made")]
    assert reason in logs[0]["reason"]
    assert "Mill Lane" not in str(logs)


@pytest.mark.parametrize("result,reason", [fault for fault in FAULTS if not isinstance(fault[0], SystemExit)])
async def test_a_fault_later_is_none_too(result: object, reason: str) -> None:
    with structlog.testing.capture_logs() as logs:
        attempt = await SummaryRunner().summarize_later(Made(result, immediate=False), REQUEST)
    assert attempt.summary is None
    assert attempt.reason == ("error" if isinstance(result, Exception) else "broke_contract")
    assert reason in logs[0]["reason"]


async def test_a_slow_one_says_why_there_is_none() -> None:
    made = Made(SummaryFailed("Rate limited: <b>soon</b>"), immediate=False)
    assert await SummaryRunner().summarize_later(made, REQUEST) == Attempt(None, "rate_limited_b_soon_b")


async def test_the_breaker_rests_a_slow_one_and_says_so() -> None:
    runner, made = SummaryRunner(), Made(SummaryFailed("server_error"), immediate=False)
    reasons = [(await runner.summarize_later(made, REQUEST)).reason for _ in range(6)]
    assert reasons == ["server_error"] * 5 + ["resting"]
    assert made.calls == 5


async def test_what_is_not_its_fault_rests_nobody() -> None:
    runner, made = SummaryRunner(), Made(SummaryFailed("nothing_left", blamed=False), immediate=False)
    reasons = [(await runner.summarize_later(made, REQUEST)).reason for _ in range(7)]
    assert reasons == ["nothing_left"] * 7


async def test_a_slow_one_that_ends_the_program_ends_itself() -> None:
    assert await SummaryRunner().summarize_later(Made(SystemExit(1), immediate=False), REQUEST) == Attempt(
        None, "error"
    )


async def test_a_slow_one_that_hangs_is_a_timeout() -> None:
    attempt = await SummaryRunner().summarize_later(
        Made(holds=True, immediate=False), replace(REQUEST, deadline_ms=20)
    )
    assert attempt == Attempt(None, "timeout")


async def test_one_that_hangs_costs_the_budget_and_no_more(held: Made) -> None:
    with structlog.testing.capture_logs() as logs:
        soon = replace(REQUEST, deadline_ms=20)
        assert await SummaryRunner().summarize_now(held, soon) is None
        assert (await SummaryRunner().summarize_later(Made(holds=True), soon)).summary is None
    assert [line["reason"] for line in logs] == ["took too long", "took too long"]


async def test_the_loop_runs_on_while_a_summarizer_works(held: Made) -> None:
    running = spawn(SummaryRunner().summarize_now(held, REQUEST), name="summary")
    await until(lambda: held.calls)
    held.gate.set()
    assert await running == SUMMARY


async def test_the_breaker_rests_a_failing_summarizer_and_tries_again() -> None:
    now = [0.0]
    runner = SummaryRunner()
    runner.breaker("made").clock = lambda: now[0]
    made = Made(ValueError("no"))
    for _ in range(8):
        assert await runner.summarize_now(made, REQUEST) is None
    assert made.calls == 5, "it went on after five failures"
    now[0] = 11.0
    made.result = SUMMARY
    assert await runner.summarize_now(made, REQUEST) == SUMMARY
    assert await runner.summarize_now(made, REQUEST) == SUMMARY


async def test_another_summarizer_has_its_own_breaker() -> None:
    runner = SummaryRunner()
    for _ in range(6):
        await runner.summarize_now(Made(ValueError("no")), REQUEST)
    assert await runner.summarize_now(Made(name="other"), REQUEST) == SUMMARY


def test_a_breaker_lets_one_trial_through() -> None:
    now = [0.0]
    breaker = Breaker(most=2, rest_s=10, clock=lambda: now[0])
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now[0] = 10.0
    assert breaker.allows()
    assert not breaker.allows(), "a second caller got through while one is trying"
    breaker.worked()
    assert breaker.allows()
    assert breaker.allows()


async def test_hung_threads_are_counted_and_no_more_are_started(held: Made) -> None:
    runner = SummaryRunner(most_threads=2)
    soon = replace(REQUEST, deadline_ms=10)
    for _ in range(4):
        assert await runner.summarize_now(held, soon) is None
    await until(lambda: held.calls == 2)
    assert runner.threads == 2
    with structlog.testing.capture_logs() as logs:
        assert await runner.summarize_now(Made(name="innocent"), soon) is None
    assert logs[0]["reason"] == "got no turn"
    assert runner.breaker("innocent").failures == 0, "it was blamed for another's threads"


async def test_threads_that_come_back_are_free_again(held: Made) -> None:
    runner = SummaryRunner(most_threads=1)
    assert await runner.summarize_now(held, replace(REQUEST, deadline_ms=10)) is None
    held.gate.set()
    await until(lambda: runner.threads == 0)
    assert await runner.summarize_now(Made(), REQUEST) == SUMMARY


async def test_many_at_once_all_get_their_summary() -> None:
    runner = SummaryRunner()
    many = await asyncio.gather(*(runner.summarize_now(Made(), REQUEST) for _ in range(50)))
    assert many == [SUMMARY] * 50


async def test_a_cancelled_caller_is_cancelled(held: Made) -> None:
    running = spawn(SummaryRunner().summarize_now(held, REQUEST), name="summary")
    await until(lambda: held.calls)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
