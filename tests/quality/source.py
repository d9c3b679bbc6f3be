"""Reading the project's own source: files, their modules and what they import."""

import ast
import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
SKIPPED = {"node_modules", "vendor", ".venv", "build", "dist", "__pycache__"}


@functools.cache
def pyproject() -> dict[str, Any]:
    """pyproject.toml, parsed."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def plugin_folders() -> list[Path]:
    """The folders of our own plugin distributions."""
    return sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))


def files(*folders: Path, suffix: str = ".py") -> Iterator[Path]:
    """Every file of ours below `folders`, in a stable order; vendored and generated folders left out."""
    for folder in folders:
        for path in sorted(folder.rglob(f"*{suffix}")):
            if not SKIPPED.intersection(path.relative_to(folder).parts):
                yield path


def package_of(path: Path) -> str:
    """The dotted package that relative imports in `path` start from ("batonpass.domain" for its modules)."""
    root = next((base for base in (SRC, ROOT) if path.is_relative_to(base)), path.parent)
    return ".".join(path.relative_to(root).parent.parts)


def imports(tree: ast.AST, package: str = "") -> Iterator[tuple[str, int]]:
    """Each imported name in full, with its line: `from a import b` is "a.b". Lazy imports count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(node, package)
            yield from ((f"{origin}.{alias.name}", node.lineno) for alias in node.names)


def _origin(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])
