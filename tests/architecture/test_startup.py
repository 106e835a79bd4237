"""A plain call loads no library it does not need: the cheapest import is none."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rooms import SOURCE

HEAVY = {"numpy", "rich", "pydantic", "lark", "click", "importlib.metadata", "unittest", "asyncio"}
EVAL = ["eval", "x**2+3*x+2", "x=3"]
SLOW = {
    *("collections", "contextlib", "contextvars", "dataclasses", "enum", "functools", "importlib", "inspect"),
    *("operator", "re", "struct", "types", "typing", "weakref"),
}
"""Of the standard library; see `autodiff.light`."""
MOST = 66
"""So many of our files does a plain `eval` load; more must have a reason."""
MOST_OF_DIFF = 38
"""So many does a plain `diff`."""
RARE = {
    *(f"autodiff.cli.{name}" for name in ("app", "eval")),
    *(f"autodiff.engine.{name}" for name in (
        "anomaly", "apply", "call", "construction", "copyslices", "device", "elements", "fate", "further_operators",
        "grad_mode", "gradient_edge", "handle", "hooks", "in_place_operators", "index", "inference", "inplace",
        "inspection", "memory", "messages", "names", "ranges", "record", "results", "saved", "shapes", "zero",
    )),
    *(f"autodiff.numbers.{name}" for name in ("array_functions", "complex_arrays", "double_complex", "fused")),
    *(f"autodiff.ops.{name}" for name in (
        "attributes", "cast", "comparison", "complex", "division", "exponential", "joining", "linalg", "memory",
        "order", "reduction", "rounding", "selection", "shape", "slicing",
    )),
    *(f"autodiff.session.{name}" for name in ("diff.report", "failing", "published", "steps", "stream")),
    *(f"autodiff.render.{name}" for name in ("digits", "strict_json", "table")),
}  # fmt: skip
"""What a plain `eval` has no use for."""

# Runs the program as `python -m autodiff` does and tells afterwards, on standard error, what has been loaded.
_WATCH = """
import atexit, runpy, sys
atexit.register(lambda: sys.stderr.write("loaded: " + " ".join(sorted(sys.modules))))
sys.argv = ["autodiff", *sys.argv[1:]]
runpy.run_module("autodiff", run_name="__main__")
"""


def _python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(SOURCE.parent), "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def _loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    return set(done.stderr.rpartition("loaded: ")[2].split())


def _timed(done: subprocess.CompletedProcess[str]) -> set[str]:
    return set(re.findall(r"^import time:\s+\d+ \|\s+\d+ \|\s+(\S+)$", done.stderr, re.MULTILINE))


@pytest.mark.parametrize(
    "arguments",
    [
        EVAL,
        [*EVAL, "--json"],
        [*EVAL, "--get", "x.grad"],
        [*EVAL, "--order", "2", "--jacobian", "--hessian"],
        ["--version"],
        ["diff", "x**2+3*x+2"],
    ],
    ids=" ".join,
)
def test_a_plain_call_loads_no_heavy_library(arguments: list[str], tmp_path: Path) -> None:
    """After a scalar `eval` or `diff` into a pipe neither NumPy nor Rich nor Lark has been imported."""
    done = _python("-c", _WATCH, *arguments, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "autodiff.cli" in _loaded(done)
    assert _loaded(done) & HEAVY == set()


def test_nothing_heavy_is_loaded_and_dropped(tmp_path: Path) -> None:
    """Python's own account of its imports agrees: none was loaded and removed again."""
    done = _python("-X", "importtime", "-m", "autodiff", *EVAL, folder=tmp_path)
    assert done.stdout == "out: tensor(20., grad_fn=<AddBackward0>)\nx.grad: tensor(9.)\n"
    assert "autodiff.cli" in _timed(done)
    assert _timed(done) & {*HEAVY, "autodiff.session.higher_order"} == set()


def test_explanations_are_loaded_when_something_is_to_be_explained(tmp_path: Path) -> None:
    """A successful `eval` loads neither what traces nor what hints."""
    done = _python("-c", _WATCH, *EVAL, folder=tmp_path)
    explaining = {"culprits", "hints", "named_nodes", "node_rules", "paths", "spelled", "tracing"}
    assert {f"autodiff.session.{name}" for name in explaining} & _loaded(done) == set()
    assert "autodiff.session.hints" in _loaded(_python("-c", _WATCH, "eval", "x.detach()", "x=3", folder=tmp_path))


# Runs the command and tells afterwards what it has loaded that Python had not by itself.
_WATCH_COMMAND = """
import sys
before = set(sys.modules)
from autodiff.cli import main
main(sys.argv[1:])
sys.stderr.write("loaded: " + " ".join(set(sys.modules) - before))
"""


def test_a_plain_eval_loads_what_it_uses(tmp_path: Path) -> None:
    """Neither what takes the standard library long to import nor what of ours a sum of powers does not need."""
    loaded = _loaded(_python("-c", _WATCH_COMMAND, *EVAL, folder=tmp_path))
    assert loaded & SLOW == set()
    assert loaded & RARE == set()
    assert len([name for name in loaded if name.startswith("autodiff")]) <= MOST


@pytest.mark.parametrize(
    "words",
    [
        [*EVAL, "--json"],
        [*EVAL, "--get", "x.grad"],
        [*EVAL, "--dtype", "float64"],
        ["diff", "x**2", "--json"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_the_options_of_scripts_need_no_typer(words: list[str], tmp_path: Path) -> None:
    """They are read on the short way; what Typer brings with it takes longer than the rest."""
    loaded = _loaded(_python("-c", _WATCH_COMMAND, *words, folder=tmp_path))
    assert loaded & {*SLOW, "typer", "autodiff.cli.app", "autodiff.cli.options"} == set()
    assert "autodiff.cli.guard" in loaded


def test_a_plain_diff_loads_no_engine(tmp_path: Path) -> None:
    """Derivatives of a polynomial need neither tensors nor the table of operations nor fractions."""
    loaded = _loaded(_python("-c", _WATCH_COMMAND, "diff", "x**2+3*x+2", folder=tmp_path))
    assert loaded & {*SLOW, "fractions", "decimal", "autodiff.engine", "autodiff.ops", "autodiff.numbers"} == set()
    assert "autodiff.expression" in loaded
    assert len([name for name in loaded if name.startswith("autodiff")]) <= MOST_OF_DIFF


def test_what_is_not_loaded_is_there(tmp_path: Path) -> None:
    """The names of what a plain `eval` does not load are those of modules."""
    done = _python(
        "-c", f"import importlib\nfor name in {sorted(RARE)}: importlib.import_module(name)", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr


def test_the_door_is_cheap(tmp_path: Path) -> None:
    """`import autodiff` loads neither a third-party library nor a command."""
    done = _python("-X", "importtime", "-c", "import autodiff", folder=tmp_path)
    assert "autodiff" in _timed(done)
    assert _timed(done) & {*HEAVY, "typer", "autodiff.cli", "autodiff.language"} == set()


def test_a_planted_import_is_found(tmp_path: Path) -> None:
    """Both ways of looking see a library that is loaded."""
    assert "lark" in _timed(_python("-X", "importtime", "-c", "import lark", folder=tmp_path))
    program = _WATCH.replace('runpy.run_module("autodiff", run_name="__main__")', "import lark")
    assert "lark" in _loaded(_python("-c", program, folder=tmp_path))
