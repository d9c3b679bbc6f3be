"""How long our functions and files are. `make check` runs it; it exits with 1 past a limit.

The tail is what makes a house hard to live in, so the limit stands on the 95th percentile of the product's
functions (DESIGN's STYLE page), and on every file.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.quality import source

FUNCTION_P95 = 40
FILE_LINES = 600  # a file has fewer


@dataclass(frozen=True, slots=True)
class Function:
    """A function and its lines: from `def` to its end, decorators, docstring and blank lines left out."""

    where: str
    lines: int


def functions(text: str, name: str) -> Iterator[Function]:
    """Every function of a module's text, methods and nested ones too."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start, end = node.lineno - 1, node.end_lineno or node.lineno
            filled = sum(1 for line in lines[start:end] if line.strip())
            yield Function(f"{name}:{node.lineno} {node.name}", filled - _docstring_lines(node, lines))


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is None or not first.end_lineno:
        return 0
    return sum(1 for line in lines[first.lineno - 1 : first.end_lineno] if line.strip())


def percentile(values: Iterable[int], share: float) -> int:
    """The smallest value that at least `share` of `values` do not exceed; 0 for none."""
    ranked = sorted(values)
    if not ranked:
        return 0
    return ranked[max(0, -(-round(share * len(ranked) * 1000) // 1000) - 1)]


def long_functions(found: list[Function]) -> list[str]:
    """Complaints about `found`: empty while their 95th percentile keeps the limit."""
    p95 = percentile((function.lines for function in found), 0.95)
    if p95 <= FUNCTION_P95:
        return []
    longest = sorted(found, key=lambda function: -function.lines)[:10]
    listed = [f"  {function.lines:4} {function.where}" for function in longest]
    return [f"function length p95 is {p95}, above {FUNCTION_P95}; the longest:", *listed]


def long_files(paths: Iterable[Path]) -> list[str]:
    """Complaints about files with too many lines."""
    counted = ((path, len(path.read_text().splitlines())) for path in paths)
    return [
        f"{path}: {lines} lines, limit {FILE_LINES - 1}" for path, lines in counted if lines >= FILE_LINES
    ]


def product_functions() -> list[Function]:
    """The functions of the product and its plugins, tests left out."""
    found = list(source.files(source.SRC, *(folder / "src" for folder in source.plugin_folders())))
    return [
        function
        for path in found
        for function in functions(path.read_text(), str(path.relative_to(source.ROOT)))
    ]


def main() -> int:
    """Print the figures and complaints; 1 when there are complaints."""
    ours = product_functions()
    lengths = [function.lines for function in ours]
    print(
        f"{len(ours)} functions: median {percentile(lengths, 0.5)}, p95 {percentile(lengths, 0.95)}, "
        f"longest {max(lengths, default=0)} lines"
    )
    folders = [source.SRC, source.ROOT / "plugins", source.ROOT / "tests"]
    found = [path for suffix in (".py", ".js") for path in source.files(*folders, suffix=suffix)]
    # Migrations are written by `batonpass.store.migrate`, a function for each table.
    paths = [path for path in found if path.parent.name != "versions"]
    complaints = long_functions(ours) + long_files(paths)
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
