"""A pytest plugin: with BATONPASS_NO_SKIPS=1 a skipped test fails the run.

A skip says that a machine lacks something. On the machine that decides (`.ci/run`) nothing may be lacking, so
there a skip is a failure. It works with and without pytest-xdist: the reports of every worker reach the
controller, whose exit status is the one that counts.
"""

import os

import pytest


def wanted() -> bool:
    """Whether this run must not skip."""
    return os.environ.get("BATONPASS_NO_SKIPS", "") not in {"", "0"}


class NoSkips:
    """Collects the skips of a run, by test, with their reasons."""

    def __init__(self) -> None:
        self.skips: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # An expected failure is reported as skipped too, and is not one.
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skips[report.nodeid] = _reason(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skips[report.nodeid] = _reason(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skips and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.skips:
            return
        terminalreporter.section(f"{len(self.skips)} skips are failures here (BATONPASS_NO_SKIPS)", red=True)
        for nodeid, reason in sorted(self.skips.items()):
            terminalreporter.line(f"{nodeid}: {reason}")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    return str(report.longrepr)


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    if wanted() and not is_worker:
        config.pluginmanager.register(NoSkips(), "batonpass-no-skips")
