"""Files and functions stay small enough to read at once, and modules have names that say something."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.rooms import ROOT, SOURCE, files

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
# from grammars/*.lark and the declarations, for machines to read
GENERATED = {"language/pattern_codes.py", "language/program_tables.py", "language/tables.py", "ops/index.py"}
SAYS_NOTHING = {"common", "helper", "helpers", "misc", "shared", "stuff", "util", "utilities", "utils"}


def oversize(text: str) -> Iterator[str]:
    """What is too long in a file: itself, and the functions in it, with the lines each has."""
    count = len(text.splitlines())
    if count > LINES_OF_A_FILE:
        yield f"the file has {count} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > LINES_OF_A_FUNCTION:
                yield f"{node.name} has {count} lines"


def _below_source(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", files(SOURCE), ids=_below_source)
def test_files_and_functions_are_small(path: Path) -> None:
    """A file has at most 300 lines, a function at most 40, its documentation included."""
    if _below_source(path) not in GENERATED:
        assert list(oversize(path.read_text(encoding="utf-8"))) == []


def test_modules_have_names_that_say_something() -> None:
    """No module or folder is called utils, helpers, common and the like, nor by a number."""
    paths = [path.relative_to(ROOT) for folder in (SOURCE, ROOT / "tests") for path in files(folder)]
    names = {part.removesuffix(".py") for path in paths for part in path.parts}
    assert names & SAYS_NOTHING == set()
    assert [path.name for path in files(SOURCE) if path.stem.rstrip("0123456789") != path.stem] == []


def test_planted_length_is_found() -> None:
    """The rule counts lines of files, of functions and of methods."""
    body = "        pass\n" * LINES_OF_A_FUNCTION
    fits = f"class A:\n    def fits(self):\n{body[: -len('        pass' + chr(10))]}"
    assert list(oversize(fits)) == []
    assert list(oversize(f"class A:\n    def long(self):\n{body}")) == ["long has 41 lines"]
    assert list(oversize("x = 1\n" * 301)) == ["the file has 301 lines"]
