"""BATONPASS_NO_SKIPS=1 turns a skip into a failed run, in one process and in many."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.quality import source
from tests.support import skips

SKIPS = {
    "mark": "import pytest\n\n@pytest.mark.skip(reason='no anvil')\ndef test_a(): ...\n\ndef test_b(): ...\n",
    "body": "import pytest\n\ndef test_a():\n    pytest.skip('no bellows')\n",
    "module": "import pytest\n\npytest.skip('no coal', allow_module_level=True)\n",
}
SOUND = {"sound": "import pytest\n\n@pytest.mark.xfail\ndef test_a():\n    assert 0\n\ndef test_b(): ...\n"}
RED = {"red": "def test_a():\n    assert 0\n"}


def run(
    folder: Path, files: dict[str, str], *, no_skips: str | None = "1", workers: int = 0
) -> subprocess.CompletedProcess[str]:
    """A pytest of its own over some files, with our plugin and none of our configuration."""
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    # pytest-xdist tells its workers, and us, by variables; the run under test is a controller of its own.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "BATONPASS"))}
    env["PYTHONPATH"] = str(source.ROOT)
    if no_skips is not None:
        env["BATONPASS_NO_SKIPS"] = no_skips
    command = [sys.executable, "-m", "pytest", "-p", "tests.support.skips", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-n", str(workers), "-rs", str(folder)],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("workers", [0, 2])
def test_a_skip_fails_the_run(tmp_path: Path, workers: int) -> None:
    done = run(tmp_path, SKIPS, workers=workers)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "3 skips are failures here" in done.stdout
    for name, reason in [("mark", "no anvil"), ("body", "no bellows"), ("module", "no coal")]:
        assert re.search(f"test_{name}.py.*: .*{reason}", done.stdout)
    assert "1 passed, 3 skipped" in done.stdout.rstrip().splitlines()[-1]  # the closing line stays pytest's


def test_a_lone_module_that_skips_itself_fails_the_run(tmp_path: Path) -> None:
    done = run(tmp_path, {"module": SKIPS["module"]})
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout


def test_without_the_rule_a_skip_is_fine(tmp_path: Path) -> None:
    done = run(tmp_path, SKIPS, no_skips=None)
    assert done.returncode == pytest.ExitCode.OK, done.stdout
    assert "skips are failures" not in done.stdout


@pytest.mark.parametrize(
    "value,expected", [("1", True), ("yes", True), ("", False), ("0", False), (None, False)]
)
def test_the_rule_is_asked_for_by_name(
    monkeypatch: pytest.MonkeyPatch, value: str | None, expected: bool
) -> None:
    monkeypatch.delenv("BATONPASS_NO_SKIPS", raising=False)
    if value is not None:
        monkeypatch.setenv("BATONPASS_NO_SKIPS", value)
    assert skips.wanted() is expected


def test_a_run_without_skips_passes(tmp_path: Path) -> None:
    done = run(tmp_path, SOUND)
    assert done.returncode == pytest.ExitCode.OK, done.stdout


def test_a_failure_stays_a_failure(tmp_path: Path) -> None:
    done = run(tmp_path, SKIPS | RED)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 failed" in done.stdout
