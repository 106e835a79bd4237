"""What is emitted is run: its values and gradients are those of our own autograd, in double precision."""

import ctypes
import functools
import math
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from autodiff.expression.emit import TARGETS
from autodiff.expression.emit.label import differentials
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
    subprocess.run(command, check=True)
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
    known = dict(zip(sample.points, rows, strict=True))
    return lambda *point: known[point]


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


LATEX = [
    ("x**2+3*x+2", "2 x + 3"),
    ("sin(x)**2", r"2 \sin(x) \cos(x)"),
    ("sqrt(x)", r"\frac{1}{2 \sqrt{x}}"),
    ("exp(-x**2/2)", r"-x e^{-\frac{x^{2}}{2}}"),
    ("log(x)**2", r"\frac{2 \log(x)}{x}"),
    ("2**x*3", r"3 \cdot 2^{x} \log(2)"),
    ("where(x > 0, x**2, -x)", r"\begin{cases} 2 x & \text{if } x > 0 \\ -1 & \text{otherwise} \end{cases}"),
    ("abs(x)*floor(x)", r"\operatorname{sgn}(x) \left\lfloor x\right\rfloor"),
    ("lgamma(x)", r"\psi(x)"),
    ("theta_1**2/2", r"\theta_{1}"),
    ("rate**2/2", r"\mathrm{rate}"),
    ("1e-10*x", "10^{-10}"),
    ("(x + 1)**-2", r"-\frac{2}{(x + 1)^{3}}"),
]


@pytest.mark.parametrize(("expression", "expected"), LATEX)
def test_latex_reads_like_a_textbook(expression: str, expected: str) -> None:
    """One derivative is one formula."""
    assert written("latex", expression, value=False) == expected + "\n"


def test_latex_names_what_it_says() -> None:
    """Several outputs are lines of `aligned`: f, then quotients of differentials."""
    assert written("latex", "exp(x)*sin(y)", share=True).splitlines() == [
        r"\begin{aligned}",
        r"t_{0} &= e^{x} \\",
        r"t_{1} &= t_{0} \sin(y) \\",
        r"f &= t_{1} \\",
        r"\frac{\partial f}{\partial x} &= t_{1} \\",
        r"\frac{\partial f}{\partial y} &= t_{0} \cos(y)",
        r"\end{aligned}",
    ]


LABELS = [
    ("d/dx", ["x"], (1, None, (("x", 1),))),
    ("d2/dx2", ["x"], (2, None, (("x", 2),))),
    ("d2/dx2", ["x", "x2"], (2, None, (("x", 2),))),
    ("d/dx2", ["x", "x2"], (1, None, (("x2", 1),))),
    ("d2/dxdy", ["x", "y"], (2, None, (("x", 1), ("y", 1)))),
    ("d3[1]/dx2dy", ["x", "y"], (3, "1", (("x", 2), ("y", 1)))),
    ("d/dq", ["x"], (1, None, (("q", 1),))),
    ("value", ["x"], None),
]


@pytest.mark.parametrize(("label", "inputs", "expected"), LABELS)
def test_labels_say_what_is_differentiated(label: str, inputs: list[str], expected: object) -> None:
    """The order tells x squared from x2."""
    assert differentials(label, inputs) == expected


def balanced(text: str) -> bool:
    """Whether braces, environments and stretching fences are closed in the order in which they were opened."""
    closing = {"}": "{", r"\right": r"\left", r"\end": r"\begin"}
    waiting: list[str] = []
    for mark in re.findall(r"\\begin|\\end|\\left(?![a-z])|\\right(?![a-z])|\\[{}]|[{}]", text):
        if mark in closing:
            if not waiting or waiting.pop() != closing[mark]:
                return False
        elif not mark.startswith("\\") or mark in closing.values():
            waiting.append(mark)
    return not waiting


@SHARING
def test_formulas_are_well_formed(share: bool) -> None:
    """LaTeX is balanced, and MathML is XML in which fractions and powers have two parts."""
    for sample in drawn():
        assert balanced(written("latex", sample.expression, share=share)), sample.expression
        root = ET.fromstring(written("mathml", sample.expression, share=share))  # noqa: S314 - our own
        for element in root.iter():
            if element.tag.rpartition("}")[2] in ("mfrac", "msup", "msub", "mroot"):
                assert len(element) == 2, sample.expression


