"""Runs the unit tests of the pages' JavaScript in Node.js: `node --test tests/js/*.test.mjs` by hand."""

import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.node
def test_javascript_units(node: Path) -> None:
    files = sorted(str(path) for path in HERE.glob("*.test.mjs"))
    assert files
    done = subprocess.run(
        [str(node), "--test", "--test-reporter=spec", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
