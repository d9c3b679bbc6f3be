"""What the core may not do: wait, read a clock, draw lots, or touch the world."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.quality import source

# Standard library, and yet not for the core. `datetime` is fine as a value; its clocks are named below.
WORLD = {
    *("asyncio", "concurrent", "contextvars", "multiprocessing", "queue", "sched", "selectors", "signal"),
    *(
        "subprocess",
        "threading",
        "time",
        "random",
        "secrets",
        "uuid",
        "http",
        "socket",
        "socketserver",
        "ssl",
    ),
    *("urllib", "ftplib", "smtplib", "io", "os", "pathlib", "shutil", "tempfile", "fcntl", "mmap", "sqlite3"),
    *("logging", "ctypes", "getpass", "platform", "locale", "gc", "importlib", "warnings"),
}
BUILTINS = {"open", "print", "input", "breakpoint", "eval", "exec", "__import__"}
CLOCKS = {
    *("time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
}
WAITING = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)


def foreign_imports(tree: ast.AST, package: str, allowed: set[str]) -> Iterator[str]:
    """Imports that are neither standard library nor below a name in `allowed`."""
    for name, line in source.imports(tree, package):
        ours = any(name == good or name.startswith(f"{good}.") for good in allowed)
        if not ours and name.split(".")[0] not in sys.stdlib_module_names:
            yield f"line {line}: imports {name}"


def world_imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Imports of the standard library's doors to the world."""
    for name, line in source.imports(tree, package):
        if name.split(".")[0] in WORLD:
            yield f"line {line}: imports {name}"


def clocks(tree: ast.AST) -> Iterator[str]:
    """Uses of a wall clock or a timer: by `module.function`, or as `from time import time`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rsplit(".", 1)[-1]
            if f"{owner}.{node.attr}" in CLOCKS:
                yield f"line {node.lineno}: reads {owner}.{node.attr}"
    for name, line in source.imports(tree):
        if name in CLOCKS:
            yield f"line {line}: imports {name}"


def waits(tree: ast.AST) -> Iterator[str]:
    """Coroutines and awaits."""
    for node in ast.walk(tree):
        if isinstance(node, WAITING):
            yield f"line {node.lineno}: {type(node).__name__}"


def doors(tree: ast.AST) -> Iterator[str]:
    """Calls of builtins that reach outside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
            yield f"line {node.lineno}: calls {node.func.id}"


def impurities(text: str, package: str = "batonpass.domain") -> list[str]:
    """Everything in a core module's text that the core may not do."""
    tree = ast.parse(text)
    return [
        *foreign_imports(tree, package, {"batonpass.domain"}),
        *world_imports(tree, package),
        *clocks(tree),
        *waits(tree),
        *doors(tree),
    ]


def complaints(path: Path, found: Iterator[str] | list[str]) -> list[str]:
    """`found` with the file's name in front."""
    return [f"{path.relative_to(source.ROOT)} {complaint}" for complaint in found]
