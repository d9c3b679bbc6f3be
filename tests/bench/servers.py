"""Servers under measurement: each a process of its own, pinned to the first core."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, 1


def pin(core: int) -> None:
    """Keep this process on one core, where the machine has more than one."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


def unpin() -> None:
    """Let this process, and what it starts from now on, use every core again."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))


@contextmanager
def unit() -> Iterator[str]:
    """The bare python-socketio server."""
    with _process([sys.executable, "-m", "tests.bench.unit_server", "0"]) as url:
        yield url


@contextmanager
def product(config: Path) -> Iterator[str]:
    """The whole product on SQLite with synchronous=FULL."""
    command = [sys.executable, "-m", "batonpass", "run", "--config", str(config), "--port", "0"]
    with _process(command) as url:
        yield url


@contextmanager
def _process(command: list[str]) -> Iterator[str]:
    # Affinity is inherited: borrow the server's core for the moment of the fork.
    pin(SERVER_CORE)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    pin(LOAD_CORE)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if found is None:
            raise RuntimeError(f"{command[2]} did not start: {line!r}")
        yield found.group()
    finally:
        process.terminate()
        process.wait(10)
