"""The measure of function and file length."""

from pathlib import Path

import pytest

from tests.quality import sizes


def function_of(lines: int, name: str = "f") -> str:
    return f"def {name}():\n" + "    x = 1\n" * (lines - 1)


def test_docstring_blank_lines_and_decorators_do_not_count() -> None:
    text = '@cached\ndef f(a):\n    """One.\n\n    Two.\n    """\n\n    return a\n'
    (found,) = sizes.functions(text, "m.py")
    assert (found.where, found.lines) == ("m.py:2 f", 2)


def test_nested_and_async_functions_count() -> None:
    text = "class A:\n    async def f(self):\n        def g():\n            return 1\n        return g\n"
    assert sorted(found.lines for found in sizes.functions(text, "m.py")) == [2, 4]


@pytest.mark.parametrize(
    "values,share,expected",
    [
        ([], 0.95, 0),
        ([7], 0.95, 7),
        (range(1, 101), 0.95, 95),
        (range(1, 101), 0.5, 50),
        ([1, 2, 3], 0.95, 3),
    ],
)
def test_percentile(values: list[int], share: float, expected: int) -> None:
    assert sizes.percentile(values, share) == expected


def test_a_long_tail_is_found() -> None:
    short, long = function_of(5), function_of(sizes.FUNCTION_P95 + 1, "sprawl")
    kept = list(sizes.functions(short * 19 + long, "m.py"))
    broken = list(sizes.functions(short * 18 + long * 2, "m.py"))
    assert sizes.long_functions(kept) == []
    assert "p95 is 41" in sizes.long_functions(broken)[0]
    assert "sprawl" in sizes.long_functions(broken)[1]


def test_a_long_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("x = 1\n" * (sizes.FILE_LINES - 1))
    assert sizes.long_files([path]) == []
    path.write_text("x = 1\n" * sizes.FILE_LINES)
    assert len(sizes.long_files([path])) == 1


def test_the_house_keeps_its_sizes() -> None:
    assert sizes.main() == 0
