"""The template of docs/templates works as its author would run it: its own tests pass."""

import os
import subprocess
import sys
from pathlib import Path

TEMPLATE = Path(__file__).parents[2] / "docs" / "templates" / "summarizer"


def test_the_templates_own_tests_pass(tmp_path: Path) -> None:
    told = {**os.environ, "PYTHONPATH": str(TEMPLATE / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "error::pytest.PytestUnraisableExceptionWarning",
        f"--rootdir={tmp_path}",
    ]
    done = subprocess.run(
        [*words, "-c", os.devnull, str(TEMPLATE / "tests")],
        cwd=tmp_path, env=told, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert "18 passed" in done.stdout


def test_the_template_is_a_distribution_with_an_entry_point() -> None:
    text = (TEMPLATE / "pyproject.toml").read_text()
    assert 'my-summarizer = "my_summarizer:MySummarizer"' in text
    assert (TEMPLATE / "src" / "my_summarizer" / "__init__.py").is_file()