REFUSED = [
    ("python", "erfinv(x)", "erfinv() has no counterpart in Python's math"),
    ("numpy", "digamma(x)", "digamma() has no counterpart in NumPy"),
    ("c", "torch.special.erfcx(x)", "erfcx() has no counterpart in C"),
    ("sql", "erf(x)", "erf() has no counterpart in SQL"),
    ("sympy", "torch.special.ndtri(x)", "ndtri() has no counterpart in SymPy"),
]


@pytest.mark.parametrize(("target", "expression", "message"), REFUSED)
def test_what_a_target_has_not_is_named(target: str, expression: str, message: str) -> None:
    """The message names the function and the target."""
    with pytest.raises(NotImplementedError) as caught:
        written(target, expression)
    assert str(caught.value) == message


def test_a_conditional_computes_one_branch() -> None:
    """What is shared is not computed where it is not wanted, and `math` raises for what is."""
    for share in (False, True):
        function = defined(written("python", "where(x > 0, log(x)*log(x) + log(x), x)", share=share))
        assert function(-1.0) == (-1.0, 1)
        assert function(math.e) == pytest.approx((2.0, 3 / math.e))
    with pytest.raises(ValueError, match="math domain error"):
        defined(written("python", "log(x)"))(-1.0)


def test_deep_and_long_expressions_are_readable() -> None:
    """300 nested sines and 2000 terms: parsers have limits, which deep names and groups keep to."""
    deep = written("python", "sin(" * 300 + "x" + ")" * 300)
    assert defined(deep)(0.5)[0] == pytest.approx(functools.reduce(lambda value, _: math.sin(value), range(300), 0.5))
    long = "+".join(f"x**{k}/{k}" for k in range(1, 2001))
    assert defined(written("python", long))(0.5) == pytest.approx((math.log(2), 2.0))


def test_names_of_the_language_are_free_in_others() -> None:
    """An input may be called like a word of the target, or like a shared name."""
    text = written("c", "double*int + t0**2*sin(t0) + sin(t0)", share=True)
    assert "double double_, double int_, double t0, double result[4]" in text
    assert "const double t2 = sin(t0);" in text
    assert defined(written("python", "math*sqrt(derivative)"))(2.0, 9.0) == (6.0, 3.0, pytest.approx(1 / 3))
    sympy = pytest.importorskip("sympy")
    assert sympy.sympify(written("sympy", "beta*E", value=False)) == [sympy.Symbol("E"), sympy.Symbol("beta")]


SQL = [
    ("x/3", "2", [2 / 3, 1 / 3]),
    ("x*x*x*x*x*x*x*x", "1000::INTEGER", [1e24, 8e21]),
    ("x*y", "100000::INTEGER, 100000::INTEGER", [1e10, 1e5, 1e5]),
    ("1/x", "0", [None, None]),
    ("log(x)", "-1", [None, -1.0]),
    ("log(x)", "0", [None, None]),
    ("sqrt(x)", "-4", [None, None]),
    ("asin(x)", "2", [None, None]),
    ("relu(x)", "NULL::DOUBLE", [None, None]),
    ("maximum(x, y)", "NULL::DOUBLE, 1", [None, None, None]),
    ("where(x > 0, log(x), 0)", "-1", [0.0, 0.0]),
    ("x**(1/3)", "-8", [None, None]),
]


@pytest.mark.parametrize(("expression", "row", "expected"), SQL)
def test_sql_gives_null_where_nothing_is_defined(expression: str, row: str, expected: list[float | None]) -> None:
    """Integers are computed with as doubles; zero divisors, domains and NULL give NULL, and no row fails."""
    duckdb = pytest.importorskip("duckdb")
    names = ", ".join(dict.fromkeys(re.findall(r"\b[xy]\b", expression)))
    query = f"SELECT {written('sql', expression)} FROM (VALUES ({row})) AS points({names})"  # noqa: S608 - our own
    assert duckdb.connect().execute(query).fetchone() == pytest.approx(tuple(expected))


def test_all_targets_are_found() -> None:
    """Each has a file and a function of its name, and writes the simplest derivative."""
    for target in TARGETS:
        assert "2" in written(target, "x**2")
