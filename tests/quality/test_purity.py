"""The core is pure, the checker is a stranger, and one clock rules the use cases."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.quality import purity, source

PACKAGE = source.SRC / "batonpass"
# What the demo's checker may import beside the standard library and itself.
STRANGERS = {
    "judge": {"batonpass.demo.judge"},
    "tap": {"batonpass.demo.tap", "aiohttp"},
}


@pytest.mark.parametrize(
    "text",
    [
        "import time",
        "import os.path",
        "from random import choice",
        "import structlog",
        "from batonpass.app import messages",
        "from ..app import messages",
        "from .. import ids",
        "def f():\n    import socket",
        "async def f(): ...",
        "async def f():\n    await g()",
        "import datetime\nnow = datetime.datetime.now(datetime.UTC)",
        "from datetime import datetime\nnow = datetime.now()",
        "open('x')",
        "print('x')",
    ],
)
def test_an_impurity_is_found(text: str) -> None:
    assert purity.impurities(text)


@pytest.mark.parametrize(
    "text",
    [
        "import enum\nfrom datetime import UTC, datetime\nat = datetime.fromtimestamp(0, UTC)",
        "from batonpass.domain import errors\nfrom . import handoff\nfrom .agents import Agent",
        "def f(queue):\n    return queue.open()",
    ],
)
def test_a_pure_module_passes(text: str) -> None:
    assert purity.impurities(text) == []


def test_the_core_is_pure() -> None:
    found = [
        complaint
        for path in source.files(PACKAGE / "domain")
        for complaint in purity.complaints(path, purity.impurities(path.read_text(), source.package_of(path)))
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["app", "protocol"])
def test_the_only_clock_is_the_store(folder: str) -> None:
    found = [
        complaint
        for path in source.files(PACKAGE / folder)
        for complaint in purity.complaints(path, purity.clocks(ast.parse(path.read_text())))
    ]
    assert found == []


@pytest.mark.parametrize("name", STRANGERS)
def test_the_checker_of_the_demo_imports_nothing_of_ours(name: str) -> None:
    files = stranger_files(PACKAGE / "demo" / name)
    assert files, "the checker moved: this test must follow it"
    assert strangers_imports(files, STRANGERS[name]) == []


def test_blackbox_clients_import_nothing_of_ours() -> None:
    third_party = {"aiohttp", "pytest", "websockets", "hypothesis", "tests.blackbox"}
    found = strangers_imports(source.files(source.ROOT / "tests" / "blackbox"), third_party)
    assert found == []


@pytest.mark.parametrize("text", ["import batonpass", "from batonpass.demo import tap", "from . import tap"])
def test_a_stranger_that_knows_us_is_found(text: str) -> None:
    assert list(purity.foreign_imports(ast.parse(text), "batonpass.demo", set()))


def stranger_files(module: Path) -> list[Path]:
    """The files of a module that is either one file or a folder."""
    one = module.with_suffix(".py")
    return [one] if one.exists() else list(source.files(module))


def strangers_imports(paths: Iterable[Path], allowed: set[str]) -> list[str]:
    return [
        complaint
        for path in paths
        for complaint in purity.complaints(
            path, purity.foreign_imports(ast.parse(path.read_text()), source.package_of(path), allowed)
        )
    ]
