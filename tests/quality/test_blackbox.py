"""The black-box clients import nothing of ours: what they prove, they prove from outside."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.support.machine import NODE_TESTS

RAW = Path(__file__).parents[1] / "blackbox" / "raw.py"


def test_the_client_by_hand_knows_the_standard_library_and_aiohttp() -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(RAW.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"aiohttp"}


CLIENTS = sorted(set(NODE_TESTS.glob("*.mjs")) - {NODE_TESTS / "asyncapi.mjs"})
"""The programs that speak to a server; the other reads a document."""


@pytest.mark.parametrize("script", CLIENTS, ids=lambda path: path.name)
def test_the_programs_of_node_know_the_stock_client(script: Path) -> None:
    imported = set(re.findall(r"(?:from|import)\s*\(?[\"']([^\"']+)[\"']", script.read_text()))
    assert {name for name in imported if not name.startswith("node:")} == {"socket.io-client"}
