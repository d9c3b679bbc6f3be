"""What this machine has, and the words for a skip when it has not."""

import os
import shutil
from pathlib import Path

import pytest

# Containers and root have no sandbox for Chromium; the rest keeps it from calling home on a closed network.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NODE_TESTS = Path(__file__).parents[1] / "node"


def chromium() -> Path | None:
    """A Chromium to drive: $BATONPASS_CHROMIUM, or the first known name on PATH."""
    named = os.environ.get("BATONPASS_CHROMIUM")
    for name in [named] if named else ["chromium", "chromium-browser", "google-chrome"]:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def node() -> Path | None:
    """Node.js, when it is here and the packages of tests/node are installed."""
    found = shutil.which("node")
    return Path(found) if found and (NODE_TESTS / "node_modules" / "socket.io-client").is_dir() else None


def lacks_browser() -> str | None:
    """Why a test marked `browser` cannot run here."""
    return None if chromium() else "no Chromium here (Debian: apt-get install chromium)"


def lacks_node() -> str | None:
    """Why a test marked `node` cannot run here."""
    if not shutil.which("node"):
        return "no Node.js here (Debian: apt-get install nodejs npm, then make setup)"
    return None if node() else "tests/node has no packages (needs npm: make setup)"


def found_or_skip(found: Path | None, lack: str | None) -> Path:
    """`found`, or a skip that says what this machine lacks."""
    if found is None:
        pytest.skip(lack or "missing here")
    return found
