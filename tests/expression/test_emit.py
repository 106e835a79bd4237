"""What is emitted is run: its values and gradients are those of our own autograd, in double precision."""

import ctypes
import functools
import math
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autodiff.expression.emit import TARGETS
from tests.expression.emitted import Sample, samples, written

SAMPLES = 120
SHARING = pytest.mark.parametrize("share", [False, True], ids=["plain", "shared"])


@functools.cache
def drawn(count: int = SAMPLES) -> list[Sample]:
    """The expressions all targets are tried on."""
    return samples(20, count)


def finite(numbers: Sequence[float]) -> bool:
    """Whether all of them are numbers."""
    return all(map(math.isfinite, numbers))


def compare(sample: Sample, function: Callable[..., Any]) -> int:
    """Compares value and gradient wherever they are numbers, and counts them."""
    count = 0
    for point, expected in zip(sample.points, sample.expected, strict=True):
        if finite(expected):
            got = [float(each) for each in function(*point)]
            close = [math.isclose(a, b, rel_tol=1e-7, abs_tol=1e-7) for a, b in zip(got, expected, strict=True)]
            assert all(close), (sample.expression, point, expected, got)
            count += len(got)
    return count


def defined(text: str) -> Callable[..., Any]:
    """The function that a module's text defines."""
    space: dict[str, Any] = {}
    exec(compile(text, "emitted", "exec"), space)  # noqa: S102 - what the text does is the question
    function: Callable[..., Any] = space["derivative"]
    return function


@SHARING
def test_python_computes_what_autograd_does(share: bool) -> None:
    """Where the value and the gradient are numbers, `math` gives them."""
    total = sum(compare(s, defined(written("python", s.expression, share=share))) for s in drawn())
    assert total > 3 * SAMPLES


@SHARING
def test_numpy_computes_what_autograd_does(share: bool) -> None:
    """One call computes all points."""
    total = 0
    for sample in drawn():
        columns = [np.array(column) for column in zip(*sample.points, strict=True)]
        with np.errstate(all="ignore"):
            outputs = defined(written("numpy", sample.expression, share=share))(*columns)
        rows = zip(*(np.broadcast_to(each, columns[0].shape).tolist() for each in outputs), strict=True)
        total += compare(sample, at(sample, rows))
    assert total > 3 * SAMPLES


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@SHARING
def test_c_computes_what_autograd_does(share: bool, tmp_path: Path) -> None:
    """All functions are compiled as C99, without a warning, and called."""
    texts = [written("c", sample.expression, share=share) for sample in drawn()]
    texts = [text.replace("void derivative(", f"void derivative{k}(") for k, text in enumerate(texts)]
    compiled = compile_c("\n".join(texts), tmp_path)
    total = 0
    for k, sample in enumerate(drawn()):
        result = (ctypes.c_double * (len(sample.inputs) + 1))()

        def call(*point: float, number: int = k, result: Any = result) -> list[float]:  # noqa: ANN401 - an array of C
            compiled[f"derivative{number}"](*map(ctypes.c_double, point), result)
            return list(result)

        total += compare(sample, call)
    assert total > 3 * SAMPLES


def compile_c(text: str, folder: Path) -> ctypes.CDLL:
    """The functions of a C file."""
    source, library = folder / "emitted.c", folder / "emitted.so"
    source.write_text(text)
    flags = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable", "-Wno-unused-parameter"]
    command = ["cc", *flags, "-O1", "-ffp-contract=off", "-fPIC", "-shared", str(source), "-o", str(library), "-lm"]
    subprocess.run(command, check=True)  # noqa: S607 - the compiler that is there
    return ctypes.CDLL(str(library))


@SHARING
def test_sql_computes_what_autograd_does(share: bool) -> None:
    """The columns are computed by DuckDB, and no row makes the query fail."""
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    total = 0
    for sample in drawn():
        columns = written("sql", sample.expression, share=share)
        values = ", ".join(f"({', '.join(f'{number!r}::DOUBLE' for number in point)})" for point in sample.points)
        query = f"SELECT {columns} FROM (VALUES {values}) AS points({', '.join(sample.inputs)})"  # noqa: S608 - our own
        rows = [row[-1 - len(sample.inputs) :] for row in connection.execute(query).fetchall()]
        total += compare(sample, at(sample, rows))
    assert total > 3 * SAMPLES


def at(sample: Sample, rows: Iterable[Any]) -> Callable[..., Any]:
    """The row of a point as a function of the point."""
    return lambda *point, known=dict(zip(sample.points, rows, strict=True)): known[point]


@SHARING
def test_torch_computes_what_autograd_does(share: bool) -> None:
    """PyTorch itself reads what is emitted for it."""
    torch = pytest.importorskip("torch")
    for sample in drawn():
        function = defined(written("torch", sample.expression, share=share))
        columns = [torch.tensor(column, dtype=torch.float64) for column in zip(*sample.points, strict=True)]
        outputs = [torch.as_tensor(each).expand(len(sample.points)).tolist() for each in function(*columns)]
        compare(sample, at(sample, zip(*outputs, strict=True)))


@SHARING
def test_sympy_reads_what_is_written(share: bool) -> None:
    """`sympify` reads it, and its numbers are those of our autograd."""
    sympy = pytest.importorskip("sympy")
    total = 0
    for sample in drawn()[:60]:
        found = sympy.sympify(written("sympy", sample.expression, share=share))
        shared, outputs = found if isinstance(found, (tuple, sympy.Tuple)) else ([], found)

        def call(*point: float, sample: Sample = sample, shared: Any = shared, outputs: Any = outputs) -> list[float]:  # noqa: ANN401
            numbers = zip(sample.inputs, point, strict=True)
            known = {sympy.Symbol(name): sympy.Float(value, 30) for name, value in numbers}
            for name, definition in shared:
                known[name] = definition.subs(known)
            return [float(each.subs(known).evalf()) for each in outputs]

        total += compare(sample._replace(points=sample.points[:2], expected=sample.expected[:2]), call)
    assert total > 60
